"""A breakfast is undone in its shift; without a card it is handed out, under a limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kiosk.errors import (
    AlreadyReversedError,
    NoSuchSaleError,
    OtherShiftError,
    TooLateToVoidError,
)
from kiosk.sale.breakfast import Rule
from kiosk.sale.card_errors import (
    CardRefusedError,
    HandOutsUsedError,
    NameInTextError,
    NumberInTextError,
    WholeBreakfastError,
)
from kiosk.sale.tenders import Offer
from kiosk.shift_errors import ReasonNeededError
from kiosk.till.breakfasts import ServedToday
from kiosk.till.vault import HOLDERS_FILE
from ledger.errors import RefConflictError
from ledger.money import from_fen
from tests.kiosk.card_desk import (
    LI,
    NEW,
    docs_of,
    fill,
    give,
    handed_out,
    refused,
    reopened,
    served,
    with_rules,
)
from tests.kiosk.conftest import Counter, bilingual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.errors import TillError

TODAY = date(2026, 11, 24)


@pytest.fixture
def morning(counter: Counter) -> Iterator[Counter]:
    """A fund of 100 yuan and Wang's card; what was done is clean in the end."""
    fill(counter, 10_000)
    give(counter)
    yield counter
    audit = counter.audit()
    assert audit.findings == []


def test_a_void_gives_claim_and_money_back_and_the_holder_eats_again(morning: Counter) -> None:
    first = served(morning)
    ref = uuid4()
    back = morning.till.void(first.number, ref=ref, at=morning.tick(), reason="拿错")
    assert (back.new, back.total) == (True, from_fen(450))
    assert back.record.doc["restored_fen"] == 450
    assert back.record.doc["claim"] == {
        name: first.record.doc["claim"][name] for name in ("card", "holder", "service_day")
    }
    assert back.record.fund == {"restored": 450}
    assert morning.fund_fen() == 10_000
    assert morning.trial_balance() == {}
    again = morning.till.void(first.number, ref=ref, at=morning.tick(), reason="拿错")
    assert (again.new, again.number) == (False, back.number)
    with pytest.raises(AlreadyReversedError):
        morning.void(first.number)
    second = served(morning)
    with pytest.raises(RefConflictError):
        morning.till.void(second.number, ref=ref, at=morning.tick())
    assert refused(morning).rule is Rule.USED_TODAY
    with pytest.raises(AlreadyReversedError):
        morning.void(first.number)
    assert morning.till.served_today(morning.now) == ServedToday(1, 450)


def test_a_void_of_a_split_breakfast_takes_its_set_aside_back(morning: Counter) -> None:
    number = served(morning, "F018", "F004", cash_fen=300).number
    assert morning.fund_fen() == 9010
    back = morning.void(number)
    assert (back.set_aside, back.record.doc["kept_fen"]) == (from_fen(10), 0)
    assert back.record.fund == {"restored": 1000, "reversed": 10}
    assert [(t["tender"], t["amount_fen"], t["of"]) for t in back.record.doc["tenders"]] == [
        ("fund", 1000, 0),
        ("cash", 300, 1),
    ]
    assert morning.trial_balance() == {}
    assert morning.fund_fen() == 10_000


def test_a_set_aside_that_the_fund_has_spent_stays_with_it(counter: Counter) -> None:
    """Five fen come back, ten would go: the operator bears them, the worker gets the money."""
    fill(counter, 5)
    give(counter)
    give(counter, LI, "李国强")
    counter.till._least_fen = 1  # what remains is less than any breakfast costs
    split = served(counter, "F001", cash_fen=195)
    assert counter.fund_fen() == 10
    served(counter, "F001", uid=LI, cash_fen=190)
    assert counter.fund_fen() == 10
    give(counter, NEW, "张三")
    with_set_aside(counter, 0)
    served(counter, "F001", uid=NEW, cash_fen=190)
    assert counter.fund_fen() == 0
    back = counter.void(split.number)
    assert back.record.doc["kept_fen"] == 10
    assert back.record.fund == {"restored": 5}
    assert counter.fund_fen() == 5
    assert back.set_aside == from_fen(0)
    assert counter.audit().findings == []


def with_set_aside(counter: Counter, fen: int) -> None:
    settings = counter.till.settings
    counter.till.settings = replace(settings, fund=replace(settings.fund, set_aside_fen=fen))


def test_a_void_is_of_its_own_shift(morning: Counter) -> None:
    before = served(morning)
    morning.open_shift()
    with pytest.raises(OtherShiftError):
        morning.void(before.number)
    give(morning, LI, "李国强")
    within = served(morning, uid=LI)
    morning.count(20_000)
    morning.close_shift()
    with pytest.raises(OtherShiftError):
        morning.void(within.number)
    assert refused(morning, LI).rule is Rule.USED_TODAY
    morning.next_day()
    with pytest.raises(TooLateToVoidError):
        morning.void(before.number)


