"""Asking on the sell screen: a reason or a price is typed in the one entry, by number or in words.

A question never blocks: any key that is no answer to it gives it up and does what it always does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.text import check_text
from kiosk.errors import TillError
from kiosk.screens.board import Over, Press, price
from kiosk.screens.cells import crop, left
from kiosk.screens.drawn import Span
from kiosk.screens.entry import NotAnAmountError, amount_fen
from kiosk.screens.questions import Question, Questions
from kiosk.screens.sell_view import SellView

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.errors import Refusal
    from kiosk.screens.board import Row, Touch

_REASON_COLUMNS = 40


class NoReasonError(TillError):
    """Something that must be explained was not."""

    def __init__(self) -> None:
        super().__init__(
            "没有写原因：请按数字选一个，或输入原因后按 Enter。",
            "There is no reason: choose one by its number, or type one and press Enter.",
        )


def reason_of(text: str) -> str:
    """Read a reason.

    Raises:
        NoReasonError: nothing was typed.
        TextError: it cannot be printed, or is too long.
    """
    if not text.strip():
        raise NoReasonError
    return check_text(text.strip(), what_zh="原因", what_en="The reason", columns=_REASON_COLUMNS)


def typed_price(text: str) -> str:
    """Read the price of an item that has none of its own; gives it as ``12.50``.

    Raises:
        NotAnAmountError: nothing was typed, or no amount.
    """
    fen = amount_fen(text)
    if fen is None:
        raise NotAnAmountError(text)
    return price(fen)


@dataclass(frozen=True, slots=True)
class Numbered:
    """Numbered rows under a title, to choose from by digit or by touch."""

    title: str
    rows: tuple[str, ...]

    @property
    def height(self) -> int:
        """The rows that it needs."""
        return len(self.rows) + 1

    def row(self, y: int, width: int, height: int) -> Row:
        """Draw the title, or a numbered row; the last one says where more is."""
        if y == 0:
            return (Span(left(f" {self.title}", width), "ask", "escape"),)
        if y > len(self.rows):
            return ()
        if y == height - 1 and y < len(self.rows):
            return (Span(f" … +{len(self.rows) - y + 1}", "dim"),)
        text = crop(self.rows[y - 1], max(width - 4, 0))
        return (Span(f" {y} ", "ask-key", str(y)), Span(f" {text}", "text", str(y)))

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:  # noqa: ARG002
        """Return the key of the touched row; the title gives up."""
        if y == 0:
            return Press("escape")
        return Press(str(y)) if 0 < y <= len(self.rows) else None


class Asking(SellView):
    """A sell screen that can ask one thing at a time."""

    _prompt = ""

    def on_mount(self) -> None:
        """Find the parts, and have the questions typed into the one entry."""
        self.questions = Questions(changed=self._asked_another, refused=self._not_that)
        super().on_mount()
        self.questions.entry = self.entry
        self._prompt = str(self.entry.placeholder)

    @property
    def asking(self) -> bool:
        """Whether an answer is wanted."""
        return self.questions.asking

    def ask_reason(self, what: str, reasons: tuple[str, ...], then: Callable[[str], None]) -> None:
        """Ask why ``what`` is done; ``reasons`` are offered by number."""
        _ = self._
        title = _("{what}: why? A number, or words and Enter; Esc gives up").format(what=what)
        label = _("reason, Enter")
        self.ask(title, Question(label, reason_of, choices=reasons), then)

    def ask(self, title: str, question: Question, then: Callable[[str], None]) -> None:
        """Ask ``question`` under ``title``; ``then`` gets the answer."""

        def answered(answers: tuple[str, ...]) -> None:
            self._unasked()  # what was asked is no more so, whatever comes of it
            then(answers[0])

        self.say(title, "strong")
        self.questions.ask((question,), answered, self._unasked)
        if question.choices:
            panel = Numbered(question.label, question.choices)
            self.board.show(Over(self.tiles, panel, panel.height))

    def unask(self) -> None:
        """Give up what is asked, where something is; what was typed for it goes, too."""
        if self.asking:
            self._unasked()

    def _unasked(self) -> None:
        self.questions.over()
        self.board.show(self.tiles)
        self.say("")

    def say_done(self, act: str) -> None:
        """Say that ``act`` was approved and done, unless something was said since."""
        if not self.message.text:
            self.say(f"{act} ✓", "good")

    def _asked_another(self) -> None:
        if not self.asking and self._prompt:
            self.entry.placeholder = self._prompt

    def _not_that(self, refusal: Refusal) -> None:
        self.say(refusal.say(self.lang), "bad")
