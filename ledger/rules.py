"""Posting rules: what each business event does to the accounts. Pure; one function an event.

Sources: accounting.md rows 2, 3, 5, 6 and 6a (小企业会计准则), decisions 3 and 6. Sales are posted
tax-inclusive; VAT moves at day close by cumulative rounding, never per receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ledger.entries import Posting, Side, credit, debit
from ledger.money import from_fen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.money import Money


@dataclass(frozen=True, slots=True)
class SaleAccounts:
    """The accounts that a sale posts to, beside the tenders' own.

    ``sales`` is credited with what was sold; a set-aside is debited to ``set_aside_expense`` (the
    operator bears it: domain rule 2) and credited to ``fund_payable`` (what is owed to the fund).
    """

    sales: str
    set_aside_expense: str
    fund_payable: str


@dataclass(frozen=True, slots=True)
class Tendered:
    """Money that changed hands: the net ``amount`` on the tender's ``account``, after change."""

    account: str
    amount: Money


def sale(
    tendered: Sequence[Tendered], total: Money, set_aside_fen: int, accounts: SaleAccounts
) -> tuple[Posting, ...]:
    """A sale: tenders debit, sales credit; expense debit, fund payable credit for the set-aside.

    A total of zero moves nothing and posts nothing.
    """
    if not total:
        return ()
    return (
        *(debit(t.account, t.amount) for t in tendered if t.amount),
        credit(accounts.sales, total),
        *_set_aside(set_aside_fen, Side.DEBIT, accounts),
    )


def money_back(
    tendered: Sequence[Tendered], total: Money, reversed_fen: int, accounts: SaleAccounts
) -> tuple[Posting, ...]:
    """A refund or a stand-alone return: revenue falls when it happens (Art. 61), tenders credit.

    ``reversed_fen`` takes the set-aside back; 0 leaves it with the fund.
    """
    # The last piece of a sale may be worth nothing, and still take the set-aside with it.
    money = (
        debit(accounts.sales, total),
        *(credit(t.account, t.amount) for t in tendered if t.amount),
    )
    return (*(money if total else ()), *_set_aside(reversed_fen, Side.CREDIT, accounts))


def accounts_of(sold: Sequence[Mapping[str, Any]], today: SaleAccounts) -> SaleAccounts:
    """Give the accounts that a sale was posted to, from the postings of its record.

    What undoes a sale goes where the sale went, whatever the settings say since. A sale that posted
    nothing has none, so ``today``'s stand in.
    """
    credited = [p["account"] for p in sold if p["side"] == Side.CREDIT.value]
    if not credited:
        return today
    if len(credited) == 1:
        return SaleAccounts(credited[0], today.set_aside_expense, today.fund_payable)
    return SaleAccounts(credited[0], sold[-2]["account"], credited[1])


@lru_cache(maxsize=64)  # every sale sets the same aside
def _set_aside(fen: int, expense_side: Side, accounts: SaleAccounts) -> tuple[Posting, ...]:
    if not fen:
        return ()
    amount = from_fen(fen)
    return (
        Posting(accounts.set_aside_expense, expense_side, amount),
        Posting(accounts.fund_payable, expense_side.opposite, amount),
    )
