"""What the history offers to give back of a sale."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from config.language import words
from kiosk.sale.refunds import SoldLine, SoldLines
from kiosk.screens.giving_back import GivingBack

NOODLES = SoldLine("F011", "小面", 2000, 2000, 705, 1410, ("特辣",))
SUGAR = SoldLine("T", "糖", 1000, 1000, 95, 95)


STICK = SoldLine("F002", "fried dough stick", 12000, 12000, 200, 2400)


def text(giving: GivingBack, width: int = 40) -> str:
    rows = [giving.row(y, width, 5) for y in range(5)]
    return "\n".join("".join(span.text for span in row).rstrip() for row in rows)


def test_the_amount_offered_is_what_was_paid_and_not_what_was_rung() -> None:
    giving = GivingBack.of(SoldLines((NOODLES, SUGAR), None, 1500), words("en"))
    assert giving.total_fen == 0
    assert giving.changed(1000).total_fen == 703  # 7.05 of 15.05, of which 15.00 were paid
    assert giving.all().total_fen == 1500


def test_a_line_names_its_options() -> None:
    giving = GivingBack.of(SoldLines((NOODLES,), None, 1410), words("zh_CN"))
    assert "› 小面 特辣" in text(giving)


def test_where_it_is_narrow_the_name_has_room_and_one_figure_says_how_many_of_how_many() -> None:
    giving = GivingBack.of(SoldLines((STICK, NOODLES), None, 3810), words("en")).changed(2000)
    rows = text(giving, 34).splitlines()
    assert rows[0] == "  Item                Back Amount"
    assert rows[1] == "› fried dough stick   2/12   4.00"
    assert rows[4] == "  To give back               4.00"


@pytest.mark.parametrize("width", [34, 39, 40, 60])
def test_no_figure_of_a_refund_is_ever_cut(width: int) -> None:
    much = SoldLine("X", "糖" * 30, 1234567, 1234567, 99999, 123455465)
    giving = GivingBack.of(SoldLines((much,), None, 123455465), words("zh_CN")).all()
    row = text(giving, width).splitlines()[1]
    assert cell_len(row) < width
    assert row.endswith(" 1234554.65")
    assert "1234.567" in row
