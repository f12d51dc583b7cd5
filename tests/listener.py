"""What card readers told a test, one thing after the other."""

from __future__ import annotations

from queue import Queue
from typing import TYPE_CHECKING

from kiosk.devices.reader_states import ReaderState
from kiosk.sale.cards import Tap

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.devices.reader_states import Told

PATIENCE_S = 60.0
"""So long a test waits for what has to come before it fails; nothing is measured by it."""


class Listener:
    """Pass ``hear`` to readers, then ask for what they told."""

    def __init__(self) -> None:
        self.told: Queue[Told] = Queue()
        self.hear = self.told.put

    def until(self, wanted: Callable[[Told], bool]) -> list[Told]:
        """Everything up to the first thing that is ``wanted``, which comes last."""
        heard = []
        while True:
            heard.append(self.told.get(timeout=PATIENCE_S))
            if wanted(heard[-1]):
                return heard

    def tap(self) -> Tap:
        """The next tap; states before it are skipped."""
        last = self.until(lambda each: isinstance(each, Tap))[-1]
        assert isinstance(last, Tap)
        return last

    def state(self, *, ok: bool, again: bool = False) -> ReaderState:
        """The next such state; a tap before it is a failure."""
        *before, last = self.until(
            lambda each: isinstance(each, ReaderState) and (each.ok, each.again) == (ok, again)
        )
        assert not [each for each in before if isinstance(each, Tap)]
        assert isinstance(last, ReaderState)
        return last

    @property
    def silent(self) -> bool:
        """Whether nothing is waiting to be asked for."""
        return self.told.empty()
