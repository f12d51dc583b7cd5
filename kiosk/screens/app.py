"""The program with a screen: paint first, then open the books on the till thread."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from textual.binding import Binding

from config.errors import Refusal
from config.language import words
from kiosk.devices.readers import wedge_of
from kiosk.errors import TillError
from kiosk.screens import made_up
from kiosk.screens.desk import Desk
from kiosk.screens.door import Asks
from kiosk.screens.keymap import shown
from kiosk.screens.listening import Ear
from kiosk.screens.sell import SellScreen
from kiosk.screens.shift_faces import Begin
from kiosk.screens.showing import Showing
from kiosk.screens.themes import THEMES
from kiosk.till.home import open_home, training_home, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from kiosk.doctor import Check
    from kiosk.screens.history import HistoryScreen
    from kiosk.till.home import Home

_OPENING: Final = ("sell.shift", "sell.no_sale", "sell.staff", "sell.cards", "sell.hand_out")


def now() -> datetime:
    """Give this instant, in UTC."""
    return datetime.now(UTC)


class KioskApp(Showing):
    """One home, one till thread, and the screens that ask it.

    It ends with a ``Refusal`` where the books cannot be opened or written any more. ``signed_in``
    works at it without being asked for a PIN, as do a ``demo``'s own people.
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
        signed_in: str | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        super().__init__()
        home = made_up.all_day(home) if demo else home
        self.lang = lang or home.settings.language
        self.clock = clock
        self._ = words(self.lang)
        self.desk = Desk(home, self.lang, signed_in=signed_in, demo=demo)
        self.sell = SellScreen(self.desk, lang=self.lang, words=self._, clock=clock)
        self.history: HistoryScreen | None = None
        self.ill: Check | None = None
        """The gravest thing that the self-check found."""
        self._looked = False
        self.ear = Ear(self, home.settings.scanner, wedge_of(home.settings.readers))
        self.record_key = home.settings.key("sell.record")
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES[home.settings.screen.theme].name

    def get_default_screen(self) -> Screen[None]:
        """The sell screen is the ground that every other stands on; the door is before it."""
        return self.sell if self.desk.comes_in else self._door(Asks.OPENING)

    def on_mount(self) -> None:
        """Open the books behind the first paint."""
        self.watch_idle()
        self.call_after_refresh(self.run_worker, self._open(), group="till")

    async def _open(self) -> None:
        try:
            await self.desk.open(self.clock())
            if self.door is None:
                await self.sell.read_fund()
                self.came_in()
            else:
                await self.ask_who()
        except Refusal as refusal:
            self.exit(refusal, return_code=1)
        else:
            # That nobody works here yet is no finding: it is being put right at the door.
            if self.door is None or self.door.asks is not Asks.FIRST_PIN:
                self._look()

    def _look(self) -> None:
        if not self._looked:
            self._looked = True
            self.run_worker(self._examine(), group="doctor")

    async def _examine(self) -> None:
        """Let the self-check light its lamp."""
        self.ill = await self.desk.examine(self.clock())
        if self.sell.is_mounted:  # before somebody came in there is no sell screen yet
            self._tell_ill()

    def _tell_ill(self) -> None:
        """Say what the self-check found; what is not grave only where nothing else is said."""
        if self.ill is None:
            return
        self.sell.tick()
        if self.desk.health == "bad" or not self.sell.message.text:
            said = self.ill.said.zh if self.lang == "zh_CN" else self.ill.said.en
            said = self._("Self-check: {said}. kiosk doctor tells all.").format(said=said)
            self.sell.say(said, self.desk.health)

    def came_in(self) -> None:
        """Say what comes first, and bring the fund up to date."""
        if self.breakfast is None:
            self.listen_to_readers()
        self.give_up_unseen()
        self.sell.tick()
        self.sell.begin()
        self.sell.follow_fund()  # whoever worked before may have left in the middle of something
        if self.desk.demo:
            key = shown(self.desk.home.settings.key("sell.demo_tap"))
            self.sell.say(made_up.hint(self._, key), "dim")
        elif self.desk.shift is None:
            key = shown(self.desk.home.settings.key("sell.shift"))
            self.sell.say(self._("No shift is open: {key} opens one.").format(key=key), "strong")
        self.say_news()
        self._tell_ill()
        self._look()

    def opens(self, key: str) -> bool:
        """Open what a key opens from the sell screen; the lock's works everywhere."""
        if super().opens(key):
            return True
        if not key or self.screen is not self.sell or self.sell.approval is not None:
            return False
        setting = self.desk.home.settings.key
        return self._opened_for(next((a for a in _OPENING if key == setting(a)), ""), key)

    def _opened_for(self, action: str, key: str = "") -> bool:
        """Open the screen of ``action``, one of ``config.keys.KEYS``; say whether it has one."""
        match action:
            case "sell.shift":
                self.open_shift(Begin.MENU, key)
            case "sell.no_sale":
                self.open_shift(Begin.NO_SALE, key)
            case "sell.staff":
                self._open_staff(key)
            case "sell.cards":
                self._open_cards(key)
            case "sell.hand_out":
                self.hand_out(key)
            case "sell.demo_tap":
                self.demo_tap()
            case "sell.lock":
                self.lock()
            case _:
                return False
        return True

    def on_sell_screen_asked(self, asked: SellScreen.Asked) -> None:
        """Open what was touched on the sell screen's bars."""
        if self.screen is self.sell:
            self._opened_for(asked.action)

    def open_shift(self, begin: Begin, key: str = "") -> None:
        """Put the shift's screen over the sell screen."""
        from kiosk.screens.shift import ShiftScreen  # noqa: PLC0415 - not on the first paint's way

        screen = ShiftScreen(
            self.desk,
            lang=self.lang,
            words=self._,
            clock=self.clock,
            key=self.desk.home.settings.key("sell.shift"),
            begin=begin,
        )
        self.open_over(screen, key, self._shift_left)

    def _shift_left(self) -> None:
        """Bring the sell screen up to date with what was done to the shift."""
        self.sell.answered()
        self.sell.tick()
        self.sell.follow_fund()
        if self.desk.shift is not None:
            said = self._("Shift {number} is open.").format(number=self.desk.shift.number)
            self.sell.say(said, "good")

    def _open_staff(self, key: str) -> None:
        from kiosk.screens.staff import StaffScreen  # noqa: PLC0415 - not on the first paint's way

        screen = StaffScreen(self.desk, lang=self.lang, words=self._, clock=self.clock, key=key)
        self.open_over(screen, key)

    def _open_cards(self, key: str) -> None:
        from kiosk.screens.cards import CardsScreen  # noqa: PLC0415 - not on the first paint's way

        screen = CardsScreen(self.desk, lang=self.lang, words=self._, clock=self.clock, key=key)

        def closed() -> None:
            if screen.declined:
                self.sell.say(self._("Not approved: nothing was done."), "bad")

        self.open_over(screen, key, closed)

    def on_paying_shift_needed(self) -> None:
        """Have the float counted before money is taken; the ticket waits."""
        if self.screen is self.sell:
            self.open_shift(Begin.OPEN)

    def on_sell_screen_history_asked(self) -> None:
        """Put the history over the sell screen, once."""
        from kiosk.screens.history import HistoryScreen  # noqa: PLC0415 - not on the first paint's way

        if self.screen is self.sell:
            key = self.sell.keymap.key("sell.history")
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
        if self.door is not None:
            if self.sell.is_running and (self.sell.ticket.basket.lines or self.sell.pending):
                self.door.say(self._("A ticket is open: sign in, then quit."), "bad")
            else:
                self.exit()
            return
        if self.breakfast is not None and self.screen is self.breakfast:
            self.breakfast.give_up()
            return
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
        (self.door or self.sell).say(self._("Ctrl+Q quits."))


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
    return _run(open_home(home_path), lang=lang, demo=False)


def run_training(home_path: Path, lang: str | None = None) -> int:
    """Open the till on the training home inside the home at ``home_path``; give the exit code.

    The real till may be open meanwhile: nothing of it is written.

    Raises:
        Refusal: see ``run``.
    """
    return _run(training_home(home_path), lang=lang, demo=False)


def run_demo(lang: str | None = None) -> int:
    """Open the till on a home that is thrown away at the end; give the exit code.

    Raises:
        Refusal: see ``run``.
    """
    with TemporaryDirectory(prefix="kiosk-demo-") as folder:
        return _run(open_home(Path(folder) / "home"), lang=lang, demo=True)


def _run(home: Home, *, lang: str | None, demo: bool) -> int:
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
