"""Signing in, locking, and approval in place: what a PIN or a staff card opens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from kiosk.sale.approval import Approved
from kiosk.sale.people import (
    Card,
    Pin,
    card_number,
    digits,
    known_id,
    locked_for,
    longest_lock,
    tries_left,
)
from kiosk.sale.people_errors import (
    CardFormatError,
    DisabledStaffError,
    LockedOutError,
    NotAllowedError,
    StaffError,
    TamperedSecretError,
    UnknownStaffError,
    WrongPinError,
)
from kiosk.sale.refs import new_ref
from kiosk.till import staff_rows
from kiosk.till.core import Core
from kiosk.till.day_tables import APPROVAL_REFUSED, LOGIN_FAILED, SESSION_LOCKED, STAFF_CHANGED
from kiosk.till.secrets import KEY_FILE, fingerprint, outdated, read_key
from kiosk.till.staff_rows import STRANGERS, Tries
from ledger.journal import Journal

if TYPE_CHECKING:
    from config.rights import Right
    from kiosk.sale.people import Credential, Member
    from kiosk.till.secrets import StaffKey
    from kiosk.till.staff_rows import StaffRow
    from ledger.entries import Entry

NOBODY: Final = "cashier"
"""What records say of who did it, while nobody is signed in."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody was asked to approve, for the record that says it was refused."""

    right: Right
    act: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """A credential as it was met: whose it is, if anybody's, and how often it failed before."""

    who: Credential
    row: StaffRow | None
    genuine: bool
    tries: Tries

    @property
    def counted_for(self) -> str:
        """Whose tries these are."""
        return self.row.id if self.row else STRANGERS


