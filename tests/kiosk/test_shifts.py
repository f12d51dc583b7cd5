"""Shifts: the float, cash beside sales, the blind count, the close, and what is refused."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from config.rights import Right, Role
from kiosk.errors import ApprovalNeededError, NoShiftError, OtherShiftError
from kiosk.sale.approval import Approved
from kiosk.shift_errors import (
    CashAmountError,
    CountFirstError,
    DrawerShortError,
    EarlierDayError,
    PiecesError,
    ReasonNeededError,
    RecountError,
    ShiftOpenError,
    ToSafeError,
    UnknownCashMoveError,
    UnknownDenominationError,
)
from kiosk.till.till import Till
from ledger.money import from_fen
from tests.kiosk.conftest import Counter, bilingual

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.till.till import Done

DRAWER, SAFE, OVER_SHORT, COSTS = "100101", "100102", "190101", "560108"


def last(counter: Counter) -> dict[str, Any]:
    """The newest record's body."""
    with counter.database.transaction() as cursor:
        row = cursor.execute(
            "SELECT seq, body FROM record WHERE book = ? ORDER BY seq DESC LIMIT 1",
            (counter.till.book,),
        ).fetchone()
    body: dict[str, Any] = json.loads(row[1])
    return body


def test_the_first_float_comes_from_the_safe(counter: Counter) -> None:
    done = counter.open_shift(20000)
    assert (done.new, done.total) == (True, from_fen(20000))
    assert counter.trial_balance() == {DRAWER: 20000, SAFE: -20000}
    shift = counter.till.shift
    assert shift is not None
    assert (shift.number, shift.float_fen, shift.counted) == (1, 20000, None)
    assert done.record.doc["from_safe_fen"] == 20000
    assert done.record.content["shift"] == 1


def test_the_next_float_is_what_the_last_shift_left_in_the_drawer(counter: Counter) -> None:
    counter.open_shift(20000)
    counter.sell("F001*2")
    counter.count(20400)
    counter.close_shift(to_safe_fen=10400)
    assert counter.trial_balance()[DRAWER] == 10000
    done = counter.open_shift(10000)
    assert (done.record.doc["carried_fen"], done.record.doc["from_safe_fen"]) == (10000, 0)
    assert done.record.postings == []


def test_a_float_that_differs_goes_to_over_and_short_and_is_explained_above_the_limit(
    counter: Counter,
) -> None:
    counter.open_shift(20000)
    counter.count(20000)
    counter.close_shift()
    with pytest.raises(ReasonNeededError) as refused:
        counter.open_shift(19790)
    bilingual(refused.value, "2.00")
    assert counter.till.shift is None
    counter.open_shift(19790, reason="夜里换了零钱")
    balance = counter.trial_balance()
    assert (balance[DRAWER], balance[OVER_SHORT]) == (19790, 210)


@pytest.mark.parametrize(("fen", "asks"), [(19800, False), (20200, False), (20210, True)])
def test_exactly_the_limit_needs_no_reason(counter: Counter, fen: int, *, asks: bool) -> None:
    counter.open_shift(20000)
    assert counter.count(fen).over_short_fen == fen - 20000
    if asks:
        with pytest.raises(ReasonNeededError):
            counter.close_shift()
        with pytest.raises(ReasonNeededError):
            counter.close_shift(reason="  ")
        assert counter.till.shift is not None
    counter.close_shift(reason="数错" if asks else "")
    assert counter.trial_balance()[DRAWER] == fen
    assert counter.trial_balance()[OVER_SHORT] == 20000 - fen


