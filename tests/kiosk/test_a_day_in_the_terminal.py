"""A full day at the real program in a real terminal, added up a second time in plain integers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.day import (
    CASHIER,
    MANAGER,
    RELIEF,
    SUPERVISOR,
    Cashier,
    first_start,
    leave,
    open_shift,
    queue,
    till,
)
from tests.day_books import (
    DRAWER,
    OVER_SHORT,
    SAFE,
    USUAL_FLOAT,
    Act,
    Books,
    acts,
    balances,
    check_the_books,
    check_the_z,
    cli,
    log,
    pieces,
    yuan,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

COUNTED_SHORT = 100
"""What the script leaves out of the last count, in fen: below the limit that needs a reason."""

OF_EVERY_KIND: tuple[tuple[str, int, str, tuple[int, ...]], ...] = (
    ("AAB", 600, "<F9>", ()),  # the four-key sale: 豆浆 twice, 油条, exact cash
    ("3*G", 600, "<F5>", ()),
    ("cbk<Enter>", 300, "<F6>", ()),
    ("6921168509256<Enter>", 200, "#", ()),
    ("F001<Enter>", 200, "<F7>", ()),
    ("H", 100, "<Enter>", ()),
    ("DD", 1000, "4<F5><F9>", (400,)),
    ("AEJ", 900, "2<F6>3<F8><F9>", (200, 300)),
    ("cqxm<Enter>df", 1000, "<F7>", ()),  # 特辣, 大份
    ("Ab2*B", 600, "20<F9>", ()),  # 加糖
    ("qtsp<Enter>12.5<Enter>", 1250, "<F9>", ()),
    ("djyttc<Enter>", 350, "<F6>", ()),
    ("axtc<Enter>", 2000, "%", ()),
    ("D", 500, "!", ()),
    ("10*H", 1000, "@", ()),
)
"""What is typed, what it costs in fen, how it is paid, and all but the last part payment."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def special_prices(cashier: Cashier) -> None:
    """Discounts and another price, approved in place; tiers and 抹零, which the cashier may do."""
    cashier.type("EE10%<C-d>")
    cashier.see("折扣 10%：为什么")
    cashier.type("1")
    cashier.approve(SUPERVISOR)
    cashier.see("-1.00")
    cashier.sell("", 1000, "<F8>", off=100, approved=(SUPERVISOR.id,))

    cashier.type("CB0.5<C-e>")
    cashier.see("折扣 0.5：为什么")
    cashier.type("熟客<Enter>")
    cashier.approve(SUPERVISOR, wrong=RELIEF.pin)
    cashier.see("熟客", "-0.50")
    cashier.sell("", 500, "<F5>", off=50, approved=(SUPERVISOR.id,))

    cashier.type("K7<C-p>")
    cashier.approve(SUPERVISOR)
    cashier.see("原价 8.00")
    cashier.sell("", 700, "<F9>", approved=(SUPERVISOR.id,))
    cashier.books.count("overrides", 100)

    cashier.type("FC<C-r>")
    cashier.see("抹零", "-0.50")
    cashier.sell("", 550, "<F9>", rounded=50)

    cashier.type("axtc<Enter><C-t>")
    cashier.see("户外劳动者")
    cashier.sell("", 1500, "<F5>")
    cashier.type("<C-t><C-t>")
    cashier.see("社区认定")
    cashier.sell("axtc<Enter>", 1000, "<F9>")


def taking_out(cashier: Cashier) -> None:
    """Before the total a removal is free; after it it takes a reason and a second person."""
    cashier.type("AB<Delete>")
    cashier.see("› 豆浆", gone="› 油条")
    cashier.removed(200)
    cashier.sell("", 200, "<F9>")

    cashier.type("HHH-")
    cashier.removed(100)
    cashier.sell("", 200, "<F6>")

    cashier.type("CD=")
    cashier.see("应收 8.00")
    cashier.type("<Delete>")
    cashier.see("删除 糯米团：为什么")
    cashier.type("2")
    cashier.approve(SUPERVISOR)
    cashier.removed(500, SUPERVISOR.id)
    cashier.sell("", 300, "<F5>")


def parking(cashier: Cashier) -> None:
    """Two baskets wait while others pay; the second is fetched into the place of a third."""
    cashier.type("AA")
    cashier.park("等人")
    cashier.type("K")
    cashier.park()
    cashier.sell("B", 200, "<F9>")
    cashier.type("C")
    cashier.see("› 糍粑块")
    cashier.recall(2, "煎饼", parks=True)
    cashier.sell("", 800, "<F7>")
    cashier.recall(1, "豆浆")
    cashier.sell("", 400, "<F5>")
    cashier.recall(1, "糍粑块")
    cashier.sell("", 300, "<F8>")


