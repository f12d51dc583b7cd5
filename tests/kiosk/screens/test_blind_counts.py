"""A drawer is counted before the books speak: nothing typed is no count, no slip is a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.screens.board import Board, Sheet
from tests.kiosk.screens.conftest import CASHIER
from tests.kiosk.screens.test_shift_screen import count

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Cashier, Opened

NOTHING = "还没有清点：请输入张数；空钱箱请输入 0"


async def found(cashier: Cashier) -> int:
    """What the last count came to, in fen."""
    return int((await cashier.doc("shift_counted"))[1]["counted_fen"])


async def test_enter_on_every_row_counts_nothing_and_shows_nothing(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "7")
        await count(cashier)
        assert NOTHING in cashier.screen
        assert "200.00" not in cashier.screen
        await cashier.press("enter")  # asking twice does not help
        assert NOTHING in cashier.screen
        assert await cashier.kinds() == []
        await cashier.press("up", "0", "enter", "enter")
        assert "200.00" in cashier.screen
        assert await found(cashier) == 0


async def test_a_float_of_nothing_is_typed_too(opened: Opened) -> None:
    async with opened(ready=False) as cashier:
        for _ in range(2):
            await cashier.type("135790")
            await cashier.press("enter")
        await cashier.press("f10", "1")
        await count(cashier)
        assert NOTHING in cashier.screen
        assert cashier.app.desk.shift is None
        await cashier.press("up", "0", "enter", "enter")
        assert cashier.app.desk.shift is not None


async def test_a_count_after_the_difference_was_seen_is_on_the_report(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "7")
        await count(cashier, "1")
        assert "短款" in cashier.screen
        await cashier.press("escape")
        await count(cashier, "2")
        await cashier.press("enter", "8", "enter")
        face = cashier.app.screen.query_one("#board", Board).face
        assert isinstance(face, Sheet)
        rows = ["".join(span.text for span in row) for row in face.rows]
        again = next(row for row in rows if "重新清点（已见差额）" in row)
        assert again.endswith(" 1")


@pytest.mark.parametrize("typed", ["1.5", "-1", "12345", "1x2"])
async def test_what_follows_a_refused_character_is_no_number_either(
    opened: Opened, typed: str
) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "7")
        await cashier.type(typed)
        assert "0 至 9999 的整数" in cashier.screen
        assert typed in cashier.screen
        await cashier.press("enter")  # the row is not left like this, and why stays in sight
        assert "0 至 9999 的整数" in cashier.screen
        assert "›      100" in cashier.screen
        await cashier.press("2")
        assert "0 至 9999 的整数" not in cashier.screen
        await cashier.press("enter")
        await count(cashier, *[""] * 7)
        assert await found(cashier) == 200_00


async def test_backspace_takes_back_what_was_refused(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "7")
        await cashier.type("1.5")
        await cashier.press("backspace")
        assert "0 至 9999 的整数" not in cashier.screen
        await count(cashier, "1")
        assert await found(cashier) == 100_00
