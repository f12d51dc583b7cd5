"""One row a ticket: rung one by one, once, with the facts of its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.kiosk.replay.conftest import Bench

SALES = """no,item,paid,when
1,豆浆,3.00,2026-11-23 07:00
2,"包子, 大",2.5,2026-11-23 07:01
3,报纸,0.00,2026-11-23 07:02
"""


def test_every_row_is_a_sale_with_its_set_aside(bench: Bench) -> None:
    totals = bench.run(SALES)
    report = bench.home / "reports" / "sales.csv.rejected.csv"
    of_book = {
        "accepted": 3,
        "zero_total": 1,
        "gross_fen": 550,
        "set_aside_fen": 20,
        "refunds": 0,
        "refund_fen": 0,
    }
    assert totals == of_book | {
        "already_there": 0,
        "rejected": 0,
        "conflicts": 0,
        "rows": 3,
        "ignored": 0,
        "books": {"STALL": of_book},
        "report": str(report),
        "stopped": False,
    }
    assert bench.code == 0
    assert bench.err == ""
    assert bench.rejected() == []
    assert bench.is_clean()


def test_a_record_says_what_the_row_said(bench: Bench) -> None:
    bench.run(SALES)
    record = bench.records()[1]
    assert record["book"] == "STALL"
    assert record["by"] == "replay:stall"
    assert record["at"] == "2026-11-22T23:01:00.000000Z"
    assert record["day"] == "2026-11-23"
    (line,) = record["doc"]["lines"]
    assert (line["sku"], line["name"], line["catering"]) == ("包子, 大", "包子, 大", 1)
    assert (line["qty_milli"], line["unit_fen"], line["amount_fen"]) == (1000, 250, 250)
    assert [t["tender"] for t in record["doc"]["tenders"]] == ["wechat"]


def test_a_zero_total_is_recorded_without_postings_or_set_aside(bench: Bench) -> None:
    bench.run(SALES)
    record = bench.records()[2]
    assert (record["postings"], record["fund"]) == ([], {})


def test_a_second_run_adds_nothing(bench: Bench) -> None:
    bench.run(SALES)
    before = bench.records()
    totals = bench.run(SALES)
    assert (totals["accepted"], totals["already_there"], totals["gross_fen"]) == (0, 3, 0)
    assert totals["books"] == {}
    assert bench.records() == before


def test_a_file_that_has_grown_adds_what_is_new(bench: Bench) -> None:
    bench.run(SALES)
    totals = bench.run(SALES + "4,油条,2.00,2026-11-23 07:03\n")
    assert (totals["accepted"], totals["already_there"], totals["gross_fen"]) == (1, 3, 200)


def test_the_same_ticket_with_another_content_is_a_conflict_and_is_said(bench: Bench) -> None:
    bench.run(SALES)
    totals = bench.run(SALES.replace("2.5,", "9.99,"))
    assert (totals["accepted"], totals["already_there"], totals["conflicts"]) == (0, 2, 1)
    assert bench.code == 1
    assert "内容不同" in bench.err
    ((line, ticket, reason),) = bench.rejected()
    assert (line, ticket) == (3, "2")
    assert "another content" in reason
    assert [r["doc"]["total_fen"] for r in bench.records()] == [300, 250, 0]


def test_another_book_is_another_sale(bench: Bench) -> None:
    bench.run(SALES)
    totals = bench.run(SALES, ONE_BOOK, "--book", "OTHER")
    assert (totals["accepted"], list(totals["books"])) == (3, ["OTHER"])


def test_without_a_key_the_line_is_the_ticket(bench: Bench, one_line: str) -> None:
    made = one_line.replace('[ticket]\nkey = "no"\n', "")
    twice = "no,item,paid,when\n,豆浆,3.00,2026-11-23 07:00\n,豆浆,3.00,2026-11-23 07:00\n"
    assert bench.run(twice, made)["accepted"] == 2
    assert bench.run(twice, made)["already_there"] == 2


def test_a_line_total_of_several_units_is_kept_to_the_fen(bench: Bench, one_line: str) -> None:
    made = one_line.replace('column = "item"', 'column = "item"\nquantity = "qty"')
    bench.run("no,item,qty,paid,when\n1,桔子,3,10.00,2026-11-23 07:00\n", made)
    (record,) = bench.records()
    lines = [(each["qty_milli"], each["unit_fen"]) for each in record["doc"]["lines"]]
    assert lines == [(2000, 333), (1000, 334)]
    assert record["doc"]["total_fen"] == 1000


def test_settings_are_recorded_once_a_book(bench: Bench) -> None:
    bench.run(SALES)
    bench.run(SALES + "4,油条,2.00,2026-11-23 07:03\n")
    assert len(bench.records("settings")) == 1


ONE_BOOK = """
data_set = "stall"
ticket.key = "no"
item.column = "item"
price = { rule = "total", column = "paid" }
catering.rule = "none"
time = { column = "when", formats = ["%Y-%m-%d %H:%M"] }
tender.fixed = "wechat"
"""


def test_without_a_book_the_home_s_own_is_used(bench: Bench) -> None:
    totals = bench.run(SALES, ONE_BOOK)
    assert list(totals["books"]) == ["JB-HQHG-01.1"]
    assert totals["set_aside_fen"] == 0
