"""A till with a screen, and a cashier to press its keys."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import pytest
from textual import events

from kiosk.screens.app import KioskApp
from kiosk.till.home import open_home
from tests.screen import text_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from textual.pilot import Pilot

    from config.errors import Refusal
    from kiosk.screens.sell import SellScreen
    from kiosk.till.till import Till

    Opened = Callable[..., AbstractAsyncContextManager["Cashier"]]

T = TypeVar("T")
MORNING = datetime(2026, 11, 23, 23, 26, tzinfo=UTC)
"""Half past seven on 24 November in Chongqing."""
FINGERS_S = 0.2
SCANNER_S = 0.0005
ENDINGS = {"enter": "\r", "ctrl+j": "\n", "tab": "\t"}


class Cashier:
    """Presses keys, reads the screen, and may look into the books."""

    def __init__(self, app: KioskApp, pilot: Pilot[Refusal]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def sell(self) -> SellScreen:
        return self.app.sell

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

    def send(self, *keys: events.Key) -> None:
        """Send keys at once, none waiting for what the one before it does."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            driver.send_message(key)

    async def settle(self) -> None:
        await self.pilot.pause()
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def books(self, look: Callable[[Till], T]) -> T:
        return await self.app.desk.ask(look)

    async def sold(self) -> list[int]:
        """Totals in fen of what is in the books, oldest first."""
        past = await self.books(lambda till: till.history())
        return [each.total_fen for each in reversed(past)]

    async def kinds(self) -> list[str]:
        """The kinds of all records, in order."""

        def read(till: Till) -> list[str]:
            with till.database.transaction() as cursor:
                rows = cursor.execute("SELECT kind FROM record ORDER BY seq").fetchall()
            return [kind for (kind,) in rows]

        return await self.books(read)


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Open a till on a new home: ``async with opened(size=…, lang=…, catalogue=…) as cashier``."""

    @asynccontextmanager
    async def opening(
        *,
        size: tuple[int, int] = (80, 24),
        lang: str | None = None,
        demo: bool = False,
        catalogue: str | None = None,
        settings: str | None = None,
    ) -> AsyncIterator[Cashier]:
        home = tmp_path / "home"
        home.mkdir(mode=0o700, exist_ok=True)
        for name, text in (("catalogue.toml", catalogue), ("kiosk.toml", settings)):
            if text is not None:
                (home / name).write_text(text, encoding="utf-8")
        seconds = iter(range(10**6))
        app = KioskApp(
            open_home(home),
            lang=lang,
            demo=demo,
            clock=lambda: MORNING + timedelta(milliseconds=next(seconds)),
        )
        try:
            async with app.run_test(size=size) as pilot:
                cashier = Cashier(app, pilot)
                await cashier.settle()
                yield cashier
        finally:
            app.desk.close()

    return opening
