"""What a breakfast does to the accounts: by hand, and whatever the amounts (rows 11, 11B)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.breakfast_rules import BreakfastAccounts, redemption, undone
from ledger.entries import Side
from ledger.money import from_fen, to_fen
from ledger.rules import Tendered
from tests.ledger.conftest import ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.entries import Posting

A = BreakfastAccounts("A", "500102", "122101", "224101", "101203", "100201")
B = BreakfastAccounts("B", "500102", "122101", "224101", "101203", "100201")
Rows = list[tuple[str, str, int]]


def rows(postings: Sequence[Posting]) -> Rows:
    return [(str(p.side), p.account, to_fen(p.amount)) for p in postings]


def stored(postings: Sequence[Posting]) -> list[dict[str, Any]]:
    """As a record holds them."""
    return [
        {"account": p.account, "side": str(p.side), "amount_fen": to_fen(p.amount)}
        for p in postings
    ]


TOPPED_UP: Rows = [
    ("D", "100101", 150),
    ("D", "101201", 50),
    ("C", "500101", 200),
    ("D", "560107", 10),
    ("C", "224101", 10),
]


@pytest.mark.parametrize(
    ("accounts", "fund_part"),
    [
        (A, [("D", "122101", 600), ("C", "500102", 600)]),
        (
            B,
            [
                ("D", "224101", 600),
                ("C", "500102", 600),
                ("D", "100201", 600),
                ("C", "101203", 600),
            ],
        ),
    ],
)
def test_a_breakfast_by_hand_in_both_patterns(accounts: BreakfastAccounts, fund_part: Rows) -> None:
    whole = redemption(from_fen(600), [], 0, accounts, ACCOUNTS)
    assert rows(whole) == fund_part
    paid = [Tendered("100101", from_fen(150)), Tendered("101201", from_fen(50))]
    split = redemption(from_fen(600), paid, 10, accounts, ACCOUNTS)
    assert rows(split) == fund_part + TOPPED_UP
    without = redemption(from_fen(600), paid, 0, accounts, ACCOUNTS)
    assert rows(without) == fund_part + TOPPED_UP[:3]
    assert accounts.paid_by == fund_part[0][1]
    turned = [("C" if side == "D" else "D", *rest) for side, *rest in rows(split)]
    assert rows(undone(stored(split), kept=False)) == turned
    assert rows(undone(stored(split), kept=True)) == turned[:-2]


@given(
    fund_fen=st.integers(1, 100_000),
    paid=st.lists(st.integers(1, 100_000), max_size=3),
    set_aside=st.sampled_from((0, 10, 50)),
    accounts=st.sampled_from((A, B)),
    kept=st.booleans(),
)
def test_every_breakfast_balances_and_undoing_it_leaves_what_is_kept(
    fund_fen: int, paid: list[int], set_aside: int, accounts: BreakfastAccounts, *, kept: bool
) -> None:
    set_aside = set_aside if paid else 0
    tendered = [Tendered("100101", from_fen(fen)) for fen in paid]
    done = redemption(from_fen(fund_fen), tendered, set_aside, accounts, ACCOUNTS)
    assert balance(done) == 0
    kept = kept and bool(set_aside)
    left: dict[str, int] = {}
    for each in (*done, *undone(stored(done), kept=kept)):
        sign = 1 if each.side is Side.DEBIT else -1
        left[each.account] = left.get(each.account, 0) + sign * to_fen(each.amount)
    stays = {account: fen for account, fen in left.items() if fen}
    assert stays == ({"560107": set_aside, "224101": -set_aside} if kept else {})
    on = dict.fromkeys(("122101", "224101", "101203", "100201"), 0)
    for each in done:
        if each.account in on:
            on[each.account] += to_fen(each.amount) * (1 if each.side is Side.DEBIT else -1)
    owed = {"122101": fund_fen, "224101": -set_aside, "101203": 0, "100201": 0}
    held = {"122101": 0, "224101": fund_fen - set_aside, "101203": -fund_fen, "100201": fund_fen}
    assert on == (owed if accounts is A else held)


def balance(postings: Sequence[Posting]) -> int:
    return sum(to_fen(p.amount) * (1 if p.side is Side.DEBIT else -1) for p in postings)
