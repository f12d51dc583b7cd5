"""Undoing a breakfast: whole, in its own shift, and with a reason that names nobody."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from config.rights import Right
from kiosk.errors import AlreadyReversedError, NoSuchSaleError, OtherShiftError
from kiosk.sale import counting
from kiosk.sale.card_errors import NoSuchHolderError, VaultError, WholeBreakfastError
from kiosk.till.core import Done
from kiosk.till.counts import Counts
from kiosk.till.giving_back import GivingBack
from kiosk.till.judging import Judging
from kiosk.till.known_cards import check_numbers
from kiosk.till.tables import REDEMPTION_VOID
from ledger import breakfast_rules
from ledger.entries import FundMove
from ledger.errors import RefConflictError
from ledger.journal import Journal, fund_available
from ledger.money import ZERO, from_fen

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from kiosk.errors import TillError
    from kiosk.sale.approval import Approved
    from kiosk.sale.refunds import SoldLines
    from kiosk.till.vault import Vault
    from ledger.entries import Posting, Record

_BREAKFAST: Final = "SELECT closed_by FROM breakfast WHERE book = ? AND seq = ?"


class Undoing(Judging, Counts, GivingBack):
    """What the till does with a breakfast that is in the books."""

    def void(
        self,
        number: int,
        *,
        ref: UUID,
        at: datetime,
        reason: str = "",
        approved: Approved | None = None,
    ) -> Done:
        """Undo a whole sale or breakfast of this book in its own shift; see ``GivingBack.void``.

        A breakfast gives money and claim back: the holder may have another one that day.

        Raises:
            NameInTextError: the reason names the holder whose breakfast it was.
            NumberInTextError: the reason holds six figures in a row.
        """
        with self.database.transaction() as cursor:
            served = cursor.execute(_BREAKFAST, (self.book, number)).fetchone()
        if served is None:
            return super().void(number, ref=ref, at=at, reason=reason, approved=approved)
        by = self.allow(Right.VOID, approved)
        self.need_shift()
        said = counting.reason_of(reason)
        vault = self._vault_for(said)
        self._watch(at)
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            record = journal.find(ref)
            sold = journal.read(number)
            if sold is None:
                raise NoSuchSaleError(self.book, number)
            if again := record is not None:
                if record.kind != REDEMPTION_VOID or record.doc["of_seq"] != number:
                    raise RefConflictError(ref, record.book, record.seq)
            else:
                self._check_undone(cursor, number)
                self._check_reason(cursor, vault, sold, said)
                shift = self.shift.number if self.shift else None
                if sold.content["shift"] != shift:
                    raise OtherShiftError(number, sold.content["shift"], shift)
                if shift is None:
                    self._check_voidable(number, sold, self.today(at))
                available = fund_available(cursor, self.book)
                doc, postings, fund = _undoing(sold, number, said, available)
                doc |= {"approved_by": by} if by else {}
                entry = self._entry(REDEMPTION_VOID, ref, at, doc, postings, fund=fund)
                record, _ = journal.post(entry)
        self.database.announce(record)
        if not again:
            self._booked(record, at, sold)
        total, taken = record.doc["total_fen"], record.doc["reversed_fen"]
        return Done(record, not again, from_fen(total), ZERO, from_fen(taken))

    def refund(
        self,
        number: int,
        asked: Mapping[int, int] | None = None,
        *,
        ref: UUID,
        at: datetime,
        reason: str = "",
        approved: Approved | None = None,
    ) -> Done:
        """Give back lines of a sale; see ``GivingBack.refund``.

        Raises:
            WholeBreakfastError: it is a breakfast, which is undone whole.
        """
        try:
            return super().refund(number, asked, ref=ref, at=at, reason=reason, approved=approved)
        except NoSuchSaleError as error:
            raise self._whole(number, error) from None

    def sold(self, number: int) -> SoldLines:
        """Give the lines of a sale; see ``GivingBack.sold``.

        Raises:
            WholeBreakfastError: it is a breakfast, which is undone whole.
        """
        try:
            return super().sold(number)
        except NoSuchSaleError as error:
            raise self._whole(number, error) from None

    def _whole(self, number: int, error: NoSuchSaleError) -> TillError:
        """Give what is said of a number that is no sale: that it is a breakfast, if it is one."""
        with self.database.transaction() as cursor:
            served = cursor.execute(_BREAKFAST, (self.book, number)).fetchone()
        return error if served is None else WholeBreakfastError(number)

    def _vault_for(self, said: str) -> Vault | None:
        """Give the keys that tell whether ``said`` names somebody; None where they are lost.

        Then nobody can tell, and a void goes on all the same.
        """
        with suppress(VaultError):
            return self.vault if said else None
        return None

    def _check_reason(
        self, cursor: sqlite3.Cursor, vault: Vault | None, sold: Record, said: str
    ) -> None:
        """Hold the reason of a void to what the books may hold for thirty years.

        Raises:
            NameInTextError: it names the holder.
            NumberInTextError: it holds six figures in a row.
        """
        claim = sold.doc["claim"]
        if claim and vault is not None:
            with suppress(VaultError, NoSuchHolderError):  # lost since, or noise
                self._check_named(cursor, vault, claim["holder"], said)
        check_numbers(said)

    def _check_undone(self, cursor: sqlite3.Cursor, number: int) -> None:
        """Refuse to undo a breakfast twice.

        Raises:
            AlreadyReversedError: it is undone already.
        """
        closed_by = cursor.execute(_BREAKFAST, (self.book, number)).fetchone()[0]
        if closed_by is not None:
            raise AlreadyReversedError(number, closed_by)


def _undoing(
    sold: Record, number: int, reason: str, available_fen: int
) -> tuple[dict[str, Any], tuple[Posting, ...], dict[FundMove, int]]:
    """Give document, postings and fund moves of what undoes the breakfast ``sold``.

    Its money comes back to the fund first; where even so the set-aside of what was paid on top is
    not there any more, it stays, and the operator bears it (domain rule 3).
    """
    doc = sold.doc
    restored, set_aside = sold.fund["redeemed"], doc["set_aside_fen"]
    taken = set_aside if available_fen + restored >= set_aside else 0
    claim = doc["claim"]
    tenders = [
        {"account": each["account"], "amount_fen": each["amount_fen"], "of": of}
        | {"tender": each["tender"]}
        for of, each in enumerate(doc["tenders"])
    ]
    lines = [
        {name: each[name] for name in ("amount_fen", "name", "qty_milli", "sku", "unit_fen")}
        | {"line": line}
        for line, each in enumerate(doc["lines"], 1)
    ]
    undone: dict[str, Any] = {
        "claim": claim and {name: claim[name] for name in ("card", "holder", "service_day")},
        "kept_fen": set_aside - taken,
        "lines": lines,
        "of_seq": number,
        "reason": reason,
        "restored_fen": restored,
        "reversed_fen": taken,
        "tenders": tenders,
        "total_fen": doc["total_fen"],
    }
    postings = breakfast_rules.undone(sold.postings, kept=taken < set_aside)
    fund = {FundMove.RESTORED: restored}
    return undone, postings, fund | ({FundMove.REVERSED: taken} if taken else {})
