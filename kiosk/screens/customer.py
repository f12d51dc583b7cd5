"""``kiosk --display``: the customer's screen, in a terminal of its own.

It knows what the till sends it and nothing else: no database, no settings, no key but the one that
ends it. Where the till is closed it says so, and finds it again by itself.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

from config.errors import Phrase
from config.language import LANGUAGES, words
from kiosk.errors import TillError
from kiosk.screens.customer_faces import Customer, closed_rows
from kiosk.screens.customer_frame import LONGEST, decode, short_path
from kiosk.screens.drawn import Rows
from kiosk.screens.themes import DARK, THEMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.app import ComposeResult

    from kiosk.screens.customer_frame import Frame

AGAIN_S: Final = 0.5
"""So long after a till was not found it is looked for again."""

CLOSED: Final = Phrase("收银台未开", "The till is closed")
FORBIDDEN: Final = Phrase(
    "没有权限：请用打开收银台的用户运行", "Permission denied: run this as the user of the till"
)
STRANGE: Final = Phrase(
    "收银台是另一个版本：请重新打开顾客屏", "The till is of another version: open this screen again"
)


_words = lru_cache(words)


class NoDisplayError(TillError):
    """The customer's screen was opened where nobody can see it."""

    def __init__(self) -> None:
        super().__init__(
            "没有终端：顾客屏要在终端窗口里打开（见 docs/display.md）。",
            "There is no terminal: open the customer's screen in one (see docs/display.md).",
        )


async def follow(
    home: Path,
    heard: Callable[[Frame], None],
    lost: Callable[[Phrase], None],
    *,
    again_s: float = AGAIN_S,
) -> None:
    """Tell ``heard`` every state of the till of ``home``, and ``lost`` why there is none; for ever.

    Of states that come faster than they are read only the last is told. ``again_s`` is how long it
    waits, in seconds, before it looks for the till again.
    """
    while True:
        why = CLOSED
        try:
            with short_path(home) as place:
                reader, writer = await asyncio.open_unix_connection(place, limit=LONGEST)
        except PermissionError:
            why = FORBIDDEN
        except OSError:
            pass
        else:
            try:
                await _listen(reader, heard)
            except ValueError:
                why = STRANGE
            except OSError:
                pass
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
        lost(why)
        await asyncio.sleep(again_s)


async def _listen(reader: asyncio.StreamReader, heard: Callable[[Frame], None]) -> None:
    """Tell of every state until the till is gone.

    Raises:
        ValueError: what comes is no state.
        OSError: the connection broke.
    """
    rest = b""
    while chunk := await reader.read(LONGEST):
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            heard(decode(lines[-1]))
        if len(rest) > LONGEST:
            raise ValueError(len(rest))


class CustomerScreen(Screen[None]):
    """One field of rows, as large as the terminal."""

    AUTO_FOCUS = ""

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Rows(id="customer")


class CustomerApp(App[None]):
    """Shows what the till of ``home`` says; ``lang`` is the shop's unless it is given."""

    CSS_PATH = "kiosk.tcss"
    TITLE = "kiosk"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("ctrl+c", "quit", show=False, priority=True),
    ]

    def __init__(self, home: Path, lang: str | None = None, *, again_s: float = AGAIN_S) -> None:
        super().__init__()
        self._home = home
        self._lang = lang
        self._again_s = again_s
        self._frame: Frame | None = None
        self._why = CLOSED
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = DARK.name

    def get_default_screen(self) -> Screen[None]:
        """There is no other."""
        return CustomerScreen()

    def on_mount(self) -> None:
        """Look for the till."""
        self.call_after_refresh(self.draw)
        following = follow(self._home, self.heard, self.lost, again_s=self._again_s)
        self.run_worker(following, group="customer")

    def on_resize(self) -> None:
        """Lay everything out anew."""
        self.draw()

    def heard(self, frame: Frame) -> None:
        """Show what the till says."""
        self._frame = frame
        theme = THEMES.get(frame.theme, DARK).name
        if theme != self.theme:
            self.theme = theme
        self.draw()

    def lost(self, why: Phrase) -> None:
        """Show that there is no till to hear of; nothing that it said stays in sight."""
        if (self._frame, self._why) != (None, why):
            self._frame, self._why = None, why
            self.draw()

    def draw(self) -> None:
        """Draw what is known; only rows that changed are painted."""
        width, height = self.size
        if self._frame is None:
            rows = closed_rows(self._why, width, height)
        else:
            lang = self._lang or (
                self._frame.lang if self._frame.lang in LANGUAGES else LANGUAGES[0]
            )
            rows = Customer(self._frame, lang, _words(lang)).rows(width, height)
        for field in self.screen.query(Rows):  # there is none before the first painting
            field.show(rows)


def run_display(home: Path, lang: str | None = None) -> int:
    """Show the customer's screen of the till of ``home`` until Ctrl+Q; give the exit code.

    Raises:
        NoDisplayError: there is no terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoDisplayError
    app = CustomerApp(home, lang)
    app.run()
    return app.return_code or 0
