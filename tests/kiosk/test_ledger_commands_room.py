"""What the books' commands leave alone: the home that they read, the screen, straight columns."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from config.text import columns
from kiosk.cli import main
from kiosk.ledger_commands.desk import table, visible
from ledger.reports import PAGE

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.kiosk.conftest import Counter


def test_a_copied_home_is_read_without_being_changed(
    counter: Counter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.sell("F001")
    counter.database.close()
    copy = shutil.copytree(counter.home.path, tmp_path / "copy")
    before = {path.name: path.read_bytes() for path in copy.iterdir() if path.is_file()}
    for words in (["balance"], ["fund"], ["verify"], ["log"]):
        assert main(["--home", str(copy), "ledger", *words]) == 0
    capsys.readouterr()
    assert {n: b for n, b in before.items() if (copy / n).read_bytes() != b} == {}


def test_no_command_of_the_books_loads_the_screen(counter: Counter) -> None:
    number = counter.sell("F001").number
    home = str(counter.home.path)
    program = (
        "import sys; from kiosk.cli import main\n"
        f"main(['--home', {home!r}, 'ledger', 'verify'])\n"
        f"main(['--home', {home!r}, 'receipt', '{number}'])\n"
        "assert not {'textual', 'rich', 'alembic'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_wide_characters_and_marks_keep_the_columns_straight() -> None:
    lines = table([["科目", "1.00"], ["a\u0301b", "-12.00"], ["\x1b[0m", "0"]], right={1})
    assert {columns(line) for line in lines} == {len("\\u001b[0m") + 2 + len("-12.00")}
    assert visible("全角\u3000空格") == "全角\u3000空格"


def test_a_long_table_stays_straight_and_its_columns_only_grow() -> None:
    rows = [["销售", "", "1.00"] for _ in range(PAGE)] + [
        ["删除行", "", "10.00"],
        ["退款", "", "2.00"],
    ]
    lines = table(rows, right={2})
    assert set(lines[:PAGE]) == {"销售  1.00"}
    assert lines[PAGE:] == ["删除行  10.00", "退款     2.00"]
