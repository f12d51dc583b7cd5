"""Discounts, other prices, tiers and rounding off, each with the right that it takes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kiosk.errors import ApprovalNeededError, EmptyBasketError, NoSuchLineError
from kiosk.sale.discounts import Discount
from kiosk.sale.needs import rights_needed
from kiosk.sale.refusals import NothingToRoundError
from kiosk.screens.entry import amount_fen, discount_of, normal
from kiosk.screens.ringing import Ringing
from ledger.money import from_fen

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.errors import Refusal
    from config.rights import Right
    from kiosk.sale.basket import Basket, Line
    from kiosk.till.till import Till

_ANY = "?"
"""Stands for a reason while the discount is checked, before anybody is asked why."""


class Pricing(Ringing):
    """What changes the price of a line or of the whole sale."""

    def discount_line(self) -> None:
        """Take what is typed off the marked line; nothing typed takes a discount away again."""
        _, marked = self._, self.marked
        typed = self._taken()
        with self._refusing():
            line = self._marked_line()
            if not typed and not (line.discount_fen or line.discount_bp):
                self.say(_("Type 10% or 1.50 first, then the discount key."))
            elif not typed:
                self._price(_("no discount"), lambda b: b.with_discount(marked, None))
            else:
                self._ask_discount(typed, lambda b, d: b.with_discount(marked, d))

    def discount_sale(self) -> None:
        """Take what is typed off the whole sale; nothing typed takes that away again."""
        _ = self._
        typed = self._taken()
        with self._refusing():
            if not self.ticket.basket.lines:
                raise EmptyBasketError
            if not typed and self.ticket.basket.discount is None:
                self.say(_("Type 10% or 1.50 first, then the discount key."))
            elif not typed:
                self._price(_("no discount"), lambda b: b.with_sale_discount(None))
            else:
                self._ask_discount(typed, lambda b, d: b.with_sale_discount(d))

    def _ask_discount(self, typed: str, make: Callable[[Basket, Discount], Basket]) -> None:
        """Check the discount, ask why, then give it."""
        percent_bp, fen = discount_of(typed)
        self.ticket.changed(make(self.ticket.basket, Discount(percent_bp, fen, _ANY)))
        what = self._("Discount {amount}").format(amount=typed)

        def explained(reason: str) -> None:
            with self._refusing():
                self._price(what, lambda b: make(b, Discount(percent_bp, fen, reason)))

        self.ask_reason(what, self.settings.reasons.discount, explained)

    def override(self) -> None:
        """Sell the marked line at the typed price; nothing typed brings its own price back."""
        _, marked = self._, self.marked
        typed = self._taken()
        with self._refusing():
            line = self._marked_line()
            fen = amount_fen(typed)
            if fen is None and line.list_unit_fen is None:
                self.say(_("Type the new price first, then the price key."))
                return
            wanted = from_fen(line.list_unit_fen or 0) if fen is None else from_fen(fen)
            what = _("Price {amount}").format(amount=f"{wanted.amount:.2f}")
            self._price(what, lambda b: b.with_price(marked, wanted))

    def next_tier(self) -> None:
        """Sell at the next tier's prices; after the last at everybody's."""
        self._act()
        _, tiers = self._, self.settings.tiers
        ids = [None, *(each.id for each in tiers)]
        now = self.ticket.basket.tier
        tier = ids[(ids.index(now) + 1) % len(ids)] if now in ids else None
        with self._refusing():
            self.ticket = self.ticket.changed(self.ticket.basket.with_tier(tier, self.catalogue))
            found = self.settings.tier(tier) if tier else None
            name = found.name(self.lang) if found else _("everybody's")
            self.say(_("Prices: {tier}").format(tier=name), "strong")

    def next_rounding(self) -> None:
        """Round the total down by the next step that takes something off; then not at all."""
        self._act()
        steps = [*self.settings.rounding.steps_fen, 0]
        now = self.ticket.basket.round_to_fen
        following = steps[steps.index(now) + 1 :] if now else steps
        with self._refusing():
            refused: Refusal | None = None
            for step in following:
                try:
                    self.ticket.basket.rounded(step)
                except NothingToRoundError as nothing:
                    refused = refused or nothing
                    continue
                if not step and not now and refused is not None:
                    raise refused
                self._price(self._("Rounding off"), partial(_rounded, step_fen=step))
                return

    def _taken(self) -> str:
        """Begin an act; give what was typed for it, and clear it."""
        typed = normal(self.entry.value)
        self._act()
        self.entry.value = ""
        return typed

    def _marked_line(self) -> Line:
        lines = self.ticket.basket.lines
        if not lines:
            raise EmptyBasketError
        if self.marked >= len(lines):
            raise NoSuchLineError(self.marked + 1)
        return lines[self.marked]

    def _price(self, act: str, make: Callable[[Basket], Basket]) -> None:
        """Change the basket by ``make``, once whoever has the right for it agrees.

        Raises:
            Refusal: the basket cannot be so.
        """
        made = self.ticket.changed(make(self.ticket.basket))
        wanted = rights_needed(made.basket)
        lent = {each.right for each in made.basket.approvals}
        if missing := wanted - lent:
            self.run_worker(self._permitted(act, make, frozenset(missing)), group="till")
        else:
            self.ticket = made

    async def _permitted(
        self, act: str, make: Callable[[Basket], Basket], rights: frozenset[Right]
    ) -> None:
        ref = self.ticket.basket.ref
        with self._refusing():
            missing = await self.desk.ask(lambda till: not_allowed(till, rights))
            lent = []
            for right in missing:
                approval = await self.approved(right, act)
                if approval is None:
                    self.say(self._("Not approved: nothing was changed."), "bad")
                    return
                lent.append(approval)
            if self.ticket.basket.ref != ref:
                return  # that customer has paid already
            basket = make(self.ticket.basket)
            for approval in lent:
                basket = basket.approved(approval)
            self.ticket = self.ticket.changed(basket)
            if lent:
                self.say_done(act)


def _rounded(basket: Basket, step_fen: int) -> Basket:
    return basket.rounded(step_fen)


def not_allowed(till: Till, rights: frozenset[Right]) -> list[Right]:
    """Give those of ``rights`` that whoever is signed in does not have, in a steady order."""
    missing = []
    for right in sorted(rights):
        try:
            till.allow(right)
        except ApprovalNeededError:
            missing.append(right)
    return missing
