"""Discounts and rounding off: never more than there is, never another fen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import TextError
from config.rights import Right
from kiosk.errors import EmptyBasketError, TillError
from kiosk.sale.approval import Approved
from kiosk.sale.basket import MOST_LINES, Basket
from kiosk.sale.discounts import Discount, spread
from kiosk.sale.lines import Line, Picked
from kiosk.sale.needs import rights_needed
from kiosk.sale.refusals import (
    DiscountError,
    DiscountReasonError,
    DiscountTooLargeError,
    LentRightError,
    NothingToRoundError,
)
from ledger.money import from_fen, to_fen
from tests.kiosk.sale.conftest import baskets

MILK = Line("F001", "豆浆", from_fen(200), 2000)
CAKE = Line("F002", "米糕", from_fen(333), cost_fen=250)
TENTH = Discount(percent_bp=1000, reason="老顾客")
YUAN = Discount(fen=100, reason="临期")


@pytest.mark.parametrize(
    ("percent_bp", "fen"),
    [(10_001, None), (0, None), (-1, None), (None, 0), (None, -100), (None, None), (100, 100)],
)
def test_a_discount_that_is_none(percent_bp: int | None, fen: int | None) -> None:
    with pytest.raises(DiscountError):
        Discount(percent_bp, fen, "老顾客")


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_discount_has_a_reason(reason: str) -> None:
    with pytest.raises(DiscountReasonError):
        Discount(1000, None, reason)


@pytest.mark.parametrize("reason", ["老\x1b[2J顾客", "临期\n", "客" * 31, "a\u202eb", "\ud800"])
def test_a_reason_that_no_paper_can_bear_is_refused(reason: str) -> None:
    with pytest.raises(TextError):
        Discount(1000, None, f"因{reason}因")


def test_a_reason_stands_without_the_blanks_around_it() -> None:
    assert Discount(1000, None, "  老顾客 ") == Discount(1000, None, "老顾客")


def test_a_discount_above_a_hundred_per_cent_says_so() -> None:
    with pytest.raises(DiscountError, match="150 %"):
        Discount(15_000, None, "老顾客")


def test_a_percentage_off_a_line_grows_with_it_and_an_amount_does_not() -> None:
    basket = Basket().add(MILK).with_discount(0, TENTH)
    assert (basket.total, basket.lines[0].discount_fen) == (from_fen(360), 40)
    assert basket.set_quantity(0, 5000).total == from_fen(900)
    basket = basket.with_discount(0, YUAN)
    assert (basket.total, basket.lines[0].gross_fen) == (from_fen(300), 400)
    assert basket.set_quantity(0, 5000).total == from_fen(900)
    assert basket.with_discount(0, None).lines == (MILK,)


def test_an_amount_off_is_given_once() -> None:
    off = MILK.with_discount(YUAN)
    assert len(Basket().add(off).add(off).lines) == 2
    percent = MILK.with_discount(TENTH)
    assert Basket().add(percent).add(percent).total == from_fen(720)
    assert len(Basket().add(percent).add(MILK).lines) == 2
    assert len(Basket().add(off).add(MILK).lines) == 2


def test_more_off_a_line_than_it_costs_is_refused() -> None:
    basket = Basket().add(MILK)
    with pytest.raises(DiscountTooLargeError, match=r"4\.01.*4\.00"):
        basket.with_discount(0, Discount(fen=401, reason="临期"))
    given_away = basket.with_discount(0, Discount(fen=400, reason="临期"))
    assert given_away.total == from_fen(0)
    with pytest.raises(DiscountTooLargeError):
        given_away.set_quantity(0, 1000)


def test_a_discount_on_the_sale_comes_after_those_on_its_lines() -> None:
    basket = Basket().add(MILK.with_discount(YUAN)).add(CAKE).with_sale_discount(TENTH)
    assert (basket.lines_fen, basket.discount_fen, basket.total) == (633, 63, from_fen(570))
    assert [(each.shared_fen, each.amount_fen) for each in basket.priced] == [(30, 270), (33, 300)]
    assert basket.with_sale_discount(None).total == from_fen(633)


def test_more_off_the_sale_than_it_costs_is_refused() -> None:
    basket = Basket().add(MILK).add(CAKE)
    with pytest.raises(DiscountTooLargeError):
        basket.with_sale_discount(Discount(fen=734, reason="临期"))
    most = basket.with_sale_discount(Discount(fen=733, reason="临期"))
    assert most.total == from_fen(0)
    with pytest.raises(DiscountTooLargeError):
        most.remove(0)
    with pytest.raises(DiscountTooLargeError):
        most.set_quantity(0, 1000)
    with pytest.raises(EmptyBasketError):
        Basket().with_sale_discount(TENTH)


def test_discount_and_rounding_go_with_the_last_line() -> None:
    basket = Basket().add(CAKE).with_sale_discount(YUAN).rounded(10)
    empty = basket.remove(0)
    assert (empty.discount, empty.round_to_fen, empty.total) == (None, 0, from_fen(0))


@pytest.mark.parametrize(("step", "off", "due"), [(10, 3, 730), (50, 33, 700), (100, 33, 700)])
def test_rounding_off_goes_down_to_whole_steps(step: int, off: int, due: int) -> None:
    basket = Basket().add(MILK).add(CAKE).rounded(step)
    assert (basket.rounding_fen, basket.total) == (off, from_fen(due))
    assert basket.rounded(0).total == from_fen(733)


def test_rounding_off_is_refused_where_it_takes_nothing_or_everything() -> None:
    with pytest.raises(NothingToRoundError):
        Basket().add(MILK).rounded(100)
    with pytest.raises(NothingToRoundError):
        Basket().add(Line("T", "糖", from_fen(50))).rounded(100)
    with pytest.raises(NothingToRoundError):
        Basket().add(CAKE).rounded(-10)
    with pytest.raises(EmptyBasketError):
        Basket().rounded(10)


def test_a_sale_that_shrinks_is_never_rounded_down_to_nothing() -> None:
    basket = Basket().add(CAKE).add(Line("T", "糖", from_fen(50))).rounded(100)
    assert basket.total == from_fen(300)
    assert (basket.remove(0).total, basket.remove(0).rounding_fen) == (from_fen(50), 0)


def test_what_a_basket_needs_a_right_for() -> None:
    plain = Basket().add(MILK).add(CAKE)
    assert rights_needed(plain) == frozenset()
    assert rights_needed(plain.rounded(10)) == {Right.ROUNDING}
    assert rights_needed(plain.with_discount(0, TENTH)) == {Right.DISCOUNT}
    assert rights_needed(plain.with_sale_discount(TENTH)) == {Right.DISCOUNT}
    assert rights_needed(plain.with_price(1, from_fen(300))) == {Right.PRICE_OVERRIDE}


def test_selling_below_cost_takes_its_own_right_however_it_comes_about() -> None:
    plain = Basket().add(MILK).add(CAKE)
    low = {Right.PRICE_OVERRIDE, Right.BELOW_COST}
    assert rights_needed(plain.with_price(1, from_fen(249))) == low
    assert Right.BELOW_COST not in rights_needed(plain.with_price(1, from_fen(250)))
    half = Discount(percent_bp=5000, reason="临期")
    assert rights_needed(plain.with_discount(1, half)) == {Right.DISCOUNT, Right.BELOW_COST}
    assert rights_needed(plain.with_sale_discount(half)) == {Right.DISCOUNT, Right.BELOW_COST}
    # The operator's own price is the operator's decision.
    assert rights_needed(Basket().add(Line("L", "亏", from_fen(100), cost_fen=200))) == frozenset()


def test_an_approval_falls_with_what_it_was_given_for() -> None:
    word, below = Approved(Right.DISCOUNT, "s02"), Approved(Right.BELOW_COST, "s02")
    basket = Basket().add(CAKE).with_discount(0, TENTH).approved(word).approved(below)
    assert basket.approval(Right.DISCOUNT) == word
    for grown in (
        basket.with_discount(0, Discount(percent_bp=9000, reason="老顾客")),
        basket.with_sale_discount(TENTH),
    ):
        assert grown.approvals == ()
    assert basket.with_price(0, from_fen(300)).approvals == (word,)
    assert basket.add(Line("T", "糖", from_fen(5))).rounded(10).approvals == (word, below)
    assert basket.add(MILK).set_quantity(1, 7000).approvals == (word, below)
    assert basket.with_sale_discount(None).approvals == (word, below)


def lent(basket: Basket, *rights: Right) -> Basket:
    for right in rights:
        basket = basket.approved(Approved(right, "s02"))
    return basket


def words(basket: Basket) -> set[Right]:
    return {each.right for each in basket.approvals}


HALF = Discount(percent_bp=5000, reason="老顾客")


@pytest.mark.parametrize("right", [Right.DISCOUNT, Right.BELOW_COST])
def test_a_percentage_that_was_approved_for_one_piece_is_not_one_off_fifty(right: Right) -> None:
    basket = lent(Basket().add(CAKE).with_discount(0, HALF), right)
    with pytest.raises(LentRightError) as refused:
        basket.set_quantity(0, 50_000)
    assert "米糕" in refused.value.zh
    assert "again" in refused.value.en
    again = basket.add(CAKE)
    assert [(each.qty_milli, each.discount_fen) for each in again.lines] == [(1000, 167), (1000, 0)]
    assert again.set_quantity(1, 50_000).approvals == basket.approvals


def test_a_price_that_was_approved_for_one_piece_is_not_one_for_a_hundred() -> None:
    basket = lent(Basket().add(CAKE).with_price(0, from_fen(1)), Right.PRICE_OVERRIDE)
    with pytest.raises(LentRightError):
        basket.set_quantity(0, 100_000)
    again = basket.add(CAKE)
    assert [each.unit_fen for each in again.lines] == [1, 333]
    assert words(again) == {Right.PRICE_OVERRIDE}


def test_what_was_lent_may_shrink_and_grows_only_after_another_word() -> None:
    two = lent(Basket().add(MILK).with_discount(0, HALF), Right.DISCOUNT)
    one = two.set_quantity(0, 1000)
    assert words(one) == {Right.DISCOUNT}
    with pytest.raises(LentRightError):
        one.set_quantity(0, 2000)
    anew = one.with_discount(0, None).set_quantity(0, 2000).with_discount(0, HALF)
    assert words(anew) == set()
    assert words(one.add(one.lines[0])) == set()


def test_whoever_has_the_right_raises_the_quantity_freely() -> None:
    for basket in (
        Basket().add(CAKE).with_discount(0, HALF),
        Basket().add(CAKE).with_price(0, from_fen(1)),
        lent(Basket().add(CAKE).with_price(0, from_fen(1)), Right.ROUNDING),
    ):
        assert basket.set_quantity(0, 50_000).lines[0].qty_milli == 50_000


def test_a_percentage_off_a_soy_milk_is_not_one_off_fifty_cakes() -> None:
    basket = lent(Basket().add(MILK).with_sale_discount(HALF), Right.DISCOUNT, Right.BELOW_COST)
    assert words(basket) == {Right.DISCOUNT, Right.BELOW_COST}
    assert words(basket.add(CAKE)) == set()
    assert words(basket.add(MILK)) == set()
    assert words(basket.set_quantity(0, 3000)) == set()
    assert words(basket.set_quantity(0, 1000)) == {Right.DISCOUNT, Right.BELOW_COST}


def test_an_option_that_makes_a_discount_larger_takes_another_word() -> None:
    basket = lent(Basket().add(MILK).with_discount(0, HALF), Right.DISCOUNT)
    assert words(basket.with_options(0, [Picked("size.l", "大", 200)])) == set()
    assert words(basket.with_options(0, [Picked("sugar.no", "无糖")])) == {Right.DISCOUNT}
    assert words(basket.with_price(0, from_fen(300))) == set()


@pytest.mark.parametrize("whole", [True, False])
def test_an_amount_that_was_lent_does_not_grow_and_needs_no_second_word(
    whole: bool,  # noqa: FBT001 - a case
) -> None:
    basket = Basket().add(CAKE).add(MILK)
    basket = basket.with_sale_discount(YUAN) if whole else basket.with_discount(0, YUAN)
    basket = lent(basket, Right.DISCOUNT, Right.ROUNDING)
    for other in (basket.add(MILK), basket.set_quantity(0, 3000), basket.remove(1)):
        assert words(other) == {Right.DISCOUNT, Right.ROUNDING}


@given(baskets(), st.data())
def test_what_a_second_person_approved_never_grows(basket: Basket, data: st.DataObject) -> None:
    basket = lent(basket, Right.DISCOUNT, Right.PRICE_OVERRIDE)
    before = off(basket)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(basket.lines) - 1))
        line = data.draw(st.sampled_from([MILK, CAKE, basket.lines[place]]))
        qty = data.draw(st.integers(1, 9_999_999))
        try:
            basket = data.draw(st.sampled_from([basket.add(line), basket.set_quantity(place, qty)]))
        except TillError:
            continue
    if Right.DISCOUNT in words(basket):
        assert off(basket) <= before


def off(basket: Basket) -> int:
    own = sum(line.gross_fen - line.amount_fen for line in basket.lines)
    return own + basket.discount_fen


def test_the_later_word_on_a_right_counts() -> None:
    basket = Basket().approved(Approved(Right.ROUNDING, "s02"))
    assert [w.by for w in basket.approved(Approved(Right.ROUNDING, "s03")).approvals] == ["s03"]


@given(st.data())
def test_a_discount_is_spread_to_the_fen_and_no_line_bears_more_than_it_costs(
    data: st.DataObject,
) -> None:
    amounts = data.draw(st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
    off = data.draw(st.integers(0, sum(amounts)))
    shares = spread(off, amounts)
    assert sum(shares) == off
    pairs = zip(shares, amounts, strict=True)
    assert all(0 <= share <= amount for share, amount in pairs)


@given(baskets())
def test_the_lines_the_discount_and_the_rounding_are_the_total(basket: Basket) -> None:
    priced = basket.priced
    net = sum(line.amount_fen for line in priced)
    assert net == basket.lines_fen - basket.discount_fen
    assert to_fen(basket.total) == net - basket.rounding_fen
    assert to_fen(basket.total) > 0 or net == 0
    for line in priced:
        assert line.amount_fen == line.gross_fen - line.discount_fen - line.shared_fen >= 0


def test_a_discount_on_five_hundred_lines_is_spread_over_them_all() -> None:
    lines = tuple(Line(f"S{n}", "品", from_fen(n)) for n in range(MOST_LINES))
    basket = Basket(lines=lines).with_sale_discount(Discount(percent_bp=1234, reason="节日"))
    assert sum(line.shared_fen for line in basket.priced) == basket.discount_fen == 15394
