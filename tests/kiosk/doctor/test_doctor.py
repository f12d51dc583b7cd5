"""The self-check says what is wrong with a kiosk, one line a thing, and never falls ill itself."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from config.text import columns
from kiosk.cli import main
from kiosk.doctor import Check, Level, full_check, quick_check
from kiosk.till.draft import DRAFT_FILE
from kiosk.till.home import writing
from kiosk.till.secrets import KEY_FILE
from ledger.db import Database
from ledger.head_file import head_path
from ledger.tables import TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.kiosk.conftest import Counter

GREY = {"printer", "reader"}


@pytest.fixture
def healthy(counter: Counter) -> Counter:
    """A kiosk with a manager, an open shift and a few sales; its till stays open."""
    counter.till.make_first_manager("135790", at=counter.tick())
    counter.open_shift()
    counter.sell("F001*2", "F003")
    counter.refund(counter.sell("F005").number)
    return counter


def checked(counter: Counter, **asked: Any) -> dict[str, Check]:  # noqa: ANN401
    found = full_check(counter.home.path, now=counter.now, **asked)
    assert len({each.name for each in found}) == len(found)
    for each in found:
        for phrase in (each.said, *((each.do,) if each.do else ())):
            assert all(text == text.strip() and text for text in phrase)
            assert not phrase.zh.endswith("。")
            assert not phrase.en.endswith(".")
            assert "\n" not in phrase.zh + phrase.en
        if each.level in {Level.YELLOW, Level.RED} and each.name not in {"settings", "catalogue"}:
            assert each.do is not None or "：" in each.said.zh, each
    return {each.name: each for each in found}


def levels(counter: Counter, **asked: Any) -> dict[str, Level]:  # noqa: ANN401
    found = checked(counter, **asked).values()
    return {each.name: each.level for each in found if each.level is not Level.GREEN}


@pytest.mark.parametrize("full", [False, True])
def test_a_healthy_kiosk_is_green_beside_its_open_till(healthy: Counter, full: bool) -> None:  # noqa: FBT001
    with writing(healthy.home.path):
        assert levels(healthy, full=full) == dict.fromkeys(GREY, Level.GREY)
        found = checked(healthy)
        assert f"{os.getpid()}" in found["home"].said.zh
    healthy.sell("F001")  # nothing was locked
    assert levels(healthy) == dict.fromkeys(GREY, Level.GREY)


def test_it_changes_nothing_in_a_home(healthy: Counter) -> None:
    def state() -> dict[str, bytes]:
        return {
            each.name: each.read_bytes()
            for each in healthy.home.path.iterdir()
            if each.is_file() and not each.name.endswith("-shm")
        }

    before = state()
    full_check(healthy.home.path, full=True)
    assert state() == before


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    home = tmp_path / "nothing"
    found = {each.name: each.level for each in full_check(home)}
    assert found["home"] is Level.RED
    assert found["chain"] is Level.GREY
    assert not home.exists()


def sql(counter: Counter, *statements: str, guarded: bool = True) -> None:
    with closing(sqlite3.connect(counter.home.database, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        if not guarded:
            for name in ("record_no_update", "record_no_delete", "posting_no_update"):
                connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        if not guarded:
            for trigger in TRIGGERS:
                if any(f"{name}\n" in trigger or f"{name} " in trigger for name in _GUARDS):
                    connection.execute(trigger.strip())


_GUARDS = ("record_no_update", "record_no_delete", "posting_no_update")


def _flip(counter: Counter) -> None:
    counter.database.close()
    with closing(sqlite3.connect(counter.home.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = counter.home.database.stat().st_size
    with counter.home.database.open("r+b") as file:
        for page in range(2, size // 4096):
            file.seek(page * 4096)
            file.write(b"\x5a" * 64)


def _cut(counter: Counter) -> None:
    counter.database.close()
    with closing(sqlite3.connect(counter.home.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(counter.home.database, 8192)


def _rewrite_last(counter: Counter) -> None:
    sql(
        counter,
        'UPDATE record SET body = replace(body, \'"by":"cashier"\', \'"by":"nobody"\')'
        " WHERE seq = (SELECT max(seq) FROM record)",
        guarded=False,
    )


def _cut_tail(counter: Counter) -> None:
    sql(
        counter,
        "DELETE FROM record WHERE seq = (SELECT max(seq) FROM record)",
        guarded=False,
    )


def _swap_pin(counter: Counter) -> None:
    sql(counter, "UPDATE staff_secret SET pin = '$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA'")


def _write(name: str, text: str) -> Callable[[Counter], object]:
    return lambda counter: (counter.home.path / name).write_text(text, "utf-8")


ILLS: list[tuple[str, Callable[[Counter], object], str, Level]] = [
    ("settings", _write("kiosk.toml", "[fund]\nset_aside_fen = -1\n"), "set_aside_fen", Level.RED),
    ("settings", _write("kiosk.toml", "\x1b[2J = ["), "kiosk.toml", Level.RED),
    ("catalogue", _write("catalogue.toml", "[[product]]\n"), "catalogue.toml", Level.RED),
    (
        "catalogue",
        lambda counter: (counter.home.path / "catalogue.toml").unlink(),
        "catalogue.toml",
        Level.YELLOW,
    ),
    ("home", lambda counter: counter.home.path.chmod(0o755), "chmod 700", Level.YELLOW),
    ("staff", lambda counter: (counter.home.path / KEY_FILE).chmod(0o644), "chmod 600", Level.RED),
    ("staff", lambda counter: (counter.home.path / KEY_FILE).unlink(), "staff.key", Level.RED),
    ("staff", _swap_pin, "s01", Level.RED),
    ("staff", lambda c: sql(c, "UPDATE staff SET role = 'auditor'"), "s01", Level.RED),
    ("staff", lambda c: sql(c, "UPDATE staff SET card = 'a1'"), "s01", Level.RED),
    ("staff", lambda c: sql(c, "UPDATE staff SET seq = 1"), "s01", Level.RED),
    ("staff", lambda c: sql(c, "DELETE FROM staff"), "verify", Level.RED),
    ("database", _flip, "kiosk.db", Level.RED),
    ("database", _cut, "kiosk.db", Level.RED),
    ("database", _write("kiosk.db", "no database at all" * 100), "kiosk.db", Level.RED),
    ("database", lambda c: sql(c, "DROP TRIGGER record_no_update"), "record_no_update", Level.RED),
    (
        "database",
        lambda c: sql(c, "UPDATE alembic_version SET version_num = '9999'"),
        "9999",
        Level.RED,
    ),
    ("chain", _rewrite_last, "JB-HQHG-01.1", Level.RED),
    ("chain", _cut_tail, "JB-HQHG-01.1", Level.RED),
    ("chain", lambda counter: head_path(counter.home.database).unlink(), ".heads", Level.YELLOW),
    (
        "balances",
        lambda c: sql(c, "UPDATE balance SET debit_fen = debit_fen + 1 WHERE account = '100101'"),
        "借贷不平",
        Level.RED,
    ),
    (
        "balances",
        lambda c: sql(
            c,
            "UPDATE balance SET debit_fen = debit_fen + 1, credit_fen = credit_fen + 1"
            " WHERE account = '100101'",
        ),
        "100101",
        Level.RED,
    ),
    ("clock", lambda counter: setattr(counter, "now", counter.now - timedelta(1)), "", Level.RED),
    ("shift", lambda counter: counter.next_day(), "第 1 班", Level.YELLOW),
    ("draft", _write(DRAFT_FILE, "{}"), "没结", Level.YELLOW),
    ("draft", _write("draft-20261124T000000Z.json", "{}"), "draft-2026", Level.YELLOW),
    ("draft", lambda c: (c.home.path / DRAFT_FILE).symlink_to("gone"), "没结", Level.YELLOW),
]


@pytest.mark.parametrize(("name", "act", "word", "level"), ILLS)
def test_what_is_wrong_is_a_line_of_its_own(
    name: str, act: Callable[[Counter], object], word: str, level: Level, healthy: Counter
) -> None:
    act(healthy)
    check = checked(healthy)[name]
    assert check.level is level, check
    said = check.said.zh + (check.do.zh if check.do else "")
    assert word in said


def test_baskets_that_wait_since_yesterday_are_to_mind(healthy: Counter) -> None:
    basket = healthy.basket("F001")
    healthy.till.park(basket, ref=uuid4(), at=healthy.tick())
    assert checked(healthy)["parked"].level is Level.GREEN
    healthy.next_day()
    check = checked(healthy)["parked"]
    assert check.level is Level.YELLOW
    assert "1" in check.said.zh


def test_without_a_manager_the_next_start_is_named(counter: Counter) -> None:
    assert checked(counter)["staff"].level is Level.YELLOW


@pytest.mark.parametrize(
    ("free_mb", "level"), [(200, Level.GREEN), (199, Level.YELLOW), (19, Level.RED)]
)
def test_a_disk_that_fills_is_said_in_time(
    free_mb: int, level: Level, healthy: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": free_mb * 1_000_000})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    check = checked(healthy)["disk"]
    assert check.level is level
    assert f"{free_mb} MB" in check.said.en


def test_a_check_that_fails_itself_is_red_and_the_next_goes_on(
    healthy: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ill(_: object) -> None:
        raise RuntimeError("七上八下")

    monkeypatch.setattr("shutil.disk_usage", ill)
    found = levels(healthy)
    assert found == {"disk": Level.RED} | dict.fromkeys(GREY, Level.GREY)


def test_a_start_hears_only_what_may_have_gone_wrong_since_yesterday(healthy: Counter) -> None:
    found = quick_check(healthy.home, healthy.till, now=healthy.now)
    assert {each.level for each in found} == {Level.GREEN}
    healthy.next_day()
    found = quick_check(healthy.home, healthy.till, now=healthy.now)
    assert [each.name for each in found if each.level is not Level.GREEN] == ["shift"]
    healthy.home.database.write_bytes(b"gone" * 2000)
    found = quick_check(healthy.home, healthy.till, now=healthy.now)
    assert Level.RED in {each.level for each in found}


def test_the_command_says_it_in_both_languages_in_columns_and_by_its_exit_code(
    healthy: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(healthy.home.path)]
    assert main(["doctor", *home, "--json"]) in {0, 1}  # the clock of this machine is another
    answer = json.loads(capsys.readouterr().out)
    assert {each["name"] for each in answer["checks"]} == set(checked(healthy))
    (healthy.home.path / "kiosk.toml").write_text("x = 1\n")
    for lang, mark, end in (("zh_CN", "故障", "收银。"), ("en", "WRONG", "selling.")):
        assert main(["doctor", *home, "--lang", lang]) == 1
        said = capsys.readouterr()
        assert said.err == ""
        assert "\x1b" not in said.out
        lines = said.out.splitlines()
        assert lines[-1].endswith(end)
        assert any(line.startswith(mark) and "kiosk.toml" in line for line in lines)
        if lang == "zh_CN":
            starts = {columns(line[: line.index("剩余")]) for line in lines if "剩余" in line}
            assert len(starts) == 1
    assert main(["doctor", *home, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["worst"] == "red"


def test_a_terminal_gets_colours_unless_it_wants_none(
    healthy: Counter, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    main(["doctor", "--home", str(healthy.home.path)])
    coloured = capsys.readouterr().out
    assert "\x1b[32m● 正常\x1b[0m" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    main(["doctor", "--home", str(healthy.home.path)])
    assert "\x1b" not in capsys.readouterr().out


def test_a_copy_on_another_machine_is_checked_like_the_original(
    healthy: Counter, tmp_path: Path
) -> None:
    healthy.database.close()
    copy = tmp_path / "copy"
    shutil.copytree(healthy.home.path, copy)
    copy.chmod(0o700)
    found = {each.name: each.level for each in full_check(copy, now=healthy.now, full=True)}
    assert {level for name, level in found.items() if name not in GREY} == {Level.GREEN}
    Database(copy / "kiosk.db").close()
