"""A desk with breakfast cards: some workers, their chips, and readers of every kind."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from textual import events

from config.cards import Level
from kiosk.sale.cards import CardState, Holder, Tap
from kiosk.screens.cards import CardsScreen
from kiosk.screens.tapping import ReaderTold
from kiosk.till.cards import Wanted
from tests.kiosk.screens.conftest import MORNING, SCANNER_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kiosk.sale.cards import BreakfastCard
    from kiosk.till.till import Till
    from tests.kiosk.screens.conftest import Cashier, Opened

WEDGE = '[[readers]]\nid = "desk"\nkind = "wedge"\nformat = "8H"\n'
NEW = "04A2B3C4"
NAMES = ("王秀英", "李国庆", "[red]张三[/red]", "𬀩明")


def chip(number: int) -> bytes:
    return bytes([4, 0x10, number >> 8, number & 255])


def issue_some(till: Till, names: tuple[str, ...] = NAMES) -> list[BreakfastCard]:
    holders = [Holder(name, "环卫一所", "13800138000") for name in names]
    wanted = [
        Wanted(holder, chip(place), "worker", UUID(int=place + 1))
        for place, holder in enumerate(holders)
    ]
    till.guarded = False
    cards = till.issue_many(wanted, at=MORNING)
    till.guarded = True
    return cards


@asynccontextmanager
async def at_cards(
    opened: Opened, names: tuple[str, ...] = NAMES, **how: object
) -> AsyncIterator[tuple[Cashier, list[BreakfastCard]]]:
    """A till whose manager looks at the cards of ``names``."""
    async with opened(**how) as cashier:
        cards = await cashier.books(lambda till: issue_some(till, names)) if names else []
        cashier.begun = await cashier.last_seq()
        await cashier.press("ctrl+b")
        yield cashier, cards


async def tap(
    cashier: Cashier,
    uid: bytes,
    level: Level = Level.UID,
    *,
    others: int = 0,
    key_version: int | None = None,
) -> None:
    """Tap a card on a reader that is no keyboard."""
    assert isinstance(cashier.app.screen, CardsScreen)
    told = Tap("door", uid, level, key_version=key_version, others=others)
    cashier.app.post_message(ReaderTold(told))  # as a reader's thread does
    await cashier.settle()


async def wedge(cashier: Cashier, number: str = NEW, *, later: float = 5.0) -> None:
    """Tap a card on a reader that types, so many seconds after the last key."""
    keys = [events.Key(each, each) for each in number] + [events.Key("enter", "\r")]
    for place, key in enumerate(keys):
        key.time = keys[0].time + place * SCANNER_S
    for key in keys:
        key.time += later
    cashier.send(*keys)
    await cashier.settle()


async def answer(cashier: Cashier, *texts: str) -> None:
    for text in texts:
        await cashier.type(text)
        await cashier.press("enter")


async def states(cashier: Cashier) -> dict[str, CardState]:
    found = await cashier.books(lambda till: till.cards())
    return {each.card: each.state for each in found}


def said(cashier: Cashier) -> str:
    """The screen with its sentences in one piece, however they were broken into rows."""
    return "".join(line.strip() for line in cashier.screen.splitlines())
