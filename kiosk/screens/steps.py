"""A screen off the hot path: a face on the left, a paper on the right, one entry for every key."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from textual.containers import Horizontal

from config.errors import Refusal
from kiosk.screens.approval import Approving
from kiosk.screens.board import Board, Press, Sheet
from kiosk.screens.drawn import Bar, Span
from kiosk.screens.entry import Entry
from kiosk.screens.message import Message
from kiosk.screens.questions import Question, Questions

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from datetime import datetime

    from textual import events
    from textual.app import ComposeResult

    from config.catalogue import Product
    from config.language import Words
    from kiosk.devices.scanner import Scan
    from kiosk.screens.board import Face, Turn
    from kiosk.screens.desk import Desk

_PRESSED = {"Enter": "enter", "Esc": "escape", "Backspace": "backspace", "PgDn": "pagedown"}
NOTHING = Sheet("", ())
"""A board with nothing on it."""


class StepsScreen(Approving):
    """Goes from step to step: a choice by digit, a table, a few questions.

    Every key comes in the order in which it was pressed: through ``strike`` and ``command`` of
    the one entry. While something is being done, keys wait; where it is refused they are dropped,
    as nobody knows any more what they were meant for.
    """

    AUTO_FOCUS = ""
    no_breakfasts = True
    """No breakfast screen comes over a count, or over somebody's PIN."""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-roomy")]

    def __init__(
        self, desk: Desk, *, lang: str, words: Words, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self.desk = desk
        self.lang = lang
        self._ = words
        self.clock = clock
        self.settings = desk.home.settings
        self.zone = ZoneInfo(self.settings.day.timezone)
        self.questions = Questions(changed=self._asked, refused=self._refused, hint=False)

    def compose(self) -> ComposeResult:
        """Lay the screen out; see the style sheet for sizes."""
        yield Bar(id="status")
        with Horizontal(id="middle"):
            yield Board(NOTHING, self._picked, id="face", touch=self.touched)
            yield Board(NOTHING, self._picked, id="board", touch=self.touched)
        yield Message(id="message")
        yield Entry(strike=self.strike, command=self.command, placeholder="", id="entry")
        yield Bar(id="functions", press=self.press)

    def on_mount(self) -> None:
        """Find the parts once, then begin."""
        self.face = self.query_one("#face", Board)
        self.board = self.query_one("#board", Board)
        self.entry = self.questions.entry = self.query_one(Entry)
        self.set_focus(self.entry)
        self.status()
        self.begin()

    def _picked(self, product: Product) -> None:
        """Nothing on these boards is a product."""

    def touched(self, touch: Press | Turn) -> None:
        """Do what the key under a touch does."""
        if isinstance(touch, Press):
            self.press(touch.key)

    def press(self, key: str) -> None:
        """Do what ``key`` does: it was touched where it is shown."""
        if len(key) == 1:
            self.strike(key)
        else:
            self.command(key)

    # For the screens that stand on this one

    title = ""

    def begin(self) -> None:
        """Show the first step."""
        raise NotImplementedError

    def pressed(self, character: str) -> bool:
        """Take a printable key while nothing is asked; say whether it did."""
        raise NotImplementedError

    def stepped(self, key: str) -> bool:
        """Take a key that is no character while nothing is asked; say whether it did."""
        raise NotImplementedError

    def legend(self) -> tuple[tuple[str, str], ...]:
        """Give the keys of this step and what they do."""
        raise NotImplementedError

    def back(self) -> None:
        """Give up the questions, and go a step back."""
        raise NotImplementedError

    def asked_face(self, now: Question) -> Face:
        """Give what the left shows while ``now`` is asked."""
        raise NotImplementedError

    # Keys

    def strike(self, character: str) -> bool:
        """Take a printable key before it becomes text."""
        self._next_key()
        if self.questions.asking or self.questions.busy:
            return self.questions.strike(character)
        self.pressed(character)
        return True

    def _next_key(self) -> None:
        """Forget what was said about the key before; a small screen turns from the paper back."""
        if not self.questions.busy:
            self.say("")
            self.remove_class("-paper")

    def command(self, key: str) -> bool:
        """Take a key that is no character."""
        if key in {"pageup", "pagedown"} and isinstance(self.board.face, Sheet):
            step = max(self.board.size.height - 2, 1)
            self.board.show(self.board.face.scrolled(step if key == "pagedown" else -step))
            return True
        self._next_key()
        if self.questions.asking or self.questions.busy:
            return self.questions.command(key)
        return self.stepped(key) or key == "tab"

    def on_key(self, event: events.Key) -> None:
        """Take a key that came before the entry had the focus."""
        if self.focused is None and self.is_mounted:
            self.query_one(Entry).post_message(event)
            event.stop()

    def scanned(self, scan: Scan) -> None:
        """Take a staff card where one is asked for; no other code means anything here."""
        if not (scan.kind == "card" and self.tapped(scan.text)):
            self.say(self._("Nothing is scanned on this screen."), "bad")

    # What is said

    def say(self, text: str, tone: str = "text") -> None:
        """Put a sentence on the message line."""
        self.query_one(Message).show(text, tone)

    def show(self, face: Face) -> None:
        """Show a step on the left."""
        self.face.show(face)
        self._asked()

    def status(self) -> None:
        """Draw the first row: what this is, whose shift, who works."""
        _ = self._
        shift = self.desk.shift
        open_ = _("Shift {number}").format(number=shift.number) if shift else _("No shift is open")
        left = (*self.desk.badges(_), Span(f" {self.title} ", "strong"))
        self.query_one("#status", Bar).show(
            left, (Span(f" {open_} ", "text"), Span(f"{self.desk.name} ", "dim"))
        )

    def _asked(self) -> None:
        """Draw the keys of this step."""
        now = self.questions.now
        if now is not None:
            self.face.show(self.asked_face(now))
        keys = self._question_keys(now) if now is not None else _bar(self.legend())
        self.query_one("#functions", Bar).show(keys)

    def on_resize(self) -> None:
        """Lay the last row out anew: more or less of it fits."""
        if self.is_mounted and self.questions.asking:
            self._asked()

    def _question_keys(self, now: Question) -> list[Span]:
        """The keys of a question; where not all fit, the choices are said on the left alone."""
        _ = self._
        choices = [(str(n), said) for n, said in enumerate(now.choices, 1)]
        ends = [("Enter", _("Go on")), ("Esc", _("Go back"))]
        spans = _bar([*choices, *ends])
        if sum(cell_len(span.text) for span in spans) <= self.size.width:
            return spans
        return _bar([*((key, "") for key, _said in choices), *ends])

    def _refused(self, refusal: Refusal) -> None:
        self.say(refusal.say(self.lang), "bad")

    # What is done

    def act(self, doing: Coroutine[None, None, None]) -> None:
        """Do something with the till; keys wait until it is done."""
        self.questions.busy = True
        self.run_worker(self._acted(doing), group="till")

    async def _acted(self, doing: Coroutine[None, None, None]) -> None:
        early = self.questions.early
        try:
            await doing
        except Refusal as refusal:
            early.clear()
            self.questions.over()
            self.refused(refusal)
        self.questions.busy = False
        self.status()
        self._asked()
        while early:
            self.entry.post_message(early.pop(0))

    def refused(self, refusal: Refusal) -> None:
        """Say that the till refused; a screen may know what to do about it."""
        self._refused(refusal)


def _bar(keys: Iterable[tuple[str, str]]) -> list[Span]:
    """Keys and what they do; a touch on either presses the key."""
    return [
        span
        for key, said in keys
        for pressed in (_PRESSED.get(key.partition(" ")[0], key if len(key) == 1 else ""),)
        for span in (
            Span(f" {key}", "key", pressed),
            Span(f" {said} " if said else " ", "text", pressed),
        )
    ]
