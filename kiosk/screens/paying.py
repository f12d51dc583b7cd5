"""Taking money: a ticket that is paid goes to the till, and comes back where that refuses."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from config.errors import Refusal
from config.rights import RIGHT_NAMES
from kiosk.errors import ApprovalNeededError, NoShiftError, TillError
from kiosk.sale.needs import rights_needed
from kiosk.screens.approval import ZH
from kiosk.screens.asking import Asking
from kiosk.screens.board import Found
from kiosk.screens.entry import amount_fen, normal
from kiosk.screens.keymap import shown
from kiosk.screens.message import LEAST
from kiosk.screens.signs import LastSale
from kiosk.screens.ticket import Ticket
from ledger.money import ZERO, from_fen, to_fen
from receipts.layout import yuan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from config.rights import Right
    from config.settings import Tender
    from kiosk.sale.basket import Basket
    from kiosk.sale.tenders import Offer
    from kiosk.till.till import Done, Till

HOLD_S = 0.03
"""So long a painting waits for a commit: less than anybody sees, more than most commits take."""

FRAME_S = 1 / 60
"""What one painting takes at most to begin."""

LARGE_CHANGE_FEN = 100_00
"""The largest banknote: nobody who pays with the fewest notes gets so much back."""

LARGE_FEN = 1000_00
"""From so much on, received with change to give, a slip of the finger is likelier than notes."""


class UnseenError(TillError):
    """Money was to be taken in a window that has no room for the basket."""

    def __init__(self) -> None:
        super().__init__(
            "窗口太小，看不到商品和合计：请先放大窗口再收款。",
            "The window is too small to show the basket and its total: make it larger first.",
        )


class Asked(NamedTuple):
    """What the cashier was asked to press once more: this amount, for this ticket."""

    tender: str
    fen: int
    ticket: Ticket


def unlikely(ticket: Ticket, tender: Tender, fen: int, asked: Asked | None) -> bool:
    """Whether ``fen`` for ``ticket`` is more than anybody hands over, and was not asked about."""
    if not tender.gives_change or not ticket.basket.lines:
        return False
    change = fen - to_fen(ticket.rest)
    large = change >= LARGE_CHANGE_FEN or (change > 0 and fen >= LARGE_FEN)
    return large and asked != Asked(tender.id, fen, ticket)


def _selling(till: Till, basket: Basket, offers: tuple[Offer, ...], at: datetime) -> Done:
    return till.sell(basket, offers, at=at)


class Paying(Asking):
    """What is done with money on the sell screen."""

    class Booked(Message):
        """A sale is in the books."""

    class ShiftNeeded(Message):
        """Money was to be taken, and no shift is open."""

    _entered = False
    """Whether the last key was an Enter that had something to read, or to refuse."""
    _quit_asked = False
    _asked: Asked | None = None
    _paid_at = -inf
    """When the key that paid the last ticket was pressed, by the clock of the keys."""
    _answered_at = -inf
    """When what was asked elsewhere, or in between, was last done with, by the same clock."""
    pending = 0
    """Records that were asked for and are not yet durable or refused."""

    def _act(self) -> None:
        """Begin an act of the cashier's: what was said, asked and shown before is over."""
        self.unask()
        self._entered = self._quit_asked = False
        self._asked = None
        self.say("")
        if self.fresh:
            self.fresh = False
            self.draw()
        if self.board.face is not self.tiles and not isinstance(self.board.face, Found):
            self.board.show(self.tiles)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Say a refusal on the message line instead of raising it."""
        try:
            yield
        except Refusal as refusal:
            self.desk.recorder.refused(refusal)
            self.say(refusal.say(self.lang), "bad")

    def _take(self, tender: Tender) -> None:
        """Take the typed amount by ``tender``, or all that is left."""
        typed = normal(self.entry.value)
        if not typed and not self.ticket.basket.lines:
            return  # the second of a double press: everything is said already
        asked = self._asked
        self._act()
        with self._refusing():
            self.entry.value = ""
            fen = amount_fen(typed)
            if fen is None or not unlikely(self.ticket, tender, fen, asked):
                self._pay(tender, fen)
                return
            self.entry.value = typed
            self._ask(tender, fen)

    def _take_note(self, fen: int) -> None:
        cash = self._cash()
        if cash is not None and self.ticket.basket.lines:
            asked = self._asked
            self._act()
            with self._refusing():
                if unlikely(self.ticket, cash, fen, asked):
                    self._ask(cash, fen)
                else:
                    self._pay(cash, fen)

    def _ask(self, tender: Tender, fen: int) -> None:
        """Have the cashier press once more for an amount that nobody hands over."""
        self._asked = Asked(tender.id, fen, self.ticket)
        said = self._("{received} received for {rest}? The same key once more takes it.")
        said = said.format(received=yuan(from_fen(fen)), rest=yuan(self.ticket.rest))
        self.say(said, "bad")

    def _cash(self) -> Tender | None:
        return next((each for each in self.settings.tenders if each.gives_change), None)

    def _exact_cash(self, *, guarded: bool) -> None:
        """Take what is left in cash; one that follows an Enter with text only asks."""
        cash = self._cash()
        if cash is None or not self.ticket.basket.lines:
            return
        pressed_at, guard_ms = self.entry.pressed_at, self.settings.guards.enter_ms
        if 0 <= (pressed_at - self._paid_at) * 1000 < guard_ms:
            return  # meant for the customer before
        if not guarded and (pressed_at - self._answered_at) * 1000 < guard_ms:
            return  # the second of a double press: the first was an answer
        self._act()
        if guarded:
            said = self._("Enter once more takes {amount} in cash.")
            self.say(said.format(amount=yuan(self.ticket.rest)), "strong")
            return
        with self._refusing():
            self._pay(cash, None)

    def _pay(self, tender: Tender, fen: int | None) -> None:
        if self.size.width < LEAST.width or self.size.height < LEAST.height:
            raise UnseenError  # nobody takes money for a basket that nobody sees
        before = self.ticket
        paid = before.pay(tender, fen)
        if paid.rest > ZERO:
            self.ticket = paid
            return
        held = self.hold_painting()
        self.hold_draft()
        self.ticket = Ticket()  # from here on, keys belong to the next customer
        self._paid_at = self.entry.pressed_at
        self.say(self._("Booking {amount}…").format(amount=yuan(paid.total)), "dim")
        self.run_worker(self._sell(before, paid, self.clock(), held), group="till")

    def answered(self) -> None:
        """Let no Enter take money that was pressed by now, or comes right after: it answered."""
        self._answered_at = monotonic()

    def hold_painting(self) -> Callable[[], None]:
        """Paint nothing until what is given is called, or ``HOLD_S`` are over.

        A sale is mostly in the books before "booking" could be read: one painting, not two.
        """
        held = ExitStack()
        held.enter_context(self.app.batch_update())
        held.callback(self.set_timer(HOLD_S, held.close).stop)
        return held.close

    def _take_back(self) -> None:
        """Take the last part payment back: nothing of it is booked yet."""
        if self.ticket.offers:
            self._act()
            self.ticket = self.ticket.take_back()

    async def _sell(
        self, before: Ticket, paid: Ticket, at: datetime, held: Callable[[], None]
    ) -> None:
        """Put a paid ticket in the books; say so only once it is there, else bring it back."""
        self.pending += 1
        try:
            try:
                done = await self._sold_by_right(paid, at, held)
            finally:
                self.free_draft()
        except Refusal as refusal:
            self._bring_back(before, refusal)
        else:
            self._announce(done)
            held()
            await self._sold(done)
        finally:
            held()
            self.pending -= 1

    async def _sold_by_right(self, paid: Ticket, at: datetime, held: Callable[[], None]) -> Done:
        """Sell ``paid``; each right that it wants is asked for once, where one was lent for less.

        Raises:
            Refusal: see ``Till.sell``; ``ApprovalNeededError`` where nobody approved.
        """
        asked: set[Right] = set()
        while True:
            basket, offers = paid.basket, paid.offers
            try:
                return await self.desk.ask(partial(_selling, basket=basket, offers=offers, at=at))
            except ApprovalNeededError as needed:
                right = needed.right
                if right in asked or right not in rights_needed(basket):
                    raise
                asked.add(right)
                held()
                approval = await self.approved(right, self._conceding(right, basket))
                if approval is None:
                    raise
                paid, at = replace(paid, basket=basket.approved(approval)), self.clock()

    def _conceding(self, right: Right, basket: Basket) -> str:
        """Say what is approved with ``right``: the ticket itself is not in sight any more."""
        name = RIGHT_NAMES[right][self.lang != ZH]
        said = self._("{what}: {off} off, {total} to pay")
        return said.format(what=name, off=yuan(basket.conceded), total=yuan(basket.total))

    def _bring_back(self, ticket: Ticket, refusal: Refusal) -> None:
        """Give a refused ticket back: at once, or to be recalled where the next one has begun."""
        said = refusal.say(self.lang)
        if self.ticket.basket.lines:
            self.parked.append(ticket)
            key = shown(self.keymap.key("sell.recall"))
            said += " " + self._("{key} recalls that ticket.").format(key=key)
        else:
            self.ticket = ticket
        self.say(said, "bad")
        self.draw()
        if isinstance(refusal, NoShiftError):
            self.post_message(self.ShiftNeeded())

    def _announce(self, done: Done) -> None:
        """Say that a sale is durable."""
        _ = self._
        slip = done.record.doc.get("slip")
        self.last = LastSale(done.number, done.total, done.change, slip)
        untouched = not self.ticket.basket.lines and not self.entry.value
        self.fresh = untouched
        said = _("Sold no. {number} ✓ {total}").format(number=done.number, total=yuan(done.total))
        if done.change:
            said += "  " + _("change {amount}").format(amount=yuan(done.change))
        if slip is not None:
            said += "  " + _("Pick-up number {number}").format(number=slip)
        self.say(said, "good")
        self.draw()
        self.tell_customer(self)
        self.post_message(self.Booked())

    async def _sold(self, done: Done) -> None:
        """Show the paper of a sale that was announced, and the fund."""
        await asyncio.sleep(FRAME_S)  # the news is painted first
        with self._refusing():
            if self.fresh and self.last is not None and self.last.number == done.number:
                paper = await self.desk.ask(lambda till: till.receipt(done.number))
                if self.fresh and self.last.number == done.number:
                    self.show_paper(paper, done.record.doc.get("slip"))
            await self.read_fund()
            await self.sold()

    async def sold(self) -> None:
        """Follow up on a sale."""
