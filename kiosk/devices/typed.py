"""What a wedge reader types into a terminal, line by line, for who sets it up without the till."""

from __future__ import annotations

import os
import re
import select
import termios
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_END_OF_INPUT: Final = b"\x04"
"""Ctrl+D, as a terminal gives it that is read key by key."""
_ENDINGS: Final = re.compile(rb"[\r\n\t\x04]")
_LOOK_S: Final = 0.2
"""So often the thread looks whether it should stop."""
_PAUSES: Final = 5
"""After so many looks without a key, what stands there is a line: some readers end with none."""
_CHUNK: Final = 4096
_LONGEST: Final = 256
"""Signs of the longest line; more of them without an ending are one."""
_LOCAL: Final = 3
"""Where a terminal's local modes stand among its settings."""


class Typed(Thread):
    """Reads the lines of ``descriptor`` until it ends, or until it is stopped.

    ``tell`` is called on this thread with each line that is not empty, and with None at the end.
    """

    def __init__(self, descriptor: int, tell: Callable[[str | None], None]) -> None:
        super().__init__(name="typed", daemon=True)
        self._descriptor = descriptor
        self._tell = tell
        self._stopping = Event()

    def stop(self) -> None:
        """Ask the thread to end; it does within a second."""
        self._stopping.set()

    def run(self) -> None:
        """Read, and cut into lines what comes."""
        rest, quiet = b"", 0
        while not self._stopping.is_set():
            data = self._read()
            if data is None:
                quiet += 1
                if rest and quiet >= _PAUSES:
                    self._say([rest])
                    rest = b""
                continue
            quiet = 0
            ended = not data or _END_OF_INPUT in data
            *lines, rest = _ENDINGS.split(rest + data)
            if ended or len(rest) > _LONGEST:
                lines, rest = [*lines, rest], b""
            self._say(lines)
            if ended:
                self._tell(None)
                return

    def _read(self) -> bytes | None:
        """Give what was typed; None where nothing came yet, nothing at all at the end."""
        try:
            if not select.select([self._descriptor], [], [], _LOOK_S)[0]:
                return None
            return os.read(self._descriptor, _CHUNK)
        except (OSError, ValueError):
            return b""

    def _say(self, lines: list[bytes]) -> None:
        for line in lines:
            if text := line.decode("utf-8", "replace").strip():
                self._tell(text)


@contextmanager
def unseen(descriptor: int) -> Iterator[None]:
    """Let the terminal ``descriptor`` show nothing of what is typed, and give every key at once.

    A card's number stays off the screen. What is no terminal is left as it is.
    """
    if not os.isatty(descriptor):
        yield
        return
    before = termios.tcgetattr(descriptor)
    now = termios.tcgetattr(descriptor)
    now[_LOCAL] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(descriptor, termios.TCSANOW, now)
    try:
        yield
    finally:
        with suppress(termios.error):  # the terminal may be gone
            # Keys that nobody read are dropped: a shell would take them for a command.
            termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)
