"""``ledger export`` at the command line: where it may write, and in which language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.cli import main
from kiosk.till.home import TRAINING_MARK
from receipts.layout import TRAINING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.conftest import Counter


def export(counter: Counter, out: Path, *words: str) -> int:
    home = str(counter.home.path)
    return main(["--home", home, *words, "ledger", "export", "csv", "--out", str(out)])


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("place", [".", "exports", "backups/x", "../home", "../link", "../link/x"])
def test_the_home_itself_is_no_place_for_an_export(
    counter: Counter, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    counter.sell("F001")
    home = counter.home.path
    (home.parent / "link").symlink_to(home, target_is_directory=True)
    before = names(home)
    assert export(counter, home / place) == 1
    zh, en = capsys.readouterr().err.splitlines()
    assert f"收银台自己的目录 {home} " in zh
    assert f"the till's own folder {home}:" in en
    assert names(home) == before


def test_a_folder_beside_the_home_is_a_place_for_an_export(counter: Counter) -> None:
    counter.sell("F001")
    assert export(counter, counter.home.path.with_name("home-exports")) == 0


def test_a_file_is_called_a_file(
    counter: Counter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.csv").write_text("", encoding="utf-8")
    assert export(counter, tmp_path / "list.csv") == 1
    said = capsys.readouterr().err
    assert "是文件，不是目录" in said
    assert "is a file, not a folder" in said


def test_the_books_are_chinese_whatever_the_screen_speaks(counter: Counter, tmp_path: Path) -> None:
    counter.refund(counter.sell("F017*3").number, {1: 1000})
    for lang in ("zh_CN", "en"):
        assert export(counter, tmp_path / lang, "--lang", lang) == 0
    text = (tmp_path / "en" / "postings.csv").read_text(encoding="utf-8-sig")
    assert ",退款,refund,退款 No. 3（原单 2）," in text
    for name in names(tmp_path / "en"):
        assert (tmp_path / "en" / name).read_bytes() == (tmp_path / "zh_CN" / name).read_bytes()


def test_nothing_from_a_training_home_passes_for_the_books(
    counter: Counter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.open_shift()
    counter.sell("F001")
    (counter.home.path / TRAINING_MARK).touch()
    home = str(counter.home.path)
    beside = counter.home.path.with_name("exports")  # the real home, which holds this one
    (beside.parent / "kiosk.db").touch()
    assert main(["--home", home, "ledger", "export", "csv", "--out", str(beside)]) == 1
    assert f"目录 {beside.parent} " in capsys.readouterr().err
    assert not beside.exists()
    (beside.parent / "kiosk.db").unlink()
    for asked in ("balance", "fund", "shifts", "log"):
        assert main(["--home", home, "ledger", asked]) == 0
        assert capsys.readouterr().out.splitlines()[0] == TRAINING, asked
        assert main(["--home", home, "ledger", asked, "--json"]) == 0
        assert TRAINING not in capsys.readouterr().out, "a script reads the book's id"
    for form, files in (
        ("csv", ["postings.csv"]),
        ("plaintext", ["book.journal", "book.beancount"]),
    ):
        folder = tmp_path / form
        assert main(["--home", home, "ledger", "export", form, "--out", str(folder)]) == 0
        assert capsys.readouterr().out.splitlines()[0] == TRAINING
        assert TRAINING in (folder / "manifest.json").read_text(encoding="utf-8")
        for name in files:
            text = (folder / name).read_text(encoding="utf-8-sig")
            assert text.count("练习·") == text.count(" No. ") * (2 if form == "csv" else 1), name
