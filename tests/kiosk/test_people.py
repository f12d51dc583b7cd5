"""The staff: PINs, cards, lock-outs, approval in place, and what of it the books may hold."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import Refusal, TextError
from config.rights import Right, Role
from kiosk.errors import ApprovalNeededError
from kiosk.sale.approval import Approved
from kiosk.sale.people import Card, Pin, good_pin, known_id, locked_for, longest_lock, next_id
from kiosk.sale.people_errors import (
    CardFormatError,
    CardTakenError,
    DisabledStaffError,
    LastManagerError,
    LockedOutError,
    ManagerThereError,
    NewPinNeededError,
    NoManagerError,
    NotAllowedError,
    StaffError,
    StaffKeyError,
    StaffNumberError,
    StaffTakenError,
    TamperedSecretError,
    UnknownStaffError,
    WeakPinError,
    WrongPinError,
)
from kiosk.till import secrets
from kiosk.till.secrets import KEY_FILE, read_key
from kiosk.till.store import open_database
from kiosk.till.till import Till
from ledger.errors import RefConflictError
from tests.kiosk.conftest import MORNING, Counter, bilingual, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import Any

    from kiosk.sale.people import Member

BOSS, ANNA = "135790", "4826"
UID = "04:a2:2f:91"


@pytest.fixture
def desk(counter: Counter) -> Iterator[Counter]:
    """A guarded till with manager s01 and cashier s02; nobody is signed in."""
    counter.till = Till(counter.database, counter.home.settings, guarded=True)
    counter.till.make_first_manager(BOSS, at=counter.tick())
    counter.till.sign_in(Pin("1", BOSS), at=counter.tick())
    add(counter, "安娜", Role.CASHIER, ANNA)
    counter.till.lock(at=counter.tick())
    yield counter
    assert counter.audit().clean


def add(counter: Counter, name: str, role: Role, pin: str) -> Member:
    return counter.till.add_staff(name, role, pin, ref=uuid4(), at=counter.tick())


def as_boss(counter: Counter) -> Till:
    counter.till.sign_in(Pin("s01", BOSS), at=counter.tick())
    return counter.till


def records(counter: Counter, *kinds: str) -> list[dict[str, Any]]:
    """The bodies of all records of these kinds, of all where none is named."""
    with counter.database.transaction() as cursor:
        rows = cursor.execute("SELECT body FROM record ORDER BY book, seq").fetchall()
    bodies = [json.loads(body) for (body,) in rows]
    return [body for body in bodies if not kinds or body["kind"] in kinds]


def docs(counter: Counter, kind: str) -> list[dict[str, Any]]:
    return [body["doc"] for body in records(counter, kind)]


def edit(counter: Counter, statement: str, *values: object) -> None:
    """What somebody with the sqlite3 shell does."""
    with closing(sqlite3.connect(counter.home.database)) as connection:
        assert connection.execute(statement, values).rowcount == 1
        connection.commit()


# PINs and numbers


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


# Adding and changing


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
    ref = uuid4()
    for _ in range(2):
        assert not till.disable_staff("s03", ref=ref, at=desk.tick()).active
    with pytest.raises(RefConflictError):
        till.disable_staff("s02", ref=ref, at=desk.tick())
    assert [doc["change"] for doc in docs(desk, "staff_changed")] == [
        *("added", "added", "added", "disabled")
    ]


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


# Signing in


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


# Cards


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


# Approval in place


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


# What the books hold


def test_no_pin_no_name_and_no_card_number_is_in_any_record_or_file_beside_the_secrets(
    desk: Counter,
) -> None:
    till = as_boss(desk)
    till.set_card("s02", UID, ref=uuid4(), at=desk.tick())
    wrong = ["739164", "594837", "826491", "04A22F92"]
    for who in (Pin("安娜", wrong[0]), Pin(ANNA, wrong[1]), Pin("s02", wrong[2]), Card(wrong[3])):
        with pytest.raises(StaffError) as refused:
            till.approve(Right.VOID, "void", who, at=desk.tick())
        assert not any(each in str(refused.value) for each in [*wrong, "安娜", ANNA])
        assert not any(each in repr(who) for each in wrong)
    text = "\n".join(json.dumps(body, ensure_ascii=False) for body in records(desk))
    plain = [BOSS, ANNA, *wrong, "安娜", "站长", "04A22F91", UID, UID.upper()]
    outside = [
        json.dumps(body["doc"], ensure_ascii=False)
        for body in records(desk, "login_failed", "approval_refused", "session_locked")
    ]
    assert not any(f'"{each}"' in text for each in plain)
    assert not any(each in line for line in outside for each in plain)
    with closing(sqlite3.connect(desk.home.database)) as connection:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'staff_secret'"
        for (table,) in connection.execute(tables).fetchall():
            for row in connection.execute(f"SELECT * FROM {table}"):
                assert not {str(cell) for cell in row} & set(plain), table


def test_a_hash_is_of_no_use_without_the_key_file(desk: Counter) -> None:
    """Whoever copies the database alone could try all PINs of four digits in minutes."""
    with desk.database.transaction() as cursor:
        (hashed,) = cursor.execute("SELECT pin FROM staff_secret WHERE staff = 's02'").fetchone()
    key = read_key(desk.home.path / KEY_FILE, make=False)
    assert hashed.startswith("$argon2id$")
    assert key.fits("s02", ANNA, hashed)
    assert not key.fits("s01", ANNA, hashed), "nor of use to another member"
    assert not secrets.StaffKey(b"\0" * 32).fits("s02", ANNA, hashed)
    for guess in (ANNA, f"s02:{ANNA}"):
        with pytest.raises(Exception, match="match"):
            PasswordHasher().verify(hashed, guess)


def test_a_swapped_hash_is_noticed_and_says_whom_to_ask(desk: Counter) -> None:
    """The cashier puts the hash of a PIN that she knows in the manager's place."""
    key = read_key(desk.home.path / KEY_FILE, make=False)
    forged = key.hash_pin("s01", "246803")
    edit(desk, "UPDATE staff_secret SET pin = ? WHERE staff = 's01'", forged)
    for pin in ("246803", BOSS):
        with pytest.raises(TamperedSecretError) as refused:
            desk.till.sign_in(Pin("s01", pin), at=desk.tick())
        bilingual(refused.value, "s01", "kiosk ledger verify")
    assert desk.till.tampered_staff() == ("s01",)
    assert docs(desk, "login_failed")[-1]["why"] == "tampered"
    assert desk.audit().clean, "the books themselves are in order"


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("UPDATE staff SET role = 'manager' WHERE staff = 's02'", Pin("s02", ANNA)),
        ("UPDATE staff SET active = 1 WHERE staff = 's03'", Pin("s03", "7391")),
        ("UPDATE staff SET card = (SELECT card FROM staff WHERE staff = 's01') WHERE staff = 's02'",
         Pin("s02", ANNA)),
        ("UPDATE staff SET seq = 1 WHERE staff = 's02'", Pin("s02", ANNA)),
        ("DELETE FROM staff_secret WHERE staff = 's02'", Pin("s02", ANNA)),
    ],
)  # fmt: skip
def test_an_edited_row_lets_nobody_in_and_never_becomes_the_books_own(
    counter: Counter, statement: str, shown: Pin
) -> None:
    desk, till = counter, counter.till
    till.make_first_manager(BOSS, at=desk.tick())
    add(desk, "安娜", Role.CASHIER, ANNA)
    add(desk, "丙", Role.CASHIER, "7391")
    till.set_card("s01", UID, ref=uuid4(), at=desk.tick())
    till.disable_staff("s03", ref=uuid4(), at=desk.tick())
    edit(desk, statement)
    with pytest.raises(TamperedSecretError):
        till.sign_in(shown, at=desk.tick())
    assert till.tampered_staff() == (shown.staff,)
    if "staff_secret" not in statement:
        with pytest.raises(TamperedSecretError):
            till.set_card(shown.staff, "11223344", ref=uuid4(), at=desk.tick())
        assert not desk.audit().clean


