"""Training: everything is as at the real till, and nothing of it is real."""

from __future__ import annotations

import sqlite3
import sys
from shutil import copytree
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from kiosk import cli
from kiosk.screens import app as app_module
from kiosk.till.home import (
    TRAINING,
    TRAINING_MARK,
    HomeInUseError,
    open_home,
    training_home,
    writing,
)
from tests.kiosk.screens.conftest import CASHIER, MANAGER, PINS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.screens.conftest import Opened

COUNT_KEYS = ("2", *["enter"] * 9)


def records(home: Path) -> list[tuple[int, bytes]]:
    with sqlite3.connect(f"{(home / 'kiosk.db').as_uri()}?mode=ro", uri=True) as connection:
        return connection.execute("SELECT seq, hash FROM record ORDER BY seq").fetchall()


def kept(home: Path) -> dict[str, bytes]:
    """Every file of the real home that holds anything of the operator's."""
    beside = ("-wal", "-shm", ".lock")
    found = (each for each in home.iterdir() if each.is_file())
    return {each.name: each.read_bytes() for each in found if not each.name.endswith(beside)}


async def test_a_day_of_practice_reaches_nothing_of_the_real_books(
    opened: Opened, tmp_path: Path, ready_home: Path
) -> None:
    real = tmp_path / "home"
    copytree(ready_home, real)
    before, was = kept(real), records(real)
    async with opened(training=True) as cashier:
        assert " 练习 " in cashier.screen
        await cashier.sign_in(CASHIER)
        assert " 练习 " in cashier.screen
        await cashier.press("f10", "1", *COUNT_KEYS, "escape")
        await cashier.press("A", "f9")
        assert await cashier.sold() == [200]
        book = await cashier.books(lambda till: till.book)
        assert book == "JB-HQHG-LX01.1"
        assert "练习" in cashier.screen.split("小票")[1]  # the paper says so itself
        await cashier.press("f10")
        assert " 练习 " in cashier.screen
        await cashier.press("6")
        await cashier.type("01")  # an X takes somebody's approval, in practice as in earnest
        await cashier.press("enter")
        await cashier.type(PINS[MANAGER])
        await cashier.press("enter")
        assert cashier.screen.count("练习") >= 2
        await cashier.press("escape", "f2")
        assert " 练习 " in cashier.screen
        await cashier.press("escape", "ctrl+l")
        assert " 练习 " in cashier.screen
    assert kept(real) == before
    assert records(real) == was


async def test_the_staff_practise_with_their_own_pins_as_they_are_today(opened: Opened) -> None:
    async with opened(training=True) as cashier:
        await cashier.sign_in(CASHIER)
        assert cashier.selling
        seq = await cashier.last_seq()
    async with opened() as cashier:
        await cashier.press("ctrl+s", "down", "down", "5", "enter")
        assert "停用 s03 ✓" in cashier.screen
    async with opened(training=True) as cashier:
        assert cashier.begun == seq + 1  # only what changed is written again
        await cashier.sign_in(CASHIER)
        assert "已停用" in cashier.screen
        await cashier.press("escape")
        await cashier.sign_in(MANAGER)
        assert cashier.selling


async def test_practice_before_the_first_start_asks_for_a_pin_of_its_own(opened: Opened) -> None:
    async with opened(training=True, ready=False) as cashier:
        assert "第一次启动" in cashier.screen
        for _ in range(2):
            await cashier.type(PINS[MANAGER])
            await cashier.press("enter")
        assert cashier.selling
    async with opened(ready=False) as cashier:
        assert "第一次启动" in cashier.screen


def test_a_training_home_is_one_whoever_opens_it_and_its_files_say_nothing_else(
    tmp_path: Path,
) -> None:
    real = tmp_path / "home"
    home = training_home(real)
    assert home.training
    assert home.path == real / TRAINING
    assert open_home(real / TRAINING).settings.book == home.settings.book == "JB-HQHG-LX01.1"
    assert open_home(real).settings.book == "JB-HQHG-01.1"
    assert not open_home(real).training
    (real / "kiosk.toml").write_text('[shop]\nname_zh = "新名字"\n', encoding="utf-8")
    assert training_home(real).settings.shop.name_zh == "新名字"
    assert (real / TRAINING / TRAINING_MARK).exists()


@pytest.mark.parametrize("words", [["training"], ["--training"]])
def test_both_ways_to_say_training_open_it_beside_an_open_till(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, bool]] = []

    def run(self: app_module.KioskApp) -> None:
        ran.append((self.desk.home.settings.book, self.desk.home.training))

    monkeypatch.setattr(app_module.KioskApp, "run", run)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    home = open_home(tmp_path / "home")
    with writing(home.path):  # the real till is open in another window
        assert cli.main(["--home", str(home.path), *words]) == 0
        with pytest.raises(HomeInUseError):
            app_module.run(home.path)
    assert ran == [("JB-HQHG-LX01.1", True)]


async def test_training_has_cards_to_practise_with(opened: Opened) -> None:
    async with opened(training=True, signed_in=None) as cashier:
        assert cashier.app.desk.demo_taps