def lock_and_relief(cashier: Cashier) -> None:
    """The cashier is called away in mid-sale: the relief unlocks, and finishes the basket."""
    cashier.type("GI")
    cashier.see("› 茶叶蛋")
    cashier.lock()
    assert "茶叶蛋" not in cashier.terminal.screen, "a locked till shows no basket"
    cashier.sign_in(RELIEF)
    cashier.see("菜包", "› 茶叶蛋")
    cashier.sell("", 400, "<F9>")
    queue(cashier, 5, start=0)
    cashier.hand_over(CASHIER)


def small_window(cashier: Cashier) -> None:
    """A terminal of 40×10 says so, and loses nothing; keys pressed meanwhile count."""
    cashier.type("AB")
    cashier.see("豆浆", "› 油条")
    cashier.terminal.resize(40, 10)
    cashier.see("窗口太小（40×10）", gone="油条")
    cashier.type("C")
    cashier.terminal.resize(80, 24)
    cashier.see("豆浆", "油条", "› 糍粑块", "F1 帮助")
    cashier.sell("", 700, "<F9>")


def cash_moves(cashier: Cashier) -> None:
    """Paid in, paid out with approval, a drop, and the drawer opened for nothing."""
    cashier.type("<C-n>")
    cashier.see("开钱箱", "换零钱")
    cashier.type("1")
    cashier.approve(SUPERVISOR)
    cashier.see("F1 帮助")
    cashier.books.note("no_sale", cashier.by, SUPERVISOR.id)
    cashier.books.tally["no_sales"] += 1

    cashier.type("<F10>")
    cashier.see("1 … 8")
    cashier.cash_move("2", "paid_in", "1", 5000)
    cashier.cash_move("3", "paid_out", "1", 1550, SUPERVISOR)
    cashier.cash_move("4", "drop", "", 10000)
    cashier.type("<Escape>")
    cashier.see("F1 帮助")


def power_cut(cashier: Cashier, home: Path) -> None:
    """SIGKILL with half a basket on the screen."""
    cashier.type("A3*D")
    cashier.see("豆浆", "› 糯米团")
    cashier.terminal.until(lambda _: "糯米团" in draft_of(home), "the draft on the disk")
    cashier.terminal.kill()
    cashier.books.note("basket_parked", cashier.by)


