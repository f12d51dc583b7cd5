"""The floor under ``Till.sell`` and ``Till.redeem``: the standard library's sqlite3, same rows.

Same schema and triggers (the project's own migration made the file), same pragmas, same bytes,
same hash, one durable commit each. What it leaves out is what a product has and a floor has not:
values that check themselves, refusals, an engine, several writers (the head is remembered, never
read again), and the head file.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

_RECORD: Final = (
    'INSERT INTO record (book, seq, kind, at, day, "by", ref, last_line, prev, hash, body)'
    " VALUES (?,?,?,?,?,?,?,?,?,?,?)"
)
_POSTING: Final = "INSERT INTO posting VALUES (?,?,?,?,?,?)"
_BALANCE: Final = (
    "INSERT INTO balance VALUES (?,?,?,?) ON CONFLICT (book, account) DO UPDATE SET"
    " debit_fen = debit_fen + excluded.debit_fen, credit_fen = credit_fen + excluded.credit_fen"
)
_FUND: Final = (
    "INSERT INTO fund (book, set_aside_fen, available_fen, sales) VALUES (?1, 10, 10, 1)"
    " ON CONFLICT (book) DO UPDATE SET set_aside_fen = set_aside_fen + 10,"
    " available_fen = available_fen + 10, sales = sales + 1"
)
_FUND_DAY: Final = (
    "INSERT INTO fund_day (book, day, set_aside_fen, sales) VALUES (?, ?, 10, 1)"
    " ON CONFLICT (book, day) DO UPDATE SET set_aside_fen = set_aside_fen + 10, sales = sales + 1"
)
_SALE: Final = (
    "INSERT INTO sale VALUES (?1,?2,'sale',?3,?4,?5,10,0,NULL,"
    "(SELECT available_fen FROM fund WHERE book = ?1),0)"
)
_ANY_SALE: Final = (
    "INSERT INTO sale VALUES (?1,?2,'sale',?3,?4,?5,?6,0,NULL,"
    "coalesce((SELECT available_fen FROM fund WHERE book = ?1), 0),0)"
)
_DRAW: Final = (
    "UPDATE fund SET redeemed_fen = redeemed_fen + ?2, available_fen = available_fen - ?2"
    " WHERE book = ?1 AND available_fen >= ?2"
)
_DRAW_DAY: Final = (
    "INSERT INTO fund_day (book, day, redeemed_fen, sales) VALUES (?1, ?2, ?3, 0)"
    " ON CONFLICT (book, day) DO UPDATE SET redeemed_fen = redeemed_fen + ?3"
)
_EATEN: Final = (
    "INSERT INTO sale VALUES (?1,?2,'redemption',?3,?4,?5,?6,0,NULL,"
    "(SELECT available_fen FROM fund WHERE book = ?1),0)"
)
_CARD: Final = (
    "UPDATE card SET counter = coalesce(?1, counter) WHERE book = ?2 AND card = ?3 AND holder = ?4"
    " AND state = 'active' AND (?1 IS NULL OR counter IS NULL OR counter < ?1)"
)
_CLAIM: Final = "INSERT INTO breakfast VALUES (?,?,'redemption',?,?,?,?,?,?,NULL)"
_SLIP: Final = "INSERT INTO print_job VALUES (?,?,'breakfast_slip','queued')"
_EIGHT: Final = timedelta(hours=8)  # the business date of a book in China that turns at 00:00


class PlainLine(NamedTuple):
    """A line as the floor takes it: already priced, all in fen and thousandths."""

    amount_fen: int
    catering: int
    name: str
    qty_milli: int
    sku: str
    unit_fen: int


class PlainSale(NamedTuple):
    """A sale with food, above zero and paid by one tender, as the floor takes it."""

    ref: UUID
    lines: list[PlainLine]
    tender: str
    account: str
    received_fen: int


class PlainBreakfast(NamedTuple):
    """A breakfast as the floor takes it: whose, what, and what the worker paid on top.

    ``tender`` is empty where the fund pays it all; what is received on top is ``due_fen``.
    """

    ref: UUID
    lines: list[PlainLine]
    card: str
    holder: str
    level: str
    counter: int | None
    fund_fen: int
    due_fen: int
    tender: str
    account: str


class Floor:
    """Writes to one book of the migrated database at ``path``; nothing else may."""

    def __init__(self, path: Path, book: str, by: str, *, durable: bool = True) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in (
            "journal_mode = WAL",
            f"synchronous = {'FULL' if durable else 'OFF'}",
            "foreign_keys = ON",
            "recursive_triggers = ON",
        ):
            self.connection.execute(f"PRAGMA {pragma}")
        self.cursor = self.connection.cursor()
        self.book = book
        self.by = by
        query = "SELECT seq, hash FROM record WHERE book = ? ORDER BY seq DESC LIMIT 1"
        self.seq: int
        self.head: bytes
        self.seq, self.head = self.cursor.execute(query, (book,)).fetchone() or (0, bytes(32))
        self.encode = json.JSONEncoder(
            ensure_ascii=False, separators=(",", ":"), check_circular=False
        ).encode

    def sell(self, sold: PlainSale, at: datetime) -> None:
        """Write one sale in one durable transaction; ``at`` is UTC."""
        execute = self.cursor.execute
        book, seq = self.book, self.seq + 1
        total = sum(line.amount_fen for line in sold.lines)
        day = (at + _EIGHT).date().isoformat()
        instant = at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
        ref = str(sold.ref)
        body = self.encode(self._content(sold, total, (instant, day, ref)))
        hash_ = sha256(body.encode()).digest()
        execute("BEGIN IMMEDIATE")
        execute(_RECORD, (book, seq, "sale", instant, day, self.by, ref, 4, self.head, hash_, body))
        self.cursor.executemany(
            _POSTING,
            (
                (book, seq, 1, sold.account, "D", total),
                (book, seq, 2, "500101", "C", total),
                (book, seq, 3, "560107", "D", 10),
                (book, seq, 4, "224101", "C", 10),
            ),
        )
        self.cursor.executemany(
            _BALANCE,
            (
                (book, sold.account, total, 0),
                (book, "500101", 0, total),
                (book, "560107", 10, 0),
                (book, "224101", 0, 10),
            ),
        )
        execute(_FUND, (book,))
        execute(_FUND_DAY, (book, day))
        execute(_SALE, (book, seq, instant, day, total))
        execute("COMMIT")
        self.seq, self.head = seq, hash_

    def write(self, content: dict[str, Any]) -> None:
        """Write a whole record, read back from its body elsewhere, in one durable transaction.

        Sales of any kind are understood, and records that move no money.
        """
        execute, book, seq = self.cursor.execute, self.book, self.seq + 1
        content["prev"] = self.head.hex()
        body = self.encode(content)
        hash_ = sha256(body.encode()).digest()
        day, at, postings = content["day"], content["at"], content["postings"]
        row = (book, seq, content["kind"], at, day, content["by"], content["ref"])
        execute("BEGIN IMMEDIATE")
        execute(_RECORD, (*row, len(postings) or None, self.head, hash_, body))
        if postings:
            legs = [(p["account"], p["side"], p["amount_fen"]) for p in postings]
            self.cursor.executemany(
                _POSTING, [(book, seq, line, *leg) for line, leg in enumerate(legs, 1)]
            )
            self.cursor.executemany(
                _BALANCE,
                [
                    (book, account, fen if side == "D" else 0, fen if side == "C" else 0)
                    for account, side, fen in legs
                ],
            )
        if content["fund"]:
            execute(_FUND, (book,))
            execute(_FUND_DAY, (book, day))
        if content["kind"] == "sale":
            doc = content["doc"]
            execute(_ANY_SALE, (book, seq, at, day, doc["total_fen"], doc["set_aside_fen"]))
        execute("COMMIT")
        self.seq, self.head = seq, hash_

    def _content(self, sold: PlainSale, total: int, place: tuple[str, str, str]) -> dict[str, Any]:
        """Write the body's values with their keys in order, so that nothing has to sort them."""
        instant, day, ref = place
        return {
            "at": instant,
            "book": self.book,
            "by": self.by,
            "day": day,
            "doc": {
                "lines": _written(sold.lines),
                "set_aside_fen": 10,
                "tenders": [
                    {
                        "account": sold.account,
                        "amount_fen": total,
                        "change_fen": sold.received_fen - total,
                        "received_fen": sold.received_fen,
                        "tender": sold.tender,
                    }
                ],
                "total_fen": total,
            },
            "fund": {"set_aside": 10},
            "kind": "sale",
            "postings": [
                {"account": sold.account, "amount_fen": total, "side": "D"},
                {"account": "500101", "amount_fen": total, "side": "C"},
                {"account": "560107", "amount_fen": 10, "side": "D"},
                {"account": "224101", "amount_fen": 10, "side": "C"},
            ],
            "prev": self.head.hex(),
            "ref": ref,
            "seq": self.seq + 1,
            "shift": None,
            "v": 1,
        }

    def redeem(self, eaten: PlainBreakfast, at: datetime) -> None:
        """Write one breakfast in one durable transaction; ``at`` is UTC.

        The service day is the business date, as it is where both turn at midnight.
        """
        execute = self.cursor.execute
        book, seq = self.book, self.seq + 1
        fund_fen, due = eaten.fund_fen, eaten.due_fen
        day = (at + _EIGHT).date().isoformat()
        instant = at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
        ref = str(eaten.ref)
        legs = [("122101", "D", fund_fen), ("500102", "C", fund_fen)]
        if due:
            legs += [(eaten.account, "D", due), ("500101", "C", due)]
            legs += [("560107", "D", 10), ("224101", "C", 10)]
        body = self.encode(self._eaten(eaten, legs, (instant, day, ref)))
        hash_ = sha256(body.encode()).digest()
        row = (book, seq, "redemption", instant, day, self.by, ref, len(legs), self.head)
        execute("BEGIN IMMEDIATE")
        execute(_RECORD, (*row, hash_, body))
        self.cursor.executemany(
            _POSTING, [(book, seq, line, *leg) for line, leg in enumerate(legs, 1)]
        )
        self.cursor.executemany(
            _BALANCE,
            [
                (book, account, fen if side == "D" else 0, fen if side == "C" else 0)
                for account, side, fen in legs
            ],
        )
        execute(_DRAW, (book, fund_fen))
        execute(_DRAW_DAY, (book, day, fund_fen))
        if due:
            execute(_FUND, (book,))
            execute(_FUND_DAY, (book, day))
        execute(_EATEN, (book, seq, instant, day, fund_fen + due, 10 if due else 0))
        execute(_CARD, (eaten.counter, book, eaten.card, eaten.holder))
        paid = (fund_fen, fund_fen + due)
        execute(_CLAIM, (book, seq, day, instant, eaten.holder, eaten.card, *paid))
        execute(_SLIP, (book, seq))
        execute("COMMIT")
        self.seq, self.head = seq, hash_

    def _eaten(
        self, eaten: PlainBreakfast, legs: list[tuple[str, str, int]], place: tuple[str, str, str]
    ) -> dict[str, Any]:
        """Write the body's values of a breakfast with their keys in order."""
        instant, day, ref = place
        fund_fen, due = eaten.fund_fen, eaten.due_fen
        paid = [("fund", "122101", fund_fen)]
        if due:
            paid.append((eaten.tender, eaten.account, due))
        return {
            "at": instant,
            "book": self.book,
            "by": self.by,
            "day": day,
            "doc": {
                "claim": {
                    "card": eaten.card,
                    "counter": eaten.counter,
                    "holder": eaten.holder,
                    "level": eaten.level,
                    "service_day": day,
                },
                "lines": _written(eaten.lines),
                "set_aside_fen": 10 if due else 0,
                "tenders": [
                    {
                        "account": account,
                        "amount_fen": fen,
                        "change_fen": 0,
                        "received_fen": fen,
                        "tender": tender,
                    }
                    for tender, account, fen in paid
                ],
                "total_fen": fund_fen + due,
            },
            "fund": {"redeemed": fund_fen, "set_aside": 10} if due else {"redeemed": fund_fen},
            "kind": "redemption",
            "postings": [
                {"account": account, "amount_fen": fen, "side": side} for account, side, fen in legs
            ],
            "prev": self.head.hex(),
            "ref": ref,
            "seq": self.seq + 1,
            "shift": None,
            "v": 1,
        }

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _written(lines: list[PlainLine]) -> list[dict[str, Any]]:
    return [
        {
            "amount_fen": amount_fen,
            "catering": catering,
            "name": name,
            "qty_milli": qty_milli,
            "sku": sku,
            "unit_fen": unit_fen,
        }
        for amount_fen, catering, name, qty_milli, sku, unit_fen in lines
    ]