def test_a_new_pin_puts_a_swapped_hash_right(desk: Counter) -> None:
    edit(desk, "UPDATE staff_secret SET pin = NULL WHERE staff = 's02'")
    as_boss(desk).reset_pin("s02", "7391", ref=uuid4(), at=desk.tick())
    assert desk.till.tampered_staff() == ()
    desk.till.sign_in(Pin("s02", "7391"), at=desk.tick())


# The key file


def test_the_key_file_is_the_owners_alone_and_refused_where_others_can_read_it(
    desk: Counter,
) -> None:
    key = desk.home.path / KEY_FILE
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    with pytest.raises(StaffKeyError) as refused:
        desk.till.sign_in(Pin("s02", ANNA), at=desk.tick())
    bilingual(refused.value, "chmod 600", KEY_FILE)
    key.chmod(0o600)
    desk.till.sign_in(Pin("s02", ANNA), at=desk.tick())


def _link(key: Path) -> None:
    key.rename(key.with_name("elsewhere"))
    key.symlink_to("elsewhere")


def _damage(key: Path) -> None:
    key.write_text("zz")


def _empty(key: Path) -> None:
    key.write_bytes(b"")


@pytest.mark.parametrize("harm", [Path.unlink, _damage, _empty, _link])
def test_a_lost_or_damaged_key_is_said_and_never_replaced_by_another(
    desk: Counter, harm: Callable[[Path], None]
) -> None:
    key = desk.home.path / KEY_FILE
    harm(key)
    before = key.read_bytes() if key.exists() else None
    for _ in range(4):
        with pytest.raises(StaffKeyError) as refused:
            desk.till.sign_in(Pin("s02", ANNA), at=desk.tick())
        bilingual(refused.value, KEY_FILE)
    assert (key.read_bytes() if key.exists() else None) == before
    assert docs(desk, "login_failed") == [], "nobody is locked out for it"


