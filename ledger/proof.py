"""What proves a record and a projection; ``verify`` and ``rebuild`` ask the same questions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ledger.chain import VERSION, canonical, digest
from ledger.entries import Head, Record, Side
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import Row, Table

MOST_FINDINGS: Final = 50
"""Findings kept: past this the book is lost anyway, and memory stays flat."""

NONSENSE: Final = (ValueError, TypeError, KeyError, AttributeError)
"""What reading a body that no till wrote may raise."""

ALTERED: Final = ("内容与哈希不符：被改过", "its body does not match its hash: it was altered")
"""What is said of a record whose body is not the one that was hashed."""

_BODY_KEYS: Final = {
    *("at", "book", "by", "day", "doc", "fund", "kind"),
    *("postings", "prev", "ref", "seq", "shift", "v"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: in which ``table``, ``book`` and record ``seq``, and what (both tongues).

    ``seq`` is None where no single record is at fault.
    """

    table: str
    book: str | None
    seq: int | None
    zh: str
    en: str


def examine(
    row: Row[Any], head: Head, accounts: Collection[str] | None = None
) -> tuple[list[tuple[str, str]], Record | None]:
    """Hold a row of ``record`` against ``head``, the one before it in its book.

    Gives what is wrong, in Chinese and English, and the record itself where it can be read.
    ``accounts`` are the chart's codes; a posting to another one is wrong, too.
    """
    faults: list[tuple[str, str]] = []
    if _odd(row):  # only a damaged file holds another type in a strict table
        return [
            ("单元格类型不对：文件已损坏", "a cell has a wrong type: the file is damaged")
        ], None
    if row.seq != head.seq + 1:
        faults.append((f"缺第 {head.seq + 1} 号", f"record {head.seq + 1} is missing before it"))
    elif row.prev != head.hash:
        faults.append(
            ("没有接上前一条（prev 不符）", "it does not follow the record before it (prev)")
        )
    if digest(row.body) != row.hash:
        faults.append(ALTERED)
    try:
        content = json.loads(row.body)
        if canonical(content) != row.body or set(content) != _BODY_KEYS or content["v"] != VERSION:
            faults.append(("不是规范形式", "its body is not the canonical form of version 1"))
            return faults, None
        faults.extend(_contradictions(row, content, accounts))
    except (LedgerError, *NONSENSE) as error:
        faults.append(nonsense(error))
        return faults, None
    return faults, Record(row.book, row.seq, content, row.body, row.prev, row.hash)


def _odd(row: Row[Any]) -> bool:
    texts, places = (row.book, row.body), (row.seq,)
    hashes = (row.prev, row.hash)
    return not (
        all(isinstance(each, str) for each in texts)
        and all(isinstance(each, int) for each in places)
        and all(isinstance(each, bytes) for each in hashes)
    )


def nonsense(error: Exception) -> tuple[str, str]:
    """Say that a record's body makes no sense, because of ``error``."""
    return f"内容说不通：{error}", f"its body makes no sense: {error}"


def _contradictions(
    row: Row[Any],
    content: dict[str, Any],
    accounts: Collection[str] | None,
) -> Iterator[tuple[str, str]]:
    """Name what the body says and its columns do not, and what no entry could have said."""
    for name in ("book", "seq", "kind", "at", "day", "by", "ref"):
        if content[name] != getattr(row, name):
            yield f"{name} 列与内容不符", f"the column {name} differs from its body"
    if content["prev"] != row.prev.hex():
        yield "prev 列与内容不符", "the column prev differs from its body"
    postings = content["postings"]
    if row.last_line != (len(postings) or None):
        yield "分录行数与内容不符", "the column last_line differs from its body"
    signed = [
        p["amount_fen"] if p["side"] == Side.DEBIT.value else -p["amount_fen"] for p in postings
    ]
    if sum(signed):
        yield "借贷不平", "its postings do not balance"
    amounts = {(p["side"], p["amount_fen"]) for p in postings}
    for move in ("set_aside", "reversed"):
        fen = content["fund"].get(move)
        if fen is not None and not {("C", fen), ("D", fen)} <= amounts:
            yield (
                f"基金变动 {fen} 分没有对应的分录",
                f"it moves the fund by {fen} fen unposted",
            )
    for posting in postings:
        if accounts is not None and posting["account"] not in accounts:
            code = posting["account"]
            yield f"科目 {code} 不在科目表", f"account {code} is not in the chart of accounts"


def select_all(table: Table) -> str:
    """Give the query for every row of ``table``, in key order."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
    return f"SELECT {names} FROM {table.name} ORDER BY {keys}"  # noqa: S608 - our own tables


def differences(
    table: Table, rebuilt: Iterable[tuple[Any, ...]], live: Iterable[tuple[Any, ...]]
) -> Iterator[Finding]:
    """Merge the rebuilt and the live rows of ``table``, both in key order, and name differences."""
    columns = [column.name for column in table.columns]
    key_at = [columns.index(column.name) for column in table.primary_key.columns]
    for ours, theirs in _merge(iter(rebuilt), iter(live), key_at):
        row = ours or theirs
        assert row is not None  # noqa: S101 - _merge never gives two Nones
        place = dict(zip(columns, row, strict=True))
        where = " ".join(str(row[at]) for at in key_at)
        if theirs is None:
            zh, en = f"{table.name} 表缺一行（{where}）", f"{table.name} lacks the row {where}"
        elif ours is None:
            zh, en = (
                f"{table.name} 表多一行（{where}）",
                f"{table.name} has a row too many: {where}",
            )
        else:
            bad = ", ".join(
                f"{name} = {b!r} (≠ {a!r})"
                for name, a, b in zip(columns, ours, theirs, strict=True)
                if a != b
            )
            zh = f"{table.name} 表（{where}）与记录不符：{bad}"
            en = f"{table.name} ({where}) differs from the records: {bad}"
        seq = place.get("seq")
        yield Finding(table.name, place.get("book"), seq if isinstance(seq, int) else None, zh, en)


_RANK: Final = {int: 1, float: 1, str: 2, bytes: 3}


def _merge(
    ours: Iterator[tuple[Any, ...]], theirs: Iterator[tuple[Any, ...]], key_at: list[int]
) -> Iterator[tuple[tuple[Any, ...] | None, tuple[Any, ...] | None]]:
    """Pair rows by key; give only the pairs that differ, None where a side has no such row."""

    def key(row: tuple[Any, ...]) -> list[tuple[int, Any]]:
        # By type first, as SQLite sorts: a damaged file may hold any type anywhere.
        return [(_RANK.get(type(row[at]), 0), row[at]) for at in key_at]

    a, b = next(ours, None), next(theirs, None)
    while a is not None or b is not None:
        if a is not None and (b is None or key(a) < key(b)):
            yield a, None
            a = next(ours, None)
        elif b is not None and (a is None or key(b) < key(a)):
            yield None, b
            b = next(theirs, None)
        else:
            if a != b:
                yield a, b
            a, b = next(ours, None), next(theirs, None)
