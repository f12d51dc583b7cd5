"""``kiosk staff``, as a manager in a shell or a script calls it; and rebuilt books let them in."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from config.keys import KEYS
from kiosk.cli import USAGE, main
from kiosk.sale.people import Card, Pin
from kiosk.till.home import open_home, writing
from tests.kiosk.conftest import MORNING, opened

if TYPE_CHECKING:
    from pathlib import Path

BOSS, ANNA = "135790", "4826"
UID = "04A22F91"

Ask = Any


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def ask(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Give a command its words and its PINs; get its exit code, output and errors."""

    def run(*words: str, pins: tuple[str, ...] | None = None) -> tuple[int, str, str]:
        flags = [] if pins is None else ["--pin-stdin"]
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{pin}\n" for pin in pins or ())))
        code = main(["--home", str(home), "staff", *words, *flags])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def staffed(ask: Ask) -> Ask:
    """Manager s01 and cashier s02."""
    assert ask("add", "李站长", "--role", "manager", pins=(BOSS,))[0] == 0
    assert ask("add", "安娜", "--role", "cashier", "--as", "1", pins=(BOSS, ANNA))[0] == 0
    return ask


def refused(answer: tuple[int, str, str], *facts: str) -> None:
    """It was refused in both languages, with nothing on standard output."""
    code, out, err = answer
    assert (code, out) == (1, "")
    zh, en = err.splitlines()[0], err.splitlines()[-1]
    assert re.search("[\u4e00-\u9fff]", zh)
    for fact in facts:
        assert fact in zh
        assert fact in en


def members(ask: Ask) -> dict[str, dict[str, Any]]:
    code, out, err = ask("list", "--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    return {each["id"]: each for each in json.loads(out)}


def kinds(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "kiosk.db")) as connection:
        rows = connection.execute("SELECT kind FROM record ORDER BY seq").fetchall()
    return [kind for (kind,) in rows]


def test_the_first_manager_is_added_without_another_and_the_next_only_by_them(ask: Ask) -> None:
    refused(ask("add", "安娜", "--role", "cashier", pins=(ANNA,)), "--role manager")
    refused(ask("disable", "2", pins=()), "--role manager")
    assert ask("add", "李站长", "--role", "manager", pins=(BOSS,))[0] == 0
    refused(ask("add", "丙", "--role", "manager", pins=("246803",)), "--as")
    code, out, _ = ask(
        *("add", "安娜", "--role", "cashier", "--as", "1", "--id", "7", "--json"), pins=(BOSS, ANNA)
    )
    assert code == 0
    assert json.loads(out) == {
        "id": "s07",
        "name": "安娜",
        "role": "cashier",
        "active": True,
        "has_pin": True,
        "has_card": False,
    }
    assert list(members(ask)) == ["s01", "s07"]


def test_every_change_is_made_recorded_and_told(staffed: Ask, home: Path) -> None:
    ask = staffed
    ask("reset-pin", "s02", "--as", "1", pins=(BOSS, "7391"))
    ask("card", "2", "--as", "1", pins=(BOSS, UID))
    assert members(ask)["s02"]["has_card"]
    ask("role", "2", "--role", "supervisor", "--as", "1", pins=(BOSS,))
    counter = opened(home)
    for who in (Pin("2", "7391"), Card(UID)):
        assert counter.till.sign_in(who, at=MORNING).role == "supervisor"
    counter.database.close()
    ask("card", "2", "--remove", "--as", "1", pins=(BOSS,))
    code, out, _ = ask("disable", "2", "--as", "1", pins=(BOSS,))
    assert code == 0
    assert "s02 安娜" in out
    assert (members(ask)["s02"]["active"], members(ask)["s02"]["has_card"]) == (False, False)
    ask("enable", "2", "--as", "1", pins=(BOSS,))
    ask("role", "2", "--role", "manager", "--as", "1", pins=(BOSS, "739164"))
    ask("disable", "1", "--as", "2", pins=("739164",))
    assert [m["active"] for m in members(ask).values()] == [False, True]
    assert kinds(home).count("staff_changed") == 10


