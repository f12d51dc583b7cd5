"""Cards in books that somebody changed by hand: said, never a traceback."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from kiosk.card_commands.photos import photos_beside
from kiosk.sale.card_cells import CellError
from tests.kiosk.cards.conftest import refused, told, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.cards.conftest import Ask

WANG = "04A1B2C3D4E5F6"


def edit(home: Path, *statements: str) -> None:
    """What somebody with the sqlite3 shell does, triggers or not."""
    with closing(sqlite3.connect(home / "kiosk.db")) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = triggers.fetchall()
        for name, _sql in found:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _name, sql in found:
            connection.execute(sql)
        connection.commit()


@pytest.fixture
def issued(desk: Ask) -> str:
    card = told(desk("add", "王秀英", "--uid", WANG, "--json", by="1"))
    return str(card["card"])


@pytest.mark.parametrize(
    "change",
    ["expires = 'never'", "issued_at = 'now'"],
)
def test_a_card_whose_row_says_nonsense_is_refused_by_its_token(
    desk: Ask, home: Path, issued: str, change: str
) -> None:
    edit(home, f"UPDATE card SET {change}")
    for words in (("list",), ("stats",), ("keys",)):
        refused(desk(*words), issued, "kiosk ledger verify")


def test_a_refusal_that_cannot_be_read_is_told_by_its_record(
    desk: Ask, home: Path, issued: str
) -> None:
    for body in ("'no json'", "'{}'", "'[]'"):
        edit(
            home,
            f"UPDATE record SET kind = 'card_refused', body = {body} WHERE kind = 'card_issued'",
        )
        refused(desk("stats"), "kiosk ledger verify")
        edit(home, "UPDATE record SET kind = 'card_issued' WHERE kind = 'card_refused'")
    assert told(desk("list", "--json"))[0]["card"] == issued


def test_a_holder_whose_data_was_changed_has_no_name_and_the_list_goes_on(
    desk: Ask, home: Path, issued: str
) -> None:
    edit(home, "UPDATE holder SET data = x'00'")
    assert [(each["card"], each["name"]) for each in told(desk("list", "--json"))] == [(issued, "")]
    refused(desk("show", issued, by="1"))


@pytest.mark.parametrize("name", ["holders.keys", "readings.key"])
def test_a_key_file_that_is_gone_is_named_by_whatever_needs_it(
    desk: Ask, home: Path, tmp_path: Path, issued: str, name: str
) -> None:
    (home / name).unlink()
    path = write(tmp_path / "list.csv", "姓名,卡号", "李,04111213141516")
    refused(desk("import", path, "--dry-run"), name)
    refused(desk("list"), name)
    refused(desk("show", issued, by="1"), name)
    assert not (home / name).exists()


def test_a_picture_is_a_file_and_nothing_that_waits_or_turns_in_circles(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    photo_of = photos_beside(tmp_path / "list.csv")
    for name in ("pipe", "loop", "folder", "x" * 5000, "a\0b", "."):
        with pytest.raises(CellError):
            photo_of(name)
