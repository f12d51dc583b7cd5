"""Baskets as customers make them: any mix of options, overrides, discounts and rounding."""

from __future__ import annotations

from hypothesis import strategies as st

from config.rights import Right
from kiosk.errors import TillError
from kiosk.sale.approval import Approved
from kiosk.sale.basket import Basket
from kiosk.sale.discounts import Discount
from kiosk.sale.lines import Line, Picked
from ledger.money import from_fen

REASON = "老顾客"

discounts = st.one_of(
    st.builds(Discount, st.integers(1, 10_000), st.none(), st.just(REASON)),
    st.builds(Discount, st.none(), st.integers(1, 3000), st.just(REASON)),
)
picks = st.lists(
    st.builds(Picked, st.sampled_from(["spicy.hot", "size.large"]), st.just("大份"), st.just(200)),
    max_size=2,
).map(tuple)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    line = Line(
        f"S{draw(st.integers(1, 5))}",
        "小面",
        from_fen(draw(st.integers(0, 3000))),
        draw(st.one_of(st.integers(1, 4).map(lambda n: n * 1000), st.integers(1, 9999))),
        draw(st.booleans()),
        pickup=draw(st.booleans()),
        cost_fen=draw(st.none() | st.integers(0, 2000)),
        combo=draw(st.sampled_from([(), (("F001", 1), ("F002", 2))])),
        price_tier=draw(st.sampled_from([None, "outdoor"])),
    )
    if picked := draw(picks):
        line = line.with_options(picked)
    if draw(st.booleans()):
        line = line.with_price(from_fen(draw(st.integers(0, 3000))))
    off = draw(st.none() | discounts)
    try:
        return line.with_discount(off)
    except TillError:
        return line


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    basket = Basket(tier=draw(st.sampled_from([None, "outdoor"])))
    for line in draw(st.lists(lines(), min_size=1, max_size=6)):
        basket = basket.add(line)
    off, step = draw(st.none() | discounts), draw(st.sampled_from([0, 10, 50, 100]))
    try:
        basket = basket.with_sale_discount(off)
    except TillError:
        assert off is not None
    try:
        basket = basket.rounded(step)
    except TillError:
        assert step
    if draw(st.booleans()):
        basket = basket.approved(Approved(Right.DISCOUNT, "s02"))
    return basket
