"""The staff and the shift of a demo: made up at its start, gone at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from config.rights import Role
from kiosk.sale.refs import new_ref

if TYPE_CHECKING:
    from datetime import datetime

    from config.language import Words
    from config.settings import Settings
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


def float_of(settings: Settings) -> dict[int, int]:
    """Give the usual float in the fewest notes and coins: denomination in fen to pieces."""
    rest, counts = settings.shift.float_fen, {}
    for fen in settings.shift.denominations_fen:
        counts[fen], rest = divmod(rest, fen)
    return {fen: pieces for fen, pieces in counts.items() if pieces}


def hint(words: Words) -> str:
    """Say who works in the demo, and the PINs that it may ask for."""
    said = words("Demo: you are {cashier} (PIN {pin}); {manager} approves with PIN {manager_pin}.")
    return said.format(cashier=CASHIER, pin=CASHIER_PIN, manager=MANAGER, manager_pin=MANAGER_PIN)
