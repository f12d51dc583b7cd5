"""``receipt``: the paper of a number as text, read without the till."""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING

from kiosk.ledger_commands.desk import sit_down
from kiosk.till import papers
from kiosk.till.history import breakfasts_so_far, printed
from ledger.errors import NoSuchBookError, UnsoundRecordError
from ledger.proof import NONSENSE, nonsense
from ledger.reading import reading
from ledger.reports import heads
from receipts.layout import lay_out

if TYPE_CHECKING:
    import argparse

    from kiosk.ledger_commands.desk import Desk
    from receipts.documents import Receipt


def receipt(arguments: argparse.Namespace) -> int:
    """Print the paper of a sale, breakfast, return, void or refund as it was handed out last.

    The book is ``--book``, else the till's own, else the only one. Names of shop and tenders come
    from the settings, or from the shipped defaults where those cannot be read.

    Raises:
        NoSuchBookError: there is no such book, or there are several and none is the till's.
        NoSuchSaleError: the number has no paper in that book.
        UnsoundRecordError: the record cannot be read.
    """
    desk = sit_down(arguments)
    if desk.refused is not None:
        sys.stderr.write(f"{desk.refused}\n")
    with reading(desk.database) as engine, engine.connect() as connection:
        books = list(heads(connection))
        book = book_of(arguments.book, desk.settings.book, books)
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - reader_engine made it
        found = _found(driver.cursor(), book, arguments.number, desk)
    paper = lay_out(found, arguments.columns or desk.settings.paper.columns, desk.words)
    sys.stdout.write(paper.text())
    return 0


def _found(cursor: sqlite3.Cursor, book: str, number: int, desk: Desk) -> Receipt:
    try:
        record, fund_fen, reprints = printed(cursor, book, number)
        return papers.receipt(
            record,
            fund_fen,
            desk.settings,
            reprint=reprints,
            lang=desk.lang,
            training=desk.training,
            breakfasts=breakfasts_so_far(cursor, record),
        )
    except NONSENSE as error:
        raise UnsoundRecordError(book, number, *nonsense(error)) from error


def book_of(asked: str | None, own: str, books: list[str]) -> str:
    """Give the book that a command means: ``asked``, else the till's ``own``, else the only one.

    Raises:
        NoSuchBookError: there is no such book, or there are several and none is the till's.
    """
    if asked is None and own not in books and len(books) == 1:
        return books[0]
    book = asked or own
    if book not in books:
        raise NoSuchBookError(book, books)
    return book
