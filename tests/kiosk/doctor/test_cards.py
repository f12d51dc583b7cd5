"""The self-check holds chips, holders and keys against what the books say of cards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kiosk.doctor import Check, Level, full_check, quick_check
from kiosk.till.vault import HOLDERS_FILE, READINGS_FILE
from tests.kiosk.card_desk import LI, WANG, fill, give, reopened, served, tapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kiosk.conftest import Counter


def cards(counter: Counter) -> Check:
    """The finding on cards: the same at the start, and the same sentence in two languages."""
    found = {each.name: each for each in full_check(counter.home.path, now=counter.now)}["cards"]
    quick = quick_check(counter.home, counter.till, now=counter.now)
    assert found in quick
    for phrase in (found.said, *((found.do,) if found.do else ())):
        assert phrase.en.isascii() or str(counter.home.path) in phrase.en
        assert not phrase.zh.endswith("。")
        assert not phrase.en.endswith(".")
    assert (found.do is None) == (found.level is Level.GREEN) or "：" in found.said.zh
    return found


def test_a_kiosk_without_cards_needs_no_key(counter: Counter) -> None:
    assert cards(counter).level is Level.GREEN
    assert not (counter.home.path / HOLDERS_FILE).exists()


@pytest.fixture
def healthy(counter: Counter) -> Counter:
    """Wang, whose card is good, Li, whose card is blocked, and one who was forgotten."""
    fill(counter, 5000)
    give(counter)
    li = give(counter, LI, "李国强")
    gone = give(counter, bytes((4, 9)), "张三")
    counter.till.block(li.card, reason="丢失", ref=uuid4(), at=counter.tick())
    counter.till.forget(gone.holder, ref=uuid4(), at=counter.tick())
    served(counter)
    return counter


def test_cards_that_are_as_the_books_say_are_green(healthy: Counter) -> None:
    found = cards(healthy)
    assert found.level is Level.GREEN
    assert "1" in found.said.zh


def _sql(*statements: str) -> Callable[[Counter], None]:
    def act(counter: Counter) -> None:
        with closing(sqlite3.connect(counter.home.database)) as connection:
            for statement in statements:
                assert connection.execute(statement).rowcount
            connection.commit()

    return act


def _keep_lines(first: int, last: int) -> Callable[[Counter], None]:
    def act(counter: Counter) -> None:
        path = counter.home.path / HOLDERS_FILE
        path.write_text("".join(path.read_text().splitlines(keepends=True)[first:last]))

    return act


def _add_key(counter: Counter, holder: str) -> None:
    with (counter.home.path / HOLDERS_FILE).open("a") as file:
        file.write(f"{holder} {'0f' * 32}\n")


def _forgotten(counter: Counter) -> str:
    return next(each.holder for each in counter.till.cards() if each.state == "forgotten")


ILLS: dict[str, tuple[Callable[[Counter], object], str, Level]] = {
    "a chip of no card": (
        _sql("INSERT INTO card_reading VALUES ('JB-HQHG-01.1', 'ff', 'ct_none')"),
        "ct_none",
        Level.RED,
    ),
    "a card without a chip": (
        _sql("DELETE FROM card_reading WHERE card IN (SELECT card FROM card WHERE state='active')"),
        "kiosk cards replace",
        Level.RED,
    ),
    "holders without data": (_sql("DELETE FROM holder"), "不见了", Level.RED),
    "data of a stranger": (
        _sql("INSERT INTO holder VALUES ('JB-HQHG-01.1', 'ht_x', x'00', NULL)"),
        "ht_x",
        Level.RED,
    ),
    "data of one whose cards are gone from the table": (
        _sql(
            "DELETE FROM card WHERE state = 'blocked'",
            "DELETE FROM card_reading WHERE card NOT IN (SELECT card FROM card)",
        ),
        "kiosk ledger rebuild",
        Level.RED,
    ),
    "a dead card that was made good": (
        _sql("UPDATE card SET state = 'active' WHERE state = 'blocked'"),
        "kiosk ledger verify",
        Level.RED,
    ),
    "a card that was made to last": (
        _sql("UPDATE card SET expires = '2099-12-31' WHERE state = 'active'"),
        "kiosk ledger rebuild",
        Level.RED,
    ),
    "a last day that is none": (
        _sql("UPDATE card SET expires = 'soon' WHERE state = 'active'"),
        "kiosk ledger rebuild",
        Level.RED,
    ),
    "a holder who was made forgotten by hand": (
        _sql("UPDATE card SET state = 'forgotten' WHERE state = 'active'"),
        "kiosk ledger rebuild",
        Level.RED,
    ),
    "a holder without a key": (_keep_lines(1, 9), "holders.keys", Level.RED),
    "no keys at all": (_keep_lines(0, 0), "holders.keys", Level.RED),
    "a key of nobody": (lambda c: _add_key(c, "ht_nobody"), "ht_nobody", Level.YELLOW),
    "a key of one who was forgotten": (lambda c: _add_key(c, _forgotten(c)), "已注销", Level.RED),
    "holders' keys open to others": (
        lambda c: (c.home.path / HOLDERS_FILE).chmod(0o640),
        "chmod 600",
        Level.RED,
    ),
    "the readings' key open to others": (
        lambda c: (c.home.path / READINGS_FILE).chmod(0o604),
        "chmod 600",
        Level.RED,
    ),
    "no key of readings": (
        lambda c: (c.home.path / READINGS_FILE).unlink(),
        "readings.key",
        Level.RED,
    ),
    "a torn key of readings": (
        lambda c: (c.home.path / READINGS_FILE).write_text("00ff\n"),
        "readings.key",
        Level.RED,
    ),
}


@pytest.mark.parametrize("ill", ILLS)
def test_what_is_wrong_with_cards_is_said_with_what_to_do(healthy: Counter, ill: str) -> None:
    act, word, level = ILLS[ill]
    act(healthy)
    found = cards(healthy)
    assert found.level is level, found
    assert word in found.said.zh + (found.do.zh if found.do else "")


@pytest.mark.parametrize("whose", ["nobody", "forgotten"])
def test_the_next_start_strikes_out_what_belongs_to_nobody(healthy: Counter, whose: str) -> None:
    _add_key(healthy, "ht_nobody" if whose == "nobody" else _forgotten(healthy))
    assert cards(healthy).level is not Level.GREEN
    reopened(healthy)
    assert cards(healthy).level is Level.GREEN
    healthy.next_day()
    assert tapped(healthy, WANG).name == "王*"


def test_many_tokens_are_counted_and_not_listed(counter: Counter) -> None:
    for number in range(8):
        give(counter, bytes((4, number)), "工人")
    _sql("DELETE FROM card_reading")(counter)
    assert cards(counter).said.zh.endswith(" +3")
