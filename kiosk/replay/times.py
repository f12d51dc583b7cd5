"""Timestamps as a file writes them, as aware instants."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from config.checks import UnfitError, unfit
from config.errors import Phrase, shown
from config.text import ascii_digits
from kiosk.replay.errors import RowError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

ISO: Final = "iso"
UNIX: Final = {"unix": 1, "unix_ms": 1000}

_DIRECTIVES: Final = "YymdjbBaAHIMSfpz%"
_OF_A_DAY: Final = re.compile(r"%[HI]")
_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_YEARS: Final = range(1970, 2200)
_NO_SUCH_DAY: Final = ("out of range", "must be in")
_KEPT: Final = 1024
_FORMAT: Final = Phrase(
    f'"iso"、"unix"、"unix_ms"，或由 {" ".join("%" + each for each in _DIRECTIVES)} 组成、'
    '含年月日的格式，如 "%Y-%m-%d %H:%M"',
    f'"iso", "unix", "unix_ms", or a format of {" ".join("%" + each for each in _DIRECTIVES)} '
    'with year, month and day, like "%Y-%m-%d %H:%M"',
)


_TWELVE: Final = Phrase("%I 和 %p，或 %H", "%I with %p, or %H")


def time_formats(value: object) -> tuple[str, ...]:
    """Accept a format that says a whole date, or several (a check of ``config.reading``)."""
    if isinstance(value, list) and value:
        return tuple(_time_format(each) for each in value)
    return (_time_format(value),)


def _time_format(value: object) -> str:
    if isinstance(value, str) and (value == ISO or value in UNIX):
        return value
    if not isinstance(value, str) or len(value) > _YEARS.start:
        raise unfit(value, _FORMAT)
    used = _DIRECTIVE.findall(value)
    day = "j" in used or ("d" in used and {"m", "b", "B"} & set(used))
    if not day or not {"Y", "y"} & set(used) or not all(d and d in _DIRECTIVES for d in used):
        raise unfit(value, _FORMAT)
    if "I" in used and "p" not in used:
        wrong = Phrase(f"{shown(value)} 有 %I 而没有 %p", f"{shown(value)} has %I without %p")
        raise UnfitError(wrong, _TWELVE)
    try:
        datetime.strptime("", value)  # noqa: DTZ007 - only whether the format can be used
    except ValueError:
        return value
    except re.error as error:  # a directive that stands twice
        wrong = Phrase(f"{shown(value)} 里有重复的项", f"{shown(value)} repeats a directive")
        raise UnfitError(wrong, _FORMAT) from error
    raise unfit(value, _FORMAT)


class Clock:
    """Reads the timestamps of one map; the last thousand that were read are remembered.

    A time without an offset is local to ``zone``. An hour that the clocks repeat is its first
    pass; one that they skip is read with the offset before it.
    """

    def __init__(self, formats: Sequence[str], zone: ZoneInfo, date_only_at: time) -> None:
        self._formats = tuple(formats)
        self._zone = zone
        self._date_only_at = date_only_at
        self.read = lru_cache(_KEPT)(self._read)

    def _read(self, text: str) -> datetime:
        """Give the instant that ``text`` says in the first format that fits.

        Raises:
            RowError: no format fits, no calendar has the date, or it is not in 1970 to 2199.
        """
        plain = ascii_digits(text).strip()
        impossible = False
        for each in self._formats:
            try:
                found = self._parse(plain, each)
            except (ValueError, OverflowError, OSError) as error:
                impossible = impossible or any(each in str(error) for each in _NO_SUCH_DAY)
                continue
            if found.year in _YEARS:
                return found
            impossible = True
        if impossible:
            raise RowError(f"没有这个日期 {shown(text)}", f"there is no date {shown(text)}")
        raise RowError(
            f"时间 {shown(text)} 不合任何格式", f"the time {shown(text)} fits none of the formats"
        )

    def _parse(self, text: str, how: str) -> datetime:
        if how in UNIX:
            if not _WHOLE.fullmatch(text):
                raise ValueError(text)
            return datetime.fromtimestamp(int(text) / UNIX[how], UTC)
        if how == ISO:
            found = datetime.fromisoformat(text)
            date_only = _is_date(text)
        else:
            found = datetime.strptime(text, how)  # noqa: DTZ007 - the zone follows
            date_only = not _OF_A_DAY.search(how)
        if date_only:
            found = datetime.combine(found, self._date_only_at, found.tzinfo)
        return found if found.tzinfo else found.replace(tzinfo=self._zone)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
