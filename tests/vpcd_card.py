"""A virtual card on the virtual reader of vpcd, before a real pcscd.

What vpcd speaks over TCP: two bytes of length, highest first, then an APDU or one byte of control.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Self

from kiosk.devices.card_device_errors import CardGoneError

if TYPE_CHECKING:
    from types import TracebackType

    from tests.virtual_card import VirtualCard

ATR = bytes.fromhex("3B8180018080")
TELL_ATR = 4


class VpcdCard:
    """A card on the virtual reader of vpcd: a thread that answers what pcscd asks.

    It lies there from ``insert`` to ``remove``, and is there again when pcscd was restarted.
    """

    def __init__(self, card: VirtualCard, host: str = "127.0.0.1", port: int = 35963) -> None:
        self.card = card
        self.where = (host, port)
        self.on_reader = Event()
        self._gone = Event()
        self._guard = Lock()
        self._socket: socket.socket | None = None
        self._thread: Thread | None = None

    def insert(self) -> Self:
        """Lay the card on the reader; it is there as soon as vpcd lets it in."""
        self.remove()
        self._gone.clear()
        if self.card.left == 0:
            self.card.put_back()
        self._thread = Thread(target=self._lie, name="virtual card", daemon=True)
        self._thread.start()
        return self

    def remove(self) -> None:
        """Take the card away."""
        self._gone.set()
        self._hang_up()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Self:
        return self.insert()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    def _lie(self) -> None:
        while not self._gone.is_set():
            with suppress(OSError), socket.create_connection(self.where, timeout=5) as line:
                line.settimeout(None)
                with self._guard:
                    self._socket = line
                self.on_reader.set()
                self._serve(line)
            self.on_reader.clear()
            self.card.reset()
            # vpcd is not there (yet): it is asked again, until somebody takes the card away.
            self._gone.wait(0.05)

    def _serve(self, line: socket.socket) -> None:
        while not self._gone.is_set():
            asked = _frame(line)
            if asked is None:
                return
            answer = self._powered(asked[0]) if len(asked) == 1 else self._told(asked)
            if answer is None:
                return
            if answer:
                line.sendall(len(answer).to_bytes(2) + answer)

    def _powered(self, control: int) -> bytes:
        if control == TELL_ATR:
            return ATR
        self.card.reset()
        return b""

    def _told(self, apdu: bytes) -> bytes | None:
        try:
            return self.card.transmit(apdu)
        except CardGoneError:
            self._gone.set()
            return None

    def _hang_up(self) -> None:
        with self._guard, suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)


def _frame(line: socket.socket) -> bytes | None:
    """Read one message; None when vpcd has hung up."""
    length = _whole(line, 2)
    return None if length is None else _whole(line, int.from_bytes(length))


def _whole(line: socket.socket, wanted: int) -> bytes | None:
    got = b""
    while len(got) < wanted:
        more = line.recv(wanted - len(got))
        if not more:
            return None
        got += more
    return got
