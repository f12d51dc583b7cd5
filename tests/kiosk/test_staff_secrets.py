"""What the books hold of the staff, what somebody with a shell can do, and the key file."""

from __future__ import annotations

import json
import os
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

from config.rights import Right, Role
from kiosk.sale.people import Card, Pin, locked_for, longest_lock
from kiosk.sale.people_errors import (
    CardFormatError,
    LockedOutError,
    ManagerGoneError,
    ManagerThereError,
    NewPinNeededError,
    NoManagerError,
    StaffError,
    StaffKeyError,
    StaffNumberError,
    TamperedSecretError,
    UnknownStaffError,
    WrongPinError,
)
from kiosk.till import secrets
from kiosk.till.secrets import KEY_FILE, read_key
from kiosk.till.store import open_database
from kiosk.till.till import Till
from tests.kiosk.conftest import MORNING, Counter, bilingual, opened
from tests.kiosk.people_desk import ANNA, BOSS, UID, add, as_boss, docs, edit, records

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from config.errors import Refusal


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


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM staff WHERE staff = 's01'",
        "UPDATE staff SET role = 'cashier' WHERE staff = 's01'",
        "UPDATE staff SET active = 0 WHERE staff = 's01'",
    ],
)
def test_whoever_takes_the_manager_out_of_the_table_is_not_the_next(
    counter: Counter, statement: str
) -> None:
    """A new s01 in the place of a deleted one would be what the books say, and nobody the wiser."""
    counter.till.make_first_manager(BOSS, at=counter.tick())
    edit(counter, statement)
    assert counter.till.first_manager_needed()
    with pytest.raises(ManagerGoneError) as refused:
        counter.till.make_first_manager("864209", at=counter.tick())
    bilingual(refused.value, "kiosk ledger verify", "kiosk ledger rebuild")
    assert len(docs(counter, "staff_changed")) == 1


def test_a_new_pin_puts_a_swapped_hash_right(desk: Counter) -> None:
    edit(desk, "UPDATE staff_secret SET pin = NULL WHERE staff = 's02'")
    as_boss(desk).reset_pin("s02", "7391", ref=uuid4(), at=desk.tick())
    assert desk.till.tampered_staff() == ()
    desk.till.sign_in(Pin("s02", "7391"), at=desk.tick())


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


def _folder(key: Path) -> None:
    key.unlink()
    key.mkdir()


def _pipe(key: Path) -> None:
    key.unlink()
    os.mkfifo(key)


@pytest.mark.parametrize("harm", [Path.unlink, _damage, _empty, _link, _folder, _pipe])
def test_a_lost_or_damaged_key_is_said_and_never_replaced_by_another(
    desk: Counter, harm: Callable[[Path], None]
) -> None:
    key = desk.home.path / KEY_FILE
    harm(key)
    before = key.read_bytes() if key.is_file() else None
    for _ in range(4):
        with pytest.raises(StaffKeyError) as refused:
            desk.till.sign_in(Pin("s02", ANNA), at=desk.tick())
        bilingual(refused.value, KEY_FILE)
    assert (key.read_bytes() if key.is_file() else None) == before
    assert docs(desk, "login_failed") == [], "nobody is locked out for it"


def test_bytes_that_are_no_text_are_a_wrong_pin(desk: Counter) -> None:
    with pytest.raises(WrongPinError):
        desk.till.sign_in(Pin("s02", "\udcff\udcfe"), at=desk.tick())


@pytest.mark.parametrize("until", ["tomorrow", "", "2099-01-01T00:00:00"])
def test_a_lock_that_somebody_wrote_by_hand_is_none_and_stops_nobody(
    desk: Counter, until: str
) -> None:
    with pytest.raises(WrongPinError):
        desk.till.sign_in(Pin("s02", "739164"), at=desk.tick())
    edit(desk, "UPDATE staff_secret SET locked_until = ? WHERE staff = 's02'", until)
    assert desk.till.sign_in(Pin("s02", ANNA), at=desk.tick()).id == "s02"


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
        ManagerGoneError(),
        ManagerThereError(),
        NewPinNeededError(Role.MANAGER),
        CardFormatError(),
        StaffNumberError("x"),
        UnknownStaffError(None),
        StaffKeyError(tmp_path, "坏", "bad"),
    ]
    for refusal in refusals:
        bilingual(refusal, *([str(tmp_path)] if isinstance(refusal, StaffKeyError) else []))
