"""Parking (挂单): baskets that wait, whole, in the books; and one that a dead program left."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from config.rights import Right
from config.text import check_text
from kiosk.errors import EmptyBasketError
from kiosk.sale import counting
from kiosk.sale.parked import AlreadyParkedError, AlreadySoldError, NotParkedError, Parked
from kiosk.sale.refs import new_ref
from kiosk.sale.tenders import Offer
from kiosk.till import docs
from kiosk.till.core import Core, Done
from kiosk.till.day_tables import BASKET_DROPPED, BASKET_PARKED, BASKET_RECALLED
from ledger.errors import RefConflictError
from ledger.journal import Journal, read_record
from ledger.money import ZERO, from_fen, to_fen

if TYPE_CHECKING:
    import sqlite3

    from kiosk.sale.approval import Approved
    from kiosk.sale.basket import Basket
    from kiosk.till.draft import Draft
    from ledger.entries import Record

RESCUED: Final = "断电恢复"
"""The note on a basket that was on the screen when the program died."""

_NOTE_COLUMNS: Final = 60
_FIND: Final = "SELECT seq FROM parked WHERE book = ? AND basket = ?"
_ALL: Final = (
    "SELECT r.book, r.seq, r.prev, r.hash, r.body FROM parked p JOIN record r"
    " ON r.book = p.book AND r.seq = p.seq WHERE p.book = ? ORDER BY p.seq"
)


class Parking(Core):
    """What the till does with baskets that wait."""

    def park(
        self,
        basket: Basket,
        *,
        ref: UUID,
        at: datetime,
        note: str = "",
        approved: Approved | None = None,
    ) -> Done:
        """Put an unpaid basket aside; it waits in the books until it is recalled or dropped.

        Raises:
            ApprovalNeededError: selling is not the right of whoever is signed in.
            EmptyBasketError: there are no lines.
            TextError: the note is too wide, or holds what cannot be seen.
            AlreadyParkedError: it waits already.
            AlreadySoldError: it is paid.
            RefConflictError: the ref is in the books with another content.
        """
        self.allow(Right.SELL, approved)
        if not basket.lines:
            raise EmptyBasketError
        if note := note.strip():
            note = check_text(note, what_zh="备注", what_en="note", columns=_NOTE_COLUMNS)
        self._watch(at)
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            if journal.find(ref) is None:
                if self._parked_seq(cursor, basket.ref) is not None:
                    raise AlreadyParkedError(basket.ref)
                if (sold := journal.find(basket.ref)) is not None:
                    raise AlreadySoldError(sold.seq)
            entry = self._entry(BASKET_PARKED, ref, at, _doc(basket, note))
            record, new = journal.post(entry)
        return self._done(record, basket, at, new=new)

    def parked(self) -> list[Parked]:
        """Give the baskets that wait in this book, in the order in which they were parked."""
        with self.database.transaction() as cursor:
            rows = cursor.execute(_ALL, (self.book,)).fetchall()
        return [_parked(read_record(row)) for row in rows]

    def waiting(self, basket: UUID) -> Basket:
        """Give the basket whose own ref is ``basket`` as it was parked, and leave it waiting.

        Raises:
            NotParkedError: it does not wait in this book.
        """
        with self.database.transaction() as cursor:
            seq = self._parked_seq(cursor, basket)
            record = None if seq is None else Journal(cursor, self.book).read(seq)
        if record is None:
            raise NotParkedError(basket)
        return docs.basket(record.doc)

    def recall(
        self, basket: UUID, *, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> Basket:
        """Fetch the basket whose own ref is ``basket``: the very value that was parked.

        It keeps its ref, so that paying it twice is one sale.

        Raises:
            ApprovalNeededError: selling is not the right of whoever is signed in.
            NotParkedError: it does not wait in this book.
            AlreadySoldError: it is paid, so nobody may take its money again.
            RefConflictError: the ref is in the books with another content.
        """
        self.allow(Right.SELL, approved)
        _, kept = self._fetch(BASKET_RECALLED, basket, ref, at, {})
        return kept

    def drop_parked(
        self,
        basket: UUID,
        *,
        ref: UUID,
        at: datetime,
        reason: str = "",
        approved: Approved | None = None,
    ) -> Done:
        """Give up the parked basket whose own ref is ``basket``; its lines are recorded again.

        ``total`` is what it would have come to.

        Raises:
            ApprovalNeededError: removing after the total is not the right of whoever is signed in.
            TextError: the reason is too wide, or holds what cannot be seen.
            NotParkedError: it does not wait in this book.
            RefConflictError: the ref is in the books with another content.
        """
        by = self.allow(Right.REMOVE_AFTER_TOTAL, approved)
        said: dict[str, Any] = {"approved_by": by} if by is not None else {}
        if reason := counting.reason_of(reason):
            said["reason"] = reason
        done, _ = self._fetch(BASKET_DROPPED, basket, ref, at, said)
        return done

    def rescue(self, draft: Draft, *, at: datetime) -> UUID | None:
        """Park the basket that was on the screen when the program died, in its cashier's name.

        Gives the basket's ref; None where it is empty, or in the books as a sale: then the
        program died between the commit and forgetting the ticket. One that waits already is left
        as it is. Asks for nobody's right: it runs before anybody is signed in.
        """
        basket = draft.basket
        if not basket.lines:
            return None
        self._watch(at)
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            if journal.find(basket.ref) is not None:
                return None
            if self._parked_seq(cursor, basket.ref) is not None:
                return basket.ref
            doc = _doc(basket, self._rescue_note(draft))
            if draft.offers:
                doc["offers"] = [
                    {"fen": to_fen(each.amount), "tender": each.tender} for each in draft.offers
                ]
            entry = replace(self._entry(BASKET_PARKED, new_ref(), at, doc), by=draft.by)
            record, new = journal.post(entry)
        self._done(record, basket, at, new=new)
        return basket.ref

    def _rescue_note(self, draft: Draft) -> str:
        """Say what had been taken already: that money lies in the drawer, and in no book."""
        names = {tender.id: tender.name_zh for tender in self.settings.tenders}
        taken = [
            f"{names.get(each.tender, each.tender)} {each.amount.amount:.2f}"
            for each in draft.offers
        ]
        return f"{RESCUED}（已收 {'、'.join(taken)}）" if taken else RESCUED

    def _fetch(
        self, kind: str, basket: UUID, ref: UUID, at: datetime, said: dict[str, Any]
    ) -> tuple[Done, Basket]:
        """End the wait of ``basket`` with a record of ``kind``; give it as it was parked."""
        self._watch(at)
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            again = journal.find(ref)
            seq = self._parked_seq(cursor, basket) if again is None else again.doc.get("of_seq")
            waiting = None if seq is None else journal.read(seq)
            if waiting is None or waiting.doc.get("basket") != str(basket):
                if again is not None:
                    raise RefConflictError(ref, again.book, again.seq)
                raise NotParkedError(basket)
            sold = journal.find(basket) if again is None and kind == BASKET_RECALLED else None
            if sold is not None:
                raise AlreadySoldError(sold.seq)
            doc = {"basket": str(basket), "of_seq": waiting.seq} | said
            kept = docs.basket(waiting.doc)
            if kind == BASKET_DROPPED:
                doc |= {"lines": waiting.doc["lines"], "total_fen": to_fen(kept.total)}
            record, new = journal.post(self._entry(kind, ref, at, doc))
        return self._done(record, kept, at, new=new), kept

    def _parked_seq(self, cursor: sqlite3.Cursor, basket: UUID) -> int | None:
        row = cursor.execute(_FIND, (self.book, str(basket))).fetchone()
        return int(row[0]) if row else None

    def _done(self, record: Record, basket: Basket, at: datetime, *, new: bool) -> Done:
        self.database.announce(record)
        if new:
            self._booked(record, at)
        return Done(record, new, basket.total, ZERO, ZERO)


def _doc(basket: Basket, note: str) -> dict[str, Any]:
    return docs.parked(basket) | {"note": note, "total_fen": to_fen(basket.total)}


def _parked(record: Record) -> Parked:
    doc, content = record.doc, record.content
    return Parked(
        UUID(doc["basket"]),
        record.seq,
        datetime.fromisoformat(content["at"]),
        content["by"],
        doc["note"],
        doc["total_fen"],
        tuple(map(docs.read_line, doc["lines"])),
        tuple(Offer(each["tender"], from_fen(each["fen"])) for each in doc.get("offers", ())),
    )