def test_a_new_book_begins_without_staff_and_keeps_the_key(desk: Counter) -> None:
    """The way back where the last manager has forgotten the PIN: loud, and in the books."""
    key = (desk.home.path / KEY_FILE).read_bytes()
    shop = replace(desk.home.settings.shop, epoch=2)
    till = Till(desk.database, replace(desk.home.settings, shop=shop), guarded=True)
    assert till.first_manager_needed()
    assert till.make_first_manager("739164", at=desk.tick()).id == "s01"
    till.sign_in(Pin("s01", "739164"), at=desk.tick())
    desk.till.sign_in(Pin("s01", BOSS), at=desk.tick())
    assert (desk.home.path / KEY_FILE).read_bytes() == key


def test_the_real_hash_is_argon2id_with_the_parameters_of_the_papers(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = PasswordHasher(
        time_cost=secrets.TIME_COST, memory_cost=secrets.MEMORY_KIB, parallelism=secrets.LANES
    )
    monkeypatch.setattr(secrets, "hasher", lambda: real)
    hashed = read_key(tmp_path / KEY_FILE, make=True).hash_pin("s01", BOSS)
    assert hashed.startswith("$argon2id$v=19$m=47104,t=2,p=1$")
    paper = (root / "docs" / "adr" / "0005-staff-and-pins.md").read_text("utf-8")
    assert "m=47104,t=2,p=1" in paper


# Whatever is tried, whenever


@given(
    tries=st.integers(0, 10**18),
    pin_tries=st.integers(1, 20),
    lockout_s=st.integers(1, 86_400),
)
def test_no_lock_out_is_longer_than_the_longest(
    counter_guards: Any,  # noqa: ANN401
    tries: int,
    pin_tries: int,
    lockout_s: int,
) -> None:
    guards = replace(counter_guards, pin_tries=pin_tries, lockout_s=lockout_s)
    seconds = locked_for(tries, guards)
    assert 0 <= seconds <= longest_lock(guards)
    assert (seconds > 0) == (tries > 0 and tries % pin_tries == 0)


@pytest.fixture(scope="module")
def counter_guards() -> Any:  # noqa: ANN401
    from config.settings import load_settings  # noqa: PLC0415

    return load_settings().guards


def seconds_locked(till: Till, at: datetime) -> int:
    """How long the manager has to wait with the right PIN: 0 where it lets in at once."""
    try:
        till.sign_in(Pin("s01", BOSS), at=at)
    except LockedOutError as locked:
        return locked.seconds
    return 0


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["right", "wrong", "stranger", "approve", "restart"]),
        st.sampled_from([0, 1, 59, 60, 61, 899, 900, 86_400, -1, -61, -3600, -(10**8), 10**8]),
    ),
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_is_tried_and_however_the_clock_runs_no_wrong_pin_opens_and_no_lock_is_for_ever(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk = opened(tmp_path_factory.mktemp("tries") / "home")
    desk.till.make_first_manager(BOSS, at=MORNING)
    till, now = desk.till, MORNING
    till.guarded = True
    try:
        for step, seconds in steps:
            now += timedelta(seconds=seconds)
            if step == "restart":
                desk.database.close()
                desk.database = open_database(desk.home)
                till = Till(desk.database, desk.home.settings, guarded=True)
            elif step == "right":
                wait = seconds_locked(till, now)
                assert 0 <= wait <= 900
                till.sign_in(Pin("s01", BOSS), at=now + timedelta(seconds=wait))
                assert till.role is Role.MANAGER
                till.lock(at=now)
            else:
                who = Pin("s07" if step == "stranger" else "s01", "864209")
                act = partial(till.approve, Right.VOID, "void")
                with pytest.raises((WrongPinError, LockedOutError)):
                    (act if step == "approve" else till.sign_in)(who, at=now)
                assert till.role is None
    finally:
        desk.database.close()


def test_every_refusal_is_said_in_both_languages(tmp_path: Path) -> None:
    refusals: list[Refusal] = [
        NoManagerError(),
        ManagerThereError(),
        NewPinNeededError(Role.MANAGER),
        CardFormatError(),
        StaffNumberError("x"),
        UnknownStaffError(None),
        StaffKeyError(tmp_path, "坏", "bad"),
    ]
    for refusal in refusals:
        bilingual(refusal, *([str(tmp_path)] if isinstance(refusal, StaffKeyError) else []))