def test_only_the_pin_of_one_who_may_manage_the_staff_lets_them_do_it(
    staffed: Ask, home: Path
) -> None:
    ask = staffed
    refused(ask("disable", "2", "--as", "1", pins=("999999",)))
    refused(ask("disable", "1", "--as", "2", pins=(ANNA,)), "s02")
    refused(ask("disable", "1", "--as", "77", pins=(ANNA,)))
    refused(ask("disable", "2", "--as", "安娜", pins=(BOSS,)))
    refused(ask("disable", "2", pins=(BOSS,)), "--as")
    assert all(member["active"] for member in members(ask).values())
    assert kinds(home)[-5:] == [
        *("login_failed", "approval_refused"),
        "approval_refused",
        *("login_failed", "approval_refused"),
    ]


def test_the_last_manager_stays(staffed: Ask) -> None:
    refused(staffed("disable", "1", "--as", "1", pins=(BOSS,)), "s01")
    refused(staffed("role", "1", "--role", "cashier", "--as", "1", pins=(BOSS,)), "s01")


@pytest.mark.parametrize(
    ("words", "pins"),
    [
        (("add", "丙", "--role", "cashier"), (BOSS, "1234")),
        (("add", "丙", "--role", "manager"), (BOSS, "4826")),
        (("add", "丙", "--role", "cashier", "--id", "2"), (BOSS, "7391")),
        (("add", "丙", "--role", "cashier", "--id", "x"), (BOSS, "7391")),
        (("add", "", "--role", "cashier"), (BOSS, "7391")),
        (("reset-pin", "2"), (BOSS, "482")),
        (("reset-pin", "9"), (BOSS, "7391")),
        (("reset-pin", "2"), (BOSS,)),
        (("reset-pin", "2"), ()),
        (("card", "2"), (BOSS, "豆浆")),
        (("role", "2", "--role", "manager"), (BOSS, "4826")),
    ],
)
def test_what_will_not_do_is_refused_and_changes_nothing(
    staffed: Ask, home: Path, words: tuple[str, ...], pins: tuple[str, ...]
) -> None:
    before = members(staffed), kinds(home)
    refused(staffed(*words, "--as", "1", pins=pins))
    assert (members(staffed), kinds(home)) == before


