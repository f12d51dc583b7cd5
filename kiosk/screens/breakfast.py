"""The breakfast screen: a tap opened it, a key chooses an item, Enter records.

A letter is an item, again it is one more; ``-`` and Backspace take one out, Delete the line. What
is above the limit is paid by the keys of the sell screen: an amount and a tender's key, or the key
alone for exactly that much. Escape leaves nothing behind.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from textual.events import Key
from textual.message import Message

from config.errors import Refusal
from config.text import ascii_digits
from kiosk.devices.scanner import Kind
from kiosk.errors import EmptyBasketError
from kiosk.sale.basket import ONE_MILLI, Line
from kiosk.sale.card_errors import NotBreakfastError
from kiosk.screens import signs
from kiosk.screens.entry import Entered, amount_fen, normal, read
from kiosk.screens.listening import about
from kiosk.screens.message import LEAST
from kiosk.screens.options import beforehand
from kiosk.screens.paying import LARGE_CHANGE_FEN, UnseenError
from kiosk.screens.ringing import check_left
from kiosk.screens.serving import ServingView
from kiosk.screens.signs import NOTE_KEYS
from ledger.money import from_fen
from receipts.layout import yuan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.product import Product
    from config.settings import Tender
    from kiosk.devices.scanner import Scan
    from kiosk.screens.meal import Meal

SEEN_S = 0.3
"""No key so soon after a refusal was shown puts it away: nobody has read it by then."""

_AMOUNT_KEYS = "0123456789.*。×"
_MINUS = "-−－"
_ENTERS = frozenset({"enter", "ctrl+j", "newline"})
_STEPS = {"up": -1, "down": 1, "pageup": -1, "pagedown": 1, "left": -1, "right": 1}


class _Struck(NamedTuple):
    """An item's key that may be the first of a card's number: the meal before it."""

    character: str
    before: Meal


class _Asked(NamedTuple):
    """What the cashier was asked to press once more: this tender, so much of it, for this meal."""

    tender: str
    fen: int
    meal: Meal


class BreakfastScreen(ServingView):
    """Serves one card at a time; a key makes the next ``meal``."""

    class GivenUp(Message):
        """A breakfast was given up: nothing of it is in the books."""

    _struck: tuple[_Struck, ...] = ()
    _asked: _Asked | None = None
    _asked_at = 0.0
    """When the cashier was asked to press once more, by the clock of the keys."""

    def rest(self) -> None:
        """Serve nobody: what was chosen is forgotten."""
        self._struck, self._asked = (), None
        super().rest()

    # Keys

    def strike(self, character: str) -> bool:
        """Take a printable key; say whether it is no part of what is typed."""
        if self.refusal is not None:
            if self._seen():
                # It may be the first of a card's number: then the next tap replaces this one.
                self.leave_after(self.settings.scanner.gap_ms / 1000)
            return True
        if self.handing is not None:
            return self.questions.strike(character)
        meal, typed = self.meal, normal(self.entry.value)
        if meal is None or self.recording:
            self._too_early(character, character)
            return True
        character = ascii_digits(character)
        if character in _AMOUNT_KEYS or (typed and not typed.endswith("*")):
            return False
        product = self.tiles.product(character.upper())
        self._act()
        if product is None:
            self._sign(character)
        else:
            struck = (*self._struck, _Struck(character, meal))
            self.pick(product)
            self._struck = struck if not typed else ()
        return True

    def _sign(self, character: str) -> None:
        """Do what a sign means; nothing for one that means nothing here."""
        self._struck = ()
        note = NOTE_KEYS.find("$" if character == "￥" else character)
        if character in _MINUS:
            self._take_out(whole=False)
        elif character == "+":
            self._more()
        elif character == self.keymap.key("sell.demo_tap"):
            self.calls.demo_tap()
        elif 0 <= note < len(self.settings.quick_notes_fen):
            self._take_note(self.settings.quick_notes_fen[note])
        else:
            self._mapped(character)

    def command(self, key: str) -> bool:
        """Take a key that is no character; say whether it meant something."""
        if self.refusal is not None:
            if self._seen():
                self.leave()
            return True
        if self.handing is not None:
            return self.questions.command(key)
        if self.meal is None or self.recording:
            self._too_early(key)
            return True
        self._struck = ()
        if key in _ENTERS:
            self._enter(self.meal)
        elif key == "escape":
            self._escape()
        else:
            self._act()
            self._act_on(key, self.meal)
        return True

    def _act_on(self, key: str, meal: Meal) -> None:
        step = _STEPS.get(key, 0)
        match key:
            case "up" | "down":
                self._mark(self.marked + step)
            case "pageup" | "pagedown" | "left" | "right":
                self.turn_to(self.tiles.page + step)
            case "delete":
                self._take_out(whole=True)
            case "backspace":
                self._take_back(meal)
            case _:
                self._mapped(key)

    def _mapped(self, key: str) -> None:
        """Do what the settings say that ``key`` means: a tender, or an item."""
        if (tender := self.keymap.tenders.get(key)) is not None:
            self._take(tender)
        elif (product := self.keymap.products.get(key)) is not None:
            self.pick(product)

    def _too_early(self, key: str, character: str | None = None) -> None:
        """Keep a key that came while the breakfast goes into the books, for what is after it."""
        if self.recording:
            kept = Key(key, character)
            kept.time = self.entry.pressed_at
            self.calls.keep(kept)

    def _seen(self) -> bool:
        """Whether the key came late enough for what is shown to have been read."""
        return self.entry.pressed_at - self.began_at >= SEEN_S

    def _act(self) -> None:
        """Begin an act: what was said of the one before is over."""
        if self._said[0]:
            self.say("")

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Say a refusal instead of raising it."""
        try:
            yield
        except Refusal as refusal:
            self.desk.recorder.refused(refusal)
            self.say(refusal.say(self.lang), "bad")

    # Items

    def pick(self, product: Product) -> None:
        """Choose one more of an item, or as many as the quantity before it says."""
        meal = self.meal
        if meal is None or self.recording:
            return
        typed, self.entry.value = self.entry.value, ""
        with self._refusing():
            qty = read(typed).qty_milli if "*" in normal(typed) else None
            qty = ONE_MILLI if qty is None else qty
            if not product.breakfast or product.open_price:
                raise NotBreakfastError(product.name(self.lang))
            check_left(product, qty, self.tiles.left, meal.basket.lines)
            groups = self.catalogue.options_of(product) if product.options else ()
            line = Line.of(product, qty, picked=beforehand(groups))
            chosen = meal.add(line)
            self.marked = chosen.place_of(line)
            self.chosen(chosen)

    def _more(self) -> None:
        """One more of the marked line."""
        meal = self.meal
        if meal is not None and meal.basket.lines:
            product = self.catalogue.by_sku(meal.basket.lines[self.marked].sku)
            if product is not None:
                self.pick(product)

    def _take_out(self, *, whole: bool) -> None:
        """Take one of the marked line out, or the ``whole`` line."""
        meal = self.meal
        if meal is not None and meal.basket.lines:
            with self._refusing():
                self.chosen(meal.take_out(self.marked, whole=whole))

    def _take_back(self, meal: Meal) -> None:
        """Take the last payment back, where there is one; else one of the marked line."""
        if meal.offers:
            self.chosen(meal.take_back())
        else:
            self._take_out(whole=False)

    def _mark(self, place: int) -> None:
        """Mark line ``place`` (from 0), or the nearest."""
        if self.meal is not None:
            self.marked = min(max(place, 0), max(len(self.meal.basket.lines) - 1, 0))
            self.draw()

    def turn_to(self, page: int) -> None:
        """Turn to page ``page`` (from 0) of the items, round the end."""
        if self.meal is not None:
            self.tiles = self.tiles.turned_to(page)
            self.draw()

    def scanned(self, scan: Scan) -> None:
        """Choose a scanned item; a card's own letters are no items."""
        if self.meal is None or self.recording:
            return
        if scan.kind is not Kind.GOODS:
            self.say(about(scan, self._), "bad")
            return
        product = self.catalogue.by_barcode(scan.text)
        if product is None:
            self.say(signs.unknown(Entered(None, scan.text), self._), "bad")
        else:
            self._act()
            self.pick(product)

    def unstrike(self, typed: str) -> None:
        """Take the items back that the letters at the head of a card's number chose."""
        struck, self._struck = self._struck, ()
        for count in range(len(struck), 0, -1):
            run = struck[-count:]
            if typed.startswith("".join(each.character for each in run)):
                self.chosen(run[0].before)
                return

    # Money on top, and the end

    def _take(self, tender: Tender) -> None:
        """Take the typed amount by ``tender``, or all that is left; the last one records."""
        meal = self.meal
        if meal is None or not meal.basket.lines:
            return
        with self._refusing():
            fen = amount_fen(self.entry.value)
            self.entry.value = ""
            self._pay(meal, tender, fen)

    def _take_note(self, fen: int) -> None:
        cash = self._cash()
        if cash is not None and self.meal is not None and self.meal.basket.lines:
            with self._refusing():
                self._pay(self.meal, cash, fen)

    def _pay(self, meal: Meal, tender: Tender, fen: int | None) -> None:
        paid = meal.pay(tender, fen)
        if fen is not None and -paid.rest_fen >= LARGE_CHANGE_FEN:
            asked, self._asked = self._asked, _Asked(tender.id, fen, meal)
            if asked != self._asked:
                said = self._("{received} received for {rest}? The same key once more takes it.")
                rest = yuan(from_fen(meal.rest_fen))
                self.entry.value = f"{fen / 100:.2f}"
                self.say(said.format(received=yuan(from_fen(fen)), rest=rest), "bad")
                return
        if paid.rest_fen <= 0:
            self._record(paid)
        else:
            self.chosen(paid)

    def _cash(self) -> Tender | None:
        return next((each for each in self.settings.tenders if each.gives_change), None)

    def _escape(self) -> None:
        """Forget what is typed; with nothing typed, give the breakfast up."""
        if self.entry.value:
            self.entry.value = ""
            self._act()
        else:
            self.give_up()

    def give_up(self) -> None:
        """Give the breakfast up, unless money was taken for it: that is given back first."""
        meal = self.meal
        if meal is not None and meal.offers:
            taken = from_fen(meal.due_fen - meal.rest_fen)
            said = self._("{amount} was taken: Backspace gives it back, then Esc.")
            self.say(said.format(amount=yuan(taken)), "bad")
            return
        if meal is not None:
            self.post_message(self.GivenUp())
        self.leave()

    def _enter(self, meal: Meal) -> None:
        """Record what was chosen; what is to be paid on top is asked for first."""
        typed = normal(self.entry.value)
        cash = self._cash()
        if typed:
            self._act()
            self._coded(typed)
        elif not meal.basket.lines:
            guard_ms = self.settings.guards.enter_ms
            if (self.entry.pressed_at - self.began_at) * 1000 >= guard_ms:
                with self._refusing():
                    raise EmptyBasketError
        elif meal.rest_fen <= 0:
            with self._refusing():
                self._record(meal)
        elif cash is not None and self._asked == _Asked(cash.id, meal.rest_fen, meal):
            # The second Enter of a double press answers nothing: nobody has read the question.
            pressed, guard_ms = self.entry.pressed_at, self.settings.guards.enter_ms
            if (pressed - self._asked_at) * 1000 >= guard_ms:
                with self._refusing():
                    self._pay(meal, cash, None)
        elif cash is not None:
            self._asked = _Asked(cash.id, meal.rest_fen, meal)
            self._asked_at = self.entry.pressed_at
            said = self._("{amount} to pay on top: a tender's key takes it; Enter takes cash.")
            self.say(said.format(amount=yuan(from_fen(meal.rest_fen))), "strong")

    def _coded(self, typed: str) -> None:
        """Choose the item of exactly this barcode or SKU."""
        with self._refusing():
            entered = read(typed)
            catalogue = self.catalogue
            product = catalogue.by_barcode(entered.text) or catalogue.by_sku(entered.text.upper())
            if product is None:
                self.entry.value = ""
                self.say(signs.unknown(entered, self._), "bad")
                return
            quantity = typed.rpartition("*")[0]
            self.entry.value = f"{quantity}*" if quantity else ""
            self.pick(product)

    def _record(self, meal: Meal) -> None:
        if self.size.width < LEAST.width or self.size.height < LEAST.height:
            raise UnseenError  # nobody pays for a breakfast that nobody sees
        self.chosen(meal)
        self.recording = True
        self.calls.record(meal)
