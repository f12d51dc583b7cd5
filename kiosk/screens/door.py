"""Who works at the till: asked at the start, at the very first start, and after a lock."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.containers import Vertical
from textual.screen import Screen

from config.rights import Role
from kiosk.errors import TillError
from kiosk.sale.people import Card, Pin, digits, good_pin
from kiosk.screens.approval import named, who_questions
from kiosk.screens.cells import left
from kiosk.screens.drawn import Bar, Rows, Span
from kiosk.screens.entry import Entry
from kiosk.screens.message import Message
from kiosk.screens.questions import Question, Questions
from kiosk.screens.status import status

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual import events
    from textual.app import ComposeResult

    from config.errors import Refusal
    from config.language import Words
    from kiosk.devices.scanner import Scan
    from kiosk.sale.people import Credential, Member
    from kiosk.screens.desk import Desk

FIRST = "s01"
"""The staff number of the first manager."""


class Asks(Enum):
    """What the door asks for."""

    OPENING = auto()
    """Nothing: who works here, and whether anybody does, is in books that are not open yet."""
    SIGN_IN = auto()
    FIRST_PIN = auto()
    """The PIN of the first manager, twice: nobody works here yet."""
    UNLOCK = auto()


class OtherPinError(TillError):
    """The PIN typed for the second time is another one."""

    def __init__(self) -> None:
        super().__init__(
            "两次输入的 PIN 不一样：请从头再输一次。",
            "The two PINs differ: begin again.",
        )


class PinAgainError(TillError):
    """The PIN was to be typed a second time, and nothing was."""

    def __init__(self) -> None:
        super().__init__(
            "还没有输入：请把同一个 PIN 再输一次，然后按 Enter。",
            "Nothing was typed: type the same PIN once more, then press Enter.",
        )


def pin_again(text: str) -> str:
    """Read a PIN that is typed for the second time.

    Raises:
        PinAgainError: nothing was typed.
    """
    if not (pin := digits(text)):
        raise PinAgainError
    return pin


class DoorScreen(Screen[None]):
    """Shows nothing of a basket; keys are answers, or wait until these are checked.

    ``let_in`` is told who it is, ``found`` the first manager's PIN. Each is called once, and then
    ``refuse`` asks again, or the screen is taken away. Where it ``keeps`` a ticket it says so.
    """

    help_about = "door"
    AUTO_FOCUS = ""
    secret = True
    """What is typed here stays out of the flight record."""

    def __init__(
        self,
        desk: Desk,
        *,
        lang: str,
        words: Words,
        clock: Callable[[], datetime],
        asks: Asks,
        let_in: Callable[[Credential], None],
        found: Callable[[str], None],
        keeps: bool = False,
    ) -> None:
        super().__init__()
        self.desk = desk
        self.lang = lang
        self._ = words
        self.clock = clock
        self.asks = asks
        self.members: tuple[Member, ...] = ()
        self._let_in = let_in
        self._found = found
        self._keeps = keeps
        self._zone = ZoneInfo(desk.home.settings.day.timezone)
        self.questions = Questions(changed=self.draw, refused=self._refused, hint=False)

    def compose(self) -> ComposeResult:
        """Lay the screen out; see the style sheet for sizes."""
        yield Bar(id="status")
        with Vertical(id="door"), Vertical(id="door-form"):
            yield Rows(id="door-rows")
            questions = self.questions
            yield Entry(
                strike=questions.strike, command=questions.command, placeholder="", id="entry"
            )
            yield Message(id="message")
        yield Bar(id="functions")

    def on_mount(self) -> None:
        """Ask at once; what is known of the staff comes later."""
        self.questions.entry = self.query_one(Entry)
        self.questions.entry.focus()
        self._clock = self.set_interval(1, self.tick)
        self.tick()
        self.ask(self.asks)

    def on_key(self, event: events.Key) -> None:
        """Take a key that came before the entry had the focus."""
        entry = self.questions.entry
        if self.focused is None and entry is not None:
            entry.post_message(event)
            event.stop()

    def ask(self, asks: Asks) -> None:
        """Ask for something else from now on; what was typed is forgotten."""
        opened = self.asks is Asks.OPENING
        self.asks = asks
        self._say("")
        self._again()
        if opened and asks is not Asks.OPENING:
            self._replay()

    def _replay(self) -> None:
        """Take the keys that came before anything was asked."""
        early, entry = self.questions.early, self.questions.entry
        while early and entry is not None:
            entry.post_message(early.pop(0))

    def known(self, members: tuple[Member, ...]) -> None:
        """Learn who works here; a number that is the only one need not be typed."""
        self.members = tuple(each for each in members if each.active)
        entry = self.questions.entry
        if self.asks is Asks.OPENING:
            self.ask(Asks.SIGN_IN)
        elif self.questions.busy or self.questions.answers or (entry is not None and entry.value):
            self.draw()  # somebody is typing already
        else:
            self._again()

    def rest(self) -> None:
        """Ask nothing any more, and keep nothing of what was answered."""
        self._clock.stop()
        self.questions.over()

    def refuse(self, refusal: Refusal) -> None:
        """Say why it will not do, and ask again."""
        self.questions.early.clear()  # nobody knows what they were meant for
        answers = () if self.asks is Asks.FIRST_PIN else self.questions.answers[:1]
        self._again(answers)
        self._say(refusal.say(self.lang), "bad")

    def scanned(self, scan: Scan) -> None:
        """Take a staff card; other codes mean nothing here."""
        if scan.kind == "card" and self.asks is not Asks.FIRST_PIN and not self.questions.busy:
            self.questions.busy = True
            self._let_in(Card(scan.text))

    def _again(self, answers: tuple[str, ...] = ()) -> None:
        if self.asks is Asks.OPENING:
            self.questions.wait()
            return
        if self.asks is Asks.FIRST_PIN:
            self.questions.ask(self._first_questions(), self._chosen, self._again)
            return
        alone = len(self.members) == 1 and not self.questions.early  # who types begins at the start
        only = self.members[0].id if alone else ""
        asked = who_questions(self._)
        if not answers and only:
            answers = (only,)
        self.questions.ask(asked, self._shown, self._again, answers=answers)

    def _first_questions(self) -> tuple[Question, Question]:
        _ = self._
        return (
            Question(_("PIN, Enter"), lambda pin: good_pin(pin, Role.MANAGER, FIRST), masked=True),
            Question(_("the same PIN once more, Enter"), pin_again, masked=True),
        )

    def _shown(self, answers: tuple[str, ...]) -> None:
        self._say(self._("Checking…"), "dim")
        self._let_in(Pin(*answers))

    def _chosen(self, answers: tuple[str, ...]) -> None:
        pin, again = answers
        if pin == again:
            self._say(self._("Checking…"), "dim")
            self._found(pin)
        else:
            self.refuse(OtherPinError())

    def _refused(self, refusal: Refusal) -> None:
        self._say(refusal.say(self.lang), "bad")

    def say(self, text: str, tone: str = "text") -> None:
        """Put a sentence below the entry."""
        self._say(text, tone)

    def _say(self, text: str, tone: str = "text") -> None:
        self.query_one(Message).show(text, tone)

    def draw(self) -> None:
        """Draw what is asked, and what was answered."""
        _ = self._
        match self.asks:
            case Asks.OPENING:
                title, hint = _("Opening the books…"), ""
            case Asks.SIGN_IN:
                title, hint = _("Sign in"), _("Type your staff number and PIN, or tap your card.")
            case Asks.UNLOCK:
                title, hint = _("Locked"), _("Type your staff number and PIN, or tap your card.")
                if self._keeps:
                    hint = _("The ticket is kept. Whoever signs in goes on with it.")
            case Asks.FIRST_PIN:
                title = _("The first start")
                hint = _("Choose the manager's PIN, 6 to 8 digits: that is all.")
        rows = [(Span(f" {title}", "strong"),), (Span(f" {hint}", "dim"),), self._answered()]
        self.query_one("#door-rows", Rows).show(rows)
        keys = [("Enter", _("Go on")), ("Esc", _("Begin again")), ("Ctrl+Q", _("Quit"))]
        shown = keys[-1:] if self.asks is Asks.OPENING else keys
        self.query_one("#functions", Bar).show(
            [each for key, said in shown for each in (Span(f" {key}", "key"), Span(f" {said} "))]
        )

    def _answered(self) -> tuple[Span, ...]:
        """The row above the entry: what it is for."""
        if self.asks is Asks.OPENING:
            return ()
        _, answers = self._, self.questions.answers
        if self.asks is Asks.FIRST_PIN:
            who = named(FIRST, ()) + " " + _("Manager")
            said = _("PIN of {who}, once more") if answers else _("PIN of {who}")
        elif answers:
            who, said = named(answers[0], self.members), _("PIN of {who}")
        else:
            who, said = "", _("Staff number")
        return (Span(left(" " + said.format(who=who), 60), "text"),)

    def tick(self) -> None:
        """Bring the clock up to date."""
        now = self.clock()
        left, right = status(
            self.desk,
            lang=self.lang,
            now=now.astimezone(self._zone),
            day=self.desk.business_date(now),
            width=self.size.width,
            words=self._,
        )
        self.query_one("#status", Bar).show(left, right)