def draft_of(home: Path) -> str:
    """Read what would outlive the program now."""
    try:
        return (home / "draft.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def recovered(cashier: Cashier) -> None:
    """The basket is back once its cashier signs in, and is paid."""
    cashier.sign_in(CASHIER)
    cashier.books.note("basket_recalled", CASHIER.id)
    cashier.see("豆浆", "› 糯米团", "15.00")
    cashier.sell("", 1700, "$")


def x_report(cashier: Cashier) -> None:
    """Read the running shift."""
    cashier.type("<F10>")
    cashier.see("1 … 8")
    cashier.type("6")
    cashier.approve(SUPERVISOR)  # it says what the blind count is to find
    cashier.see(
        "X 报表", f"({cashier.books.tally['sales']})", yuan(cashier.books.tally["sales_fen"])
    )
    cashier.books.note("x_report", cashier.by, SUPERVISOR.id)


def close(cashier: Cashier) -> tuple[str, dict[str, int]]:
    """Count the drawer blind, a little short, and close; give the Z as the screen shows it."""
    books = cashier.books
    expected = books.accounts[DRAWER]
    counted = expected - COUNTED_SHORT
    cashier.type("7")
    assert yuan(expected) not in cashier.see("交班：清点钱箱"), "the count is blind"
    cashier.count(pieces(counted))
    cashier.see("短款", yuan(counted), yuan(expected), "多少")
    books.note("shift_counted", cashier.by)
    to_safe = counted - USUAL_FLOAT
    cashier.see(yuan(to_safe))
    cashier.type("<Enter>")
    shown = [cashier.see("班已交班 ✓", "Z 报表 1")]
    books.note("shift_closed", cashier.by)
    books.move(OVER_SHORT, DRAWER, COUNTED_SHORT)
    books.move(SAFE, DRAWER, to_safe)
    while "PgDn +" in shown[-1]:
        cashier.type("<NPage>")
        shown.append(cashier.another_screen(shown[-1]))
    return "\n".join(shown), {
        "expected_fen": expected,
        "counted_fen": counted,
        "over_short_fen": -COUNTED_SHORT,
        "to_safe_fen": to_safe,
        "z": 1,
        "parked": 0,
        "grand_total_fen": books.tally["sales_fen"],
    }


def test_a_full_day_adds_up_to_the_fen_and_every_act_has_its_actor(home: Path) -> None:
    books = Books()
    first_start(home, books)
    with till(home, books) as cashier:
        cashier.sign_in(MANAGER)
        cashier.hand_over(CASHIER)
        open_shift(cashier, USUAL_FLOAT)
        numbers = [
            cashier.sell(rung, goods, paid, *parts) for rung, goods, paid, parts in OF_EVERY_KIND
        ]
        special_prices(cashier)
        taking_out(cashier)
        parking(cashier)
        lock_and_relief(cashier)
        small_window(cashier)
        cash_moves(cashier)
        power_cut(cashier, home)
    with till(home, books) as cashier:
        recovered(cashier)
        cashier.refund(numbers[1], "+", 200, SUPERVISOR, whole=False)  # one of 3 菜包
        cashier.refund(numbers[8], "*", 1000, SUPERVISOR, whole=True)
        cashier.void(numbers[0], 600, SUPERVISOR)
        queue(cashier, 60 - books.tally["sales"], start=7)
        assert books.tally["sales"] == 60
        x_report(cashier)
        z_shown, closing = close(cashier)
        leave_shift(cashier)
    check_the_books(home, books)
    check_the_z(home, books, closing, z_shown)


def leave_shift(cashier: Cashier) -> None:
    """Go back to the till, and end the program."""
    cashier.type("<Escape>")
    cashier.see("F1 帮助")
    leave(cashier)


SAYS: dict[str, dict[str, str]] = {
    "zh_CN": {
        "first": "第一次启动",
        "again": "再输一次",
        "closed": "还没有开班",
        "keys": "F1 帮助",
        "float": "清点备用金",
        "opened": "班已开 ✓ 备用金 100.00",
        "menu": "1 … 8",
        "item": "› 油条",
        "parked": "已挂单 ✓",
        "drawer": "交班：清点钱箱",
        "fits": "分文不差",
        "done": "班已交班 ✓",
        "waiting": "尚有挂单 (1)",
        "locked": "已锁定",
        "pin": "的 PIN",
    },
    "en": {
        "first": "The first start",
        "again": "once more",
        "closed": "No shift is open",
        "keys": "F1 Keys",
        "float": "count the float",
        "opened": "is open ✓ float 100.00",
        "menu": "1 … 8",
        "item": "› fried dough",
        "parked": "Parked ✓",
        "drawer": "count the drawer",
        "fits": "It fits to the fen",
        "done": "is closed ✓ Z report 1",
        "waiting": "Still parked (1)",
        "locked": "Locked",
        "pin": "PIN of s01",
    },
}
"""What the screens say in both languages, where this script waits for it."""


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_an_idle_day_closes_with_a_parked_basket_and_no_sale(home: Path, lang: str) -> None:
    says, floats = SAYS[lang], {**dict.fromkeys(pieces(0), 0), 1000: 10}
    with till(home, Books(), "--lang", lang, columns=120, rows=40) as cashier:
        for text in ("first", "again"):
            cashier.see(says[text])
            cashier.type(f"{MANAGER.pin}<Enter>")
        cashier.see(says["closed"], says["keys"])
        cashier.type("<F10>")
        cashier.see(says["menu"])
        cashier.type("1")
        cashier.see(says["float"])
        cashier.count(floats)
        cashier.see(says["opened"])
        cashier.type("<Escape>")
        cashier.see(says["keys"])
        cashier.type("AB")
        cashier.see(says["item"])
        cashier.type("<F4>")
        cashier.see(says["parked"])
        cashier.type("<F10>")
        cashier.see(says["menu"])
        cashier.type("7")
        cashier.see(says["drawer"])
        cashier.count(floats)
        cashier.see(says["fits"])
        cashier.type("<Enter>")
        cashier.see(says["done"])
        cashier.type("<Escape>")
        cashier.see(says["keys"])
        leave(cashier)

    z = json.loads(cli(home, "ledger", "z", "1", "--json"))
    assert z["report"]["figures"]["sales"] == {"count": 0, "fen": 0}
    assert (z["counted_fen"], z["over_short_fen"], z["to_safe_fen"]) == (10000, 0, 0)
    [waiting] = z["report"]["parked"]
    assert (waiting["by"], waiting["total_fen"]) == (MANAGER.id, 400)
    assert says["waiting"] in cli(home, "--lang", lang, "ledger", "z", "1")
    assert balances(home) == {DRAWER: 10000, SAFE: -10000}
    assert json.loads(cli(home, "ledger", "verify", "--json"))["ok"]
    first = Act("settings", "cashier"), Act("staff_changed", "cashier")
    kinds = ["session_locked", "shift_opened", "basket_parked", "shift_counted", "shift_closed"]
    assert acts(log(home)) == [*first, *(Act(kind, MANAGER.id) for kind in kinds)]


def test_a_till_that_nobody_touches_locks_itself(home: Path) -> None:
    books = Books()
    first_start(home, books)
    with (home / "kiosk.toml").open("a", encoding="utf-8") as file:
        file.write("\n[guards]\nidle_lock_s = 1\n")
    with till(home, books) as cashier:
        books.note("settings", "cashier")
        cashier.knock(CASHIER)
        cashier.see("已锁定")
        books.note("session_locked", CASHIER.id)  # let in
        books.note("session_locked", CASHIER.id)  # and locked again
        cashier.terminal.until(lambda _: acts(log(home)) == books.acts, "the lock's record")
        leave(cashier)
