"""The screen that the cashier lives in: a key makes the next ticket, the till makes the sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from config.errors import Refusal
from config.keys import KEYS as ACTIONS
from config.text import ascii_digits
from kiosk.devices.scanner import Kind
from kiosk.sale.basket import ONE_MILLI
from kiosk.screens import signs
from kiosk.screens.board import Found, Sheet
from kiosk.screens.entry import Entered, normal, read, ready_for_item
from kiosk.screens.help_sheet import help_sheet
from kiosk.screens.left_counts import LeftCounts
from kiosk.screens.listening import about
from kiosk.screens.removing import removal
from kiosk.screens.signs import FUNCTION_KEYS, NOTE_KEYS
from kiosk.screens.tiles import KEYS
from receipts.layout import yuan

if TYPE_CHECKING:
    from textual import events

    from config.catalogue import Product
    from kiosk.devices.scanner import Scan
    from kiosk.sale.basket import Basket, Line
    from kiosk.screens.ticket import Ticket

MOST_FOUND = 40
_STEPS = {"up": -1, "down": 1, "pageup": -1, "pagedown": 1, "left": -1, "right": 1}
_FUNCTIONS = frozenset((*FUNCTION_KEYS, *ACTIONS.values()))
"""Keys that do nothing on this screen unless the settings say so, and are never text."""

_LIKE_ENTER = frozenset({"tab", "ctrl+j", "newline"})


class Struck(NamedTuple):
    """A capital that was pressed: the ticket ``before`` it, and the quantity typed for it."""

    before: Ticket
    quantity: str
    capital: str


class SellScreen(LeftCounts):
    """A key never edits the ticket; a key makes the next one.

    Printable keys come through ``strike`` while the entry may begin an item; see the package's
    docstring for the rule behind every key.
    """

    class HistoryAsked(Message):
        """The cashier wants to see what was sold."""

    class Asked(Message):
        """The cashier wants something that is another screen's: ``action`` is its id."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    _struck: tuple[Struck, ...] = ()
    """The capitals pressed in a row, each of which may begin a SKU."""
    _since: Ticket | None = None
    """The ticket after the last of them."""

    # What is typed

    def command(self, key: str) -> bool:
        """Take a key that is no character: all of them stand here."""
        if self.asking:
            if self.questions.command(key):
                if key == "enter":
                    self.answered()
                return True
            self.unask()  # a question never blocks: the key does what it always does
        if key in _LIKE_ENTER and normal(self.entry.value):
            key = "enter"  # scanners are set to end a code with any of them
        if key != "enter":
            self._struck = ()
        # There is nothing that a tabulator could move the focus to.
        return key == "tab" or self._act_on(key)

    def _act_on(self, key: str) -> bool:
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
                self.take_out(None)
            case "backspace":
                self._take_back()
            case "escape":
                self._clear()
            case _:
                return self._mapped(key)
        return True

    def _mapped(self, key: str) -> bool:
        """Do what the settings say that ``key`` means; say whether it means anything."""
        keymap = self.keymap
        if (tender := keymap.tenders.get(key)) is not None:
            self.counts_over()
            self._take(tender)
        elif (action := keymap.actions.get(key)) is not None:
            self.counts_over()
            self._do(action)
        elif (product := keymap.products.get(key)) is not None:
            self._quick(product)
        else:
            return key in _FUNCTIONS
        return True

    def _quick(self, product: Product) -> None:
        """Ring the product of a quick key, as often as the quantity before it says."""
        typed = self.entry.value
        self._act()
        self.entry.value = typed
        self.pick(product)

    def _do(self, action: str) -> None:
        """Do one of ``config.keys.KEYS``; what is no act of selling is the app's."""
        acts = {
            "sell.help": self._help,
            "sell.recall": self.recall,
            "sell.park": self.park,
            "sell.options": self._options,
            "sell.price": self.override,
            "sell.discount": self.discount_line,
            "sell.sale_discount": self.discount_sale,
            "sell.rounding": self.next_rounding,
            "sell.tier": self.next_tier,
            "sell.counts": self.set_counts,
            "sell.total": self._tell,
        }
        if action == "sell.history":
            self.post_message(self.HistoryAsked())
        elif (act := acts.get(action)) is not None:
            act()
        else:
            self.post_message(self.Asked(action))

    def on_key(self, event: events.Key) -> None:
        """Take a key that came while nothing had the focus."""
        if self.focused is None and self.command(event.key):
            event.stop()

    def strike(self, character: str) -> bool:
        """Take a printable key that means something at once; say whether it did."""
        typed = self.entry.value
        if self.asking:
            if typed or not self.tiles.product(character):
                return self.questions.strike(character)
            self.unask()  # a tile's key as ever
        if character in KEYS or (character.isascii() and character.isupper()):
            if ready_for_item(typed) or self._priced(character):
                self._tile(character, typed)
                return True
            return False
        if (product := self.keymap.products.get(character)) is not None:
            self._quick(product)
            return True
        return not typed and self._sign(character)

    def _tile(self, key: str, typed: str) -> None:
        """Ring the tile that bears ``key``."""
        self._act()
        self._struck = (*self._unbroken(), Struck(self.ticket, typed, key))
        if product := self.tiles.product(key):
            self.pick(product)
        else:
            self.say(self._("There is no tile {key} on this page.").format(key=key))
        self._since = self.ticket

    def _sign(self, character: str) -> bool:
        """Do what a sign means before anything is typed; say whether it means anything."""
        note = NOTE_KEYS.find("$" if character == "￥" else character)
        if character == "+":
            self.more()
        elif character == "-":
            self.take_out(ONE_MILLI)
        elif self.option(character) or self._mapped(character):
            return True
        elif 0 <= note < len(self.settings.quick_notes_fen):
            self._take_note(self.settings.quick_notes_fen[note])
        else:
            return False
        return True

    def _priced(self, character: str) -> bool:
        """Whether an amount may stand before this tile: its item has no price of its own."""
        product = self.tiles.product(character)
        return product is not None and product.open_price

    def typed(self, value: str) -> None:
        """Follow the entry: letters open the list of what they may mean."""
        if self.asking:
            return
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

    # Items

    def scanned(self, scan: Scan) -> None:
        """Ring a scanned product, as ``pick`` does; of every other code only say what it is."""
        self.take_letters_back(scan)
        self._act()
        self._entered = True  # an ending that comes late takes no cash
        product = self.catalogue.by_barcode(scan.text) if scan.kind is Kind.GOODS else None
        if product is not None:
            self.pick(product)
        elif scan.kind is Kind.GOODS:
            self.say(signs.unknown(Entered(None, scan.text), self._), "bad")
        else:
            self.say(about(scan, self._), "bad")

    def take_letters_back(self, scan: Scan) -> None:
        """Take out what the letters at the head of ``scan`` rang: they were no tiles."""
        struck = self._unbroken()
        for count in range(len(struck), 0, -1):
            capitals = "".join(each.capital for each in struck[-count:])
            if ascii_digits(scan.typed).startswith(capitals):
                self.ticket = struck[-count].before
                break

    def _enter(self) -> None:
        """Add what is typed; alone, take exact cash."""
        typed, guarded = self.entry.value, self._entered
        if not normal(typed):
            self._exact_cash(guarded=guarded)
            return
        face = self.board.face
        self._act()
        self._entered = True
        with self._refusing():
            self.entry.value = ""
            if self._label(typed):
                return
            entered = read(typed)
            found = isinstance(face, Found) and face.products[face.chosen : face.chosen + 1]
            product = found[0] if found else self._coded(entered)
            if product is None:
                self.say(signs.unknown(entered, self._), "bad")
                return
            self.ring(product, entered.qty_milli)

    def _unbroken(self) -> tuple[Struck, ...]:
        """The capitals before the next key, where nothing else changed the ticket since."""
        return self._struck if self.ticket is self._since else ()

    def _label(self, digits: str) -> bool:
        """Ring the SKU that capitals and ``digits`` spell, not the tiles that the capitals rang.

        A scanner sends the printed ``F001`` as fast keys; the capital rings its tile before the
        rest is known. Says whether it was so. The pieces were never the customer's: they leave
        the ticket as if not rung, and only while nothing else happened to it.
        """
        struck, self._struck = self._unbroken(), ()
        if not normal(digits).isdecimal():
            return False
        for place, first in enumerate(struck):  # the longest run of capitals first
            sku = "".join(each.capital for each in struck[place:]) + normal(digits)
            product = self.catalogue.by_sku(sku)
            if product is not None:
                self.say("")
                self.ticket = first.before
                self.ring(product, read(first.quantity).qty_milli)
                return True
        return False

    def _coded(self, entered: Entered) -> Product | None:
        """The product of exactly this barcode or SKU: figures are never guessed at."""
        catalogue = self.catalogue
        return catalogue.by_barcode(entered.text) or catalogue.by_sku(entered.text.upper())

    def _move(self, by: int) -> None:
        """Mark another line, or another of what was found; move a paper that lies there."""
        match self.board.face:
            case Found() as found:
                self.board.show(found.moved(by))
            case Sheet(arrows=True) as paper:
                self._scroll(paper, by)
            case _:
                self._act()
                self.mark(self.marked + by)

    def _page(self, by: int) -> None:
        """Turn the page of whatever the board shows."""
        match self.board.face:
            case Sheet(arrows=False) as sheet:
                self._scroll(sheet, by)
            case Found() as found:
                self.board.show(found.moved(by * max(self.board.size.height - 2, 1)))
            case _:
                self._turn(by)

    def _scroll(self, sheet: Sheet, by: int) -> None:
        """Move a sheet by most of what is seen of it, unless nothing more is below."""
        height = self.board.size.height
        if by < 0 or sheet.top + height - 1 < len(sheet.rows):
            self.board.show(sheet.scrolled(by * max(height - 2, 1)))

    def _turn(self, by: int) -> None:
        """Turn to another page of tiles."""
        self.turn_to(self.tiles.page + by)

    def turn_to(self, page: int) -> None:
        """Turn to page ``page`` (from 0) of the tiles, round the end."""
        self._act()
        self.tiles = self.tiles.turned_to(page)
        self.board.show(self.tiles)

    def _clear(self) -> None:
        """Forget what is typed; close what the board shows over the tiles."""
        self._act()
        self.counts_over()
        self.entry.value = ""
        self.board.show(self.tiles)

    # The rest

    def _options(self) -> None:
        """Show the options of the marked line, or put them away."""
        open_already = self.options_shown
        self._act()
        if not open_already:
            self.open_options()

    def _tell(self) -> None:
        """Tell the customer the total: from here on taking out is explained."""
        self._act()
        if self.ticket.basket.lines:
            self.ticket = self.ticket.tell()
            said = self._("To pay: {amount}").format(amount=yuan(self.ticket.rest))
            self.say(said, "strong")

    def _help(self) -> None:
        sheet = help_sheet(self.settings, self.keymap, self._)
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
                await self._give_line_up(ticket.basket, line)

    async def _give_line_up(self, basket: Basket, line: Line) -> None:
        call = removal(basket, line, self.clock())
        await self.desk.ask(lambda till: call(till, None))
