"""What every command of the books has at hand: the database, words, names, and a way to speak."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from unicodedata import category

from config.chart import load_chart
from config.errors import ConfigError
from config.language import words
from config.settings import load_settings
from config.text import columns
from kiosk.till.home import SETTINGS_FILE, TRAINING_MARK
from kiosk.till.store import readable_books
from ledger.reports import PAGE
from receipts.layout import TRAINING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from config.chart import Chart
    from config.language import Words
    from config.settings import Settings
    from ledger.entries import Head

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Desk:
    """One command's view of a home.

    ``refused`` says why ``settings`` are the shipped defaults, where the home's are not readable.
    ``training`` is true in a home where nothing is real.
    """

    database: Path
    settings: Settings
    refused: ConfigError | None
    lang: str
    words: Words
    chart: Chart
    training: bool

    @property
    def mark(self) -> list[str]:
        """Give the line above whatever comes from a training home; nothing for a real one."""
        return [TRAINING] if self.training else []

    def account_name(self, code: str, lang: str) -> str:
        """Give the account's name; the code itself where the chart no longer has it."""
        account = self.chart.get(code)
        return account.name(lang) if account else code


def sit_down(arguments: argparse.Namespace) -> Desk:
    """Find the books of ``arguments.home``, and whatever of its settings can be read.

    Raises:
        HomeError: there are no books.
        DatabaseError: see ``readable_books``.
    """
    database = readable_books(arguments.home)
    settings, refused = _settings(arguments.home / SETTINGS_FILE)
    lang = arguments.lang or settings.language
    training = (arguments.home / TRAINING_MARK).exists()
    return Desk(database, settings, refused, lang, words(lang), load_chart(), training)


def _settings(path: Path) -> tuple[Settings, ConfigError | None]:
    try:
        return load_settings(path), None
    except ConfigError as error:
        return load_settings(), error


def visible(text: str) -> str:
    r"""Give ``text`` with what is invisible or would steer a terminal as ``\uXXXX``.

    Within JSON that is the same text, since a JSON reader turns it back.
    """
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or category(each) == "Zs" else json.dumps(each)[1:-1]
        for each in text
    )


def out(*lines: str) -> None:
    """Print ``lines`` so that a terminal takes nothing in them for a command."""
    sys.stdout.writelines(f"{visible(line)}\n" for line in lines)


def out_json(value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Print ``value`` as one line of JSON."""
    out(json.dumps(value, ensure_ascii=False))


def places(heads: Mapping[str, Head]) -> dict[str, dict[str, Any]]:
    """Give the heads of books as plain values: ``seq``, and ``hash`` in hex."""
    return {book: {"seq": head.seq, "hash": head.hash.hex()} for book, head in heads.items()}


def as_of(heads: Mapping[str, Head], words: Words) -> list[str]:
    """Give one line a book: up to which record the figures go."""
    line = words("Book {book} up to record {seq} ({hash})")
    return [
        line.format(book=book, seq=head.seq, hash=head.hash.hex()[:8])
        for book, head in heads.items()
    ]


def table(rows: Sequence[Sequence[str]], *, right: Collection[int]) -> list[str]:
    """Set ``rows`` in columns of equal display width; those at the places ``right`` flush right."""
    return list(aligned(rows, right=right))


def aligned(rows: Iterable[Sequence[str]], *, right: Collection[int]) -> Iterator[str]:
    """Set a stream of ``rows`` in columns, with flat memory; a column without any text vanishes.

    Widths are those of a page of rows and never shrink, so that at most a text wider than all
    before moves the columns, once and at the beginning of a page.
    """
    widths: list[int] = []
    for page in _pages(rows):
        needed = [max(map(columns, column)) for column in zip(*page, strict=True)]
        widths = [max(pair) for pair in zip_longest(widths, needed, fillvalue=0)]
        for row in page:
            cells = (
                _padded(cell, width, flush_right=place in right)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
                if width
            )
            yield _GAP.join(cells).rstrip()


def _pages(rows: Iterable[Sequence[str]]) -> Iterator[list[list[str]]]:
    page: list[list[str]] = []
    try:
        for row in rows:
            page.append([visible(cell) for cell in row])
            if len(page) == PAGE:
                yield page
                page = []
    except Exception:
        # What stands before a record that cannot be read is shown all the same.
        if page:
            yield page
        raise
    if page:
        yield page


def _padded(cell: str, width: int, *, flush_right: bool) -> str:
    blanks = " " * (width - columns(cell))
    return blanks + cell if flush_right else cell + blanks
