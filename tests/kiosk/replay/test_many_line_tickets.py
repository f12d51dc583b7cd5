"""Many rows a ticket: together wherever they stand, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.sale.basket import MOST_LINES

if TYPE_CHECKING:
    from tests.kiosk.replay.conftest import Bench

HEAD = "store,no,item,qty,price,when,by\n"
SALES = (
    HEAD
    + """A,1,米,0.328,25.23,2026-11-23 07:00,现金
B,1,油,1,12.00,2026-11-23 07:01,微信
A,1,盐,2,1.5,2026-11-23 07:09,现金
A,1,米,0.23,25.23,2026-11-23 07:09,现金
"""
)


def test_rows_of_a_ticket_are_one_sale_wherever_they_stand(bench: Bench, many_lines: str) -> None:
    totals = bench.run(SALES, many_lines)
    assert (totals["accepted"], totals["rows"], sorted(totals["books"])) == (2, 4, ["S-A", "S-B"])
    first = bench.records()[0]
    # 0.328 and 0.23 at 25.23 are 8.27544 and 5.8029: each line is rounded on its own.
    assert [line["amount_fen"] for line in first["doc"]["lines"]] == [828, 300, 580]
    assert totals["gross_fen"] == 828 + 300 + 580 + 1200
    assert totals["set_aside_fen"] == 20
    assert first["at"] == "2026-11-22T23:00:00.000000Z"
    assert bench.is_clean()


def test_the_same_number_in_two_stores_is_two_tickets(bench: Bench, many_lines: str) -> None:
    bench.run(SALES, many_lines)
    assert len({record["ref"] for record in bench.records()}) == 2


def test_one_bad_row_rejects_its_whole_ticket(bench: Bench, many_lines: str) -> None:
    totals = bench.run(SALES.replace("A,1,盐,2,", "A,1,盐,两,"), many_lines)
    assert (totals["accepted"], totals["rejected"]) == (1, 1)
    assert [record["book"] for record in bench.records()] == ["S-B"]
    assert bench.rejected() == [(4, "A 1", "'两' is not a number")]


def test_every_bad_row_of_a_ticket_is_listed_and_the_ticket_counts_once(
    bench: Bench, many_lines: str
) -> None:
    totals = bench.run(SALES.replace("A,1,盐,2,", "A,1,盐,0,").replace("0.23,", "x,"), many_lines)
    assert totals["rejected"] == 1
    assert [line for line, _, _ in bench.rejected()] == [4, 5]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("A,,醋,1,1.00,2026-11-23 07:10,现金", "the ticket's key is blank"),
        ("A,\udcff1,醋,1,1.00,2026-11-23 07:10,现金", "it is not utf-8"),
        ("A", "it has 1 fields, the header has 7"),
        ('A,1,"醋,1,1.00,2026-11-23 07:10,现金', "a quote is not closed on this line"),
        ("A,7,醋, 白,1,1.00,2026-11-23 07:10,现金", "it has 8 fields, the header has 7"),
    ],
)
def test_a_row_that_does_not_say_its_ticket_rejects_those_beside_it(
    bench: Bench, many_lines: str, broken: str, reason: str
) -> None:
    far, near = "A,1,米,1,1.00,2026-11-23 07:00,现金\n", "A,2,油,1,1.00,2026-11-23 07:00,现金\n"
    rows = HEAD + far + near + near + f"{broken}\n" * 2 + near.replace("2", "3", 1)
    rows += far.replace("1", "4", 1)
    totals = bench.run(rows.encode(errors="surrogateescape"), many_lines)
    assert (totals["accepted"], totals["rejected"]) == (2, 3 if broken.startswith("A,7") else 4)
    assert [len(record["doc"]["lines"]) for record in bench.records()] == [1, 1]
    listed = {line: (ticket, said) for line, ticket, said in bench.rejected()}
    assert sorted(listed) == [3, 5, 6, 7]
    assert listed[3] == ("A 2", "line 5 does not say its ticket, and may belong to this one")
    assert listed[5][1].startswith(reason)
    assert listed[7] == ("A 3", "line 5 does not say its ticket, and may belong to this one")
    assert bench.is_clean()


def test_an_ignored_row_needs_no_key(bench: Bench, many_lines: str) -> None:
    made = f'{many_lines}\n[ignore]\nitem = ["小计"]\n'
    totals = bench.run(SALES + ",,小计,,,,\n", made)
    assert (totals["accepted"], totals["rejected"], totals["ignored"]) == (2, 0, 1)


def test_a_short_row_that_still_names_its_ticket_rejects_it(bench: Bench, many_lines: str) -> None:
    totals = bench.run(SALES + "A,1,醋\n", many_lines)
    assert (totals["accepted"], totals["rejected"]) == (1, 1)
    assert [record["book"] for record in bench.records()] == ["S-B"]


def test_repeated_rows_are_lines_unless_the_map_says_quantity(
    bench: Bench, many_lines: str
) -> None:
    rows = (
        HEAD
        + """A,1,蛋,1,1.00,2026-11-23 07:00,现金
