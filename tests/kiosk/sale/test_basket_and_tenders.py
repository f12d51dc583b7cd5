"""Baskets are values, and a payment settles to the fen or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load_catalogue
from config.settings import load_settings
from kiosk.errors import (
    BasketFullError,
    NoSuchLineError,
    OverpaymentError,
    QuantityError,
    ShortPaymentError,
    UnknownTenderError,
)
from kiosk.sale.basket import MOST_LINES, Basket, Line
from kiosk.sale.tenders import Offer, Payment, settle
from ledger.errors import AmountError
from ledger.money import CNY, ZERO, Money, from_fen, to_fen

TENDERS = load_settings().tenders
MILK = Line("F001", "豆浆", from_fen(200))


def paid(due_fen: int, *offers: tuple[str, int]) -> tuple[Payment, ...]:
    return settle(from_fen(due_fen), [Offer(t, from_fen(f)) for t, f in offers], TENDERS)


def test_adding_makes_a_new_basket_and_leaves_the_old_alone() -> None:
    empty = Basket()
    one = empty.add(MILK)
    assert (len(empty.lines), len(one.lines)) == (0, 1)
    assert one.ref == empty.ref


def test_a_repeated_breakfast_item_is_one_for_breakfast_still() -> None:
    milk = Line("F001", "豆浆", from_fen(200), breakfast=True)
    twice = Basket().add(milk).add(milk).lines[0]
    assert (twice.qty_milli, twice.breakfast) == (2000, True)
    assert twice.piece(1000).breakfast


def test_a_repeated_item_adds_up_on_its_line() -> None:
    basket = Basket().add(MILK).add(MILK).add(Line("F001", "豆浆", from_fen(200), 3000))
    assert [(line.qty_milli, to_fen(line.amount)) for line in basket.lines] == [(5000, 1000)]


def test_the_same_item_at_another_price_is_another_line() -> None:
    assert len(Basket().add(MILK).add(Line("F001", "豆浆", from_fen(180))).lines) == 2


@pytest.mark.parametrize("qty_milli", [0, -1, -1000, 10_000_000, 6_921_168_509_256])
def test_a_quantity_that_no_line_may_have(qty_milli: int) -> None:
    with pytest.raises(QuantityError):
        Line("F001", "豆浆", from_fen(200), qty_milli)
    with pytest.raises(QuantityError):
        Basket().add(MILK).set_quantity(0, qty_milli)


def test_a_line_cannot_grow_past_the_limit() -> None:
    nearly = Line("F001", "豆浆", from_fen(200), 9_999_000)
    with pytest.raises(QuantityError):
        Basket().add(nearly).add(MILK)


def test_lines_that_are_not_there() -> None:
    basket = Basket().add(MILK)
    for index in (-1, 1, 500):
        with pytest.raises(NoSuchLineError):
            basket.remove(index)
        with pytest.raises(NoSuchLineError):
            basket.set_quantity(index, 1000)
    assert basket.remove(0).lines == ()


def test_a_basket_of_five_hundred_lines_takes_no_more() -> None:
    basket = Basket()
    for number in range(MOST_LINES):
        basket = basket.add(Line(f"S{number}", "品", from_fen(1)))
    assert basket.total == from_fen(MOST_LINES)
    with pytest.raises(BasketFullError):
        basket.add(MILK)


def test_a_product_of_the_catalogue_becomes_a_line_under_its_chinese_name() -> None:
    product = load_catalogue().by_sku("D003")
    assert product is not None
    line = Line.of(product, 2000)
    assert (line.name, to_fen(line.amount), line.catering) == ("可口可乐500ml", 700, True)


def test_cash_gives_change_and_the_rest_does_not() -> None:
    (payment,) = paid(600, ("cash", 2000))
    assert (payment.account, payment.amount, payment.change) == (
        "100101",
        from_fen(600),
        from_fen(1400),
    )
    for tender in ("wechat", "alipay", "unionpay", "ecny"):
        with pytest.raises(OverpaymentError):
            paid(600, (tender, 601))


def test_nothing_is_taken_after_everything_is_paid() -> None:
    with pytest.raises(OverpaymentError):
        paid(600, ("wechat", 600), ("cash", 100))
    with pytest.raises(OverpaymentError):
        paid(0, ("cash", 100))


def test_a_short_payment_says_how_much_is_missing() -> None:
    with pytest.raises(ShortPaymentError, match=r"0\.01"):
        paid(600, ("wechat", 300), ("cash", 299))
    with pytest.raises(ShortPaymentError):
        paid(600)


def test_offers_that_no_till_takes() -> None:
    with pytest.raises(UnknownTenderError, match="cash"):
        paid(600, ("cheque", 600))
    with pytest.raises(OverpaymentError):
        paid(600, ("cash", 700), ("wechat", -100))
    with pytest.raises(AmountError):
        settle(from_fen(600), [Offer("cash", Money("6.001", CNY))], TENDERS)


def test_an_offer_of_nothing_is_dropped() -> None:
    assert [p.tender for p in paid(600, ("wechat", 0), ("cash", 600))] == ["cash"]
    assert paid(0) == ()
    assert paid(0, ("cash", 0)) == ()


@given(
    st.integers(0, 10**6),
    st.lists(
        st.tuples(st.sampled_from([t.id for t in TENDERS]), st.integers(0, 10**6)), max_size=5
    ),
)
def test_what_is_settled_is_what_is_due(due: int, offers: list[tuple[str, int]]) -> None:
    try:
        payments = paid(due, *offers)
    except ShortPaymentError:
        assert sum(fen for _, fen in offers) < due
        return
    except OverpaymentError:
        assert sum(fen for _, fen in offers) > due
        return
    assert sum((p.amount for p in payments), start=ZERO) == from_fen(due)
    for payment in payments:
        assert payment.amount == payment.received - payment.change
        assert to_fen(payment.amount) > 0
        assert not payment.change or payment.tender == "cash"
