"""Taking items out of an unpaid basket: nothing of it goes unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from config.errors import Refusal
from kiosk.sale.basket import ONE_MILLI, Line
from kiosk.sale.refs import new_ref
from kiosk.screens.pricing import Pricing
from kiosk.screens.ringing import check_left
from kiosk.screens.ticket import PartlyPaidError, Ticket
from receipts.layout import quantity

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.sale.approval import Approved
    from kiosk.sale.basket import Basket
    from kiosk.till.till import Done, Till


class Removal(Protocol):
    """Records a removal; ``approved`` is somebody's word where the cashier has not the right."""

    def __call__(self, till: Till, approved: Approved | None) -> Done:
        """Do it."""
        ...


def removal(basket: Basket, line: Line, at: datetime, *, reason: str = "") -> Removal:
    """Give the call that records ``line`` as taken out of ``basket``, once.

    With a ``reason`` it is one that takes a right: the customer had heard the total.
    """
    ref = new_ref()

    def call(till: Till, approved: Approved | None) -> Done:
        after = bool(reason)
        return till.remove_line(
            basket, line, ref=ref, at=at, after_total=after, reason=reason, approved=approved
        )

    return call


class Removing(Pricing):
    """What makes a line more or less."""

    def more(self) -> None:
        """Add one to the marked line."""
        self._act()
        with self._refusing():
            line = self.ticket.basket.lines[self.marked : self.marked + 1]
            product = self.catalogue.by_sku(line[0].sku) if line else None
            if product is not None and self.tiles.left:
                check_left(product, ONE_MILLI, self.tiles.left, self.ticket.basket.lines)
            self.ticket = self.ticket.more(self.marked)

    def take_out(self, qty_milli: int | None) -> None:
        """Take so much of the marked line out; the journal hears of it (domain rule 10)."""
        self._act()
        lines = self.ticket.basket.lines
        if not lines:
            self.say(self._("There is nothing to remove."))
            return
        line = lines[min(self.marked, len(lines) - 1)]
        with self._refusing():
            if self.ticket.offers:
                raise PartlyPaidError
            if not self.ticket.stands(self.clock(), self.settings.guards.removal_free_s):
                self._remove(line, qty_milli, "")
                return
            much = "" if qty_milli is None else f"{quantity(qty_milli)} "
            what = self._("Take out {much}{item}").format(much=much, item=self._line_name(line))
            self.ask_reason(
                what,
                self.settings.reasons.removal,
                lambda reason: self._remove(line, qty_milli, reason),
            )

    def _remove(self, line: Line, qty_milli: int | None, reason: str) -> None:
        """Take ``line`` out if it is there still."""
        places = [place for place, each in enumerate(self.ticket.basket.lines) if each is line]
        if not places:
            return
        with self._refusing():
            before = self.ticket
            after, taken = before.take_out(places[0], qty_milli)
            self.hold_draft()
            self.ticket = after
            call = removal(before.basket, taken, self.clock(), reason=reason)
            act = self._("Take out {much}{item}").format(
                much=f"{quantity(taken.qty_milli)} ", item=self._line_name(taken)
            )
            recording = self._record(before, taken, act, call, explained=bool(reason))
            self.run_worker(recording, group="till")

    async def _record(
        self, before: Ticket, line: Line, act: str, call: Removal, *, explained: bool
    ) -> None:
        """Put a removal in the journal; where that is refused the line comes back.

        One that was ``explained`` is said to be done: its question stood there before.
        """
        self.pending += 1
        try:
            try:
                done = await self.allowed(act, call)
            finally:
                self.free_draft()
            if done is None:
                self._put_back(before, line)
                self.say(self._("Not approved: nothing was changed."), "bad")
            elif explained:
                self.say_done(act)
        except Refusal as refusal:
            self._put_back(before, line)
            self.say(refusal.say(self.lang), "bad")
        finally:
            self.pending -= 1

    def _put_back(self, before: Ticket, line: Line) -> None:
        """Give the line back to its ticket, which stands as it stood."""
        if self.ticket.basket.ref == before.basket.ref:
            back = self.ticket.add(line)
            self.ticket = back.tell() if before.told else back
