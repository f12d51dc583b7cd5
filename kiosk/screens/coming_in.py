"""Who is let in, when the till locks, and how a screen is opened so that no key is lost."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from textual import events

from config.errors import Refusal
from kiosk.screens.approval import Approving
from kiosk.screens.door import Asks, DoorScreen
from kiosk.screens.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.screen import Screen

    from config.language import Words
    from kiosk.sale.people import Credential
    from kiosk.screens.desk import Desk
    from kiosk.screens.help_screen import HelpScreen
    from kiosk.screens.sell import SellScreen

_IDLE_LOOK_S = 1.0
_KEY_S = 1.0
"""So long a key that was held may take; a screen that was taken away under it never ends."""


class ComingIn(Recording):
    """An app with a door before its sell screen.

    While a screen is being opened, or somebody let in, keys wait in the order in which they were
    pressed, and then go to whatever is on top.
    """

    desk: Desk
    sell: SellScreen
    lang: str
    _: Words
    clock: Callable[[], datetime]
    help: HelpScreen | None = None
    """The keys of a screen, while they are shown over it."""
    door: DoorScreen | None = None
    """The door, where somebody has to be let in before anything else."""
    _held: list[events.Event]
    _late: list[events.Key] = []
    _holds = 0
    _releasing = False
    """Whether keys that were held are going to their screens just now, one by one."""
    _opener = ""
    _touched = 0.0

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Hold the keys that come too early; open what the keys of the whole till open."""
        if isinstance(event, (events.InputEvent, events.Paste)) and not event.is_forwarded:
            self._touched = monotonic()
            if isinstance(event, (events.Key, events.Paste)):
                if self._holds or self._releasing:
                    again = isinstance(event, events.Key) and event.key == self._opener
                    if not (self._holds and again):
                        self._held.append(event)
                    return
                if isinstance(event, events.Key) and self._helped(event):
                    return
                if isinstance(event, events.Key) and self.opens(event.key):
                    return
        await super().on_event(event)

    def opens(self, key: str) -> bool:
        """Open the screen that ``key`` opens from where the till is; say whether it did."""
        settings = self.desk.home.settings
        if key and key == settings.key("sell.lock"):
            self.lock()
            return True
        if key and key == settings.key("sell.help"):
            return self._help(key)
        return False

    def _help(self, key: str) -> bool:
        """Put the keys of the screen over it, where it says which they are and is not busy."""
        about = getattr(self.screen, "help_about", "")
        asks = getattr(self.screen, "questions", None)
        busy = asks is not None and asks.busy
        if not about or busy or getattr(self.screen, "approval", None) is not None:
            return False
        from kiosk.screens.help_screen import HelpScreen, keys_sheet  # noqa: PLC0415 - seldom

        sheet = keys_sheet(about, self.desk.home.settings, self._)
        self.help = HelpScreen(sheet, self._end_help)
        self.open_over(self.help, key)
        return True

    def _helped(self, event: events.Key) -> bool:
        """Put the help away on any key; the lock's locks, too. Say whether it was there."""
        if self.help is None or self.screen is not self.help:
            return False
        self._end_help(closer=event if event.is_printable else None)
        if event.key == self.desk.home.settings.key("sell.lock"):
            self._held.insert(0, event)
        return True

    def _end_help(
        self, then: Callable[[], None] | None = None, closer: events.Key | None = None
    ) -> None:
        if self.help is not None and self.screen is self.help:
            self.help = None
            self._hold()
            self.run_worker(self._ending_help(then, closer), group="till")

    async def _ending_help(
        self, then: Callable[[], None] | None, closer: events.Key | None
    ) -> None:
        await self.pop_screen()
        if closer is not None:
            # It may be the first of a card's number: then the rest of it follows at once.
            gap_s = self.desk.home.settings.scanner.gap_ms / 1000
            await asyncio.sleep(gap_s)
            if self._held and self._held[0].time - closer.time <= gap_s:
                self._held.insert(0, closer)
        if then is not None:
            then()
        await self._release()

    def _hold(self, opener: str = "") -> None:
        """Let keys wait from here on; a second press of ``opener`` means nothing."""
        if not self._holds and not self._releasing:
            self._held = []
        self._holds += 1
        self._opener = opener

    def keep(self, key: events.Key) -> None:
        """Let a key wait that had gone to its screen before that began to do something."""
        self._late = [*self._late, key]

    async def _release(self) -> None:
        """Let the held keys go, each once the one before is done: that one may begin a hold."""
        self._holds -= 1
        self._opener = ""
        if self._releasing:
            return  # whoever lets keys go already goes on with the rest
        self._releasing = True
        try:
            while not self._holds and (self._late or self._held):
                # What had left already was pressed before all that never did.
                self._held[:0], self._late = self._late, []
                event = self._held.pop(0)
                key = event if isinstance(event, events.Key) else None
                if key is None or not (self._helped(key) or self.opens(key.key)):
                    await self._let_go(event)
        finally:
            self._releasing = False

    async def _let_go(self, event: events.Event) -> None:
        """Give a key to whoever has the focus, and wait until it has done what it does."""
        target, done = self.focused or self.screen, asyncio.Event()
        await super().on_event(event)
        if target.call_later(done.set):
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), _KEY_S)

    def open_over(
        self, screen: Screen[None], key: str = "", closed: Callable[[], None] | None = None
    ) -> None:
        """Put ``screen`` over what is shown; keys pressed from now on are its own."""
        self._hold(key)
        self.run_worker(self._opening(screen, closed), group="till")

    async def _opening(self, screen: Screen[None], closed: Callable[[], None] | None) -> None:
        await self.push_screen(screen, lambda _: closed() if closed else None)
        await self._release()

    # The door

    def _door(self, asks: Asks, *, keeps: bool = False) -> DoorScreen:
        self.door = DoorScreen(
            self.desk,
            lang=self.lang,
            words=self._,
            clock=self.clock,
            asks=asks,
            let_in=self._shown,
            found=self._found,
            keeps=keeps,
        )
        return self.door

    def watch_idle(self) -> None:
        """Lock the till when nobody has touched it for as long as the settings say."""
        self._touched = monotonic()
        if self.desk.home.settings.guards.idle_lock_s and not self.desk.demo:
            self.set_interval(_IDLE_LOOK_S, self.look_idle)

    def look_idle(self) -> None:
        """Lock where it is time to."""
        if monotonic() - self._touched >= self.desk.home.settings.guards.idle_lock_s:
            self.lock()

    def lock(self) -> None:
        """Put the door before whatever is shown; the ticket, and what is being booked, go on."""
        if self.door is not None or not self.desk.opened:
            return
        if isinstance(self.screen, Approving) and self.screen.approval is not None:
            self.screen.approval.cancel()
        keeps = bool(self.sell.ticket.basket.lines)
        if self.sell.is_mounted and not self.sell.asking:
            self.sell.say("")  # it was said to whoever locks; news of what is booked comes after it
        door = self._door(Asks.UNLOCK, keeps=keeps)
        self._hold()
        self.run_worker(self._locking(door), group="till")

    async def _locking(self, door: DoorScreen) -> None:
        await self.push_screen(door)
        await self._release()
        try:
            await self.desk.lock(self.clock())
            door.known(await self.desk.ask(lambda till: till.staff()))
        except Refusal as refusal:
            door.say(refusal.say(self.lang), "bad")

    async def ask_who(self) -> None:
        """Ask at the door what the open books say is to be asked.

        Raises:
            Refusal: the books cannot be read.
        """
        first = await self.desk.ask(lambda till: till.first_manager_needed())
        members = await self.desk.ask(lambda till: till.staff())
        door = self.door
        if door is None:
            return
        door.tick()
        if first:
            door.ask(Asks.FIRST_PIN)
        else:
            door.known(members)

    def _shown(self, who: Credential) -> None:
        self._hold()
        self.run_worker(self._letting_in(who), group="till")

    def _found(self, pin: str) -> None:
        self._hold()
        self.run_worker(self._making_first(pin), group="till")

    async def _making_first(self, pin: str) -> None:
        at = self.clock()
        try:
            member = await self.desk.ask(lambda till: till.make_first_manager(pin, at=at))
            await self.desk.let_in(member.id, self.clock())
        except Refusal as refusal:
            await self._not_in(refusal)
        else:
            await self._come_in(None)

    async def _letting_in(self, who: Credential) -> None:
        before = self.desk.member
        try:
            await self.desk.sign_in(who, self.clock())
        except Refusal as refusal:
            await self._not_in(refusal)
        else:
            await self._come_in(before.id if before else None)

    async def _not_in(self, refusal: Refusal) -> None:
        self._held.clear()  # nobody knows what these keys were meant for
        if self.door is not None:
            self.door.refuse(refusal)
        await self._release()

    async def _come_in(self, before: str | None) -> None:
        """Open the door: to the sell screen, or to where whoever locked the till was."""
        door, self.door = self.door, None
        if door is None:
            return
        early = list(door.questions.early)
        try:
            if door.asks is Asks.UNLOCK:
                await self.pop_screen()
                member = self.desk.member
                while self.screen is not self.sell and member and member.id != before:
                    await self.pop_screen()  # it was the other one's
            else:
                door.rest()  # it stays below: the first screen of an app is never taken away
                await self.push_screen(self.sell)
            self.sell.answered()
            self.came_in()
        finally:
            self._held[:0] = early
            await self._release()

    def came_in(self) -> None:
        """Follow up on somebody having been let in."""
