"""A till with a screen, and a cashier to press its keys."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from shutil import copytree
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import pytest
from textual import events

from config.rights import Role
from kiosk.screens.app import KioskApp
from kiosk.screens.approval import Approving
from kiosk.till import secrets
from kiosk.till.home import open_home, training_home
from kiosk.till.store import open_database
from kiosk.till.till import Till
from tests.kiosk.conftest import QUICK
from tests.screen import text_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from textual.pilot import Pilot

    from config.errors import Refusal
    from kiosk.screens.sell import SellScreen

    Opened = Callable[..., AbstractAsyncContextManager["Cashier"]]

T = TypeVar("T")
MANAGER, SUPERVISOR, CASHIER = "s01", "s02", "s03"
PINS = {MANAGER: "135790", SUPERVISOR: "8642", CASHIER: "9753"}
FLOAT = {10000: 1, 2000: 2, 1000: 3, 500: 4, 100: 10}
"""200 yuan: the float that the shift of a ready home was opened with."""

MORNING = datetime(2026, 11, 23, 23, 26, tzinfo=UTC)
"""Half past seven on 24 November in Chongqing."""
NAMED = {"enter", "escape", "f9", "f10", "ctrl+l", "ctrl+s"}
FINGERS_S = 0.2
SCANNER_S = 0.0005
ENDINGS = {"enter": "\r", "ctrl+j": "\n", "tab": "\t"}


class Cashier:
    """Presses keys, reads the screen, and may look into the books."""

    def __init__(self, app: KioskApp, pilot: Pilot[Refusal]) -> None:
        self.app = app
        self.pilot = pilot
        self.begun = 0
        """The last record before the first key."""

    @property
    def sell(self) -> SellScreen:
        return self.app.sell

    @property
    def selling(self) -> bool:
        """Whether the sell screen is on top."""
        return self.app.screen is self.sell

    @property
    def screen(self) -> str:
        return text_of(self.app)

    @property
    def said(self) -> str:
        return self.sell.message.text

    @property
    def rung(self) -> list[tuple[str, int]]:
        """SKU and thousandths of each line on the ticket."""
        return [(line.sku, line.qty_milli) for line in self.sell.ticket.basket.lines]

    async def press(self, *keys: str) -> None:
        """Press keys and wait until everything asked of the till is on the screen."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type characters, as fingers or an input method send them: never as fast as a scanner."""
        keys = [events.Key(character, character) for character in text]
        for place, key in enumerate(keys):
            key.time += place * FINGERS_S
        self.send(*keys)
        await self.settle()

    def scan(self, *parts: str) -> None:
        """Send keys as a scanner does, all at once: ``"6921168509256", "enter"``."""
        keys = []
        for part in parts:
            ending = ENDINGS.get(part)
            keys += [(part, ending)] if ending else [(each, each) for each in part]
        sent = [events.Key(*each) for each in keys]
        for place, event in enumerate(sent):
            event.time = sent[0].time + place * SCANNER_S
        self.send(*sent)

    def slowly(self, *parts: str) -> None:
        """Send keys as fast as they can be handled, yet with the pauses of fingers: no scanner."""
        keys: list[tuple[str, str | None]] = []
        for part in parts:
            keys += [(part, None)] if part in NAMED else [(each, each) for each in part]
        sent = [events.Key(*each) for each in keys]
        for place, event in enumerate(sent):
            event.time = sent[0].time + place * FINGERS_S
        self.send(*sent)

    def send(self, *keys: events.Key) -> None:
        """Send keys at once, none waiting for what the one before it does."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            driver.send_message(key)

    async def sign_in(self, who: str, pin: str | None = None) -> None:
        """Type number and PIN at the door; ``pin`` is the right one unless it is given."""
        await self.type(who.removeprefix("s"))
        await self.press("enter")
        await self.type(PINS[who] if pin is None else pin)
        await self.press("enter")

    async def settle(self) -> None:
        """Wait until nothing is being done any more, or somebody's approval is waited for."""
        await self.pilot.pause()
        while self._holding or any(not worker.is_finished for worker in self.app.workers):
            screen = self.app.screen
            if isinstance(screen, Approving) and screen.approval is not None:
                await self.books(lambda _: None)
                if screen.approval is not None and not screen.approval.questions.busy:
                    break
            await self.pilot.pause()
        await self.pilot.pause()

    @property
    def _holding(self) -> bool:
        """Whether a key waits to act, for as long as it may be a scanner's."""
        return bool(getattr(self.app.screen, "holding", False))

    async def books(self, look: Callable[[Till], T]) -> T:
        return await self.app.desk.ask(look)

    async def sold(self) -> list[int]:
        """Totals in fen of what is in the books, oldest first."""
        past = await self.books(lambda till: till.history())
        return [each.total_fen for each in reversed(past)]

    async def last_seq(self) -> int:
        def read(till: Till) -> int:
            with till.database.transaction() as cursor:
                return int(cursor.execute("SELECT max(seq) FROM record").fetchone()[0] or 0)

        return await self.books(read)

    async def doc(self, kind: str) -> tuple[str, dict[str, Any]]:
        """Who is named on the last record of ``kind``, and what it says."""

        def read(till: Till) -> tuple[str, dict[str, Any]]:
            found = "SELECT body FROM record WHERE kind = ? ORDER BY seq DESC LIMIT 1"
            with till.database.transaction() as cursor:
                body = json.loads(cursor.execute(found, (kind,)).fetchone()[0])
            return body["by"], body["doc"]

        return await self.books(read)

    async def kinds(self) -> list[str]:
        """The kinds of all records since the first key, in order."""

        def read(till: Till) -> list[str]:
            found = "SELECT kind FROM record WHERE seq > ? ORDER BY seq"
            with till.database.transaction() as cursor:
                rows = cursor.execute(found, (self.begun,)).fetchall()
            return [kind for (kind,) in rows]

        return await self.books(read)


