"""The statement of the fund: from the records, against the till's rows and the accounts."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from config.text import columns
from kiosk.cli import main
from kiosk.till.till import Till
from ledger.entries import Entry, FundMove
from ledger.fund_statement import FundStatement, Moves, Owed, fund_statement
from ledger.reading import reading
from tests.kiosk.breakfast_morning import a_morning, chip
from tests.kiosk.card_desk import fill, give, handed_out, served, transfer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.conftest import Counter

FIRST, SECOND, THIRD = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)
PAYABLE, RECEIVABLE = "224101", "122101"


def three_days(counter: Counter) -> None:
    """A morning, a day of sales with a refund and a transfer, and a breakfast on the third day."""
    for _ in range(20):
        counter.sell("F001")
    fill(counter, 10_000)
    a_morning(counter)
    counter.next_day()
    counter.refund(counter.sell("F001").number)
    counter.sell("F001")
    transfer(counter, 120)
    counter.next_day()
    give(counter, chip(8))
    served(counter, "F001", uid=chip(8))


def statement(
    counter: Counter,
    first: date | None = None,
    last: date | None = None,
    book: str | None = None,
) -> FundStatement:
    with reading(counter.home.database) as engine, engine.connect() as connection:
        return fund_statement(
            connection,
            payable={PAYABLE},
            receivable={RECEIVABLE},
            book=book,
            first_day=first,
            last_day=last,
        )


def test_a_day_is_added_up_as_by_hand(counter: Counter) -> None:
    three_days(counter)
    day = statement(counter, FIRST, FIRST)
    assert day.moves == Moves(
        set_aside_fen=210,
        redeemed_fen=400 + 1000 + 600 + 250,
        restored_fen=600,
        granted_fen=10_000,
        sales=21,
        breakfasts=4,
    )
    assert (day.opening_fen, day.closing_fen, day.held_fen) == (0, 8560, None)
    assert day.owed == Owed(210, 1650, 210 - 1650)
    second = statement(counter, SECOND, SECOND)
    assert second.opening_fen == 8560
    assert second.moves == Moves(set_aside_fen=20, reversed_fen=10, transferred_fen=120, sales=2)
    assert second.closing_fen == 8570, "a transfer is no spending"
    assert second.owed.payable_fen == 210 + 10 - 120
    third = statement(counter, THIRD)
    assert (third.moves.redeemed_fen, third.held_fen) == (200, 8370)
    assert day.agrees
    assert second.agrees
    assert third.agrees


def test_openings_and_closings_meet_and_the_last_is_what_the_fund_holds(counter: Counter) -> None:
    three_days(counter)
    whole = statement(counter)
    assert (whole.opening_fen, whole.closing_fen) == (0, counter.fund_fen())
    assert whole.held_fen == counter.fund_fen()
    assert list(whole.days) == ["2026-11-24", "2026-11-25", "2026-11-26"]
    closing_fen, moves = 0, Moves()
    for shift in range(-1, 4):
        day = FIRST + timedelta(days=shift)
        one = statement(counter, day, day)
        assert one.opening_fen == closing_fen
        closing_fen, moves = one.closing_fen, moves.plus(one.moves)
        assert one.agrees
    assert (closing_fen, moves) == (whole.closing_fen, whole.moves)


def test_each_book_has_its_own_and_all_of_them_are_the_whole(counter: Counter) -> None:
    three_days(counter)
    own, other = counter.till.book, "JB-GYQ-01.1"
    counter.till = Till(counter.database, counter.home.settings, book=other)
    fill(counter, 700)
    handed_out(counter, "F001")
    one, two, whole = (statement(counter, book=book) for book in (own, other, None))
    assert two.moves == Moves(redeemed_fen=200, granted_fen=700, breakfasts=1)
    assert (two.held_fen, two.owed) == (500, Owed(0, 200, -200))
    assert one.moves.plus(two.moves) == whole.moves
    assert one.closing_fen + two.closing_fen == whole.closing_fen == whole.held_fen
    assert one.agrees
    assert two.agrees
    assert whole.agrees


def test_under_pattern_b_what_is_owed_to_the_fund_is_the_fund(counter: Counter) -> None:
    old = counter.till.settings
    changed = replace(old, fund=replace(old.fund, custody="B"))
    counter.till = Till(counter.database, changed)
    for _ in range(120):
        counter.sell("F001")
    give(counter)
    served(counter, "F006", "F001")
    handed_out(counter, "F001")
    found = statement(counter)
    assert found.owed == Owed(1200 - 450 - 200, 0, 550)
    assert found.closing_fen == found.owed.payable_fen == counter.fund_fen() == 550
    assert found.agrees


def tamper(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            "UPDATE fund SET redeemed_fen = redeemed_fen + 5, available_fen = available_fen - 5",
            "基金余额与记录不符",
        ),
        (
            "UPDATE fund_day SET redeemed_fen = redeemed_fen - 5 WHERE day = '2026-11-24'",
            "与记录不符的营业日：2026-11-24",
        ),
        (
            "UPDATE posting SET amount_fen = 205 WHERE account = '122101' AND amount_fen = 200",
            "科目与记录相差 -0.05 元",
        ),
    ],
)
def test_what_somebody_changed_beside_the_records_is_found(
    counter: Counter, capsys: pytest.CaptureFixture[str], changed: str, said: str
) -> None:
    three_days(counter)
    counter.database.close()
    tamper(counter.home.database, changed)
    home = str(counter.home.path)
    assert main(["--home", home, "ledger", "fund", "--from", "2026-11-24"]) == 1
    shown = capsys.readouterr().out
    assert said in shown
    assert "三者相符" not in shown
    assert main(["--home", home, "ledger", "fund", "--from", "2026-11-24", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["agrees"] is False


def test_an_account_that_the_settings_named_once_counts_as_well(
    counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    three_days(counter)
    old = counter.till.settings
    other = replace(old, fund=replace(old.fund, payable_account="222101"))
    counter.till = Till(counter.database, other)
    counter.till.open(counter.home.catalogue, at=counter.tick())
    counter.sell("F001")
    assert counter.trial_balance()["222101"] == -10
    home = str(counter.home.path)
    assert main(["--home", home, "ledger", "fund", "--from", "2026-11-24", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["payable_fen"], found["difference_fen"]) == (210 + 10 - 120 + 10, 0)


class TestTheCommand:
    """``ledger fund`` with a period."""

    def said(
        self, counter: Counter, capsys: pytest.CaptureFixture[str], *asked: str, code: int = 0
    ) -> str:
        assert main(["--home", str(counter.home.path), "ledger", "fund", *asked]) == code
        said = capsys.readouterr()
        return said.err if code else said.out

    def test_a_script_gets_one_line(
        self, counter: Counter, capsys: pytest.CaptureFixture[str]
    ) -> None:
        three_days(counter)
        line = self.said(counter, capsys, "--from", "2026-11-24", "--to", "2026-11-25", "--json")
        assert line.count("\n") == 1
        found: dict[str, Any] = json.loads(line)
        assert (found["opening_fen"], found["closing_fen"]) == (0, 8570)
        assert (found["redeemed_fen"], found["restored_fen"], found["breakfasts"]) == (2250, 600, 4)
        assert [each["day"] for each in found["days"]] == ["2026-11-24", "2026-11-25"]
        assert (found["held_fen"], found["agrees"]) == (None, True)
        assert found["as_of"][counter.till.book]["seq"] > 0

    @pytest.mark.parametrize("lang", ["zh_CN", "en"])
    def test_a_person_gets_lines_that_add_up(
        self, counter: Counter, capsys: pytest.CaptureFixture[str], lang: str
    ) -> None:
        three_days(counter)
        text = self.said(counter, capsys, "--from", "2026-11-24", "--lang", lang)
        block = text.split("\n\n")[1].splitlines()
        amounts = [float(line.split()[-1]) for line in block if line[-3:-2] == "."]
        rules = [place for place, line in enumerate(block) if line.startswith("---")]
        closing_at = rules[0]
        assert round(sum(amounts[:closing_at]), 2) == amounts[closing_at] == 83.70
        assert len({columns(line) for line in block[: rules[1]]}) == 1
        days = text.split("\n\n")[2].splitlines()[2:]
        assert [line.split()[-1] for line in days] == ["85.60", "85.70", "83.70"]

    def test_without_a_period_it_is_what_it_was(
        self, counter: Counter, capsys: pytest.CaptureFixture[str]
    ) -> None:
        three_days(counter)
        totals = json.loads(self.said(counter, capsys, "--json"))
        assert (totals["balance_fen"], totals["redeemed_fen"]) == (8370, 2450)
        assert "opening_fen" not in totals

    def test_a_period_that_ends_before_it_begins_is_refused(
        self, counter: Counter, capsys: pytest.CaptureFixture[str]
    ) -> None:
        asked = ("--from", "2026-11-25", "--to", "2026-11-24")
        assert "2026-11-25" in self.said(counter, capsys, *asked, code=1)

    def test_a_record_that_is_no_json_is_named(
        self, counter: Counter, capsys: pytest.CaptureFixture[str]
    ) -> None:
        three_days(counter)
        counter.database.close()
        tamper(counter.home.database, "UPDATE record SET body = '{' WHERE seq = 5")
        assert "5" in self.said(counter, capsys, "--from", "2026-11-24", code=1)


def test_a_grant_and_its_return_are_no_ones_debt(counter: Counter) -> None:
    fill(counter, 500)
    at = counter.tick()
    moves, day = {FundMove.RETURNED: 200}, counter.till.today(at)
    entry = Entry("allowance_returned", uuid4(), at, day, "hub", {}, (), moves)
    counter.database.post(counter.till.book, entry)
    found = statement(counter)
    assert (found.closing_fen, found.owed) == (300, Owed(0, 0, 0))
    assert found.agrees
