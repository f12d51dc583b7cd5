"""What the flight recorder is told: every key, and how long the cashier waited for it."""

from __future__ import annotations

import asyncio
import os
import platform
from typing import TYPE_CHECKING, Final

from textual import events

from config.errors import Refusal
from config.text import ascii_digits
from kiosk import __version__
from kiosk.devices.scanner import Kind
from kiosk.screens.listening import Listening, tell
from kiosk.screens.recorder import HIDDEN, REPORTS
from ledger.head_file import read_heads

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kiosk.devices.scanner import Scan
    from kiosk.screens.desk import Desk
    from kiosk.screens.recorder import Pressed
    from kiosk.screens.sell import SellScreen
    from kiosk.till.home import Home

_NOT_ASCII: Final = "字"
_HIDDEN_SCANS: Final = frozenset({Kind.PAYMENT, Kind.CARD, Kind.HALF})


class Recording(Listening):
    """An app that keeps a flight record, and writes it to a file when ``record_key`` is pressed."""

    desk: Desk
    sell: SellScreen
    lang: str
    clock: Callable[[], datetime]
    record_key: str

    async def on_event(self, event: events.Event) -> None:
        """Note what comes from the cashier, then let it be handled as ever."""
        forwarded = isinstance(event, events.InputEvent | events.Paste) and event.is_forwarded
        match event:
            case events.Key() if not forwarded:
                await self._follow_key(event)
                return
            case events.MouseDown() if not forwarded:
                self.desk.recorder.note("click", x=event.x, y=event.y)
            case events.Paste() if not forwarded:
                self.desk.recorder.note("paste", characters=len(event.text))
            case events.Resize():
                width, height = event.size
                self.desk.recorder.note("resize", columns=width, rows=height)
            case _:
                pass
        await super().on_event(event)

    async def _follow_key(self, event: events.Key) -> None:
        recorder = self.desk.recorder
        recorder.screen(type(self.screen).__name__)
        pressed = recorder.press(self._written(event), event.time)
        if event.key == self.record_key:
            self.run_worker(self.export_record(), group="record")
        else:
            await super().on_event(event)
        # The loop comes back to this once the widget that the key went to is through with it.
        asyncio.get_running_loop().call_soon(self._was_handled, pressed)
        if len(pressed.key) > 1:
            # A key such as Enter may turn the field to a PIN; the next one must find it so.
            await asyncio.sleep(0)

    def _written(self, event: events.Key) -> str:
        """Give a key as it may be written down."""
        if event.character is None or not event.is_printable:
            return event.key
        if self._hides():
            return HIDDEN
        character = ascii_digits(event.character)
        return character if character.isascii() else _NOT_ASCII  # a name, or a reason

    def _hides(self) -> bool:
        """Whether what is typed now is nobody's business: a PIN, or what may be typed for one.

        A screen says so of all that is typed on it by being ``secret``. While a PIN is checked,
        its field is empty again, and the next one may be typed already.
        """
        screen = self.screen
        asks = getattr(screen, "secret", False) or getattr(screen, "approval", None) is not None
        return asks or self.reads_secret()

    def _was_handled(self, pressed: Pressed) -> None:
        recorder = self.desk.recorder
        pressed.handled = recorder.clock()
        if len(pressed.key) == 1 and self._hides():
            pressed.key = HIDDEN
        shift = getattr(self.desk, "shift", None)
        recorder.state(self.sell.ticket, self.sell.pending, getattr(shift, "number", None))

    def post_display_hook(self) -> None:
        """Note that the keys handled so far have been shown."""
        self.desk.recorder.painted()

    def heard(self, scan: Scan, at: float) -> None:
        """Note a scan, and hide what it typed where nobody else may read it."""
        if scan.kind in _HIDDEN_SCANS or scan.overlong:
            self.desk.recorder.hide(len(scan.typed), at)
        self.desk.recorder.note("scan", kind=scan.kind.value, code=scan.shown)

    async def export_record(self) -> None:
        """Write the last hour to a file in the home, and say where it is."""
        home, recorder, size = self.desk.home, self.desk.recorder, self.size
        now = self.clock()

        def export() -> str:
            header = _header(home, self.lang, columns=size.width, rows=size.height)
            return recorder.export(home.path / REPORTS, header, now).name

        try:
            name = await asyncio.to_thread(export)
        except Refusal as refusal:
            tell(self.screen, refusal.say(self.lang))
        else:
            said = self._("The last hour is written to {path} in the kiosk's home.")
            tell(self.screen, said.format(path=f"{REPORTS}/{name}"), "good")


def _header(home: Home, lang: str, *, columns: int, rows: int) -> dict[str, object]:
    """What a developer asks first: which program, on what, over which book."""
    from importlib.metadata import version  # noqa: PLC0415 - not on the first paint's way

    book = home.settings.book
    head = (read_heads(home.database) or {}).get(book)
    return {
        "version": __version__,
        "python": platform.python_version(),
        "textual": version("textual"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "terminal": os.environ.get("TERM", ""),
        "columns": columns,
        "rows": rows,
        "lang": lang,
        "book": book,
        "head": None if head is None else {"record": head.seq, "hash": head.hash.hex()},
    }
