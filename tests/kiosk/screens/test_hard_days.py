"""Slow disks, double presses, refusals, hostile names: nothing lost, doubled or said early."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from textual import events

from config.errors import Refusal
from kiosk.cli import main
from kiosk.screens.app import KioskApp
from kiosk.till.home import open_home, writing
from kiosk.till.till import Till
from ledger.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.sale.basket import Basket, Line
    from kiosk.till.till import Done
    from tests.kiosk.screens.conftest import Cashier, Opened


class SlowDisk:
    """Holds the till thread, as a disk does that takes its time, until ``release``."""

    def __init__(self, cashier: Cashier) -> None:
        self._gate = threading.Event()
        self._held = cashier.app.desk.thread._executor.submit(self._gate.wait, 60)

    def release(self) -> None:
        self._gate.set()
        assert self._held.result()


async def test_keys_during_a_commit_belong_to_the_next_customer(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "A")
        disk = SlowDisk(cashier)
        await cashier.pilot.press("f9", "B", "n", "m", "t")
        assert cashier.rung == [("F002", 1000)]
        assert "✓" not in cashier.screen  # nothing is announced before it is durable
        disk.release()
        await cashier.settle()
        assert "第 7 号 ✓" in cashier.said
        assert cashier.rung == [("F002", 1000)]
        assert cashier.sell.entry.value == "nmt"
        await cashier.press("enter", "f5")
        assert await cashier.sold() == [400, 700]


async def test_a_change_that_is_due_stays_in_sight_when_the_next_customer_came_first(
    opened: Opened,
) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        disk = SlowDisk(cashier)
        await cashier.pilot.press("1", "0", "f9", "B")
        disk.release()
        await cashier.settle()
        await cashier.press("C")
        assert "找零 8.00" in cashier.screen


@pytest.mark.parametrize("key", ["f9", "f5", "enter"])
async def test_a_double_press_sells_once(opened: Opened, key: str) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        disk = SlowDisk(cashier)
        cashier.send(*[events.Key(key, None) for _ in range(3)])
        await cashier.pilot.pause()
        disk.release()
        await cashier.settle()
        assert await cashier.sold() == [200]
        assert "第 7 号 ✓" in cashier.said


async def test_a_burst_of_a_scanner_and_a_key_is_read_in_order(opened: Opened) -> None:
    async with opened() as cashier:
        digits = [events.Key(digit, digit) for digit in "6921168509256"]
        enter, tile, cash, other = ("enter", "\r"), ("A", "A"), ("f9", None), ("f5", None)
        then = [events.Key(*each) for each in (enter, tile, cash, tile, other)]
        cashier.send(*digits, *then)
        await cashier.settle()
        assert await cashier.sold() == [400, 200]


async def test_a_pasted_code_is_one_entry_and_an_empty_paste_nothing(opened: Opened) -> None:
    async with opened() as cashier:
        driver = cashier.app._driver
        assert driver is not None
        for text in ("", "\n", "F001"):
            driver.send_message(events.Paste(text))
        await cashier.pilot.pause()
        await cashier.press("enter")
        assert cashier.rung == [("F001", 1000)]


async def test_a_long_entry_shows_its_end(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.type("豆" * 30 + "end")
        assert "豆end" in cashier.screen
        await cashier.press("left", "backspace", "home", "delete")
        assert cashier.sell.entry.value == "豆" * 29 + "ed"
        await cashier.press("end", *["backspace"] * 31)
        assert cashier.sell.entry.value == ""


async def test_a_refused_ticket_comes_back_with_the_reason(opened: Opened) -> None:
    async with opened() as cashier:
        tills_own = await cashier.books(lambda till: till.settings)
        await cashier.books(lambda till: setattr(till, "settings", replace(tills_own, tenders=())))
        await cashier.press("A", "D", "1", "f5", "f9")
        assert "没有付款方式 wechat" in cashier.said
        assert cashier.rung == [("F001", 1000), ("F004", 1000)]
        assert cashier.sell.ticket.rest.amount == 6
        assert await cashier.sold() == []
        await cashier.books(lambda till: setattr(till, "settings", tills_own))
        await cashier.press("f9")
        assert await cashier.sold() == [700]


async def test_a_ticket_refused_behind_the_next_one_waits_to_be_recalled(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object, **__: object) -> Done:
        raise StorageError(tmp_path, "磁盘已满")

    async with opened() as cashier:
        await cashier.press("A")
        with monkeypatch.context() as patch:
            patch.setattr(Till, "sell", full)
            disk = SlowDisk(cashier)
            await cashier.pilot.press("f9", "B")
            disk.release()
            await cashier.settle()
        assert "磁盘已满" in cashier.said
        assert "F3 取回" in cashier.said
        assert cashier.rung == [("F002", 1000)]
        assert "取回(1)" in cashier.screen
        await cashier.press("f3")
        assert cashier.rung == [("F001", 1000)]
        await cashier.press("f9", "f3", "f9")
        await cashier.press("f3")
        assert await cashier.sold() == [200, 200]
        assert "没有待取回的单" in cashier.said


async def test_a_line_whose_removal_cannot_be_recorded_comes_back(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(_: Till, basket: Basket, line: Line, **_said: object) -> Done:
        raise StorageError(tmp_path, f"{line.sku} {basket.ref}")

    async with opened() as cashier:
        monkeypatch.setattr(Till, "remove_line", full)
        await cashier.press("A", "B", "delete")
        assert cashier.rung == [("F001", 1000), ("F002", 1000)]
        assert "F002" in cashier.said


HOSTILE = ("[bold red]红[/]", "🥟饺子👍 $(reboot) `x`", "=1+1;|DROP", "名" * 30, "é" * 60)


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (41, 11)])
async def test_hostile_names_are_drawn_as_they_are(opened: Opened, size: tuple[int, int]) -> None:
    tables = [
        f'[[product]]\nsku = "H{n}"\nname_zh = "{name}"\nname_en = "{name}"\ncategory = "x"\n'
        'price = "99999.99"\ncatering = true\nbreakfast = false\n'
        for n, name in enumerate(HOSTILE)
    ]
    async with opened(size=size, catalogue="\n".join(tables)) as cashier:
        await cashier.press("A", "B", "C", "D", "E", *["plus"] * 3)
        for row, strip in enumerate(cashier.app.screen._compositor.render_strips()):
            assert strip.cell_length == size[0], row
        if size[0] > 41:
            assert "[bold red]红[/]" in cashier.screen
            assert "🥟饺子👍 $" in cashier.screen
            assert "399999.96" in cashier.screen
        if size[0] == 80:
            assert "名名…" in cashier.screen
        await cashier.pilot.resize_terminal(80, 24)
        await cashier.press("f9")
        assert await cashier.sold() == [8 * 9999999]


async def test_a_tiny_terminal_and_back_changes_nothing(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "B", "1", "f9", "d")
        before = cashier.screen
        for size in ((40, 10), (3, 2), (200, 60), (80, 24)):
            await cashier.pilot.resize_terminal(*size)
            await cashier.pilot.pause()
        assert cashier.screen == before
        await cashier.press("escape", "f9")
        assert await cashier.sold() == [400]


async def test_an_open_basket_is_not_quit_by_one_key(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "B", "ctrl+q")
        assert "还有未收款的商品" in cashier.said
        await cashier.press("C", "ctrl+q")
        assert cashier.app.is_running
        await cashier.press("ctrl+q")
        assert await cashier.kinds() == ["line_removed"] * 3
        assert cashier.app._exit


async def test_nothing_is_quit_while_a_sale_is_being_booked(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        disk = SlowDisk(cashier)
        await cashier.pilot.press("f9", "ctrl+q")
        assert "正在入账" in cashier.said
        assert not cashier.app._exit
        disk.release()
        await cashier.settle()
        await cashier.press("ctrl+q")
        assert cashier.app._exit


async def test_ctrl_c_says_what_quits(opened: Opened) -> None:
    async with opened(lang="en") as cashier:
        await cashier.press("ctrl+c")
        assert cashier.said == "Ctrl+Q quits."
        assert not cashier.app._exit


async def test_books_that_cannot_be_opened_end_the_program_with_the_reason(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    home.database.write_bytes(b"no database at all" * 100)
    app = KioskApp(home)
    async with app.run_test() as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
    app.desk.close()
    assert isinstance(app.return_value, Refusal)
    assert str(home.database) in app.return_value.zh
    assert app.return_code == 1


def test_a_home_in_use_is_refused_before_the_screen_appears(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = open_home(tmp_path / "home")
    with writing(home.path):
        assert main(["--home", str(home.path)]) == 1
    said = capsys.readouterr()
    assert "正在使用" in said.err
    assert "another till" in said.err
    assert said.out == ""