def test_a_breakfast_is_undone_whole_or_not_at_all(morning: Counter) -> None:
    number = served(morning).number
    for asked in (None, {1: 1000}):
        with pytest.raises(WholeBreakfastError) as refusal:
            morning.refund(number, asked)
        bilingual(refusal.value, str(number))
    with pytest.raises(WholeBreakfastError):
        morning.till.sold(number)
    for act in (morning.void, morning.refund, morning.till.sold):
        with pytest.raises(NoSuchSaleError):
            act(number - 1)


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [
        ("王秀英点错", NameInTextError),
        ("王 秀 英", NameInTextError),
        ("李国强 138-0000-9999", NumberInTextError),
        ("卡１２３４５６", NumberInTextError),
    ],
)
@pytest.mark.parametrize("keys", [True, False])
def test_the_reason_of_a_void_names_nobody(
    morning: Counter,
    reason: str,
    refusal: type[TillError],
    keys: bool,  # noqa: FBT001 - a table
) -> None:
    """Where the keys are lost nobody can tell a name, and a void goes on all the same."""
    number = served(morning).number
    if not keys:
        (morning.home.path / HOLDERS_FILE).rename(morning.home.path / "away")
        reopened(morning)
    if keys or refusal is NumberInTextError:
        with pytest.raises(refusal) as said:
            morning.till.void(number, ref=uuid4(), at=morning.tick(), reason=reason)
        bilingual(said.value)
    assert docs_of(morning, "redemption_void") == []
    done = morning.till.void(number, ref=uuid4(), at=morning.tick(), reason="点错 3 份 12345")
    assert done.new


@pytest.mark.parametrize("reason", ["新人 13800009999", "卡号 04 12 34", "１２３４５６"])
def test_the_reason_of_a_hand_out_holds_no_number(morning: Counter, reason: str) -> None:
    with pytest.raises(NumberInTextError):
        handed_out(morning, reason=reason)
    number = handed_out(morning, reason="新人，第 2 天").number
    with pytest.raises(NumberInTextError):
        morning.till.void(number, ref=uuid4(), at=morning.tick(), reason=reason)


def test_a_void_survives_a_card_that_died_meanwhile(morning: Counter) -> None:
    done = served(morning)
    card = morning.till.cards()[0]
    morning.till.block(card.card, reason="丢失", ref=uuid4(), at=morning.tick())
    morning.till.forget(card.holder, ref=uuid4(), at=morning.tick())
    morning.void(done.number)
    assert morning.fund_fen() == 10_000


def test_hand_outs_have_their_own_limit_and_a_void_frees_one(morning: Counter) -> None:
    with_rules(morning, hand_outs=2)
    first = handed_out(morning, "F001", "F006", reason="卡丢失")
    assert first.record.kind == "hand_out"
    assert first.record.doc["claim"] is None
    assert (first.record.doc["reason"], first.record.doc["service_day"]) == ("卡丢失", "2026-11-24")
    assert first.record.fund == {"redeemed": 450}
    handed_out(morning)
    assert morning.till.hand_outs_left(morning.now) == 0
    with pytest.raises(HandOutsUsedError) as refusal:
        morning.till.handing_out(morning.tick())
    bilingual(refusal.value, "2")
    assert morning.till.served_today(morning.now) == ServedToday(2, 650)
    back = morning.void(first.number)
    assert back.record.doc["claim"] is None
    assert morning.till.hand_outs_left(morning.now) == 1
    handed_out(morning)
    morning.next_day()
    assert morning.till.hand_outs_left(morning.now) == 2


def test_a_hand_out_that_waited_is_held_to_the_limit_where_it_is_written(morning: Counter) -> None:
    with_rules(morning, hand_outs=1)
    serving = morning.till.handing_out(morning.tick())
    basket = morning.basket("F001")
    first = morning.till.hand_out(serving, basket, reason="卡丢失", at=morning.tick())
    with pytest.raises(HandOutsUsedError):
        morning.till.hand_out(serving, morning.basket("F001"), reason="卡丢失", at=morning.tick())
    again = morning.till.hand_out(serving, basket, reason="卡丢失", at=morning.tick())
    assert (again.new, again.number) == (False, first.number)


def test_a_hand_out_needs_a_reason_and_a_tap_of_its_own_time(morning: Counter) -> None:
    serving = morning.till.handing_out(morning.tick())
    for reason in ("", "  "):
        with pytest.raises(ReasonNeededError):
            morning.till.hand_out(serving, morning.basket("F001"), reason=reason, at=morning.tick())
    with pytest.raises(CardRefusedError) as refusal:
        morning.till.hand_out(
            serving,
            morning.basket("F001"),
            reason="卡丢失",
            at=serving.at + timedelta(seconds=301),
        )
    assert (refusal.value.rule, refusal.value.card) == (Rule.STALE, None)


def test_a_hand_out_above_the_cap_is_topped_up(morning: Counter) -> None:
    serving = morning.till.handing_out(morning.tick())
    basket, offers = morning.basket("F018", "F004"), [Offer("wechat", from_fen(300))]
    done = morning.till.hand_out(serving, basket, offers, reason="新来的工人", at=morning.tick())
    assert done.record.fund == {"redeemed": 1000, "set_aside": 10}
    assert done.set_aside == from_fen(10)
    assert morning.void(done.number).set_aside == from_fen(10)
