"""Negative tickets: a return of no sale, a refund of a named one, or refused; never half of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kiosk.replay.conftest import Bench

HEAD = "no,of,kind,item,qty,price,when\n"
MAP = """
data_set = "returns"
[ticket]
lines = "many"
key = "no"
[item]
column = "item"
quantity = "qty"
[price]
rule = "unit"
column = "price"
[catering]
rule = "all"
[time]
column = "when"
formats = "%Y-%m-%d"
[tender]
fixed = "cash"
[book]
fixed = "B"
[returns]
"""
STAND_ALONE = MAP + 'rule = "stand-alone"\n'
REFUND = MAP + 'rule = "refund"\nof = "of"\n'

SALE = HEAD + "1,,,米,3,2.00,2026-11-23\n1,,,油,1,9.00,2026-11-23\n"


@pytest.mark.parametrize("figures", ["-2,2.00", "2,-2.00"])
def test_a_stand_alone_return_gives_money_back_and_leaves_the_fund(
    bench: Bench, figures: str
) -> None:
    totals = bench.run(f"{SALE}2,,,米,{figures},2026-11-24\n", STAND_ALONE)
    assert (totals["accepted"], totals["refunds"], totals["refund_fen"]) == (2, 1, 400)
    assert (totals["gross_fen"], totals["set_aside_fen"]) == (1500, 10)
    (record,) = bench.records("return")
    assert (record["doc"]["total_fen"], record["fund"]) == (400, {})
    again = bench.run(f"{SALE}2,,,米,{figures},2026-11-24\n", STAND_ALONE)
    assert (again["accepted"], again["already_there"]) == (0, 2)
    assert bench.is_clean()


def test_returns_are_rejected_unless_the_map_allows_them(bench: Bench) -> None:
    totals = bench.run(HEAD + "2,,,米,-1,2.00,2026-11-24\n", MAP)
    assert (totals["accepted"], totals["rejected"]) == (0, 1)
    assert bench.rejected()[0][2] == "it is a return (returns.rule = reject)"


def test_a_column_can_say_that_a_row_comes_back(bench: Bench) -> None:
    made = STAND_ALONE + 'rows = { kind = ["退货"] }\n'
    totals = bench.run(HEAD + "2,,退货,米,2,2.00,2026-11-24\n", made)
    assert (totals["refunds"], totals["refund_fen"]) == (1, 400)


def test_two_negative_figures_are_ambiguous(bench: Bench) -> None:
    assert bench.run(HEAD + "2,,,米,-2,-2.00,2026-11-24\n", STAND_ALONE)["rejected"] == 1
    assert bench.rejected()[0][2] == "quantity and unit price are both negative"


def test_a_ticket_of_both_signs_is_rejected_whole(bench: Bench) -> None:
    rows = HEAD + "3,,,米,2,2.00,2026-11-24\n3,,,油,-1,9.00,2026-11-24\n"
    totals = bench.run(rows, STAND_ALONE)
    assert (totals["accepted"], totals["rejected"]) == (0, 1)
    assert bench.records() == []


def test_rows_that_cancel_out_are_left_out_where_the_map_says_net(bench: Bench) -> None:
    net = STAND_ALONE + 'mixed = "net"\n'
    rows = (
        HEAD
        + """1,,,米,2,2.00,2026-11-24
1,,,油,1,9.00,2026-11-24
1,,,油,-1,9.00,2026-11-24
2,,,油,1,9.00,2026-11-24
2,,,油,-1,9.00,2026-11-24
3,,,油,1,9.00,2026-11-24
3,,,油,-1,8.00,2026-11-24
"""
    )
    totals = bench.run(rows, net)
    assert (totals["accepted"], totals["gross_fen"], totals["rejected"]) == (1, 400, 2)
    assert [reason for _, _, reason in bench.rejected()] == [
        "its rows cancel out: nothing is left of it",
        "it mixes positive and negative rows",
    ]


def test_a_refund_names_its_sale_by_item_and_quantity(bench: Bench) -> None:
    rows = (
        SALE
        + """2,1,,米,-1,2.00,2026-11-24
3,1,,米,-2,2.00,2026-11-25
3,1,,油,-1,9.00,2026-11-25
"""
    )
    totals = bench.run(rows, REFUND)
    assert (totals["accepted"], totals["refunds"], totals["refund_fen"]) == (3, 2, 1500)
    first, last = bench.records("refund")
    assert (first["doc"]["total_fen"], first["doc"]["reversed_fen"]) == (200, 0)
    assert (last["doc"]["completes"], last["doc"]["reversed_fen"]) == (1, 10)
    again = bench.run(rows, REFUND)
    assert (again["accepted"], again["already_there"], again["rejected"]) == (0, 3, 0)
    assert bench.is_clean()


def test_a_refund_may_stand_before_its_sale(bench: Bench) -> None:
    rows = HEAD + "2,1,,米,-1,2.00,2026-11-24\n1,,,米,3,2.00,2026-11-23\n"
    totals = bench.run(rows, REFUND)
    assert (totals["accepted"], totals["rejected"], totals["refund_fen"]) == (2, 0, 200)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2,7,,米,-1,2.00,2026-11-24", "the ticket to refund, '7', is not in the books"),
        ("2,,,米,-1,2.00,2026-11-24", "it names no ticket to refund, or more than one"),
        ("2,1,,米,-4,2.00,2026-11-24", "more of 米 comes back than is left"),
        ("2,1,,盐,-1,2.00,2026-11-24", "more of 盐 comes back than is left"),
        ("2,1,,米,-1,2.50,2026-11-24", "it refunds 250 fen of what was sold for 200 fen"),
    ],
)
def test_a_refund_that_does_not_fit_its_sale_is_rejected(
    bench: Bench, row: str, reason: str
) -> None:
    totals = bench.run(f"{SALE}{row}\n", REFUND)
    assert (totals["accepted"], totals["rejected"], totals["refunds"]) == (1, 1, 0)
    assert bench.rejected()[0][2] == reason


def test_a_sale_is_refunded_once(bench: Bench) -> None:
    rows = (
        SALE
        + """2,1,,米,-3,2.00,2026-11-24
