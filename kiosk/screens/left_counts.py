"""What is left of an item: set at the key, shown on its tile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from kiosk.sale.refs import new_ref
from kiosk.screens.entry import NotAQuantityError, normal
from kiosk.screens.tiles import pieces_left
from kiosk.screens.waiting import Waiting

if TYPE_CHECKING:
    from config.catalogue import Product
    from kiosk.sale.approval import Approved
    from kiosk.till.till import Done, Till

_MOST = 9999


class Setting(NamedTuple):
    """What the next item is set to: so many ``pieces``; None turns sold out on and off."""

    pieces: int | None


class LeftCounts(Waiting):
    """Sets what is left of the next item that is pressed."""

    _setting: Setting | None = None

    def set_counts(self) -> None:
        """Have the next item set to the typed number; without one it is sold out, or is not."""
        _, typed = self._, normal(self.entry.value)
        self._act()
        with self._refusing():
            self.entry.value = ""
            if typed and (not typed.isdecimal() or int(typed) > _MOST):
                raise NotAQuantityError(typed)
            self._setting = Setting(int(typed) if typed else None)
            said = (
                _("Left: {count}. Which item? Esc gives up").format(count=int(typed))
                if typed
                else _("Sold out, or no more so: which item? Esc gives up")
            )
            self.entry.placeholder = said
            self.say(said, "strong")

    def counts_over(self) -> None:
        """Ring items again."""
        if self._setting is not None:
            self._setting = None
            self.entry.placeholder = self._prompt

    def ring(self, product: Product, qty_milli: int | None, price_fen: int | None = None) -> None:
        """Ring ``product``; while counts are set, set what is left of it instead."""
        if self._setting is None:
            super().ring(product, qty_milli, price_fen)
            return
        pieces = self._setting.pieces
        if pieces is None:
            pieces = 0 if pieces_left(product, self.tiles.left) is None else None
        self.counts_over()
        ref, at, sku = new_ref(), self.clock(), product.sku
        name = product.name(self.lang)
        act = self._("What is left of {item}").format(item=name)

        def call(till: Till, approved: Approved | None) -> Done:
            return till.set_left(sku, pieces, ref=ref, at=at, approved=approved)

        async def counted() -> None:
            with self._refusing():
                if await self.allowed(act, call) is None:
                    return
                await self.read_left()
                self.say(self._said(name, pieces), "good")

        self.run_worker(counted(), group="till")

    def _said(self, name: str, pieces: int | None) -> str:
        _ = self._
        if pieces is None:
            return _("{item}: not counted any more ✓").format(item=name)
        if not pieces:
            return _("{item}: sold out ✓").format(item=name)
        return _("{item}: {count} left ✓").format(item=name, count=pieces)

    def begin(self) -> None:
        """Follow up on somebody having been let in: what waits, and what is left today."""
        self.run_worker(self._begin(), group="till")

    async def _begin(self) -> None:
        with self._refusing():
            await self.read_left()
            await self.restore()

    async def sold(self) -> None:
        """Follow up on a sale: what is left of the items that are counted."""
        if self.tiles.left:
            await self.read_left()

    async def read_left(self) -> None:
        """Read what is left of the items that are counted, and show it on the tiles.

        Raises:
            Refusal: the books cannot be read.
        """
        at = self.clock()
        left = await self.desk.ask(lambda till: till.left(at))
        if left != self.tiles.left:
            self.retile(replace(self.tiles, left=left))
