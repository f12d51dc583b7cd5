"""The command: what it prints, how it stops, and who may run it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kiosk.cli import main
from kiosk.replay.run import Run, stopping
from kiosk.till.home import open_home, writing
from kiosk.till.till import Till
from ledger.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.kiosk.replay.conftest import Bench

HEAD = "no,item,paid,when\n"
ROWS = HEAD + "".join(f"{n},茶,{n}.00,2026-11-23 07:00\n" for n in range(5))


def words(bench: Bench, *options: str) -> list[str]:
    return [
        "--home",
        str(bench.home),
        "replay",
        str(bench.folder / "sales.csv"),
        "--map",
        str(bench.folder / "map.toml"),
        *options,
    ]


@pytest.fixture
def written(bench: Bench, one_line: str) -> Bench:
    bench.write("sales.csv", ROWS)
    bench.write("map.toml", one_line)
    return bench


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Rung: 5 tickets, sales of 10.00 yuan\nSet aside: 0.40 yuan\n"),
        ("zh_CN", "记入 5 单，销售额 10.00 元\n存入爱心基金 0.40 元\n"),
    ],
)
def test_the_summary_speaks_the_operator_s_language(
    written: Bench, capsys: pytest.CaptureFixture[str], lang: str, said: str
) -> None:
    assert main(["--lang", lang, *words(written)]) == 0
    assert capsys.readouterr().out.startswith(said)


def test_every_durable_ticket_is_announced(
    written: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words(written, "--announce")) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    records = written.records()
    assert lines == [
        [r["ref"], r["book"], str(r["seq"]), str(r["doc"]["total_fen"])] for r in records
    ]
    assert main(words(written, "--announce")) == 0
    assert capsys.readouterr().out == ""


def test_announcing_and_json_exclude_each_other(
    written: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words(written, "--announce", "--json")) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "--announce" in said.err
    assert not written.home.exists()


def test_a_book_that_cannot_be_named_so_is_refused(bench: Bench, one_line: str) -> None:
    assert "--book" in bench.refused(ROWS, one_line, "--book", "a/b")


def test_a_home_in_use_is_refused(written: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    with writing(open_home(written.home).path):
        assert main(words(written, "--json")) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert str(os.getpid()) in said.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_between_two_tickets(
    bench: Bench, one_line: str, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    sell = Till.sell

    def interrupted(till: Till, *words: Any, **more: Any) -> Any:  # noqa: ANN401
        done = sell(till, *words, **more)
        if done.total.amount == 2:
            signal.raise_signal(number)
        return done

    monkeypatch.setattr(Till, "sell", interrupted)
    totals = bench.run(ROWS, one_line)
    assert bench.code == 128 + number
    assert (totals["accepted"], totals["stopped"]) == (3, True)
    assert "4" in bench.err
    monkeypatch.undo()
    rest = bench.run(ROWS, one_line)
    assert (rest["accepted"], rest["already_there"], rest["stopped"]) == (2, 3, False)


def test_signals_do_what_they_did_before_once_the_run_is_over() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stopping() as stop:
        signal.raise_signal(signal.SIGTERM)
        assert stop.signal == signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_till_that_cannot_go_on_says_what_was_rung(
    bench: Bench, one_line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Run._one

    def full(run: Run, ticket: Any) -> None:  # noqa: ANN401
        if ticket.key == ("3",):
            raise StorageError(bench.home / "kiosk.db", "database or disk is full")
        one(run, ticket)

    monkeypatch.setattr(Run, "_one", full)
    totals = bench.run(ROWS, one_line)
    assert bench.code == 1
    assert (totals["accepted"], totals["stopped"]) == (3, True)
    assert "disk is full" in bench.err


def test_nothing_is_drawn_where_nobody_looks(written: Bench, root: Path) -> None:
    program = (
        "import sys; from kiosk.cli import main; code = main(sys.argv[1:]);"
        "assert 'rich' not in sys.modules; raise SystemExit(code)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, *words(written, "--json")],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert len(run.stdout.splitlines()) == 1
    assert written.is_clean()


def test_a_bar_is_drawn_on_a_terminal_and_not_on_standard_output(
    written: Bench, root: Path
) -> None:
    master, slave = os.openpty()
    run = subprocess.run(
        [sys.executable, "-m", "kiosk.cli", "--lang", "en", *words(written, "--json")],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=slave,
        check=False,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(slave)
    drawn = os.read(master, 65536).decode()
    os.close(master)
    assert run.returncode == 0
    assert "Ringing sales.csv" in drawn
    assert len(run.stdout.splitlines()) == 1