2,1,,油,-1,9.00,2026-11-24
3,1,,米,-3,2.00,2026-11-24
"""
    )
    totals = bench.run(rows, REFUND)
    assert (totals["refunds"], totals["rejected"]) == (1, 1)
    assert bench.rejected() == [(6, "3", "more of 米 comes back than is left")]


def test_a_changed_refund_is_a_conflict(bench: Bench) -> None:
    bench.run(SALE + "2,1,,米,-1,2.00,2026-11-24\n", REFUND)
    totals = bench.run(SALE + "2,1,,米,-2,2.00,2026-11-24\n", REFUND)
    assert (totals["accepted"], totals["conflicts"], bench.code) == (0, 1, 1)


def test_a_return_by_two_tenders_is_rejected(bench: Bench) -> None:
    made = STAND_ALONE.replace('fixed = "cash"', 'column = "kind"')
    rows = HEAD + "2,,cash,米,-1,2.00,2026-11-24\n2,,wechat,油,-1,2.00,2026-11-24\n"
    assert bench.run(rows, made)["rejected"] == 1
    assert "one tender" in bench.rejected()[0][2]


def test_a_negative_quantity_with_a_positive_total_is_rejected(bench: Bench) -> None:
    made = STAND_ALONE.replace('rule = "unit"', 'rule = "total"')
    rows = HEAD + "2,,,米,-1,2.00,2026-11-24\n3,,,米,-2,-4.00,2026-11-24\n"
    totals = bench.run(rows, made)
    assert (totals["rejected"], totals["refunds"], totals["refund_fen"]) == (1, 1, 400)


BY = REFUND.replace('fixed = "cash"', 'column = "kind"')
PAID = HEAD + "1,,cash,米,1,2.00,2026-11-23\n1,,wechat,油,1,9.00,2026-11-23\n"


@pytest.mark.parametrize(
    ("rows", "paid"),
    [
        ("2,1,cash,米,-1,2.00,2026-11-24\n", {"cash": 200}),
        ("2,1,,米,-1,2.00,2026-11-24\n", {"cash": 200}),
        ("2,1,wechat,油,-1,9.00,2026-11-24\n", None),
        ("2,1,wechat,米,-1,2.00,2026-11-24\n", None),
        ("2,1,alipay,米,-1,2.00,2026-11-24\n", None),
        (
            "2,1,cash,米,-1,2.00,2026-11-24\n2,1,wechat,油,-1,9.00,2026-11-24\n",
            {"cash": 200, "wechat": 900},
        ),
        (
            "2,1,wechat,米,-1,2.00,2026-11-24\n2,1,cash,油,-1,9.00,2026-11-24\n",
            None,
        ),
    ],
)
def test_a_refund_goes_back_where_its_row_says_or_is_rejected(
    bench: Bench, rows: str, paid: dict[str, int] | None
) -> None:
    totals = bench.run(PAID + rows, BY)
    given = [
        {each["tender"]: each["amount_fen"] for each in record["doc"]["tenders"]}
        for record in bench.records("refund")
    ]
    assert given == ([paid] if paid else [])
    assert (totals["refunds"], totals["rejected"]) == ((1, 0) if paid else (0, 1))
    for _, _, reason in bench.rejected():
        assert reason.startswith("it names another tender than")
    again = bench.run(PAID + rows, BY)
    assert (again["accepted"], again["rejected"]) == (0, totals["rejected"])
    assert bench.is_clean()


def test_a_refund_of_another_time_is_a_conflict(bench: Bench) -> None:
    bench.run(SALE + "2,1,,米,-1,2.00,2026-11-24\n", REFUND)
    totals = bench.run(SALE + "2,1,,米,-1,2.00,2026-11-25\n", REFUND)
    assert (totals["already_there"], totals["conflicts"]) == (1, 1)


def test_a_refund_that_waits_for_its_sale_is_not_taken_for_a_second_one(bench: Bench) -> None:
    rows = HEAD + "2,1,,米,-1,2.00,2026-11-24\n1,,,米,3,2.00,2026-11-23\n"
    single = REFUND.replace('lines = "many"\n', "")
    assert bench.run(rows, single)["accepted"] == 2
    twice = bench.run(rows + "2,1,,米,-1,2.00,2026-11-24\n", single)
    assert (twice["already_there"], twice["rejected"], twice["conflicts"]) == (2, 1, 0)