def test_there_is_one_open_shift_whatever_a_program_believes(counter: Counter) -> None:
    counter.open_shift()
    with pytest.raises(ShiftOpenError) as refused:
        counter.open_shift()
    bilingual(refused.value, "1", "cashier", "2026-11-24 07:00")
    other = Till(counter.database, counter.home.settings)
    assert other.shift == counter.till.shift
    other.shift = None  # a program that believes otherwise
    with pytest.raises(ShiftOpenError):
        other.open_shift({1000: 1}, ref=uuid4(), at=counter.tick())
    with pytest.raises(sqlite3.IntegrityError), counter.database.transaction() as cursor:
        cursor.execute(
            "INSERT INTO shift SELECT book, 2, day, opened_seq, opened_at, opened_by, float_fen,"
            " NULL, NULL, NULL, NULL, NULL, NULL FROM shift"
        )


def test_two_books_have_a_shift_each(counter: Counter) -> None:
    counter.open_shift()
    other = Till(counter.database, counter.home.settings, book="JB-HQHG-02.1")
    done = other.open_shift({1000: 1}, ref=uuid4(), at=counter.tick())
    assert done.record.content["shift"] == 1


@pytest.mark.parametrize(
    ("counts", "error"),
    [
        ({300: 1}, UnknownDenominationError),
        ({"100": 1}, UnknownDenominationError),
        ({100: -1}, PiecesError),
        ({100: 10000}, PiecesError),
        ({100: "1"}, PiecesError),
        ({100: 1.5}, PiecesError),
        ({100: True}, PiecesError),
    ],
)
def test_a_count_that_nobody_can_have_made_is_refused(
    counter: Counter, counts: dict[int, int], error: type[Exception]
) -> None:
    before = counter.audit().records
    with pytest.raises(error):
        counter.till.open_shift(counts, ref=uuid4(), at=counter.tick())
    counter.open_shift()
    with pytest.raises(error) as refused:
        counter.till.count_shift(counts, ref=uuid4(), at=counter.tick())
    bilingual(refused.value)  # type: ignore[arg-type]
    assert counter.audit().records == before + 1


def test_cash_is_put_in_taken_out_and_dropped_with_both_sides_booked(counter: Counter) -> None:
    counter.open_shift(20000)
    till = counter.till
    till.paid_in("change", from_fen(5000), ref=uuid4(), at=counter.tick())
    till.paid_out("water", from_fen(1200), "两箱水", ref=uuid4(), at=counter.tick())
    till.drop(from_fen(10000), ref=uuid4(), at=counter.tick())
    assert counter.trial_balance() == {DRAWER: 13800, SAFE: -15000, COSTS: 1200}


def test_no_more_is_taken_out_than_the_drawer_holds_and_the_refusal_does_not_say_how_much(
    counter: Counter,
) -> None:
    counter.open_shift(2000)
    acts: list[Callable[[], object]] = [
        lambda: counter.till.drop(from_fen(2001), ref=uuid4(), at=counter.tick()),
        lambda: counter.till.paid_out("water", from_fen(2001), ref=uuid4(), at=counter.tick()),
    ]
    for act in acts:
        with pytest.raises(DrawerShortError) as refused:
            act()
        bilingual(refused.value, "20.01")
        assert "20.00" not in refused.value.zh + refused.value.en
    assert counter.x_report().figures.refused_approvals == 2
    counter.till.drop(from_fen(2000), ref=uuid4(), at=counter.tick())
    assert DRAWER not in counter.trial_balance()


def test_who_asks_for_more_than_the_drawer_holds_stands_in_the_books(counter: Counter) -> None:
    counter.open_shift(2000)
    lent = Approved(Right.PAID_OUT, "s02")
    with pytest.raises(DrawerShortError):
        counter.till.drop(from_fen(2001), ref=uuid4(), at=counter.tick())
    with pytest.raises(DrawerShortError):
        counter.till.paid_out(
            "water", from_fen(9900), ref=uuid4(), at=counter.tick(), approved=lent
        )
    with counter.database.transaction() as cursor:
        rows = cursor.execute("SELECT body FROM record WHERE kind = 'approval_refused'").fetchall()
    assert [json.loads(body)["doc"] for (body,) in rows] == [
        {
            "act": act,
            "asked_by": None,
            "by_card": 0,
            "right": right,
            "staff": staff,
            "why": "drawer_short",
        }
        for act, right, staff in (
            ("drop 20.01", "drop", counter.till.by),
            ("paid_out 99.00", "paid_out", "s02"),
        )
    ]
    assert all(json.loads(body)["shift"] == 1 for (body,) in rows)


