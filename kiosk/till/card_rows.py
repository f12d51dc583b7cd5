"""Cards in the database: what the books say of them, and the readings and holders beside it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from config.cards import Level
from kiosk.sale.card_errors import BreakfastRowError, CardRowError, NoSuchCardError
from kiosk.sale.cards import HOLDER_PREFIX, BreakfastCard, CardState
from kiosk.till.breakfast_tables import (
    CARD_BLOCKED,
    CARD_EXPIRED,
    CARD_ISSUED,
    CARD_REPLACED,
    CARD_UNBLOCKED,
    HOLDER_FORGOTTEN,
)
from ledger.chain import digest
from ledger.journal import Journal
from ledger.proof import NONSENSE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable

    from ledger.entries import Record

_CARD: Final = (
    "SELECT card, holder, type, level, key_version, state, expires, counter, issued_at, seq"
    " FROM card WHERE book = ?"
)
_OF_MAC: Final = (
    "SELECT c.card, c.holder, c.type, c.level, c.key_version, c.state, c.expires, c.counter,"
    " c.issued_at, c.seq, c.reading, h.data FROM card_reading r"
    " JOIN card c ON c.book = r.book AND c.card = r.card"
    " LEFT JOIN holder h ON h.book = c.book AND h.holder = c.holder"
    " WHERE r.book = ? AND r.mac = ?"
)
# The index of a holder's days answers for each: what years of breakfasts hold is never walked.
_LAST: Final = (
    "SELECT holder, (SELECT max(service_day) FROM breakfast b WHERE b.holder = c.holder"
    " AND b.closed_by IS NULL AND b.holder IS NOT NULL) AS day"
    " FROM (SELECT DISTINCT holder FROM card WHERE book = ?) c WHERE day IS NOT NULL"
)
_BROUGHT: Final = (
    "SELECT 1 FROM breakfast b JOIN card c ON c.book = b.book AND c.card = b.card"
    " WHERE b.holder = c.holder AND c.card = ? AND b.service_day = ? AND b.closed_by IS NULL"
)
_SAID: Final = "SELECT issued_seq, reading FROM card WHERE book = ? AND card = ?"
_GIVEN: Final = (CARD_ISSUED, CARD_REPLACED)
_AFTER: Final = {
    CARD_ISSUED: CardState.ACTIVE,
    CARD_REPLACED: CardState.ACTIVE,
    CARD_BLOCKED: CardState.BLOCKED,
    CARD_UNBLOCKED: CardState.ACTIVE,
    CARD_EXPIRED: CardState.EXPIRED,
}
_OF_HOLDERS: Final = "SELECT kind, body, hash FROM record WHERE kind IN (?, ?, ?)"
_TOKEN: Final = re.compile(f"{HOLDER_PREFIX}[0-9a-f]{{16}}")
_SET_READING: Final = (
    "INSERT INTO card_reading VALUES (?, ?, ?)"
    " ON CONFLICT (book, mac) DO UPDATE SET card = excluded.card"
)


def card_of(cursor: sqlite3.Cursor, book: str, card: str) -> BreakfastCard:
    """Give the card with that token.

    Raises:
        NoSuchCardError: there is none.
    """
    row = cursor.execute(f"{_CARD} AND card = ?", (book, card)).fetchone()
    if row is None:
        raise NoSuchCardError(card)
    return _card(row)


def cards_of(cursor: sqlite3.Cursor, book: str) -> list[BreakfastCard]:
    """Give every card that ``book`` ever issued, in the order in which they last changed.

    A card that was replaced comes before the one in its place: one record changed both.
    """
    rows = cursor.execute(f"{_CARD} ORDER BY seq, state <> 'replaced', card", (book,))
    return [_card(row) for row in rows]


def read_card(
    cursor: sqlite3.Cursor, book: str, mac: str
) -> tuple[BreakfastCard, str, bytes | None] | None:
    """Give the card that a chip is, what the books hold of the chip, and the holder's sealed data.

    ``mac`` is the vault's; None for a chip that is no card of ours.
    """
    row = cursor.execute(_OF_MAC, (book, mac)).fetchone()
    return None if row is None else (_card(row[:10]), row[10], row[11])


def genuine(cursor: sqlite3.Cursor, book: str, card: BreakfastCard) -> bool:
    """Say whether the row of a card is what its own records say.

    Cheap enough for every tap; that no later record was passed over is for ``verify``: nothing
    finds the records of a card but reading all of them.
    """
    row = cursor.execute(_SAID, (book, card.card)).fetchone()
    if row is None:
        return False
    journal = Journal(cursor, book)
    issued, last = (journal.read(seq) for seq in (row[0], card.seq))
    doc = {
        "card": card.card,
        "expires": card.expires.isoformat(),
        "holder": card.holder,
        "key_version": card.key_version,
        "level": card.level.value,
        "reading": row[1],
        "type": card.type,
    }
    try:
        return (
            issued is not None
            and last is not None
            and all(digest(each.body) == each.hash for each in (issued, last))
            and issued.kind in _GIVEN
            and doc.items() <= issued.doc.items()
            and _state_after(last, card) is card.state
        )
    except NONSENSE:
        return False


def _state_after(last: Record, card: BreakfastCard) -> CardState | None:
    """Give what ``last`` made of ``card``; None for a record of something else."""
    doc = last.doc
    if last.kind == HOLDER_FORGOTTEN:
        return CardState.FORGOTTEN if doc["holder"] == card.holder else None
    if last.kind == CARD_REPLACED and doc["old"] == card.card:
        return CardState.REPLACED
    return _AFTER.get(last.kind) if doc["card"] == card.card else None


def altered_cards(cursor: sqlite3.Cursor) -> list[str]:
    """Give the token of every card that is not what its records say; rows gone are verify's."""
    books = cursor.execute("SELECT DISTINCT book FROM card").fetchall()
    found: list[str] = []
    for (book,) in books:
        for row in cursor.execute(_CARD, (book,)).fetchall():
            try:
                sound = genuine(cursor, book, _card(row))
            except CardRowError:
                sound = False
            if not sound:
                found.append(row[0])
    return found


