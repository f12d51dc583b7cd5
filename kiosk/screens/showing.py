"""What the till tells the customer's screen: the basket as it is rung, breakfasts, and the fund."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from config.errors import Phrase, Refusal
from kiosk.screens.customer_feed import CustomerFeed
from kiosk.screens.customer_frame import Frame
from kiosk.screens.customer_view import IDLE, CustomerItem, CustomerKind, CustomerView
from kiosk.screens.customer_words import items
from kiosk.screens.tapping import Tapping
from ledger.money import to_fen

if TYPE_CHECKING:
    from config.catalogue import Catalogue
    from kiosk.screens.sell_view import SellView
    from kiosk.screens.signs import LastSale
    from kiosk.screens.ticket import Ticket

_GROUP: Final = "customer"
_OFF: Final = Phrase("优惠", "Discount")
_ROUNDED: Final = Phrase("抹零", "Rounded off")
_THANKS: Final = Phrase("谢谢惠顾", "Thank you")
_DEMO: Final = Phrase("试用", "DEMO")
_TRAINING: Final = Phrase("练习", "TRAINING")


def of_ticket(ticket: Ticket, catalogue: Catalogue) -> CustomerView:
    """Give what the customer is shown of a ticket that is being rung; ``IDLE`` of an empty one."""
    basket = ticket.basket
    if not basket.lines:
        return IDLE
    rung = items(basket.lines, catalogue)
    less = ((_OFF, basket.discount_fen), (_ROUNDED, basket.rounding_fen))
    return CustomerView(
        CustomerKind.SALE,
        (*rung, *(CustomerItem(what, 0, -fen) for what, fen in less if fen)),
        to_fen(ticket.total),
        due_fen=to_fen(ticket.rest),
    )


def of_sale(sale: LastSale) -> CustomerView:
    """Give what the customer is shown of a sale that is in the books."""
    called = None
    if sale.slip is not None:
        called = Phrase(f"取餐号 {sale.slip}", f"Pick-up number {sale.slip}")
    return CustomerView(
        CustomerKind.THANKS,
        total_fen=to_fen(sale.total),
        due_fen=-to_fen(sale.change),
        title=_THANKS,
        message=called,
    )


class Showing(Tapping):
    """An app that feeds the customer's screen of its home, where somebody opened one."""

    feed: CustomerFeed | None = None
    """None until the first painting is done, and where the home takes no socket."""

    def on_mount(self) -> None:
        """Let displays connect, once the cashier sees something."""
        self.call_after_refresh(self.run_worker, self._open_feed(), group=_GROUP)

    async def on_unmount(self) -> None:
        """Say to the displays that the till is closed."""
        if self.feed is not None:
            await self.feed.close()

    async def _open_feed(self) -> None:
        home = self.desk.home
        shop, training = home.settings.shop, _TRAINING if home.training else None
        frame = Frame(
            Phrase(shop.name_zh, shop.name_en),
            home.settings.language,
            home.settings.screen.theme,
            _DEMO if self.desk.demo else training,
            home.settings.fund.set_aside_fen,
        )
        feed = CustomerFeed(home.path, frame, at_rest=self._at_rest, joined=self._joined)
        try:
            await feed.open()
        except OSError as error:
            # No reason to keep a till shut; who opens the display is told that it finds no till.
            self.desk.recorder.note("customer", failed=error.strerror or str(error))
            return
        self.feed = feed
        self.sell.tell_customer = self.sale_changed

    def _joined(self) -> None:
        """Bring the view up to date: nobody kept it while nobody watched."""
        if self.feed is not None and self.feed.view.kind in {CustomerKind.IDLE, CustomerKind.SALE}:
            self.feed.show(self._at_rest())
        self.on_sell_view_fund_read()

    def show_customer(self, view: CustomerView) -> None:
        """Let the customer's screen show ``view``; thanks are seen out where nothing follows."""
        if self.feed is None:
            return
        if view.kind is not CustomerKind.IDLE:
            self.feed.show(view)
        elif self.feed.view.kind is not CustomerKind.THANKS:
            self.feed.show(self._at_rest())

    def sale_changed(self, sell: SellView) -> None:
        """Show the ticket on the sell screen, or the sale that it became.

        What goes on over that screen, a breakfast above all, is of more interest meanwhile.
        """
        if self.feed is None or not self.feed.watched or self.screen is not sell:
            return
        if sell.ticket.basket.lines:
            self.feed.show(of_ticket(sell.ticket, sell.catalogue))
        elif sell.fresh and sell.last is not None:
            self.feed.show(of_sale(sell.last))
        elif self.feed.view.kind is CustomerKind.SALE and not sell.booking:
            self.feed.show(IDLE)

    def _at_rest(self) -> CustomerView:
        self._shown_to_customer = IDLE  # the same refusal again is news again
        return of_ticket(self.sell.ticket, self.sell.catalogue)

    def on_sell_view_fund_read(self) -> None:
        """Find out for the displays, if there are any, what the fund holds."""
        if self.feed is not None and self.feed.watched and self.desk.opened:
            self.run_worker(self._tell_standing(), group=_GROUP)

    async def _tell_standing(self) -> None:
        with suppress(Refusal):  # it is the cashier who is told what the books cannot do
            standing = await self.desk.ask(lambda till: till.standing())
            if self.feed is not None:
                self.feed.tell(standing)
