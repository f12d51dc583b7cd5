"""A few questions, asked one after another in one entry: who it is, how much, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events

from config.errors import Refusal
from kiosk.screens.drawn import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.screens.entry import Entry

_HIDDEN = "••••"
"""A secret that was given: always as long."""


def as_it_is(text: str) -> str:
    """Take an answer as it was typed, without the blanks around it."""
    return text.strip()


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to be typed.

    Attributes:
        label: what is asked for.
        read: gives the answer of what was typed, or raises a ``Refusal``.
        masked: whether it is a secret.
        choices: answers that the digits 1, 2, … give at once.
        given: what stands in the entry already.
        told: how an answer is shown once it is given; a secret never is.
    """

    label: str
    read: Callable[[str], str] = as_it_is
    masked: bool = False
    choices: tuple[str, ...] = ()
    given: str = ""
    told: Callable[[str], str] = as_it_is

    def rows(self) -> tuple[tuple[Span, ...], ...]:
        """Draw what is asked for, and the choices by figure."""
        chosen = (
            (Span(f"  {number} ", "key", str(number)), Span(f" {said}", "text", str(number)))
            for number, said in enumerate(self.choices, 1)
        )
        return ((Span(f" {self.label}", "strong"),), *chosen)


class Questions:
    """Asks in ``entry``, whose keys come through ``strike`` and ``command``.

    While ``busy`` (the answers are being checked) keys are neither answers nor lost: they wait in
    ``early`` for whoever comes next. ``hint`` says whether the empty entry names what is asked:
    not where the screen shows it anyway.
    """

    def __init__(
        self,
        *,
        changed: Callable[[], None],
        refused: Callable[[Refusal], None],
        hint: bool = True,
    ) -> None:
        self._hint = hint
        self._changed = changed
        self._refused = refused
        self._asked: tuple[Question, ...] = ()
        self._done: Callable[[tuple[str, ...]], None] | None = None
        self._left: Callable[[], None] | None = None
        self.answers: tuple[str, ...] = ()
        self.busy = False
        self.early: list[events.Key] = []
        self.entry: Entry | None = None

    @property
    def asking(self) -> bool:
        """Whether an answer is wanted, or being checked."""
        return bool(self._asked)

    @property
    def now(self) -> Question | None:
        """The question that is open."""
        place = len(self.answers)
        return self._asked[place] if place < len(self._asked) else None

    @property
    def so_far(self) -> tuple[tuple[Span, ...], ...]:
        """A row for each answer that was given, in order."""
        return tuple(
            (Span(f" ✓ {_HIDDEN if each.masked else each.told(answer)}", "dim"),)
            for each, answer in zip(self._asked, self.answers, strict=False)
            if answer
        )

    def ask(
        self,
        asked: tuple[Question, ...],
        done: Callable[[tuple[str, ...]], None],
        left: Callable[[], None],
        *,
        answers: tuple[str, ...] = (),
    ) -> None:
        """Ask ``asked``, of which ``answers`` are known; then call ``done``, or ``left`` on Esc."""
        self._asked, self._done, self._left = asked, done, left
        self.busy = False
        self._turn_to(answers)

    def over(self) -> None:
        """Ask nothing any more."""
        self._asked = ()
        self.busy = False
        self._turn_to(())

    def wait(self) -> None:
        """Ask nothing yet: keys wait in ``early``, and what is pasted is hidden."""
        self.over()
        self.busy = True
        if self.entry is not None:
            self.entry.password = True

    def _turn_to(self, answers: tuple[str, ...]) -> None:
        self.answers = answers
        now = self.now
        if self.entry is not None:
            self.entry.password = now is not None and now.masked
            self.entry.value = now.given if now else ""
            self.entry.cursor_position = len(self.entry.value)
            self.entry.placeholder = now.label if now and self._hint else ""
        self._changed()

    def strike(self, character: str) -> bool:
        """Take a printable key; say whether it is no part of an answer."""
        if self.busy:
            self.early.append(events.Key(character, character))
            return True
        now = self.now
        if now is None or not now.choices:
            return False
        place = "123456789".find(character)
        if 0 <= place < len(now.choices):
            self.answer(now.choices[place])
            return True
        return False

    def command(self, key: str) -> bool:
        """Take a key that is no character; say whether it meant something here."""
        if self.busy:
            self.early.append(events.Key(key, None))
        elif key == "enter" and self.entry is not None:
            self.answer(self.entry.value)
        elif key == "escape" and self._left is not None:
            self._left()
        elif key == "backspace" and self.answers:
            self._turn_to(self.answers[:-1])
        else:
            return key == "tab"
        return True

    def answer(self, text: str) -> None:
        """Take ``text`` for the open question's answer, as if it had been typed."""
        now = self.now
        if now is None or self._done is None:
            return
        try:
            answer = now.read(text)
        except Refusal as refusal:
            self._turn_to(self.answers)
            self._refused(refusal)
            return
        self._turn_to((*self.answers, answer))
        if self.now is None:
            self.busy = True
            self._done(self.answers)
