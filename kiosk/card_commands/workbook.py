"""The first sheet of an .xlsx: its cells as they were typed; formulas are told apart, never run.

calamine reads the values, and gives of a formula what it last came to as if somebody had typed it;
so the sheet's own XML is walked before. The walk also finds a sheet that is too large to be a list
before anything makes room for it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from kiosk.card_commands.lists import MOST_LINES, ListError
from kiosk.sale.card_cells import Cell, CellKind
from kiosk.sale.card_list import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_MOST_COLUMNS: Final = 100
_MOST_UNPACKED: Final = 128_000_000
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_PLACE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_LETTERS: Final = 26


class _TooLargeError(Exception):
    """The sheet reaches further than a list of cards does."""


class _NoSheetError(Exception):
    """What should be an .xlsx is not put together like one."""


def read_workbook(path: Path, data: bytes) -> list[Row]:
    """Read the first sheet of the workbook ``data``; rows that are blank are left out.

    Raises:
        ListError: it is damaged, has a password, or is too large to be a list.
    """
    try:
        odd = _odd_cells(data)
        table = _values(data)
    except _TooLargeError as error:
        raise ListError(
            path,
            f"第一张表太大：最多 {MOST_LINES} 行、{_MOST_COLUMNS} 列，请把名单放到新的表格里。",
            f"its first sheet is too large: at most {MOST_LINES} rows of {_MOST_COLUMNS} columns; "
            "copy the list into a new file.",
        ) from error
    except (
        _NoSheetError,
        expat.ExpatError,
        zipfile.BadZipFile,
        zlib.error,
        LookupError,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise ListError(
            path,
            "不是完好的 .xlsx：请在表格软件里重新另存一次，或存成 CSV。",
            "it is no sound .xlsx: save it once more in the spreadsheet, or as CSV.",
        ) from error
    rows = []
    for number, values in enumerate(table, start=1):
        cells = [
            _cell(value, odd.get((number, column))) for column, value in enumerate(values, start=1)
        ]
        if any(cell.text.strip() or cell.kind is not CellKind.TEXT for cell in cells):
            rows.append(Row(number, cells))
    return rows


def _cell(value: object, odd: CellKind | None) -> Cell:
    if odd is not None:
        return Cell(str(value), odd)
    if isinstance(value, datetime):
        return Cell(value.date().isoformat(), CellKind.DATE)
    if isinstance(value, date):
        return Cell(value.isoformat(), CellKind.DATE)
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", CellKind.NUMBER)
    if isinstance(value, int | float):
        whole = isinstance(value, int) or value.is_integer()
        return Cell(str(int(value)) if whole else repr(value), CellKind.NUMBER)
    return Cell(str(value))


def _values(data: bytes) -> list[list[object]]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - lists are few

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not book.sheet_names:
            raise _NoSheetError
        # Blank rows at the beginning are kept: a row's place is its number in the spreadsheet.
        table = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise _NoSheetError from error
    return [list[object](row) for row in table]


def _odd_cells(data: bytes) -> dict[tuple[int, int], CellKind]:
    """Give row and column, from 1, of every formula and every error of the first sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(each.file_size for each in archive.infolist()) > _MOST_UNPACKED:
            raise _TooLargeError
        walk = _Sheet()
        _walk(archive.read(_first_sheet(archive)), walk.begin)
    return walk.odd


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Find the part that is the workbook's first sheet."""
    ids: list[str] = []
    targets: dict[str, str] = {}

    def sheet(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet":
            ids.extend(value for key, value in attributes.items() if key.endswith(":id"))

    def relation(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    _walk(archive.read(_WORKBOOK), sheet)
    _walk(archive.read(_RELATIONS), relation)
    if not ids:
        raise _NoSheetError
    return posixpath.normpath(posixpath.join("/xl", targets[ids[0]])).removeprefix("/")


class _Sheet:
    """Walks a sheet's tags and notes the cells that a list may not have."""

    def __init__(self) -> None:
        self.odd: dict[tuple[int, int], CellKind] = {}
        self._row = 0
        self._column = 0

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of one tag; its attributes may leave out where it stands."""
        if tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif tag == "c":
            self._move(attributes.get("r"))
            if attributes.get("t") == "e":
                self.odd[self._row, self._column] = CellKind.ERROR
        elif tag == "f":
            self.odd[self._row, self._column] = CellKind.FORMULA

    def _move(self, place: str | None) -> None:
        self._column += 1
        if place is not None:
            found = _PLACE.fullmatch(place)
            if found is None:
                raise _NoSheetError
            self._column = 0
            for letter in found[1]:
                self._column = self._column * _LETTERS + ord(letter) - ord("A") + 1
            self._row = int(found[2])
        # One more row than lines: the header.
        if self._row > MOST_LINES + 1 or self._column > _MOST_COLUMNS:
            raise _TooLargeError


def _walk(xml: bytes, begin: Callable[[str, Mapping[str, str]], None]) -> None:
    """Hand every tag, without its namespace's prefix, to ``begin``; entities are refused."""
    parser = expat.ParserCreate()

    def tag(name: str, attributes: dict[str, str]) -> None:
        begin(name.rpartition(":")[2], attributes)

    def doctype(*_: object) -> None:
        raise _NoSheetError

    parser.StartElementHandler = tag
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(xml, True)  # noqa: FBT003 - that is how expat hears of the end
