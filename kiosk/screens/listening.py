"""Scans, wherever the focus is: the app follows the keys and knows a complete code when it ends.

No key waits for it. What a reading typed goes to the focused field as ever; once it proves to be a
complete known code, the key that ends it is swallowed, the field gets back what it held before,
and the screen is told of the scan instead. Everything that is no such code stays what was typed.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.widgets import Input

from config.errors import Refusal
from kiosk.devices import wedge
from kiosk.devices.scanner import Burst, Kind, Scan, classify_all

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget

    from config.cards import CardReader
    from config.language import Words
    from kiosk.devices.scanner import ScannerSettings

AGAIN_S: Final = 1.5
"""So soon after itself, the same card or payment code is one scan that a reader sent twice."""

_ENDINGS: Final = frozenset({"enter", "ctrl+j", "newline", "tab"})
_LINE_FEEDS: Final = frozenset({"ctrl+j", "newline"})
_SHORTEST: Final = 8
_BY_DEVICE: Final = 12
"""Nobody types so many digits in one go."""
_FAST_S: Final = 0.03
"""No finger keeps such a pace."""
_ONCE: Final = frozenset({Kind.PAYMENT, Kind.CARD, Kind.HALF})


@runtime_checkable
class Scanned(Protocol):
    """A screen that takes scans."""

    def scanned(self, scan: Scan) -> None:
        """Take a complete code; the focused field holds again what it held before the scan.

        ``scan.typed`` is what the keys sent: keys that acted at once instead of landing in the
        field, such as capitals, are the screen's own to take back.
        """
        ...


@runtime_checkable
class Tapped(Protocol):
    """A screen on which a card may approve something."""

    def tapped(self, uid: str) -> bool:
        """Take a staff card; say whether one was asked for."""
        ...


class _Before(NamedTuple):
    """What the focused field held when a burst began."""

    field: Input
    value: str
    cursor: int


def about(scan: Scan, words: Words) -> str:
    """Say what was read where nothing is done with it; a payment code is never said in full."""
    _, code = words, scan.shown
    match scan.kind:
        case Kind.GOODS:
            said = _("Barcode {code}: goods are scanned on the sell screen.")
        case Kind.PAYMENT:
            said = _(
                "Payment code {code}: no payment service is connected. See that it is paid, then "
                "press that tender's key."
            )
        case Kind.CARD | Kind.HALF:
            said = _("Card {code}: nothing here takes a card.")
        case Kind.RECEIPT:
            said = _("The code of receipt {code}: look it up in the history.")
        case Kind.UNKNOWN:
            said = _("{count} digits in one reading are no code. Scan again, one code at a time.")
    return said.format(code=code, count=len(scan.text))


class Ear:
    """Follows the keys of ``app``: which of them a scanner sent, as ``scanner`` tells them.

    ``reader`` is the card reader that types, where the settings name one.
    """

    def __init__(
        self, app: Listening, scanner: ScannerSettings, reader: CardReader | None = None
    ) -> None:
        self._app = app
        self._scanner = scanner
        self._reader = reader
        self._gap = scanner.gap_ms / 1000
        self._burst = Burst(scanner.gap_ms)
        self._before: _Before | None = None
        own = int(scanner.card[:-1] or _SHORTEST)
        if reader is not None:
            own = len(reader.prefix) + wedge.shortest(reader.format)
        self._shortest = min(_SHORTEST, own)
        # A sign that no screen uses never reaches one; fingers that press it lose nothing.
        self._kept_back = scanner.prefix
        self._waiting: asyncio.TimerHandle | None = None
        self._keys = 0
        self._ended_at = -inf
        self._ended: set[Kind] = set()
        """The kinds whose reader ends them with a key: there, a pause is a stall and no end."""
        self._last = ("", -inf)

    def hear(self, event: events.Key) -> bool:
        """Follow one key; say whether it is the scan's own and nobody else's."""
        self._keys += 1
        if event.key in _ENDINGS:
            return self._end(event)
        if event.character is None or not event.is_printable:
            self.forget()
            return False
        burst = self._burst
        if not len(burst) or not burst.near(event.time):
            self._before = _held(self._app.focused)
        burst.add(event.character, event.time)
        if len(burst) >= self._shortest:
            self._wait(event.time)
        return bool(self._kept_back) and self._kept_back.startswith(burst.text)

    def forget(self) -> None:
        """Take what comes next for the beginning of something else."""
        self._burst.clear()
        self._ended_at = -inf

    def _end(self, event: events.Key) -> bool:
        """Take the code that this key ends, if it ends one."""
        burst = self._burst
        if not len(burst) or not burst.near(event.time):
            since = event.time - self._ended_at
            self.forget()
            return event.key in _LINE_FEEDS and since <= self._gap  # the second half of a CR LF
        text, torn, pace = burst.text, burst.torn, burst.pace
        self.forget()
        scans = () if torn else classify_all(text, self._scanner, self._reader)
        if not self._take(scans, text, pace, event.time):
            return False
        self._ended.update(scan.kind for scan in scans)
        self._ended_at = event.time
        return True

    def _wait(self, at: float) -> None:
        """Where the code may be complete, take it once no further key came in time."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        burst = self._burst
        scans = () if burst.torn else classify_all(burst.text, self._scanner, self._reader)
        if any(self._may_pause_end(scan) for scan in scans):
            # By way of the app's own queue, behind the keys that are waiting in it.
            self._waiting = asyncio.get_running_loop().call_later(
                self._gap, self._app.call_later, self._pause, self._keys, scans, at
            )

    def _may_pause_end(self, scan: Scan) -> bool:
        if scan.kind is Kind.UNKNOWN:
            return scan.overlong and not self._ended
        return scan.kind not in self._ended

    def _pause(self, keys: int, scans: tuple[Scan, ...], at: float) -> None:
        """Take a code that no key ended, unless keys came that were waiting to be handled."""
        if keys == self._keys:
            text, pace = self._burst.text, self._burst.pace
            if self._take(scans, text, pace, at):
                self.forget()

    def _take(self, scans: tuple[Scan, ...], text: str, pace: float, at: float) -> bool:
        """Hand scans to the screen, behind the keys that they typed; say whether they are any."""
        if not scans or not all(self._meant(scan, pace) for scan in scans):
            return False
        landed = text.removeprefix(self._kept_back)
        target: Widget = self._app.focused or self._app.screen
        target.call_later(self._deliver, scans, landed, self._before, at)
        return True

    def _meant(self, scan: Scan, pace: float) -> bool:
        """Whether it is a code, and nothing that somebody may have typed into a field."""
        if scan.kind is Kind.UNKNOWN:
            return scan.overlong
        if isinstance(self._app.screen, Scanned) and not self._app.reads_secret():
            return True
        return scan.marked or len(scan.text) >= _BY_DEVICE or pace <= _FAST_S

    def _deliver(
        self, scans: tuple[Scan, ...], typed: str, before: _Before | None, at: float
    ) -> None:
        app = self._app
        if isinstance(app.focused, Input):
            _give_back(app.focused, typed, before)
        for scan in scans:
            app.heard(scan, at)
            last, then = self._last
            self._last = scan.text, at
            if scan.kind in _ONCE and scan.text == last and at - then <= AGAIN_S:
                continue
            _hand(scan, app)


