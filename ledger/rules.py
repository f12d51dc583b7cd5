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
    ``rounding`` is debited with what a sale rounds off (抹零).
    """

    sales: str
    set_aside_expense: str
    fund_payable: str
    rounding: str


@dataclass(frozen=True, slots=True)
class Tendered:
    """Money that changed hands: the net ``amount`` on the tender's ``account``, after change."""

    account: str
    amount: Money


def sale(
    tendered: Sequence[Tendered],
    total: Money,
    set_aside_fen: int,
    accounts: SaleAccounts,
    rounding_fen: int = 0,
) -> tuple[Posting, ...]:
    """A sale: tenders debit, sales credit; expense debit, fund payable credit for the set-aside.

    ``rounding_fen`` was rounded off: sales are credited with it beyond the total, and its own
    account is debited. A total of zero moves nothing and posts nothing.
    """
    if not total:
        return ()
    paid = [debit(t.account, t.amount) for t in tendered if t.amount]
    if rounding_fen:
        off = from_fen(rounding_fen)
        paid.append(debit(accounts.rounding, off))
        total += off
    return (
        *paid,
        credit(accounts.sales, total),
        *_set_aside(set_aside_fen, Side.DEBIT, accounts),
    )


def money_back(
    tendered: Sequence[Tendered],
    total: Money,
    reversed_fen: int,
    accounts: SaleAccounts,
    rounding_fen: int = 0,
) -> tuple[Posting, ...]:
    """A refund or a stand-alone return: revenue falls when it happens (Art. 61), tenders credit.

    ``rounding_fen`` is what the goods are worth beyond ``total``: it was rounded off the sale, and
    its account is credited. ``reversed_fen`` takes the set-aside back; 0 leaves it with the fund.
    """
    # The last piece of a sale may be worth nothing, and still take the set-aside with it.
    off = from_fen(rounding_fen)
    worth = total + off if rounding_fen else total
    money = (
        debit(accounts.sales, worth),
        *(credit(t.account, t.amount) for t in tendered if t.amount),
        *((credit(accounts.rounding, off),) if rounding_fen else ()),
    )
    return (*(money if worth else ()), *_set_aside(reversed_fen, Side.CREDIT, accounts))


def accounts_of(
    sold: Sequence[Mapping[str, Any]], today: SaleAccounts, *, rounded: bool = False
) -> SaleAccounts:
    """Give the accounts that a sale was posted to, from the postings of its record.

    What undoes a sale goes where the sale went, whatever the settings say since; ``rounded`` says
    whether the sale rounded off. A sale that posted nothing has none, so ``today``'s stand in.
    """
    credited = [place for place, p in enumerate(sold) if p["side"] == Side.CREDIT.value]
    if not credited:
        return today
    first, *aside = credited
    return SaleAccounts(
        sold[first]["account"],
        sold[-2]["account"] if aside else today.set_aside_expense,
        sold[aside[0]]["account"] if aside else today.fund_payable,
        # The rounding is the last debit before the sales (see ``sale``).
        sold[first - 1]["account"] if rounded else today.rounding,
    )


@lru_cache(maxsize=64)  # every sale sets the same aside
def _set_aside(fen: int, expense_side: Side, accounts: SaleAccounts) -> tuple[Posting, ...]:
    if not fen:
        return ()
    amount = from_fen(fen)
    return (
        Posting(accounts.set_aside_expense, expense_side, amount),
        Posting(accounts.fund_payable, expense_side.opposite, amount),
    )
