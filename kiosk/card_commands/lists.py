"""A list of cards as a file: CSV in the encodings of this country, or the first sheet of an .xlsx.

What the file is gets found out and said, never guessed quietly: an encoding is the first that fits
every byte, a delimiter the one that makes a header of the first line.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from config.errors import Phrase
from kiosk.errors import TillError
from kiosk.sale.card_cells import Cell
from kiosk.sale.card_list import Row, column_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST_BYTES: Final = 16_000_000
MOST_LINES: Final = 50_000

_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_DELIMITERS: Final = {
    ",": Phrase("逗号", "commas"),
    ";": Phrase("分号", "semicolons"),
    "\t": Phrase("制表符", "tabs"),
}
_MARKS: Final = {
    b"\xef\xbb\xbf": ("utf-8-sig", "UTF-8 BOM"),
    b"\xff\xfe": ("utf-16", "UTF-16"),
    b"\xfe\xff": ("utf-16", "UTF-16"),
}
_ENCODINGS: Final = (("utf-8", "UTF-8"), ("gb18030", "GB18030"))
_LINE_ENDS: Final = re.compile("\r\n|\r|\n")


class ListError(TillError):
    """A file that is no list of cards; ``path`` is the file."""

    def __init__(self, path: Path, zh: str, en: str) -> None:
        self.path = path
        super().__init__(f"名单 {path}：{zh}", f"List {path}: {en}")


class Listed(NamedTuple):
    """A list as it stands in its file.

    Attributes:
        how: what the file turned out to be, without a full stop.
        header: the cells of its first row that is not blank.
        rows: those below it that are not blank, each with its line.
    """

    how: Phrase
    header: Sequence[Cell]
    rows: Sequence[Row]


def read_file(path: Path) -> Listed:
    """Read the list at ``path``; nothing in it is evaluated.

    Raises:
        ListError: it cannot be read, is too large, or is neither CSV nor .xlsx.
    """
    data = _bytes(path)
    if data.startswith(_ZIP):
        from kiosk.card_commands.workbook import read_workbook  # noqa: PLC0415 - lists are few

        return _listed(path, Phrase("xlsx", "xlsx"), read_workbook(path, data))
    if data.startswith(_OLD_EXCEL):
        raise ListError(
            path,
            "是旧的 .xls（或加了密码）：请另存为不加密的 .xlsx 或 CSV。",
            "this is an old .xls, or has a password: save it as .xlsx without one, or as CSV.",
        )
    text, encoding = _decoded(path, data)
    return _csv(path, text, encoding)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise ListError(path, "文件不存在。", "it is not there.") from error
    except IsADirectoryError as error:
        raise ListError(path, "是目录，不是文件。", "it is a folder, not a file.") from error
    except OSError as error:
        raise ListError(
            path, f"无法读取（{error.strerror}）。", f"it cannot be read ({error.strerror})."
        ) from error
    if len(data) > MOST_BYTES:
        raise ListError(
            path,
            f"超过 {MOST_BYTES // 1_000_000} MB：请分成几份。",
            f"it has more than {MOST_BYTES // 1_000_000} MB: split it.",
        )
    if not data.strip():
        raise ListError(path, "文件是空的。", "it is empty.")
    return data


def _decoded(path: Path, data: bytes) -> tuple[str, str]:
    """Give the text, and what its encoding is called."""
    marked = next((each for mark, each in _MARKS.items() if data.startswith(mark)), None)
    for codec, name in (marked,) if marked else _ENCODINGS:
        try:
            text = data.decode(codec)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text, name
    zh, en = (marked[1], marked[1]) if marked else ("UTF-8 或 GB18030", "UTF-8 or GB18030")
    raise ListError(
        path,
        f"不是 {zh} 的文字：请另存为 CSV（UTF-8）或 .xlsx。",
        f"it is no text in {en}: save it as CSV (UTF-8) or .xlsx.",
    )


def _csv(path: Path, text: str, encoding: str) -> Listed:
    """Take ``text`` apart; a quote that somebody forgot to close spoils its own line alone."""
    lines = [
        (number, line)
        for number, line in enumerate(_LINE_ENDS.split(text), start=1)
        if line.strip(" \u3000\t,;")
    ]
    if not lines:
        raise ListError(path, "文件是空的。", "it is empty.")
    delimiter = _delimiter(path, lines[0][1])
    rows = [_csv_row(number, line, delimiter) for number, line in lines]
    said = _DELIMITERS[delimiter]
    how = Phrase(f"CSV，{encoding}，{said.zh}分隔", f"CSV, {encoding}, {said.en} between")
    return _listed(path, how, rows)


def _delimiter(path: Path, header: str) -> str:
    """Find what stands between the columns: what makes the most known headers of the first line."""
    known = {
        each: sum(column_of(cell.text) is not None for cell in _csv_row(1, header, each).cells)
        for each in _DELIMITERS
    }
    most = max(known.values())
    best = [each for each, count in known.items() if count == most]
    if len(best) > 1:
        # Headers that nobody knows may still be named with --columns.
        there = [each for each in _DELIMITERS if each in header]
        best = there or [","]
    if len(best) > 1:
        raise ListError(
            path,
            "第一行里逗号、分号或制表符混用，分不清列：请统一用一种。",
            "the first line has commas, semicolons or tabs at once, so the columns cannot be told "
            "apart: use one of them.",
        )
    return best[0]


def _csv_row(number: int, line: str, delimiter: str) -> Row:
    try:
        fields = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        long = "limit" in str(error)
        fault = (
            Phrase("有一格太长", "a cell is too long")
            if long
            else Phrase("引号没有在这一行正确闭合", "a quote is not closed rightly on this line")
        )
        return Row(number, (), fault)
    return Row(number, [Cell(each) for each in fields])


def _listed(path: Path, how: Phrase, rows: Sequence[Row]) -> Listed:
    header = rows[0] if rows else None
    if header is None or not any(cell.text.strip() for cell in header.cells):
        wrong = (header.fault if header else None) or Phrase("没有表头", "there is no header")
        raise ListError(path, f"第一行不对：{wrong.zh}。", f"its first row is wrong: {wrong.en}.")
    if len(rows) - 1 > MOST_LINES:
        raise ListError(
            path,
            f"超过 {MOST_LINES} 行：请分成几份。",
            f"it has more than {MOST_LINES} lines: split it.",
        )
    width = len(header.cells)
    return Listed(how, header.cells, [_held(row, width) for row in rows[1:]])


def _held(row: Row, width: int) -> Row:
    """Refuse a row of another width than the header: its cells may stand in others' columns."""
    count = len(row.cells)
    more = any(cell.text.strip() for cell in row.cells[width:])
    if row.fault is None and (count < width or more):
        fault = Phrase(
            f"有 {count} 格，表头有 {width} 格", f"it has {count} cells, the header has {width}"
        )
        return row._replace(fault=fault)
    return row
