"""Every refusal of a tap says which rule and what to do, and is recorded (domain rule 8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.breakfast import BreakfastChange
from config.settings import load_settings
from kiosk.sale.breakfast import Rule, Used
from kiosk.sale.card_errors import CardRefusedError, rule_title
from kiosk.sale.cards import Tap
from kiosk.sale.tenders import Offer
from kiosk.till.till import Till
from ledger.money import from_fen
from tests.kiosk.card_desk import (
    LI,
    NEW,
    WANG,
    docs_of,
    fill,
    give,
    handed_out,
    not_redeemed,
    redeemed,
    refusals,
    refused,
    served,
    tapped,
    with_rules,
    with_type,
)
from tests.kiosk.conftest import MORNING, bilingual
from tests.kiosk.people_desk import edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kiosk.conftest import Counter

OTHER_BOOK = "JB-GYQ-02.1"


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


def test_a_card_of_nobody_is_unknown_and_leaves_no_number_behind(morning: Counter) -> None:
    refusal = refused(morning, LI)
    said(
        refusal,
        Rule.UNKNOWN,
        "不认识这张卡：请领班查看是否已登记。",
        "Unknown card: ask the supervisor whether it was registered.",
    )
    assert refusals(morning)[-1] == {
        "card": None,
        "level": "uid",
        "reader": "desk",
        "rule": "unknown",
        "used_at": None,
        "used_station": None,
    }


def test_a_reader_that_reads_backwards_is_told_from_a_stranger(morning: Counter) -> None:
    said(
        refused(morning, WANG[::-1]),
        Rule.ORDER,
        "读卡器设置反了：请站长改 kiosk.toml 的 readers.order。",
        "The reader reads backwards: have the manager set readers.order in kiosk.toml.",
    )


def test_two_cards_on_the_reader_serve_neither(morning: Counter) -> None:
    said(
        refused(morning, WANG, others=1),
        Rule.SEVERAL,
        "读到不止一张卡：请一张一张刷。",
        "More than one card was read: tap one card at a time.",
    )
    assert refusals(morning)[-1]["card"] is None
    served(morning)


@pytest.mark.parametrize("rule", [Rule.HALF, Rule.SEVERAL])
def test_what_is_no_whole_card_is_recorded_with_its_reader(morning: Counter, rule: Rule) -> None:
    refusal = morning.till.misread(rule, "door", at=morning.tick())
    assert isinstance(refusal, CardRefusedError)
    bilingual(refusal)
    assert (refusals(morning)[-1]["rule"], refusals(morning)[-1]["reader"]) == (rule.value, "door")


def test_a_used_card_says_when_and_where_in_local_time(morning: Counter) -> None:
    done = served(morning)
    morning.now += timedelta(hours=1)
    refusal = refused(morning)
    said(
        refusal,
        Rule.USED_TODAY,
        "今天已领过早餐：07:01 在 JB-HQHG：明天再来，谢谢。",
        "Today's breakfast was taken: 07:01 at JB-HQHG: come again tomorrow, thank you.",
    )
    at = datetime.fromisoformat(done.record.content["at"])
    assert at.astimezone(UTC) == at
    assert refusal.used == Used(at, "JB-HQHG")
    assert refusal.title.en == "Today's breakfast was taken"
    assert refusals(morning)[-1]["used_at"] == done.record.content["at"]
    assert refusals(morning)[-1]["used_station"] == "JB-HQHG"


def test_a_breakfast_of_another_station_is_named_with_it(morning: Counter) -> None:
    """The claim is one over all books of the database: what a hub will hand down lands there."""
    card = morning.till.cards()[0]
    edit(
        morning,
        "INSERT INTO breakfast VALUES (?,?,'redemption',?,?,?,?,600,600,NULL)",
        OTHER_BOOK,
        1,
        "2026-11-24",
        "2026-11-23T22:48:00.000000Z",
        card.holder,
        card.card,
    )
    refusal = refused(morning)
    assert refusal.used == Used(datetime(2026, 11, 23, 22, 48, tzinfo=UTC), "JB-GYQ")
    assert "06:48 在 JB-GYQ" in refusal.zh
    edit(morning, "DELETE FROM breakfast WHERE book = ?", OTHER_BOOK)


def test_a_blocked_card_is_served_again_when_it_is_unblocked(morning: Counter) -> None:
    card = morning.till.cards()[0].card
    morning.till.block(card, reason="丢失", ref=uuid4(), at=morning.tick())
    said(
        refused(morning),
        Rule.BLOCKED,
        "此卡已停用：请找领班；确实需要时可由领班发放。",
        "This card is blocked: ask the supervisor, who may hand one out.",
    )
    assert refusals(morning)[-1]["card"] == card
    morning.till.unblock(card, reason="找到了", ref=uuid4(), at=morning.tick())
    served(morning)


def test_a_replaced_card_is_dead_and_the_new_one_is_served(morning: Counter) -> None:
    card = morning.till.cards()[0].card
    morning.till.replace(card, Tap("desk", NEW), ref=uuid4(), at=morning.tick())
    said(
        refused(morning),
        Rule.REPLACED,
        "此卡已换新卡：请用新卡。",
        "This card was replaced: use the new card.",
    )
    served(morning, uid=NEW)


def test_a_card_is_good_on_its_last_day_and_expired_on_the_next(counter: Counter) -> None:
    fill(counter, 5000)
    give(counter, expires=date(2026, 11, 25))
    counter.next_day()
    tapped(counter)
    counter.next_day()
    said(
        refused(counter),
        Rule.EXPIRED,
        "此卡已过期：请领班换新卡。",
        "This card has expired: ask the supervisor for a new card.",
    )
    give(counter, LI)
    card = counter.till.card_of(LI)
    assert card is not None
    counter.till.expire(card.card, reason="离职", ref=uuid4(), at=counter.tick())
    assert refused(counter, LI).rule is Rule.EXPIRED


def test_a_forgotten_card_is_nobodys(morning: Counter) -> None:
    serving = tapped(morning)
    morning.till.forget(serving.holder, ref=uuid4(), at=morning.tick())
    assert refused(morning).rule is Rule.UNKNOWN
    said(
        not_redeemed(morning, serving, morning.basket("F001")),
        Rule.FORGOTTEN,
        "此卡已注销：请领班重新登记。",
        "This card was forgotten: ask the supervisor to register it again.",
    )


def test_a_type_without_breakfasts_is_ineligible(morning: Counter) -> None:
    with_type(morning, breakfast=False)
    said(
        refused(morning),
        Rule.INELIGIBLE,
        "此卡不含早餐：请领班查看卡的类型。",
        "This card has no breakfasts: ask the supervisor about the card's type.",
    )
    with_type(morning, id="gone")
    assert refused(morning).rule is Rule.INELIGIBLE


@pytest.mark.parametrize(
    ("at", "is_served"),
    [
        ("06:29:59.999999", False),
        ("06:30:00", True),
        ("09:29:59.999999", True),
        ("09:30:00", False),
    ],
)
def test_the_window_is_held_to_the_second(counter: Counter, at: str, is_served: bool) -> None:  # noqa: FBT001 - a table
    fill(counter, 1000)
    counter.now = MORNING - timedelta(days=1)
    give(counter)
    instant = datetime.fromisoformat(f"2026-11-24T{at}+08:00")
    if is_served:
        assert counter.till.tapped(Tap("desk", WANG), at=instant).limit_fen == 1000
        assert counter.till.handing_out(instant).limit_fen == 1000
        return
    with pytest.raises(CardRefusedError) as with_card:
        counter.till.tapped(Tap("desk", WANG), at=instant)
    with pytest.raises(CardRefusedError) as without:
        counter.till.handing_out(instant)
    for refusal in (with_card.value, without.value):
        said(
            refusal,
            Rule.WINDOW,
            "现在不是早餐时间：早餐时间是 06:30–09:30。",
            "It is not breakfast time: breakfast is served 06:30 to 09:30.",
        )


def test_what_was_tapped_within_the_window_is_served_after_it(morning: Counter) -> None:
    morning.now = MORNING + timedelta(hours=2, minutes=29, seconds=30)
    serving = tapped(morning)
    morning.now = MORNING + timedelta(hours=2, minutes=31)
    assert redeemed(morning, serving, "F001").new


def test_a_fund_below_the_cheapest_breakfast_serves_nobody(counter: Counter) -> None:
    fill(counter, 99)  # a steamed bun is one yuan
    give(counter)
    said(
        refused(counter),
        Rule.FUND_LOW,
        "爱心基金不够：请先自付，并告诉站长。",
        "The fund is too low: pay for now, and tell the manager.",
    )
    with pytest.raises(CardRefusedError) as refusal:
        counter.till.handing_out(counter.tick())
    assert refusal.value.rule is Rule.FUND_LOW
    fill(counter, 1)
    assert redeemed(counter, tapped(counter), "F008").record.fund == {"redeemed": 100}
    assert counter.fund_fen() == 0


def test_a_fund_one_fen_short_between_tap_and_enter_draws_nothing(counter: Counter) -> None:
    """Two workers tap while the fund holds one breakfast; the second one misses a fen of it."""
    fill(counter, 650)
    give(counter)
    give(counter, LI, "李国强")
    serving = tapped(counter)
    assert serving.limit_fen == 650
    with_rules(counter, cap_fen=161)
    served(counter, "F001", uid=LI, cash_fen=39)  # 161 out, 10 in
    assert counter.fund_fen() == 499
    breakfast = counter.basket("F004")  # five yuan
    assert not_redeemed(counter, serving, breakfast).rule is Rule.FUND_LOW
    counter.till.void(counter.sell("F001").number, ref=uuid4(), at=counter.tick())
    assert not_redeemed(counter, serving, breakfast).rule is Rule.FUND_LOW
    fill(counter, 1)
    assert counter.till.redeem(serving, breakfast, at=counter.tick()).new
    assert counter.fund_fen() == 0


def test_a_hand_out_that_the_fund_cannot_pay_any_more_is_recorded_as_refused(
    counter: Counter,
) -> None:
    fill(counter, 500)
    serving = counter.till.handing_out(counter.tick())
    handed_out(counter, "F008")
    with pytest.raises(CardRefusedError) as refusal:
        counter.till.hand_out(serving, counter.basket("F004"), reason="卡丢失", at=counter.tick())
    assert (refusal.value.rule, refusals(counter)[-1]["card"]) == (Rule.FUND_LOW, None)
    assert counter.fund_fen() == 400


@pytest.mark.parametrize(
    ("act", "rule"),
    [("block", Rule.BLOCKED), ("replace", Rule.REPLACED), ("expire", Rule.EXPIRED)],
)
def test_a_card_that_dies_between_tap_and_enter_is_not_served(
    morning: Counter, act: str, rule: Rule
) -> None:
    serving = tapped(morning)
    till, ref, at = morning.till, uuid4(), morning.tick()
    if act == "replace":
        till.replace(serving.card, Tap("desk", NEW), ref=ref, at=at)
    else:
        getattr(till, act)(serving.card, reason="丢失", ref=ref, at=at)
    assert not_redeemed(morning, serving, morning.basket("F001")).rule is rule
    assert docs_of(morning, "redemption") == []


def test_the_same_tap_keyed_at_two_tills_is_served_once(morning: Counter) -> None:
    """Two programs on one database, both with a good tap in hand."""
    other = Till(morning.database, morning.till.settings)
    other.open(morning.home.catalogue, at=morning.tick())
    here, there = tapped(morning), other.tapped(Tap("desk", WANG), at=morning.tick())
    first = other.redeem(there, morning.basket("F001"), at=morning.tick())
    refusal = not_redeemed(morning, here, morning.basket("F006"))
    assert refusal.rule is Rule.USED_TODAY
    assert refusal.used is not None
    assert refusal.used.at == datetime.fromisoformat(first.record.content["at"])


def test_a_tap_is_held_so_long_and_no_longer(morning: Counter) -> None:
    with_rules(morning, hold_s=60)
    serving, basket = tapped(morning), morning.basket("F001")
    late = serving.at + timedelta(seconds=60, microseconds=1)
    said(
        not_redeemed(morning, serving, basket, at=late),
        Rule.STALE,
        "刷卡已过了太久：请再刷一次卡。",
        "The tap was too long ago: tap the card again.",
    )
    back_s = morning.till.settings.guards.clock_back_s
    before = serving.at - timedelta(seconds=back_s, microseconds=1)  # it was set back since
    assert not_redeemed(morning, serving, basket, at=before).rule is Rule.STALE
    assert morning.till.redeem(serving, basket, at=serving.at + timedelta(seconds=60)).new


def test_a_clock_that_is_kept_right_between_tap_and_enter_refuses_nobody(morning: Counter) -> None:
    """Time servers set it back by a moment; what the till would warn of is another thing."""
    serving = tapped(morning)
    at = serving.at - timedelta(seconds=morning.till.settings.guards.clock_back_s)
    assert morning.till.redeem(serving, morning.basket("F001"), at=at).new


def test_a_window_that_changes_tomorrow_does_not_change_today(morning: Counter) -> None:
    closed = BreakfastChange(date(2026, 11, 25), cap_fen=0)
    with_rules(morning, changes=(closed,))
    served(morning)
    morning.next_day()
    assert refused(morning).rule is Rule.INELIGIBLE


def test_a_payment_that_falls_short_is_no_refusal_of_the_card(morning: Counter) -> None:
    serving = tapped(morning)
    basket = morning.basket("F018", "F004")
    done = morning.till.redeem(serving, basket, [Offer("cash", from_fen(300))], at=morning.tick())
    assert done.record.fund == {"redeemed": 1000, "set_aside": 10}
    assert refusals(morning) == []


def test_every_rule_has_a_title_and_advice_without_a_full_stop() -> None:
    for rule in Rule:
        refusal = CardRefusedError(rule, window=load_settings().breakfast)
        for phrase in (refusal.title, refusal.advice, refusal.detail, rule_title(rule.value)):
            assert phrase.en.isascii()
            assert not phrase.zh.endswith("。")
            assert not phrase.en.endswith(".")
        assert len(refusal.title.zh) <= 10, "large type"
        bilingual(refusal)
