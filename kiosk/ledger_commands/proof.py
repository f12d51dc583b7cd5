"""``ledger verify``: prove that nothing was altered, in both languages."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

from config.chart import load_chart
from kiosk.ledger_commands.desk import out, out_json, places
from kiosk.till.home import DATABASE_FILE, HomeError
from kiosk.till.projectors import PROJECTORS
from kiosk.till.staff_rows import swapped_secrets
from kiosk.till.store import SCHEMA, readable_books
from ledger import verify as books
from ledger.db import read_only, sentences
from ledger.errors import DamagedDatabaseError, DatabaseError
from ledger.head_file import head_path
from ledger.tables import record

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ledger.proof import Finding

UNSOUND = 1
"""Exit code where something is wrong with the books."""


def verify(arguments: argparse.Namespace) -> int:
    """Prove the books; print what is wrong, the first bad record first. Exit code 1 if anything is.

    The staff's PIN hashes are no projection; each is held against the fingerprint in the books.

    JSON is one line: ``ok``, ``records``, ``books`` (``seq`` and ``hash`` of each), ``findings``
    and ``warnings`` (each with ``table``, ``book``, ``seq``, ``zh``, ``en``).

    Raises:
        HomeError: there are no books, and never were.
        NewerSchemaError: a newer program wrote them.
        OlderSchemaError: the till has not been started since the upgrade.
    """
    database = _found(arguments.home)
    codes = {account.code for account in load_chart()}
    audit = books.verify(database, PROJECTORS, accounts=codes, schema=SCHEMA)
    _hold_secrets(database, audit)
    # A record at fault tells more than the balances that differ because of it.
    findings = sorted(audit.findings, key=lambda found: found.table != record.name)
    if arguments.json:
        answer = {
            "ok": audit.clean,
            "records": audit.records,
            "books": places(audit.heads),
            "findings": [asdict(each) for each in findings],
            "warnings": [asdict(each) for each in audit.warnings],
        }
        out_json(answer)
    else:
        out(*_said(audit, findings))
    return 0 if audit.clean else UNSOUND


def _found(home: Path) -> Path:
    """Give the place of the database, damaged or emptied as it may be."""
    database = home / DATABASE_FILE
    try:
        return readable_books(home)
    except DamagedDatabaseError:
        return database
    except HomeError:
        if database.exists() or head_path(database).exists():
            return database
        raise


def _hold_secrets(database: Path, audit: books.Audit) -> None:
    try:
        with sentences(database), closing(read_only(database)) as connection:
            swapped = swapped_secrets(connection.cursor())
    except DatabaseError:
        return  # what is wrong with the file is among the findings
    for book, staff in swapped:
        audit.add(
            "staff_secret",
            book,
            None,
            f"{staff} 的 PIN 被换过或删除（与账簿记录的指纹不符）：请查明，再用 kiosk staff "
            f"reset-pin {staff} 重设",
            f"the PIN of {staff} was swapped or deleted (it has not the fingerprint that the books "
            f"hold): find out by whom, then kiosk staff reset-pin {staff}",
        )


def _said(audit: books.Audit, findings: list[Finding]) -> Iterator[str]:
    if audit.clean:
        but = (
            ("，但请看下面的提醒", ", but mind the warnings below") if audit.warnings else ("", "")
        )
        yield (
            f"账簿无误：{audit.records} 条记录{but[0]} · "
            f"The books are sound: {audit.records} records{but[1]}"
        )
    else:
        count = f"{len(findings)}{'+' if audit.full else ''}"
        yield f"账簿有问题：{count} 处 · The books are NOT sound: {count} findings"
        yield from lines(findings)
    for book, head in audit.heads.items():
        yield f"{book}: {head.seq} {head.hash.hex()}"
    yield from lines(audit.warnings)


def lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Give three lines a finding: where, what in Chinese, what in English."""
    for found in findings:
        place = [found.table, found.book, None if found.seq is None else f"#{found.seq}"]
        yield "- " + " ".join(filter(None, place))
        yield f"  {found.zh}"
        yield f"  {found.en}"