def last_breakfasts(cursor: sqlite3.Cursor, book: str) -> dict[str, date]:
    """Give the last service day of everybody who has a card of ``book`` and was served, by token.

    A breakfast that was voided is none.

    Raises:
        BreakfastRowError: a row holds what no till wrote.
    """
    return days_of(cursor.execute(_LAST, (book,)))


def days_of(rows: Iterable[tuple[str, str]]) -> dict[str, date]:
    """Read rows of a token and a service day.

    Raises:
        BreakfastRowError: a row holds what no till wrote.
    """
    found: dict[str, date] = {}
    for token, day in rows:
        try:
            found[token] = date.fromisoformat(day)
        except ValueError as error:
            raise BreakfastRowError(token) from error
    return found


def was_served(cursor: sqlite3.Cursor, card: str, day: date) -> bool:
    """Whether ``card`` brought a breakfast of the service day ``day`` that stands."""
    return cursor.execute(_BROUGHT, (card, day.isoformat())).fetchone() is not None


def any_cards(cursor: sqlite3.Cursor) -> bool:
    """Whether any book of this database ever issued a card."""
    return cursor.execute("SELECT 1 FROM card LIMIT 1").fetchone() is not None


def set_reading(cursor: sqlite3.Cursor, book: str, mac: str, card: str) -> None:
    """Let the chip behind ``mac`` be ``card`` from here on."""
    cursor.execute(_SET_READING, (book, mac, card))


def set_holder(
    cursor: sqlite3.Cursor, book: str, holder: str, data: bytes, photo: bytes | None
) -> None:
    """Keep the sealed data of a new holder."""
    cursor.execute("INSERT INTO holder VALUES (?, ?, ?, ?)", (book, holder, data, photo))


def holder_of(cursor: sqlite3.Cursor, book: str, holder: str) -> tuple[bytes, bytes | None] | None:
    """Give the sealed data and photo of ``holder``; None where there is none any more."""
    found = cursor.execute(
        "SELECT data, photo FROM holder WHERE book = ? AND holder = ?", (book, holder)
    ).fetchone()
    return found and (found[0], found[1])


def holders_of(cursor: sqlite3.Cursor, book: str) -> list[tuple[str, bytes]]:
    """Give token and sealed data of every holder."""
    return cursor.execute("SELECT holder, data FROM holder WHERE book = ?", (book,)).fetchall()


def left_behind(cursor: sqlite3.Cursor, keyed: Collection[str]) -> set[str]:
    """Give whose keys a crash left behind, of all who are ``keyed``: the forgotten, and nobody's.

    The table only says whom to ask after; what costs a key is what the records say, by their
    hashes. Whoever edits or deletes rows by hand does not decide whose key is struck out.
    """
    query = "SELECT DISTINCT holder FROM card WHERE state <> ?"
    good = {holder for (holder,) in cursor.execute(query, (CardState.FORGOTTEN,))}
    doubtful = set(keyed) - good
    if not doubtful:
        return set()
    forgotten: set[str] = set()
    named: set[str] = set()
    for kind, body, its_hash in cursor.execute(_OF_HOLDERS, (HOLDER_FORGOTTEN, *_GIVEN)):
        if kind != HOLDER_FORGOTTEN:
            named.update(_TOKEN.findall(body))
        elif digest(body) == its_hash:
            forgotten.update(_TOKEN.findall(body))
    return doubtful & forgotten | doubtful - named


def drop_holder(cursor: sqlite3.Cursor, book: str, holder: str) -> None:
    """Delete what is kept of ``holder``: the data, and which chips the cards are."""
    cursor.execute(
        "DELETE FROM card_reading WHERE book = ?1 AND card IN"
        " (SELECT card FROM card WHERE book = ?1 AND holder = ?2)",
        (book, holder),
    )
    cursor.execute("DELETE FROM holder WHERE book = ? AND holder = ?", (book, holder))


def _card(row: tuple[Any, ...]) -> BreakfastCard:
    """Read a row of the table.

    Raises:
        CardRowError: it holds what no till wrote.
    """
    card, holder, type_, level, version, state, expires, counter, issued, seq = row
    try:
        return BreakfastCard(
            card,
            holder,
            type_,
            Level(level),
            version,
            CardState(state),
            date.fromisoformat(expires),
            counter,
            datetime.fromisoformat(issued),
            seq,
        )
    except ValueError as error:
        raise CardRowError(card) from error