@pytest.mark.parametrize("fen", [0, -1, 100_000_001])
def test_an_amount_that_is_none_is_refused(counter: Counter, fen: int) -> None:
    counter.open_shift()
    with pytest.raises(CashAmountError):
        counter.till.paid_in("change", from_fen(fen), ref=uuid4(), at=counter.tick())


def test_a_purpose_is_one_of_the_settings_and_of_its_own_side(counter: Counter) -> None:
    counter.open_shift()
    for move in ("gift", "water", ""):
        with pytest.raises(UnknownCashMoveError) as refused:
            counter.till.paid_in(move, from_fen(100), ref=uuid4(), at=counter.tick())
        bilingual(refused.value, "change")


def test_the_drawer_opens_without_a_sale_only_with_a_reason(counter: Counter) -> None:
    with pytest.raises(ReasonNeededError):
        counter.till.no_sale(" ", ref=uuid4(), at=counter.tick())
    counter.till.no_sale("清点", ref=uuid4(), at=counter.tick())
    assert last(counter)["kind"] == "no_sale"
    assert last(counter)["shift"] is None, "its float is counted before a shift is open"


def test_money_and_reports_need_a_shift(counter: Counter) -> None:
    till, at = counter.till, counter.tick()
    acts: list[Callable[[], object]] = [
        lambda: till.paid_in("change", from_fen(100), ref=uuid4(), at=at),
        lambda: till.paid_out("water", from_fen(100), ref=uuid4(), at=at),
        lambda: till.drop(from_fen(100), ref=uuid4(), at=at),
        lambda: till.x_report(ref=uuid4(), at=at),
        lambda: till.count_shift({}, ref=uuid4(), at=at),
        lambda: till.close_shift(ref=uuid4(), at=at),
    ]
    for act in acts:
        with pytest.raises(NoShiftError):
            act()


def test_a_shift_is_closed_only_at_a_count_after_which_the_drawer_did_not_move(
    counter: Counter,
) -> None:
    counter.open_shift(20000)
    with pytest.raises(CountFirstError):
        counter.close_shift()
    count = counter.count(20000)
    sold = counter.sell("F001")
    with pytest.raises(RecountError) as refused:
        counter.close_shift()
    bilingual(refused.value, str(count.seq), str(sold.number))
    counter.count(20200)
    counter.sell("F001", by="wechat")  # no cash
    report = counter.close_shift()
    assert report.closing is not None
    assert (report.closing.counted_fen, report.figures.counts) == (20200, 2)


def test_cash_out_and_in_again_needs_a_new_count_though_the_balance_is_the_same(
    counter: Counter,
) -> None:
    counter.open_shift(20000)
    counter.count(20000)
    counter.void(counter.sell("F001").number)
    with pytest.raises(RecountError):
        counter.close_shift()


def test_what_goes_to_the_safe_was_counted(counter: Counter) -> None:
    counter.open_shift(20000)
    counter.count(19900)
    for fen in (-1, 19901):
        with pytest.raises(ToSafeError):
            counter.close_shift(to_safe_fen=fen)
    counter.close_shift(to_safe_fen=19900)
    assert counter.trial_balance() == {SAFE: -100, OVER_SHORT: 100}


