"""The rows of a CSV file, plain or gzipped, in any encoding, each with its line."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections import deque
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from config.checks import closest
from config.errors import ConfigError, Fault, Phrase, shown
from config.reading import dotted
from kiosk.replay.errors import ReplayError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.source import Place
    from kiosk.replay.map_checks import Column

UNDECODED: Final = re.compile("[\udc80-\udcff]").search
"""Whether a text holds bytes that are not of the file's encoding."""

_GZIP: Final = b"\x1f\x8b"
_BOM: Final = "\ufeff"
_MOST_LINES: Final = 1000
_UNCLOSED: Final = Phrase(
    "引号没有在这一行闭合（字段确实跨行时：file.multiline = true）",
    "a quote is not closed on this line (where fields do go on below: file.multiline = true)",
)
_UNCLOSED_HERE: Final = Phrase(
    "从这一行起的引号没有正确闭合", "a quote is not closed on this line, nor rightly below it"
)


class RawRow(NamedTuple):
    """One row: the line it begins on, its fields, and what is wrong with it as a whole.

    ``shifted`` says that its fields may stand in other columns than their own.
    """

    line: int
    fields: list[str]
    fault: Phrase | None
    shifted: bool = False


class Reading(NamedTuple):
    """How to read a CSV file; see ``map.File``."""

    encoding: str
    delimiter: str
    quote: str
    header: bool
    skip_lines: int
    multiline: bool = False


class CsvFile:
    """An open CSV file: its header, and its rows one at a time with flat memory.

    What cannot be decoded, or breaks the rules of CSV, is a fault of its line alone: no line of
    the file is swallowed by a quote that somebody forgot to close.
    """

    def __init__(
        self, path: Path, raw: io.FileIO, text: io.TextIOWrapper, reading: Reading
    ) -> None:
        self.path = path
        self._raw = raw
        # A pipe has no size, and does not say how far it was read.
        self._size = max(path.stat().st_size, 1) if raw.seekable() else 0
        self._encoding = reading.encoding
        self._multiline = reading.multiline
        self._dialect = csv.reader(
            (),
            delimiter=reading.delimiter,
            quotechar=reading.quote or None,
            quoting=csv.QUOTE_MINIMAL if reading.quote else csv.QUOTE_NONE,
            doublequote=True,
            strict=True,
        ).dialect
        self._lines = self._read_lines(text, reading.skip_lines)
        self._again: deque[str] = deque()
        self._line = reading.skip_lines
        self.header: tuple[str, ...] = ()
        if reading.header:
            self.header = self._read_header()

    def __iter__(self) -> Iterator[RawRow]:
        """Give every row that is not blank.

        Raises:
            ReplayError: the file ends early, or cannot be read on.
        """
        while (row := self._next()) is not None:
            if row.fault or any(row.fields):
                yield row

    def fraction(self) -> float:
        """Give how much of the file was read, from 0 to 1; 0 where it is a pipe."""
        return min(self._raw.tell() / self._size, 1.0) if self._size else 0.0

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
        if any(map(UNDECODED, self.header)):
            unread = self._encoding
            return Phrase(
                f"表头不是 {unread} 编码，请先改 file.encoding",
                f"the header is not {unread}: change file.encoding first",
            )
        names = ", ".join(self.header)
        return Phrase(names, names)

    def _read_lines(self, text: io.TextIOWrapper, skip: int) -> Iterator[str]:
        """Give the lines behind the first ``skip``."""
        with _readable(self.path):
            for number, line in enumerate(text):
                if number < skip:
                    continue
                # The mark is one of the file, not of its first line.
                yield line.removeprefix(_BOM) if number == skip else line

    def _next(self) -> RawRow | None:
        """Read on by one row, or None at the end.

        Of a row that is not CSV, or that takes lines in without becoming one, only the first
        line counts: the others are read again, each as the beginning of a row.
        """
        taken: list[str] = []
        begin, width = self._line + 1, len(self.header)
        fields: list[str] | None = []
        fault: Phrase | None = None
        try:
            fields = next(csv.reader(self._taken(taken), self._dialect), None)
        except csv.Error as error:
            fault = self._quote_fault(taken, error)
        if fields is None:
            return None
        if not fault and width and any(fields) and len(fields) != width:
            fault = _width_fault(fields, width)
            if fault and len(taken) > 1:
                fields, fault = [], _UNCLOSED_HERE
        shifted = fault is not None
        if fault:
            self._again.extendleft(reversed(taken[1:]))
            del taken[1:]
        elif any(not line.isascii() and UNDECODED(line) for line in taken):
            fault = Phrase(f"不是 {self._encoding} 编码", f"it is not {self._encoding}")
        self._line += len(taken)
        return RawRow(begin, fields, fault, shifted)

    def _taken(self, taken: list[str]) -> Iterator[str]:
        """Give the lines that a row asks for, and note them in ``taken``."""
        while True:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                return
            taken.append(line)
            yield line
            if not self._multiline:
                return
            if len(taken) == _MOST_LINES:
                raise csv.Error(f"{_MOST_LINES} lines")

    def _quote_fault(self, taken: list[str], error: csv.Error) -> Phrase:
        if len(taken) > 1:
            return _UNCLOSED_HERE
        if "unexpected end" in str(error):
            return _UNCLOSED_HERE if self._multiline else _UNCLOSED
        return Phrase(f"不是 CSV（{error}）", f"it is no CSV ({error})")

    def _read_header(self) -> tuple[str, ...]:
        row = self._next()
        if row is not None and row.fault is not None and row.shifted:
            raise ReplayError(
                self.path, f"表头不对：{row.fault.zh}。", f"its header is wrong: {row.fault.en}."
            )
        header = tuple(name.strip() for name in row.fields) if row else ()
        if not any(header):
            raise ReplayError(
                self.path,
                "没有表头：文件是空的，或 file.skip_lines 不对。",
                "there is no header: the file is empty, or file.skip_lines is wrong.",
            )
        return header


def _width_fault(fields: list[str], width: int) -> Phrase | None:
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
