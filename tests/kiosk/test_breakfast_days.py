"""Whose shift, which day, which rules: what a breakfast is held to besides its card."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.breakfast import BreakfastChange
from config.rights import Right, Role
from kiosk.errors import (
    ApprovalNeededError,
    NoShiftError,
)
from kiosk.sale.approval import Approved
from kiosk.sale.breakfast import Rule
from kiosk.sale.card_errors import CardRefusedError
from kiosk.sale.people import Pin
from tests.kiosk.card_desk import (
    fill,
    give,
    refused,
    served,
    tapped,
    with_rules,
)
from tests.kiosk.conftest import MORNING, Counter
from tests.kiosk.people_desk import as_boss

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 11, 24)


@pytest.fixture
def morning(counter: Counter) -> Iterator[Counter]:
    """A fund of 100 yuan and Wang's card; what was done is clean in the end."""
    fill(counter, 10_000)
    give(counter)
    yield counter
    audit = counter.audit()
    assert audit.findings == []


def test_rights_and_shifts_are_held_on_a_guarded_till(desk: Counter) -> None:
    """The cashier serves; a hand-out takes the supervisor's word, and the record says whose."""
    till = as_boss(desk)
    give(desk)
    fill(desk, 5000)
    with pytest.raises(NoShiftError):
        tapped(desk)
    with pytest.raises(NoShiftError):
        till.handing_out(desk.tick())
    desk.open_shift()
    till.sign_in(Pin("s02", "4826"), at=desk.tick())
    done = served(desk)
    assert (done.record.content["by"], done.record.content["shift"]) == ("s02", 1)
    serving, basket = till.handing_out(desk.tick()), desk.basket("F001")
    with pytest.raises(ApprovalNeededError) as refusal:
        till.hand_out(serving, basket, reason="卡丢失", at=desk.tick())
    assert refusal.value.right is Right.HAND_OUT
    word = Approved(Right.HAND_OUT, "s01")
    out = till.hand_out(serving, basket, reason="卡丢失", at=desk.tick(), approved=word)
    assert (out.record.content["by"], out.record.doc["approved_by"]) == ("s02", "s01")
    with pytest.raises(ApprovalNeededError):
        till.void(done.number, ref=uuid4(), at=desk.tick())
    back = till.void(done.number, ref=uuid4(), at=desk.tick(), approved=Approved(Right.VOID, "s01"))
    assert back.record.doc["approved_by"] == "s01"
    assert till.role is Role.CASHIER


def test_a_shift_that_began_yesterday_serves_today(morning: Counter) -> None:
    """The business date stays the shift's; the service day is the clock's."""
    morning.open_shift()
    served(morning)
    morning.next_day()
    done = served(morning)
    assert done.record.day == "2026-11-24"
    assert done.record.doc["claim"]["service_day"] == "2026-11-25"
    assert refused(morning).rule is Rule.USED_TODAY
    morning.void(done.number)
    served(morning)


def test_the_service_day_may_turn_at_another_hour_than_midnight(counter: Counter) -> None:
    fill(counter, 10_000)
    give(counter)
    with_rules(counter, service_day_from=time(12), window_from=time(0), window_to=time(23, 59))
    counter.now = MORNING + timedelta(hours=4, minutes=58)  # 11:58 in Chongqing
    first = served(counter)
    assert first.record.doc["claim"]["service_day"] == "2026-11-23"
    assert refused(counter).rule is Rule.USED_TODAY
    counter.now = MORNING + timedelta(hours=5)
    assert served(counter).record.doc["claim"]["service_day"] == "2026-11-24"
    counter.now = MORNING + timedelta(hours=17)  # past midnight, the same service day
    assert refused(counter).rule is Rule.USED_TODAY


def test_dated_rules_hold_from_their_day_on(morning: Counter) -> None:
    changes = (
        BreakfastChange(date(2026, 11, 26), window_from=time(8)),
        BreakfastChange(date(2026, 11, 25), cap_fen=300),
    )
    with_rules(morning, changes=changes)
    assert tapped(morning).cap_fen == 1000
    morning.next_day()
    assert tapped(morning).cap_fen == 300
    morning.next_day()
    refusal = refused(morning)
    assert refusal.rule is Rule.WINDOW
    assert "08:00–09:30" in refusal.zh
    morning.now += timedelta(hours=1)
    assert tapped(morning).limit_fen == 300


def test_a_day_without_a_cap_serves_nobody_and_says_so(morning: Counter) -> None:
    with_rules(morning, changes=(BreakfastChange(TODAY, cap_fen=0),))
    refusal = refused(morning)
    assert refusal.rule is Rule.INELIGIBLE
    assert "自付" in refusal.zh
    with pytest.raises(CardRefusedError):
        morning.till.handing_out(morning.tick())
