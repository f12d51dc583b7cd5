"""ADR 1 holds: its examples are canonical, and its script recomputes a book that the till wrote."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
import rfc8785

from kiosk.sale.basket import Basket, Line
from kiosk.sale.cards import Tap
from kiosk.sale.tenders import Offer
from kiosk.till.home import open_home
from kiosk.till.store import open_database
from kiosk.till.till import Till
from ledger.chain import canonical
from ledger.money import from_fen
from ledger.proof import _BODY_KEYS
from tests.kiosk.card_desk import NEW, WANG, fill, give, handed_out, refused, served
from tests.kiosk.conftest import MORNING, opened
from tests.kiosk.people_desk import records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.kiosk.conftest import Counter


@pytest.fixture(scope="module")
def adr(root: Path) -> str:
    return (root / "docs" / "adr" / "0001-record-body.md").read_text("utf-8")


def _examples(adr: str) -> list[tuple[str, str]]:
    shape = re.compile(r"^\*\*`(\w+)`\*\*[^`]*.*?^```json\n(.+?)\n```", re.MULTILINE | re.DOTALL)
    return shape.findall(adr)


def test_every_kind_has_an_example_in_canonical_form(adr: str) -> None:
    examples = _examples(adr)
    assert len(examples) >= 35
    for kind, text in examples:
        value = json.loads(text)
        assert value["kind"] == kind
        assert set(value) == _BODY_KEYS
        assert rfc8785.dumps(value) == text.encode() == canonical(value).encode()
        sides = {"C": 0, "D": 0}
        for posting in value["postings"]:
            sides[posting["side"]] += posting["amount_fen"]
        assert sides["C"] == sides["D"]
        UUID(value["ref"])


def test_the_script_of_the_adr_recomputes_a_book_and_sees_one_changed_digit(
    adr: str, root: Path, tmp_path: Path
) -> None:
    home = open_home(tmp_path / "home")
    database = open_database(home)
    till = Till(database, home.settings)
    till.open(home.catalogue, at=MORNING)
    for fen in (200, 300, 0):
        basket = Basket().add(Line("F001", '豆浆 "大"\\', from_fen(fen)))
        done = till.sell(basket, [Offer("cash", from_fen(fen))], at=MORNING)
    database.close()
    script = tmp_path / "recompute.py"
    script.write_text(re.search(r"```python\n(.+?)```", adr, re.DOTALL)[1], "utf-8")  # type: ignore[index]
    command = [sys.executable, str(script), str(home.database)]
    said = subprocess.run(command, capture_output=True, text=True, cwd=root, check=True).stdout
    assert json.loads(said) == {till.book: [4, done.record.hash.hex()]}

    raw = home.database.read_bytes()
    assert raw.count(b'"amount_fen":300,"catering"') == 1
    home.database.write_bytes(
        raw.replace(b'"amount_fen":300,"catering"', b'"amount_fen":301,"catering"')
    )
    broken = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert broken.returncode != 0
    assert "wrong hash" in broken.stderr


SOMETIMES = {"approved_by", "counter", "slip"}
"""Fields of a document that stand only where they apply."""


def _fields(doc: Any, path: str = "") -> set[str]:  # noqa: ANN401 - any JSON value
    if isinstance(doc, dict):
        deeper = (_fields(value, f"{path}.{name}") for name, value in doc.items())
        return {f"{path}.{name}" for name in doc if name not in SOMETIMES}.union(*deeper)
    if isinstance(doc, list):
        return set().union(*(_fields(value, f"{path}[]") for value in doc))
    return set()


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Counter]:
    counter = opened(tmp_path / "home")
    yield counter
    counter.database.close()


def test_cards_and_breakfasts_are_written_as_the_examples_say(adr: str, morning: Counter) -> None:
    till = morning.till
    fill(morning, 5000)
    card = give(morning)
    number = served(morning, "F018", "F004", cash_fen=500).number
    refused(morning)
    morning.void(number)
    handed_out(morning)
    for act in ("block", "unblock"):
        getattr(till, act)(card.card, reason="查", ref=uuid4(), at=morning.tick())
    new = till.replace(card.card, Tap("desk", NEW), ref=uuid4(), at=morning.tick())
    till.expire(new.card, reason="离职", ref=uuid4(), at=morning.tick())
    till.show_holder(card.holder, ref=uuid4(), at=morning.tick())
    till.forget(card.holder, ref=uuid4(), at=morning.tick())
    examples = {kind: json.loads(text) for kind, text in _examples(adr)}
    same = {"card_unblocked": "card_blocked", "card_expired": "card_blocked"}
    others = {"settings", "allowance_received"}
    written = [each for each in records(morning) if each["kind"] not in others]
    assert {each["kind"] for each in written} == {
        *(kind for kind in examples if kind.startswith(("card_", "holder_", "redemption"))),
        *("hand_out", *same),
    }
    for each in written:
        example = examples[same.get(each["kind"], each["kind"])]
        assert _fields(each["doc"]) == _fields(example["doc"]), each["kind"]
        assert set(each["fund"]) == set(example["fund"]), each["kind"]


def test_the_two_custody_patterns_are_those_of_the_examples(adr: str, morning: Counter) -> None:
    fill(morning, 5000)
    examples = [json.loads(text) for kind, text in _examples(adr) if kind == "redemption"]
    settings = morning.till.settings
    for example, custody, uid in zip(examples, "AB", (WANG, NEW), strict=True):
        morning.till.settings = replace(settings, fund=replace(settings.fund, custody=custody))
        give(morning, uid)
        done = served(morning, "F018", "F004", uid=uid, cash_fen=500)
        for field in ("lines", "tenders", "total_fen", "set_aside_fen"):
            assert done.record.doc[field] == example["doc"][field]
        assert list(done.record.postings) == example["postings"]
        assert done.record.fund == example["fund"]
