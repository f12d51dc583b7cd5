"""The list of what was sold, and looking for a sale in it; what gives back builds on this."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.binding import Binding
from textual.containers import Horizontal

from config.errors import Refusal
from config.language import words as words_of
from kiosk.sale.search import LONGEST, Wanted, read_search
from kiosk.screens.answers import Answer, Doing, legend
from kiosk.screens.approval import Approving
from kiosk.screens.board import Board, Sheet, paper_sheet
from kiosk.screens.drawn import Bar, Span
from kiosk.screens.message import Message
from kiosk.screens.past_view import PastView
from kiosk.screens.signs import FUNCTION_KEYS, SPARE_KEYS
from receipts.layout import lay_out
from receipts.paper import NARROWEST

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from textual.app import ComposeResult

    from config.catalogue import Product
    from config.language import Words
    from kiosk.screens.desk import Desk
    from kiosk.till.history import Past, Search
    from kiosk.till.till import Till
    from receipts.documents import Receipt

_PAGE = 50
REASON_COLUMNS = 40
EMPTY = Sheet("", ())
_LOOKS = 10
"""Looks that one key asks for; each is a call of its own, so that sales go between them."""


class PastScreen(Approving):
    """The sales of this book, newest first; off the hot path, so Escape goes back a step."""

    help_about = "history"
    AUTO_FOCUS = ""
    BINDINGS = [
        Binding("up", "move(-1)", priority=True),
        Binding("down", "move(1)", priority=True),
        Binding("pageup", "page(-1)", priority=True),
        Binding("pagedown", "page(1)", priority=True),
        Binding("enter", "enter", priority=True),
        Binding("escape", "back", priority=True),
        Binding("slash", "search"),
        *(Binding(key, f"function('{key}')") for key in (*FUNCTION_KEYS, *SPARE_KEYS)),
    ]

    def __init__(
        self, desk: Desk, *, lang: str, words: Words, clock: Callable[[], datetime], key: str
    ) -> None:
        super().__init__()
        self.desk = desk
        self.lang = lang
        self._ = words
        self.clock = clock
        self._key = key
        self._zone = ZoneInfo(desk.home.settings.day.timezone)
        self.past: list[Past] = []
        self.marked = 0
        self.doing = Doing.LOOKING
        self.wanted: Wanted | None = None
        """What is searched for; None shows everything."""
        self._below: int | None = None
        self._loading = False

    def compose(self) -> ComposeResult:
        """Lay the screen out; see the style sheet for sizes."""
        yield Bar(id="status")
        with Horizontal(id="middle"):
            yield PastView(self._, self._zone, mark=self.mark, id="past")
            yield Board(EMPTY, self._pick, id="board")
        yield Message(id="message")
        yield Answer(id="answer", compact=True, max_length=LONGEST, select_on_focus=False)
        yield Bar(id="functions")

    async def on_mount(self) -> None:
        """Read the newest sales."""
        self.list = self.query_one(PastView)
        self.board = self.query_one(Board)
        self.message = self.query_one(Message)
        self.answer = self.query_one(Answer)
        self.answer.cursor_blink = False
        self._title()
        self.turn_to(Doing.LOOKING)
        self.do(self.load())

    def _title(self, text: str = "") -> None:
        spans = [*self.desk.badges(self._), Span(" " + self._("History") + " ", "strong")]
        if text:
            spans.append(Span(f" / {text} ", "chosen"))
        self.query_one("#status", Bar).show(tuple(spans))

    @property
    def no_breakfasts(self) -> bool:
        """Whether no breakfast screen may come over it: something is asked, or given back."""
        return self.doing is not Doing.LOOKING

    def _pick(self, product: Product) -> None:
        """Nothing on this board is a product."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave every key to the approval while one is asked for."""
        return self.approval is None and super().check_action(action, parameters)

    # What is shown

    def turn_to(self, doing: Doing) -> None:
        """Let the keys mean ``doing`` from here on."""
        self.doing = doing
        asking = doing is not Doing.LOOKING
        self.answer.display = asking
        self.answer.value = ""
        self.answer.reserved = "+-*" if doing is Doing.CHOOSING else ""
        if asking:
            self.answer.placeholder = self._asked_for(doing)
            self.answer.focus()
        else:
            self.set_focus(None)
        self.query_one("#functions", Bar).show(legend(doing, self._key, self._))

    def _asked_for(self, doing: Doing) -> str:
        _ = self._
        if doing is Doing.CHOOSING:
            return _("how many of this line")
        if doing is Doing.SEARCHING:
            return _("128 · 7:30-8:00 · 11-24 · 12.50 · WeChat · item")
        return _("reason (may be empty)")

    def say(self, text: str, tone: str = "text") -> None:
        """Put a sentence on the message line."""
        self.message.show(text, tone)

    def show_paper(self, receipt: Receipt) -> None:
        """Show a paper beside the list."""
        width = self.board.size.width
        wanted = self.desk.home.settings.paper.columns
        columns = wanted if wanted <= width else NARROWEST
        paper = lay_out(receipt, columns, words_of(receipt.lang))
        self.board.show(paper_sheet(self._("Receipt"), paper, width))

    # The list

    def do(self, act: Coroutine[None, None, None]) -> None:
        """Run ``act`` behind the keys; what is refused is said."""
        self.run_worker(self._refusing(act), group="till")

    async def _refusing(self, act: Coroutine[None, None, None]) -> None:
        try:
            await act
        except Refusal as refusal:
            self.say(refusal.say(self.lang), "bad")

    def refresh_list(self) -> None:
        """Read the list again: something was sold behind it."""
        if self.wanted is None:
            self.do(self.load())

    async def load(self) -> None:
        """Read the list again from its top; the mark stays with its sale."""
        if self.wanted is not None:
            await self._find(from_top=True)
            return
        most = max(_PAGE, len(self.past))
        self._show_list(await self.desk.ask(lambda till: till.history(most=most)))

    def _show_list(self, found: list[Past]) -> None:
        marked = past.number if (past := self.chosen) is not None else None
        places = [place for place, each in enumerate(found) if each.number == marked]
        self.past = found
        self.marked = places[0] if places else min(self.marked, max(len(found) - 1, 0))
        self.list.draw(self.past, self.marked, searching=self.wanted is not None)

    async def _load_older(self) -> None:
        """Read on below the last row, one page at a time; an answer to an older list is dropped."""
        if self._loading:
            return
        self._loading = True
        try:
            if self.wanted is not None:
                await self._find(from_top=False)
            elif self.past:
                last = self.past[-1].number
                found = await self.desk.ask(lambda till: till.history(before=last, most=_PAGE))
                if found and self.past[-1].number == last:
                    self._show_list([*self.past, *found])
        finally:
            self._loading = False

    # Searching

    async def _find(self, *, from_top: bool) -> None:
        """Look further back until a page is full, all is read, or this key has looked enough."""
        wanted = self.wanted
        if wanted is None or (not from_top and self._below is None):
            return
        below = None if from_top else self._below
        found: list[Past] = []
        for _again in range(_LOOKS):
            looked = await self.desk.ask(partial(_look, wanted, below))
            found, below = [*found, *looked.found], looked.below
            if self.wanted is not wanted:
                return  # another search came first
            if below is None or len(found) >= _PAGE:
                break
        self._below = below
        self._show_list(found if from_top else [*self.past, *found])
        self.say(self._so_far(), "text" if self.past else "bad")

    def _so_far(self) -> str:
        _ = self._
        if self._below is not None:
            said = _("{count} found down to no. {number}; Down at the end looks further back.")
            return said.format(count=len(self.past), number=self._below)
        if not self.past:
            return _("Nothing like that was sold. Esc shows everything.")
        return _("{count} found. Esc shows everything.").format(count=len(self.past))

    def action_search(self) -> None:
        """Ask what to look for."""
        if self.doing is Doing.LOOKING:
            self.say("")
            self.turn_to(Doing.SEARCHING)

    def searched(self) -> None:
        """Look for what was typed; for nothing, show everything."""
        text = self.answer.value.strip()
        today = self.desk.business_date(self.clock())
        if not text or today is None:
            self._stop_searching()
            return
        home = self.desk.home
        try:
            wanted = read_search(
                text, tenders=home.settings.tenders, catalogue=home.catalogue, today=today
            )
        except Refusal as refusal:
            self.say(refusal.say(self.lang), "bad")
            return
        self.turn_to(Doing.LOOKING)
        self.board.show(EMPTY)
        self._title(text)
        self.wanted, self.marked, self.past = wanted, 0, []
        self.do(self._find(from_top=True))

    def _stop_searching(self) -> None:
        self.wanted, self.past, self.marked = None, [], 0
        self._title()
        self.say("")
        self.turn_to(Doing.LOOKING)
        self.do(self.load())

    # Moving

    @property
    def chosen(self) -> Past | None:
        """The marked sale, where there is any."""
        return self.past[self.marked] if self.past else None

    def mark(self, index: int) -> None:
        """Mark row ``index`` (from 0), or the nearest; at the end, read on."""
        if self.doing is not Doing.LOOKING:
            return
        if self.past:
            marked = min(max(index, 0), len(self.past) - 1)
            if marked != self.marked:
                self.board.show(EMPTY)  # beside another sale the paper would mislead
            self.marked = marked
            self.list.draw(self.past, self.marked, searching=self.wanted is not None)
            self.say("")
        if self.marked >= len(self.past) - 1:
            self.do(self._load_older())

    def action_move(self, by: int) -> None:
        """Mark another sale."""
        self.mark(self.marked + by)

    def action_page(self, by: int) -> None:
        """Scroll the receipt where it is longer than the screen, else the list."""
        step = max(self.board.size.height - 2, 1)
        if isinstance(self.board.face, Sheet) and self.board.face.rows:
            self.board.show(self.board.face.scrolled(by * step))
        else:
            self.action_move(by * step)

    def action_back(self) -> None:
        """Go a step back: to the list, to all of it, or to the till."""
        if self.doing is not Doing.LOOKING:
            self.board.show(EMPTY)
            self.say("")
            self.turn_to(Doing.LOOKING)
        elif self.wanted is not None:
            self._stop_searching()
        else:
            self.dismiss()

    def action_function(self, key: str) -> None:
        """The key that opened the history goes back, too."""
        if key == self._key:
            self.action_back()


def _look(wanted: Wanted, below: int | None, till: Till) -> Search:
    return till.search(wanted, before=below)
