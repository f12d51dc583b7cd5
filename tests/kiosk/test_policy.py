"""What the operator decided comes into the books by key, as plain JSON."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

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
