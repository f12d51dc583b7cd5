"""The flight recorder: what the last hour looked like, for whoever has to find out why.

It is kept in memory and costs a few microseconds a key; one key writes it to a file. What must
never be in it (PINs, payment codes, cards, names) is not in the file; see docs/flight-recorder.md.
"""

from __future__ import annotations

import json
import os
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from kiosk.errors import TillError
from ledger.money import to_fen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping
    from pathlib import Path

    from config.errors import Refusal
    from kiosk.screens.ticket import Ticket

T = TypeVar("T")

REPORTS: Final = "reports"
"""The folder of a home that the file goes to."""

FORMAT: Final = 1
SLOW_MS: Final = 50.0
"""A key that took longer is marked: somebody felt it."""

HIDDEN: Final = "•"
MOST: Final = 20_000
SPAN_S: Final = 3600.0

NEVER_SHOWN_S: Final = 5.0
"""A key that painted nothing for so long painted nothing at all."""

_MOST_UNSEEN: Final = 64
_CODE_DIGITS: Final = 14
"""So many digits in a row are longer than any code on goods, and may be a payment code."""
_EDITING: Final = frozenset({"backspace", "delete", "left", "right", "home", "end"})
_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700


class NotWrittenError(TillError):
    """The record could not be written."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(
            f"操作记录没有写成：{folder}（{error.strerror}）。请检查磁盘空间和权限后重试。",
            f"The flight record was not written to {folder} ({error.strerror}): check the disk's "
            "space and the folder's permissions, then try again.",
        )


def _named(call: Callable[..., object]) -> str:
    """Name the function behind ``call``, whatever kind of callable it is."""
    function = call.func if isinstance(call, partial) else call
    name: str = getattr(function, "__qualname__", type(function).__name__)
    return name.partition(".<locals>")[0]


@dataclass(slots=True, eq=False)
class Pressed:
    """One key: when it was read, and when it was handled and shown, on the monotonic clock."""

    at: float
    key: str
    handled: float | None = None
    painted: float | None = None


class Noted(NamedTuple):
    """Anything else that happened: when, what, and what there is to say of it."""

    at: float
    what: str
    facts: Mapping[str, object] | Callable[[], Mapping[str, object]]


class Recorder:
    """The last hour of one till, oldest first; ``clock`` is the one that keys are stamped by."""

    def __init__(self, *, clock: Callable[[], float] = monotonic, most: int = MOST) -> None:
        self.clock = clock
        self._ring: deque[Pressed | Noted] = deque(maxlen=most)
        self._unseen: deque[Pressed] = deque(maxlen=_MOST_UNSEEN)
        self._screen = ""
        self._ticket: Ticket | None = None
        self._pending = 0
        self._shift: int | None = None

    def press(self, key: str, at: float) -> Pressed:
        """Note a key that was read at ``at``; its times are filled in as they come."""
        pressed = Pressed(at, key)
        self._ring.append(pressed)
        self._unseen.append(pressed)
        return pressed

    def painted(self) -> None:
        """Note that the keys that were handled by now have been shown."""
        if not self._unseen:
            return
        now = self.clock()
        waiting = [each for each in self._unseen if each.handled is None]
        for each in self._unseen:
            if each.handled is not None and now - each.handled <= NEVER_SHOWN_S:
                each.painted = now
        self._unseen.clear()
        self._unseen.extend(waiting)

    def note(self, what: str, **facts: object) -> None:
        """Note something that happened now; ``facts`` hold nothing personal."""
        self._ring.append(Noted(self.clock(), what, facts))

    def screen(self, name: str) -> None:
        """Note which screen keys go to, where it is another one."""
        if name != self._screen:
            self._screen = name
            self.note("screen", screen=name)

    def state(self, ticket: Ticket, pending: int, shift: int | None) -> None:
        """Note the ticket, the records that wait for the disk, and the shift, if they changed."""
        if ticket is self._ticket and pending == self._pending and shift == self._shift:
            return
        self._ticket, self._pending, self._shift = ticket, pending, shift
        # Tickets never change, so their sums can wait until somebody asks.
        self._ring.append(Noted(self.clock(), "state", lambda: _state(ticket, pending, shift)))

    def refused(self, refusal: Refusal) -> None:
        """Note what kind of refusal the cashier was told; its words may hold names."""
        self.note("refused", error=type(refusal).__name__)

    async def timed(self, call: Callable[..., object], answer: Awaitable[T]) -> T:
        """Give ``answer``, and note how long the till took for ``call`` and which record it made.

        Raises:
            Refusal: whatever the call refuses.
        """
        began = self.clock()
        name = _named(call)
        try:
            result = await answer
        except Exception as error:
            self._till(name, began, refused=type(error).__name__)
            raise
        record = getattr(result, "record", None)
        seq = getattr(record, "seq", None)
        self._till(name, began, **({} if seq is None else {"record": seq}))
        return result

    def _till(self, name: str, began: float, **facts: object) -> None:
        self.note("till", call=name, ms=_ms(self.clock() - began), **facts)

    def hide(self, count: int, until: float) -> None:
        """Forget the last ``count`` characters that were read no later than ``until``."""
        for each in reversed(self._ring):
            if count <= 0:
                return
            if isinstance(each, Pressed) and each.at <= until and len(each.key) == 1:
                each.key = HIDDEN
                count -= 1

    def lines(self, now: datetime) -> list[dict[str, object]]:
        """Give what happened in the last hour before ``now``, with no payment code in it."""
        here = self.clock()
        entries = [each for each in list(self._ring) if here - each.at <= SPAN_S]
        _hide_codes([each for each in entries if isinstance(each, Pressed)])
        return [_line(each, now - timedelta(seconds=here - each.at)) for each in entries]

    def export(self, folder: Path, header: Mapping[str, object], now: datetime) -> Path:
        """Write the last hour into ``folder``, for its owner alone; give the file.

        Each line is one JSON object, the first of them ``header``. Any thread may ask for it.

        Raises:
            NotWrittenError: the disk refuses; no half file stays under its name.
        """
        now = now.astimezone(UTC)
        file = folder / f"flight-{now:%Y%m%dT%H%M%SZ}.jsonl"
        first = {"what": "header", "format": FORMAT, "made": _instant(now), **header}
        lines = (first, *self.lines(now))
        try:
            _write(file, "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in lines))
        except OSError as error:
            raise NotWrittenError(folder, error) from error
        return file


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    half = file.with_name(f".{file.name}.new")
    half.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(half, flags, _MODE), "w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    half.replace(file)


def _hide_codes(keys: list[Pressed]) -> None:
    """Hide every row of digits that is as long as a payment code, however slowly it was typed."""
    for row in _rows_of_digits(keys):
        if len(row) >= _CODE_DIGITS:
            for each in row:
                each.key = HIDDEN


def _rows_of_digits(keys: list[Pressed]) -> Iterator[list[Pressed]]:
    row: list[Pressed] = []
    for each in keys:
        if len(each.key) == 1 and each.key.isdecimal():
            row.append(each)
        elif each.key not in _EDITING:
            yield row
            row = []
    yield row


def _line(entry: Pressed | Noted, at: datetime) -> dict[str, object]:
    if isinstance(entry, Noted):
        facts = entry.facts() if callable(entry.facts) else entry.facts
        return {"at": _instant(at), "what": entry.what, **facts}
    line: dict[str, Any] = {"at": _instant(at), "what": "key", "key": entry.key}
    if entry.handled is not None:
        line["handled_ms"] = handled = _ms(entry.handled - entry.at)
        if handled > SLOW_MS:
            line["slow"] = True
    if entry.painted is not None:
        line["painted_ms"] = _ms(entry.painted - entry.at)
    return line


def _state(ticket: Ticket, pending: int, shift: int | None) -> dict[str, object]:
    return {
        "lines": len(ticket.basket.lines),
        "total_fen": to_fen(ticket.total),
        "rest_fen": to_fen(ticket.rest),
        "pending": pending,
        "shift": shift,
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
