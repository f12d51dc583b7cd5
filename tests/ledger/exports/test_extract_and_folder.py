"""An export is whole and true, or it is not there."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from contextlib import closing
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from config.chart import Chart, load_chart
from ledger import exports
from ledger.chain import canonical, digest
from ledger.errors import (
    BalancesDifferError,
    LedgerError,
    NoSuchBookError,
    OutputError,
    PeriodError,
    UnknownAccountError,
    UnsoundRecordError,
)
from ledger.exports import csv_tables
from ledger.exports.extract import Asked, Extract
from ledger.reading import reading
from tests.ledger.exports.conftest import BOOKS, MORNING, ring

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ledger.exports.conftest import Days


def tamper(days: Days, *statements: str) -> None:
    """Change the file as somebody with the disk would: without triggers, without foreign keys."""
    days.database.close()
    with closing(sqlite3.connect(days.path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def test_the_manifest_says_what_the_files_are(days: Days, tmp_path: Path) -> None:
    made = days.export("csv", tmp_path).content
    assert json.loads((tmp_path / "manifest.json").read_bytes()) == made
    for file in made["files"]:
        raw = (tmp_path / file["name"]).read_bytes()
        assert (file["sha256"], file["bytes"]) == (sha256(raw).hexdigest(), len(raw))
    with reading(days.path) as engine, engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT book, max(seq), hex(hash) FROM record GROUP BY book"
        ).all()
    for book, seq, hash_ in rows:
        assert made["books"][book]["head"] == {"seq": seq, "hash": hash_.lower()}
        assert made["books"][book]["first"]["seq"] == 1
        assert made["books"][book]["last"] == made["books"][book]["head"]
        assert made["books"][book]["records"] == seq


def test_the_manifest_of_a_period_names_its_own_first_and_last_record(
    days: Days, tmp_path: Path
) -> None:
    made = days.export("csv", tmp_path, book=BOOKS[0], last_day=date(2026, 11, 23)).content
    (book,) = made["books"].values()
    assert (made["from"], made["to"]) == (None, "2026-11-23")
    assert book["first"]["seq"] == 1
    assert book["last"]["seq"] == book["head"]["seq"]  # the clock was set back for the last ones
    assert book["records"] < book["head"]["seq"]


@pytest.mark.parametrize("format_", exports.FORMATS)
@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE record SET body = replace(body, '8.50', '8.51') || ' '", UnsoundRecordError),
        ("UPDATE record SET body = CAST(X'FF00FE' AS TEXT) WHERE seq = 2", UnsoundRecordError),
        ("UPDATE record SET hash = zeroblob(32) WHERE seq = 3", UnsoundRecordError),
        ("DELETE FROM record WHERE seq = 4", UnsoundRecordError),
        ("DELETE FROM record WHERE seq = 1", UnsoundRecordError),
        ("UPDATE balance SET debit_fen = debit_fen + 1", BalancesDifferError),
        ("DELETE FROM balance WHERE account = '500101'", BalancesDifferError),
        ("INSERT INTO balance VALUES ('JB-HQHG-01.1', '1002', 5, 5)", BalancesDifferError),
    ],
)
def test_an_altered_book_is_not_exported(
    days: Days, tmp_path: Path, format_: str, statement: str, refusal: type[LedgerError]
) -> None:
    tamper(days, statement)
    with pytest.raises(refusal, match="kiosk ledger verify"):
        days.export(format_, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_record_rewritten_with_its_hash_is_refused_for_what_it_says(
    days: Days, tmp_path: Path
) -> None:
    with days.database.transaction() as cursor:
        query = "SELECT body FROM record WHERE book = ? ORDER BY seq DESC LIMIT 1"
        content = json.loads(cursor.execute(query, (BOOKS[1],)).fetchone()[0])
    for change in ({"postings": [{"account": "100101"}]}, {"seq": 99}, {"prev": "00"}):
        body = canonical({**content, **change})
        tamper(
            days,
            f"UPDATE record SET body = '{body}', hash = X'{digest(body).hex()}'"
            f" WHERE book = '{BOOKS[1]}' AND seq = {content['seq']}",
        )
        with pytest.raises(UnsoundRecordError):
            days.export("csv", tmp_path / "out")


def test_an_account_that_left_the_chart_is_named(days: Days, tmp_path: Path) -> None:
    chart = Chart(tuple(each for each in load_chart() if each.code != "500101"))
    with pytest.raises(UnknownAccountError, match="500101"):
        exports.export(days.path, "csv", tmp_path / "out", Asked(chart), program="kiosk test")


def test_an_unknown_book_is_refused_with_those_there_are(days: Days, tmp_path: Path) -> None:
    with pytest.raises(NoSuchBookError, match=BOOKS[1]):
        days.export("csv", tmp_path / "out", book="JB-NOWHERE-01.1")
    assert not (tmp_path / "out").exists()


def test_a_period_that_ends_before_it_begins_is_refused(days: Days, tmp_path: Path) -> None:
    with pytest.raises(PeriodError, match="2026-01-02"):
        days.export("csv", tmp_path, first_day=date(2026, 1, 2), last_day=date(2026, 1, 1))


def test_the_till_sells_on_and_the_export_holds_what_was_there_at_its_start(days: Days) -> None:
    with reading(days.path) as engine:
        extract = Extract(engine, Asked(load_chart()))
        records = extract.booked()
        next(records)
        ring(days.tills[BOOKS[0]], MORNING)
        with days.database.transaction() as cursor:
            newest = cursor.execute(
                "SELECT max(seq) FROM record WHERE book = ?", (BOOKS[0],)
            ).fetchone()[0]
        with closing(sqlite3.connect(days.path)) as other:
            busy, *_ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert busy == 0, "a read transaction is held through the export"
        rest = [record.seq for record in records if record.book == BOOKS[0]]
    assert max(rest) < extract.spans[BOOKS[0]].head.seq + 1 < newest


def test_an_earlier_export_is_replaced_as_a_whole(days: Days, tmp_path: Path) -> None:
    days.export("csv", tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    ring(days.tills[BOOKS[0]], MORNING)
    made = days.export("csv", tmp_path).content
    assert json.loads((tmp_path / "manifest.json").read_bytes()) == made
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "breakfasts.csv",
        "manifest.json",
        "notes.txt",
        "postings.csv",
        "trial_balance.csv",
    ]


def test_an_export_of_a_program_that_wrote_fewer_files_is_replaced(
    days: Days, tmp_path: Path
) -> None:
    made = days.export("csv", tmp_path).content
    (tmp_path / "breakfasts.csv").unlink()
    held = {**made, "files": [each for each in made["files"] if each["name"] != "breakfasts.csv"]}
    (tmp_path / "manifest.json").write_text(json.dumps(held), encoding="utf-8")
    days.export("csv", tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(OutputError, match=r"another breakfasts\.csv here"):
        days.export("csv", tmp_path)


def test_an_export_that_breaks_off_changes_nothing(
    days: Days, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    days.export("csv", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(_: object, part: Path) -> dict[str, int]:
        (part / "postings.csv").write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(csv_tables, "write", full)
    for folder in (out, tmp_path / "new"):
        with pytest.raises(OutputError, match="No space left"):
            days.export("csv", folder)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert not (tmp_path / "new").exists()


def test_what_a_killed_export_left_behind_is_cleared_away(days: Days, tmp_path: Path) -> None:
    days.export("csv", tmp_path)
    (tmp_path / "manifest.json").unlink()
    (tmp_path / ".part").mkdir()
    (tmp_path / ".part" / "postings.csv").write_text("half", encoding="utf-8")
    days.export("csv", tmp_path)
    assert (tmp_path / "manifest.json").exists()
    assert not (tmp_path / ".part").exists()


@pytest.mark.parametrize("name", ["postings.csv", "manifest.json"])
def test_a_file_of_somebody_else_is_not_overwritten(days: Days, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(OutputError, match=name):
        days.export("csv", tmp_path)
    assert (tmp_path / name).read_text(encoding="utf-8") == "{}"
    assert not (tmp_path / ".part").exists()


def test_another_format_does_not_take_the_manifest_away(days: Days, tmp_path: Path) -> None:
    days.export("csv", tmp_path)
    with pytest.raises(OutputError, match=r"manifest\.json"):
        days.export("plaintext", tmp_path)


def test_two_exports_into_one_folder_do_not_mix(days: Days, tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with pytest.raises(OutputError, match="another export"):
            days.export("csv", tmp_path)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("asked", ["out", "out/deep", "out/deep/er"])
def test_a_file_where_a_folder_should_be_is_called_a_file(
    days: Days, tmp_path: Path, asked: str
) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError) as refused:
        days.export("csv", tmp_path / asked)
    assert f"{tmp_path / 'out'} 是文件，不是目录" in refused.value.zh
    assert f"{tmp_path / 'out'} is a file, not a folder" in refused.value.en
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"
