"""What was sold: look at a receipt, print it again, void a sale, refund lines of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import Screen

from config.errors import Refusal, TextError
from config.language import words as words_of
from config.text import check_text
from kiosk.errors import NothingToRefundError
from kiosk.sale.basket import ONE_MILLI
from kiosk.sale.refs import new_ref
from kiosk.screens.answers import Answer, Doing, legend
from kiosk.screens.board import Board, Sheet, paper_sheet, price
from kiosk.screens.drawn import Bar, Span
from kiosk.screens.entry import normal, read
from kiosk.screens.giving_back import GivingBack
from kiosk.screens.message import Message
from kiosk.screens.past_view import RETURN, PastView
from kiosk.screens.signs import FUNCTION_KEYS, SPARE_KEYS
from receipts.layout import lay_out, yuan
from receipts.paper import NARROWEST

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime
    from uuid import UUID

    from textual.app import ComposeResult

    from config.catalogue import Product
    from config.language import Words
    from kiosk.sale.refunds import SoldLine
    from kiosk.screens.desk import Desk
    from kiosk.till.history import Past
    from kiosk.till.till import Done, Till
    from receipts.documents import Receipt

_PAGE = 50
_REASON_COLUMNS = 40
_EMPTY = Sheet("", ())
BOOKS_LANG = "zh_CN"
"""The language of the names in the books."""


class HistoryScreen(Screen[None]):
    """The sales of this book, newest first; off the hot path, so Escape goes back a step."""

    AUTO_FOCUS = ""
    BINDINGS = [
        Binding("up", "move(-1)", priority=True),
        Binding("down", "move(1)", priority=True),
        Binding("pageup", "page(-1)", priority=True),
        Binding("pagedown", "page(1)", priority=True),
        Binding("enter", "enter", priority=True),
        Binding("escape", "back", priority=True),
        Binding("r,R", "reprint"),
        Binding("v,V", "void"),
        Binding("t,T", "refund"),
        Binding("plus", "change(1)", priority=True),
        Binding("minus", "change(-1)", priority=True),
        Binding("asterisk", "all", priority=True),
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
        self._giving: GivingBack | None = None
        self._ref: UUID | None = None
        self._busy = False
        self._loading = False

    def compose(self) -> ComposeResult:
        """Lay the screen out; see the style sheet for sizes."""
        yield Bar(id="status")
        with Horizontal(id="middle"):
            yield PastView(self._, self._zone, id="past")
            yield Board(_EMPTY, self._pick, id="board")
        yield Message(id="message")
        yield Answer(id="answer", compact=True, max_length=_REASON_COLUMNS, select_on_focus=False)
        yield Bar(id="functions")

    async def on_mount(self) -> None:
        """Read the newest sales."""
        self.list = self.query_one(PastView)
        self.board = self.query_one(Board)
        self.message = self.query_one(Message)
        self.answer = self.query_one(Answer)
        self.answer.cursor_blink = False
        self.query_one("#status", Bar).show((Span(" " + self._("History") + " ", "strong"),))
        self._turn_to(Doing.LOOKING)
        self._do(self._load())

    def _pick(self, product: Product) -> None:
        """Nothing on this board is a product."""

    # What is shown

    def _turn_to(self, doing: Doing) -> None:
        self.doing = doing
        asking = doing is not Doing.LOOKING
        self.answer.display = asking
        self.answer.value = ""
        self.answer.reserved = "+-*" if doing is Doing.CHOOSING else ""
        if asking:
            self.answer.placeholder = (
                self._("how many of this line")
                if doing is Doing.CHOOSING
                else self._("reason (may be empty)")
            )
            self.answer.focus()
        else:
            self.set_focus(None)
        self.query_one("#functions", Bar).show(legend(doing, self._key, self._))

    def say(self, text: str, tone: str = "text") -> None:
        """Put a sentence on the message line."""
        self.message.show(text, tone)

    def _show_paper(self, receipt: Receipt) -> None:
        width = self.board.size.width
        wanted = self.desk.home.settings.paper.columns
        columns = wanted if wanted <= width else NARROWEST
        paper = lay_out(receipt, columns, words_of(receipt.lang))
        self.board.show(paper_sheet(self._("Receipt"), paper, width))

    # Looking

    def _do(self, act: Coroutine[None, None, None]) -> None:
        self.run_worker(self._refusing(act), group="till")

    async def _refusing(self, act: Coroutine[None, None, None]) -> None:
        try:
            await act
        except Refusal as refusal:
            self.say(refusal.say(self.lang), "bad")

    def refresh_list(self) -> None:
        """Read the list again: something was sold behind it."""
        self._do(self._load())

    async def _load(self) -> None:
        """Read the newest sales, as many as are shown; the mark stays with its sale."""
        most = max(_PAGE, len(self.past))
        found = await self.desk.ask(lambda till: till.history(most=most))
        marked = past.number if (past := self._chosen) is not None else None
        places = [place for place, each in enumerate(found) if each.number == marked]
        self.past = found
        self.marked = places[0] if places else min(self.marked, max(len(found) - 1, 0))
        self.list.draw(self.past, self.marked)

    async def _load_older(self) -> None:
        """Read on below the last row, one page at a time; an answer to an older list is dropped."""
        if self._loading:
            return
        self._loading = True
        try:
            last = self.past[-1].number
            found = await self.desk.ask(lambda till: till.history(before=last, most=_PAGE))
            if found and self.past[-1].number == last:
                self.past = [*self.past, *found]
                self.list.draw(self.past, self.marked)
        finally:
            self._loading = False

    @property
    def _chosen(self) -> Past | None:
        return self.past[self.marked] if self.past else None

    def action_move(self, by: int) -> None:
        """Mark another sale, or another line of a refund."""
        if self._giving is not None and self.doing is Doing.CHOOSING:
            self._give(self._giving.moved(by))
            return
        if self.doing is not Doing.LOOKING or not self.past:
            return
        self.marked = min(max(self.marked + by, 0), len(self.past) - 1)
        self.list.draw(self.past, self.marked)
        self.say("")
        if self.marked == len(self.past) - 1:
            self._do(self._load_older())

    def action_page(self, by: int) -> None:
        """Scroll the receipt where it is longer than the screen, else the list."""
        step = max(self.board.size.height - 2, 1)
        if isinstance(self.board.face, Sheet) and self.board.face.rows:
            self.board.show(self.board.face.scrolled(by * step))
        else:
            self.action_move(by * step)

    def action_back(self) -> None:
        """Go a step back: to the list, or to the till."""
        if self.doing is Doing.LOOKING:
            self.dismiss()
            return
        self._giving = None
        self.board.show(_EMPTY)
        self.say("")
        self._turn_to(Doing.LOOKING)

    def action_function(self, key: str) -> None:
        """The key that opened the history goes back, too."""
        if key == self._key:
            self.action_back()

    def action_enter(self) -> None:
        """Show the receipt, take a quantity, go on, or do what was asked."""
        match self.doing:
            case Doing.LOOKING:
                if (past := self._chosen) is not None:
                    self._do(self._read(past.number))
            case Doing.CHOOSING:
                self._go_on()
            case Doing.VOIDING | Doing.REFUNDING:
                self._confirmed()

    async def _read(self, number: int) -> None:
        self._show_paper(await self.desk.ask(lambda till: till.receipt(number)))

    def action_reprint(self) -> None:
        """Hand the paper out again; it says so, and the journal too."""
        if (past := self._chosen) is not None and self.doing is Doing.LOOKING:
            self._do(self._reprint(past.number))

    async def _reprint(self, number: int) -> None:
        ref, at = new_ref(), self.clock()
        self._show_paper(await self.desk.ask(lambda till: till.reprint(number, ref=ref, at=at)))
        self.say(self._("Reprint of no. {number} ✓").format(number=number), "good")

    # Giving back

    def _refused(self, past: Past) -> str:
        """Say why nothing of ``past`` can be given back; nothing where it can."""
        if past.kind == RETURN:
            said = self._("No. {number} was a return: nothing can be given back.")
        elif past.closed_by is not None:
            said = self._("No. {number} was given back whole (no. {by}): nothing is left.")
        else:
            return ""
        return said.format(number=past.number, by=past.closed_by)

    def action_void(self) -> None:
        """Ask whether the whole sale is to be undone."""
        if (past := self._chosen) is None or self.doing is not Doing.LOOKING:
            return
        refused = self._refused(past)
        if not refused and past.refunded_fen:
            said = self._("Press T to refund the rest: part of no. {number} was given back.")
            refused = said.format(number=past.number)
        if refused:
            self.say(refused, "bad")
            return
        self._ref = new_ref()
        said = self._("Void no. {number}, {amount} back? Enter does it.")
        self.say(said.format(number=past.number, amount=price(past.total_fen)), "bad")
        self._turn_to(Doing.VOIDING)

    def action_refund(self) -> None:
        """Show what is left of the sale's lines, to choose from."""
        if (past := self._chosen) is None or self.doing is not Doing.LOOKING:
            return
        if refused := self._refused(past):
            self.say(refused, "bad")
        else:
            self._do(self._choose(past.number))

    async def _choose(self, number: int) -> None:
        sold = await self.desk.ask(lambda till: till.sold(number))
        if self.doing is not Doing.LOOKING:
            return  # another key came first
        self._ref = new_ref()
        self._turn_to(Doing.CHOOSING)
        self._give(GivingBack.of(tuple(map(self._named, sold.lines)), self._))
        self.say(self._("Refund of no. {number}: choose lines.").format(number=number), "strong")

    def _named(self, line: SoldLine) -> SoldLine:
        """Name a line in the screen's language, where the catalogue still has it."""
        product = self.desk.home.catalogue.by_sku(line.sku)
        if product is None or self.lang == BOOKS_LANG:
            return line
        return replace(line, name=product.name(self.lang))

    def _give(self, giving: GivingBack) -> None:
        self._giving = giving
        self.board.show(giving)

    def action_change(self, by: int) -> None:
        """One more or one less of the marked line."""
        if self._giving is not None and self.doing is Doing.CHOOSING:
            self._give(self._giving.changed(by * ONE_MILLI))

    def action_all(self) -> None:
        """Everything that is left."""
        if self._giving is not None and self.doing is Doing.CHOOSING:
            self._give(self._giving.all())

    def _go_on(self) -> None:
        """Take the typed quantity; with none typed, ask whether to refund."""
        giving, past = self._giving, self._chosen
        if giving is None or past is None:
            return
        try:
            if typed := normal(self.answer.value):
                self.answer.value = ""
                self._give(giving.set(read(f"{typed}*").qty_milli or 0))
                return
            if not giving.wanted:
                raise NothingToRefundError
        except Refusal as refusal:
            self.say(refusal.say(self.lang), "bad")
            return
        said = self._("Refund {amount} of no. {number}? Enter does it.")
        amount = price(giving.total_fen)
        self.say(said.format(amount=amount, number=past.number), "bad")
        self._turn_to(Doing.REFUNDING)

    def _confirmed(self) -> None:
        past, ref = self._chosen, self._ref
        if past is None or ref is None or self._busy:
            return
        reason = self.answer.value.strip()
        at, number = self.clock(), past.number
        try:
            if reason:
                reason = check_text(
                    reason, what_zh="原因", what_en="The reason", columns=_REASON_COLUMNS
                )
        except TextError as refusal:
            self.say(refusal.say(self.lang), "bad")
            return
        giving = self._giving
        if self.doing is Doing.VOIDING:
            self._do(self._back(lambda till: till.void(number, ref=ref, at=at, reason=reason)))
        elif giving is not None:
            wanted = giving.wanted
            self._do(
                self._back(lambda till: till.refund(number, wanted, ref=ref, at=at, reason=reason))
            )

    async def _back(self, call: Callable[[Till], Done]) -> None:
        """Give back; a refusal leaves what was chosen as it was."""
        self._busy = True
        try:
            done = await self.desk.ask(call)
        except Refusal:
            self._turn_to(Doing.LOOKING if self._giving is None else Doing.CHOOSING)
            raise
        finally:
            self._busy = False
        self._giving = None
        self.board.show(_EMPTY)
        self._turn_to(Doing.LOOKING)
        said = self._("No. {number} ✓ {amount} given back")
        self.say(said.format(number=done.number, amount=yuan(done.total)), "good")
        await self._read(done.number)
        await self._load()