class SigningIn(Core):
    """What the till does with a PIN or a staff card."""

    def sign_in(self, who: Credential, *, at: datetime) -> Member:
        """Let somebody in: their number stands on every record, their rights hold from here.

        A number that nobody has takes as long as a wrong PIN and is answered alike. What fails is
        recorded, and counted for ``guards.pin_tries``; a right PIN begins to count anew.

        Raises:
            WrongPinError: number and PIN do not belong together; ``left`` tries are left.
            LockedOutError: too many wrong ones; not before ``until``, whatever is typed.
            UnknownStaffError: the card is nobody's.
            DisabledStaffError: they may not work here any more.
            TamperedSecretError: the database was changed by hand.
            StaffKeyError: the key file is missing, or others can read it.
        """
        row = self._admitted(who, at, None)
        return self._let_in(row, at)

    def let_in(self, staff: str, *, at: datetime) -> Member:
        """Sign ``staff`` in without a PIN: for the demo and for tests, which have nobody to ask.

        Raises:
            UnknownStaffError: nobody has that number.
            DisabledStaffError: they may not work here any more.
        """
        with self.database.transaction() as cursor:
            row = staff_rows.row_of(cursor, self.book, staff)
        if row is None:
            raise UnknownStaffError(staff)
        if not row.active:
            raise DisabledStaffError(staff)
        self._watch(at)
        return self._let_in(row, at)

    def _let_in(self, row: StaffRow, at: datetime) -> Member:
        self._write_staff(
            at, replace(self._entry(SESSION_LOCKED, new_ref(), at, {"on": 0}), by=row.id)
        )
        self.by, self.role = row.id, row.role
        return row.member

    def lock(self, *, at: datetime) -> None:
        """Let nobody do anything until the next ``sign_in``; a locked till stays as it is."""
        if self.role is None:
            return
        self._watch(at)
        self._write_staff(at, self._entry(SESSION_LOCKED, new_ref(), at, {"on": 1}))
        self.by, self.role = NOBODY, None

    def approve(self, right: Right, act: str, who: Credential, *, at: datetime) -> Approved:
        """Lend ``right`` for one act of the cashier's, in the name of ``who``.

        ``act`` is a short word for the log, such as ``refund``. The cashier stays signed in; the
        act's own record names both. A refusal is recorded with who asked whom for what.

        Raises:
            NotAllowedError: they may not do it either; nobody approves what they may not do.
            StaffError: see ``sign_in``.
        """
        asked = _Asked(right, act)
        row = self._admitted(who, at, asked)
        if right not in self.settings.roles.of(row.role):
            self._write_staff(at, self._approval_refusal(asked, who, row.id, "right", at))
            raise NotAllowedError(right, row.id)
        return Approved(right, row.id)

    def _admitted(self, who: Credential, at: datetime, asked: _Asked | None) -> StaffRow:
        """Give whose credential ``who`` is, if it opens the till now; record it, if not."""
        self._watch(at)
        key = self._staff_key()
        shown = self._meet(who, key)
        row = shown.row
        counts = isinstance(who, Pin) or row is None
        if counts:
            self._hold_off(shown, at, asked)
        if row is not None and not shown.genuine:
            self._failed_sign_in(shown, at, asked, "tampered")
            raise TamperedSecretError(row.id)
        # The slow part: outside any transaction, and as slow for a number that nobody has.
        if isinstance(who, Pin):
            plain = digits(who.pin)
            if not key.fits(shown.counted_for, plain, row.pin if row else None):
                row = None
        if row is None:
            raise self._wrong_pin(shown, at, asked)
        if not row.active:
            self._failed_sign_in(shown, at, asked, "disabled")
            raise DisabledStaffError(row.id)
        if isinstance(who, Pin):
            self._right_pin(row, key, digits(who.pin), shown.tries, at)
        return row

    def _meet(self, who: Credential, key: StaffKey) -> _Shown:
        with self.database.transaction() as cursor:
            row = None
            if isinstance(who, Pin):
                staff = known_id(who.staff)
                row = staff_rows.row_of(cursor, self.book, staff) if staff else None
            elif (token := _token(who, key)) is not None:
                row = staff_rows.row_of_card(cursor, self.book, token)
            genuine = row is not None and staff_rows.genuine(cursor, self.book, row)
            tries = staff_rows.tries_of(cursor, self.book, row.id if row else STRANGERS)
        return _Shown(who, row, genuine, tries)

    def _hold_off(self, shown: _Shown, at: datetime, asked: _Asked | None) -> None:
        """Refuse whoever is locked out; nothing is counted or tried meanwhile."""
        until, tries = shown.tries.until, shown.tries.tries
        if until is None or until <= at:
            return
        left = (until - at).total_seconds()
        longest = longest_lock(self.settings.guards)
        if left > longest:
            # The clock was set back meanwhile: the lock begins again, and never lasts longer.
            left = longest
            until = at.astimezone(UTC) + timedelta(seconds=left)
            with self.database.transaction() as cursor:
                staff_rows.set_tries(cursor, self.book, shown.counted_for, Tries(tries, until))
        if asked is not None:
            staff = shown.row.id if shown.row else None
            self._write_staff(at, self._approval_refusal(asked, shown.who, staff, "locked", at))
        raise LockedOutError(until, ceil(left))

    def _wrong_pin(self, shown: _Shown, at: datetime, asked: _Asked | None) -> StaffError:
        """Count and record a wrong PIN or an unknown card; give what to say of it."""
        guards, before = self.settings.guards, shown.tries.tries
        # Strangers have no right PIN that would end their count, so their lock-outs do not grow.
        tries = (before if shown.row else before % guards.pin_tries) + 1
        seconds = locked_for(tries, guards)
        until = at.astimezone(UTC) + timedelta(seconds=seconds) if seconds else None
        why = "pin" if isinstance(shown.who, Pin) else "card"
        self._failed_sign_in(shown, at, asked, why, Tries(tries, until))
        if until is not None:
            return LockedOutError(until, seconds)
        return WrongPinError(tries_left(tries, guards)) if why == "pin" else UnknownStaffError(None)

    def _failed_sign_in(
        self,
        shown: _Shown,
        at: datetime,
        asked: _Asked | None,
        why: str,
        tries: Tries | None = None,
    ) -> None:
        """Record that nobody was let in, and why; keep ``tries`` where they changed."""
        now = tries or shown.tries
        staff = shown.row.id if shown.row else None
        doc = {
            "by_card": int(isinstance(shown.who, Card)),
            "locked": int(tries is not None and tries.until is not None),
            # What a stranger typed may be anything, a PIN too: it is not recorded.
            "staff": staff,
            "tries": now.tries,
            "why": why,
        }
        entries = [self._entry(LOGIN_FAILED, new_ref(), at, doc)]
        if asked is not None:
            entries.append(self._approval_refusal(asked, shown.who, staff, why, at))
        kept = {} if tries is None else {shown.counted_for: tries}
        self._write_staff(at, *entries, tries=kept)

    def _right_pin(
        self, row: StaffRow, key: StaffKey, pin: str, before: Tries, at: datetime
    ) -> None:
        """Forget the wrong tries before a right PIN, and hash it anew where that has changed."""
        kept = {row.id: Tries()} if before != Tries() else {}
        if row.pin is None or not outdated(row.pin):
            if kept:
                self._write_staff(at, tries=kept)
            return
        hashed = key.hash_pin(row.id, pin)
        now = replace(row, pin=hashed, secret=fingerprint(hashed))
        entry = self._entry(STAFF_CHANGED, new_ref(), at, now.doc("rehashed"))
        self._write_staff(at, replace(entry, by=row.id), tries=kept, pins={row.id: hashed})

    def _approval_refusal(
        self, asked: _Asked, who: Credential, staff: str | None, why: str, at: datetime
    ) -> Entry:
        doc: dict[str, Any] = {
            "act": asked.act,
            "asked_by": None if self.role is None else self.by,
            "by_card": int(isinstance(who, Card)),
            "right": asked.right.value,
            "staff": staff,
            "why": why,
        }
        return self._entry(APPROVAL_REFUSED, new_ref(), at, doc)

    def _write_staff(
        self,
        at: datetime,
        *entries: Entry,
        tries: dict[str, Tries] | None = None,
        pins: dict[str, str] | None = None,
    ) -> None:
        """Put ``entries`` and what goes with them into the database, all or nothing."""
        record = None
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            for entry in entries:
                record, _ = journal.post(entry)
            for staff, each in (tries or {}).items():
                staff_rows.set_tries(cursor, self.book, staff, each)
            for staff, hashed in (pins or {}).items():
                staff_rows.set_pin(cursor, self.book, staff, hashed)
        if record is not None:
            self.database.announce(record)
            self._booked(record, at)

    def staff_with_card(self, number: str) -> Member | None:
        """Give whoever's staff card bears ``number``; nobody is let in by it.

        Raises:
            StaffKeyError: the home's key cannot be used.
        """
        with self.database.transaction() as cursor:
            if not staff_rows.any_card(cursor, self.book):
                return None
        token = _token(Card(number), self._staff_key())
        with self.database.transaction() as cursor:
            row = staff_rows.row_of_card(cursor, self.book, token) if token else None
        return row.member if row is not None and row.active else None

    def _staff_key(self) -> StaffKey:
        """Give the home's key; it is made with the first member of the staff."""
        with self.database.transaction() as cursor:
            found = cursor.execute("SELECT 1 FROM staff WHERE book = ? LIMIT 1", (self.book,))
            first = found.fetchone() is None
        return read_key(self.database.path.with_name(KEY_FILE), make=first)


def _token(who: Card, key: StaffKey) -> str | None:
    """Give what the books know of a card; None for a reading that is no card's."""
    try:
        return key.card_token(card_number(who.uid))
    except CardFormatError:
        return None
