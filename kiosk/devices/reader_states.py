"""What card readers tell: taps, and how they are; told on the reader's own thread."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from config.errors import Phrase
from kiosk.sale.cards import Tap

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.errors import Refusal

BACK_OFF_S: Final = 1.0
"""So long a reader's thread waits before it looks again for what is not there."""


@dataclass(frozen=True, slots=True)
class ReaderState:
    """How a reader is; told when it changes.

    Attributes:
        reader: its id in the settings.
        ok: whether it can be used.
        what: how it is, without a full stop.
        again: it works, and what it just read was no card: the worker has to tap again.
    """

    reader: str
    ok: bool
    what: Phrase
    again: bool = False


Told: TypeAlias = Tap | ReaderState
"""One thing that a reader tells."""


class Teller:
    """Hands on what a reader's thread has to say: each state once, each card once in a while.

    Used by one thread alone. ``tell`` is called on it and must return soon.
    """

    def __init__(
        self, tell: Callable[[Told], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tell = tell
        self._clock = clock
        self._states: dict[str, ReaderState] = {}
        self._seen: dict[tuple[str, bytes], float] = {}

    def state(self, reader: str, what: Phrase, *, ok: bool) -> None:
        """Tell how ``reader`` is, unless that is what was told last."""
        state = ReaderState(reader, ok, what)
        if self._states.get(reader) != state:
            self._states[reader] = state
            self._tell(state)

    def again(self, reader: str, what: Phrase) -> None:
        """Tell that ``reader`` works and could not make out a card; told each time."""
        self._tell(ReaderState(reader, ok=True, what=what, again=True))

    def tap(self, tap: Tap, again_ms: int) -> None:
        """Tell of a tap, unless its card was seen on its reader less than ``again_ms`` ago.

        A reader that repeats the number for as long as the card lies there tells of one tap.
        """
        now, key = self._clock(), (tap.reader, tap.uid)
        last = self._seen.get(key)
        self._seen = {each: at for each, at in self._seen.items() if now - at <= _REMEMBERED_S}
        self._seen[key] = now
        if last is None or now - last > again_ms / 1000:
            self._tell(tap)


_REMEMBERED_S: Final = 60.0


def bare(refusal: Refusal) -> Phrase:
    """Take a refusal's sentences as a phrase: without their last full stop."""
    return Phrase(refusal.zh.rstrip("。"), refusal.en.rstrip("."))
