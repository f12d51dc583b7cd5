"""Cards are issued, replaced, stopped and forgotten; the books know tokens only."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from config.cards import Level
from config.errors import TextError
from config.rights import Right
from kiosk.cli import main
from kiosk.errors import ApprovalNeededError
from kiosk.sale.approval import Approved
from kiosk.sale.breakfast import Rule
from kiosk.sale.card_errors import (
    CardRefusedError,
    CardRowError,
    CardStateError,
    ChipServedError,
    NameInTextError,
    NoSuchCardError,
    NoSuchCardTypeError,
    NoSuchHolderError,
    ReadingTakenError,
    WeakCardError,
)
from kiosk.sale.cards import CardState, Holder, Tap, newest
from kiosk.sale.people import Pin
from kiosk.till.cards import Wanted
from kiosk.till.vault import HOLDERS_FILE
from ledger.errors import RefConflictError
from tests.kiosk.card_desk import (
    LI,
    NEW,
    WANG,
    docs_of,
    fill,
    give,
    refused,
    reopened,
    served,
    tapped,
    with_type,
)
from tests.kiosk.conftest import bilingual, opened
from tests.kiosk.people_desk import ANNA, as_boss, edit, records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.sale.cards import BreakfastCard
    from tests.kiosk.conftest import Counter

TAP = Tap("desk", WANG)
KINDS = ("card_issued", "card_replaced", "card_blocked", "card_unblocked", "card_expired")


def act(counter: Counter, name: str, card: str, **asked: Any) -> BreakfastCard:  # noqa: ANN401
    """Do ``name`` to a card: block, unblock, expire, or replace by the chip of ``NEW``."""
    given: dict[str, Any] = {"ref": uuid4(), "at": counter.tick(), "reason": "丢失"} | asked
    till = counter.till
    if name == "replace":
        return till.replace(card, Tap("desk", NEW), **given)
    done: BreakfastCard = getattr(till, name)(card, **given)
    return done


def test_an_issued_card_is_a_record_of_tokens(counter: Counter) -> None:
    card = give(counter)
    (doc,) = docs_of(counter, "card_issued")
    assert doc == {
        "card": card.card,
        "expires": "2027-11-23",  # 365 days, the first one included
        "holder": card.holder,
        "key_version": None,
        "level": "uid",
        "reading": counter.till.vault.proof(card.holder, card.card, WANG),
        "type": "worker",
    }
    assert re.fullmatch("ct_[0-9a-f]{16}", card.card)
    assert re.fullmatch("ht_[0-9a-f]{16}", card.holder)
    assert (card.state, card.counter, card.expires) == (CardState.ACTIVE, None, date(2027, 11, 23))
    assert counter.till.card_of(WANG) == counter.till.card(card.card) == card
    assert counter.till.card_of(LI) is None
    assert counter.till.masked_names() == {card.holder: "王*"}
    assert counter.audit().findings == []


def test_the_same_name_twice_is_two_holders_with_nothing_in_common(counter: Counter) -> None:
    first, second = give(counter), give(counter, LI)
    assert first.holder != second.holder
    assert first.card != second.card
    assert [each.card for each in counter.till.cards()] == [first.card, second.card]


def test_a_retried_issue_is_the_same_card_and_another_chip_is_an_alarm(counter: Counter) -> None:
    till, ref, holder = counter.till, uuid4(), Holder("王秀英")
    asked: dict[str, Any] = {"type_id": "worker", "ref": ref}
    first = till.issue(holder, TAP, at=counter.tick(), **asked)
    assert till.issue(holder, TAP, at=counter.tick(), **asked) == first
    with pytest.raises(RefConflictError):
        till.issue(holder, Tap("desk", LI), at=counter.tick(), **asked)
    with pytest.raises(RefConflictError):
        till.block(first.card, reason="", ref=ref, at=counter.tick())
    assert len(till.cards()) == 1
    assert len((counter.home.path / HOLDERS_FILE).read_text().splitlines()) == 1
    till.forget(first.holder, ref=uuid4(), at=counter.tick())
    assert till.issue(holder, TAP, at=counter.tick(), **asked).state is CardState.FORGOTTEN


def test_what_may_not_be_issued_is_refused_and_nothing_is_done(counter: Counter) -> None:
    taken = give(counter)
    with pytest.raises(ReadingTakenError) as again:
        give(counter)
    bilingual(again.value, taken.card)
    with pytest.raises(NoSuchCardTypeError) as unknown:
        give(counter, LI, type_id="vip")
    bilingual(unknown.value, "vip", "worker")
    with pytest.raises(CardRefusedError) as several:
        give(counter, LI, others=1)
    assert several.value.rule is Rule.SEVERAL
    with_type(counter, level="sun")
    weak_proofs: tuple[dict[str, Any], ...] = ({}, {"level": Level.SUN, "failed": True})
    for proof in weak_proofs:
        with pytest.raises(WeakCardError) as weak:
            give(counter, LI, **proof)
        bilingual(weak.value, "sun")
    assert counter.till.cards() == [taken]
    assert len(records(counter, *KINDS)) == 1


def test_a_list_is_issued_whole_or_not_at_all(counter: Counter) -> None:
    def wanted(*chips: int) -> list[Wanted]:
        holders = [Holder(f"工人{chip}") for chip in chips]
        return [
            Wanted(holder, bytes((4, chip)), "worker", uuid4())
            for chip, holder in zip(chips, holders, strict=True)
        ]

    with pytest.raises(ReadingTakenError):
        counter.till.issue_many(wanted(1, 2, 1), at=counter.tick())
    bad = wanted(1, 2)
    with pytest.raises(NoSuchCardTypeError):
        counter.till.issue_many([bad[0], replace(bad[1], type="vip")], at=counter.tick())
    assert counter.till.cards() == []
    good = wanted(*range(40))
    cards = counter.till.issue_many(good, at=counter.tick())
    assert [card.state for card in cards] == [CardState.ACTIVE] * 40
    assert counter.till.issue_many(good, at=counter.tick()) == cards, "a retry"
    more = counter.till.issue_many([*good, *wanted(41)], at=counter.tick())
    assert more[:40] == cards, "what was there is there, and the rest is new"
    assert len(counter.till.cards()) == 41
    assert len(set(counter.till.masked_names())) == 41
    assert counter.till.issue_many([], at=counter.tick()) == []
    reopened(counter)
    assert len((counter.home.path / HOLDERS_FILE).read_text().splitlines()) == 41
    assert counter.audit().findings == []


def test_a_replaced_card_keeps_holder_and_last_day(counter: Counter) -> None:
    old = give(counter)
    counter.next_day()
    ref = uuid4()
    new = act(counter, "replace", old.card, ref=ref)
    assert (new.holder, new.type, new.expires) == (old.holder, "worker", old.expires)
    assert counter.till.card(old.card).state is CardState.REPLACED
    assert act(counter, "replace", old.card, ref=ref) == new
    with pytest.raises(RefConflictError):
        counter.till.replace(old.card, Tap("desk", LI), ref=ref, at=counter.tick())
    with pytest.raises(RefConflictError):
        act(counter, "replace", new.card, ref=ref)
    (doc,) = docs_of(counter, "card_replaced")
    assert (doc["old"], doc["card"], doc["reason"]) == (old.card, new.card, "丢失")
    dead = counter.till.card(old.card)
    assert counter.till.cards() == [dead, new]
    for order in ([dead, new], [new, dead]):
        assert newest(order) == new
    assert counter.audit().findings == []


def test_a_card_in_place_of_one_that_is_over_has_its_types_days(counter: Counter) -> None:
    old = give(counter, expires=date(2026, 11, 24))
    counter.next_day()
    assert act(counter, "replace", old.card).expires == date(2027, 11, 24)


def test_an_edited_card_is_not_replaced_by_what_it_says(counter: Counter) -> None:
    """Its record would make an edited last day true."""
    old = give(counter)
    edit(counter, "UPDATE card SET expires = '2099-12-31'")
    with pytest.raises(CardRowError):
        act(counter, "replace", old.card)


def test_a_blocked_card_may_be_replaced_and_a_dead_one_may_not(counter: Counter) -> None:
    card = give(counter)
    act(counter, "block", card.card)
    new = act(counter, "replace", card.card)
    assert new.state is CardState.ACTIVE
    with pytest.raises(CardStateError):
        counter.till.replace(card.card, Tap("desk", LI), ref=uuid4(), at=counter.tick())
    give(counter, LI, "李国强")
    with pytest.raises(ReadingTakenError):
        counter.till.replace(new.card, Tap("desk", LI), ref=uuid4(), at=counter.tick())
    assert counter.till.card(new.card).state is CardState.ACTIVE


def test_a_chip_that_got_new_keys_replaces_its_own_card(counter: Counter) -> None:
    """Otherwise its holder would have to become somebody else, and could eat twice."""
    fill(counter, 1000)
    old = give(counter)
    with_type(counter, level="ev2")
    assert refused(counter).rule is Rule.LEVEL
    tap = Tap("desk", WANG, Level.EV2, key_version=3)
    new = counter.till.replace(old.card, tap, ref=uuid4(), at=counter.tick(), reason="写入密钥")
    assert (new.level, new.key_version, new.holder) == (Level.EV2, 3, old.holder)
    assert tapped(counter, level=Level.EV2, key_version=3).card == new.card
    assert counter.audit().findings == []


def test_the_chip_of_an_ended_card_may_be_somebody_elses_but_not_the_day_it_was_served(
    counter: Counter,
) -> None:
    """Else one chip would have two breakfasts of one morning."""
    fill(counter, 1000)
    old = give(counter)
    other = give(counter, LI, "李国强")
    done = served(counter)
    act(counter, "expire", old.card)
    with pytest.raises(ChipServedError) as refusal:
        give(counter, WANG, "张三")
    bilingual(refusal.value, old.card)
    with pytest.raises(ChipServedError):
        counter.till.replace(other.card, TAP, ref=uuid4(), at=counter.tick())
    counter.void(done.number)
    new = give(counter, WANG, "张三")
    assert new.holder != old.holder
    assert tapped(counter).holder == new.holder
    act(counter, "expire", new.card)
    counter.next_day()
    assert give(counter, WANG, "赵六").holder != new.holder
    assert counter.audit().findings == []


STATES = ("active", "blocked", "replaced", "expired", "forgotten")
ALLOWED = {
    "block": {"active"},
    "unblock": {"blocked"},
    "expire": {"active", "blocked"},
    "replace": {"active", "blocked"},
}
WAYS: dict[str, Callable[[Counter, BreakfastCard], object]] = {
    "active": lambda _counter, card: card,
    "blocked": lambda counter, card: act(counter, "block", card.card),
    "expired": lambda counter, card: act(counter, "expire", card.card),
    "replaced": lambda counter, card: counter.till.replace(
        card.card, Tap("desk", LI), ref=uuid4(), at=counter.tick()
    ),
    "forgotten": lambda counter, card: counter.till.forget(
        card.holder, ref=uuid4(), at=counter.tick()
    ),
}


@pytest.mark.parametrize("name", ALLOWED)
@pytest.mark.parametrize("state", STATES)
def test_each_change_is_for_its_states_and_a_retry_changes_nothing(
    counter: Counter, name: str, state: str
) -> None:
    card = give(counter)
    WAYS[state](counter, card)
    assert counter.till.card(card.card).state == state
    ref = uuid4()
    if state not in ALLOWED[name]:
        with pytest.raises(CardStateError) as refusal:
            act(counter, name, card.card, ref=ref)
        bilingual(refusal.value, card.card)
        assert counter.till.card(card.card).state == state
    else:
        done = act(counter, name, card.card, ref=ref)
        count = len(records(counter))
        assert act(counter, name, card.card, ref=ref) == done
        with pytest.raises((RefConflictError, NoSuchCardError)):
            act(counter, name, "ct_0", ref=ref)
        assert len(records(counter)) == count
    assert counter.audit().findings == []


@pytest.mark.parametrize("name", ALLOWED)
def test_a_card_that_is_not_there_is_named(counter: Counter, name: str) -> None:
    with pytest.raises(NoSuchCardError) as refusal:
        act(counter, name, "ct_nobody")
    bilingual(refusal.value, "ct_nobody")
    with pytest.raises(NoSuchHolderError):
        counter.till.forget("ht_nobody", ref=uuid4(), at=counter.tick())
    with pytest.raises(NoSuchHolderError):
        counter.till.show_holder("ht_nobody", ref=uuid4(), at=counter.tick())
    assert docs_of(counter, "holder_shown") == []


@pytest.mark.parametrize(
    "reason",
    [
        "王秀英的卡丢了",
        "王 秀 英 丢失",
        "打 13800001234 找她",
        "电话１３８０００01234",
        "138-0000-1234",
    ],
)
@pytest.mark.parametrize("name", ALLOWED)
def test_a_reason_names_nobody(counter: Counter, name: str, reason: str) -> None:
    card = give(counter)
    if name == "unblock":
        act(counter, "block", card.card)
    with pytest.raises(NameInTextError) as refusal:
        act(counter, name, card.card, reason=reason)
    bilingual(refusal.value)
    with pytest.raises(TextError):
        act(counter, name, card.card, reason="丢\u202e失")
    assert act(counter, name, card.card, reason="丢失，本人报告").card


def test_a_holder_without_name_and_telephone_is_in_every_reason_and_refuses_none(
    counter: Counter,
) -> None:
    card = counter.till.issue(Holder(""), TAP, type_id="worker", ref=uuid4(), at=counter.tick())
    assert act(counter, "block", card.card).state is CardState.BLOCKED
    assert counter.till.masked_names() == {card.holder: "*"}


@pytest.mark.parametrize("name", ["䶮", "𬀩", "e\u0301", "古力娜扎·拜合提亚尔", "O'Brien; DROP"])
def test_every_name_comes_back_as_it_was_given(counter: Counter, name: str) -> None:
    holder = Holder(name, "环卫所", "139", b"\x89PNG" * 9)
    card = counter.till.issue(holder, TAP, type_id="worker", ref=uuid4(), at=counter.tick())
    assert counter.till.show_holder(card.holder, ref=uuid4(), at=counter.tick()) == holder
    assert docs_of(counter, "holder_shown") == [{"holder": card.holder}]


def test_cards_are_the_supervisors_business_and_the_record_says_whose_word_it_was(
    desk: Counter,
) -> None:
    till = as_boss(desk)
    card = give(desk)
    till.sign_in(Pin("s02", ANNA), at=desk.tick())
    acts: list[Callable[..., object]] = [
        lambda **more: till.issue(
            Holder("李国强"), Tap("desk", LI), type_id="worker", ref=uuid4(), at=desk.tick(), **more
        ),
        lambda **more: act(desk, "block", card.card, **more),
        lambda **more: act(desk, "unblock", card.card, **more),
        lambda **more: act(desk, "replace", card.card, **more),
        lambda **more: act(desk, "expire", till.cards()[-1].card, **more),
        lambda **more: till.show_holder(card.holder, ref=uuid4(), at=desk.tick(), **more),
        lambda **more: till.forget(card.holder, ref=uuid4(), at=desk.tick(), **more),
    ]
    for each in acts:
        before = len(records(desk))
        with pytest.raises(ApprovalNeededError) as refusal:
            each()
        assert refusal.value.right is Right.CARDS
        assert len(records(desk)) == before
        each(approved=Approved(Right.CARDS, "s01"))
        last = records(desk)[-1]
        assert (last["by"], last["doc"]["approved_by"]) == ("s02", "s01")
    assert till.cards(), "what is masked needs no right"


def test_a_rebuilt_database_knows_chips_and_holders(counter: Counter, tmp_path: Path) -> None:
    fill(counter, 1000)
    give(counter)
    served(counter)
    counter.database.close()
    out = tmp_path / "rebuilt.db"
    home = counter.home.path
    assert main(["--home", str(home), "ledger", "rebuild", "--out", str(out)]) == 0
    for file in home.glob("kiosk.db*"):
        file.unlink()
    out.rename(home / "kiosk.db")
    fresh = opened(home)
    fresh.now = counter.now + timedelta(days=1)
    assert tapped(fresh).name == "王*"
    assert served(fresh).new
    assert fresh.audit().findings == []
    fresh.database.close()
