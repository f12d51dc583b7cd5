"""What an export covers: records up to the heads at its start, their seals checked on the way."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.chain import GENESIS, digest
from ledger.entries import Head, Side
from ledger.errors import (
    BalancesDifferError,
    PeriodError,
    UnknownAccountError,
    UnsoundRecordError,
)
from ledger.proof import NONSENSE, nonsense
from ledger.reports import heads, read_bodies, trial_balance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from sqlalchemy import Engine

    from config.chart import Chart


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: one ``book`` or all; business dates from ``first_day`` to ``last_day``.

    Both days are included; None leaves an end open. ``chart`` names the accounts, ``kinds`` in
    Chinese the kinds of records; a kind that is not in it keeps its own word.

    Raises:
        PeriodError: the last day is before the first.
    """

    chart: Chart
    book: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise PeriodError.backwards(self.first_day, self.last_day)


class Line(NamedTuple):
    """One posting: ``amount_fen`` is positive, ``side`` carries the sign (``D`` or ``C``)."""

    account: str
    side: str
    amount_fen: int

    @property
    def signed_fen(self) -> int:
        """The amount as a debit balance: debits up, credits down."""
        return self.amount_fen if self.side == Side.DEBIT.value else -self.amount_fen


class Eaten(NamedTuple):
    """What a record says of a breakfast, or of one that was undone: amounts in fen, above zero.

    ``card`` is its random token, empty where there was none. A holder's token is left out: the
    number of a record is enough to find it.
    """

    service_day: str
    card: str
    fund_fen: int
    total_fen: int


class Booked(NamedTuple):
    """A record that moved money.

    ``day`` is the business date, ``kind_name`` the kind in Chinese, ``original`` the number of the
    record that this one undoes, ``at`` UTC, ``hash`` in hex. ``eaten`` is None but for breakfasts.
    """

    day: str
    book: str
    seq: int
    kind: str
    kind_name: str
    original: int | None
    at: str
    hash: str
    lines: list[Line]
    eaten: Eaten | None = None

    @property
    def summary(self) -> str:
        """The 摘要: kind, number, and the number of what it undoes; no person and no item."""
        undone = "" if self.original is None else f"（原单 {self.original}）"
        return f"{self.kind_name} No. {self.seq}{undone}"


@dataclass(slots=True)
class Sums:
    """One account's debits and credits in fen: before, in, and after the period."""

    before: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))
    within: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))
    after: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))

    @property
    def opening_fen(self) -> int:
        """Debits less credits before the period."""
        return self.before[Side.DEBIT] - self.before[Side.CREDIT]

    @property
    def closing_fen(self) -> int:
        """Debits less credits at the end of the period."""
        return self.opening_fen + self.within[Side.DEBIT] - self.within[Side.CREDIT]

    @property
    def used(self) -> bool:
        """Whether anything was posted by the end of the period."""
        return any(self.before.values()) or any(self.within.values())

    def total_fen(self, side: Side) -> int:
        """All that was ever posted on ``side``."""
        return self.before[side] + self.within[side] + self.after[side]


@dataclass(slots=True)
class Span:
    """What of one book is in the period: its ends, and how many records moved money or none."""

    head: Head
    first: Head | None = None
    last: Head | None = None
    transactions: int = 0
    without_postings: int = 0


