"""The rows of a CSV file, plain or gzipped, in any encoding, each with its line."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from config.errors import ConfigError, Fault, Phrase, shown
from config.reading import closest, dotted
from kiosk.replay.errors import ReplayError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.source import Place
    from kiosk.replay.map_checks import Column

_GZIP: Final = b"\x1f\x8b"
_UNDECODED: Final = re.compile("[\udc80-\udcff]").search
_BOM: Final = "\ufeff"


class RawRow(NamedTuple):
    """One row: the line it begins on, its fields, and what is wrong with it as a whole."""

    line: int
    fields: list[str]
    fault: Phrase | None


class Reading(NamedTuple):
    """How to read a CSV file; see ``map.File``."""

    encoding: str
    delimiter: str
    quote: str
    header: bool
    skip_lines: int


class CsvFile:
    """An open CSV file: its header, and its rows one at a time with flat memory.

    What cannot be decoded, or breaks the rules of CSV, is a fault of its row alone.
    """

    def __init__(
        self, path: Path, raw: io.FileIO, text: io.TextIOWrapper, reading: Reading
    ) -> None:
        self.path = path
        self._raw = raw
        self._size = max(path.stat().st_size, 1)
        self._encoding = reading.encoding
        self._undecoded = False
        self._rows = csv.reader(
            self._lines(text, reading.skip_lines),
            delimiter=reading.delimiter,
            quotechar=reading.quote or None,
            quoting=csv.QUOTE_MINIMAL if reading.quote else csv.QUOTE_NONE,
            doublequote=True,
        )
        self._skipped = reading.skip_lines
        self.header = self._read_header() if reading.header else ()

    def __iter__(self) -> Iterator[RawRow]:
        """Give every row that is not blank.

        Raises:
            ReplayError: the file ends early, or cannot be read on.
        """
        width, rows = len(self.header), self._rows
        while True:
            line = rows.line_num + 1 + self._skipped
            self._undecoded = False
            try:
                fields = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield RawRow(line, [], Phrase(f"不是 CSV（{error}）", f"it is no CSV ({error})"))
                continue
            if not any(fields):
                continue
            fault = None
            if self._undecoded and any(map(_UNDECODED, fields)):
                fault = Phrase(f"不是 {self._encoding} 编码", f"it is not {self._encoding}")
            elif len(fields) != width and width:
                fault = self._width_fault(fields, width)
            yield RawRow(line, fields, fault)

    def fraction(self) -> float:
        """Give how much of the file was read, from 0 to 1."""
        return min(self._raw.tell() / self._size, 1.0)

    def index(self, column: Column, place: Place, map_path: Path) -> int:
        """Give the place of a column, from 0.

        Raises:
            ConfigError: the header does not have it, or has it twice.
        """
        if column in self.header:
            if self.header.count(str(column)) == 1:
                return self.header.index(str(column))
            wrong = Phrase(
                f"列名 {shown(column)} 出现多次", f"the header has {shown(column)} more than once"
            )
            allowed = Phrase("从 1 数起的列号", "the column's place counted from 1")
        elif (isinstance(column, int) or column.isdecimal()) and (
            not self.header or 1 <= int(column) <= len(self.header)
        ):
            return int(column) - 1
        else:
            wrong = Phrase(
                f"{self.path.name} 没有列 {shown(column)}",
                f"{self.path.name} has no column {shown(column)}",
            )
            if nearest := closest(str(column), self.header):
                wrong = Phrase(
                    f"{wrong.zh}，是否指 {nearest}", f"{wrong.en}, did you mean {nearest}"
                )
            allowed = self._columns()
        raise ConfigError(map_path, [Fault(dotted(place), wrong, allowed)])

    def _columns(self) -> Phrase:
        if any(map(_UNDECODED, self.header)):
            unread = self._encoding
            return Phrase(
                f"表头不是 {unread} 编码，请先改 file.encoding",
                f"the header is not {unread}: change file.encoding first",
            )
        names = ", ".join(self.header)
        return Phrase(names, names)

    def _lines(self, text: io.TextIOWrapper, skip: int) -> Iterator[str]:
        """Give the lines behind the first ``skip``; remember which cannot be decoded."""
        with _readable(self.path):
            for number, line in enumerate(text):
                if number < skip:
                    continue
                if number == skip and line.startswith(_BOM):
                    line = line[1:]  # noqa: PLW2901 - a mark of the file, not of its first line
                if not line.isascii() and _UNDECODED(line):
                    self._undecoded = True
                yield line

    def _read_header(self) -> tuple[str, ...]:
        try:
            header = tuple(name.strip() for name in next(self._rows))
        except (StopIteration, csv.Error):
            header = ()
        if not any(header):
            raise ReplayError(
                self.path,
                "没有表头：文件是空的，或 file.skip_lines 不对。",
                "there is no header: the file is empty, or file.skip_lines is wrong.",
            )
        return header

    def _width_fault(self, fields: list[str], width: int) -> Phrase | None:
        if len(fields) > width and not any(fields[width:]):
            return None
        return Phrase(
            f"有 {len(fields)} 个字段，表头有 {width} 个",
            f"it has {len(fields)} fields, the header has {width}",
        )


@contextmanager
def open_csv(path: Path, reading: Reading) -> Iterator[CsvFile]:
    """Open a CSV file; gzip is known by its first bytes, whatever the file is called.

    Raises:
        ReplayError: it cannot be read, or has no header.
    """
    with ExitStack() as files:
        with _readable(path):
            raw = files.enter_context(path.open("rb", buffering=0))
            buffered = files.enter_context(io.BufferedReader(raw))
            zipped = buffered.peek(len(_GZIP))[: len(_GZIP)] == _GZIP
            stream = gzip.GzipFile(fileobj=buffered) if zipped else buffered
            text = files.enter_context(
                io.TextIOWrapper(stream, reading.encoding, errors="surrogateescape", newline="")
            )
            opened = CsvFile(path, raw, text, reading)
        yield opened


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ReplayError(path, "文件不存在。", "it is not there.") from error
    except IsADirectoryError as error:
        raise ReplayError(path, "是目录，不是文件。", "it is a folder, not a file.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ReplayError(
            path,
            f"压缩文件已损坏或不完整（{error}）：请重新取得文件后再运行，已记的不会重复。",
            f"the gzip is damaged or cut short ({error}): get the file again and rerun; what was "
            "rung is not rung twice.",
        ) from error
    except UnicodeError as error:
        raise ReplayError(
            path,
            f"不能按 map 的编码读取（{error}）：请改 file.encoding。",
            f"it cannot be read in the map's encoding ({error}): change file.encoding.",
        ) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReplayError(
            path, f"无法读取（{reason}）。", f"it cannot be read ({reason})."
        ) from error
