"""Money at the edges, the one rounding rule, and entries that balance or do not exist."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.entries import Entry, Posting, Side, credit, debit
from ledger.errors import AmountError, UnbalancedError
from ledger.money import CNY, FEN_LIMIT, Money, from_fen, part, times_milli, to_fen
from tests.ledger.conftest import AT

fen = st.integers(-FEN_LIMIT + 1, FEN_LIMIT - 1)


@given(fen)
def test_fen_and_money_are_the_same_amount(amount: int) -> None:
    assert to_fen(from_fen(amount)) == amount


@pytest.mark.parametrize(
    "amount", ["0.001", "0.1665", "1.005", "NaN", "Infinity", "10000000000000.00"]
)
def test_what_no_book_can_hold_is_refused(amount: str) -> None:
    with pytest.raises(AmountError):
        to_fen(Money(Decimal(amount), CNY))


def test_another_currency_is_refused() -> None:
    with pytest.raises(AmountError):
        to_fen(Money(1, "USD"))


@pytest.mark.parametrize(
    ("price", "qty_milli", "expected"),
    [
        ("25.23", 328, 828),
        ("1.50", 333, 50),
        ("0.01", 500, 1),
        ("0.01", 499, 0),
        ("3.00", 1000, 300),
    ],
)
def test_a_line_is_rounded_half_up(price: str, qty_milli: int, expected: int) -> None:
    assert to_fen(times_milli(Money(price, CNY), qty_milli)) == expected


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_the_rounding_rule_is_half_up_whatever_the_figures(price: int, qty_milli: int) -> None:
    exact = Decimal(price * qty_milli) / 1000
    rounded = to_fen(times_milli(from_fen(price), qty_milli))
    assert rounded == exact.quantize(Decimal(1), ROUND_HALF_UP)


@given(st.integers(0, 10**9), st.lists(st.integers(1, 5000), min_size=1, max_size=12))
def test_pieces_never_sum_to_another_fen(whole: int, pieces: list[int]) -> None:
    of = sum(pieces)
    given_back, gone = 0, 0
    for piece in pieces:
        amount = part(whole, gone + piece, of) - part(whole, gone, of)
        assert amount >= 0
        given_back, gone = given_back + amount, gone + piece
    assert given_back == whole


def entry(*postings: Posting) -> Entry:
    from uuid import uuid4  # noqa: PLC0415

    return Entry("sale", uuid4(), AT, AT.date(), "cashier", {}, postings)


def test_an_unbalanced_entry_cannot_exist() -> None:
    with pytest.raises(UnbalancedError) as refusal:
        entry(debit("100101", from_fen(500)), credit("500101", from_fen(499)))
    assert (refusal.value.debit_fen, refusal.value.credit_fen) == (500, 499)


@pytest.mark.parametrize("amount", [0, -500])
def test_a_posting_of_zero_or_less_cannot_exist(amount: int) -> None:
    with pytest.raises(AmountError):
        entry(debit("100101", from_fen(amount)), credit("500101", from_fen(amount)))


@given(st.lists(st.tuples(st.sampled_from("DC"), st.integers(1, 10**6)), max_size=6))
def test_an_entry_exists_if_and_only_if_it_balances(legs: list[tuple[str, int]]) -> None:
    postings = tuple(Posting("1", Side(side), from_fen(amount)) for side, amount in legs)
    signed = sum(amount if side == "D" else -amount for side, amount in legs)
    if signed:
        with pytest.raises(UnbalancedError):
            entry(*postings)
    else:
        assert entry(*postings).postings == postings