class Listening(App[Refusal]):
    """An app that tells scans from typing, and the active screen of them."""

    _: Words
    ear: Ear | None = None
    """Set it to hear scans."""

    async def on_event(self, event: events.Event) -> None:
        """Follow the keys before anything else sees them."""
        if self.ear is not None:
            if isinstance(event, events.Key) and not event.is_forwarded:
                if self.ear.hear(event):
                    return
            elif isinstance(event, events.Paste):
                self.ear.forget()  # no scanner pastes, so nothing is ever scanned by it
        await super().on_event(event)

    def reads_secret(self) -> bool:
        """Whether what is typed now is a PIN: the field hides it."""
        return bool(getattr(self.focused, "password", False))

    def card_read(self, scan: Scan) -> bool:  # noqa: ARG002 - for apps that serve cards
        """Take a card that was read; say whether it was taken."""
        return False

    def card_shown(self, scan: Scan) -> bool:  # noqa: ARG002 - for apps that know whose it is
        """Take a card where somebody is asked who they are; say whether somebody is."""
        return False

    def heard(self, scan: Scan, at: float) -> None:
        """Note a scan that ended at ``at`` and is handed to the screen; nothing to do here."""


def _hand(scan: Scan, app: Listening) -> None:
    """Let the screen do what it does with ``scan``, or the app; or say what it is."""
    screen, words = app.screen, app._
    if callable(unstrike := getattr(screen, "unstrike", None)):
        unstrike(scan.typed)  # what its keys did at once, where they landed in no field
    if isinstance(screen, Tapped):
        if scan.kind is Kind.CARD and (app.card_shown(scan) or screen.tapped(scan.text)):
            return
        if getattr(screen, "approval", None) is not None:
            _ = words
            tell(screen, _("Nothing is scanned while somebody is asked to approve."))
            return
    if getattr(screen, "takes_staff_card", False):
        pass  # it is being registered: whatever it is, it is no breakfast
    elif app.card_read(scan):
        return
    if isinstance(screen, Scanned):
        screen.scanned(scan)
    else:
        tell(screen, about(scan, words))


def tell(screen: Screen[object], text: str, tone: str = "bad") -> None:
    """Say ``text`` where the screen says such things, else over it."""
    say = getattr(screen, "say", None)
    if callable(say):
        say(text, tone)
    else:
        screen.notify(text)


def _held(field: Widget | None) -> _Before | None:
    if isinstance(field, Input):
        return _Before(field, field.value, field.cursor_position)
    return None


def _give_back(field: Input, typed: str, before: _Before | None) -> None:
    """Take out of ``field`` what a scan typed into it, and nothing else."""
    cursor = field.cursor_position
    head, tail = field.value[:cursor], field.value[cursor:]
    if head.endswith(typed):
        field.value = head.removesuffix(typed) + tail
        field.cursor_position = len(head) - len(typed)
    elif before is not None and before.field is field:
        # Some keys never landed: too many for the field, or they meant something by themselves.
        field.value = before.value
        field.cursor_position = before.cursor
