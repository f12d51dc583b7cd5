"""The staff in the database: what the books say of them, and the secrets beside it.

The two are held together whenever somebody is let in. A row of ``staff`` has to say what its own
record says, and the PIN's hash has to be the one whose fingerprint the books hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from config.rights import Role
from kiosk.sale.people import Member
from kiosk.till.day_tables import STAFF_CHANGED
from kiosk.till.secrets import fingerprint
from ledger.chain import digest
from ledger.journal import Journal
from ledger.proof import NONSENSE

if TYPE_CHECKING:
    import sqlite3

STRANGERS: Final = ""
"""In place of a staff number: the tries of all who named no member of the staff."""

_ROWS: Final = (
    "SELECT staff, role, active, secret, card, seq, coalesce(name, staff), pin"
    " FROM staff LEFT JOIN staff_secret USING (book, staff) WHERE book = ?"
)
_MANAGED: Final = (
    "SELECT 1 FROM record WHERE book = ? AND kind = ?"
    " AND json_extract(body, '$.doc.role') = 'manager'"
    " AND json_extract(body, '$.doc.active') = 1 LIMIT 1"
)
_TRIES: Final = "SELECT tries, locked_until FROM staff_secret WHERE book = ? AND staff = ?"
_SET_TRIES: Final = (
    "INSERT INTO staff_secret VALUES (?1, ?2, '', NULL, ?3, ?4) ON CONFLICT (book, staff)"
    " DO UPDATE SET tries = excluded.tries, locked_until = excluded.locked_until"
)
_KEEP: Final = (
    "INSERT INTO staff_secret VALUES (?1, ?2, ?3, ?4, 0, NULL) ON CONFLICT (book, staff)"
    " DO UPDATE SET name = excluded.name, pin = excluded.pin, tries = 0, locked_until = NULL"
)
_SET_PIN: Final = "UPDATE staff_secret SET pin = ? WHERE book = ? AND staff = ?"


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One member of the staff, with what lets them in.

    ``secret`` is the fingerprint that the books hold, ``pin`` the hash beside them; ``seq`` is the
    last record that changed the member.
    """

    id: str
    role: Role
    active: bool
    secret: str | None
    card: str | None
    seq: int
    name: str
    pin: str | None

    @property
    def member(self) -> Member:
        """Give what a screen may see."""
        has_pin, has_card = self.pin is not None, self.card is not None
        return Member(self.id, self.name, self.role, self.active, has_pin, has_card)

    @property
    def own_secret(self) -> bool:
        """Whether the PIN's hash is the one that the books hold the fingerprint of."""
        return (None if self.pin is None else fingerprint(self.pin)) == self.secret

    def doc(self, change: str) -> dict[str, str | int | None]:
        """Give the document of the record that says ``change`` led here."""
        return {
            "active": int(self.active),
            "card": self.card,
            "change": change,
            "role": self.role.value,
            "secret": self.secret,
            "staff": self.id,
        }


@dataclass(frozen=True, slots=True)
class Tries:
    """How many wrong PINs in a row there were, and until when (UTC) no other will do."""

    tries: int = 0
    until: datetime | None = None


def staff_rows(cursor: sqlite3.Cursor, book: str) -> list[StaffRow]:
    """Give everybody who ever worked in ``book``, by number."""
    found = cursor.execute(f"{_ROWS} ORDER BY length(staff), staff", (book,)).fetchall()
    return [_row(each) for each in found]


def row_of(cursor: sqlite3.Cursor, book: str, staff: str) -> StaffRow | None:
    """Give the member with that number, or None."""
    found = cursor.execute(f"{_ROWS} AND staff = ?", (book, staff)).fetchone()
    return _row(found) if found else None


def row_of_card(cursor: sqlite3.Cursor, book: str, token: str) -> StaffRow | None:
    """Give the member whose card's token that is, or None."""
    found = cursor.execute(f"{_ROWS} AND card = ?", (book, token)).fetchone()
    return _row(found) if found else None


