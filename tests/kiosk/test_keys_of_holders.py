"""Whose keys a till strikes out: those of whom a record says so, whatever the tables say."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from threading import Thread
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kiosk.sale.card_errors import VaultError
from kiosk.sale.cards import Holder
from kiosk.till import vault as vault_file
from kiosk.till.cards import Wanted
from kiosk.till.vault import HOLDERS_FILE, Vault
from tests.kiosk.card_desk import LI, WANG, give, reopened
from tests.kiosk.people_desk import edit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.conftest import Counter


def keyed(folder: Path) -> list[str]:
    """Whose keys the home has, in their order."""
    return [line.split()[0] for line in (folder / HOLDERS_FILE).read_text().splitlines()]


@pytest.mark.parametrize("hand", ["DELETE FROM card WHERE card = ?", "{forgotten} WHERE card = ?"])
def test_an_edited_row_of_a_card_costs_no_key(counter: Counter, hand: str) -> None:
    """Only a record that says so forgets somebody."""
    wang, li = give(counter), give(counter, LI, "李国强")
    edit(counter, hand.format(forgotten="UPDATE card SET state = 'forgotten'"), wang.card)
    reopened(counter)
    assert set(keyed(counter.home.path)) == {wang.holder, li.holder}


def test_a_record_of_forgetting_that_was_edited_costs_no_key(counter: Counter) -> None:
    """Its hash does not fit what it says."""
    wang, li = give(counter), give(counter, LI, "李国强")
    counter.till.forget(li.holder, ref=uuid4(), at=counter.tick())
    with closing(sqlite3.connect(counter.home.database)) as connection:
        for name in triggers(connection):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE record SET body = replace(body, ?, ?) WHERE kind = 'holder_forgotten'",
            (li.holder, wang.holder),
        )
        connection.execute("UPDATE card SET state = 'forgotten'")
        connection.commit()
    reopened(counter)
    assert keyed(counter.home.path) == [wang.holder]


def triggers(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    return [name for (name,) in found]


def test_a_key_added_while_another_is_struck_out_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both rewrite one file: the second waits for the first."""
    here, there = Vault(tmp_path, make=True), Vault(tmp_path, make=False)
    here.add(["ht_1", "ht_2"])
    adding = Thread(target=there.add, args=(["ht_3"],))
    overwrite = vault_file._overwrite

    def slowly(path: Path, text: str) -> None:
        adding.start()
        adding.join(0.05)
        overwrite(path, text)

    monkeypatch.setattr(vault_file, "_overwrite", slowly)
    here.drop(["ht_1"])
    adding.join()
    assert set(keyed(tmp_path)) == {"ht_2", "ht_3"}


def test_a_traceback_names_neither_chip_nor_holder() -> None:
    said = repr(Wanted(Holder("王秀英"), WANG, "worker", uuid4()))
    assert "Holder" not in said
    assert "uid" not in said


def test_a_card_is_blocked_without_keys_where_there_is_no_reason_to_read(counter: Counter) -> None:
    """A reason could name the holder, and nobody can tell while the keys are lost."""
    card = give(counter)
    (counter.home.path / HOLDERS_FILE).unlink()
    till = reopened(counter)
    with pytest.raises(VaultError):
        till.block(card.card, reason="丢失", ref=uuid4(), at=counter.tick())
    assert till.block(card.card, reason="", ref=uuid4(), at=counter.tick()).state == "blocked"
