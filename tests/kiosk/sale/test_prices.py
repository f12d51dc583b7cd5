"""Options, typed prices, overrides and tiers: what one line costs, and what no line may cost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.catalogue import Catalogue, Choice, OptionGroup, Product
from kiosk.errors import NoSuchLineError
from kiosk.sale.basket import Basket
from kiosk.sale.discounts import Discount
from kiosk.sale.lines import Line, Picked
from kiosk.sale.refusals import BelowZeroError, NoPriceError
from ledger.errors import AmountError
from ledger.money import CNY, Money, from_fen

NOODLES = Product("N001", "小面", "noodles", "hot", 700, None, True, False, "xm", pickup=True)  # noqa: FBT003
MEAL = replace(NOODLES, sku="M001", price_fen=2000, tiers=(("outdoor", 1500), ("certified", 1000)))
OTHER = replace(NOODLES, sku="O001", name_zh="其他食品", price_fen=0, open_price=True, pickup=False)
SET = replace(NOODLES, sku="C001", price_fen=350, combo=(("F001", 1), ("F002", 2)), cost_fen=200)
CATALOGUE = Catalogue((NOODLES, MEAL, OTHER, SET))
SIZE = OptionGroup("size", "份量", "size", "one", (Choice("large", "大份", "large", 200),))
LARGE = Picked.of(SIZE, SIZE.choices[0])
HOT = Picked("spicy.hot", "特辣")


def test_options_change_the_price_of_each_unit() -> None:
    line = Line.of(NOODLES, 2000, picked=(HOT, LARGE))
    assert (LARGE.id, LARGE.name) == ("size.large", "大份")
    assert (line.unit_fen, line.amount_fen) == (900, 1800)
    assert line.with_options((HOT,)).amount_fen == 1400
    assert line.with_options(()) == Line.of(NOODLES, 2000)


def test_the_same_item_with_other_options_is_another_line() -> None:
    plain, hot = Line.of(NOODLES), Line.of(NOODLES, picked=(HOT,))
    assert [line.qty_milli for line in Basket().add(plain).add(hot).add(hot).lines] == [1000, 2000]
    assert len(Basket().add(hot).add(plain).lines) == 2


def test_an_option_never_brings_a_price_below_zero() -> None:
    with pytest.raises(BelowZeroError, match=r"-1\.00"):
        Line.of(NOODLES, picked=(Picked("x.y", "免单", -800),))
    assert Line.of(NOODLES, picked=(Picked("x.y", "免单", -700),)).amount_fen == 0


def test_a_combo_is_one_line_that_names_its_parts() -> None:
    line = Line.of(SET, 3000)
    assert (line.amount_fen, line.combo, line.cost_fen) == (1050, (("F001", 1), ("F002", 2)), 200)


@pytest.mark.parametrize("price_fen", [None, 0])
def test_an_item_without_a_price_of_its_own_needs_one(price_fen: int | None) -> None:
    with pytest.raises(NoPriceError, match="其他食品"):
        Line.of(OTHER, price_fen=price_fen)


def test_a_typed_price_is_the_price_of_an_open_item_and_an_override_of_any_other() -> None:
    line = Line.of(OTHER, 2000, price_fen=350)
    assert (line.amount_fen, line.list_unit_fen) == (700, None)
    line = Line.of(NOODLES, picked=(LARGE,), price_fen=500)
    assert (line.unit_fen, line.list_unit_fen) == (500, 900)
    for product in (OTHER, NOODLES):
        with pytest.raises(BelowZeroError):
            Line.of(product, price_fen=-1)


def test_an_override_remembers_the_price_it_replaced_and_can_be_undone() -> None:
    basket = Basket().add(Line.of(NOODLES, 2000))
    cheaper = basket.with_price(0, from_fen(600)).with_price(0, from_fen(500))
    assert (cheaper.total, cheaper.lines[0].list_unit_fen) == (from_fen(1000), 700)
    assert cheaper.with_price(0, from_fen(700)).lines == basket.lines
    assert basket.with_price(0, from_fen(0)).total == from_fen(0)


def test_an_override_that_no_line_may_have() -> None:
    basket = Basket().add(Line.of(NOODLES))
    with pytest.raises(BelowZeroError, match=r"-0\.01"):
        basket.with_price(0, from_fen(-1))
    with pytest.raises(AmountError):
        basket.with_price(0, Money("1.005", CNY))
    for index in (-1, 1):
        with pytest.raises(NoSuchLineError):
            basket.with_price(index, from_fen(1))


def test_options_move_an_overridden_price_and_the_price_it_replaced() -> None:
    line = Line.of(NOODLES).with_price(from_fen(500)).with_options((LARGE,))
    assert (line.unit_fen, line.list_unit_fen) == (700, 900)


def test_an_override_grows_with_repeated_keys_and_never_into_the_plain_line() -> None:
    cheaper = Line.of(NOODLES).with_price(from_fen(500))
    basket = Basket().add(cheaper).add(cheaper)
    assert [(line.qty_milli, line.list_unit_fen) for line in basket.lines] == [(2000, 700)]
    # A plain line that costs the same by chance is no override.
    plain = Line(NOODLES.sku, NOODLES.name_zh, from_fen(500), pickup=True)
    assert len(basket.add(plain).lines) == 2


@pytest.mark.parametrize(
    ("tier", "fen", "said"),
    [
        (None, 2000, None),
        ("outdoor", 1500, "outdoor"),
        ("certified", 1000, "certified"),
        ("nobody", 2000, None),
    ],
)
def test_a_tier_has_its_own_price_and_the_line_says_so(
    tier: str | None, fen: int, said: str | None
) -> None:
    line = Line.of(MEAL, tier=tier)
    assert (line.amount_fen, line.price_tier) == (fen, said)
    later = Basket().add(Line.of(MEAL)).with_tier(tier, CATALOGUE)
    assert (later.lines, later.tier) == ((line,), tier)


def test_a_tier_changes_what_has_a_price_for_it_and_nothing_else() -> None:
    typed = Line.of(OTHER, price_fen=350)
    gone = Line("X", "下架", from_fen(100))
    overridden = Line.of(MEAL, picked=(LARGE,)).with_price(from_fen(900))
    basket = Basket(lines=(typed, gone, Line.of(NOODLES), overridden))
    tiered = basket.with_tier("outdoor", CATALOGUE)
    assert tiered.lines[:3] == basket.lines[:3]
    assert (tiered.lines[3].unit_fen, tiered.lines[3].list_unit_fen) == (900, 1700)
    assert tiered.with_tier(None, CATALOGUE) == basket


def test_the_tier_stays_when_the_last_line_goes() -> None:
    basket = Basket(tier="outdoor").add(Line.of(MEAL, tier="outdoor"))
    assert basket.remove(0).tier == "outdoor"


def test_a_piece_of_a_line_leaves_the_amount_off_with_the_rest() -> None:
    line = Line.of(NOODLES, 3000).with_discount(Discount(fen=800, reason="临期"))
    assert (line.piece(1000).amount_fen, line.times(2000).amount_fen) == (700, 600)
    line = line.with_discount(Discount(percent_bp=5000, reason="临期"))
    assert line.piece(1000).amount_fen == 350
