"""A screen on which a key that acts at once is a finger's: what a reader types chooses nothing."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from textual import events

from kiosk.screens.steps import StepsScreen

if TYPE_CHECKING:
    from textual.timer import Timer


class FingersScreen(StepsScreen):
    """Steps whose choices wait for as long as a scanner or a wedge might go on.

    They type like a keyboard: the first figure of a card's number must not block another card. So
    a figure that would act is held until no key has followed it in time; a hand feels none of it.
    """

    _held = ""
    """A key that will act, unless another one follows too fast."""
    _struck_at = -inf
    _wait: Timer | None = None

    @property
    def holding(self) -> bool:
        """Whether a key waits to act."""
        return bool(self._held)

    def press(self, key: str) -> None:
        """Do what ``key`` does at once: it was touched."""
        self.let_go()
        if len(key) == 1:
            self.struck(key)
        else:
            self.command(key)

    def struck(self, character: str) -> bool:
        """Take a printable key that no reader sent."""
        return super().strike(character)

    def strike(self, character: str) -> bool:
        """Take a printable key; what would act at once is held for a moment."""
        at, last = self.entry.pressed_at, self._struck_at
        self._struck_at = at
        questions = self.questions
        if self._keeps(character, at):
            return True
        # Keys that waited come again with the times at which they were pressed.
        if 0 <= at - last <= self.settings.scanner.gap_ms / 1000:
            held = self._drop()
            if not questions.asking:
                return True  # the rest of a reading
            if held:
                self.entry.value = held  # the beginning of an answer in words, or of a reading
                self.entry.cursor_position = len(held)
                return False
        self.let_go()
        if self._keeps(character, at):
            return True
        if not self._acts(character):
            return self.struck(character)
        self._hold(character)
        return True

    def _keeps(self, character: str, at: float) -> bool:
        """Let a key wait for what is being done, where something is; it was pressed ``at``."""
        if not self.questions.busy:
            return False
        key = events.Key(character, character)
        key.time = at
        self.questions.early.append(key)
        return True

    def _acts(self, character: str) -> bool:
        """Whether a key would do something by itself, instead of becoming text."""
        now = self.questions.now
        if now is None:
            return True
        return not self.entry.value and character in "123456789"[: len(now.choices)]

    def command(self, key: str) -> bool:
        """Take a key that is no character, after what is held."""
        self.let_go()
        return super().command(key)

    def let_go(self) -> None:
        """Do what the held key does, where there is one."""
        held = self._drop()
        if not held or not self.is_current or self.struck(held):
            return
        self.entry.insert_text_at_cursor(held)

    def _hold(self, character: str) -> None:
        self._held = character
        self._wait = self.set_timer(self.settings.scanner.gap_ms / 1000, self._waited)

    def _drop(self) -> str:
        if self._wait is not None:
            self._wait.stop()
            self._wait = None
        held, self._held = self._held, ""
        return held

    def _waited(self) -> None:
        """Act, behind every key that waits already to be handled."""
        self.app.call_later(self.entry.call_later, self._act_on, self._wait)

    def _act_on(self, wait: Timer | None) -> None:
        if wait is not None and wait is self._wait:
            self.let_go()