@pytest.mark.parametrize(
    "words", [["add", "x", "--role", "baker"], ["add", "x"], ["reset-pin", "2", "4826"], []]
)
def test_a_pin_is_never_an_argument_and_a_role_is_one_of_four(
    ask: Ask, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        ask(*words)
    assert ended.value.code == USAGE
    assert "--help" in capsys.readouterr().err


def test_an_open_till_is_not_disturbed_and_the_sentence_names_its_key(
    staffed: Ask, home: Path
) -> None:
    with writing(home):
        answer = staffed("disable", "2", "--as", "1", pins=(BOSS,))
        refused(answer, KEYS["sell.staff"], str(os.getpid()))
        assert list(members(staffed)) == ["s01", "s02"], "reading works beside it"
    assert staffed("disable", "2", "--as", "1", pins=(BOSS,))[0] == 0


def test_the_list_speaks_both_languages_and_shows_no_secret(
    staffed: Ask, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, said, _ = staffed("list")
    assert said.splitlines()[0].split() == ["工号", "姓名", "职务", "状态", "员工卡"]
    assert said.splitlines()[2].split() == ["s02", "安娜", "收银员", "在用", "无"]
    assert main(["--home", str(home), "--lang", "en", "staff", "list"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[2].split() == ["s02", "安娜", "cashier", "active", "no"]
    assert not re.search(f"argon2|{BOSS}|{ANNA}", said)


def test_without_a_terminal_and_without_lines_nobody_is_asked(staffed: Ask) -> None:
    refused(staffed("disable", "2", "--as", "1"), "--pin-stdin")


def typed(home: Path, words: list[str], lines: list[str]) -> tuple[int, str]:
    """Run the program on a terminal of its own, typing each line when it asks."""
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - the child becomes the program
        program = "from kiosk.cli import main; raise SystemExit(main())"
        os.execv(  # noqa: S606
            sys.executable, [sys.executable, "-c", program, "--home", str(home), "staff", *words]
        )
    said = b""
    waiting = list(lines)
    while True:
        try:
            read = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other end has closed
            break
        if not read:
            break
        said += read
        if said.rstrip(b" ").endswith(b":") and waiting:
            os.write(terminal, f"{waiting.pop(0)}\n".encode())
            said += b"\n"
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


def test_a_person_types_a_new_pin_twice_and_sees_nothing_of_it(home: Path) -> None:
    code, said = typed(home, ["add", "李站长", "--role", "manager"], [BOSS, "135791"])
    assert code == 1
    assert "两次" in said
    assert "not the same" in said
    code, said = typed(home, ["add", "李站长", "--role", "manager"], [BOSS, BOSS])
    assert (code, "s01" in said) == (0, True)
    code, said = typed(home, ["reset-pin", "1", "--as", "1"], [BOSS, "246803", "246803"])
    assert code == 0
    assert BOSS not in said
    assert "246803" not in said


def test_rebuilt_books_let_the_same_people_in(
    staffed: Ask, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    staffed("card", "2", "--as", "1", pins=(BOSS, UID))
    assert staffed("disable", "2", "--as", "1", pins=("999999",))[0] == 1
    assert main(["--home", str(home), "ledger", "rebuild", "--out", str(home / "new.db")]) == 0
    table = "SELECT * FROM staff_secret ORDER BY staff"
    with (
        closing(sqlite3.connect(home / "kiosk.db")) as old,
        closing(sqlite3.connect(home / "new.db")) as new,
    ):
        rows = new.execute(table).fetchall()
        assert rows == old.execute(table).fetchall()
    assert [row[1:3] for row in rows] == [("s01", "李站长"), ("s02", "安娜")]
    assert rows[0][4] == 1, "tries count on"
    for each in home.glob("kiosk.db*"):
        each.unlink()
    (home / "new.db").rename(home / "kiosk.db")
    counter = opened(home)
    assert counter.till.sign_in(Pin("1", BOSS), at=MORNING).name == "李站长"
    assert counter.till.sign_in(Card(UID), at=MORNING).id == "s02"
    assert counter.till.tampered_staff() == ()
    counter.database.close()
    capsys.readouterr()


def test_verify_finds_a_swapped_pin_beside_sound_books(
    staffed: Ask, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(home), "ledger", "verify"]) == 0
    with closing(sqlite3.connect(home / "kiosk.db")) as connection:
        connection.execute(
            "UPDATE staff_secret SET pin = (SELECT pin FROM staff_secret WHERE staff = 's02')"
            " WHERE staff = 's01'"
        )
        connection.commit()
    capsys.readouterr()
    assert main(["--home", str(home), "ledger", "verify", "--json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["table"], finding["book"]) == (
        "staff_secret",
        open_home(home).settings.shop.book,
    )
    assert "s01" in finding["zh"]
    assert "kiosk staff reset-pin s01" in finding["en"]
    refused(staffed("disable", "2", "--as", "1", pins=(BOSS,)), "s01")


@pytest.mark.parametrize(
    "words", [["log"], ["log", "--json"], ["export", "csv"], ["export", "plaintext"]]
)
def test_no_pin_name_or_card_is_in_any_log_or_export(
    staffed: Ask, home: Path, tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    staffed("card", "2", "--as", "1", pins=(BOSS, UID))
    for wrong in ("826491", "594837"):
        staffed("disable", "2", "--as", "安娜" if wrong == "594837" else "77", pins=(wrong,))
    capsys.readouterr()
    out = ["--out", str(tmp_path / "books")] if words[0] == "export" else []
    assert main(["--home", str(home), "ledger", *words, *out]) == 0
    text = capsys.readouterr().out
    text += "".join(each.read_text("utf-8") for each in (tmp_path / "books").rglob("*.*"))
    assert "s02" in text or words[0] == "export"
    # A hash may hold any four digits in a row; a whole cell or word never is one.
    found = set(re.findall(r"\w+", text))
    assert not found & {BOSS, ANNA, UID, UID.lower(), "安娜", "李站长", "826491", "594837"}


def test_the_program_itself_answers_within_a_shell(home: Path) -> None:
    program = [sys.executable, "-m", "kiosk.cli", "--home", str(home), "staff"]
    run = subprocess.run(
        [*program, "add", "李站长", "--role", "manager", "--pin-stdin"],
        input=f"{BOSS}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("s01 李站长")
