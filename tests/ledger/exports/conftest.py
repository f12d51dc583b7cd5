"""A few days at two tills, and the auditors' own programs to read what was exported of them."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.chart import load_chart
from config.language import words
from kiosk.ledger_commands.kinds import kind_names
from kiosk.sale.basket import Basket, Line
from kiosk.sale.tenders import Offer
from kiosk.till.home import open_home
from kiosk.till.store import open_database
from kiosk.till.till import Till
from ledger import exports
from ledger.money import ZERO, from_fen
from ledger.reading import reading
from ledger.reports import trial_balance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ledger.db import Database

IN_CI = os.environ.get("CI", "").lower() == "true"
MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
BOOKS = ("JB-HQHG-01.1", "JB-HQHG-02.1")


@dataclass
class Days:
    """Three days of two books, one of which was rung with its clock set back."""

    home: Path
    database: Database
    tills: dict[str, Till]

    @property
    def path(self) -> Path:
        return self.database.path

    def export(
        self,
        format_: str,
        folder: Path,
        *,
        book: str | None = None,
        first_day: date | None = None,
        last_day: date | None = None,
    ) -> exports.Manifest:
        kinds = kind_names(words("zh_CN"))
        asked = exports.Asked(load_chart(), book, first_day, last_day, kinds)
        return exports.export(self.path, format_, folder, asked, program="kiosk test")

    def trial_balance(self, book: str | None = None) -> dict[str, int]:
        """Debits less credits in fen, by account; accounts at zero are left out."""
        with reading(self.path) as engine, engine.connect() as connection:
            rows = trial_balance(connection, book=book)
        return {row.account: row.balance_fen for row in rows if row.balance_fen}


def item(fen: int, qty_milli: int = 1000) -> Line:
    return Line("F001", "小面", from_fen(fen), qty_milli)


def ring(till: Till, at: datetime) -> None:
    """One of each: sale, split tender, void, refund in part and in whole, return, zero total."""

    def sell(line: Line, *offers: tuple[str, int]) -> int:
        paid = [Offer(tender, from_fen(fen)) for tender, fen in offers]
        return till.sell(Basket().add(line), paid, at=at).number

    sell(item(850), ("cash", 1000))
    sell(item(1999), ("cash", 1000), ("wechat", 999))
    till.void(sell(item(700), ("alipay", 700)), ref=uuid4(), at=at)
    part = sell(item(333, 3000), ("wechat", 999))
    till.refund(part, {1: 1000}, ref=uuid4(), at=at)
    till.refund(part, ref=uuid4(), at=at)
    till.take_back(Basket().add(item(250)), "cash", at=at)
    till.sell(Basket().add(Line("Z001", "赠品", ZERO)), [], at=at)


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    home = open_home(tmp_path / "home")
    database = open_database(home)
    tills = {book: Till(database, home.settings, book=book) for book in BOOKS}
    for shift, book in ((0, BOOKS[0]), (1, BOOKS[0]), (-2, BOOKS[0]), (0, BOOKS[1])):
        ring(tills[book], MORNING + timedelta(days=shift))
    yield Days(home.path, database, tills)
    database.close()


def program(name: str) -> str:
    """The auditors' program of that name: never one of ours, so not from the environment's own."""
    own = str(Path(sys.executable).parent)
    path = os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if p != own)
    found = shutil.which(name, path=path)
    if found is None:
        reason = f"{name} is not installed; make tools installs it"
        if IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, encoding="utf-8"
    )


class Auditors:
    """hledger, ledger and beancount over one folder: whether they accept, what they compute."""

    def __init__(self) -> None:
        self.hledger = program("hledger")
        self.ledger = program("ledger")
        self.bean = Path(sys.executable).parent

    def refusals(self, folder: Path) -> dict[str, str]:
        """What each program has against the files; none of them is in it where all accept."""
        journal, beancount = str(folder / "book.journal"), str(folder / "book.beancount")
        runs = {
            "hledger": run(self.hledger, "-f", journal, "check", "--strict"),
            "hledger by date": run(self.hledger, "-f", journal, "check", "ordereddates"),
            "ledger": run(self.ledger, "-f", journal, "--pedantic", "balance"),
            "beancount": run(str(self.bean / "bean-check"), beancount),
        }
        return {name: done.stderr or done.stdout for name, done in runs.items() if done.returncode}

    def balances(self, folder: Path) -> dict[str, dict[str, int]]:
        """The balances that each program computes by itself, in fen by bare code, but zeros."""
        journal, beancount = str(folder / "book.journal"), str(folder / "book.beancount")
        shape = "%(account),%(quantity(scrub(display_total)))\n"
        query = "SELECT account, sum(number) AS bal GROUP BY account"
        plain = ("--flat", "--empty")
        return {
            "hledger": _fen(run(self.hledger, "-f", journal, "bal", "-N", *plain, "-O", "csv")),
            "ledger": _fen(
                run(
                    *(self.ledger, "-f", journal, "bal", "--no-total", *plain),
                    *("--balance-format", shape),
                )
            ),
            "beancount": _fen(run(str(self.bean / "bean-query"), "-f", "csv", beancount, query)),
        }


def _fen(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    assert done.returncode == 0, done.stderr
    found = {}
    for name, amount in csv.reader(io.StringIO(done.stdout)):
        code = re.fullmatch(r"\w+:([0-9]+)-.*", name)
        if code:
            fen = Decimal(amount.removesuffix(" CNY").strip()).scaleb(2)
            assert fen == int(fen)
            found[code[1]] = int(fen)
    return {code: fen for code, fen in found.items() if fen}


@pytest.fixture(scope="session")
def auditors() -> Auditors:
    return Auditors()
