"""The keys of the screen that is open, over that screen; any key or touch puts them away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from kiosk.screens.board import Board, Sheet
from kiosk.screens.cells import left
from kiosk.screens.drawn import Span
from kiosk.screens.keymap import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from config.catalogue import Product
    from config.language import Words
    from config.settings import Settings

_KEYS = 12


def keys_sheet(about: str, settings: Settings, words: Words) -> Sheet:
    """Give the keys of a screen, a row each; ``about`` is the screen's ``help_about``.

    Raises:
        KeyError: there is no such screen.
    """
    _ = words
    screens = {
        "door": _door,
        "shift": _shift,
        "staff": _staff,
        "history": _history,
        "breakfast": _breakfast,
        "cards": _cards,
    }
    rows = [
        *screens[about](settings, words),
        (shown(settings.key("sell.lock")), _("lock the till; the basket stays")),
        (shown(settings.key("sell.help")), _("this help")),
    ]
    return Sheet(
        _("Keys of this screen: any key closes"),
        tuple(
            (Span(left(f" {key}", _KEYS), "key"), Span(said, "text")) for key, said in rows if key
        ),
    )


def _door(settings: Settings, words: Words) -> list[tuple[str, str]]:  # noqa: ARG001 - as the others
    _ = words
    return [
        ("0-9", _("staff number, then PIN")),
        ("Enter", _("go on")),
        ("Backspace", _("one figure back; alone: the question before")),
        ("Esc", _("begin again")),
        ("Ctrl+Q", _("quit")),
    ]


def _shift(settings: Settings, words: Words) -> list[tuple[str, str]]:
    _ = words
    return [
        ("1 … 8", _("choose what to do, or an answer")),
        ("0-9", _("in a count: pieces of the marked row")),
        ("Enter ↓", _("next row; on the total Enter ends the count")),
        ("↑", _("the row before")),
        ("Backspace", _("one figure back; alone: the question before")),
        ("Del", _("in a count: empty the row")),
        ("PgUp PgDn", _("turn the pages of a report")),
        (f"Esc {shown(settings.key('sell.shift'))}", _("go back; from the menu to the till")),
    ]


def _staff(settings: Settings, words: Words) -> list[tuple[str, str]]:
    _ = words
    return [
        ("↑ ↓", _("mark somebody")),
        ("1 … 5", _("choose what to do, or an answer")),
        ("Enter", _("go on")),
        ("Backspace", _("one figure back; alone: the question before")),
        (f"Esc {shown(settings.key('sell.staff'))}", _("go back; from the list to the till")),
    ]


def _cards(settings: Settings, words: Words) -> list[tuple[str, str]]:
    _ = words
    return [
        ("↑ ↓ PgDn", _("mark a card; a tap marks it, too")),
        ("1 … 6", _("choose what to do, or an answer")),
        ("/", _("find a card by its last digits")),
        ("← →", _("cards of one state, or all of them")),
        ("Enter", _("go on")),
        ("Backspace", _("one figure back; alone: the question before")),
        (f"Esc {shown(settings.key('sell.cards'))}", _("go back; from the list to the till")),
    ]


def _breakfast(settings: Settings, words: Words) -> list[tuple[str, str]]:
    _ = words
    cash = next((each for each in settings.tenders if each.gives_change), settings.tenders[0])
    return [
        ("A … X", _("an item; again: one more")),
        ("3*", _("before an item: three of it")),
        ("- Backspace", _("one less of the marked line")),
        ("Del", _("remove the line")),
        ("↑ ↓ PgDn", _("mark another line; turn the page")),
        ("Enter", _("record it; what is on top is asked for first")),
        (f"20 {shown(cash.key)}", _("20 received on top, change shown")),
        ("Esc", _("give it up: nothing is recorded")),
    ]


def _history(settings: Settings, words: Words) -> list[tuple[str, str]]:
    _ = words
    return [
        ("↑ ↓", _("mark a sale, or a line of a refund")),
        ("Enter", _("show the receipt; do what was asked")),
        ("/", _("search: number, time, amount, tender, item")),
        ("R", _("print the receipt again (recorded)")),
        ("V", _("void the whole sale")),
        ("T", _("refund lines of it")),
        ("+ - *", _("in a refund: one more, one less, all")),
        ("PgUp PgDn", _("turn the page")),
        (f"Esc {shown(settings.key('sell.history'))}", _("go back; from the list to the till")),
    ]


class HelpScreen(Screen[None]):
    """One sheet on the whole screen; the app takes it away on the next key, see ``ComingIn``."""

    AUTO_FOCUS = ""
    secret = True
    """A key that closes it is nobody's business: it may be the first of a PIN."""

    def __init__(self, sheet: Sheet, close: Callable[[], None]) -> None:
        super().__init__()
        self._sheet = sheet
        self._close = close

    def compose(self) -> ComposeResult:
        """Lay the sheet out."""
        yield Board(self._sheet, self._picked, id="board", touch=lambda _: None)

    def _picked(self, product: Product) -> None:
        """Nothing on a sheet is a product."""

    def on_click(self, event: events.Click) -> None:
        """Close: it was touched."""
        event.stop()
        self._close()
