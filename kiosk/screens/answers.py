"""What the keys of the history mean just now, and where a quantity or a reason is typed."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from textual.widgets import Input

from kiosk.screens.drawn import Span

if TYPE_CHECKING:
    from config.language import Words


class Doing(Enum):
    """What the keys mean just now."""

    LOOKING = auto()
    SEARCHING = auto()
    """What to look for is typed; Enter looks."""
    CHOOSING = auto()
    """The lines of a refund."""
    VOIDING = auto()
    REFUNDING = auto()
    """A reason may be typed; Enter does it."""


class Answer(Input):
    """Where a quantity or a reason is typed; ``reserved`` characters are the screen's keys."""

    reserved = ""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Leave the reserved characters to the screen."""
        taken = character is not None and character in self.reserved
        return not taken and super().check_consume_key(key, character)


def legend(doing: Doing, history_key: str, words: Words) -> tuple[Span, ...]:
    """The keys and what they do; ``history_key`` opened the history and closes it."""
    _ = words
    match doing:
        case Doing.LOOKING:
            keys = [
                ("Enter", _("Receipt")),
                ("/", _("Search")),
                ("R", _("Reprint")),
                ("V", _("Void")),
                ("T", _("Refund")),
                (f"Esc {history_key.upper()}", _("Back to the till")),
            ]
        case Doing.SEARCHING:
            keys = [("Enter", _("Search")), ("Esc", _("Cancel"))]
        case Doing.CHOOSING:
            keys = [
                ("↑↓ + -", _("Choose")),
                ("*", _("Everything")),
                ("Enter", _("Go on")),
                ("Esc", _("Cancel")),
            ]
        case Doing.VOIDING | Doing.REFUNDING:
            keys = [("Enter", _("Do it")), ("Esc", _("Cancel"))]
    return tuple(span for key, said in keys for span in (Span(f" {key}", "key"), Span(f" {said} ")))
