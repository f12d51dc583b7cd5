"""What the self-check finds at the start lights a lamp, and is said where it is grave."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from shutil import copytree
from typing import TYPE_CHECKING

from tests.kiosk.screens.conftest import CASHIER, PINS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.screens.conftest import Opened


async def test_a_sound_kiosk_shows_no_lamp(opened: Opened) -> None:
    async with opened() as cashier:
        assert cashier.app.desk.health == ""
        assert "●" not in cashier.screen


async def test_a_balance_that_was_changed_is_said_at_the_start_and_the_till_sells_on(
    opened: Opened, ready_home: Path, tmp_path: Path
) -> None:
    home = copytree(ready_home, tmp_path / "home")
    with closing(sqlite3.connect(home / "kiosk.db")) as connection, connection:
        connection.execute("UPDATE balance SET debit_fen = debit_fen + 1 WHERE account = '100101'")
    async with opened() as cashier:
        assert cashier.app.desk.health == "bad"
        assert "●" in cashier.screen
        assert "自检" in cashier.said
        assert "kiosk doctor" in cashier.said
        await cashier.press("A", "f9")
        assert await cashier.sold() == [200]


async def test_what_was_found_before_anybody_came_in_is_said_to_whoever_comes(
    opened: Opened, ready_home: Path, tmp_path: Path
) -> None:
    home = copytree(ready_home, tmp_path / "home")
    with closing(sqlite3.connect(home / "kiosk.db")) as connection, connection:
        connection.execute("UPDATE balance SET debit_fen = debit_fen + 1 WHERE account = '100101'")
    async with opened(signed_in=None) as cashier:
        assert cashier.app.desk.health == "bad"
        await cashier.type("03")
        await cashier.press("enter")
        await cashier.type(PINS[CASHIER])
        await cashier.press("enter")
        assert cashier.app.screen is cashier.sell
        assert "自检" in cashier.said
        assert "●" in cashier.screen
