"""`kiosk cards import`: a whole list, every line or none, and a dry run that leaves no trace."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.till.home import writing
from tests.kiosk.cards.conftest import done, golden, refused, told, write
from tests.kiosk.conftest import opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.cards.conftest import Ask

HEADER = "姓名,卡号,单位,电话,类型,有效期"
GOOD = (
    "王秀英,04A1B2C3D4E5F6,市容环卫所,13800001234,环卫工早餐卡,2027-06-30",
    "䶮一,04:11:12:13:14:15:16,,,worker,",
    "𬀩二,04212223242526,,,,",
)
BAD = (
    "=cmd|' /C calc'!A0,04313233343536,,,,",
    "李四,4.0086E+09,,,,",
    "李五,04A1B2C3D4E5F6,,,,",
    "王秀英,04414243444546,市容环卫所,,,",
    "赵六,0451,,,guest,2020-01-01",
)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(tmp_path / "good.csv", HEADER, *GOOD)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    return write(tmp_path / "mixed.csv", HEADER, *GOOD, *BAD, encoding="gb18030")


def listed(ask: Ask) -> list[dict[str, Any]]:
    found = told(ask("list", "--json"))
    assert isinstance(found, list)
    return found


def traces(folder: Path) -> dict[str, bytes]:
    """Every file of the home; those that SQLite makes for its readers hold nothing of ours."""
    return {
        path.name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def test_a_good_list_is_issued_whole(desk: Ask, good: Path) -> None:
    answer = told(desk("import", good, "--json", by="1"))
    assert (answer["lines"], answer["good"], answer["issued"]) == (3, 3, 3)
    cards = listed(desk)
    assert {each["name"] for each in cards} == {"王*", "䶮*", "𬀩*"}
    assert {each["expires"] for each in cards} == {"2027-06-30", "2027-11-23"}
    assert told(desk("show", cards[0]["holder"], "--json", by="1"))["name"]


def test_with_one_bad_line_nothing_is_issued(desk: Ask, home: Path, mixed: Path) -> None:
    before = traces(home).keys()
    code, out, err = desk("import", mixed, by="1")
    assert (code, err) == (1, "")
    golden("import.txt", out)
    assert listed(desk) == []
    assert traces(home).keys() == before
    code, out, _ = desk("import", mixed, "--lang", "en", by="1")
    golden("import_en.txt", out)
    assert code == 1


def test_the_good_lines_alone_are_issued_where_that_is_asked(desk: Ask, mixed: Path) -> None:
    answer = told(desk("import", mixed, "--skip-bad", "--json", by="1"))
    assert (answer["good"], answer["bad"], answer["warnings"], answer["issued"]) == (3, 5, 1, 3)
    assert len(listed(desk)) == 3


def test_the_same_list_again_issues_nothing_twice(desk: Ask, good: Path) -> None:
    done(desk("import", good, by="1"))
    for flags in ((), ("--skip-bad",), ("--dry-run",)):
        code, out, _ = desk("import", good, "--json", *flags, by="1")
        assert (code, json.loads(out)["bad"], json.loads(out)["issued"]) == (1, 3, 0)
    assert len(listed(desk)) == 3


def test_a_dry_run_writes_nothing_and_needs_nobody(
    desk: Ask, home: Path, good: Path, mixed: Path
) -> None:
    before = traces(home)
    with writing(home):
        before["till.lock"] = (home / "till.lock").read_bytes()
        assert told(desk("import", good, "--dry-run", "--json"))["good"] == 3
        code, out, _ = desk("import", mixed, "--dry-run")
        assert traces(home) == before
    assert code == 1
    golden("dry_run.txt", out)


def test_a_dry_run_needs_no_home_and_makes_none(ask: Ask, home: Path, good: Path) -> None:
    assert told(ask("import", good, "--dry-run", "--json"))["good"] == 3
    assert not home.exists()


def test_a_dry_run_knows_the_cards_of_the_books(desk: Ask, good: Path, tmp_path: Path) -> None:
    done(desk("import", good, by="1"))
    again = write(tmp_path / "again.csv", HEADER, GOOD[0], "李,F6E5D4C3B2A104,,,,")
    code, out, _ = desk("import", again, "--dry-run", "--lang", "en")
    assert code == 1
    assert "line 2: this card is registered already" in out
    assert "line 3: read backwards" in out


def test_the_report_says_of_each_line_what_became_of_it(
    desk: Ask, tmp_path: Path, mixed: Path
) -> None:
    path = tmp_path / "report.csv"
    done(desk("import", mixed, "--skip-bad", "--report", path, by="1"))
    text = path.read_bytes().decode("utf-8-sig")
    golden("report.csv", text.replace("\r\n", "\n"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert not any(each in text for each in ("王秀英", "04A1", "a1b2", "1380000"))
    rows = list(csv.reader(text.splitlines()))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    tokens = {row[3] for row in rows[1:] if row[3]}
    assert tokens == {each["card"] for each in listed(desk)}


def test_a_report_that_is_there_is_not_overwritten_and_nothing_is_issued(
    desk: Ask, good: Path, tmp_path: Path
) -> None:
    path = tmp_path / "report.csv"
    path.write_text("mine")
    refused(desk("import", good, "--report", path, by="1"), str(path))
    assert path.read_text() == "mine"
    assert listed(desk) == []


def test_columns_of_other_names_are_named(desk: Ask, tmp_path: Path) -> None:
    path = write(tmp_path / "own.csv", "谁;芯片;卡号", "王;04A1B2C3;7")
    refused(desk("import", path, "--dry-run"), "--columns name=")
    named = ("--columns", "name=谁,card=芯片")
    assert told(desk("import", path, "--dry-run", *named, "--json"))["good"] == 1
    refused(desk("import", path, "--dry-run", "--columns", "name=甲,card=芯片"), "谁")
    refused(desk("import", path, "--dry-run", "--columns", "nobody=谁"), "name=")


def test_numbers_as_a_reader_writes_them_are_the_same_cards(
    desk: Ask, home: Path, tmp_path: Path
) -> None:
    with (home / "kiosk.toml").open("a", encoding="utf-8") as file:
        file.write('[[readers]]\nid = "desk"\nkind = "wedge"\nformat = "10D"\norder = "little"\n')
    path = write(tmp_path / "decimal.csv", "姓名,卡号", "王,0000000258", "李,258")
    code, out, _ = desk("import", path, "--reader", "desk", "--skip-bad", "--json", by="1")
    assert (code, json.loads(out)["bad"]) == (0, 1)
    counter = opened(home)
    assert counter.till.card_of(bytes.fromhex("02010000")) is not None
    counter.database.close()


def test_types_are_named_where_there_are_several(desk: Ask, home: Path, tmp_path: Path) -> None:
    kinds = "".join(
        f'[[card_types]]\nid = "{name}"\nname_zh = "{zh}"\nname_en = "{name}"\nlevel = "uid"\n'
        "breakfast = true\nvalid_days = 30\n"
        for name, zh in (("worker", "环卫工"), ("guest", "临时卡"))
    )
    with (home / "kiosk.toml").open("a", encoding="utf-8") as file:
        file.write(kinds)
    path = write(tmp_path / "t.csv", "姓名,卡号,类型", "王,04A1B2C3,临时卡", "李,04111213,")
    code, out, _ = desk("import", path, "--dry-run", "--json")
    assert (code, json.loads(out)["bad"]) == (1, 1)
    assert told(desk("import", path, "--dry-run", "--type", "worker", "--json"))["good"] == 2
    refused(desk("import", path, "--dry-run", "--type", "nobody"), "worker", "guest")


def test_pictures_come_from_the_folder_of_the_list_alone(
    desk: Ask, tmp_path: Path, home: Path
) -> None:
    (tmp_path / "list").mkdir()
    picture = b"\xff\xd8\xff" + bytes(100)
    for place in (tmp_path / "list" / "a.jpg", tmp_path / "out.jpg"):
        place.write_bytes(picture)
    (tmp_path / "list" / "link.jpg").symlink_to(tmp_path / "out.jpg")
    names = ("a.jpg", "../out.jpg", "link.jpg", str(tmp_path / "out.jpg"), "none.jpg")
    lines = [f"王{number},0411121{number},{name}" for number, name in enumerate(names)]
    path = write(tmp_path / "list" / "l.csv", "姓名,卡号,照片", *lines)
    code, out, _ = desk("import", path, "--dry-run", "--json")
    found = json.loads(out)
    assert (code, found["good"], [each["line"] for each in found["findings"]]) == (
        1,
        1,
        [3, 4, 5, 6],
    )
    done(desk("import", path, "--skip-bad", by="1"))
    out_file = tmp_path / "back.jpg"
    done(desk("photo", listed(desk)[0]["card"], "--out", out_file, by="1"))
    assert out_file.read_bytes() == picture
    assert home.exists()


@pytest.mark.parametrize("name", ["none.csv", "folder", "old.xls", "empty.csv", "picture.csv"])
def test_what_is_no_list_is_said(ask: Ask, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "old.xls").write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))
    (tmp_path / "empty.csv").write_bytes(b"\r\n")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\xff\x00\xff")
    refused(ask("import", tmp_path / name, "--dry-run"), str(tmp_path / name))


def test_a_list_for_which_the_books_have_no_home_yet_is_refused_without_a_manager(
    ask: Ask, good: Path
) -> None:
    refused(ask("import", good, by="1"), "--role manager")
