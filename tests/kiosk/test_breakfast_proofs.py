"""Copies, old messages, edited rows and clocks that went back serve nobody."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from config.cards import Level
from kiosk.sale.breakfast import Rule
from kiosk.sale.card_errors import BreakfastRowError, CardRefusedError, NoSuchHolderError
from kiosk.till.card_figures import last_used
from tests.kiosk.card_desk import (
    LI,
    WANG,
    docs_of,
    fill,
    give,
    handed_out,
    not_redeemed,
    redeemed,
    refusals,
    refused,
    reopened,
    served,
    tapped,
    with_type,
)
from tests.kiosk.conftest import bilingual
from tests.kiosk.people_desk import as_boss, edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kiosk.conftest import Counter


@pytest.fixture
def morning(counter: Counter) -> Iterator[Counter]:
    """A fund of 100 yuan and Wang's card."""
    fill(counter, 10_000)
    give(counter)
    yield counter
    assert counter.audit().findings == []


def said(refusal: CardRefusedError, rule: Rule, zh: str, en: str) -> None:
    """The refusal is of ``rule``, and its two sentences are these."""
    assert (refusal.rule, refusal.zh, refusal.en) == (rule, zh, en)


def sun(counter: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - what a tap says
    return {"level": Level.SUN, "counter": counter, "key_version": 1} | more


@pytest.fixture
def proving(counter: Counter) -> Iterator[Counter]:
    """Cards here have to sign a message."""
    fill(counter, 10_000)
    with_type(counter, level="sun")
    give(counter, **sun(7))
    yield counter
    assert counter.audit().findings == []


@pytest.mark.parametrize(
    "proof",
    [
        {},  # the number alone, as a copy of it has
        {"failed": True},
        {"level": Level.SUN, "counter": 8, "key_version": 1, "failed": True},
        {"level": Level.SUN, "counter": 8, "key_version": 0},
        {"level": Level.SUN, "counter": 8},
        {"level": Level.SUN, "key_version": 1},
    ],
)
def test_a_tap_below_its_cards_level_is_refused(proving: Counter, proof: dict[str, Any]) -> None:
    said(
        refused(proving, **proof),
        Rule.LEVEL,
        "此卡未能证明真伪：请再刷一次；还不行请找领班。",
        "This card did not prove itself: tap again; else ask the supervisor.",
    )


def test_a_stronger_proof_and_newer_keys_will_do(proving: Counter) -> None:
    assert tapped(proving, **sun(8, key_version=2)).counter == 8
    assert tapped(proving, level=Level.EV2, key_version=1).level is Level.EV2


def test_a_type_that_asks_more_than_a_card_can_prove_refuses_it(morning: Counter) -> None:
    with_type(morning, level="sun")
    assert refused(morning).rule is Rule.LEVEL
    with_type(morning, level="uid")
    tapped(morning)


def test_a_type_that_asks_less_does_not_weaken_the_cards_that_were_issued(
    proving: Counter,
) -> None:
    with_type(proving, level="uid")
    assert refused(proving).rule is Rule.LEVEL


def test_a_message_is_good_once(proving: Counter) -> None:
    redeemed(proving, tapped(proving, **sun(8)), "F001")
    proving.next_day()
    for old in (8, 7, 0):
        said(
            refused(proving, **sun(old)),
            Rule.COUNTER,
            "读到的是旧信息：请把卡再刷一次。",
            "This is an old message: tap the card itself again.",
        )
    assert redeemed(proving, tapped(proving, **sun(9)), "F001").record.doc["claim"]["counter"] == 9


def test_a_message_that_was_refused_is_old_from_then_on(proving: Counter) -> None:
    redeemed(proving, tapped(proving, **sun(8)), "F001")
    assert refused(proving, **sun(20)).rule is Rule.USED_TODAY
    assert refusals(proving)[-1]["counter"] == 20
    proving.next_day()
    for old in (20, 19):
        assert refused(proving, **sun(old)).rule is Rule.COUNTER
    tapped(proving, **sun(21))


def test_an_unproven_counter_locks_nobody_out(proving: Counter) -> None:
    """A copy that claims a counter of its own must not make the card's next message old."""
    assert refused(proving, counter=16_000_000, failed=True).rule is Rule.LEVEL
    assert "counter" not in refusals(proving)[-1]
    tapped(proving, **sun(8))


def test_a_message_that_is_replayed_between_tap_and_enter_serves_one(proving: Counter) -> None:
    first, second = tapped(proving, **sun(8)), tapped(proving, **sun(8))
    done = redeemed(proving, first, "F001")
    proving.void(done.number)  # the claim is free again, the message is not
    assert not_redeemed(proving, second, proving.basket("F001")).rule is Rule.COUNTER
    assert redeemed(proving, tapped(proving, **sun(9)), "F001").new


def test_a_counter_that_went_back_between_tap_and_enter_is_refused(proving: Counter) -> None:
    early = tapped(proving, **sun(8))
    card = proving.till.cards()[0].card
    proving.till.block(card, reason="查", ref=uuid4(), at=proving.tick())
    assert refused(proving, **sun(12)).rule is Rule.BLOCKED
    proving.till.unblock(card, reason="查", ref=uuid4(), at=proving.tick())
    assert not_redeemed(proving, early, proving.basket("F001")).rule is Rule.COUNTER


def test_swapped_rows_give_a_strangers_chip_nobodys_breakfast(morning: Counter) -> None:
    give(morning, LI, "李国强")
    cards = {uid: morning.till.card_of(uid) for uid in (WANG, LI)}
    wang, li = cards[WANG], cards[LI]
    assert wang is not None
    assert li is not None
    edit(morning, "UPDATE card_reading SET card = 'x' WHERE card = ?", wang.card)
    edit(morning, "UPDATE card_reading SET card = ? WHERE card = ?", wang.card, li.card)
    edit(morning, "UPDATE card_reading SET card = ? WHERE card = 'x'", li.card)
    for uid in (WANG, LI):
        said(
            refused(morning, uid),
            Rule.TAMPERED,
            "卡的资料被改过：请告诉站长，并运行 kiosk doctor。",
            "The card's data was altered: tell the manager, and run kiosk doctor.",
        )


def test_swapped_holders_are_shown_to_nobody_under_anothers_name(morning: Counter) -> None:
    """Verify needs no key and cannot see it; what is sealed is bound to its own token."""
    give(morning, LI, "李国强")
    with closing(sqlite3.connect(morning.home.database)) as connection:
        rows = connection.execute("SELECT holder, data FROM holder ORDER BY holder").fetchall()
        for (holder, _), (_, data) in zip(rows, reversed(rows), strict=True):
            connection.execute("UPDATE holder SET data = ? WHERE holder = ?", (data, holder))
        connection.commit()
    assert set(morning.till.masked_names().values()) == {""}
    assert tapped(morning).name == "", "the card is good all the same"
    with pytest.raises(NoSuchHolderError):
        morning.till.show_holder(rows[0][0], ref=uuid4(), at=morning.tick())


@pytest.mark.parametrize(
    ("dies", "edit_of"),
    [
        ("block", "state = 'active'"),
        ("expire", "state = 'active'"),
        ("", "expires = '2099-12-31'"),
        ("", "expires = 'never'"),
        ("", "type = 'vip'"),
        ("", "level = 'ev2'"),
        ("", "holder = 'ht_0000000000000000'"),
        ("", "seq = 1"),
        ("", "issued_seq = 1"),
    ],
)
def test_an_edited_row_makes_no_card_good(morning: Counter, dies: str, edit_of: str) -> None:
    card = morning.till.cards()[0]
    if dies:
        getattr(morning.till, dies)(card.card, reason="丢失", ref=uuid4(), at=morning.tick())
    row = morning.till.card(card.card)
    edit(morning, f"UPDATE card SET {edit_of} WHERE card = ?", card.card)
    assert refused(morning).rule in {Rule.TAMPERED, Rule.INELIGIBLE}
    assert docs_of(morning, "redemption") == []
    edit(
        morning,
        "UPDATE card SET state = ?, expires = ?, type = ?, level = ?, holder = ?, seq = ?,"
        " issued_seq = (SELECT seq FROM record WHERE kind = 'card_issued') WHERE card = ?",
        row.state.value,
        row.expires.isoformat(),
        row.type,
        row.level.value,
        row.holder,
        row.seq,
        card.card,
    )


@pytest.mark.parametrize("backwards", [False, True])
def test_a_row_that_no_till_wrote_is_recorded_as_tampered(
    morning: Counter,
    backwards: bool,  # noqa: FBT001 - a table
) -> None:
    """Also where the reader gives the chip in the other order."""
    card = morning.till.cards()[0]
    edit(morning, "UPDATE card SET expires = 'soon'")
    assert refused(morning, WANG[::-1] if backwards else WANG).rule is Rule.TAMPERED
    edit(morning, "UPDATE card SET expires = ?", card.expires.isoformat())


@pytest.mark.parametrize(
    ("column", "nonsense"), [("service_day", "zzz"), ("at", "x"), ("at", "2026-11-24")]
)
def test_a_breakfast_that_no_till_wrote_is_no_traceback(
    morning: Counter, column: str, nonsense: str
) -> None:
    served(morning)
    with closing(sqlite3.connect(morning.home.database)) as connection:
        was = connection.execute(f"SELECT {column} FROM breakfast").fetchone()[0]
    edit(morning, f"UPDATE breakfast SET {column} = ?", nonsense)
    assert refused(morning).rule is Rule.TAMPERED
    if column == "service_day":
        with morning.database.transaction() as cursor, pytest.raises(BreakfastRowError) as refusal:
            last_used(cursor, morning.till.book)
        bilingual(refusal.value)
        with pytest.raises(BreakfastRowError):
            morning.till.last_breakfasts()
    edit(morning, f"UPDATE breakfast SET {column} = ?", was)


def test_a_row_that_is_edited_between_tap_and_enter_is_tampered(morning: Counter) -> None:
    serving, card = tapped(morning), morning.till.cards()[0]
    edit(morning, "UPDATE card SET state = 'blocked', expires = 'soon'")
    assert not_redeemed(morning, serving, morning.basket("F001")).rule is Rule.TAMPERED
    edit(morning, "UPDATE card SET state = 'active', expires = ?", card.expires.isoformat())


CLOCK = (
    (
        "时钟的日期早于账簿：时钟错了请站长校准；时钟没错，是账上早餐的日期晚了：作废那几份，"
        "或由领班发放。"
    ),
    (
        "The clock is a day behind the books: if it is wrong, have the manager set it; if it is "
        "right, breakfasts stand under a later day: void those, or have the supervisor hand out."
    ),
)


@pytest.mark.parametrize("restart", [False, True])
def test_a_clock_set_back_over_midnight_serves_nobody_yesterdays_breakfast(
    desk: Counter,
    restart: bool,  # noqa: FBT001 - a table
) -> None:
    """However often the card is tapped, and over a restart."""
    as_boss(desk)
    fill(desk, 10_000)
    give(desk)
    give(desk, LI, "李国强")
    desk.open_shift()
    desk.next_day()
    served(desk)
    desk.now -= timedelta(days=1)
    if restart:
        reopened(desk, guarded=True)
        as_boss(desk)
    for uid in (LI, WANG, LI, LI):
        said(refused(desk, uid), Rule.CLOCK, *CLOCK)
    desk.next_day()
    served(desk, uid=LI)
    assert refused(desk).rule is Rule.USED_TODAY


def test_a_clock_that_went_back_is_held_against_other_records_than_breakfasts(
    desk: Counter,
) -> None:
    as_boss(desk)
    fill(desk, 10_000)
    give(desk)
    desk.open_shift()
    for _ in range(2):
        desk.now += timedelta(hours=12)
        desk.sell("F001")
    desk.now -= timedelta(days=1)
    for _ in range(3):
        said(refused(desk), Rule.CLOCK, *CLOCK)
    assert len(docs_of(desk, "clock_jumped")) == 1, "recorded once"
    desk.next_day()
    served(desk)


def test_a_clock_that_ran_ahead_and_was_put_right_serves_today(desk: Counter) -> None:
    as_boss(desk)
    fill(desk, 10_000)
    give(desk)
    desk.open_shift()
    right = desk.now
    desk.now += timedelta(days=30)
    ahead = served(desk)
    assert ahead.record.doc["claim"]["service_day"] == "2026-12-24"
    desk.now = right
    said(refused(desk), Rule.CLOCK, *CLOCK)  # who ate on a later day may not eat earlier
    handed_out(desk)  # as the sentence says
    desk.void(ahead.number)  # what was served on a day that never was
    served(desk)


def test_an_hour_back_within_the_day_changes_nothing(desk: Counter) -> None:
    as_boss(desk)
    fill(desk, 10_000)
    give(desk)
    desk.open_shift()
    desk.now += timedelta(hours=1)
    desk.sell("F001")
    desk.now -= timedelta(hours=1)
    served(desk)