def any_card(cursor: sqlite3.Cursor, book: str) -> bool:
    """Whether anybody who works in ``book`` has a staff card."""
    query = "SELECT 1 FROM staff WHERE book = ? AND card IS NOT NULL LIMIT 1"
    return cursor.execute(query, (book,)).fetchone() is not None


def _row(found: tuple[Any, ...]) -> StaffRow:
    staff, role, active, secret, card, seq, name, pin = found
    return StaffRow(staff, Role(role), bool(active), secret, card, seq, name, pin)


def genuine(cursor: sqlite3.Cursor, book: str, row: StaffRow) -> bool:
    """Say whether ``row`` is what the books say, and the PIN's hash the one they know."""
    return row.own_secret and said(cursor, book, row)


def said(cursor: sqlite3.Cursor, book: str, row: StaffRow) -> bool:
    """Say whether ``row`` is what its own record says.

    Cheap enough for every sign-in; that no later record was passed over is for ``verify``.
    """
    record = Journal(cursor, book).read(row.seq)
    try:
        return (
            record is not None
            and digest(record.body) == record.hash
            and record.kind == STAFF_CHANGED
            and row.doc(record.doc["change"]).items() <= record.doc.items()
        )
    except NONSENSE:
        return False


def manager_recorded(cursor: sqlite3.Cursor, book: str) -> bool:
    """Say whether the records of ``book`` ever made a manager: then it has one for ever.

    The last one can be neither disabled nor demoted, so a table of staff without any was edited.
    """
    return cursor.execute(_MANAGED, (book, STAFF_CHANGED)).fetchone() is not None


def altered_staff(cursor: sqlite3.Cursor) -> list[tuple[str, str]]:
    """Give book and number of everybody who is not what the books say; rows gone are verify's."""
    books = cursor.execute("SELECT DISTINCT book FROM staff ORDER BY book").fetchall()
    return [
        (book, row.id)
        for (book,) in books
        for row in staff_rows(cursor, book)
        if not genuine(cursor, book, row)
    ]


def swapped_secrets(cursor: sqlite3.Cursor) -> list[tuple[str, str]]:
    """Give book and number of everybody whose PIN hash is not the one that the books know."""
    found = cursor.execute(
        "SELECT book, staff, secret, pin FROM staff LEFT JOIN staff_secret USING (book, staff)"
        " ORDER BY book, staff"
    )
    return [
        (book, staff)
        for book, staff, secret, pin in found
        if (None if pin is None else fingerprint(pin)) != secret
    ]


def tries_of(cursor: sqlite3.Cursor, book: str, staff: str) -> Tries:
    """Give the wrong PINs of ``staff`` so far; of strangers together for ``STRANGERS``."""
    found = cursor.execute(_TRIES, (book, staff)).fetchone()
    if found is None:
        return Tries()
    tries, until = found
    return Tries(tries, None if until is None else _instant(until))


def _instant(text: str) -> datetime | None:
    """Read an instant; None for what only a hand can have written: it could as well be NULL."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def set_tries(cursor: sqlite3.Cursor, book: str, staff: str, tries: Tries) -> None:
    """Keep ``tries``; a restart does not forget them."""
    until = None if tries.until is None else tries.until.isoformat()
    cursor.execute(_SET_TRIES, (book, staff, tries.tries, until))


def set_secret(cursor: sqlite3.Cursor, book: str, staff: str, name: str, pin: str) -> None:
    """Keep name and hashed PIN of ``staff``; what was tried before is forgotten."""
    cursor.execute(_KEEP, (book, staff, name, pin))


def set_pin(cursor: sqlite3.Cursor, book: str, staff: str, pin: str) -> None:
    """Keep another hash of the same PIN."""
    cursor.execute(_SET_PIN, (pin, book, staff))
