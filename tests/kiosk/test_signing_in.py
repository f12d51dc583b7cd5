"""Signing in with a PIN or a card, lock-outs, and approval in place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from config.rights import Right, Role
from kiosk.sale.approval import Approved
from kiosk.sale.people import Card, Pin
from kiosk.sale.people_errors import (
    CardFormatError,
    CardTakenError,
    DisabledStaffError,
    LockedOutError,
    NotAllowedError,
    StaffError,
    UnknownStaffError,
    WrongPinError,
)
from kiosk.till import secrets
from tests.kiosk.conftest import Counter, bilingual, opened
from tests.kiosk.people_desk import ANNA, BOSS, UID, add, as_boss, docs, records

if TYPE_CHECKING:
    from typing import Any


def test_a_right_pin_lets_in_and_every_record_says_who(desk: Counter) -> None:
    member = desk.till.sign_in(Pin("2", ANNA), at=desk.tick())
    assert (member.id, member.name, member.role) == ("s02", "安娜", Role.CASHIER)
    assert (desk.till.by, desk.till.role) == ("s02", Role.CASHIER)
    desk.till.lock(at=desk.tick())
    desk.till.lock(at=desk.tick())
    assert (desk.till.by, desk.till.role) == ("cashier", None)
    said = [(each["by"], each["doc"]) for each in records(desk, "session_locked")[-2:]]
    assert said == [("s02", {"on": 0}), ("s02", {"on": 1})]


def test_wrong_pins_are_counted_recorded_and_lock_out_until_the_time_has_passed(
    desk: Counter,
) -> None:
    for left in (2, 1):
        with pytest.raises(WrongPinError) as wrong:
            desk.till.sign_in(Pin("s02", "9999"), at=desk.tick())
        assert wrong.value.left == left
        bilingual(wrong.value, str(left))
    with pytest.raises(LockedOutError) as locked:
        desk.till.sign_in(Pin("s02", "9999"), at=desk.tick())
    assert locked.value.until == desk.now + timedelta(seconds=60)
    with pytest.raises(LockedOutError) as locked:
        desk.till.sign_in(Pin("s02", ANNA), at=desk.tick())
    bilingual(locked.value, "40")
    assert [
        (d["staff"], d["tries"], d["locked"], d["why"]) for d in docs(desk, "login_failed")
    ] == [*(("s02", 1, 0, "pin"), ("s02", 2, 0, "pin"), ("s02", 3, 1, "pin"))]
    assert desk.till.role is None
    desk.now += timedelta(seconds=40)
    desk.till.sign_in(Pin("s02", ANNA), at=desk.now)


def test_a_lock_out_survives_a_restart_and_ends_there_too(desk: Counter) -> None:
    for _ in range(3):
        with pytest.raises(StaffError):
            desk.till.sign_in(Pin("s02", "9999"), at=desk.tick())
    desk.database.close()
    again = opened(desk.home.path)
    with pytest.raises(LockedOutError):
        again.till.sign_in(Pin("s02", ANNA), at=desk.tick())
    desk.now += timedelta(seconds=60)
    again.till.sign_in(Pin("s02", ANNA), at=desk.now)
    again.database.close()


def test_lock_outs_double_up_to_a_quarter_of_an_hour_and_a_right_pin_ends_it(
    desk: Counter,
) -> None:
    waits = []
    for _ in range(6):
        for _ in range(3):
            with pytest.raises(StaffError) as refused:
                desk.till.sign_in(Pin("s02", "9999"), at=desk.now)
        assert isinstance(refused.value, LockedOutError)
        waits.append((refused.value.until - desk.now).total_seconds())
        desk.now = refused.value.until
    assert waits == [60, 120, 240, 480, 900, 900]
    desk.till.sign_in(Pin("s02", ANNA), at=desk.now)
    with pytest.raises(WrongPinError) as wrong:
        desk.till.sign_in(Pin("s02", "9999"), at=desk.now)
    assert wrong.value.left == 2


def test_one_who_is_locked_out_locks_out_nobody_else(desk: Counter) -> None:
    for _ in range(3):
        with pytest.raises(StaffError):
            desk.till.sign_in(Pin("s02", "9999"), at=desk.now)
    desk.till.sign_in(Pin("s01", BOSS), at=desk.now)


def test_a_new_pin_ends_a_lock_out(desk: Counter) -> None:
    for _ in range(3):
        with pytest.raises(StaffError):
            desk.till.sign_in(Pin("s02", "9999"), at=desk.now)
    as_boss(desk).reset_pin("s02", "7391", ref=uuid4(), at=desk.now)
    with pytest.raises(WrongPinError):
        desk.till.sign_in(Pin("s02", ANNA), at=desk.now)
    desk.till.sign_in(Pin("s02", "7391"), at=desk.now)


@pytest.mark.parametrize("typed", ["s77", "77", "", "安娜", "999999", ANNA])
def test_a_number_that_nobody_has_is_answered_like_a_wrong_pin(desk: Counter, typed: str) -> None:
    with pytest.raises(WrongPinError) as stranger:
        desk.till.sign_in(Pin(typed, "9999"), at=desk.tick())
    with pytest.raises(WrongPinError) as known:
        desk.till.sign_in(Pin("s02", "9999"), at=desk.tick())
    assert str(stranger.value) == str(known.value)
    assert docs(desk, "login_failed")[0]["staff"] is None
    for _ in range(2):
        with pytest.raises(StaffError) as refused:
            desk.till.sign_in(Pin("s66", "9999"), at=desk.now)
    assert isinstance(refused.value, LockedOutError), "strangers are counted together"
    desk.till.sign_in(Pin("s02", ANNA), at=desk.now)


def test_a_number_that_nobody_has_costs_a_hash_like_any_other(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Counting(PasswordHasher):
        work = 0

        def hash(self, *given: Any, **named: Any) -> str:  # noqa: ANN401
            self.work += 1
            return super().hash(*given, **named)

        def verify(self, *given: Any) -> Any:  # noqa: ANN401
            self.work += 1
            return super().verify(*given)

    counting = Counting(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(secrets, "hasher", lambda: counting)
    for staff in ("s02", "s77", "no number"):
        counting.work = 0
        with pytest.raises(WrongPinError):
            desk.till.sign_in(Pin(staff, "9999"), at=desk.tick())
        assert counting.work == 1


def test_a_disabled_member_can_neither_sign_in_nor_approve_nor_tap(desk: Counter) -> None:
    till = as_boss(desk)
    add(desk, "丙", Role.SUPERVISOR, "7391")
    till.set_card("s03", UID, ref=uuid4(), at=desk.tick())
    till.disable_staff("s03", ref=uuid4(), at=desk.tick())
    with pytest.raises(DisabledStaffError) as refused:
        till.sign_in(Pin("s03", "7391"), at=desk.tick())
    bilingual(refused.value, "s03")
    with pytest.raises(WrongPinError):
        till.sign_in(Pin("s03", "1793"), at=desk.tick())
    with pytest.raises(UnknownStaffError):
        till.sign_in(Card(UID), at=desk.tick())
    with pytest.raises(DisabledStaffError):
        till.approve(Right.VOID, "void", Pin("s03", "7391"), at=desk.tick())
    with pytest.raises(DisabledStaffError):
        till.reset_pin("s03", "9137", ref=uuid4(), at=desk.tick())
    assert [doc["why"] for doc in docs(desk, "login_failed")] == [
        *("disabled", "pin", "card", "disabled")
    ]
    till.enable_staff("s03", ref=uuid4(), at=desk.tick())
    assert till.sign_in(Pin("s03", "7391"), at=desk.tick()).id == "s03"


def test_a_hash_of_other_parameters_is_renewed_by_a_right_pin_and_the_books_follow(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = docs(desk, "staff_changed")[-1]["secret"]
    slower = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(secrets, "hasher", lambda: slower)
    with pytest.raises(WrongPinError):
        desk.till.sign_in(Pin("s02", "9999"), at=desk.tick())
    assert docs(desk, "staff_changed")[-1]["secret"] == before
    for _ in range(2):
        desk.till.sign_in(Pin("s02", ANNA), at=desk.tick())
    last = records(desk, "staff_changed")[-1]
    assert (last["by"], last["doc"]["change"], last["doc"]["staff"]) == ("s02", "rehashed", "s02")
    assert last["doc"]["secret"] != before
    assert [doc["change"] for doc in docs(desk, "staff_changed")].count("rehashed") == 1


def test_a_card_lets_in_however_its_reader_writes_the_number(desk: Counter) -> None:
    member = as_boss(desk).set_card("s02", UID, ref=uuid4(), at=desk.tick())
    assert member.has_card
    for uid in (UID, "04A22F91", "04-a2-2f-91", " 04a2 2f91 "):
        assert desk.till.sign_in(Card(uid), at=desk.tick()).id == "s02"
    as_boss(desk).set_card("s02", None, ref=uuid4(), at=desk.tick())
    with pytest.raises(UnknownStaffError) as refused:
        desk.till.sign_in(Card(UID), at=desk.tick())
    bilingual(refused.value)


def test_a_card_is_one_persons_until_it_is_taken_away(desk: Counter) -> None:
    till = as_boss(desk)
    till.set_card("s02", UID, ref=uuid4(), at=desk.tick())
    with pytest.raises(CardTakenError) as refused:
        till.set_card("s01", UID, ref=uuid4(), at=desk.tick())
    bilingual(refused.value, "s02")
    assert till.set_card("s02", UID, ref=uuid4(), at=desk.tick()).has_card
    till.disable_staff("s02", ref=uuid4(), at=desk.tick())
    assert till.set_card("s01", UID, ref=uuid4(), at=desk.tick()).has_card


@pytest.mark.parametrize("uid", ["", "12", "豆浆", "1" * 41, "04:zz;91"])
def test_what_is_no_card_number_is_not_registered_and_lets_nobody_in(
    desk: Counter, uid: str
) -> None:
    till = as_boss(desk)
    with pytest.raises(CardFormatError):
        till.set_card("s02", uid, ref=uuid4(), at=desk.tick())
    with pytest.raises(UnknownStaffError):
        till.sign_in(Card(uid), at=desk.tick())


def test_guessing_cards_is_held_up_while_registered_ones_go_on(desk: Counter) -> None:
    as_boss(desk).set_card("s02", UID, ref=uuid4(), at=desk.tick())
    for _ in range(2):
        with pytest.raises(UnknownStaffError):
            desk.till.sign_in(Card("11223344"), at=desk.now)
    for _ in range(2):
        with pytest.raises(LockedOutError):
            desk.till.sign_in(Card("11223355"), at=desk.now)
    assert len(docs(desk, "login_failed")) == 3
    desk.till.sign_in(Card(UID), at=desk.now)


def test_lock_outs_of_strangers_do_not_grow(desk: Counter) -> None:
    waits = []
    for _ in range(3):
        for card in ("11223344", "11223355", "11223366"):
            with pytest.raises(StaffError) as refused:
                desk.till.sign_in(Card(card), at=desk.now)
        assert isinstance(refused.value, LockedOutError)
        waits.append(refused.value.seconds)
        desk.now = refused.value.until
    assert waits == [60, 60, 60]


def test_a_clock_moved_to_end_a_lock_out_is_on_record_when_it_is_set_right(desk: Counter) -> None:
    for _ in range(3):
        with pytest.raises(StaffError):
            desk.till.sign_in(Pin("s02", "9999"), at=desk.tick())
    right = desk.now
    desk.till.sign_in(Pin("s02", ANNA), at=right + timedelta(minutes=20))
    desk.till.sign_in(Pin("s02", ANNA), at=right)
    assert [doc["seconds"] for doc in docs(desk, "clock_jumped")] == [-1200]


def test_the_demo_is_let_in_without_a_pin_as_somebody_who_is_there(desk: Counter) -> None:
    assert desk.till.let_in("s02", at=desk.tick()).id == "s02"
    assert records(desk, "session_locked")[-1]["by"] == "s02"
    with pytest.raises(UnknownStaffError):
        desk.till.let_in("s07", at=desk.tick())
    as_boss(desk).disable_staff("s02", ref=uuid4(), at=desk.tick())
    with pytest.raises(DisabledStaffError):
        desk.till.let_in("s02", at=desk.tick())
    assert desk.till.by == "s01"


def test_an_approval_names_who_gave_it_and_the_cashier_stays_signed_in(desk: Counter) -> None:
    desk.till.sign_in(Pin("s02", ANNA), at=desk.tick())
    before = len(records(desk))
    approved = desk.till.approve(Right.REFUND, "refund", Pin("1", BOSS), at=desk.tick())
    assert approved == Approved(Right.REFUND, "s01")
    assert (desk.till.by, desk.till.role) == ("s02", Role.CASHIER)
    assert len(records(desk)) == before, "the act's own record will name both"


def test_nobody_approves_what_they_may_not_do_themselves(desk: Counter) -> None:
    till = as_boss(desk)
    add(desk, "丙", Role.CASHIER, "7391")
    till.sign_in(Pin("s02", ANNA), at=desk.tick())
    for approver, pin in (("s02", ANNA), ("s03", "7391")):
        with pytest.raises(NotAllowedError) as refused:
            till.approve(Right.REFUND, "refund", Pin(approver, pin), at=desk.tick())
        bilingual(refused.value, approver)
    last = records(desk, "approval_refused")[-1]
    assert last["by"] == "s02"
    assert last["doc"] == {
        "act": "refund",
        "asked_by": "s02",
        "by_card": 0,
        "right": "refund",
        "staff": "s03",
        "why": "right",
    }


def test_a_wrong_approval_counts_as_a_wrong_pin_and_both_are_recorded(desk: Counter) -> None:
    desk.till.sign_in(Pin("s02", ANNA), at=desk.tick())
    for kind in (WrongPinError, WrongPinError, LockedOutError, LockedOutError):
        with pytest.raises(kind):
            desk.till.approve(Right.VOID, "void", Pin("s01", "999999"), at=desk.now)
    assert [doc["tries"] for doc in docs(desk, "login_failed")] == [1, 2, 3]
    assert [doc["why"] for doc in docs(desk, "approval_refused")] == [
        *("pin", "pin", "pin", "locked")
    ]
    with pytest.raises(UnknownStaffError):
        desk.till.approve(Right.VOID, "void", Card("11223344"), at=desk.now)
    last = docs(desk, "approval_refused")[-1]
    assert (last["by_card"], last["staff"], last["why"]) == (1, None, "card")
    assert desk.till.by == "s02"