def make_ready(path: Path) -> None:
    """Give a new home at ``path`` a manager, a supervisor, a cashier, and an open shift."""
    home = open_home(path)
    database = open_database(home)
    till = Till(database, home.settings)
    till.open(home.catalogue, at=MORNING)
    till.make_first_manager(PINS[MANAGER], at=MORNING)
    for name, role, number in (
        ("李领班", Role.SUPERVISOR, SUPERVISOR),
        ("小张", Role.CASHIER, CASHIER),
    ):
        till.add_staff(name, role, PINS[number], ref=uuid4(), at=MORNING, staff_id=number)
    till.by = CASHIER
    till.open_shift(FLOAT, ref=uuid4(), at=MORNING)
    database.close()


@pytest.fixture(scope="session")
def ready_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home to copy: everything is there for a cashier to begin."""
    path = tmp_path_factory.mktemp("ready") / "home"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(secrets, "hasher", lambda: QUICK)  # as in every test of this folder
        make_ready(path)
    return path


@pytest.fixture
def opened(tmp_path: Path, ready_home: Path) -> Opened:
    """Open a till on a ready home, a manager signed in; a demo brings its own people.

    ``async with opened(size=…, lang=…, catalogue=…) as cashier``; ``signed_in=None`` asks who it
    is, and ``ready=False`` leaves the home as new as it can be.
    """

    @asynccontextmanager
    async def opening(
        *,
        size: tuple[int, int] = (80, 24),
        lang: str | None = None,
        demo: bool = False,
        catalogue: str | None = None,
        settings: str | None = None,
        signed_in: str | None = MANAGER,
        ready: bool = True,
        training: bool = False,
    ) -> AsyncIterator[Cashier]:
        home = tmp_path / "home"
        if ready and not demo and not home.exists():
            copytree(ready_home, home)
        home.mkdir(mode=0o700, exist_ok=True)
        for name, text in (("catalogue.toml", catalogue), ("kiosk.toml", settings)):
            if text is not None:
                (home / name).write_text(text, encoding="utf-8")
        seconds = iter(range(10**6))
        app = KioskApp(
            training_home(home) if training else open_home(home),
            lang=lang,
            demo=demo,
            signed_in=None if demo or training or not ready else signed_in,
            clock=lambda: MORNING + timedelta(milliseconds=next(seconds)),
        )
        try:
            async with app.run_test(size=size) as pilot:
                cashier = Cashier(app, pilot)
                await cashier.settle()
                cashier.begun = await cashier.last_seq()
                yield cashier
        finally:
            app.desk.close()

    return opening
