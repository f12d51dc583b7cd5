"""What the history offers to give back of a sale."""

from __future__ import annotations

from config.language import words
from kiosk.sale.refunds import SoldLine, SoldLines
from kiosk.screens.giving_back import GivingBack

NOODLES = SoldLine("F011", "小面", 2000, 2000, 705, 1410, ("特辣",))
SUGAR = SoldLine("T", "糖", 1000, 1000, 95, 95)


def text(giving: GivingBack) -> str:
    rows = [giving.row(y, 40, 5) for y in range(5)]
    return "\n".join("".join(span.text for span in row).rstrip() for row in rows)


def test_the_amount_offered_is_what_was_paid_and_not_what_was_rung() -> None:
    giving = GivingBack.of(SoldLines((NOODLES, SUGAR), None, 1500), words("en"))
    assert giving.total_fen == 0
    assert giving.changed(1000).total_fen == 703  # 7.05 of 15.05, of which 15.00 were paid
    assert giving.all().total_fen == 1500


def test_a_line_names_its_options() -> None:
    giving = GivingBack.of(SoldLines((NOODLES,), None, 1410), words("zh_CN"))
    assert "› 小面 特辣" in text(giving)
