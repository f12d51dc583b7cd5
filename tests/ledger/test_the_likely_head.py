"""A record is tried behind the head seen last; what happened since is never passed over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from ledger.db import Database
from ledger.entries import Entry
from ledger.errors import RefConflictError
from ledger.head_file import head_path
from ledger.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def writers(path: Path) -> Iterator[tuple[Database, Database]]:
    """Two writers, which no kiosk has: each remembers a head that the other makes stale."""
    pair = Database(path), Database(path)
    for database in pair:
        database.open()
    yield pair
    for database in pair:
        database.close()


def note(number: int, doc: dict[str, int] | None = None) -> Entry:
    instant = datetime(2026, 11, 23, tzinfo=UTC)
    return Entry("note", UUID(int=number), instant, date(2026, 11, 23), "cashier", doc or {})


def test_writers_that_take_turns_make_one_chain(
    path: Path, writers: tuple[Database, Database]
) -> None:
    for number in range(1, 9):
        record, new = writers[number % 2].post("B", note(number))
        assert (record.seq, new) == (number, True)
    for database in writers:
        database.close()
    audit = verify(path)
    assert audit.clean, audit.findings
    assert audit.heads["B"].seq == 8


def test_a_retry_behind_a_stale_head_is_the_same_record(
    writers: tuple[Database, Database],
) -> None:
    first, second = writers
    first.post("B", note(1))
    second.post("B", note(2))
    again, new = first.post("B", note(2))
    assert (again.seq, new) == (2, False)
    with pytest.raises(RefConflictError):
        first.post("B", note(2, {"another": 1}))


def test_a_head_file_of_another_book_misleads_nobody(path: Path) -> None:
    database = Database(path)
    database.post("B", note(1))
    database.close()
    head_path(path).write_text(f'{{"B": [7, "{"ab" * 32}"]}}')
    record, new = database.post("B", note(2))
    database.close()
    assert (record.seq, new) == (2, True)
    audit = verify(path)
    assert audit.records == 2
    assert [found.en for found in audit.findings] == ["records 3 to 7 are gone: the tail was cut"]


def test_a_refusal_leaves_no_transaction_open(path: Path) -> None:
    class Unwilling:
        tables = ()

        def apply(self, cursor: object, record: object) -> None:
            raise ValueError(cursor, record)

    database = Database(path, (Unwilling(),))
    with pytest.raises(ValueError, match="Record"):
        database.post("B", note(1))
    with database.transaction() as cursor:
        assert cursor.execute("SELECT count(*) FROM record").fetchone() == (0,)
    database.close()
