"""Files for auditors: one module a format, the same extract of the books for all of them."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from ledger.errors import OutputError
from ledger.exports import csv_tables, plaintext
from ledger.exports.extract import Asked, Extract
from ledger.exports.folder import MANIFEST, whole_set
from ledger.exports.manifest import Manifest, manifest
from ledger.head_file import read_heads, refuse_cut_tail
from ledger.reading import reading
from ledger.reports import heads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import ModuleType

__all__ = ["FORMATS", "MANIFEST", "Asked", "Manifest", "export"]

FORMATS: Final[Mapping[str, ModuleType]] = {"plaintext": plaintext, "csv": csv_tables}
"""The formats by name. Each has ``FILES``, the names that it writes, and ``write``."""


def export(database: Path, format_: str, folder: Path, asked: Asked, *, program: str) -> Manifest:
    """Write what is ``asked`` of the books at ``database`` into ``folder``, whole or not at all.

    Covers the records that are there at the start; the till may go on selling. The same records
    give the same bytes. ``program`` names program and version for the manifest.

    Raises:
        NoSuchBookError: there is no such book.
        PeriodError: a day that the format cannot write.
        UnsoundRecordError: a record was altered, or stands in no chain.
        TailCutError: a book ends before what this machine announced.
        BalancesDifferError: the running balances are not what the records say.
        UnknownAccountError: an account is not in the chart.
        OutputError: ``folder`` holds other files of these names, or the system refuses.
        DatabaseError: the database cannot be read.
    """
    written = FORMATS[format_]
    announced = read_heads(database)
    write: Callable[[Extract, Path], dict[str, int]] = written.write
    with whole_set(folder, format_, written.FILES) as part, reading(database) as engine:
        with engine.connect() as connection:
            refuse_cut_tail(database, announced, heads(connection))
        extract = Extract(engine, asked)
        try:
            rows = write(extract, part)
        except sqlite3.Error as error:  # of a file of our own that sorts
            raise OutputError.refused(folder, str(error)) from error
        made = manifest(extract, part, format_, rows, program)
        (part / MANIFEST).write_text(made.text(), encoding="utf-8", newline="\n")
    return made
