"""Where the screens meet the till: opened after the first paint, asked on the till thread."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from kiosk.sale.refs import new_ref
from kiosk.screens.drawn import Span
from kiosk.screens.recorder import Recorder
from kiosk.till.thread import TillThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from config.errors import Phrase
    from config.language import Words
    from config.rights import Right
    from kiosk.doctor import Check
    from kiosk.sale.basket import Basket
    from kiosk.sale.parked import Parked
    from kiosk.sale.people import Credential, Member
    from kiosk.sale.tenders import Offer
    from kiosk.till.draft import DraftFile, Recovered
    from kiosk.till.home import Home
    from kiosk.till.shift_state import OpenShift
    from kiosk.till.till import Till

T = TypeVar("T")


class Desk:
    """The one door to the till.

    ``lang`` is the language of the papers on screen. Calls are done one after another, in the
    order in which they were asked; they wait until the till is open. ``signed_in`` works at it
    from the start, without being asked for a PIN; a ``demo`` brings its own staff and shift.
    """

    def __init__(
        self, home: Home, lang: str, *, signed_in: str | None = None, demo: bool = False
    ) -> None:
        self.home = home
        self.lang = lang
        self.demo = demo
        self.thread = TillThread()
        self.recorder = Recorder()
        self.member: Member | None = None
        """Who is signed in."""
        self.health = ""
        """``good``, ``fund`` (look at it) or ``bad``: what a self-check found; empty: none was."""
        self.recovered: Recovered | None = None
        """What the start found of a ticket that was open when the program died."""
        self._signed_in = signed_in
        self._till: Till | None = None
        self._drafts: DraftFile | None = None
        self._opened = asyncio.Event()
        self._demo_cards: tuple[bytes, ...] = ()

    async def open(self, at: datetime) -> None:
        """Open the database and the till.

        Raises:
            Refusal: the database is damaged, of a newer schema, cut, or the disk refuses.
        """
        self._till, self.member = await self.thread(self._open, at)
        self._opened.set()

    async def examine(self, at: datetime) -> Check | None:
        """Look quietly at what may have gone wrong since yesterday; give the gravest finding.

        None: nothing. It looks on a thread of its own; ``health`` is the tone of what it found.
        """
        from kiosk.doctor import Level, quick_check  # noqa: PLC0415 - loaded with the books

        await self._opened.wait()
        if self._till is None:
            return None
        till, loop = self._till, asyncio.get_running_loop()
        found: asyncio.Future[list[Check]] = loop.create_future()

        def tell(checks: list[Check]) -> None:
            if not found.done():  # nobody waits any more where the screen was closed
                found.set_result(checks)

        def look() -> None:
            checks = quick_check(self.home, till, now=at)
            with suppress(RuntimeError):  # the program ended meanwhile
                loop.call_soon_threadsafe(tell, checks)

        # Years of books take a while to look through, and nobody waits for it in order to quit.
        Thread(target=look, name="doctor", daemon=True).start()
        checks = await found
        for level, tone in ((Level.RED, "bad"), (Level.YELLOW, "fund")):
            worst = next((each for each in checks if each.level is level), None)
            if worst is not None:
                self.health = tone
                return worst
        return None

    async def ask(self, call: Callable[[Till], T]) -> T:
        """Give what ``call`` makes of the till, on the till thread.

        Raises:
            Refusal: whatever the call refuses.
        """
        await self._opened.wait()
        if self._till is None:
            raise RuntimeError("the till is not open")
        return await self.recorder.timed(call, self.thread(call, self._till))

    def keep(self, basket: Basket, offers: Sequence[Offer], at: datetime) -> None:
        """Remember the ticket on the screen over a crash; call it after each change.

        Costs nothing, never waits, never fails. A basket without lines leaves nothing to remember.
        """
        from kiosk.till.draft import Draft  # noqa: PLC0415 - loaded with the books

        if self._till is not None and self._drafts is not None:
            draft = Draft(self._till.book, self._till.by, at, basket, tuple(offers))
            self._drafts.keep(draft if basket.lines else None)

    async def recall(self, parked: Parked, at: datetime) -> Basket:
        """Fetch a basket that waits; its draft is on the disk before it waits no more.

        Raises:
            Refusal: it waits no longer, is sold, or the books cannot be written.
        """
        from kiosk.till.draft import Draft  # noqa: PLC0415 - loaded with the books

        ref, drafts = new_ref(), self._drafts

        def fetch(till: Till) -> Basket:
            if drafts is not None:
                basket = till.waiting(parked.ref)
                drafts.keep(Draft(till.book, till.by, at, basket, parked.offers))
                drafts.flush()
            return till.recall(parked.ref, ref=ref, at=at)

        return await self.ask(fetch)

    async def sign_in(self, who: Credential, at: datetime) -> Member:
        """Let somebody in: from here on the records name them.

        Raises:
            Refusal: wrong, locked out, disabled, or the books cannot be read.
        """
        self.member = member = await self.ask(lambda till: till.sign_in(who, at=at))
        return member

    async def let_in(self, staff: str, at: datetime) -> Member:
        """Let ``staff`` in without a PIN: who has just chosen one need not type it again.

        Raises:
            Refusal: the books cannot be read or written.
        """
        self.member = member = await self.ask(lambda till: till.let_in(staff, at=at))
        return member

    async def lock(self, at: datetime) -> None:
        """Let nobody act until the next ``sign_in``; what was asked before is still done.

        Raises:
            Refusal: the journal cannot be written.
        """
        await self.ask(lambda till: till.lock(at=at))

    @property
    def demo_taps(self) -> bool:
        """Whether there are made-up cards to tap with a key."""
        return bool(self._demo_cards)

    def next_demo_card(self) -> bytes | None:
        """Give the chip of the next made-up card, round the end; None where there are none."""
        if not self._demo_cards:
            return None
        self._demo_cards = (*self._demo_cards[1:], self._demo_cards[0])
        return self._demo_cards[-1]

    @property
    def comes_in(self) -> bool:
        """Whether nobody has to be asked who it is at the start."""
        return self.demo or self._signed_in is not None

    @property
    def opened(self) -> bool:
        """Whether the books are open."""
        return self._opened.is_set()

    @property
    def name(self) -> str:
        """Number and name of who is signed in; empty before."""
        return f"{self.member.id} {self.member.name}" if self.member else ""

    @property
    def shift(self) -> OpenShift | None:
        """The open shift, as the till knew it after the last thing it did."""
        return self._till.shift if self._till else None

    def able(self, right: Right, members: tuple[Member, ...]) -> tuple[Member, ...]:
        """Give those of ``members`` who may approve what needs ``right``."""
        roles = self.home.settings.roles
        return tuple(each for each in members if each.active and right in roles.of(each.role))

    @property
    def clock_warning(self) -> Phrase | None:
        """What is wrong with the machine's clock; None where nothing is known to be."""
        return self._till.clock_warning if self._till else None

    def overdue(self, at: datetime) -> bool:
        """Whether the open shift has outlived its business date."""
        return self._till is not None and self._till.today(at) != self._till.business_date(at)

    def badges(self, words: Words) -> tuple[Span, ...]:
        """What every screen must say of itself before anything else: that nothing here is real."""
        _, spans = words, []
        if self.demo:
            spans.append(Span(" " + _("DEMO") + " ", "chosen"))
        if self.home.training:
            spans.append(Span(" " + _("TRAINING") + " ", "chosen"))
        return tuple(spans)

    def business_date(self, at: datetime) -> date | None:
        """Give the business date of ``at``; None while the till is not open."""
        return self._till.today(at) if self._till else None

    def close(self) -> None:
        """Finish what was asked, then close the database."""
        if self._drafts is not None:
            self._drafts.close()
        if self._till is not None:
            self.thread.run(self._till.database.close)
        self.thread.close()

    def _open(self, at: datetime) -> tuple[Till, Member | None]:
        # Half a second of imports and perhaps a migration: behind the first paint, on this thread.
        from dataclasses import replace  # noqa: PLC0415

        from kiosk.till.draft import DraftFile, recover  # noqa: PLC0415
        from kiosk.till.store import open_database  # noqa: PLC0415
        from kiosk.till.till import Till  # noqa: PLC0415

        database = open_database(self.home)
        # From the first record on, lest a price that changed hide a clock that jumped; a demo makes
        # its own past up first.
        till = Till(database, self.home.settings, guarded=not self.demo)
        till.open(self.home.catalogue, at=at)
        till.training = self.home.training
        who = self._signed_in
        if self.home.training:
            from kiosk.till.training import bring_staff  # noqa: PLC0415

            bring_staff(till, self.home, at)
        if self.demo:
            from kiosk.screens import made_up  # noqa: PLC0415

            made_up.day(till, self.home.settings, at)
            self._demo_cards = made_up.cards(till, self.home.catalogue, at)
            who = made_up.CASHIER
        elif self.home.training:
            from kiosk.screens import made_up  # noqa: PLC0415

            self._demo_cards = made_up.practice_cards(till, at)
        # What the books record is the operator's language; --lang only turns the screen's papers.
        till.settings = replace(till.settings, language=self.lang)
        till.guarded = True
        self.recovered = recover(till, self.home.path, at=at)
        self._drafts = DraftFile(self.home.path)
        return till, till.let_in(who, at=at) if who else None
