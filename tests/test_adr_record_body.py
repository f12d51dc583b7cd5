"""ADR 1 holds: its examples are canonical, and its script recomputes a book that the till wrote."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import rfc8785

from kiosk.sale.basket import Basket, Line
from kiosk.sale.tenders import Offer
from kiosk.till.home import open_home
from kiosk.till.store import open_database
from kiosk.till.till import Till
from ledger.chain import canonical
from ledger.money import from_fen
from ledger.proof import _BODY_KEYS
from tests.kiosk.conftest import MORNING

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def adr(root: Path) -> str:
    return (root / "docs" / "adr" / "0001-record-body.md").read_text("utf-8")


def test_every_kind_has_an_example_in_canonical_form(adr: str) -> None:
    shape = re.compile(r"^\*\*`(\w+)`\*\*[^`]*.*?^```json\n(.+?)\n```", re.MULTILINE | re.DOTALL)
    examples = shape.findall(adr)
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
