"""Eight programs redeem on one database at once, below the one-writer lock: nobody is paid twice.

The fund suffices for exactly so many; every other answer is the one right refusal.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter as Tally
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kiosk.sale.cards import Holder
from kiosk.till.cards import Wanted
from tests.kiosk.card_desk import fill
from tests.kiosk.conftest import MORNING, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from tests.kiosk.conftest import Counter

RACERS, EACH, ROUNDS = 8, 3, 50
SOY_MILK = 200
CHIPS = [bytes((4, 0xAA, 0, 0, 0, 0, number)) for number in range(RACERS * EACH)]


class Racers:
    """Programs that are started once and race many times."""

    def __init__(self, home: Path, root: Path) -> None:
        command = [sys.executable, "-m", "tests.kiosk.racer", str(home)]
        pipe = subprocess.PIPE
        self.all = [
            subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root)
            for _ in range(RACERS)
        ]
        for each in self.all:
            assert self.heard(each) == "here\n"

    def race(self, at: datetime, cards: list[list[str]]) -> list[str]:
        """Let each racer tap its ``cards``, and all redeem at once; give what became of each."""
        for each, own in zip(self.all, cards, strict=True):
            self.tell(each, json.dumps({"at": at.isoformat(), "cards": own}))
        assert [self.heard(each) for each in self.all] == ["ready\n"] * RACERS
        for each in self.all:
            self.tell(each, "go")
        return [said for each in self.all for said in json.loads(self.heard(each))]

    def end(self) -> None:
        for each in self.all:
            each.communicate(timeout=60)
            assert each.returncode == 0

    @staticmethod
    def tell(racer: subprocess.Popen[str], line: str) -> None:
        assert racer.stdin is not None
        racer.stdin.write(line + "\n")
        racer.stdin.flush()

    @staticmethod
    def heard(racer: subprocess.Popen[str]) -> str:
        assert racer.stdout is not None
        return racer.stdout.readline()


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Counter]:
    counter = opened(tmp_path / "home")
    with counter.database.transaction() as cursor:
        connection = cursor.connection
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    wanted = [Wanted(Holder("工人"), uid, "worker", uuid4()) for uid in CHIPS]
    counter.till.issue_many(wanted, at=counter.tick())
    yield counter
    counter.database.close()
    audit = counter.audit()
    assert audit.findings == []


@pytest.fixture
def racers(kiosk: Counter, root: Path) -> Iterator[Racers]:
    started = Racers(kiosk.home.path, root)
    yield started
    started.end()


def day(number: int) -> datetime:
    return MORNING + timedelta(days=number)


def own(cards: list[bytes]) -> list[list[str]]:
    """Deal ``cards`` out to the racers."""
    return [[each.hex() for each in cards[place::RACERS]] for place in range(RACERS)]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_exactly_as_many_are_served_as_the_fund_suffices_for(
    kiosk: Counter, racers: Racers
) -> None:
    seed = random.randrange(2**32)  # noqa: S311
    chance = random.Random(seed)  # noqa: S311
    served = 0
    for number in range(ROUNDS):
        kiosk.now = day(number)
        suffices = chance.randrange(1, len(CHIPS))
        fill(kiosk, suffices * SOY_MILK)
        said = Tally(racers.race(day(number), own(CHIPS)))
        assert said == {"served": suffices, "fund_low": len(CHIPS) - suffices}, f"seed {seed}"
        assert kiosk.fund_fen() == 0
        served += suffices
    with kiosk.database.transaction() as cursor:
        found = cursor.execute("SELECT count(*), sum(fund_fen) FROM breakfast").fetchone()
        jobs = cursor.execute("SELECT count(*) FROM print_job").fetchone()
    assert found == (served, served * SOY_MILK)
    assert jobs == (served,)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_one_card_at_eight_tills_is_one_breakfast_and_hand_outs_keep_their_limit(
    kiosk: Counter, racers: Racers
) -> None:
    for number in range(ROUNDS // 2):
        kiosk.now = day(number)
        fill(kiosk, RACERS * 2 * SOY_MILK)
        said = Tally(racers.race(day(number), [[CHIPS[0].hex()]] * RACERS))
        assert said == {"served": 1, "used_today": RACERS - 1}
        said = Tally(racers.race(day(number), [[""]] * RACERS))
        assert said == {"served": 5, "used_up": RACERS - 5}
    with kiosk.database.transaction() as cursor:
        found = cursor.execute("SELECT kind, count(*) FROM breakfast GROUP BY kind").fetchall()
    assert found == [("hand_out", 5 * (ROUNDS // 2)), ("redemption", ROUNDS // 2)]
