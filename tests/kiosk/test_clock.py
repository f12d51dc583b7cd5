"""A clock that is wrong is said and recorded, once a jump; the till sells on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.rights import Role
from config.settings import load_settings
from kiosk.sale.tenders import Offer
from kiosk.screens.desk import Desk
from kiosk.till.clock import ClockJump, jump, settled
from kiosk.till.home import open_home
from kiosk.till.shift_state import OpenShift
from kiosk.till.till import Till
from tests.kiosk.conftest import MORNING, Counter

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.errors import Phrase
    from kiosk.till.till import Done

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def guarded(counter: Counter) -> Counter:
    """The same kiosk with the app's own kind of till, its manager signed in, a shift open."""
    counter.till = Till(counter.database, counter.home.settings, guarded=True)
    counter.till.role = Role.MANAGER
    counter.till.shift = OpenShift(1, counter.till.business_date(MORNING), 1, MORNING, "s01", 20000)
    return counter


@pytest.fixture
def sell(guarded: Counter) -> Callable[[datetime], Done]:
    def sell_at(at: datetime) -> Done:
        basket = guarded.basket("F001")
        return guarded.till.sell(basket, [Offer("cash", basket.total)], at=at)

    return sell_at


def jumps(counter: Counter) -> list[dict[str, Any]]:
    with counter.database.transaction() as cursor:
        rows = cursor.execute(
            "SELECT body FROM record WHERE kind = 'clock_jumped' ORDER BY seq"
        ).fetchall()
    return [json.loads(body)["doc"] for (body,) in rows]


def warned(counter: Counter) -> Phrase | None:
    return counter.till.clock_warning


def test_a_clock_set_back_a_day_is_recorded_once_and_the_sale_is_taken(
    guarded: Counter, sell: Callable[[datetime], Done]
) -> None:
    sell(MORNING + HOUR)
    assert warned(guarded) is None
    sell(MORNING + HOUR - DAY)
    sell(MORNING + HOUR - DAY + MINUTE)
    assert jumps(guarded) == [{"last_at": "2026-11-24T00:00:00.000000Z", "seconds": -86400}]
    warning = warned(guarded)
    assert warning is not None
    assert "2026-11-24 08:00" in warning.zh
    assert "2026-11-23 08:00" in warning.en
    assert guarded.audit().clean


def test_the_warning_goes_when_the_clock_is_set_right_which_is_no_new_alarm(
    guarded: Counter, sell: Callable[[datetime], Done]
) -> None:
    sell(MORNING + HOUR)
    sell(MORNING - DAY)
    assert warned(guarded)
    sell(MORNING + 2 * HOUR)
    assert warned(guarded) is None
    assert [each["seconds"] for each in jumps(guarded)] == [-90000, 93600]


def test_the_warning_goes_when_time_has_caught_up(
    guarded: Counter, sell: Callable[[datetime], Done]
) -> None:
    sell(MORNING + HOUR)
    sell(MORNING)
    sell(MORNING + 59 * MINUTE)
    assert warned(guarded)
    sell(MORNING + HOUR)
    assert warned(guarded) is None
    assert len(jumps(guarded)) == 1


def test_a_clock_far_ahead_counts_within_a_shift_and_its_correction_ends_the_warning(
    guarded: Counter, sell: Callable[[datetime], Done]
) -> None:
    sell(MORNING + HOUR)
    sell(MORNING + 30 * DAY)
    warning = warned(guarded)
    assert warning is not None
    assert "往前" in warning.zh
    sell(MORNING + HOUR + MINUTE)
    assert warned(guarded) is None
    assert len(jumps(guarded)) == 2


def test_a_holiday_between_two_shifts_is_no_jump(
    guarded: Counter, sell: Callable[[datetime], Done]
) -> None:
    sell(MORNING)
    guarded.till.shift = None
    guarded.till.open(guarded.home.catalogue, at=MORNING + 30 * DAY)
    assert warned(guarded) is None
    assert jumps(guarded) == []


def test_a_clock_that_is_wrong_at_the_start_is_noticed_before_anything_is_sold(
    guarded: Counter, sell: Callable[[datetime], Done]
) -> None:
    sell(MORNING + HOUR)
    again = Till(guarded.database, guarded.home.settings, guarded=True)
    again.open(guarded.home.catalogue, at=MORNING)
    assert again.clock_warning is not None
    assert len(jumps(guarded)) == 1


def test_a_void_notices_the_clock_as_a_sale_does(
    guarded: Counter, sell: Callable[[datetime], Done]
) -> None:
    number = sell(MORNING + HOUR).number
    guarded.now = MORNING - HOUR
    guarded.void(number)
    assert len(jumps(guarded)) == 1
    assert warned(guarded)


def test_a_book_that_is_only_written_takes_any_clock(counter: Counter) -> None:
    counter.sell("F001")
    counter.now -= 400 * DAY
    counter.sell("F001")
    counter.now += 800 * DAY
    counter.sell("F001")
    assert jumps(counter) == []
    assert counter.till.clock_warning is None


GUARDS = load_settings().guards
INSTANTS = st.integers(0, 10**8).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(0, s))


@given(INSTANTS, INSTANTS)
def test_a_jump_is_exactly_what_the_guards_say(last: datetime, at: datetime) -> None:
    seconds = int((at - last).total_seconds())
    within = jump(last, at, GUARDS, in_shift=True)
    between = jump(last, at, GUARDS, in_shift=False)
    back = seconds < -GUARDS.clock_back_s
    assert (within is not None) == (back or seconds > GUARDS.clock_forward_s)
    assert (between is not None) == back
    if within is not None:
        assert within.seconds == seconds
        assert not settled(within, at, GUARDS, jumped=True)


@pytest.mark.parametrize("seconds", [0, -119, -120, 86400])
def test_at_the_limit_nothing_has_jumped(seconds: int) -> None:
    at = MORNING + timedelta(seconds=seconds)
    assert jump(MORNING, at, GUARDS, in_shift=True) is None
    beyond = at + timedelta(seconds=1 if seconds > 0 else -1)
    if seconds in {-120, 86400}:
        assert jump(MORNING, beyond, GUARDS, in_shift=True) == ClockJump(MORNING, beyond)


async def test_a_clock_that_was_set_back_overnight_is_seen_where_a_price_changed_too(
    counter: Counter,
) -> None:
    counter.sell("F001")
    counter.database.close()
    prices = counter.home.path / "catalogue.toml"
    prices.write_text(prices.read_text("utf-8").replace('"2.00"', '"2.20"', 1), "utf-8")
    desk = Desk(open_home(counter.home.path), "zh_CN")
    try:
        await desk.open(counter.now - 3 * DAY)
        assert desk.clock_warning is not None
    finally:
        desk.close()
    assert [each["seconds"] for each in jumps(counter)] == [-3 * 86400]
