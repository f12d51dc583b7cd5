"""How the sell screen looks: its parts, and what they draw of a ticket."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.containers import Horizontal, Vertical
from textual.message import Message as Told
from textual.reactive import reactive

from config.errors import Refusal
from config.language import words as words_of
from kiosk.screens import signs
from kiosk.screens.approval import Approving
from kiosk.screens.basket_view import BasketView
from kiosk.screens.board import Board, Turn, paper_sheet
from kiosk.screens.drawn import Bar
from kiosk.screens.entry import BARCODE_DIGITS, Entry, amount_fen, normal
from kiosk.screens.figures import Figures
from kiosk.screens.keymap import Keymap
from kiosk.screens.message import LEAST, Message, TooSmall
from kiosk.screens.options import names
from kiosk.screens.status import status
from kiosk.screens.ticket import Ticket
from kiosk.screens.tiles import Tiles, pages
from receipts.layout import lay_out, yuan
from receipts.paper import NARROWEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from textual.app import ComposeResult

    from config.catalogue import Product
    from config.errors import Phrase
    from config.language import Words
    from kiosk.sale.basket import Line
    from kiosk.screens.board import Press
    from kiosk.screens.desk import Desk
    from kiosk.screens.signs import LastSale
    from kiosk.till.history import FundState
    from receipts.documents import Receipt


class SellView(Approving):
    """Draws one ticket, what was sold before it, and the bars around; knows no key.

    ``strike`` and ``pick`` are told of printable keys and of touched products.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (LEAST.width, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LEAST.height, "-short"), (34, "-tall")]

    class FundRead(Told):
        """What the fund holds was read again."""

    ticket: reactive[Ticket] = reactive(Ticket, init=False, repaint=False)
    marked: reactive[int] = reactive(0, init=False, repaint=False)

    def __init__(
        self,
        desk: Desk,
        *,
        lang: str,
        words: Words,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self.desk = desk
        self.lang = lang
        self._ = words
        self.clock = clock
        self.parked: list[Ticket] = []
        """What the till refused after the next customer had begun."""
        self.waiting = 0
        """How many baskets are parked in the books."""
        self.last: LastSale | None = None
        self.fresh = False
        """Whether the last sale is still what the large figures show."""
        self.fund: FundState | None = None
        self.settings = desk.home.settings
        self.catalogue = desk.home.catalogue
        self.keymap = Keymap.of(self.settings, self.catalogue)
        self.tiles = Tiles(
            pages(self.catalogue, lang),
            0,
            lang,
            sold_out=words("sold out"),
            some_left=words("{count} left"),
        )
        self._zone = ZoneInfo(self.settings.day.timezone)
        self.fund_day: date | None = None
        self._on_the_way = 0
        """What left the screen and is not in the books yet."""
        self._clock_said: Phrase | None = None
        """What was said of the machine's clock."""
        self.tell_customer: Callable[[SellView], None] = lambda _: None
        """Called when what the customer may see of this screen has changed."""

    def compose(self) -> ComposeResult:
        """Lay the screen out; see the style sheet for sizes."""
        yield Bar(id="status")
        yield TooSmall(self._, id="small")
        with Horizontal(id="middle"):
            yield Board(self.tiles, self.pick, id="board", touch=self.touched)
            yield BasketView(
                self._,
                line_name=self._line_name,
                tender_name=self._tender_name,
                option_names=self._option_names,
                tier_name=self._tier_name,
                mark=self.mark,
                id="basket",
            )
        yield Message(id="message")
        with Horizontal(id="bottom"):
            with Vertical(id="typing"):
                placeholder = self._("item, barcode or amount")
                yield Entry(
                    strike=self.strike,
                    command=self.command,
                    placeholder=placeholder,
                    id="entry",
                )
                yield Bar(id="notes", press=self.press)
                yield Bar(id="fund")
            yield Figures(id="figures")
        yield Bar(id="tenders", press=self.press)
        yield Bar(id="functions", press=self.press)

    def on_mount(self) -> None:
        """Find the parts once, and follow what is typed."""
        self.board = self.query_one(Board)
        self.basket_view = self.query_one(BasketView)
        self.entry = self.query_one(Entry)
        self.message = self.query_one(Message)
        self.query_one("#tenders", Bar).show(signs.tenders(self.settings, self.lang, self._))
        self.figures = self.query_one(Figures)
        self.watch(self.entry, "value", self.typed, init=False)
        self.set_interval(1, self.tick)
        self.entry.focus()
        self.tick()
        self.draw()
        if not self.catalogue.products:
            self.say(self._("The catalogue is empty: write products into catalogue.toml."))

    def strike(self, character: str) -> bool:
        """Take a printable key that means something at once; say whether it did."""
        raise NotImplementedError

    def command(self, key: str) -> bool:
        """Take a key that is no character, by its name; say whether it did."""
        raise NotImplementedError

    def pick(self, product: Product) -> None:
        """Ring a product that was touched."""
        raise NotImplementedError

    def turn_to(self, page: int) -> None:
        """Turn to page ``page`` (from 0) of the tiles."""
        raise NotImplementedError

    def press(self, key: str) -> None:
        """Do what ``key`` does: it was touched where a bar or a panel shows it."""
        if len(key) == 1:
            self.strike(key)
        else:
            self.command(key)

    def touched(self, touch: Press | Turn) -> None:
        """Take a touch on the board that is no product's."""
        if isinstance(touch, Turn):
            self.turn_to(touch.page)
        else:
            self.press(touch.key)

    def typed(self, value: str) -> None:
        """Follow what is typed."""
        raise NotImplementedError

    def mark(self, index: int) -> None:
        """Mark line ``index`` (from 0), or the nearest there is."""
        self.marked = min(max(index, 0), max(len(self.ticket.basket.lines) - 1, 0))

    def watch_ticket(self, old: Ticket, new: Ticket) -> None:
        """Redraw from the ticket, and mark its last line where one was added."""
        count = len(new.basket.lines)
        if count > len(old.basket.lines) or self.marked >= count:
            self.set_reactive(SellView.marked, max(count - 1, 0))
        if new.basket.tier != self.tiles.tier:
            self.retile(replace(self.tiles, tier=new.basket.tier))
        self.draw()
        self._keep()
        self.tell_customer(self)

    @property
    def booking(self) -> bool:
        """Whether a ticket that left the screen is not in the books yet."""
        return self._on_the_way > 0

    def hold_draft(self) -> None:
        """Leave on the disk what is remembered of the ticket, until it is in the books."""
        self._on_the_way += 1

    def free_draft(self) -> None:
        """Remember the ticket on the screen again: what left it has arrived, or came back."""
        self._on_the_way -= 1
        self._keep()
        self.tell_customer(self)

    def _keep(self) -> None:
        if not self._on_the_way:
            self.desk.keep(self.ticket.basket, self.ticket.offers, self.clock())

    def retile(self, tiles: Tiles) -> None:
        """Show other ``tiles``: another page, other prices or counts."""
        shown = self.board.face == self.tiles
        self.tiles = tiles
        if shown:
            self.board.show(tiles)

    def watch_marked(self) -> None:
        """Redraw the two lines that changed."""
        self.basket_view.draw(self.ticket, self.marked)

    def tick(self) -> None:
        """Bring clock and business date up to date; the fund's day turns with it."""
        now = self.clock()
        day = self.desk.business_date(now)
        left, right = status(
            self.desk,
            lang=self.lang,
            now=now.astimezone(self._zone),
            day=day,
            width=self.size.width,
            words=self._,
        )
        self.query_one("#status", Bar).show(left, right)
        self.query_one("#fund", Bar).show(signs.fund(self.fund, self._))
        warning = self.desk.clock_warning
        if warning != self._clock_said:
            self._clock_said = warning
            if warning is not None:
                self.say(f"{warning.zh}。" if self.lang == "zh_CN" else f"{warning.en}.", "bad")
        if self.fund is not None and day != self.fund_day:
            self.fund_day = day
            self.follow_fund()

    def on_resize(self) -> None:
        """Lay the first row out anew: more or less of it fits."""
        if self.is_mounted:
            self.tick()

    def follow_fund(self) -> None:
        """Read the fund behind what the cashier does."""
        self.run_worker(self._follow_fund(), group="till")

    async def _follow_fund(self) -> None:
        try:
            await self.read_fund()
        except Refusal as refusal:
            self.say(refusal.say(self.lang), "bad")

    def say(self, text: str, tone: str = "text") -> None:
        """Put a sentence on the message line."""
        self.message.show(text, tone)

    def draw(self) -> None:
        """Draw all that depends on the ticket; each part draws only what changed."""
        _, ticket = self._, self.ticket
        self.basket_view.draw(ticket, self.marked)
        self.draw_notes()
        figures = self.figures
        if self.fresh and self.last is not None:
            if self.last.change:
                note = _("Total {amount}").format(amount=yuan(self.last.total))
                figures.show(_("Change due"), yuan(self.last.change), "good", note)
            else:
                figures.show(_("Paid"), yuan(self.last.total), "good")
        elif ticket.offers:
            note = _("Total {amount}").format(amount=yuan(ticket.total))
            figures.show(_("Left to pay"), yuan(ticket.rest), "bad", note)
        else:
            figures.show(_("Total"), yuan(ticket.total), "strong")
        legend = signs.legend(self.keymap, self.waiting + len(self.parked), _)
        self.query_one("#functions", Bar).show(legend)
        # A key is worth more than the last sale, and while that is fresh the figures show it.
        self.message.beside(() if self.fresh else signs.last_sale(self.last, _))

    def draw_notes(self) -> None:
        """Draw the banknote keys, or the change that the typed amount would give."""
        spans = signs.notes(self.ticket, self.settings.quick_notes_fen, self._)
        if self.entry.value and self.ticket.basket.lines:
            try:
                fen = amount_fen(self.entry.value)
            except Refusal:
                fen = None
            if fen and len(normal(self.entry.value)) < BARCODE_DIGITS:
                spans = signs.change_of(fen, self.ticket, self._)
        self.query_one("#notes", Bar).show(spans)

    def _line_name(self, line: Line) -> str:
        product = self.catalogue.by_sku(line.sku)
        return product.name(self.lang) if product else line.name

    def _option_names(self, line: Line) -> list[str]:
        product = self.catalogue.by_sku(line.sku)
        groups = self.catalogue.options_of(product) if product else ()
        return names(line.options, groups, self.lang)

    def _tier_name(self, tier_id: str) -> str:
        tier = self.settings.tier(tier_id)
        return tier.name(self.lang) if tier else tier_id

    def _tender_name(self, tender_id: str) -> str:
        tender = self.settings.tender(tender_id)
        return tender.name(self.lang) if tender else tender_id

    def show_paper(self, receipt: Receipt, slip: int | None = None) -> None:
        """Show a paper on the board: as wide as the settings say, where the board is that wide.

        The number that the customer is called by stands over it, large.
        """
        width = self.board.size.width
        wanted = self.settings.paper.columns
        columns = wanted if wanted <= width else NARROWEST
        paper = lay_out(receipt, columns, words_of(receipt.lang))
        # PgUp and PgDn are the next customer's already: they turn the tiles.
        sheet = replace(paper_sheet(self._("Receipt"), paper, width), arrows=True)
        if slip is not None:
            sheet = replace(sheet, rows=(*signs.called(slip, width, self._), *sheet.rows))
        self.board.show(sheet)

    async def read_fund(self) -> None:
        """Read the fund again, and draw it.

        Raises:
            Refusal: the books cannot be read.
        """
        at = self.clock()
        self.fund = await self.desk.ask(lambda till: till.fund(at))
        self.fund_day = self.desk.business_date(at)
        self.tick()
        self.post_message(self.FundRead())
