"""``ledger breakfasts``: by day, hour, item and station; and what of it may be published."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from config.text import columns
from kiosk.cli import main
from kiosk.till.home import TRAINING_MARK
from kiosk.till.till import Till
from ledger.chain import digest
from receipts.layout import TRAINING
from tests.kiosk.breakfast_morning import NAMES, a_morning, chip
from tests.kiosk.card_desk import fill, give, handed_out, served

if TYPE_CHECKING:
    from tests.kiosk.conftest import Counter


def ask(counter: Counter, capsys: pytest.CaptureFixture[str], *asked: str, code: int = 0) -> str:
    home = str(counter.home.path)
    assert main(["--home", home, "ledger", "breakfasts", *asked]) == code
    said = capsys.readouterr()
    return said.err if code else said.out


def found(counter: Counter, capsys: pytest.CaptureFixture[str], *asked: str) -> dict[str, Any]:
    line = ask(counter, capsys, *asked, "--json")
    assert line.count("\n") == 1
    answer: dict[str, Any] = json.loads(line)
    return answer


def some_days(counter: Counter, *sizes: int) -> None:
    """Serve one more soy milk of 2.00 to so many workers on each day, from card 100 on."""
    number = 100
    for size in sizes:
        for _ in range(size):
            give(counter, chip(number))
            served(counter, "F001", uid=chip(number))
            number += 1
        counter.next_day()


@pytest.fixture
def morning(counter: Counter) -> Counter:
    """Twenty sales, the morning of ``a_morning`` at seven, and one breakfast at eight."""
    for _ in range(20):
        counter.sell("F001")
    fill(counter, 50_000)
    a_morning(counter)
    counter.now = counter.now.replace(hour=0, minute=5, day=24)
    give(counter, chip(20))
    served(counter, "F006*2", uid=chip(20))
    return counter


def test_by_day_it_tells_what_the_fund_paid_on_average_and_how_many_sales_that_took(
    morning: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    morning.next_day()
    give(morning, chip(21))
    served(morning, "F001", uid=chip(21))
    answer = found(morning, capsys)
    assert (answer["by"], answer["from"], answer["to"], answer["undone"]) == ("day", None, None, 1)
    assert answer["rows"] == [
        {
            "key": "2026-11-24",
            "name": "",
            "breakfasts": 4,
            "fund_fen": 400 + 1000 + 250 + 500,
            "average_fen": 538,  # 5.375
            "sales": 21,
            "sales_per_breakfast": 5.3,
            "topped_up_fen": 150,
            "hand_outs": 1,
        },
        {
            "key": "2026-11-25",
            "name": "",
            "breakfasts": 1,
            "fund_fen": 200,
            "average_fen": 200,
            "sales": 0,
            "sales_per_breakfast": 0.0,
            "topped_up_fen": 0,
            "hand_outs": 0,
        },
    ]
    total = answer["total"]
    assert (total["breakfasts"], total["fund_fen"], total["sales"]) == (5, 2350, 21)
    with morning.database.transaction() as cursor:
        (paid,) = cursor.execute("SELECT redeemed_fen - restored_fen FROM fund").fetchone()
    assert total["fund_fen"] == paid
    first = found(morning, capsys, "--to", "2026-11-24")
    assert [row["key"] for row in first["rows"]] == ["2026-11-24"]
    assert found(morning, capsys, "--from", "2026-11-26")["total"]["average_fen"] is None


def test_hours_are_local_and_items_are_counted_in_breakfasts_and_pieces(
    morning: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    hours = {
        row["key"]: row["breakfasts"] for row in found(morning, capsys, "--by", "hour")["rows"]
    }
    assert hours == {"07": 3, "08": 1}
    items = found(morning, capsys, "--by", "item")
    by_sku = {
        row["key"]: (row["breakfasts"], row["pieces_milli"], row["amount_fen"])
        for row in items["rows"]
    }
    assert by_sku == {
        "F001": (2, 3000, 600),
        "F002": (1, 1000, 200),
        "F004": (1, 1000, 500),
        "F006": (3, 4000, 1000),
    }
    assert items["total"]["fund_fen"] + items["total"]["topped_up_fen"] == 600 + 200 + 500 + 1000


def test_the_tills_of_a_station_are_one_row_of_it(
    morning: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    for book in ("JB-HQHG-02.1", "JB-GYQ-01.1"):
        morning.till = Till(morning.database, morning.home.settings, book=book)
        fill(morning, 1000)
        handed_out(morning, "F001")
    rows = found(morning, capsys, "--by", "station")["rows"]
    assert [(row["key"], row["breakfasts"]) for row in rows] == [("JB-GYQ", 1), ("JB-HQHG", 5)]
    one = found(morning, capsys, "--by", "station", "--book", "JB-GYQ-01.1")
    assert (len(one["rows"]), one["total"]["breakfasts"]) == (1, 1)


def test_a_small_day_is_not_published_nor_can_it_be_worked_out(
    counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(counter, 50_000)
    some_days(counter, 7, 2, 6)
    answer = found(counter, capsys, "--public")
    counts = [row["breakfasts"] for row in answer["rows"]]
    assert counts == [7, None, None]
    assert answer["rows"][1] == {
        "key": "2026-11-25",
        "name": "",
        **dict.fromkeys(("breakfasts", "fund_fen", "average_fen", "sales", "sales_per_breakfast")),
    }
    assert (answer["total"]["breakfasts"], answer["least_shown"]) == (15, 5)
    assert "undone" not in answer
    assert "hand_outs" not in answer["total"]
    text = ask(counter, capsys, "--public", "--lang", "en")
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if "2026" in line}
    assert rows["2026-11-25"] == rows["2026-11-26"] == ["*"] * 5
    assert rows["2026-11-24"][:3] == ["7", "14.00", "2.00"]
    assert "Fewer than 5 are not published" in text
    assert "can be subtracted" in text


@pytest.mark.parametrize("by", ["day", "hour", "item", "station"])
def test_too_few_breakfasts_are_not_published_at_all(
    morning: Counter, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    answer = found(morning, capsys, "--public", "--by", by)
    assert answer["rows"] == []
    assert set(answer["total"].values()) == {None}
    text = ask(morning, capsys, "--public", "--by", by)
    assert "早餐份数太少，不公示" in text
    assert "2026-11-24" not in text


def test_public_items_tell_no_amounts_and_nothing_tells_a_name_or_a_token(
    morning: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    some_days(morning, 6)
    answer = found(morning, capsys, "--public", "--by", "item")
    shown = {row["key"]: row["breakfasts"] for row in answer["rows"]}
    assert shown == {"F001": None, "F002": None, "F004": None, "F006": None}
    assert "amount_fen" not in answer["rows"][0]
    for by in ("day", "hour", "item", "station"):
        for more in ((), ("--public",), ("--json",)):
            text = ask(morning, capsys, "--by", by, *more)
            assert not [word for word in (*NAMES, "ct_", "ht_") if word in text]


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("by", ["day", "hour", "item", "station"])
def test_the_columns_stand_straight(
    morning: Counter, capsys: pytest.CaptureFixture[str], by: str, lang: str
) -> None:
    text = ask(morning, capsys, "--by", by, "--lang", lang)
    lines = text.split("\n\n")[1].splitlines()
    rule = next(line for line in lines if line.startswith("---"))
    body = lines[: next(n for n, line in enumerate(lines) if line == rule and n > 1)]
    assert len({columns(line) for line in body}) == 1


def test_no_breakfasts_are_a_table_of_nothing(
    counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.sell("F001")
    for more in ((), ("--public",)):
        answer = found(counter, capsys, *more)
        assert (answer["rows"], answer["total"]["breakfasts"]) == ([], 0)
        assert answer["total"]["average_fen"] is answer["total"]["sales_per_breakfast"] is None
        assert "合计" in ask(counter, capsys, *more)


def harmed(counter: Counter, harm: str) -> None:
    """Do to the books what only somebody beside the program can."""
    counter.database.close()
    with closing(sqlite3.connect(counter.home.database, isolation_level=None)) as connection:
        connection.create_function("digest", 1, digest)
        connection.execute("DROP TRIGGER record_no_update")
        connection.execute(harm)


@pytest.mark.parametrize("resealed", [False, True])
@pytest.mark.parametrize(
    ("by", "to"),
    [
        ("item", "json_set(body, '$.doc.lines', json('[{}]'))"),
        ("item", "json_set(body, '$.doc.lines', 7)"),
        ("hour", "json_set(body, '$.at', 'morning')"),
        ("day", "json_remove(body, '$.fund.redeemed')"),
        ("day", "'{' || body"),
    ],
)
def test_a_breakfast_that_cannot_be_read_is_named(
    counter: Counter, capsys: pytest.CaptureFixture[str], by: str, to: str, *, resealed: bool
) -> None:
    fill(counter, 1000)
    number = handed_out(counter, "F001").number
    seal = f", hash = digest({to})" if resealed else ""
    harmed(counter, f"UPDATE record SET body = {to}{seal} WHERE seq = {number}")
    said = ask(counter, capsys, "--by", by, code=1)
    assert f"账簿 {counter.till.book} 第 {number} 号记录有问题" in said
    assert "kiosk ledger verify" in said


def test_a_breakfast_whose_record_was_altered_is_named_and_not_added_up(
    counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(counter, 1000)
    number = handed_out(counter, "F001").number
    harmed(
        counter,
        f"UPDATE record SET body = json_set(body, '$.fund.redeemed', 1) WHERE seq = {number}",
    )
    for more in ((), ("--public",), ("--json",)):
        said = ask(counter, capsys, *more, code=1)
        assert f"第 {number} 号记录有问题：内容与哈希不符" in said


@pytest.mark.parametrize("by", ["day", "hour", "item", "station"])
def test_what_somebody_wrote_into_the_tills_rows_of_breakfasts_is_in_no_report(
    morning: Counter, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    before = found(morning, capsys, "--by", by)
    harmed(morning, "UPDATE breakfast SET fund_fen = 1, total_fen = 99, at = 'x', closed_by = seq")
    with closing(sqlite3.connect(morning.home.database, isolation_level=None)) as connection:
        connection.execute("UPDATE fund_day SET sales = 1000")
        connection.execute("DELETE FROM breakfast WHERE kind = 'hand_out'")
    assert found(morning, capsys, "--by", by) == before


@pytest.mark.parametrize("by", ["day", "station"])
def test_sales_per_breakfast_leave_out_sales_and_breakfasts_that_were_taken_back(
    counter: Counter, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    fill(counter, 10_000)
    sales = [counter.sell("F001", "F002").number for _ in range(6)]
    counter.void(sales[0])
    counter.refund(sales[1], {1: 1000})
    give(counter)
    topped_up = served(counter, "F004*2", "F001", cash_fen=200)
    counter.void(topped_up.number)
    served(counter, "F001")
    for more in ((), ("--public",)):
        total = found(counter, capsys, "--by", by, *more)["total"]
        if not more:
            assert (total["breakfasts"], total["sales"]) == (1, 5), "a part given back is a sale"
    counter.next_day()
    counter.refund(sales[1])
    for each in found(counter, capsys, "--by", by)["rows"]:
        assert (each["breakfasts"], each["sales"], each["sales_per_breakfast"]) == (1, 4, 4.0)


def test_what_cannot_be_asked_is_refused(
    counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.sell("F001")
    asked = ("--from", "2026-11-25", "--to", "2026-11-24")
    assert "2026-11-25" in ask(counter, capsys, *asked, code=1)
    assert "JB-99.1" in ask(counter, capsys, "--book", "JB-99.1", code=1)
    (counter.home.path / TRAINING_MARK).touch()
    assert ask(counter, capsys).splitlines()[0] == TRAINING
