"""Taps of breakfast cards: where they come from, who takes one, and who waits for their turn.

A tap is judged and shown, recorded, and the next one's turn comes: one after another, in the order
in which the cards were tapped, however fast they come.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from textual.message import Message

from config.cards import FORMATS
from config.errors import Refusal
from kiosk.devices.scanner import Kind, Scan
from kiosk.sale.breakfast import Rule
from kiosk.sale.cards import Tap
from kiosk.screens.approval import ZH
from kiosk.screens.breakfast_acts import BreakfastActs, Waiting
from kiosk.screens.door import Asks
from kiosk.screens.listening import Tapped, tell
from kiosk.screens.serving import Calls

if TYPE_CHECKING:
    from kiosk.devices.reader_states import Told
    from kiosk.devices.readers import Readers

MOST_WAITING: Final = 9
"""So many taps may wait; a tenth worker is asked to tap again."""


@runtime_checkable
class TakesCards(Protocol):
    """A screen that takes the taps of breakfast cards while it is open."""

    def card_tapped(self, tap: Tap) -> bool:
        """Take a tap, whatever reader it came from; say whether it was wanted."""
        ...


class ReaderTold(Message):
    """A reader's thread has something to say."""

    def __init__(self, told: Told) -> None:
        super().__init__()
        self.told = told