A,1,盐,1,2.00,2026-11-23 07:00,现金
A,1,蛋,2,1.00,2026-11-23 07:00,现金
A,1,蛋,1,1.10,2026-11-23 07:00,现金
A,1,米,0.5,1.01,2026-11-23 07:00,现金
A,1,米,0.5,1.01,2026-11-23 07:00,现金
"""
    )
    made = many_lines.replace('lines = "many"', 'lines = "many"\nrepeated = "quantity"')
    totals = bench.run(rows, made)
    (record,) = bench.records()
    lines = [(each["name"], each["qty_milli"], each["unit_fen"]) for each in record["doc"]["lines"]]
    assert lines == [
        ("蛋", 3000, 100),
        ("盐", 1000, 200),
        ("蛋", 1000, 110),
        ("米", 500, 101),
        ("米", 500, 101),
    ]
    assert totals["gross_fen"] == 300 + 200 + 110 + 51 + 51
    assert bench.run(rows, many_lines)["conflicts"] == 1


def test_amounts_that_add_up_too_high_are_rejected(bench: Bench, many_lines: str) -> None:
    row = "A,1,金,1,6000000000000.00,2026-11-23 07:00,现金\n"
    made = many_lines.replace('lines = "many"', 'lines = "many"\nrepeated = "quantity"')
    good = row.replace("A,1", "A,2").replace("6000000000000", "6")
    for each in (many_lines, made):
        totals = bench.run(HEAD + row * 2 + good, each)
        assert (totals["rejected"], totals["accepted"] + totals["already_there"]) == (1, 1)
        assert "cannot be booked" in bench.rejected()[0][2]


def test_quantities_that_add_up_too_high_are_rejected(bench: Bench, many_lines: str) -> None:
    made = many_lines.replace('lines = "many"', 'lines = "many"\nrepeated = "quantity"')
    rows = HEAD + "A,1,蛋,6000,1.00,2026-11-23 07:00,现金\n" * 2
    assert bench.run(rows, made)["rejected"] == 1
    assert "12000" in bench.rejected()[0][2]


def test_tenders_of_the_rows_split_the_payment(bench: Bench, many_lines: str) -> None:
    rows = (
        HEAD
        + """A,1,米,1,5.00,2026-11-23 07:00,现金
A,1,盐,1,2.00,,微信
A,1,油,1,1.00,,
"""
    )
    bench.run(rows, many_lines)
    (record,) = bench.records()
    paid = {t["tender"]: t["amount_fen"] for t in record["doc"]["tenders"]}
    assert paid == {"cash": 500, "wechat": 300}


def test_what_the_first_row_leaves_out_is_missing(bench: Bench, many_lines: str) -> None:
    rows = (
        HEAD
        + """A,1,米,1,5.00,,现金
A,2,米,1,5.00,2026-11-23 07:00,
A,3,米,1,5.00,2026-11-23 07:00,支票
"""
    )
    assert bench.run(rows, many_lines)["rejected"] == 3
    assert [reason for _, _, reason in bench.rejected()] == [
        "it has no time",
        "it does not say how it was paid",
        "'支票' means no tender",
    ]


def test_another_tender_takes_the_words_that_the_map_does_not_know(
    bench: Bench, many_lines: str
) -> None:
    rows = HEAD + "A,3,米,1,5.00,2026-11-23 07:00,支票\nA,4,米,1,5.00,2026-11-23 07:00,\n"
    assert bench.run(rows, many_lines.replace('column = "by"', 'column = "by"\nother = "ecny"'))
    tenders = [record["doc"]["tenders"][0]["tender"] for record in bench.records()]
    assert tenders == ["ecny", "ecny"]


def test_rows_of_one_ticket_in_two_books_are_rejected(bench: Bench, many_lines: str) -> None:
    rows = (
        HEAD
        + """A,1,米,1,5.00,2026-11-23 07:00,现金
B,1,米,1,5.00,2026-11-23 07:00,现金
"""
    )
    assert (
        bench.run(rows, many_lines.replace('key = ["store", "no"]', 'key = "no"'))["rejected"] == 1
    )
    assert bench.rejected() == [(2, "1", "its rows name several books")]


def test_a_ticket_longer_than_a_receipt_is_rejected(bench: Bench, many_lines: str) -> None:
    rows = HEAD + "A,1,米,1,5.00,2026-11-23 07:00,现金\n" * (MOST_LINES + 1)
    assert bench.run(rows, many_lines)["rejected"] == 1
    assert str(MOST_LINES) in bench.rejected()[0][2]


def test_a_word_that_names_no_book_is_rejected(bench: Bench, many_lines: str) -> None:
    rows = HEAD + "店一,1,米,1,5.00,2026-11-23 07:00,现金\n"
    assert bench.run(rows, many_lines)["rejected"] == 1
    assert bench.rejected() == [(2, "店一 1", "'店一' means no book")]
    made = many_lines.replace('prefix = "S-"', 'values = { "店一" = "SHOP-1" }')
    assert list(bench.run(rows, made)["books"]) == ["SHOP-1"]
