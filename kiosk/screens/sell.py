"""The screen that the cashier lives in: a key makes the next ticket, the till makes the sale."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.message import Message

from config.errors import Refusal
from kiosk.sale.basket import ONE_MILLI, Line
from kiosk.sale.refs import new_ref
from kiosk.screens import signs
from kiosk.screens.board import KEYS, Found, Sheet
from kiosk.screens.entry import amount_fen, normal, read
from kiosk.screens.sell_view import SellView
from kiosk.screens.signs import FUNCTION_KEYS, NOTE_KEYS, SPARE_KEYS, LastSale
from kiosk.screens.ticket import Ticket
from ledger.money import ZERO
from receipts.layout import yuan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from textual import events

    from config.catalogue import Product
    from config.settings import Tender
    from kiosk.sale.basket import Basket
    from kiosk.screens.entry import Entered
    from kiosk.till.till import Done, Till

MOST_FOUND = 40
_STEPS = {"up": -1, "down": 1, "pageup": -1, "pagedown": 1, "left": -1, "right": 1}
_FUNCTIONS = frozenset((*FUNCTION_KEYS, *SPARE_KEYS))


def removal(basket: Basket, line: Line, at: datetime) -> Callable[[Till], Done]:
    """Give the call that records ``line`` as taken out of ``basket``, once."""
    ref = new_ref()
    return lambda till: till.remove_line(basket, line, ref=ref, at=at)


class SellScreen(SellView):
    """A key never edits the ticket; a key makes the next one.

    Printable keys come through ``strike`` while the entry may begin an item; see the package's
    docstring for the rule behind every key.
    """

    class HistoryAsked(Message):
        """The cashier wants to see what was sold."""

    _added_by_enter = False
    _quit_asked = False
    pending = 0
    """Records that were asked for and are not yet durable or refused."""

    # What is typed

    def command(self, key: str) -> bool:
        """Take a key that is no character: all of them stand here."""
        step = _STEPS.get(key, 0)
        match key:
            case "enter":
                self._enter()
            case "up" | "down":
                self._move(step)
            case "pageup" | "pagedown":
                self._page(step)
            case "left" | "right":
                self._turn(step)
            case "delete":
                self._take_out(None)
            case "backspace":
                self._take_back()
            case "escape":
                self._clear()
            case _ if key in _FUNCTIONS:
                self._function(key)
            case _:
                return False
        return True

    def on_key(self, event: events.Key) -> None:
        """Take a key that came while nothing had the focus."""
        if self.focused is None and self.command(event.key):
            event.stop()

    def strike(self, character: str) -> bool:
        """Take a printable key that means something at once; say whether it did."""
        typed = self.entry.value
        if character in KEYS or (character.isascii() and character.isupper()):
            self._act()
            if product := self.tiles.product(character):
                self.pick(product)
            else:
                self.say(self._("There is no tile {key} on this page.").format(key=character))
            return True
        if typed:
            return False
        note = NOTE_KEYS.find("$" if character == "￥" else character)
        if character == "+":
            self._more()
        elif character == "-":
            self._take_out(ONE_MILLI)
        elif 0 <= note < len(self.settings.quick_notes_fen):
            self._take_note(self.settings.quick_notes_fen[note])
        else:
            return False
        return True

    def typed(self, value: str) -> None:
        """Follow the entry: letters open the list of what they may mean."""
        if value:
            self._act()
        try:
            entered = read(value)
        except Refusal:
            entered = None
        if entered and entered.searching:
            hits = self.catalogue.search(entered.text, MOST_FOUND)
            title = self._("{count} found: Enter adds").format(count=len(hits))
            if not hits:
                title = self._("Nothing is called that.")
            self.board.show(Found(title, hits, 0, self.lang))
        elif isinstance(self.board.face, Found):
            self.board.show(self.tiles)
        self.draw_notes()

    def _act(self) -> None:
        """Begin an act of the cashier's: what was said and asked before is over."""
        self._added_by_enter = self._quit_asked = False
        self.say("")
        if self.fresh:
            self.fresh = False
            self.draw()
        if isinstance(self.board.face, Sheet):
            self.board.show(self.tiles)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Say a refusal on the message line instead of raising it."""
        try:
            yield
        except Refusal as refusal:
            self.say(refusal.say(self.lang), "bad")

    # Items

    def pick(self, product: Product) -> None:
        """Ring a product, as often as the quantity before it says."""
        typed = self.entry.value
        with self._refusing():
            self.entry.value = ""
            count = read(typed).qty_milli if "*" in normal(typed) else None
            self._ring(product, count)

    def _ring(self, product: Product, qty_milli: int | None) -> None:
        line = Line.of(product, ONE_MILLI if qty_milli is None else qty_milli)
        before = len(self.ticket.basket.lines)
        self.ticket = self.ticket.add(line)
        if len(self.ticket.basket.lines) == before:
            self.marked = before - 1

    def _enter(self) -> None:
        """Add what is typed; alone, take exact cash."""
        typed, guarded = self.entry.value, self._added_by_enter
        if not normal(typed):
            self._exact_cash(guarded=guarded)
            return
        face = self.board.face
        self._act()
        with self._refusing():
            self.entry.value = ""
            entered = read(typed)
            found = isinstance(face, Found) and face.products[face.chosen : face.chosen + 1]
            product = found[0] if found else self._coded(entered)
            if product is None:
                self.say(signs.unknown(entered, self._), "bad")
                return
            self._ring(product, entered.qty_milli)
            self._added_by_enter = True

    def _coded(self, entered: Entered) -> Product | None:
        """The product of exactly this barcode or SKU: figures are never guessed at."""
        catalogue = self.catalogue
        return catalogue.by_barcode(entered.text) or catalogue.by_sku(entered.text.upper())

    def _move(self, by: int) -> None:
        """Mark another line, or another of what was found."""
        if isinstance(self.board.face, Found):
            self.board.show(self.board.face.moved(by))
            return
        self._act()
        self.mark(self.marked + by)

    def _page(self, by: int) -> None:
        """Turn the page of whatever the board shows."""
        match self.board.face:
            case Sheet() as sheet:
                self.board.show(sheet.scrolled(by * max(self.board.size.height - 2, 1)))
            case Found() as found:
                self.board.show(found.moved(by * max(self.board.size.height - 2, 1)))
            case _:
                self._turn(by)

    def _turn(self, by: int) -> None:
        """Turn to another page of tiles."""
        self._act()
        self.tiles = self.tiles.turned(by)
        self.board.show(self.tiles)

    def _clear(self) -> None:
        """Forget what is typed; close what the board shows over the tiles."""
        self._act()
        self.entry.value = ""
        self.board.show(self.tiles)

    def _more(self) -> None:
        self._act()
        with self._refusing():
            self.ticket = self.ticket.more(self.marked)

    def _take_out(self, qty_milli: int | None) -> None:
        """Take so much of the marked line out; the journal hears of it (domain rule 10)."""
        self._act()
        with self._refusing():
            basket = self.ticket.basket
            self.ticket, line = self.ticket.take_out(self.marked, qty_milli)
            self.run_worker(self._record(basket, line), group="till")

    async def _record(self, basket: Basket, line: Line) -> None:
        """Put a removal in the journal; where that is refused the line comes back."""
        self.pending += 1
        try:
            await self.desk.ask(removal(basket, line, self.clock()))
        except Refusal as refusal:
            if self.ticket.basket.ref == basket.ref:
                self.ticket = self.ticket.add(line)
            self.say(refusal.say(self.lang), "bad")
        finally:
            self.pending -= 1

    # Money

    def _function(self, key: str) -> None:
        """Do what a function key means: take a tender, or one of the other functions."""
        for tender in self.settings.tenders:
            if tender.key == key:
                self._take(tender)
                return
        if key == self.keys.help:
            self._help()
        elif key == self.keys.history:
            self.post_message(self.HistoryAsked())
        elif key == self.keys.recall:
            self._recall()

    def _take(self, tender: Tender) -> None:
        """Take the typed amount by ``tender``, or all that is left."""
        typed = normal(self.entry.value)
        if not typed and not self.ticket.basket.lines:
            return  # the second of a double press: everything is said already
        self._act()
        with self._refusing():
            self.entry.value = ""
            self._pay(tender, amount_fen(typed))

    def _take_note(self, fen: int) -> None:
        cash = self._cash()
        if cash is not None and self.ticket.basket.lines:
            self._act()
            with self._refusing():
                self._pay(cash, fen)

    def _cash(self) -> Tender | None:
        return next((each for each in self.settings.tenders if each.gives_change), None)

    def _exact_cash(self, *, guarded: bool) -> None:
        """Take what is left in cash; an Enter that follows one which added something only asks."""
        cash = self._cash()
        if cash is None or not self.ticket.basket.lines:
            return
        self._act()
        if guarded:
            said = self._("Enter once more takes {amount} in cash.")
            self.say(said.format(amount=yuan(self.ticket.rest)), "strong")
            return
        with self._refusing():
            self._pay(cash, None)

    def _pay(self, tender: Tender, fen: int | None) -> None:
        before = self.ticket
        paid = before.pay(tender, fen)
        if paid.rest > ZERO:
            self.ticket = paid
            return
        self.ticket = Ticket()  # from here on, keys belong to the next customer
        self.say(self._("Booking {amount}…").format(amount=yuan(paid.total)), "dim")
        self.run_worker(self._sell(before, paid, self.clock()), group="till")

    def _take_back(self) -> None:
        """Take the last part payment back: nothing of it is booked yet."""
        if self.ticket.offers:
            self._act()
            self.ticket = self.ticket.take_back()

    async def _sell(self, before: Ticket, paid: Ticket, at: datetime) -> None:
        """Put a paid ticket in the books; say so only once it is there, else bring it back."""
        self.pending += 1
        try:
            done = await self.desk.ask(lambda till: till.sell(paid.basket, paid.offers, at=at))
        except Refusal as refusal:
            self._bring_back(before, refusal)
        else:
            await self._sold(done)
        finally:
            self.pending -= 1

    def _bring_back(self, ticket: Ticket, refusal: Refusal) -> None:
        """Give a refused ticket back: at once, or to be recalled where the next one has begun."""
        said = refusal.say(self.lang)
        if self.ticket.basket.lines:
            self.parked.append(ticket)
            key = self.keys.recall.upper()
            said += " " + self._("{key} recalls that ticket.").format(key=key)
        else:
            self.ticket = ticket
        self.say(said, "bad")
        self.draw()

    def _recall(self) -> None:
        """Bring the oldest parked ticket back; the one on screen is parked in its place."""
        self._act()
        if not self.parked:
            self.say(self._("No ticket is waiting."))
            return
        ticket = self.parked.pop(0)
        if self.ticket.basket.lines:
            self.parked.append(self.ticket)
        self.ticket = ticket
        self.draw()

    async def _sold(self, done: Done) -> None:
        """Announce a sale that is durable, then show its paper and the fund."""
        _ = self._
        self.last = LastSale(done.number, done.total, done.change)
        untouched = not self.ticket.basket.lines and not self.entry.value
        self.fresh = untouched
        said = _("Sold no. {number} ✓ {total}").format(number=done.number, total=yuan(done.total))
        if done.change:
            said += "  " + _("change {amount}").format(amount=yuan(done.change))
        self.say(said, "good")
        self.draw()
        with self._refusing():
            if untouched:
                paper = await self.desk.ask(lambda till: till.receipt(done.number))
                if self.fresh and self.last.number == done.number:
                    self.show_paper(paper)
            await self.read_fund()

    # The rest

    def _help(self) -> None:
        sheet = signs.help_sheet(self.settings, self.keys, self._)
        shown = self.board.face
        self._act()
        closing = isinstance(shown, Sheet) and shown.title == sheet.title
        self.board.show(self.tiles if closing else sheet)

    def may_quit(self) -> bool:
        """Say whether the program may end now; where it may not, say why.

        A basket that is not empty is given up only when asked twice in a row.
        """
        if self.pending:
            self.say(self._("Wait: the last sale is being booked."), "bad")
            return False
        given_up = [self.ticket, *self.parked]
        if self._quit_asked or not any(each.basket.lines for each in given_up):
            return True
        self._act()
        self._quit_asked = True
        self.say(
            self._("The basket is not empty. Ctrl+Q again gives it up (recorded) and quits."), "bad"
        )
        return False

    async def give_up(self) -> None:
        """Record every line of every unpaid ticket as removed.

        Raises:
            Refusal: the journal cannot be written.
        """
        for ticket in (self.ticket, *self.parked):
            for line in ticket.basket.lines:
                await self.desk.ask(removal(ticket.basket, line, self.clock()))
