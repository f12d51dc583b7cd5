"""The documents of lines and baskets: what a plain one says, and that all is read back."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given

from config.rights import Right
from kiosk.sale.approval import Approved
from kiosk.sale.basket import Basket
from kiosk.sale.discounts import Discount
from kiosk.sale.lines import Line, Picked
from kiosk.till import docs
from ledger.chain import canonical
from ledger.money import from_fen
from tests.kiosk.sale.conftest import baskets

PARKED = UUID("00000000-0000-4000-8000-00000000000b")


def test_a_plain_line_says_only_what_it_always_said() -> None:
    line = Line("F001", "豆浆", from_fen(200), 2000, pickup=True, cost_fen=100)
    assert docs.line(line) == {
        "amount_fen": 400,
        "catering": 1,
        "name": "豆浆",
        "qty_milli": 2000,
        "sku": "F001",
        "unit_fen": 200,
    }
    plain = Basket().add(line)
    assert docs.particulars(plain, plain.priced, ()) == {}


def test_a_sale_says_what_was_taken_off_and_by_whose_leave() -> None:
    line = Line("N001", "小面", from_fen(900), 2000, options=(Picked("size.large", "大份", 200),))
    basket = (
        Basket(parked_ref=PARKED)
        .add(replace(line, combo=(("F001", 2),), price_tier="outdoor"))
        .with_price(0, from_fen(800))
        .with_discount(0, Discount(fen=155, reason="临期"))
        .add(Line("F001", "豆浆", from_fen(200)))
        .with_sale_discount(Discount(percent_bp=1000, reason="老顾客"))
        .rounded(100)
    )
    lines = basket.priced
    assert docs.line(lines[0]) == {
        "amount_fen": 1300,
        "catering": 1,
        "combo": [{"qty_milli": 2000, "sku": "F001"}],
        "discount_fen": 155,
        "discount_reason": "临期",
        "list_unit_fen": 900,
        "name": "小面",
        "options": [{"delta_fen": 200, "id": "size.large", "name": "大份"}],
        "price_tier": "outdoor",
        "qty_milli": 2000,
        "shared_fen": 145,
        "sku": "N001",
        "unit_fen": 800,
    }
    words = (Approved(Right.DISCOUNT, "s02"), Approved(Right.PRICE_OVERRIDE, "s02"))
    assert docs.particulars(basket, lines, words, slip=12) == {
        "approved": [
            {"by": "s02", "right": "discount"},
            {"by": "s02", "right": "price_override"},
        ],
        "discount_fen": 320,
        "discount_reason": "老顾客",
        "parked_ref": str(PARKED),
        "rounding_fen": 80,
        "slip": 12,
    }


@given(baskets())
def test_a_parked_basket_is_read_back_as_it_was(basket: Basket) -> None:
    doc = docs.parked(basket)
    assert docs.basket(doc) == basket
    canonical(doc)
    again = replace(basket, parked_ref=PARKED)
    assert docs.basket(docs.parked(again)) == again


@given(baskets())
def test_the_lines_of_a_sale_are_read_back_at_their_amounts(basket: Basket) -> None:
    for line in basket.priced:
        read = docs.read_line(docs.line(line))
        assert docs.line(read) == docs.line(line)
        assert (read.amount, read.gross_fen) == (line.amount, line.gross_fen)
