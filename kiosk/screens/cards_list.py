"""The list of breakfast cards and its keys; what is done with a card is ``CardsScreen``'s."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from config.rights import Right
from config.text import ascii_digits
from kiosk.sale.cards import CardState
from kiosk.screens.board import Sheet
from kiosk.screens.cards_questions import CardQuestions
from kiosk.screens.cards_view import STATES, CardList, Chosen, Known
from kiosk.screens.cells import wrapped
from kiosk.screens.drawn import Span
from kiosk.screens.fingers import FingersScreen
from kiosk.screens.keymap import shown
from kiosk.screens.steps import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.timer import Timer

    from config.language import Words
    from kiosk.sale.approval import Approved
    from kiosk.sale.cards import Tap
    from kiosk.screens.board import Face
    from kiosk.screens.desk import Desk
    from kiosk.screens.questions import Question
    from kiosk.till.till import Till

_TOLD_ROWS: Final = 12


class CardsListed(FingersScreen):
    """Shows which cards there are: a page at a time, those of one state, or by their digits."""

    def __init__(
        self,
        desk: Desk,
        *,
        lang: str,
        words: Words,
        clock: Callable[[], datetime],
        key: str,
    ) -> None:
        super().__init__(desk, lang=lang, words=words, clock=clock)
        self.title = words("Breakfast cards")
        self.let_in = False
        """Whether whoever is here may see the cards."""
        self.declined = False
        """Whether nobody approved that they do."""
        types = self.settings.card_types
        self.asking = CardQuestions(types, lambda: self.answering, lang, words)
        self.answering: Tap | None = None
        """The tap that is being answered with."""
        self.listed = CardList(
            Known((), {}, {}, clock().date()), {each.id: each for each in types}, lang, words
        )
        self._key = key
        self._heading = ""
        self._told = ""
        self._in_full: Timer | None = None
        """Runs while a holder's data is in sight."""

    # For the screen that stands on this one

    def choose(self, digit: str) -> None:
        """Do what the figure of a choice says."""
        raise NotImplementedError

    def left_off(self) -> None:
        """Forget what was asked for: the list is shown again."""

    # The list

    def begin(self) -> None:
        """Read the cards; whoever may not manage them needs somebody's approval to see them."""
        self.act(self._enter())

    async def _enter(self) -> None:
        at = self.clock()
        known = await self.allowed(self.title, lambda till, approved: _look(till, approved, at))
        if known is None:
            self.declined = True
            self.dismiss()
            return
        self.let_in = True
        self._show_known(known)

    async def read(self) -> None:
        """Read the cards again: something was done to one."""
        at = self.clock()
        self._show_known(await self.desk.ask(lambda till: _all(till, at)))

    def _show_known(self, known: Known) -> None:
        self.listed = self.listed.showing(known, self.listed.state, self.listed.tail)
        self.show_list()

    def show_list(self) -> None:
        """Show the list and what may be done; whatever was asked is asked no more."""
        self._end_full()
        self.left_off()
        self._told = ""
        self.questions.over()
        self.show(self.listed)
        title = self._("Choose with a figure")
        self.board.show(Chosen(title, self._choices(), self.listed, self.zone))

    def _choices(self) -> tuple[str, ...]:
        _, card = self._, self.listed.chosen
        blocked = card is not None and card.state is CardState.BLOCKED
        return (
            _("Issue a new card"),
            _("Replace the card"),
            _("Unblock it") if blocked else _("Block it"),
            _("End it for good"),
            _("Forget the holder"),
            _("Show the holder's data"),
        )

    def jump(self, card: str) -> None:
        """Mark a card, whichever cards were looked at."""
        if all(each.card != card for each in self.listed.rows):
            self.listed = self.listed.showing(self.listed.known, None, "")
        self.listed = self.listed.marking(card)
        self.show_list()

    # Keys

    def strike(self, character: str) -> bool:
        """Take a printable key; the first one after a holder's data hides it."""
        return self.hide() or super().strike(character)

    def command(self, key: str) -> bool:
        """Take a key that is no character, as ``strike``; pages are the list's."""
        if self.hide():
            return True
        pages = {"pageup": -1, "pagedown": 1}
        if key in pages and not (self.questions.asking or self.questions.busy):
            self._move(pages[key] * max(self.face.size.height - 2, 1))
            return True
        return super().command(key)

    def pressed(self, character: str) -> bool:
        """Take the figure of a choice, or ask what to look for."""
        if not self.let_in:
            return True
        if character == "/":
            self.ask(self._("Find a card"), (self.asking.find(),), self._found)
        else:
            self.choose(ascii_digits(character))
        return True

    def stepped(self, key: str) -> bool:
        """Mark another card, look at others, or go back to the till."""
        steps = {"up": -1, "down": 1, "home": -len(self.listed.rows), "end": len(self.listed.rows)}
        turns = {"left": -1, "right": 1}
        if key == self._key:
            self.dismiss()
        elif key == "escape":
            self.back()
        elif key in steps:
            self._move(steps[key])
        elif key in turns:
            place = STATES.index(self.listed.state) + turns[key]
            self.look_at(STATES[place % len(STATES)], self.listed.tail)
        elif key == "enter" and self.entry.value.strip():
            self._find_pasted()
        else:
            return False
        return True

    def _find_pasted(self) -> None:
        """Look for what was pasted, as if it had been asked for."""
        text = self.entry.value
        self.ask(self._("Find a card"), (self.asking.find(),), self._found)
        self.questions.answer(text)

    def _move(self, by: int) -> None:
        self.listed = self.listed.moved(by)
        self.show_list()

    def look_at(self, state: CardState | None, tail: str) -> None:
        """Show the cards of ``state`` (None: of all) whose digits have ``tail``."""
        self.listed = self.listed.showing(self.listed.known, state, tail)
        self.show_list()

    def _found(self, answers: tuple[str, ...]) -> None:
        self.look_at(self.listed.state, answers[0])

    def back(self) -> None:
        """Go back to the list; from there to all of it, and then to the till."""
        self.say("")
        if self.questions.asking:
            self.show_list()
        elif self.entry.value:
            self.entry.value = ""
        elif self.listed.tail or self.listed.state is not None:
            self.look_at(None, "")
        else:
            self.dismiss()

    def legend(self) -> tuple[tuple[str, str], ...]:
        """The keys of the list, or that any key hides what is shown."""
        _ = self._
        if self._in_full is not None:
            return ((_("any key"), _("Hide it")),)
        return (
            ("1 … 6", _("Do it")),
            ("↑ ↓", _("Choose")),
            ("/", _("Find")),
            ("← →", _("State")),
            (f"Esc {shown(self._key)}", _("Back to the till")),
        )

    def asked_face(self, now: Question) -> Face:
        """Show what is asked below what is told about it, and the choices by figure."""
        width = max(self.face.size.width - 2, 1)
        told = tuple((Span(f" {line}"),) for line in wrapped(self._told, width, _TOLD_ROWS))
        between = ((),) if told else ()
        return Sheet(self._heading, (*told, *between, *self.questions.so_far, *now.rows()))

    def ask(
        self,
        title: str,
        asked: tuple[Question, ...],
        done: Callable[[tuple[str, ...]], None],
        *,
        told: str = "",
    ) -> None:
        """Ask ``asked`` under ``title``, below what is ``told`` first."""
        self._heading, self._told = title, told
        self.board.show(NOTHING)  # its choices mean something else as long as this is asked
        self.questions.ask(asked, done, self.back)

    # A holder's data

    def show_full(self, sheet: Sheet, seconds: float) -> None:
        """Show a holder's data until any key, the lock, or so many seconds."""
        self._end_full()
        self.board.show(NOTHING)
        self._in_full = self.set_timer(seconds, self.hide)
        self.show(sheet)

    def hide(self) -> bool:
        """Hide a holder's data; say whether there was any in sight."""
        if self._in_full is None:
            return False
        self.show_list()
        return True

    def on_screen_suspend(self) -> None:
        """Hide a holder's data: something is put over it, the door for one."""
        if self.is_attached:
            self.hide()
        self._end_full()

    def _end_full(self) -> None:
        if self._in_full is not None:
            self._in_full.stop()
            self._in_full = None


def _look(till: Till, approved: Approved | None, at: datetime) -> Known:
    """Give the cards, to whoever may see them."""
    till.allow(Right.CARDS, approved)
    return _all(till, at)


def _all(till: Till, at: datetime) -> Known:
    return Known(
        tuple(reversed(till.cards())),
        till.masked_names(),
        till.last_breakfasts(),
        till.service_day(at),
    )
