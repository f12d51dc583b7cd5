"""A program on a pseudo-terminal, and how long it takes to paint: the last byte counts."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS: Final = 30
COLUMNS: Final = 100
QUIET_S: Final = 0.1
"""A painting has ended when nothing comes for this long."""
PATIENCE_S: Final = 20.0


class SilentProgramError(Exception):
    """The program ended, or painted nothing of what was waited for."""


class Terminal:
    """``python`` with ``arguments`` on a terminal of ``ROWS`` by ``COLUMNS``.

    ``painted`` is all that it wrote so far. ``born`` is the instant before it was started.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        environment = os.environ | {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            "PYTHONUTF8": "1",
        }
        self.painted = b""
        self.born = time.perf_counter()
        # A fork, so that the terminal is the program's own: it is hung up when this process dies.
        self._pid, self._screen = pty.fork()
        if not self._pid:
            termios.tcsetwinsize(0, (ROWS, COLUMNS))
            os.execve(sys.executable, [sys.executable, *arguments], environment)  # noqa: S606

    def first_paint(self, mark: str) -> float:
        """Give the seconds from the start to the end of the painting that shows ``mark``."""
        wanted, last = mark.encode(), 0.0
        while wanted not in self.painted:
            last = self._read(PATIENCE_S)
        return max(last, self._settled(last)) - self.born

    def press(self, key: str) -> float:
        """Press ``key``; give the seconds until the last byte that it made the program paint."""
        self.drain()
        pressed = time.perf_counter()
        os.write(self._screen, key.encode())
        return self._settled(self._read(PATIENCE_S)) - pressed

    def press_until(self, keys: str, *marks: str) -> float:
        """Press ``keys`` as one burst; give the seconds until all ``marks`` are painted."""
        self.drain()
        return self.type_until(keys, *marks)

    def type_until(self, keys: str, *marks: str) -> float:
        """Do as ``press_until`` does, whatever is still being painted."""
        before, wanted = len(self.painted), [mark.encode() for mark in marks]
        pressed = last = time.perf_counter()
        os.write(self._screen, keys.encode())
        while not all(mark in self.painted[before:] for mark in wanted):
            last = self._read(PATIENCE_S)
        return last - pressed

    def cpu_s(self) -> float:
        """Give the CPU seconds that the program has used so far."""
        fields = Path(f"/proc/{self._pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def send(self, key: str) -> None:
        """Press ``key`` and wait until the program is quiet, whether or not it painted."""
        os.write(self._screen, key.encode())
        time.sleep(2 * QUIET_S)
        self.drain()

    def drain(self) -> None:
        """Wait until nothing more is painted by itself."""
        self._settled(0.0)

    def _settled(self, last: float) -> float:
        while select.select([self._screen], [], [], QUIET_S)[0]:
            last = self._read(PATIENCE_S)
        return last

    def _read(self, patience: float) -> float:
        """Take what the program wrote; give the instant when it came."""
        if not select.select([self._screen], [], [], patience)[0]:
            raise SilentProgramError(self.painted[-2000:])
        try:
            chunk = os.read(self._screen, 65536)
        except OSError as error:  # the program ended and closed its side
            raise SilentProgramError(self.painted[-2000:]) from error
        self.painted += chunk
        return time.perf_counter()

    def close(self) -> None:
        """End the program."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._screen)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
