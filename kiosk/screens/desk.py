"""Where the screens meet the till: opened after the first paint, asked on the till thread."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from kiosk.screens.recorder import Recorder
from kiosk.till.thread import TillThread

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from kiosk.till.home import Home
    from kiosk.till.till import Till

T = TypeVar("T")


class Desk:
    """The one door to the till.

    ``lang`` is the language of the papers on screen. Calls are done one after another, in the
    order in which they were asked; they wait until the till is open.
    """

    def __init__(self, home: Home, lang: str) -> None:
        self.home = home
        self.lang = lang
        self.thread = TillThread()
        self.recorder = Recorder()
        self._till: Till | None = None
        self._opened = asyncio.Event()

    async def open(self, at: datetime) -> None:
        """Open the database and the till.

        Raises:
            Refusal: the database is damaged, of a newer schema, cut, or the disk refuses.
        """
        self._till = await self.thread(self._open, at)
        self._opened.set()

    async def ask(self, call: Callable[[Till], T]) -> T:
        """Give what ``call`` makes of the till, on the till thread.

        Raises:
            Refusal: whatever the call refuses.
        """
        await self._opened.wait()
        if self._till is None:
            raise RuntimeError("the till is not open")
        return await self.recorder.timed(call, self.thread(call, self._till))

    def business_date(self, at: datetime) -> date | None:
        """Give the business date of ``at``; None while the till is not open."""
        return self._till.business_date(at) if self._till else None

    def close(self) -> None:
        """Finish what was asked, then close the database."""
        if self._till is not None:
            self.thread.run(self._till.database.close)
        self.thread.close()

    def _open(self, at: datetime) -> Till:
        # Half a second of imports and perhaps a migration: behind the first paint, on this thread.
        from dataclasses import replace  # noqa: PLC0415

        from kiosk.till.store import open_database  # noqa: PLC0415
        from kiosk.till.till import Till  # noqa: PLC0415

        database = open_database(self.home)
        till = Till(database, self.home.settings)
        till.open(self.home.catalogue, at=at)
        # What the books record is the operator's language; --lang only turns the screen's papers.
        till.settings = replace(till.settings, language=self.lang)
        return till