def test_a_clock_that_was_set_back_a_day_opens_no_shift_until_a_manager_says_it_is_right(
    counter: Counter,
) -> None:
    counter.open_shift()
    counter.count(20000)
    counter.close_shift()
    counter.now -= timedelta(days=1)
    with pytest.raises(EarlierDayError) as refused:
        counter.open_shift()
    bilingual(refused.value, "2026-11-23", "2026-11-24")
    assert refused.value.right is Right.SETTINGS
    assert str(refused.value) == f"{refused.value.zh}\n{refused.value.en}"
    done = counter.till.open_shift(
        counter.pieces(20000),
        ref=uuid4(),
        at=counter.tick(),
        approved=Approved(Right.SETTINGS, "s01"),
    )
    assert (done.record.doc["approved_by"], done.record.day) == ("s01", "2026-11-23")


def test_several_shifts_a_day_are_numbered_on(counter: Counter) -> None:
    for number in (1, 2, 3):
        counter.open_shift()
        counter.count(20000)
        report = counter.close_shift()
        assert (report.number, report.z) == (number, number)
    past = counter.till.past_shifts()
    assert [each.number for each in past] == [3, 2, 1]
    assert [each.number for each in counter.till.past_shifts(before=3, most=1)] == [2]


def test_a_shift_keeps_its_business_date_and_says_that_it_is_overdue(counter: Counter) -> None:
    assert not counter.till.shift_overdue(counter.now)
    counter.open_shift()
    counter.now += timedelta(hours=16)
    assert not counter.till.shift_overdue(counter.now)
    counter.next_day()
    assert counter.till.shift_overdue(counter.now)
    assert counter.sell("F001").record.day == "2026-11-24"
    counter.count(20200)
    assert counter.close_shift().day.isoformat() == "2026-11-24"


def test_a_void_is_of_the_same_shift_and_a_refund_of_any(counter: Counter) -> None:
    counter.open_shift()
    sold = counter.sell("F001").number
    counter.count(20200)
    counter.close_shift()
    counter.open_shift(20200)
    with pytest.raises(OtherShiftError):
        counter.void(sold)
    counter.refund(sold)
    assert counter.x_report().figures.refunds.fen == 200


@pytest.fixture
def guarded(counter: Counter) -> Counter:
    counter.till = Till(counter.database, counter.home.settings, by="s03", guarded=True)
    counter.till.role = Role.CASHIER
    return counter


def test_each_act_takes_its_right_and_carries_who_approved(guarded: Counter) -> None:
    till, counter = guarded.till, guarded
    counter.open_shift()
    acts: list[tuple[Right, Callable[[Approved | None], Done]]] = [
        (
            Right.PAID_OUT,
            lambda ok: till.paid_out(
                "water", from_fen(100), ref=uuid4(), at=counter.tick(), approved=ok
            ),
        ),
        (
            Right.NO_SALE,
            lambda ok: till.no_sale("清点", ref=uuid4(), at=counter.tick(), approved=ok),
        ),
    ]
    for right, act in acts:
        with pytest.raises(ApprovalNeededError) as refused:
            act(None)
        assert refused.value.right is right
        with pytest.raises(ApprovalNeededError):
            act(Approved(Right.DISCOUNT, "s02"))
        done = act(Approved(right, "s02"))
        assert done.record.doc["approved_by"] == "s02"
        assert done.record.content["by"] == "s03"
    with pytest.raises(ApprovalNeededError):
        counter.x_report()  # it would say what the blind count is to find
    till.role = Role.AUDITOR
    with pytest.raises(ApprovalNeededError):
        counter.count(20000)
    with pytest.raises(ApprovalNeededError):
        counter.close_shift()
    assert counter.x_report().approved_by == ""
    till.role = None
    with pytest.raises(ApprovalNeededError):
        counter.open_shift()
    with pytest.raises(ApprovalNeededError):
        counter.x_report()


def test_a_shift_without_a_sale_closes(counter: Counter) -> None:
    counter.open_shift(0)
    counter.count(0)
    report = counter.close_shift()
    assert (report.figures.sales.count, report.grand_total_fen, report.z) == (0, 0, 1)
    assert counter.trial_balance() == {}
    assert counter.audit().clean
