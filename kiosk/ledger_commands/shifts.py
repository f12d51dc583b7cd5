"""``ledger shifts`` and ``ledger z``: the shifts of a book, and a Z report as it was printed."""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from config.text import columns
from kiosk.ledger_commands.desk import out, out_json, sit_down, table
from kiosk.ledger_commands.paper import book_of
from kiosk.sale.shift_report import report_of
from kiosk.till.shift_papers import shift_paper
from kiosk.till.shift_reading import past_shifts, z_record, z_seq
from ledger.errors import UnsoundRecordError
from ledger.money import yuan
from ledger.proof import NONSENSE, nonsense
from ledger.reading import reading
from ledger.reports import heads
from receipts.shift_layout import lay_out_shift

if TYPE_CHECKING:
    import argparse

    from sqlalchemy import Connection

    from kiosk.ledger_commands.desk import Desk
    from kiosk.till.shift_reading import PastShift
    from ledger.entries import Record

_PAGE = 500


def shifts(arguments: argparse.Namespace) -> int:
    """Print the shifts, oldest first: who opened and closed, counts, differences, the Z's number.

    The differences at the opening and those booked at the close together are what the account of
    over and short took. JSON is one line: a list of ``book``, ``number``, ``day``,
    ``opened_seq``, ``opened_at``, ``opened_by``, ``float_fen``, ``opening_over_short_fen``,
    ``counted_fen``, ``expected_fen``, ``over_short_fen``, ``closed_seq``, ``closed_by``, ``z`` and
    ``grand_total_fen``; null for what an open shift has not.

    Raises:
        NoSuchBookError: there is no such book.
    """
    desk = sit_down(arguments)
    with reading(desk.database) as engine, engine.connect() as connection:
        books = list(heads(connection, book=arguments.book))
        cursor = _cursor(connection)
        found = [(book, shift) for book in books for shift in _all_shifts(cursor, book)]
    if arguments.json:
        out_json([_plain(book, shift) for book, shift in found])
    elif found:
        out(*desk.mark, *_table(found, desk, several=len(books) > 1))
    else:
        sys.stderr.write("还没有开过班 · no shift was opened yet\n")
    return 0


def z(arguments: argparse.Namespace) -> int:
    """Print Z report ``arguments.number`` as it was printed first.

    The book is ``--book``, else the till's own, else the only one. JSON is one line: the record's
    document (ADR 1), and ``book``, ``seq``, ``hash``, ``shift``, ``day``, ``at`` and ``by``.

    Raises:
        NoSuchBookError: there is no such book, or there are several and none is the till's.
        NoSuchReportError: no shift was closed with that number.
        UnsoundRecordError: the record cannot be read.
    """
    desk = sit_down(arguments)
    with reading(desk.database) as engine, engine.connect() as connection:
        book = book_of(arguments.book, desk.settings.book, list(heads(connection)))
        cursor = _cursor(connection)
        seq = z_seq(cursor, book, arguments.number)
        try:
            record = z_record(cursor, book, arguments.number)
        except NONSENSE as error:
            raise UnsoundRecordError(book, seq, *nonsense(error)) from error
    if arguments.json:
        place = {key: record.content[key] for key in ("book", "seq", "shift", "day", "at", "by")}
        out_json({**place, "hash": record.hash.hex(), **record.doc})
        return 0
    if desk.refused is not None:
        sys.stderr.write(f"{desk.refused}\n")
    sys.stdout.write(_paper(record, arguments.columns, desk))
    return 0


def _paper(record: Record, wide: int | None, desk: Desk) -> str:
    try:
        report = report_of(record.content, record.hash.hex())
        paper = shift_paper(report, desk.settings, lang=desk.lang, training=desk.training)
    except NONSENSE as error:
        raise UnsoundRecordError(record.book, record.seq, *nonsense(error)) from error
    return lay_out_shift(paper, wide or desk.settings.paper.columns, desk.words).text()


def _cursor(connection: Connection) -> sqlite3.Cursor:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - reader_engine made it
    return driver.cursor()


def _all_shifts(cursor: sqlite3.Cursor, book: str) -> list[PastShift]:
    found: list[PastShift] = []
    before = None
    while page := past_shifts(cursor, book, before=before, most=_PAGE):
        found += page
        before = page[-1].number
    return found[::-1]


def _plain(book: str, shift: PastShift) -> dict[str, Any]:
    return {
        "book": book,
        "number": shift.number,
        "day": shift.day.isoformat(),
        "opened_seq": shift.opened_seq,
        "opened_at": shift.opened_at.isoformat(),
        "opened_by": shift.opened_by,
        "float_fen": shift.float_fen,
        "opening_over_short_fen": shift.opening_over_short_fen,
        "counted_fen": shift.counted_fen,
        "expected_fen": shift.expected_fen,
        "over_short_fen": _booked(shift),
        "closed_seq": shift.closed_seq,
        "closed_by": shift.closed_by,
        "z": shift.z,
        "grand_total_fen": shift.grand_total_fen,
    }


def _table(found: list[tuple[str, PastShift]], desk: Desk, *, several: bool) -> list[str]:
    words, zone = desk.words, ZoneInfo(desk.settings.day.timezone)
    heading = [
        *(words("Book") if several else "", words("Shift"), words("Business date")),
        *(words("Opened"), words("Opened by"), words("Opening float"), words("At opening")),
        *(words("Expected"), words("Counted"), words("Over or short"), words("Closed by")),
        *(words("Z number"), words("Grand total")),
    ]
    rows = [
        [
            book if several else "",
            str(shift.number),
            shift.day.isoformat(),
            f"{shift.opened_at.astimezone(zone):%H:%M}",
            shift.opened_by,
            yuan(shift.float_fen),
            _known(shift.opening_over_short_fen),
            *map(_known, (shift.expected_fen, shift.counted_fen, _booked(shift))),
            shift.closed_by or "—",
            words("open now") if shift.z is None else str(shift.z),
            _known(shift.grand_total_fen),
        ]
        for book, shift in found
    ]
    lines = table([heading, *rows], right={1, 5, 6, 7, 8, 9, 11, 12})
    return [lines[0], "-" * max(map(columns, lines)), *lines[1:]]


def _booked(shift: PastShift) -> int | None:
    """Give the difference at the close; one that was counted only is in no account yet."""
    return None if shift.z is None else shift.over_short_fen


def _known(fen: int | None) -> str:
    return "—" if fen is None else yuan(fen)
