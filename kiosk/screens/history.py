"""What was sold: look at a receipt, print it again, void a sale, refund lines of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.binding import Binding

from config.errors import Refusal, TextError
from config.text import check_text
from kiosk.errors import NothingToRefundError
from kiosk.sale.basket import ONE_MILLI
from kiosk.sale.breakfast import FUND
from kiosk.sale.refs import new_ref
from kiosk.screens.answers import Doing
from kiosk.screens.board import price
from kiosk.screens.entry import normal, read
from kiosk.screens.giving_back import GivingBack
from kiosk.screens.past_screen import EMPTY, REASON_COLUMNS, PastScreen
from kiosk.screens.past_view import BREAKFASTS, RETURN
from ledger.money import to_fen

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from kiosk.sale.approval import Approved
    from kiosk.sale.refunds import SoldLine
    from kiosk.till.history import Past
    from kiosk.till.till import Done, Till

BOOKS_LANG = "zh_CN"
"""The language of the names in the books."""


class HistoryScreen(PastScreen):
    """What can be done with a sale of the list."""

    BINDINGS = [
        Binding("r,R", "reprint"),
        Binding("v,V", "void"),
        Binding("t,T", "refund"),
        Binding("plus", "change(1)", priority=True),
        Binding("minus", "change(-1)", priority=True),
        Binding("asterisk", "all", priority=True),
    ]

    _giving: GivingBack | None = None
    _ref: UUID | None = None
    _busy = False

    def action_move(self, by: int) -> None:
        """Mark another sale, or another line of a refund."""
        if self._giving is not None and self.doing is Doing.CHOOSING:
            self._give(self._giving.moved(by))
        else:
            super().action_move(by)

    def action_back(self) -> None:
        """Go a step back; what was chosen to give back is forgotten."""
        self._giving = None
        super().action_back()

    def action_enter(self) -> None:
        """Show the receipt, take a quantity, go on, or do what was asked."""
        match self.doing:
            case Doing.LOOKING:
                if (past := self.chosen) is not None:
                    self.do(self._read(past.number))
            case Doing.SEARCHING:
                self.searched()
            case Doing.CHOOSING:
                self._go_on()
            case Doing.VOIDING | Doing.REFUNDING:
                self._confirmed()

    async def _read(self, number: int) -> None:
        self.show_paper(await self.desk.ask(lambda till: till.receipt(number)))

    def action_reprint(self) -> None:
        """Hand the paper out again; it says so, and the journal too."""
        if (past := self.chosen) is not None and self.doing is Doing.LOOKING:
            self.do(self._reprint(past.number))

    async def _reprint(self, number: int) -> None:
        ref, at = new_ref(), self.clock()
        act = self._("reprint of no. {number}").format(number=number)
        paper = await self.allowed(
            act, lambda till, approved: till.reprint(number, ref=ref, at=at, approved=approved)
        )
        if paper is None:
            return
        self.show_paper(paper)
        self.say(self._("Reprint of no. {number} ✓").format(number=number), "good")

    # Giving back

    def _refused(self, past: Past) -> str:
        """Say why nothing of ``past`` can be given back; nothing where it can."""
        if past.of is not None:
            said = self._("No. {number} gave back no. {of}: nothing of it can be given back.")
        elif past.kind == RETURN:
            said = self._("No. {number} was a return: nothing can be given back.")
        elif past.closed_by is not None:
            said = self._("No. {number} was given back whole (no. {by}): nothing is left.")
        else:
            return ""
        return said.format(number=past.number, by=past.closed_by, of=past.of)

    def action_void(self) -> None:
        """Ask whether the whole sale is to be undone."""
        if (past := self.chosen) is None or self.doing is not Doing.LOOKING:
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
        if past.kind in BREAKFASTS:
            said = self._("Undo breakfast no. {number}? Fund and worker get their parts. Enter.")
        self.say(said.format(number=past.number, amount=price(past.total_fen)), "bad")
        self.turn_to(Doing.VOIDING)

    def action_refund(self) -> None:
        """Show what is left of the sale's lines, to choose from."""
        if (past := self.chosen) is None or self.doing is not Doing.LOOKING:
            return
        refused = self._refused(past)
        if not refused and past.kind in BREAKFASTS:
            said = self._("No. {number} was a breakfast: V undoes it whole.")
            refused = said.format(number=past.number)
        if refused:
            self.say(refused, "bad")
        else:
            self.do(self._choose(past.number))

    async def _choose(self, number: int) -> None:
        sold = await self.desk.ask(lambda till: till.sold(number))
        if self.doing is not Doing.LOOKING:
            return  # another key came first
        self._ref = new_ref()
        self.turn_to(Doing.CHOOSING)
        named = replace(sold, lines=tuple(map(self._named, sold.lines)))
        self._give(GivingBack.of(named, self._))
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
        giving, past = self._giving, self.chosen
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
        self.turn_to(Doing.REFUNDING)

    def _confirmed(self) -> None:
        past, ref = self.chosen, self._ref
        if past is None or ref is None or self._busy:
            return
        reason = self.answer.value.strip()
        at, number = self.clock(), past.number
        try:
            if reason:
                reason = check_text(
                    reason, what_zh="原因", what_en="The reason", columns=REASON_COLUMNS
                )
        except TextError as refusal:
            self.say(refusal.say(self.lang), "bad")
            return
        giving = self._giving
        if self.doing is Doing.VOIDING:
            act = self._("void of no. {number}").format(number=number)
            self.do(
                self._back(
                    act,
                    lambda till, approved: till.void(
                        number, ref=ref, at=at, reason=reason, approved=approved
                    ),
                )
            )
        elif giving is not None:
            wanted = giving.wanted
            act = self._("refund of {amount}, no. {number}")
            self.do(
                self._back(
                    act.format(amount=price(giving.total_fen), number=number),
                    lambda till, approved: till.refund(
                        number, wanted, ref=ref, at=at, reason=reason, approved=approved
                    ),
                )
            )

    async def _back(self, act: str, call: Callable[[Till, Approved | None], Done]) -> None:
        """Give back, approved where it must be; a refusal leaves what was chosen as it was."""
        self._busy = True
        try:
            done = await self.allowed(act, call)
        except Refusal:
            self.turn_to(Doing.LOOKING if self._giving is None else Doing.CHOOSING)
            raise
        finally:
            self._busy = False
        if done is None:
            self.say(self._("Not approved: nothing was given back."), "bad")
            return
        self._giving = None
        self.board.show(EMPTY)
        self.turn_to(Doing.LOOKING)
        await self._read(done.number)
        await self.load()  # a search says what it finds, so the news comes after it
        said = self._("No. {number} ✓ {amount} given back")
        tenders = done.record.doc.get("tenders", ())
        fund_fen = sum(each["amount_fen"] for each in tenders if each["tender"] == FUND)
        if fund_fen:
            # The fund's money never was in the drawer: only the rest is to be handed back.
            said = self._("No. {number} ✓ the fund got {fund} back, the worker gets {amount}")
        rest = price(to_fen(done.total) - fund_fen)
        self.say(said.format(number=done.number, amount=rest, fund=price(fund_fen)), "good")
