"""Card readers on a serial line: one number a line; the thread outlives an unplugged cable."""

from __future__ import annotations

import re
import termios
import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from config.errors import Phrase
from kiosk.devices.reader_states import BACK_OFF_S, Teller, bare
from kiosk.devices.wedge import CardFormatError, read
from kiosk.sale.cards import Tap

if TYPE_CHECKING:
    from collections.abc import Callable

    from serial import Serial

    from config.cards import CardReader
    from kiosk.devices.reader_states import Told

_ENDINGS: Final = re.compile(rb"[\r\n\x03]")
"""CR, LF, both, or the ETX of readers that put a number between STX and ETX."""
_STX: Final = b"\x02"
_LONGEST: Final = 64
"""Bytes of the longest line; without an ending, more of them are noise."""
_LOOK_S: Final = 0.2
"""So often the thread looks whether it should stop."""
_STALE_S: Final = 1.0
"""A line that goes on after so long a pause is no line."""

READY: Final = Phrase("串口读卡器已就绪", "the serial reader is ready")
NOISE: Final = Phrase(
    "收到的不是卡号：请再刷一次；总是这样请核对 readers.baud 和 readers.format",
    "what came is no card's number: tap again; if it stays so, check readers.baud and "
    "readers.format",
)
NO_PYSERIAL: Final = Phrase(
    "缺少 pyserial：请运行 make setup", "pyserial is missing: run make setup"
)


class Lines:
    """Bytes as they come, cut into lines; pure, so that every cut can be tried."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = 0.0

    def add(self, data: bytes, at: float) -> list[bytes]:
        """Take ``data``, read at ``at`` (seconds of a clock that does not go back).

        Gives the lines that it ends, without their endings, and as one more line what can no
        longer become one: too long, or left behind by a pause.
        """
        lines = []
        if self._rest and at - self._at > _STALE_S:
            lines, self._rest = [self._rest], b""
        if not data:
            return lines
        self._at = at
        *ended, self._rest = _ENDINGS.split(self._rest + data)
        lines += [line.removeprefix(_STX) for line in ended if line.removeprefix(_STX)]
        if len(self._rest) > _LONGEST:
            lines, self._rest = [*lines, self._rest], b""
        return lines


class SerialLine(Thread):
    """Listens to one serial ``reader`` until it is stopped; opens it again when it comes back."""

    def __init__(self, reader: CardReader, tell: Callable[[Told], None]) -> None:
        super().__init__(name=f"reader-{reader.id}", daemon=True)
        self._reader = reader
        self._teller = Teller(tell)
        self._stopping = Event()

    def stop(self) -> None:
        """Ask the thread to end; it does within a second."""
        self._stopping.set()

    def run(self) -> None:
        """Open the line, listen, and begin again whenever it breaks."""
        try:
            from serial import Serial  # noqa: PLC0415 - nothing at the start needs it
        except ImportError:
            self._teller.state(self._reader.id, NO_PYSERIAL, ok=False)
            return
        while not self._stopping.is_set():
            try:
                # Exclusive: two programs on one line would each get a half of every number.
                with Serial(
                    self._reader.port, self._reader.baud, timeout=_LOOK_S, exclusive=True
                ) as line:
                    self._teller.state(self._reader.id, READY, ok=True)
                    self._listen(line)
            except (OSError, ValueError, termios.error) as error:
                self._teller.state(self._reader.id, closed(self._reader.port, error), ok=False)
                self._stopping.wait(BACK_OFF_S)

    def _listen(self, line: Serial) -> None:
        lines = Lines()
        while not self._stopping.is_set():
            data = line.read(1)
            data += line.read(line.in_waiting)
            for each in lines.add(data, time.monotonic()):
                self._heard(each)

    def _heard(self, line: bytes) -> None:
        reader = self._reader
        try:
            text = line.decode("ascii").strip(" \t\0")
            tap = Tap(reader.id, read(text, reader))
        except UnicodeDecodeError:
            self._teller.again(reader.id, NOISE)
        except CardFormatError as refusal:
            self._teller.again(reader.id, bare(refusal))
        else:
            self._teller.tap(tap, reader.again_ms)


def closed(port: str, error: Exception) -> Phrase:
    """Say why a serial ``port`` cannot be used, and what to do about it."""
    import errno  # noqa: PLC0415 - an unplugged cable is rare

    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EACCES:
        return Phrase(
            f"没有权限打开 {port}：请把用户加入 dialout 组，重新登录",
            f"{port} may not be opened: add the user to the group dialout and log in again",
        )
    if number in {errno.EAGAIN, errno.EBUSY} or "exclusively lock" in str(error):
        return in_use(port)
    return Phrase(
        f"打不开 {port}：请检查读卡器的线和 kiosk.toml 的 readers.port",
        f"{port} cannot be opened: check the reader's cable and readers.port in kiosk.toml",
    )


def in_use(port: str) -> Phrase:
    """Say that another program listens to the serial ``port``."""
    return Phrase(
        f"{port} 正被别的程序占用：请先关掉那个程序",
        f"{port} is in use by another program: close that one first",
    )
