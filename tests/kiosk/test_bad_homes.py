"""Homes that cannot be used: each is one clear sentence, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from config.errors import ConfigError
from kiosk.till.home import HomeError, HomeInUseError, open_home, writing
from kiosk.till.store import (
    readable_books,
)
from ledger.errors import StorageError
from tests.kiosk.conftest import Counter, bilingual, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_a_new_home_is_made_without_a_question(tmp_path: Path) -> None:
    home = open_home(tmp_path / "a" / "new" / "home")
    assert len(home.catalogue) == 44
    assert home.settings.book == "JB-HQHG-01.1"
    assert {p.name for p in home.path.iterdir()} == {"kiosk.toml", "catalogue.toml"}
    assert home.path.stat().st_mode & 0o777 == 0o700
    again = open_home(home.path)
    assert again.settings == home.settings


def test_the_operators_own_files_are_never_overwritten(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    (home.path / "kiosk.toml").write_text("[fund]\nset_aside_fen = 20\n", "utf-8")
    assert open_home(home.path).settings.fund.set_aside_fen == 20


def test_a_mistyped_key_stops_the_start_and_names_file_and_key(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    (home.path / "kiosk.toml").write_text("[fund]\nset_aside_fn = 20\n", "utf-8")
    with pytest.raises(ConfigError) as refusal:
        open_home(home.path)
    bilingual(refusal.value, "kiosk.toml", "set_aside_fn", "set_aside_fen")


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    with pytest.raises(HomeError) as refusal:
        open_home(tmp_path / "home")
    bilingual(refusal.value, str(tmp_path / "home"), "--home")


def test_a_home_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_home(tmp_path / "home")
    monkeypatch.setattr(os, "geteuid", lambda: 64_123)
    with pytest.raises(HomeError) as refusal:
        open_home(tmp_path / "home")
    bilingual(refusal.value, str(tmp_path / "home"))
    assert "another user" in refusal.value.en


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Path]:
    """A real disk of a few megabytes; skipped where the system lets nobody mount."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs an administrator")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def sell_until_full(counter: Counter) -> int:
    """Sell until the disk refuses, clearly; give how many sales were announced."""
    for sold in range(20_000):
        try:
            counter.sell("F001", "F002", "F003", "D001", "D002")
        except StorageError as refusal:
            bilingual(refusal, "kiosk.db", "full")
            return sold
    pytest.fail("the disk never filled")


def test_a_full_disk_refuses_the_sale_and_keeps_every_earlier_one(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=4m") as disk:
        counter = opened(disk / "home")
        sold = sell_until_full(counter)
        assert sold > 30
        audit = counter.audit()
        assert (audit.findings, audit.records) == ([], sold + 1)
        counter.database.close()
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        counter.sell("F001")  # the same till goes on once there is room
        assert counter.audit().records == sold + 2
        counter.database.close()


def test_a_full_database_refuses_the_sale_and_goes_on_when_there_is_room(
    counter: Counter,
) -> None:
    """SQLite's own limit gives the same error as a full disk, on any machine."""
    counter.sell("F001")
    counter.database.close()
    pages: list[int] = [40]

    @event.listens_for(counter.database._engine, "connect")
    def limit(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
        connection.execute(f"PRAGMA max_page_count = {pages[0]}")

    sold = 1 + sell_until_full(counter)
    pages[0] = 4000
    counter.sell("F001")
    audit = counter.audit()
    assert (audit.findings, audit.records) == ([], sold + 2)


def test_a_read_only_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=4m") as disk:
        counter = opened(disk / "home")
        counter.sell("F001")
        counter.database.close()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(HomeError) as refusal, writing(disk / "home"):
            pass
        bilingual(refusal.value, str(disk / "home"), "--home")
        with pytest.raises(HomeError):
            open_home(disk / "new")
        # The books can still be read and proved where nobody can write.
        assert readable_books(disk / "home") == counter.home.database
        audit = counter.audit()
        assert (audit.findings, audit.records) == ([], 2)


def test_a_second_till_is_refused_while_the_books_can_be_read(counter: Counter, root: Path) -> None:
    counter.sell("F001")
    with writing(counter.home.path):
        with pytest.raises(HomeInUseError) as refusal, writing(counter.home.path):
            pass
        bilingual(refusal.value, str(os.getpid()), "kiosk ledger")
        command = [sys.executable, "-m", "kiosk.cli", "--home", str(counter.home.path)]
        read = subprocess.run(
            [*command, "ledger", "fund", "--json"],
            capture_output=True,
            text=True,
            cwd=root,
            check=True,
        )
        assert '"balance_fen": 10' in read.stdout or '"balance_fen":10' in read.stdout
        second = subprocess.run(
            command, capture_output=True, text=True, cwd=root, check=False, timeout=30
        )
        assert second.returncode == 1
        assert "另一个收银程序" in second.stderr
        assert "another till" in second.stderr
    with writing(counter.home.path):
        pass  # and it is free again


def test_a_lock_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home").path
    precious = tmp_path / "precious"
    precious.write_text("keep")
    (home / "till.lock").symlink_to(precious)
    with pytest.raises(HomeError), writing(home):
        pass
    assert precious.read_text() == "keep"


def test_a_number_or_a_disk_that_is_too_much_is_a_sentence(counter: Counter, root: Path) -> None:
    command = [sys.executable, "-m", "kiosk.cli", "--home", str(counter.home.path)]
    much = subprocess.run(
        [*command, "receipt", "99999999999999999999"],
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
    )
    assert much.returncode == 2
    assert "号码" in much.stderr
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, as a shell opens it
        said = subprocess.run(
            [*command, "ledger", "balance"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=root,
            check=False,
        )
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    assert "No space left" in said.stderr


def test_a_till_without_a_terminal_ends_at_once_and_frees_the_home(
    tmp_path: Path, root: Path
) -> None:
    home = tmp_path / "home"
    said = subprocess.run(
        [sys.executable, "-m", "kiosk.cli", "--home", str(home)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
        timeout=60,
    )
    assert said.returncode == 1
    assert "没有终端" in said.stderr
    assert "no terminal" in said.stderr
    with writing(home):
        pass
