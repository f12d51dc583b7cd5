"""A morning with everything in it that a breakfast can be: for reports, papers and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.kiosk.card_desk import give, handed_out, refused, served

if TYPE_CHECKING:
    from kiosk.till.till import Done
    from tests.kiosk.conftest import Counter

STRANGER: Final = bytes.fromhex("04999999999999")
NAMES: Final = ("王秀英", "欧阳建国", "李桂芳")


def chip(number: int) -> bytes:
    """Give the number of the chip of card ``number``."""
    return bytes((0x04, 0xA1, 0xB2, 0xC3, 0xD4, number >> 8, number & 0xFF))


def a_morning(counter: Counter) -> list[Done]:
    """Serve three cards and hand one out, undo the third, refuse two taps; give what was served.

    The first is 4.00; the second 11.50, so that 1.50 is paid on top in cash and sets aside; the
    third 6.00, which come back; the hand-out 2.50. The fund has paid 16.50 when it is over.
    """
    for number, name in enumerate(NAMES, 1):
        give(counter, chip(number), name)
    done = [
        served(counter, "F001", "F002", uid=chip(1)),
        served(counter, "F001*2", "F004", "F006", uid=chip(2), cash_fen=150),
        served(counter, "F001*3", uid=chip(3)),
        handed_out(counter, "F006", reason="忘带卡"),
    ]
    refused(counter, chip(1))
    refused(counter, STRANGER)
    counter.void(done[2].number)
    return done
