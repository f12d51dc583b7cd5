"""What is counted of cards, and what a list is held against; plain reads, beside an open till, too.

Nothing here knows a name or a chip: cards are tokens, and chips are what ``Vault.mac`` makes of
them.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final

from kiosk.sale.cards import CardState
from kiosk.till.breakfast_tables import CARD_REFUSED
from kiosk.till.card_rows import days_of
from ledger.errors import UnsoundRecordError
from ledger.proof import NONSENSE

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from kiosk.sale.cards import BreakfastCard

_USED: Final = (
    "SELECT card, max(service_day) FROM breakfast"
    " WHERE book = ? AND card IS NOT NULL AND closed_by IS NULL GROUP BY card"
)
_SERVED: Final = (
    "SELECT count(*), count(DISTINCT card) FROM breakfast"
    " WHERE book = ? AND card IS NOT NULL AND closed_by IS NULL AND service_day >= ?"
)
_GOOD: Final = (
    "SELECT r.mac, c.card FROM card_reading r JOIN card c ON c.book = r.book AND c.card = r.card"
    " WHERE r.book = ? AND c.state IN (?, ?)"
)
_REFUSED: Final = "SELECT seq, body FROM record WHERE book = ? AND kind = ?"


def last_used(cursor: sqlite3.Cursor, book: str) -> dict[str, date]:
    """Give the last service day on which each card was served, by token; voided ones are none.

    Raises:
        BreakfastRowError: a row holds what no till wrote.
    """
    return days_of(cursor.execute(_USED, (book,)))


def served_since(cursor: sqlite3.Cursor, book: str, day: date) -> tuple[int, int]:
    """Give how many breakfasts cards had since the service day ``day``, and how many cards."""
    breakfasts, cards = cursor.execute(_SERVED, (book, day.isoformat())).fetchone()
    return breakfasts, cards


def good_cards(cursor: sqlite3.Cursor, book: str) -> dict[str, str]:
    """Give the token of every card that may still be used, by what ``Vault.mac`` says of it."""
    states = (CardState.ACTIVE.value, CardState.BLOCKED.value)
    return dict(cursor.execute(_GOOD, (book, *states)).fetchall())


def refusals(cursor: sqlite3.Cursor, book: str) -> Counter[str]:
    """Count the taps that were not served, by rule; all there ever were.

    Raises:
        UnsoundRecordError: a refusal cannot be read.
    """
    found: Counter[str] = Counter()
    for seq, body in cursor.execute(_REFUSED, (book, CARD_REFUSED)):
        try:
            found[str(json.loads(body)["doc"]["rule"])] += 1
        except NONSENSE as error:
            raise UnsoundRecordError(book, seq, "无法读取", "it cannot be read") from error
    return found


def state_on(card: BreakfastCard, day: date) -> CardState:
    """Give what a card is on the service day ``day``: one whose time is over has expired."""
    over = card.state is CardState.ACTIVE and card.expires < day
    return CardState.EXPIRED if over else card.state
