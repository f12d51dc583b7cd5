"""The till's side of the customer's screen: whoever connects is sent every change of the view.

It runs on the loop of the till's screen, and never waits there: a display that does not read is
cut off, comes back by itself, and is sent the last state. Without a display nothing is encoded.
"""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kiosk.screens.customer_frame import SOCKET, encode, short_path
from kiosk.screens.customer_view import IDLE, CustomerKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.sale.standing import Standing
    from kiosk.screens.customer_frame import Frame
    from kiosk.screens.customer_view import CustomerView

MOST_DISPLAYS: Final = 8
MOST_BEHIND: Final = 65_536
"""So many bytes may wait for a display, beside what the system holds, before it is cut off."""
LINGER_S: Final = {CustomerKind.REFUSED: 15.0, CustomerKind.THANKS: 10.0}
"""So long what is over stays in sight: the next in the queue need not read it."""

_NEW: Final = f".{SOCKET}.new"
_OWN: Final = 0o600


class CustomerFeed:
    """Sends frames to the displays of one home; call it on the loop that opened it.

    ``frame`` is what never changes, ``at_rest`` gives the view to go back to once a refusal or a
    thank-you was read, ``joined`` is called when a display has
    come, before it is sent anything. ``linger_s`` says how long they
    are in sight, by kind.
    """

    def __init__(
        self,
        home: Path,
        frame: Frame,
        *,
        at_rest: Callable[[], CustomerView] = lambda: IDLE,
        joined: Callable[[], None] = lambda: None,
        linger_s: dict[CustomerKind, float] = LINGER_S,
    ) -> None:
        self._home = home
        self._frame = frame
        self._at_rest = at_rest
        self._joined = joined
        self._linger_s = linger_s
        self._displays: set[_Display] = set()
        self._server: asyncio.Server | None = None
        self._inode = 0
        self._sending: asyncio.Handle | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def watched(self) -> bool:
        """Whether any display is connected."""
        return bool(self._displays)

    @property
    def view(self) -> CustomerView:
        """What the displays show now."""
        return self._frame.view

    async def open(self) -> None:
        """Let displays connect from now on; a socket that a killed till left is replaced.

        Raises:
            OSError: the folder takes no socket.
        """
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # Before it is bound, lest anybody connect while it is still everybody's.
            os.fchmod(listener.fileno(), _OWN)
            with short_path(self._home, _NEW) as new, short_path(self._home) as place:
                with suppress(FileNotFoundError):
                    os.unlink(new)  # noqa: PTH108 - a way through a descriptor, no path to keep
                listener.bind(new)
                self._inode = os.lstat(new).st_ino
                loop = asyncio.get_running_loop()
                listener.listen()
                os.replace(new, place)  # noqa: PTH105 - see above
            self._server = await loop.create_unix_server(lambda: _Display(self), sock=listener)
        except BaseException:
            listener.close()
            raise

    def show(self, view: CustomerView) -> None:
        """Show ``view`` from now on."""
        self._frame = replace(self._frame, view=view)
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None
        linger = self._linger_s.get(view.kind)
        if linger is not None and not self._closed:
            self._resting = asyncio.get_running_loop().call_later(linger, self._rest)
        self._send_soon()

    def tell(self, standing: Standing) -> None:
        """Say what the fund holds from now on."""
        if standing != self._frame.standing:
            self._frame = replace(self._frame, standing=standing)
            self._send_soon()

    async def close(self) -> None:
        """Send every display away, and take the socket out of the home."""
        self._closed = True
        for handle in (self._resting, self._sending):
            if handle is not None:
                handle.cancel()
        if self._server is None:
            return
        self._server.close()
        for display in tuple(self._displays):
            display.drop()
        await asyncio.sleep(0)  # the loop lets go of them in its next round
        # The lock of the home keeps another till away, but not whoever deletes files by hand.
        with suppress(OSError), short_path(self._home) as place:
            if os.lstat(place).st_ino == self._inode:
                os.unlink(place)  # noqa: PTH108 - see above

    def _rest(self) -> None:
        self._resting = None
        self.show(self._at_rest())

    def _send_soon(self) -> None:
        """Send the state once the key that changed it is handled: of several changes the last."""
        if self._displays and self._sending is None and not self._closed:
            self._sending = asyncio.get_running_loop().call_soon(self._send)

    def _send(self) -> None:
        self._sending = None
        line = encode(self._frame)
        for display in tuple(self._displays):
            display.send(line)

    def came(self, display: _Display) -> None:
        """Send the state to a ``display`` that has just connected; beyond the most it is cut."""
        if self._closed or len(self._displays) >= MOST_DISPLAYS:
            display.drop()
            return
        self._displays.add(display)
        self._joined()
        display.send(encode(self._frame))

    def went(self, display: _Display) -> None:
        """Forget a ``display``."""
        self._displays.discard(display)


class _Display(asyncio.Protocol):
    """One connected display; it has nothing to say."""

    _transport: asyncio.WriteTransport

    def __init__(self, feed: CustomerFeed) -> None:
        self._feed = feed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - for the type checker
        self._transport = transport
        self._feed.came(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the loop's word
        self._feed.went(self)

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - a display has nothing to say
        self.drop()

    def send(self, line: bytes) -> None:
        """Send one frame; whoever is too far behind is cut off instead."""
        if self._transport.get_write_buffer_size() > MOST_BEHIND:
            self.drop()
        else:
            self._transport.write(line)

    def drop(self) -> None:
        """Cut the connection; whatever waited for it is dropped."""
        self._feed.went(self)
        self._transport.abort()
