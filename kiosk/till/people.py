"""The staff of a till: who works here, in which role, and what opens the till to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from config.rights import Right, Role
from kiosk.sale.people import card_number, good_pin, next_id, staff_name
from kiosk.sale.people import staff_id as proper_id
from kiosk.sale.people_errors import (
    CardTakenError,
    DisabledStaffError,
    LastManagerError,
    ManagerGoneError,
    ManagerThereError,
    NewPinNeededError,
    NoManagerError,
    StaffTakenError,
    TamperedSecretError,
    UnknownStaffError,
)
from kiosk.sale.refs import new_ref
from kiosk.till import staff_rows
from kiosk.till.day_tables import STAFF_CHANGED
from kiosk.till.secrets import fingerprint
from kiosk.till.signing_in import NOBODY, SigningIn
from kiosk.till.staff_rows import StaffRow
from ledger.errors import RefConflictError
from ledger.journal import Journal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from kiosk.sale.approval import Approved
    from kiosk.sale.people import Member

FIRST_NAMES = {"zh_CN": "站长", "en": "Manager"}
"""What the first manager, who is asked for a PIN only, is called in each language."""


class People(SigningIn):
    """What the till knows of the staff, and how that is changed.

    Every change is one ``staff_changed`` record: number, role, whether active, the PIN's
    fingerprint and the card's token; never a name, a PIN or a card's number. On a guarded till it
    needs ``Right.STAFF``. All of them raise ``ApprovalNeededError`` where that is wanting and
    nobody ``approved``, ``StaffNumberError`` and ``UnknownStaffError`` for a number that is none
    or nobody's, and ``RefConflictError`` for a ref that stands for something else.
    """

    def staff(self) -> tuple[Member, ...]:
        """Give everybody who ever worked here, by number."""
        with self.database.transaction() as cursor:
            return tuple(row.member for row in staff_rows.staff_rows(cursor, self.book))

    def first_manager_needed(self) -> bool:
        """Say whether nobody could manage the staff: the first start, or a new book."""
        return not any(each.active and each.role is Role.MANAGER for each in self.staff())

    def make_first_manager(
        self, pin: str, *, at: datetime, name: str = "", staff_id: str | None = None
    ) -> Member:
        """Make the first manager, ``s01`` in a new book; nobody is signed in by it.

        Without a ``name`` they are called a manager in the language of the settings.

        Raises:
            ManagerThereError: there is an active manager already.
            ManagerGoneError: the books have one, and somebody took the row out of the database.
            WeakPinError: the PIN will not do for a manager.
            TextError: the name cannot be shown.
            StaffTakenError: somebody has, or had, the number.
        """
        if not self.first_manager_needed():
            raise ManagerThereError
        with self.database.transaction() as cursor:
            # Or whoever empties a table would be the manager, and the books would look sound.
            if staff_rows.manager_recorded(cursor, self.book):
                raise ManagerGoneError
        name = name or FIRST_NAMES[self.settings.language]
        return self._add_staff(name, Role.MANAGER, pin, ref=new_ref(), at=at, wanted=staff_id)

    def add_staff(
        self,
        name: str,
        role: Role,
        pin: str,
        *,
        ref: UUID,
        at: datetime,
        staff_id: str | None = None,
        approved: Approved | None = None,
    ) -> Member:
        """Add somebody, with the number ``staff_id`` or the next that nobody ever had.

        Raises:
            NoManagerError: the first one has to be ``make_first_manager``'s.
            WeakPinError: the PIN will not do for the role.
            TextError: the name cannot be shown.
            StaffTakenError: somebody has, or had, the number.
        """
        if self.first_manager_needed():
            raise NoManagerError
        by = self.allow(Right.STAFF, approved)
        return self._add_staff(name, role, pin, ref=ref, at=at, wanted=staff_id, approved_by=by)

    def disable_staff(
        self, staff: str, *, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> Member:
        """Let ``staff`` work here no longer; number and history stay, the card is free again.

        Raises:
            LastManagerError: nobody could manage the staff any more.
        """

        def disabled(row: StaffRow) -> StaffRow:
            return replace(row, active=False, card=None)

        return self._change_staff("disabled", staff, disabled, ref=ref, at=at, approved=approved)

    def enable_staff(
        self, staff: str, *, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> Member:
        """Let a disabled member work here again, with the PIN that they had."""

        def enabled(row: StaffRow) -> StaffRow:
            return replace(row, active=True)

        return self._change_staff("enabled", staff, enabled, ref=ref, at=at, approved=approved)

    def change_role(
        self,
        staff: str,
        role: Role,
        *,
        ref: UUID,
        at: datetime,
        pin: str | None = None,
        approved: Approved | None = None,
    ) -> Member:
        """Give ``staff`` another role, and a new ``pin`` where one is given.

        Raises:
            NewPinNeededError: a manager's PIN is longer, and the old one's length is not known.
            WeakPinError: the new PIN will not do for the role.
            LastManagerError: nobody could manage the staff any more.
        """

        def moved(row: StaffRow) -> StaffRow:
            if pin is not None:
                return self._with_pin(replace(row, role=role), pin)
            if role is Role.MANAGER and row.role is not Role.MANAGER:
                raise NewPinNeededError(role)
            return replace(row, role=role)

        asked = {"role": role.value}
        return self._change_staff(
            "role", staff, moved, ref=ref, at=at, approved=approved, asked=asked
        )

    def reset_pin(
        self,
        staff: str,
        pin: str,
        *,
        ref: UUID,
        at: datetime,
        approved: Approved | None = None,
    ) -> Member:
        """Give ``staff`` a new PIN, and end a lock-out; also what a tampered row needs.

        Raises:
            WeakPinError: the PIN will not do for their role.
            DisabledStaffError: they have to be enabled first.
        """

        def renewed(row: StaffRow) -> StaffRow:
            return self._with_pin(_active(row), pin)

        return self._change_staff("pin", staff, renewed, ref=ref, at=at, approved=approved)

    def set_card(
        self,
        staff: str,
        uid: str | None,
        *,
        ref: UUID,
        at: datetime,
        approved: Approved | None = None,
    ) -> Member:
        """Register the card ``uid`` as the one card of ``staff``; None takes it away.

        Raises:
            CardFormatError: ``uid`` is no card's number.
            CardTakenError: the card is somebody else's.
            DisabledStaffError: they have to be enabled first.
        """
        token = None if uid is None else self._staff_key().card_token(card_number(uid))

        def carded(row: StaffRow) -> StaffRow:
            return replace(row if token is None else _active(row), card=token)

        asked = {"card": token}
        return self._change_staff(
            "card", staff, carded, ref=ref, at=at, approved=approved, asked=asked
        )

    def bring_staff(self, rows: Sequence[StaffRow], *, at: datetime) -> None:
        """Make ``rows``, of another book, the staff of this one: it is a book for practice.

        Whoever is not among them may not work here; what is so already is not written again.
        """
        here = self._staff_rows()
        gone = [replace(row, active=False) for row in here.values()]
        brought = {row.id for row in rows}
        for row in [*(each for each in gone if each.id not in brought), *rows]:
            known = here.get(row.id)
            if known is None or replace(row, seq=known.seq) != known:
                self._post_staff("brought", row, new_ref(), at, None)

    def tampered_staff(self) -> tuple[str, ...]:
        """Give the numbers of those whose data is not what the books say; for the self-check."""
        with self.database.transaction() as cursor:
            rows = staff_rows.staff_rows(cursor, self.book)
            return tuple(row.id for row in rows if not staff_rows.genuine(cursor, self.book, row))

    def _with_pin(self, row: StaffRow, pin: str) -> StaffRow:
        hashed = self._staff_key().hash_pin(row.id, good_pin(pin, row.role, row.id))
        return replace(row, pin=hashed, secret=fingerprint(hashed))

    def _add_staff(
        self,
        name: str,
        role: Role,
        pin: str,
        *,
        ref: UUID,
        at: datetime,
        wanted: str | None,
        approved_by: str | None = None,
    ) -> Member:
        name = staff_name(name)
        rows = self._staff_rows()
        free = next_id(rows)
        staff = free if wanted is None else proper_id(wanted)
        if (
            again := self._staff_again(
                ref, "added", None if wanted is None else staff, {"role": role.value}
            )
        ) is not None:
            return again
        if staff in rows:
            raise StaffTakenError(staff, free)
        row = StaffRow(staff, role, active=True, secret=None, card=None, seq=0, name=name, pin=None)
        return self._post_staff("added", self._with_pin(row, pin), ref, at, approved_by)

    def _change_staff(
        self,
        change: str,
        typed: str,
        edit: Callable[[StaffRow], StaffRow],
        *,
        ref: UUID,
        at: datetime,
        approved: Approved | None,
        asked: Mapping[str, str | None] | None = None,
    ) -> Member:
        by = self.allow(Right.STAFF, approved)
        staff = proper_id(typed)
        if (again := self._staff_again(ref, change, staff, asked or {})) is not None:
            return again
        rows = self._staff_rows()
        if staff not in rows:
            raise UnknownStaffError(staff)
        self._check_staff_row(rows[staff])
        old, row = rows[staff], edit(rows[staff])
        for other in rows.values():
            if row.card is not None and other.card == row.card and other.id != staff:
                raise CardTakenError(other.id)
        if _manages(old) and not _manages(row) and sum(map(_manages, rows.values())) == 1:
            raise LastManagerError(staff)
        return self._post_staff(change, row, ref, at, by)

    def _check_staff_row(self, row: StaffRow) -> None:
        """Build on nothing but what the books say: a change would make an edited role theirs."""
        with self.database.transaction() as cursor:
            if not staff_rows.said(cursor, self.book, row):
                raise TamperedSecretError(row.id)

    def _staff_rows(self) -> dict[str, StaffRow]:
        with self.database.transaction() as cursor:
            return {row.id: row for row in staff_rows.staff_rows(cursor, self.book)}

    def _staff_again(
        self, ref: UUID, change: str, staff: str | None, asked: Mapping[str, str | None]
    ) -> Member | None:
        """Answer a repeated request: the salt of a PIN differs, so what was asked is compared."""
        with self.database.transaction() as cursor:
            record = Journal(cursor, self.book).find(ref)
            if record is None:
                return None
            doc = record.doc
            same = (record.book, record.kind, doc.get("change")) == (
                *(self.book, STAFF_CHANGED),
                change,
            )
            row = staff_rows.row_of(cursor, self.book, doc["staff"]) if same else None
            if row is None or staff not in {None, row.id} or not asked.items() <= doc.items():
                raise RefConflictError(ref, record.book, record.seq)
            return row.member

    def _post_staff(
        self, change: str, row: StaffRow, ref: UUID, at: datetime, approved_by: str | None
    ) -> Member:
        doc: dict[str, Any] = row.doc(change)
        if approved_by not in {None, self.by}:
            doc["approved_by"] = approved_by
        self._watch(at)
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            record, _ = journal.post(self._entry(STAFF_CHANGED, ref, at, doc))
            self._keep_secret(cursor, change, row)
        self.database.announce(record)
        self._booked(record, at)
        if row.id == self.by and self.role is not None:
            self.by, self.role = (self.by, row.role) if row.active else (NOBODY, None)
        return row.member

    def _keep_secret(self, cursor: sqlite3.Cursor, change: str, row: StaffRow) -> None:
        if row.pin is not None and change in {"added", "brought", "pin", "role"}:
            staff_rows.set_secret(cursor, self.book, row.id, row.name, row.pin)


def _manages(row: StaffRow) -> bool:
    return row.active and row.role is Role.MANAGER


def _active(row: StaffRow) -> StaffRow:
    if not row.active:
        raise DisabledStaffError(row.id)
    return row
