"""Tables of a TOML file become frozen values; whatever does not fit becomes a fault.

A dataclass is the form of a table: each field is a key. ``Annotated[int, whole(0, 9)]`` names the
check of a value, another dataclass is a table in the table, ``tuple[Row, ...]`` is an array of
tables. A field with a default may be left out.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

from config.checks import Entries, UnfitError, guessed
from config.errors import ConfigError, Fault, Phrase, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from config.source import Place, Source

T = TypeVar("T")

_ROW_NAME = re.compile(r"[\w-]+")


class Reader:
    """Reads one file and gathers everything that is wrong in it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._faults: list[Fault] = []
        self._lines: dict[Place, int] | None = None

    def fault(self, place: Place, wrong: Phrase, allowed: Phrase) -> None:
        """Note that what stands at ``place`` is wrong."""
        key = dotted(place, self.source.tables)
        self._faults.append(Fault(key, wrong, allowed, self.line(place)))

    def line(self, place: Place) -> int | None:
        """Return the line of ``place``, or of the nearest table or row around it."""
        if self._lines is None:
            self._lines = self.source.lines()
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place)

    def finish(self) -> None:
        """Raise ConfigError with every fault in the order of the file, if there is one."""
        if self._faults:
            ordered = sorted(self._faults, key=lambda fault: fault.line or 0)
            raise ConfigError(self.source.path, ordered)

    def values(self, form: type, table: Mapping[str, object], at: Place = ()) -> dict[str, Any]:
        """Return what ``table`` says of the fields of ``form``, tables as nested dicts.

        Keys that are missing stay missing; those that are unknown or unfit become faults.
        """
        known = _form(form)
        found: dict[str, Any] = {}
        for key, value in table.items():
            place = (*at, key)
            if key not in known:
                self.unknown(place, known)
            else:
                self._value(known[key], value, place, found)
        return found

    def row(self, form: type[T], table: object, at: Place) -> T | None:
        """Return ``table`` as a ``form``, or None after noting why it is none."""
        before = len(self._faults)
        if not isinstance(table, dict):
            self.not_a_table(at, table)
            return None
        found = self.values(form, table, at)
        shape: type = form  # a generic type is not hashable to mypy
        required = _required(shape)
        for key in required:
            if key not in table:
                names = ", ".join(required)
                missing = Phrase(f"缺少 {key}", f"{key} is missing")
                allowed = Phrase(f"写明每一项：{names}", f"state each of {names}")
                self.fault((*at, key), missing, allowed)
        return form(**found) if len(self._faults) == before else None

    def rows(self, form: type[T], tables: object, at: Place) -> list[tuple[int, T]]:
        """Return the rows of an array of tables that are right, each with its number from 0."""
        if not isinstance(tables, list):
            wrong = Phrase(f"值 {shown(tables)} 不是表的数组", f"{shown(tables)} is no table array")
            header = f"[[{'.'.join(part for part in at if isinstance(part, str))}]]"
            self.fault(at, wrong, Phrase(header, header))
            return []
        read = [(i, self.row(form, table, (*at, i))) for i, table in enumerate(tables)]
        return [(i, row) for i, row in read if row is not None]

    def not_a_table(self, place: Place, value: object) -> None:
        """Note that a table should stand at ``place``."""
        wrong = Phrase(f"值 {shown(value)} 不是表", f"{shown(value)} is not a table")
        self.fault(place, wrong, Phrase("由键和值组成的表", "a table of keys and values"))

    def _value(self, hint: Any, value: object, place: Place, found: dict[str, Any]) -> None:  # noqa: ANN401 - a type hint
        if is_dataclass(hint) and isinstance(hint, type):
            if isinstance(value, dict):
                found[str(place[-1])] = self.values(hint, value, place)
            else:
                self.not_a_table(place, value)
        elif get_origin(hint) is tuple:
            rows = self.rows(get_args(hint)[0], value, place)
            found[str(place[-1])] = tuple(row for _, row in rows)
        elif isinstance(check := hint.__metadata__[0], Entries):
            if isinstance(value, dict):
                found[str(place[-1])] = self._entries(check, value, place)
            else:
                self.not_a_table(place, value)
        else:
            try:
                found[str(place[-1])] = check(value)
            except UnfitError as error:
                self.fault(place, error.wrong, error.allowed)

    def _entries(self, entries: Entries, table: Mapping[str, object], at: Place) -> dict[str, Any]:
        """Read a table whose keys are data; ``sell.help`` may be written with or without quotes."""
        found: dict[str, Any] = {}
        for place, value in _flat(table, at):
            name = ".".join(map(str, place[len(at) :]))
            if entries.names is not None and name not in entries.names:
                self.unknown(place, entries.names, name)
                continue
            try:
                found[str(entries.name(name))] = entries.value(value)
            except UnfitError as error:
                self.fault(place, error.wrong, error.allowed)
        return found

    def unknown(self, place: Place, known: Collection[str], name: str | None = None) -> None:
        """Note that ``name``, or else the last part of ``place``, is none of the ``known`` keys."""
        key = name or str(place[-1])
        wrong = Phrase(f"没有这个键 {shown(key)}", f"there is no such key as {shown(key)}")
        names = ", ".join(known)
        self.fault(place, guessed(wrong, key, known), Phrase(names, names))


def dotted(place: Place, tables: object = None) -> str:
    """Return ``place`` as the operator reads it: rows by sku, id or code, else counted from 1."""
    said = ""
    for part in place:
        tables = _inside(tables, part)
        if isinstance(part, int):
            said += f"[{_row_name(tables) or part + 1}]"
        else:
            plain = part.isascii() and part.replace("_", "").replace("-", "").isalnum()
            said += f"{'.' if said else ''}{part if plain else shown(part)}"
    return said


def _flat(table: Mapping[str, object], at: Place) -> Iterator[tuple[Place, object]]:
    """Walk ``table`` down to what is no table: ``a.b = 1`` and ``"a.b" = 1`` mean the same."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, (*at, key))
        else:
            yield (*at, key), value


def _inside(tables: object, part: str | int) -> object:
    if isinstance(tables, dict):
        return tables.get(part)
    if isinstance(tables, list) and isinstance(part, int) and part < len(tables):
        return tables[part]
    return None


def _row_name(row: object) -> str:
    names = [row.get(key) for key in ("sku", "id")] if isinstance(row, dict) else []
    return next((name for name in names if isinstance(name, str) and _ROW_NAME.fullmatch(name)), "")


@cache
def _form(form: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass
    return get_type_hints(form, include_extras=True)


@cache
def _required(form: Any) -> tuple[str, ...]:  # noqa: ANN401 - any dataclass
    return tuple(each.name for each in fields(form) if each.default is MISSING)
