"""Baskets that wait: parked by a cashier, or brought back because the till refused them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.errors import Refusal
from kiosk.errors import EmptyBasketError, TillError
from kiosk.sale.refs import new_ref
from kiosk.screens.asking import Numbered
from kiosk.screens.board import Over, price
from kiosk.screens.entry import normal
from kiosk.screens.questions import Question
from kiosk.screens.removing import Removing
from kiosk.screens.ticket import PartlyPaidError, Ticket
from receipts.layout import quantity, yuan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.sale.approval import Approved
    from kiosk.sale.parked import Parked
    from kiosk.till.till import Done, Till

_BY_DIGIT = 9


class NoSuchParkedError(TillError):
    """A number that is none of the list's."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"请按 1 到 {most} 的编号；编号前加 - 再按 Enter 是作废那一单。",
            f"Press a number from 1 to {most}; with - before it and Enter that one is dropped.",
        )


class Waiting(Removing):
    """What parks and recalls baskets; they wait in the books, so no crash loses them."""

    def park(self) -> None:
        """Put the ticket aside for another customer; what is typed is its note."""
        note = self.entry.value
        self._act()
        with self._refusing():
            ticket = self.ticket
            if not ticket.basket.lines:
                raise EmptyBasketError
            if ticket.offers:
                raise PartlyPaidError
            self.entry.value = ""
            self.hold_draft()
            self.ticket = Ticket()
            self.run_worker(self._park(ticket, note), group="till")

    async def _park(self, ticket: Ticket, note: str) -> None:
        """Put ``ticket`` in the books as parked; where that is refused it comes back."""
        self.pending += 1
        try:
            try:
                await self._parked_away(ticket, note)
            finally:
                self.free_draft()
        except Refusal as refusal:
            self._bring_back(ticket, refusal)
        else:
            said = self._("Parked ✓ {amount}").format(amount=yuan(ticket.total))
            self.say(said, "good")
            self.draw()
        finally:
            self.pending -= 1

    async def _parked_away(self, ticket: Ticket, note: str = "") -> None:
        ref, at, basket = new_ref(), self.clock(), ticket.basket
        await self.desk.ask(lambda till: till.park(basket, ref=ref, at=at, note=note))
        self.waiting += 1

    def recall(self) -> None:
        """Bring a basket back: one that was refused at once, a parked one out of the list."""
        self._act()
        self.entry.value = ""
        if self.parked:
            ticket = self.parked.pop(0)
            if self.ticket.basket.lines:
                self.parked.append(self.ticket)
            self.ticket = ticket.tell()
            self.draw()
            return
        self.run_worker(self._list(), group="till")

    async def _list(self) -> None:
        with self._refusing():
            found = await self.desk.ask(lambda till: till.parked())
            self.waiting = len(found)
            self.draw()
            if not found:
                self.say(self._("No ticket is waiting."))
            elif not self.asking:
                self._offer(found)

    def _offer(self, found: Sequence[Parked]) -> None:
        """Show what waits, the oldest first, to choose from by number."""
        _ = self._

        def read(text: str) -> str:
            number = normal(text)
            if not number.removeprefix("-").isdecimal():
                raise NoSuchParkedError(len(found))
            if not 1 <= abs(int(number)) <= len(found):
                raise NoSuchParkedError(len(found))
            return number

        def chosen(number: str) -> None:
            parked = found[abs(int(number)) - 1]
            if number.startswith("-"):
                what = _("Drop parked basket {number}").format(number=number[1:])
                self.ask_reason(
                    what,
                    self.settings.reasons.removal,
                    lambda reason: self._drop(parked, what, reason),
                )
            else:
                self.run_worker(self._recalled(parked), group="till")

        digits = tuple(str(n) for n in range(1, min(len(found), _BY_DIGIT) + 1))
        title = _("{count} parked: the number recalls; -1 and Enter drops it").format(
            count=len(found)
        )
        typed = self.entry.value
        self.ask(title, Question(_("number"), read, choices=digits), chosen)
        if typed in digits:
            self.questions.strike(typed)  # whoever knows the list does not wait for it
            return
        panel = Numbered(_("Parked, the oldest first"), tuple(map(self._parked_row, found)))
        self.board.show(Over(self.tiles, panel, panel.height))

    def _parked_row(self, parked: Parked) -> str:
        at = parked.at.astimezone(ZoneInfo(self.settings.day.timezone))
        items = " ".join(
            f"{self._line_name(line)}×{quantity(line.qty_milli)}" for line in parked.lines
        )
        note = f"“{parked.note}” " if parked.note else ""
        return f"{at:%H:%M} {parked.by} {price(parked.total_fen)} {note}{items}"

    async def _recalled(self, parked: Parked) -> None:
        """Bring ``parked`` onto the screen; what stands there is parked in its place."""
        self.pending += 1
        try:
            with self._refusing():
                if self.ticket.offers:
                    raise PartlyPaidError
                await self._fetch(parked)
        finally:
            self.pending -= 1

    async def _fetch(self, parked: Parked) -> None:
        """Bring ``parked`` onto the screen; what stood there waits in its place.

        At no instant is a basket in neither the books nor the draft.
        """
        now = self.ticket
        if now.basket.lines:
            self.hold_draft()
            self.ticket = Ticket()
            await self._park(now, "")
            if self.ticket.basket.lines:
                return  # it could not be parked, and is back
        self.hold_draft()  # the draft is the recalled basket's from before it waits no more
        begun = Ticket()
        try:
            basket = await self.desk.recall(parked, self.clock())
            self.waiting -= 1
            begun, self.ticket = self.ticket, Ticket(basket, parked.offers, told=True)
        finally:
            self.free_draft()
        if begun.basket.lines:  # rung meanwhile
            self.hold_draft()
            await self._park(begun, "")
        self.draw()

    def _drop(self, parked: Parked, what: str, reason: str) -> None:
        """Give a parked basket up for good, with a reason and by somebody's right."""
        ref, at = new_ref(), self.clock()

        def call(till: Till, approved: Approved | None) -> Done:
            return till.drop_parked(parked.ref, ref=ref, at=at, reason=reason, approved=approved)

        async def drop() -> None:
            with self._refusing():
                if await self.allowed(what, call) is not None:
                    self.waiting -= 1
                    self.say(self._("Dropped ✓"), "good")
                    self.draw()

        self.run_worker(drop(), group="till")

    async def restore(self) -> None:
        """Learn what waits, and bring back what was on the screen when the program died.

        Raises:
            Refusal: the books cannot be read or written.
        """
        recovered, self.desk.recovered = self.desk.recovered, None
        found = await self.desk.ask(lambda till: till.parked())
        self.waiting = len(found)
        self.draw()
        if recovered is None:
            return
        for parked in found:
            if parked.ref == recovered.basket and not self.ticket.basket.lines:
                await self._fetch(parked)
                said = self._("Recovered: the basket that was open when the till stopped.")
                self.say(said, "strong")
        if recovered.said is not None:
            self.say(recovered.said.zh if self.lang == "zh_CN" else recovered.said.en, "bad")
