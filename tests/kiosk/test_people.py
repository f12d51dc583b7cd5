"""The staff: which PINs will do, and how people are added, changed and disabled."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from config.errors import TextError
from config.rights import Right, Role
from kiosk.errors import ApprovalNeededError
from kiosk.sale.people import Pin, good_pin, known_id, next_id
from kiosk.sale.people_errors import (
    LastManagerError,
    ManagerThereError,
    NewPinNeededError,
    NoManagerError,
    StaffNumberError,
    StaffTakenError,
    UnknownStaffError,
    WeakPinError,
)
from kiosk.till.till import Till
from ledger.errors import RefConflictError
from tests.kiosk.conftest import Counter, bilingual
from tests.kiosk.people_desk import ANNA, BOSS, UID, add, as_boss, docs, records

COMMON = (
    "111111 123456 654321 012345 987654 890123 121212 123123 112233 12341234 000007 131452 5201314"
    " 147258 13579 1357924680 abcdef 13579x -13579 1e4567 १३५७९०"
)


@pytest.mark.parametrize("pin", [*COMMON.split(), "135 79", ""])
def test_a_pin_that_anyone_would_guess_is_refused(pin: str) -> None:
    with pytest.raises(WeakPinError) as refused:
        good_pin(pin, Role.MANAGER, "s07")
    bilingual(refused.value)
    assert not pin.strip() or pin not in str(refused.value)


def test_a_manager_has_six_digits_where_others_have_four() -> None:
    assert good_pin("4826", Role.CASHIER, "s02") == "4826"
    assert good_pin("48261937", Role.MANAGER, "s01") == "48261937"
    with pytest.raises(WeakPinError) as refused:
        good_pin("48261", Role.MANAGER, "s01")
    bilingual(refused.value, "6", "8")
    with pytest.raises(WeakPinError):
        good_pin("482", Role.SUPERVISOR, "s01")


def test_full_width_digits_of_an_input_method_are_digits() -> None:
    assert good_pin("４８２６", Role.CASHIER, "s02") == "4826"


def test_ten_thousand_pins_leave_plenty_to_choose_from() -> None:
    def will_do(pin: str) -> bool:
        try:
            return bool(good_pin(pin, Role.CASHIER, "s02"))
        except WeakPinError:
            return False

    assert sum(will_do(f"{pin:04}") for pin in range(10_000)) > 9_000


def test_a_staff_number_is_understood_as_it_is_typed_on_a_number_pad() -> None:
    for typed in ("2", "02", "s2", "S02", " s02 ", "００２"):
        assert known_id(typed) == "s02"
    for typed in ("", "s", "0", "s0", "x2", "2x", "12345", "135790", "s-1", "2\n3"):
        assert known_id(typed) is None


def test_the_next_number_is_after_the_highest_that_anybody_had() -> None:
    assert next_id([]) == "s01"
    assert next_id(["s01", "s09"]) == "s10"
    assert next_id(["s99", "s02"]) == "s100"


def test_the_first_manager_needs_nobody_and_there_is_only_one_first(counter: Counter) -> None:
    till = Till(counter.database, counter.home.settings, guarded=True)
    assert till.first_manager_needed()
    with pytest.raises(NoManagerError):
        till.add_staff("甲", Role.MANAGER, BOSS, ref=uuid4(), at=counter.tick())
    with pytest.raises(WeakPinError):
        till.make_first_manager("1357", at=counter.tick())
    assert till.staff() == ()
    boss = till.make_first_manager(BOSS, at=counter.tick())
    assert (boss.id, boss.role, boss.active, boss.has_pin) == ("s01", Role.MANAGER, True, True)
    assert not till.first_manager_needed()
    with pytest.raises(ManagerThereError):
        till.make_first_manager("246803", at=counter.tick())
    assert till.role is None


@pytest.mark.parametrize(("lang", "name"), [("zh_CN", "站长"), ("en", "Manager")])
def test_the_first_manager_is_called_one_in_the_language_of_the_settings(
    counter: Counter, lang: str, name: str
) -> None:
    till = Till(counter.database, replace(counter.home.settings, language=lang))
    assert till.make_first_manager(BOSS, at=counter.tick()).name == name


def test_a_cashier_adds_nobody_unless_a_manager_approves(desk: Counter) -> None:
    till = desk.till
    till.sign_in(Pin("s02", ANNA), at=desk.tick())
    with pytest.raises(ApprovalNeededError):
        add(desk, "乙", Role.CASHIER, "7391")
    approved = till.approve(Right.STAFF, "staff", Pin("s01", BOSS), at=desk.tick())
    third = till.add_staff(
        "乙", Role.CASHIER, "7391", ref=uuid4(), at=desk.tick(), approved=approved
    )
    assert third.id == "s03"
    last = records(desk, "staff_changed")[-1]
    assert (last["by"], last["doc"]["approved_by"], last["doc"]["staff"]) == ("s02", "s01", "s03")


def test_numbers_are_given_once_for_ever(desk: Counter) -> None:
    till = as_boss(desk)
    kept = till.add_staff("丙", Role.CASHIER, "7391", ref=uuid4(), at=desk.tick(), staff_id="9")
    assert kept.id == "s09"
    till.disable_staff("s09", ref=uuid4(), at=desk.tick())
    with pytest.raises(StaffTakenError) as refused:
        till.add_staff("丁", Role.CASHIER, "7391", ref=uuid4(), at=desk.tick(), staff_id="s09")
    bilingual(refused.value, "s09", "s10")
    assert add(desk, "丁", Role.CASHIER, "7391").id == "s10"


def test_the_same_request_again_changes_nothing_and_another_one_under_its_ref_is_an_alarm(
    desk: Counter,
) -> None:
    till, ref = as_boss(desk), uuid4()
    for _ in range(2):
        member = till.add_staff("丙", Role.CASHIER, "7391", ref=ref, at=desk.tick())
        assert member.id == "s03"
    assert len(till.staff()) == 3
    with pytest.raises(RefConflictError):
        till.disable_staff("s03", ref=ref, at=desk.tick())
    with pytest.raises(RefConflictError):
        till.add_staff("丙", Role.SUPERVISOR, "7391", ref=ref, at=desk.tick())
    ref = uuid4()
    for _ in range(2):
        assert not till.disable_staff("s03", ref=ref, at=desk.tick()).active
    with pytest.raises(RefConflictError):
        till.disable_staff("s02", ref=ref, at=desk.tick())
    assert [doc["change"] for doc in docs(desk, "staff_changed")] == [
        *("added", "added", "added", "disabled")
    ]


def test_another_role_or_card_under_a_ref_that_was_used_is_an_alarm_and_no_answer(
    desk: Counter,
) -> None:
    till, role, card = as_boss(desk), uuid4(), uuid4()
    for _ in range(2):
        changed = till.change_role("s02", Role.SUPERVISOR, ref=role, at=desk.tick())
        assert changed.role is Role.SUPERVISOR
        assert till.set_card("s02", UID, ref=card, at=desk.tick()).has_card
    with pytest.raises(RefConflictError):
        till.change_role("s02", Role.AUDITOR, ref=role, at=desk.tick())
    with pytest.raises(RefConflictError):
        till.set_card("s02", None, ref=card, at=desk.tick())


def test_the_last_active_manager_can_neither_be_disabled_nor_demoted(desk: Counter) -> None:
    till = as_boss(desk)
    with pytest.raises(LastManagerError):
        till.disable_staff("s01", ref=uuid4(), at=desk.tick())
    with pytest.raises(LastManagerError) as refused:
        till.change_role("s01", Role.CASHIER, ref=uuid4(), at=desk.tick())
    bilingual(refused.value, "s01")
    with pytest.raises(NewPinNeededError):
        till.change_role("s02", Role.MANAGER, ref=uuid4(), at=desk.tick())
    with pytest.raises(WeakPinError):
        till.change_role("s02", Role.MANAGER, ref=uuid4(), at=desk.tick(), pin="4826")
    till.change_role("s02", Role.MANAGER, ref=uuid4(), at=desk.tick(), pin="482619")
    till.change_role("s01", Role.AUDITOR, ref=uuid4(), at=desk.tick())
    assert till.role is Role.AUDITOR, "whoever is signed in has their new rights at once"
    with pytest.raises(ApprovalNeededError):
        till.disable_staff("s02", ref=uuid4(), at=desk.tick())
    till.sign_in(Pin("2", "482619"), at=desk.tick())
    with pytest.raises(LastManagerError):
        till.disable_staff("s02", ref=uuid4(), at=desk.tick())


def test_whoever_disables_themselves_is_signed_out(desk: Counter) -> None:
    till = as_boss(desk)
    add(desk, "丙", Role.MANAGER, "739164")
    till.disable_staff("s01", ref=uuid4(), at=desk.tick())
    assert (till.by, till.role) == ("cashier", None)


@pytest.mark.parametrize("name", ["", " ", "甲\n乙", "a\u200bb", "\x1b[31m", "长" * 40])
def test_a_name_that_cannot_be_shown_is_refused(desk: Counter, name: str) -> None:
    as_boss(desk)
    with pytest.raises(TextError):
        add(desk, name, Role.CASHIER, "7391")


def test_nobody_is_found_by_a_number_that_is_none_or_nobodys(desk: Counter) -> None:
    till = as_boss(desk)
    with pytest.raises(StaffNumberError):
        till.disable_staff("安娜", ref=uuid4(), at=desk.tick())
    with pytest.raises(UnknownStaffError) as refused:
        till.disable_staff("s07", ref=uuid4(), at=desk.tick())
    bilingual(refused.value, "s07")
