"""The staff, the shift and the cards of a demo: made up at its start, gone at its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Final

from config.rights import Role
from kiosk.sale.basket import Basket, Line
from kiosk.sale.cards import Holder, Tap
from kiosk.sale.refs import new_ref

if TYPE_CHECKING:
    from datetime import datetime

    from config.catalogue import Catalogue
    from config.language import Words
    from config.settings import Settings
    from kiosk.till.home import Home
    from kiosk.till.till import Till

MANAGER: Final = "s01"
MANAGER_PIN: Final = "730516"
CASHIER: Final = "s02"
CASHIER_PIN: Final = "4862"


def day(till: Till, settings: Settings, at: datetime) -> None:
    """Give an empty, unguarded till a manager, a cashier, and the cashier's open shift."""
    till.make_first_manager(MANAGER_PIN, at=at)
    till.add_staff("小张", Role.CASHIER, CASHIER_PIN, ref=new_ref(), at=at, staff_id=CASHIER)
    till.by = CASHIER
    till.open_shift(float_of(settings), ref=new_ref(), at=at)


READER: Final = "demo"
"""What the reader is called that a key stands in for."""

_GRANT_FEN: Final = 50_000
_WORKERS: Final = ("王大明", "李秀英", "张伟", "刘洋", "陈静", "杨勇", "赵敏", "周涛")
_USED: Final = 3
"""The worker (from 0) who had a breakfast already; the next one's card is blocked."""


def all_day(home: Home) -> Home:
    """Give ``home`` with breakfasts at every hour: a demo is opened at any."""
    settings = home.settings
    hours = replace(settings.breakfast, window_from=time(0, 0), window_to=time(23, 59), changes=())
    return replace(home, settings=replace(settings, breakfast=hours))


def cards(till: Till, catalogue: Catalogue, at: datetime) -> tuple[bytes, ...]:
    """Give an unguarded till's fund some money, and made-up workers cards; give their chips.

    One of them had a breakfast today, another's card is blocked: refusals can be seen, too.
    """
    till.grant(_GRANT_FEN, grant="demo", at=at)
    chips = []
    for place, name in enumerate(_WORKERS):
        tap = Tap(READER, bytes([4, 0xDE, 0x30, place, 0, 0, 1]))
        card = till.issue(
            Holder(name), tap, type_id=till.settings.card_types[0].id, ref=new_ref(), at=at
        )
        chips.append(tap.uid)
        if place == _USED:
            item = next(each for each in catalogue if each.breakfast and not each.open_price)
            till.redeem(till.tapped(tap, at=at), Basket(lines=(Line.of(item),)), at=at)
        elif place == _USED + 1:
            till.block(card.card, reason="演示", ref=new_ref(), at=at)
    return tuple(chips)


def practice_cards(till: Till, at: datetime) -> tuple[bytes, ...]:
    """Give a training till three cards to practise with, where it has none yet; give their chips.

    They are made with nobody signed in, and nothing of them is real.
    """
    chips = tuple(bytes([4, 0xDE, 0x31, place, 0, 0, 1]) for place in range(3))
    guarded, till.guarded = till.guarded, False
    try:
        if till.card_of(chips[0]) is None:
            till.grant(_GRANT_FEN, grant="practice", at=at)
            for name, uid in zip(_WORKERS, chips, strict=False):
                till.issue(
                    Holder(name),
                    Tap(READER, uid),
                    type_id=till.settings.card_types[0].id,
                    ref=new_ref(),
                    at=at,
                )
    finally:
        till.guarded = guarded
    return chips


def float_of(settings: Settings) -> dict[int, int]:
    """Give the usual float in the fewest notes and coins: denomination in fen to pieces."""
    rest, counts = settings.shift.float_fen, {}
    for fen in settings.shift.denominations_fen:
        counts[fen], rest = divmod(rest, fen)
    return {fen: pieces for fen, pieces in counts.items() if pieces}


def hint(words: Words, key: str) -> str:
    """Say who works in the demo, the PINs that it may ask for, and which ``key`` taps a card."""
    said = words(
        "Demo: {key} taps a worker's card. You are {cashier} (PIN {pin}); {manager} approves with "
        "PIN {manager_pin}."
    )
    return said.format(
        key=key, cashier=CASHIER, pin=CASHIER_PIN, manager=MANAGER, manager_pin=MANAGER_PIN
    )
