"""Posting rules of breakfasts that the fund pays. Pure; sources: accounting.md rows 11 and 11B.

A breakfast is a sale to the fund. Under pattern A the third-party account is the fund's own: the
shop is owed the money (122101) until the fund pays. Under pattern B that account is the operator's,
restricted: the debt to the fund (224101) is discharged, and as much of the money is free again. VAT
moves at day close, as with every sale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger import rules
from ledger.entries import Posting, Side, credit, debit
from ledger.money import from_fen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.money import Money
    from ledger.rules import SaleAccounts, Tendered

PATTERN_A = "A"
PATTERN_B = "B"


@dataclass(frozen=True, slots=True)
class BreakfastAccounts:
    """The accounts that a breakfast posts to, beside those of a sale.

    ``sales`` is credited with what the fund pays. Pattern A debits ``settlement``; pattern B
    debits ``fund_payable``, and moves as much from ``custody`` to ``bank``.
    """

    pattern: str
    sales: str
    settlement: str
    fund_payable: str
    custody: str
    bank: str

    @property
    def paid_by(self) -> str:
        """The account that the fund's part of a breakfast is debited to: the tender's own."""
        return self.settlement if self.pattern == PATTERN_A else self.fund_payable


def redemption(
    fund_part: Money,
    topped_up: Sequence[Tendered],
    set_aside_fen: int,
    breakfast: BreakfastAccounts,
    accounts: SaleAccounts,
) -> tuple[Posting, ...]:
    """Post a breakfast: ``fund_part`` is the fund's, ``topped_up`` what the worker paid on top.

    What the worker paid is an ordinary sale, and sets aside like one (domain rule 5).
    """
    rest = sum((each.amount for each in topped_up), from_fen(0))
    freed = (
        (debit(breakfast.bank, fund_part), credit(breakfast.custody, fund_part))
        if breakfast.pattern == PATTERN_B
        else ()
    )
    return (
        debit(breakfast.paid_by, fund_part),
        credit(breakfast.sales, fund_part),
        *freed,
        *(rules.sale(topped_up, rest, set_aside_fen, accounts) if rest else ()),
    )


def undone(postings: Sequence[Mapping[str, Any]], *, kept: bool) -> tuple[Posting, ...]:
    """Undo a breakfast, from the postings of its record: each on its other side.

    What undoes it goes where it went, whatever the settings say since. ``kept`` leaves the
    set-aside, its last two postings, with the fund, where the fund is too short to give it back.
    """
    back = postings[:-2] if kept else postings
    return tuple(
        Posting(each["account"], Side(each["side"]).opposite, from_fen(each["amount_fen"]))
        for each in back
    )
