"""The program with a screen: paint first, then open the books on the till thread."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from textual.binding import Binding
from textual.theme import Theme

from config.errors import Refusal
from config.language import words
from kiosk.errors import TillError
from kiosk.screens.desk import Desk
from kiosk.screens.listening import Ear
from kiosk.screens.recording import Recording
from kiosk.screens.sell import SellScreen
from kiosk.till.home import open_home, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from kiosk.screens.history import HistoryScreen
    from kiosk.till.home import Home

THEME: Final = Theme(
    name="kiosk",
    primary="#4fc3f7",
    accent="#ffb74d",
    success="#81e08a",
    error="#ff7b72",
    warning="#ffd166",
    foreground="#f2f5f7",
    background="#0c1116",
    surface="#141b22",
    panel="#1f2932",
    dark=True,
    variables={"fund": "#ff8fab", "soft": "#93a4b3", "line": "#2b3843"},
)


def now() -> datetime:
    """Give this instant, in UTC."""
    return datetime.now(UTC)


class KioskApp(Recording):
    """One home, one till thread, and the screens that ask it.

    It ends with a ``Refusal`` where the books cannot be opened or written any more.
    """

    CSS_PATH = "kiosk.tcss"
    TITLE = "kiosk"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("ctrl+c", "copy_or_say", show=False),
    ]

    def __init__(
        self,
        home: Home,
        *,
        lang: str | None = None,
        demo: bool = False,
        clock: Callable[[], datetime] = now,
    ) -> None:
        super().__init__()
        self.lang = lang or home.settings.language
        self.clock = clock
        self._ = words(self.lang)
        self.desk = Desk(home, self.lang)
        self.sell = SellScreen(self.desk, lang=self.lang, words=self._, clock=clock, demo=demo)
        self.history: HistoryScreen | None = None
        self.ear = Ear(self, home.settings.scanner)
        self.record_key = home.settings.key("sell.record")
        self.register_theme(THEME)
        self.theme = THEME.name

    def get_default_screen(self) -> Screen[None]:
        """The sell screen is the ground that every other stands on."""
        return self.sell

    def on_mount(self) -> None:
        """Open the books behind the first paint."""
        self.call_after_refresh(self.run_worker, self._open(), group="till")

    async def _open(self) -> None:
        try:
            await self.desk.open(self.clock())
            await self.sell.read_fund()
        except Refusal as refusal:
            self.exit(refusal, return_code=1)

    def on_sell_screen_history_asked(self) -> None:
        """Put the history over the sell screen, once."""
        from kiosk.screens.history import HistoryScreen  # noqa: PLC0415 - not on the first paint's way

        if self.screen is self.sell:
            key = self.sell.keys.history
            self.history = screen = HistoryScreen(
                self.desk, lang=self.lang, words=self._, clock=self.clock, key=key
            )
            self.push_screen(screen, lambda _: self.sell.follow_fund())

    def on_paying_booked(self) -> None:
        """Bring the history up to date where it is open over the sell screen."""
        if self.history is not None and self.screen is self.history:
            self.history.refresh_list()

    async def action_quit(self) -> None:
        """End the program unless a ticket or a commit is open; see ``SellScreen.may_quit``."""
        if self.screen is not self.sell:
            self.screen.dismiss()
            return
        if self.sell.may_quit():
            try:
                await self.sell.give_up()
            except Refusal as refusal:
                self.exit(refusal, return_code=1)
            else:
                self.exit()

    def action_copy_or_say(self) -> None:
        """Ctrl+C does not end a till; say what does."""
        self.sell.say(self._("Ctrl+Q quits."))


class NoTerminalError(TillError):
    """The till was started where nobody can press a key."""

    def __init__(self) -> None:
        super().__init__(
            "没有终端：收银台要在终端窗口里打开。查账和导出用 kiosk ledger …，不需要终端。",
            "There is no terminal: open the till in a terminal window. kiosk ledger … needs none.",
        )


def run(home_path: Path, lang: str | None = None) -> int:
    """Open the till on the home at ``home_path`` until the cashier quits; give the exit code.

    Raises:
        Refusal: the home or its books cannot be used, or another till uses them.
    """
    return _run(home_path, lang=lang, demo=False)


def run_demo(lang: str | None = None) -> int:
    """Open the till on a home that is thrown away at the end; give the exit code.

    Raises:
        Refusal: see ``run``.
    """
    with TemporaryDirectory(prefix="kiosk-demo-") as folder:
        return _run(Path(folder) / "home", lang=lang, demo=True)


def _run(home_path: Path, *, lang: str | None, demo: bool) -> int:
    home = open_home(home_path)
    with writing(home.path):
        if not sys.stdin.isatty():
            raise NoTerminalError
        app = KioskApp(home, lang=lang, demo=demo)
        try:
            refusal = app.run()
        finally:
            app.desk.close()
    if refusal is not None:
        raise refusal
    return app.return_code or 0