class Number(str):
    """A card's number as a staff card would be known by it; no report of a crash shows it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Number(…)"


class Tapping(BreakfastActs):
    """An app that serves whoever taps a card."""

    readers: Readers | None = None
    _lost: frozenset[str] = frozenset()
    """The readers that cannot be used just now."""

    # Where taps come from

    def listen_to_readers(self) -> None:
        """Make the breakfast screen, and begin to hear the readers of the settings."""
        from kiosk.screens.breakfast import BreakfastScreen  # noqa: PLC0415 - after the first paint

        self._queue = deque()
        calls = Calls(
            record=self.record_meal,
            left=self.meal_left,
            reason=self.reason_given,
            changed=self.meal_changed,
            keep=self.keep,
            demo_tap=self.demo_tap,
        )
        self.breakfast = BreakfastScreen(
            self.desk, lang=self.lang, words=self._, clock=self.clock, calls=calls
        )
        # It is laid out once, now and unseen, so that no worker waits for that.
        self.install_screen(self.breakfast, "breakfast")
        self._get_screen("breakfast")
        settings = self.desk.home.settings
        if any(each.kind != "wedge" for each in settings.readers):
            from kiosk.devices.card_keys import read_card_keys  # noqa: PLC0415 - with readers alone
            from kiosk.devices.readers import Readers  # noqa: PLC0415 - with readers alone

            try:
                keys = read_card_keys(self.desk.home.path)
            except Refusal as refusal:
                keys = None
                tell(self.screen, refusal.say(self.lang))
            self.readers = Readers(settings.readers, keys, self._told)
            self.readers.start()

    async def on_unmount(self) -> None:
        """Hear the readers no more: the program ends."""
        if self.readers is not None:
            await asyncio.to_thread(self.readers.stop)

    def _told(self, told: Told) -> None:
        """Bring what a reader's thread says to the screen's own: the one call it may make."""
        self.post_message(ReaderTold(told))

    def on_reader_told(self, message: ReaderTold) -> None:
        """Serve a tap; say how a reader is where that changed for the worse, or again for good."""
        told = message.told
        if isinstance(told, Tap):
            self.card_tapped(told, Number(told.uid.hex().upper()))
            return
        said = told.what.zh if self.lang == ZH else told.what.en
        said = self._("Reader {reader}: {said}.").format(reader=told.reader, said=said)
        if told.again or not told.ok:
            tell(self.screen, said)
        elif told.reader in self._lost:
            tell(self.screen, said, "good")
        self._lost = self._lost - {told.reader} if told.ok else self._lost | {told.reader}

    def card_read(self, scan: Scan) -> bool:
        """Take a card that a keyboard-wedge read; say whether it was one for the readers here."""
        if self.door is not None or scan.kind not in {Kind.CARD, Kind.HALF}:
            return scan.kind is Kind.CARD and self.card_shown(scan)
        if scan.kind is Kind.HALF:
            self._unstrike(scan)
            self.misread(self._wedge())
            return True
        uid = scan.uid or self._uid_of(scan.text)
        if not uid:
            return False
        self._unstrike(scan)
        self.card_tapped(Tap(self._wedge(), uid), Number(scan.text))
        return True

    def _wedge(self) -> str:
        readers = self.desk.home.settings.readers
        return next((each.id for each in readers if each.kind == "wedge"), "wedge")

    def _unstrike(self, scan: Scan) -> None:
        """Take back what the reader's letters did on the screen before they were a card."""
        if self.breakfast is not None and self.screen is self.breakfast:
            self.breakfast.unstrike(scan.typed)
        elif self.screen is self.sell:
            self.sell.take_letters_back(scan)

    def _uid_of(self, text: str) -> bytes:
        """Read a card by the format of ``scanner.card``, for homes that name no reader."""
        written = self.desk.home.settings.scanner.card
        if written not in FORMATS:
            return b""
        from kiosk.devices import wedge  # noqa: PLC0415 - with the first card

        try:
            return wedge.decode(text, written, "big")
        except Refusal:
            return b""

    def misread(self, reader: str) -> None:
        """Say that ``reader`` gave half a card; in between two workers it is recorded, too."""
        if self.breakfast is None or self.serving or self.paying:
            tell(self.screen, self._("Only a part of a card was read: tap again."))
            return
        self.judging, self.served_uid = True, b""
        self._hold()
        self.run_worker(self._misreading(reader), group="till")

    async def _misreading(self, reader: str) -> None:
        at = self.clock()
        try:
            refusal = await self.desk.ask(lambda till: till.misread(Rule.HALF, reader, at=at))
            if self.breakfast is not None:
                self.breakfast.refuse(refusal)
                await self._bring_up()
        except Refusal as refusal:
            tell(self.screen, refusal.say(self.lang))
        finally:
            await self._asked_till()

    def demo_tap(self) -> None:
        """Tap the next made-up card, where nothing is real."""
        if (uid := self.desk.next_demo_card()) is not None:
            self.card_tapped(Tap("demo", uid), "")

    # Who takes them

    def card_tapped(self, tap: Tap, text: str) -> None:
        """Give a tap to whoever wants it: an approval, the open screen, or the breakfast screen.

        ``text`` is the number as a staff card would be known by it.
        """
        if self.help is not None and self.screen is self.help:
            self._end_help(lambda: self.card_tapped(tap, text))
            return
        screen, _ = self.screen, self._
        if self._asks_who():
            self._find_whose(text, tap)
            return
        if isinstance(screen, TakesCards) and screen.card_tapped(tap):
            return
        if self.breakfast is None or not self.desk.opened:
            tell(screen, _("The books are still being opened: tap again in a moment."))
        elif self.paying:
            tell(screen, _("A payment is open: finish it, then tap again."))
        elif any(getattr(each, "no_breakfasts", False) for each in self.screen_stack):
            tell(screen, _("No breakfast card is taken here: finish this, then tap again."))
        else:
            self._enqueue(tap, text)

    def card_shown(self, scan: Scan) -> bool:
        """Take a card that a wedge read where somebody is asked who they are."""
        if not self._asks_who():
            return False
        uid = scan.uid or self._uid_of(scan.text)
        self._find_whose(Number(scan.text), Tap(self._wedge(), uid) if uid else None)
        return True

    def _asks_who(self) -> bool:
        return self._asking_who() is not None

    def _find_whose(self, text: str, tap: Tap | None) -> None:
        asks = self.door.asks if self.door is not None else None
        if asks is Asks.OPENING:
            said = self._("The books are still being opened: tap again in a moment.")
            tell(self.screen, said)
        elif asks is not Asks.FIRST_PIN:
            self._hold()
            self.run_worker(self._finding_whose(text, tap), group="till")

    async def _finding_whose(self, text: str, tap: Tap | None) -> None:
        """Let a staff card sign in or approve; a worker's is no attempt at it, and locks nobody."""
        screen, asking = self.screen, self._asking_who()
        try:
            who = await self.desk.ask(lambda till: till.staff_with_card(text))
            if asking is None or self._asking_who() is not asking:
                tell(self.screen, self._("Tap the card again."))
            elif who is None:
                self._no_staff(tap)
            elif self.door is not None:
                self.door.scanned(Scan(Kind.CARD, text))
            elif isinstance(screen, Tapped):
                screen.tapped(text)
        except Refusal as refusal:
            tell(self.screen, refusal.say(self.lang))
        finally:
            await self._release()

    def _asking_who(self) -> object:
        return self.door or getattr(self.screen, "approval", None)

    def _no_staff(self, tap: Tap | None) -> None:
        """Say what becomes of a card that is no staff card, where one is asked for."""
        _ = self._
        if self.door is not None:
            said = _("No staff card: somebody signs in first, then tap again.")
        elif self.screen is self.breakfast and self.serving and tap is not None:
            self._enqueue(tap, "")
            said = _("No staff card: it is this card's turn after the approval.")
        else:
            said = _("No staff card: tap again after the approval.")
        tell(self.screen, said)

    def _enqueue(self, tap: Tap, text: str) -> None:
        waits = any(each.tap.uid == tap.uid for each in self._queue)
        if waits or (self.serving and tap.uid == self.served_uid):
            return
        if len(self._queue) >= MOST_WAITING:
            tell(self.screen, self._("Too many wait: tap again when it is your turn."))
            return
        self._queue.append(Waiting(tap, self.clock(), text))
        if self.serving:
            self.run_worker(self._name_waiting(tap), group="till")
        else:
            self.judge_next()
        self.follow_queue()

    async def _name_waiting(self, tap: Tap) -> None:
        """Find out whose the waiting tap is, masked, for the line that says who comes next."""
        try:
            name = await self.desk.ask(lambda till: till.masked_name_of(tap.uid))
        except Refusal:
            return
        self._queue = deque(
            replace(each, name=name) if each.tap.uid == tap.uid else each for each in self._queue
        )
        self.follow_queue()
