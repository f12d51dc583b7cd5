"""What the operator decided comes into the books by key, as plain JSON."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import fields, replace
from datetime import date, time
from typing import TYPE_CHECKING, Any

import pytest

from config.breakfast import BreakfastChange
from config.cards import CardReader
from config.catalogue import Catalogue, load_catalogue
from config.settings import load_settings
from kiosk.till.policy import changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Settings

BOOK = "JB-HQHG-01.1"
SETTINGS = load_settings()
CATALOGUE = load_catalogue()


@pytest.fixture
def cursor() -> Iterator[sqlite3.Cursor]:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE policy (book, key, value, PRIMARY KEY (book, key))")
    yield database.cursor()
    database.close()


def changed(
    cursor: sqlite3.Cursor, settings: Settings = SETTINGS, catalogue: Catalogue = CATALOGUE
) -> dict[str, Any]:
    """Record what changed, and give it by key."""
    found = changes(cursor, BOOK, settings, catalogue)
    for each in found:
        cursor.execute("DELETE FROM policy WHERE book = ? AND key = ?", (BOOK, each["key"]))
        if each["new"] is not None:
            cursor.execute("INSERT INTO policy VALUES (?,?,?)", (BOOK, each["key"], each["new"]))
    return {each["key"]: each["new"] and json.loads(each["new"]) for each in found}


def test_every_setting_of_the_cashiers_day_is_recorded(cursor: sqlite3.Cursor) -> None:
    found = changed(cursor)
    assert found["roles.auditor"] == ["history", "x_report"]
    assert found["shift.denominations_fen"] == [10000, 5000, 2000, 1000, 500, 100, 50, 10]
    assert found["guards.idle_lock_s"] == 300
    assert found["rounding.steps_fen"] == [10, 50, 100]
    assert (found["scanner.card"], found["screen.theme"]) == ("", "dark")
    assert found["tiers.outdoor.name_zh"] == "户外劳动者"
    assert found["cash_moves.water.account"] == "560108"
    assert found["reasons.no_sale"] == ["换零钱", "清点"]
    assert (found["keys.sell.help"], found["keys.sell.total"]) == ("f1", "=")
    assert found["quick_keys"] == []


def test_every_figure_that_a_price_comes_from_is_recorded(cursor: sqlite3.Cursor) -> None:
    soy = replace(CATALOGUE.products[0], cost_fen=80)
    found = changed(cursor, catalogue=replace(CATALOGUE, products=(soy, *CATALOGUE.products[1:])))
    assert (found["price.C002"], found["price.C002.outdoor"]) == (2000, 1500)
    assert found["price.C002.certified"] == 1000
    assert found["cost.F001"] == 80
    assert (found["option.size.large"], found["option.spicy.hot"]) == (200, 0)
    assert found["combo.C001"] == [["F001", 1], ["F002", 1]]
    assert found["open_price.F021"] is True


def test_every_rule_of_a_breakfast_and_its_cards_is_recorded(cursor: sqlite3.Cursor) -> None:
    found = changed(cursor)
    assert (found["fund.custody"], found["accounts.custody"]) == ("A", "101203")
    assert (found["breakfast.cap_fen"], found["breakfast.window_to"]) == (1000, "09:30:00")
    assert found["breakfast.service_day_from"] == "00:00:00"
    assert (found["breakfast.hold_s"], found["breakfast.hand_outs"]) == (300, 5)
    assert found["breakfast.hand_out_reasons"] == ["卡丢失", "新来的工人", "卡读不出"]
    assert found["breakfast.least_shown"] == 5
    assert {key: value for key, value in found.items() if key.startswith("card_types.")} == {
        "card_types.worker.id": "worker",
        "card_types.worker.name_zh": "环卫工早餐卡",
        "card_types.worker.name_en": "Sanitation worker",
        "card_types.worker.level": "uid",
        "card_types.worker.breakfast": True,
        "card_types.worker.valid_days": 365,
    }
    assert (found["breakfast.changes"], found["readers"]) == ([], [])


def dated(*rows: BreakfastChange) -> Settings:
    return replace(SETTINGS, breakfast=replace(SETTINGS.breakfast, changes=rows))


def test_a_dated_rule_stands_under_its_day_and_what_it_leaves_out_is_null(
    cursor: sqlite3.Cursor,
) -> None:
    changed(cursor)
    dear = BreakfastChange(date(2027, 1, 1), cap_fen=1200)
    assert {each["key"]: each["new"] for each in changes(cursor, BOOK, dated(dear), CATALOGUE)} == {
        "breakfast.changes": None,
        "breakfast.changes.2027-01-01.cap_fen": "1200",
        "breakfast.changes.2027-01-01.from_day": '"2027-01-01"',
        "breakfast.changes.2027-01-01.window_from": "null",
        "breakfast.changes.2027-01-01.window_to": "null",
    }


def test_a_dated_rule_keeps_its_key_whatever_other_rules_come_and_go(
    cursor: sqlite3.Cursor,
) -> None:
    dear = BreakfastChange(date(2027, 1, 1), cap_fen=1200)
    early = BreakfastChange(date(2026, 5, 1), window_from=time(6), window_to=time(9))
    changed(cursor, dated(dear))
    assert changed(cursor, dated(early, dear)) == {
        "breakfast.changes.2026-05-01.cap_fen": None,
        "breakfast.changes.2026-05-01.from_day": "2026-05-01",
        "breakfast.changes.2026-05-01.window_from": "06:00:00",
        "breakfast.changes.2026-05-01.window_to": "09:00:00",
    }
    assert changed(cursor, dated(dear, early)) == {}
    dearer = replace(dear, cap_fen=None, window_to=time(9))
    found = changes(cursor, BOOK, dated(dearer, early), CATALOGUE)
    assert [(each["key"], each["old"], each["new"]) for each in found] == [
        ("breakfast.changes.2027-01-01.cap_fen", "1200", "null"),
        ("breakfast.changes.2027-01-01.window_to", "null", '"09:00:00"'),
    ]
    gone = changes(cursor, BOOK, dated(early), CATALOGUE)
    assert [each["new"] for each in gone] == [None] * 4
    assert {each["key"].rpartition(".")[0] for each in gone} == {"breakfast.changes.2027-01-01"}


def test_card_types_and_readers_stand_under_their_ids(cursor: sqlite3.Cursor) -> None:
    changed(cursor)
    desk = CardReader("desk", "wedge", format="10D")
    door = CardReader("door", "pcsc", proof="sun")
    found = changed(cursor, replace(SETTINGS, readers=(desk, door)))
    assert set(found) == {"readers"} | {
        f"readers.{each}.{field.name}" for each in ("desk", "door") for field in fields(CardReader)
    }
    assert found["readers"] is None
    assert (found["readers.desk.format"], found["readers.door.proof"]) == ("10D", "sun")
    assert found["readers.door.again_ms"] == 2000
    worker = replace(SETTINGS.card_types[0], level="ev2")
    other = replace(worker, id="helper")
    assert changed(cursor, replace(SETTINGS, readers=(door, desk), card_types=(other, worker))) == {
        "card_types.helper.breakfast": True,
        "card_types.helper.id": "helper",
        "card_types.helper.level": "ev2",
        "card_types.helper.name_en": "Sanitation worker",
        "card_types.helper.name_zh": "环卫工早餐卡",
        "card_types.helper.valid_days": 365,
        "card_types.worker.level": "ev2",
    }


def test_only_what_changed_is_said_again(cursor: sqlite3.Cursor) -> None:
    changed(cursor)
    assert changed(cursor) == {}
    keys = tuple((each, "f14" if each == "sell.park" else key) for each, key in SETTINGS.keys)
    moved = replace(SETTINGS, keys=keys, quick_keys=(("f13", "F001"),), tiers=SETTINGS.tiers[:1])
    assert changed(cursor, moved) == {
        "keys.sell.park": "f14",
        "quick_keys": None,
        "quick_keys.f13": "F001",
        "tiers.certified.id": None,
        "tiers.certified.name_en": None,
        "tiers.certified.name_zh": None,
    }
    meal = replace(CATALOGUE.products[42], tiers=(("outdoor", 1400),))
    products = (*CATALOGUE.products[:42], meal, *CATALOGUE.products[43:])
    assert changed(cursor, moved, replace(CATALOGUE, products=products)) == {
        "price.C002.outdoor": 1400,
        "price.C002.certified": None,
    }
