"""The books' commands, as a person or a script calls them."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from config.text import columns
from kiosk.cli import main
from kiosk.sale.basket import Basket, Line
from kiosk.till.till import Till
from ledger.chain import canonical, digest
from ledger.money import ZERO

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.conftest import Counter

OWN, OTHER = "JB-HQHG-01.1", "JB-HQHG-02.1"


@pytest.fixture
def home(counter: Counter) -> Path:
    """A morning in two books: sales, a void, a refund, a return, a removed line, a zero total."""
    counter.sell("F001", "F005", received_fen=10000)
    counter.void(counter.sell("F008", by="wechat").number)
    counter.refund(counter.sell("F017*3").number, {1: 1000})
    basket = counter.basket("F001")
    counter.till.remove_line(basket, basket.lines[0], ref=uuid4(), at=counter.tick())
    counter.till.sell(Basket().add(Line("Z001", "赠品", ZERO)), [], at=counter.tick())
    other = Till(counter.database, counter.home.settings, book=OTHER)
    other.take_back(counter.basket("F008"), "cash", at=counter.tick())
    return counter.home.path


def ask(home: Path, *words: str) -> int:
    return main(["--home", str(home), *words])


def answer(home: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:  # noqa: ANN401
    """What a command says in JSON: exactly one line."""
    ask(home, *words, "--json")
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.count("\n") == 1
    return json.loads(said.out)


def test_balance_gives_one_row_an_account_and_its_sides_are_equal(
    home: Path, counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = answer(home, capsys, "ledger", "balance")
    assert {r["account"]: r["balance"] for r in rows if r["balance"]} == counter.trial_balance()
    assert all(r["balance"] == r["debit_fen"] - r["credit_fen"] for r in rows)
    assert sum(r["debit_fen"] for r in rows) == sum(r["credit_fen"] for r in rows) > 0
    drawer = next(r for r in rows if r["account"] == "100101")
    assert (drawer["name"], drawer["name_en"]) == ("收银抽屉", "Cash drawer")
    books = [answer(home, capsys, "ledger", "balance", "--book", book) for book in (OWN, OTHER)]
    for row in rows:
        parts = [r for book in books for r in book if r["account"] == row["account"]]
        assert sum(r["balance"] for r in parts) == row["balance"]


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("command", ["balance", "fund"])
def test_the_columns_of_a_statement_stand_straight(
    home: Path, capsys: pytest.CaptureFixture[str], command: str, lang: str
) -> None:
    assert ask(home, "--lang", lang, "ledger", command) == 0
    lines = capsys.readouterr().out.splitlines()
    body = [line for line in lines[lines.index("") + 1 :] if not line.startswith("---")]
    assert len({columns(line) for line in body}) == 1
    assert any("收银抽屉" in line for line in lines) == (lang == "zh_CN" and command == "balance")


def test_the_trial_balance_shows_sides_full_names_and_totals(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {row["account"]: row for row in answer(home, capsys, "ledger", "balance")}
    ask(home, "ledger", "balance")
    lines = capsys.readouterr().out.splitlines()
    heading = ["科目编码", "科目名称", "借方发生额", "贷方发生额", "方向", "余额"]
    at = [line.split() for line in lines].index(heading)
    shown = {line.split()[0]: line.split()[1:] for line in lines[at + 2 : -2]}
    assert shown.keys() == rows.keys()
    for account, (_, debit, credit, side, left) in shown.items():
        row = rows[account]
        fen = row["balance"]
        assert [debit, credit, left] == [
            f"{each / 100:.2f}" for each in (row["debit_fen"], row["credit_fen"], abs(fen))
        ]
        assert side == ("借" if fen > 0 else "贷" if fen else "平")
    assert {side for *_, side, _ in shown.values()} == {"借", "贷", "平"}
    assert shown["224101"][0] == "其他应付款—爱心基金"
    assert shown["560107"][0] == "销售费用—爱心基金计提"
    total = f"{sum(row['debit_fen'] for row in rows.values()) / 100:.2f}"
    assert lines[-1].split() == ["合计", total, total, "平", "0.00"]


def test_the_trial_balance_speaks_english(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(home, "--lang", "en", "ledger", "balance")
    said = capsys.readouterr().out
    assert "Other payables: Charity fund  " in said
    assert {"Dr", "Cr", "nil"} <= set(said.split())


def test_fund_gives_its_moves_its_sales_and_up_to_which_record(
    home: Path, counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    fund = answer(home, capsys, "ledger", "fund")
    heads = fund.pop("as_of")
    assert fund == {
        "set_aside_fen": 30,
        "reversed_fen": 10,
        "redeemed_fen": 0,
        "restored_fen": 0,
        "granted_fen": 0,
        "returned_fen": 0,
        "balance_fen": 20,
        "sales": 3,
    }
    assert heads[OWN] == {
        "seq": counter.audit().heads[OWN].seq,
        "hash": counter.audit().heads[OWN].hash.hex(),
    }
    assert answer(home, capsys, "ledger", "fund", "--book", OTHER)["sales"] == 0


@pytest.mark.parametrize(
    "command",
    [
        *(["balance"], ["fund"], ["fund", "--to", "2026-11-24"], ["breakfasts"], ["log"]),
        ["export", "csv", "--out", "nowhere"],
    ],
)
def test_an_unknown_book_is_refused_with_those_there_are(
    home: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert ask(home, "ledger", *command, "--book", "JB-99.1") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("JB-99.1") == said.err.count(OWN) == said.err.count(OTHER) == 2


@pytest.mark.parametrize("command", ["balance", "fund", "breakfasts", "verify", "log"])
def test_no_books_yet_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert ask(tmp_path / "new", "ledger", command) == 1
    assert "--home" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_verify_says_that_sound_books_are_sound(
    home: Path, counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(home, "ledger", "verify") == 0
    assert "账簿无误" in capsys.readouterr().out
    found = answer(home, capsys, "ledger", "verify")
    assert found["ok"] is True
    assert found["findings"] == found["warnings"] == []
    assert found["records"] == counter.audit().records
    assert set(found["books"]) == {OWN, OTHER}


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def test_verify_names_the_first_bad_record_first_and_fails(
    home: Path, counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.database.close()
    tamper(
        counter.home.database,
        "UPDATE balance SET debit_fen = debit_fen + 1",
        f"UPDATE record SET body = replace(body, 'cash', 'bank') WHERE book = '{OWN}' AND seq = 2",
    )
    assert ask(home, "ledger", "verify", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is False
    first = found["findings"][0]
    assert (first["table"], first["book"], first["seq"]) == ("record", OWN, 2)
    assert {"record", "schema", "balance"} <= {each["table"] for each in found["findings"]}
    assert ask(home, "ledger", "verify") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:4] == [f"- record {OWN} #2", f"  {first['zh']}", f"  {first['en']}"]


COMMANDS = (
    ["balance"],
    ["fund"],
    ["fund", "--from", "2026-01-01"],
    ["breakfasts"],
    ["breakfasts", "--by", "item", "--public"],
    ["verify"],
    ["verify", "--json"],
    ["log"],
    ["rebuild", "--out", "{}/new.db"],
    ["export", "csv", "--out", "{}/csv"],
    ["export", "plaintext", "--out", "{}/plain"],
)


def harmed(path: Path, how: str) -> None:
    raw = bytearray(path.read_bytes())
    if how == "cut":
        raw = raw[: len(raw) // 3]
    elif how == "emptied":
        raw = bytearray()
    elif how == "a text":
        raw = bytearray("这不是数据库\n".encode() * 500)
    elif how == "an empty database":
        raw = bytearray()
        path.unlink()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("VACUUM")
    else:
        dice = random.Random(how)  # noqa: S311 - which bit does not matter
        for _ in range(8):
            raw[dice.randrange(100, len(raw))] ^= 1 << dice.randrange(8)
    if raw or how == "emptied":
        path.write_bytes(raw)


@pytest.mark.parametrize(
    "how",
    ["cut", "emptied", "a text", "an empty database", *(f"bits {n}" for n in range(12))],
)
def test_a_harmed_database_is_a_finding_or_a_sentence_and_never_a_traceback(
    home: Path, counter: Counter, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    counter.database.close()
    harmed(counter.home.database, how)
    for number, command in enumerate(COMMANDS):
        place = tmp_path / f"out {number}"
        place.mkdir()
        code = ask(home, "ledger", *(word.format(place) for word in command))
        said = capsys.readouterr()
        assert code in {0, 1}
        assert said.out or said.err
        if command[0] == "verify" and not how.startswith("bits"):
            assert code == 1
        if code == 1 and command[0] in {"rebuild", "export"} and "differs" not in said.out:
            assert list(place.iterdir()) == []


def test_a_database_that_is_gone_is_missed(
    home: Path, counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.database.close()
    counter.home.database.unlink()
    assert ask(home, "ledger", "verify", "--json") == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {(each["table"], each["book"]) for each in found} >= {("record", OWN), ("record", OTHER)}


def test_nothing_in_a_record_steers_the_terminal(
    home: Path, counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.database.close()
    with closing(sqlite3.connect(counter.home.database)) as connection:
        (body,) = connection.execute(
            "SELECT body FROM record WHERE book = ? AND seq = 2", (OWN,)
        ).fetchone()
    content = json.loads(body)
    content["by"] = "\x1b[2J\x9b2J\u202eevil\ud800"[:-1]
    content["doc"]["lines"][0]["name"] = "\x1b]0;t\x07\n合计\u2028"
    body = canonical(content)
    tamper(
        counter.home.database,
        f"UPDATE record SET body = '{body}', hash = X'{digest(body).hex()}'"
        f" WHERE book = '{OWN}' AND seq = 2",
    )
    for words in (["log"], ["log", "--json"], ["verify"], ["verify", "--json"]):
        ask(home, "ledger", *words)
        said = capsys.readouterr()
        text = (said.out + said.err).replace("\n", "")
        assert text.isprintable(), words
    ask(home, "ledger", "log", "--json", "--book", OWN)
    assert content in map(json.loads, capsys.readouterr().out.splitlines())


def test_rebuild_makes_a_database_that_verifies(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "again").mkdir()
    target = tmp_path / "again" / "kiosk.db"
    found = answer(home, capsys, "ledger", "rebuild", "--out", str(target))
    assert found["identical"] is True
    assert {"posting", "balance", "fund", "sale", "reversal", "policy"} <= set(found["tables"])
    assert list(target.parent.iterdir()) == [target]
    verified = answer(target.parent, capsys, "ledger", "verify")
    assert verified["ok"] is True
    assert verified["books"] == found["books"]
    assert ask(home, "ledger", "rebuild", "--out", str(target)) == 1


def test_rebuild_fails_where_a_projection_was_changed_and_gives_the_right_one(
    home: Path, counter: Counter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = answer(home, capsys, "ledger", "fund")
    counter.database.close()
    tamper(counter.home.database, f"UPDATE sale SET total_fen = 99999 WHERE book = '{OWN}'")
    target = tmp_path / "again" / "kiosk.db"
    target.parent.mkdir()
    assert ask(home, "ledger", "rebuild", "--out", str(target)) == 1
    assert "99999" in capsys.readouterr().out
    assert answer(target.parent, capsys, "ledger", "verify")["ok"] is True
    assert answer(target.parent, capsys, "ledger", "fund") == before


@pytest.mark.parametrize("format_", ["plaintext", "csv"])
def test_export_says_what_it_wrote(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], format_: str
) -> None:
    assert ask(home, "ledger", "export", format_, "--out", str(tmp_path / "out")) == 0
    said = capsys.readouterr().out.splitlines()
    assert sorted(said[1:]) == sorted(str(path) for path in (tmp_path / "out").iterdir())
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert manifest["program"].startswith("kiosk 0.")


@pytest.mark.parametrize("width", [32, 48])
def test_receipt_shows_the_paper_that_the_till_handed_out(
    home: Path, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    assert ask(home, "receipt", "2", "--columns", str(width)) == 0
    said = capsys.readouterr()
    assert "No. 000002" in said.out
    assert "-" * width in said.out.splitlines()
    assert said.err == ""
    assert ask(home, "receipt", "1", "--book", OTHER) == 0
    assert OTHER in capsys.readouterr().out


def test_receipt_refuses_a_number_without_a_paper(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["1"], ["999"], ["0"], ["2", "--book", "JB-99.1"]):
        assert ask(home, "receipt", *words) == 1
        assert capsys.readouterr().err.count("\n") == 2


def test_the_books_are_read_though_settings_and_catalogue_are_broken(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("kiosk.toml", "catalogue.toml"):
        (home / name).write_text("[[[", encoding="utf-8")
    for words in (["balance"], ["fund"], ["breakfasts"], ["verify"], ["log"]):
        assert ask(home, "ledger", *words) == 0
    assert ask(home, "ledger", "export", "csv", "--out", str(tmp_path / "out")) == 0
    assert capsys.readouterr().err == ""
    assert ask(home, "receipt", "2") == 0
    said = capsys.readouterr()
    assert "kiosk.toml" in said.err
    assert "No. 000002" in said.out
