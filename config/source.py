"""A TOML file of the operator's: read whole, with the line of every key for the refusals."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from config.errors import ConfigError, Fault, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Place: TypeAlias = tuple[str | int, ...]
"""Where a value stands: ``("fund", "set_aside_fen")``, ``("product", 3, "price")``; rows from 0."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_ITEM = re.compile(r"\s*\{")
"""A row of an array that has a line of its own: ``{ id = "mild" },``."""
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_READABLE = Phrase("可以读取的文件", "a file that can be read")
_TOML = Phrase("TOML 1.0 格式，每个键只出现一次", "TOML 1.0, each key once")
_UTF8 = Phrase("以 UTF-8 编码保存的文件", "a file saved as UTF-8")


@dataclass(frozen=True, slots=True)
class Source:
    """One TOML file as it was read.

    Attributes:
        path: the file.
        tables: what it says.
        text: the file itself.
    """

    path: Path
    tables: Mapping[str, object]
    text: str

    def lines(self) -> dict[Place, int]:
        """Return the line of every table, row and key, counted from 1."""
        return _lines(self.text)


def read_source(path: Path, *, may_be_missing: bool = False) -> Source:
    """Read the TOML file at ``path``; a byte order mark in front is no fault.

    A file that is not there reads as an empty one where it ``may_be_missing``.

    Raises:
        ConfigError: it cannot be read, is not UTF-8 or is not TOML.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        if may_be_missing:
            return Source(path, {}, "")
        wrong = Phrase("文件不存在", "the file is not there")
        raise ConfigError(path, [Fault("", wrong, _READABLE)]) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        wrong = Phrase(f"无法读取文件（{reason}）", f"the file cannot be read ({reason})")
        raise ConfigError(path, [Fault("", wrong, _READABLE)]) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        wrong = Phrase("文件不是 UTF-8 编码", "the file is not UTF-8")
        raise ConfigError(path, [Fault("", wrong, _UTF8, line)]) from error
    try:
        return Source(path, tomllib.loads(text), text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(path, [_syntax_fault(error)]) from error


def _syntax_fault(error: ValueError | RecursionError) -> Fault:
    # Beside its own error tomllib lets two others through: a number of thousands of digits
    # (ValueError) and thousands of nested brackets (RecursionError).
    if not isinstance(error, tomllib.TOMLDecodeError):
        wrong = Phrase("数字过长或嵌套过深", "a number too long or brackets too deep")
        return Fault("", wrong, _TOML)
    said = str(error)
    found = _AT_LINE.search(said)
    reason = _AT_LINE.sub("", said).strip()
    wrong = Phrase(f"不是有效的 TOML（{reason}）", f"this is not TOML ({reason})")
    return Fault("", wrong, _TOML, int(found[1]) if found else None)


def _lines(text: str) -> dict[Place, int]:
    lines: dict[Place, int] = {}
    rows: dict[Place, int] = {}
    table: Place = ()
    place: Place = ()
    item = 0
    quote = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quote:
            quote = "" if quote in line else quote
        elif header := _HEADER.match(line):
            table = place = _header(rows, _parts(header[2]), array=header[1] == "[[")
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            place, item = (*table, *_parts(key[1])), 0
            lines.setdefault(place, number)
            quote = _opened(line[key.end() :])
        elif _ITEM.match(line):
            lines.setdefault((*place, item), number)
            item += 1
    return lines


def _header(rows: dict[Place, int], parts: Place, *, array: bool) -> Place:
    """Give the place of a header; inside an array of tables it means the array's last row."""
    table: Place = ()
    for depth, part in enumerate(parts, start=1):
        table = (*table, part)
        if array and depth == len(parts):
            rows[table] = rows.get(table, -1) + 1
        if table in rows:
            table = (*table, rows[table])
    return table


def _parts(dotted: str) -> Place:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _opened(value: str) -> str:
    return next((mark for mark in ('"""', "'''") if value.count(mark) == 1), "")
