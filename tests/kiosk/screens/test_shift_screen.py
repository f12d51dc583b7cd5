"""A shift on one screen: float, cash in and out, blind count, difference, Z report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.screens.shift import ShiftScreen
from tests.kiosk.screens.conftest import CASHIER, MANAGER, PINS, SUPERVISOR
from tests.screen import check_golden

if TYPE_CHECKING:
    from kiosk.till.till import Till
    from tests.kiosk.screens.conftest import Cashier, Opened

GOLDEN = Path(__file__).with_name("golden")
ROWS = 8
"""Notes and coins of a count."""


async def count(cashier: Cashier, *pieces: str) -> None:
    """Type ``pieces`` into the first rows of a count, and end it."""
    for each in (*pieces, *[""] * (ROWS - len(pieces))):
        cashier.slowly(each, "enter")
    cashier.slowly("enter")
    await cashier.settle()


async def drawer(cashier: Cashier) -> int:
    def read(till: Till) -> int:
        with till.database.transaction() as cursor:
            found = "SELECT debit_fen - credit_fen FROM balance WHERE account = '100101'"
            return int(cursor.execute(found).fetchone()[0])

    return await cashier.books(read)


async def test_a_shift_from_its_float_to_its_z_report(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("A", "B", "f9", "f10")
        await cashier.press("2")
        await cashier.press("1") if "按数字" in cashier.screen else None
        await cashier.type("100")
        await cashier.press("enter")
        await cashier.type("换硬币")
        await cashier.press("enter")
        assert "存入 100.00 ✓" in cashier.screen
        await cashier.press("4")
        await cashier.type("50.50")
        await cashier.press("enter", "enter")
        assert await drawer(cashier) == 200_00 + 4_00 + 100_00 - 50_50
        await cashier.press("6")
        await cashier.type("02")  # an X says what the count is to find, so somebody approves it
        await cashier.press("enter")
        await cashier.type(PINS[SUPERVISOR])
        await cashier.press("enter")
        assert "X 报表" in cashier.screen
        assert "PgDn PgUp 翻页" in cashier.screen
        await cashier.press("7")
        assert "253.50" not in cashier.screen  # blind: what the books say comes after the count
        await count(cashier, "2", "1", "", "", "", "3", "1")
        assert "实点" in cashier.screen
        assert "253.50" in cashier.screen
        assert "分文不差" in cashier.screen
        cashier.slowly("enter")
        await cashier.settle()
        assert "第 1 班已交班 ✓ Z 报表 1 号" in cashier.screen
        assert "Z 报表 1 号  实点 253.50  分文不差  交班入柜 53.50" in cashier.screen
        await cashier.pilot.click("#functions", offset=(2, 0))
        await cashier.settle()
        assert "账簿" not in cashier.screen  # the paper's next page
        assert "实点 253.50" in cashier.screen
        assert await drawer(cashier) == 200_00  # what is above the usual float went to the safe
        assert await cashier.kinds() == [
            *("sale", "paid_in", "drop", "x_report", "shift_counted", "shift_closed"),
        ]
        await cashier.press("8", "enter")
        assert "Z 报表号" in cashier.screen
        assert "实点 253.50  分文不差" in cashier.screen
        assert len(await cashier.kinds()) == 6


async def test_what_was_answered_is_seen_until_the_last_answer_is_given(opened: Opened) -> None:
    async with opened(signed_in=MANAGER) as cashier:
        await cashier.press("f10", "3", "1", *"24")
        await cashier.press("enter")
        assert "✓ 驿站买水" in cashier.screen
        assert "✓ 24.00" in cashier.screen
        assert cashier.screen.count("说明") == 1
        await cashier.press("escape", "7")
        await count(cashier, "1")
        await cashier.press("2")
        assert "✓ 零头未收" in cashier.screen


async def test_a_difference_above_the_limit_needs_a_reason(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "7")
        await count(cashier, "1", "1")
        assert "短款" in cashier.screen
        assert "50.00" in cashier.screen
        await cashier.press("enter")
        assert "请写明原因" in cashier.screen
        await cashier.press("4")
        await cashier.type("x")
        await cashier.press("enter")
        assert "金额" in cashier.screen
        await cashier.press("enter")
        _, doc = await cashier.doc("shift_closed")
        assert (doc["over_short_fen"], doc["reason"]) == (-50_00, "原因不明")


@pytest.mark.parametrize(
    ("typed", "said"), [("x", "张数 'x' 不行"), ("12345", "12345"), ("-", "-")]
)
async def test_what_is_no_number_of_pieces_is_refused_with_a_sentence(
    opened: Opened, typed: str, said: str
) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "7")
        await cashier.type(typed)
        shown = cashier.screen.replace("“", "'").replace("”", "'")
        assert said in shown
        assert "0 至 9999 的整数" in shown
        await cashier.press("delete", "2", "backspace", "1", "up", "down", "enter")
        await count(cashier)
        assert "100.00" in cashier.screen
        assert (await cashier.doc("shift_counted"))[1]["counted_fen"] == 100_00


async def test_money_without_a_shift_opens_one_and_comes_back_to_the_same_ticket(
    opened: Opened,
) -> None:
    async with opened(ready=False) as cashier:
        for _ in range(2):
            await cashier.type("135790")
            await cashier.press("enter")
        cashier.slowly("AAB", "f9", "f9")
        await cashier.settle()
        assert isinstance(cashier.app.screen, ShiftScreen)
        assert "还没有开班：先清点备用金" in cashier.screen
        assert len(cashier.app.screen_stack) == 3  # the door, the sell screen, this one
        await count(cashier, "2")
        assert cashier.selling
        assert cashier.rung == [("F001", 2000), ("F002", 1000)]
        await cashier.press("f9")
        assert await cashier.sold() == [600]


async def test_a_counted_shift_is_still_counted_after_a_crash(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "7")
        await count(cashier, "1", "2")
        assert await cashier.kinds() == ["shift_counted"]
    async with opened(signed_in=CASHIER) as cashier:  # nothing was said to the program's end
        await cashier.press("f10")
        assert "账面应有" in cashier.screen
        await cashier.press("enter")
        assert "第 1 班已交班" in cashier.screen


async def test_cash_after_the_count_asks_for_another_one(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("f10", "7")
        await count(cashier, "2")
        await cashier.press("escape", "escape", "escape")
        assert cashier.selling
        await cashier.press("A", "f9", "f10", "enter")
        assert "请重新清点" in cashier.screen
        await count(cashier, "2", "", "", "", "", "2")
        await cashier.press("enter")
        assert "第 1 班已交班" in cashier.screen
        assert (await cashier.doc("shift_closed"))[1]["over_short_fen"] == 0


async def test_a_double_press_opens_one_screen_and_the_next_keys_are_its_own(
    opened: Opened,
) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        cashier.slowly("f10", "f10", "7", "2", "enter")
        await cashier.settle()
        assert len(cashier.app.screen_stack) == 2
        assert "›       50" in cashier.screen
        assert cashier.sell.entry.value == ""


async def test_the_drawer_is_opened_without_a_sale_only_with_a_right_and_a_reason(
    opened: Opened,
) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("A", "ctrl+n", "enter")
        assert "请写明原因" in cashier.screen
        await cashier.press("1")
        assert "请求授权：开钱箱" in cashier.screen
        await cashier.type("2")
        await cashier.press("enter")
        await cashier.type(PINS[SUPERVISOR])
        await cashier.press("enter")
        assert cashier.selling
        assert cashier.rung == [("F001", 1000)]
        by, doc = await cashier.doc("no_sale")
        assert (by, doc["approved_by"]) == (CASHIER, SUPERVISOR)
        assert doc["reason"]


async def test_more_than_the_drawer_holds_cannot_be_paid_out(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("f10", "3")
        await cashier.press("2") if "驿站买水" in cashier.screen else None
        await cashier.type("999")
        await cashier.press("enter", "enter")
        assert "钱箱里没有 999.00 元" in cashier.screen
        assert "200.00" not in cashier.screen
        assert await cashier.kinds() == ["approval_refused"]  # who asked is no secret


async def test_what_makes_no_sense_just_now_says_why(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("f10", "1")
        assert "已经开班" in cashier.screen
        await cashier.press("7")
        await count(cashier, "2")
        await cashier.press("enter", "2")
        assert "请先开班（1）" in cashier.screen
        await cashier.press("1")
        await count(cashier, "1", "2")
        assert "第 2 班已开 ✓ 备用金 200.00" in cashier.screen


async def test_a_touch_chooses_as_the_figure_does(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("f10")
        await cashier.pilot.click("#face", offset=(8, 9))
        await cashier.settle()
        assert "原因？" in cashier.screen
        await cashier.pilot.click("#face", offset=(8, 3))
        await cashier.settle()
        assert "开钱箱 ✓" in cashier.screen
        assert (await cashier.doc("no_sale"))[1]["reason"] == "清点"


async def test_a_small_terminal_shows_what_it_can(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("f10", "7", "3")
        await cashier.pilot.resize_terminal(40, 10)
        await cashier.press("enter", "x", "delete", "2")
        assert "50" in cashier.screen
        await cashier.pilot.resize_terminal(80, 24)
        await cashier.press("ctrl+l")
        await cashier.pilot.resize_terminal(40, 10)
        await cashier.pilot.resize_terminal(80, 24)
        await cashier.sign_in(MANAGER)
        assert "400.00" in cashier.screen  # the count goes on where it was


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_door_and_the_shift_look_as_drawn(
    opened: Opened, size: tuple[int, int], lang: str
) -> None:
    def drawn(name: str) -> Path:
        return GOLDEN / f"{name}-{size[0]}x{size[1]}-{lang}.txt"

    async with opened(ready=False, size=size, lang=lang) as cashier:
        check_golden(cashier.app, drawn("first-start"))
        for _ in range(2):
            await cashier.type("135790")
            await cashier.press("enter")
        await cashier.press("A", "f9", "1", "enter", "5")
        check_golden(cashier.app, drawn("open-shift"))


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_cashiers_evening_looks_as_drawn(
    opened: Opened, size: tuple[int, int], lang: str
) -> None:
    def drawn(name: str) -> Path:
        return GOLDEN / f"{name}-{size[0]}x{size[1]}-{lang}.txt"

    async with opened(size=size, lang=lang, signed_in=None) as cashier:
        await cashier.type("3")
        await cashier.press("enter")
        check_golden(cashier.app, drawn("sign-in"))
        await cashier.type(PINS[CASHIER])
        await cashier.press("enter", "A", "A", "B", "ctrl+l")
        check_golden(cashier.app, drawn("lock"))
        await cashier.sign_in(CASHIER)
        await cashier.press("f9", "f10")
        check_golden(cashier.app, drawn("shift"))
        await cashier.press("5", "1", "2", "enter")
        check_golden(cashier.app, drawn("approval"))
        await cashier.press("escape", "7", "2", "enter", "enter", "1")
        check_golden(cashier.app, drawn("count"))
        await cashier.press("enter", *["enter"] * 6)
        check_golden(cashier.app, drawn("difference"))
        await cashier.press("1", "enter")
        check_golden(cashier.app, drawn("z-report"))