class Extract:
    """The records of the books up to their heads at the start, read once, in short reads.

    Heads and running balances come from one read, so that the sums of the records can be held
    against balances which nobody computed for the export. ``sums`` (by account) and ``spans`` (by
    book) are complete when ``booked`` has come to its end.
    """

    def __init__(self, engine: Engine, asked: Asked) -> None:
        self.asked = asked
        self.sums: defaultdict[str, Sums] = defaultdict(Sums)
        self._engine = engine
        self._first = asked.first_day.isoformat() if asked.first_day else ""
        self._last = asked.last_day.isoformat() if asked.last_day else "9999-12-31"
        with engine.connect() as connection:
            self.spans = {
                book: Span(head) for book, head in heads(connection, book=asked.book).items()
            }
            self._balances = {
                row.account: row for row in trial_balance(connection, book=asked.book)
            }

    @property
    def accounts(self) -> list[str]:
        """The accounts posted to by the end of the period, by code."""
        return sorted(account for account, sums in self.sums.items() if sums.used)

    def booked(self) -> Iterator[Booked]:
        """Stream the period's records that moved money, book by book in order.

        Raises:
            UnsoundRecordError: a record does not match its hash, or does not follow the one before.
            UnknownAccountError: a posting to an account that the chart does not have.
            BalancesDifferError: at the end, where the running balances say another thing.
        """
        for book, span in self.spans.items():
            yield from self._book(book, span)
        for account in self.sums.keys() | self._balances.keys():
            sums, row = self.sums[account], self._balances.get(account)
            held = (row.debit_fen, row.credit_fen) if row else (0, 0)
            if held != (sums.total_fen(Side.DEBIT), sums.total_fen(Side.CREDIT)):
                raise BalancesDifferError(account)

    def _book(self, book: str, span: Span) -> Iterator[Booked]:
        before = Head(0, GENESIS)
        for seq, body, hash_ in read_bodies(self._engine, book=book, last=span.head.seq):
            here = Head(seq, hash_)
            content = _sealed(book, body, here, before)
            before = here
            try:
                lines = [
                    Line(p["account"], p["side"], p["amount_fen"]) for p in content["postings"]
                ]
                day = content["day"]
                self._add(day, lines)
                booked = self._booked(content, hash_, lines)
            except NONSENSE as error:
                raise UnsoundRecordError(book, seq, *nonsense(error)) from error
            if sum(line.signed_fen for line in lines):
                raise UnsoundRecordError(book, seq, "借贷不平", "its postings do not balance")
            if self._first <= day <= self._last:
                span.first = span.first or here
                span.last = here
                if lines:
                    span.transactions += 1
                    yield booked
                else:
                    span.without_postings += 1
        if before != span.head:
            raise UnsoundRecordError(book, before.seq + 1, "不见了", "it is gone")

    def _booked(self, content: dict[str, Any], hash_: bytes, lines: list[Line]) -> Booked:
        kind, of = content["kind"], content["doc"].get("of_seq")
        return Booked(
            day=content["day"],
            book=content["book"],
            seq=content["seq"],
            kind=kind,
            kind_name=self.asked.kinds.get(kind, kind),
            original=None if of is None else int(of),
            at=content["at"],
            hash=hash_.hex(),
            lines=lines,
            eaten=_eaten(content),
        )

    def _add(self, day: str, lines: list[Line]) -> None:
        for line in lines:
            if line.account not in self.asked.chart:
                raise UnknownAccountError(line.account)
            sums = self.sums[line.account]
            part = (
                sums.before
                if day < self._first
                else sums.after
                if day > self._last
                else sums.within
            )
            part[line.side] += line.amount_fen


def _eaten(content: dict[str, Any]) -> Eaten | None:
    """Read a breakfast by its fund move: whatever a record's kind is called, that is what it is."""
    moves, doc = content["fund"], content["doc"]
    fund_fen = moves.get("redeemed") or moves.get("restored")
    if not fund_fen:
        return None
    claim = doc.get("claim") or {}
    day = claim.get("service_day") or doc.get("service_day") or content["day"]
    return Eaten(day, claim.get("card", ""), fund_fen, doc["total_fen"])


def _sealed(book: str, body: str, here: Head, before: Head) -> dict[str, Any]:
    """Read a record whose body is what its hash says, and which follows the one before it."""
    if digest(body) != here.hash:
        raise UnsoundRecordError(
            book, here.seq, "内容与哈希不符", "its body does not match its hash"
        )
    try:
        content: dict[str, Any] = json.loads(body)
        follows = content["seq"] == here.seq == before.seq + 1
        if follows and content["prev"] == before.hash.hex() and content["book"] == book:
            return content
    except NONSENSE as error:
        raise UnsoundRecordError(book, here.seq, *nonsense(error)) from error
    raise UnsoundRecordError(
        book, here.seq, "没有接上前一条", "it does not follow the record before it"
    )
