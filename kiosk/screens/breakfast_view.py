"""How a breakfast looks while it is chosen: whose it is, what the fund pays, what there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from config.product import Product
from kiosk.screens.board import Turn, price
from kiosk.screens.cells import crop, left, right, wrapped
from kiosk.screens.drawn import Rows, Span, cells, key_at
from kiosk.screens.figures import large
from ledger.money import to_fen
from receipts.layout import quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual import events

    from config.language import Words
    from kiosk.sale.basket import Line
    from kiosk.screens.board import Row, Touch
    from kiosk.screens.meal import Meal
    from kiosk.screens.refused import Refused
    from kiosk.screens.tiles import Tiles

_QTY: Final = 6
_AMOUNT: Final = 9
_WHO: Final = 3
_GAUGE: Final = 1
_ABOVE: Final = 1 + _WHO + _GAUGE
_MOST_SAID: Final = 3
_LEAST_LINES: Final = 32
_LINES_PERCENT: Final = 42
_FULL: Final = "█"


@dataclass(frozen=True, slots=True)
class MealFace:
    """All that the screen shows of one breakfast.

    Attributes:
        meal: what is served.
        tiles: the breakfast items, with what is left of them.
        marked: the line (from 0) that is taken out of.
        waiting: who comes next, masked, in order; empty for a name that is not known.
        said: one sentence, in ``tone``.
        badges: that nothing here is real, where nothing is.
        line_name: names a line, and ``tender_name`` a tender, in the screen's language.
    """

    meal: Meal
    tiles: Tiles
    marked: int
    waiting: tuple[str, ...]
    said: str
    tone: str
    badges: Row
    line_name: Callable[[Line], str]
    tender_name: Callable[[str], str]
    words: Words

    def rows(self, width: int, height: int) -> list[Row]:
        """Draw everything in ``height`` rows of ``width`` cells."""
        said = wrapped(self.said, max(width - 2, 1), _MOST_SAID) or [""]
        middle = max(height - _ABOVE - len(said), 1)
        rows = [self._status(width), *self._who(width), self._gauge(width)]
        chosen = self._lines(width - self.middle(width), middle)
        for y, line in enumerate(chosen):
            rows.append((*self._tiles(y, self.middle(width), middle), *line))
        rows += [(Span(f" {each}", self.tone),) for each in said]
        return rows

    @staticmethod
    def middle(width: int) -> int:
        """Return the cells that the tiles have of ``width``; the lines have the rest."""
        return max(width - max(width * _LINES_PERCENT // 100, _LEAST_LINES), 0)

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:
        """Return the product, or the page of tiles, that was touched."""
        said = wrapped(self.said, max(width - 2, 1), _MOST_SAID) or [""]
        middle = max(height - _ABOVE - len(said), 1)
        if not _ABOVE <= y < _ABOVE + middle or x >= self.middle(width):
            return None
        return self.tiles.at(x, y - _ABOVE, self.middle(width), middle)

    def _status(self, width: int) -> Row:
        """What this is, for which day; and who comes next."""
        _ = self.words
        day = self.meal.serving.service_day.isoformat()
        spans = [
            *self.badges,
            Span(" ♥ " + _("Breakfast from the charity fund") + " ", "head-strong"),
            Span(f" {day} ", "head"),
        ]
        following = ""
        if self.waiting:
            following = _("Next: {name}").format(name=self.waiting[0] or "?")
            if len(self.waiting) > 1:
                following += " " + _("and {count} more").format(count=len(self.waiting) - 1)
            following = crop(f" {following} ", max(width - cells(spans), 0))
        gap = max(width - cells(spans) - cell_len(following), 0)
        return (*spans, Span(" " * gap, "head"), Span(following, "chosen"))

    def _who(self, width: int) -> Iterator[Row]:
        """Whose breakfast it is, and the figure that matters: what is left, or is to be paid."""
        _, meal = self.words, self.meal
        rest = meal.rest_fen
        if meal.due_fen and rest > 0:
            label, fen, tone = _("To pay on top"), rest, "who-due"
        elif rest < 0:
            label, fen, tone = _("Change due"), -rest, "who"
        else:
            label, fen, tone = _("Still free"), meal.remaining_fen, "who"
        drawn = large(price(fen), _WHO)
        beside = f"{label}  "
        room = max(width - cell_len(beside) - cell_len(drawn[0]) - 2, 0)
        texts = ("", self._name(), self._note())
        for y, text in enumerate(texts):
            shown = beside if y == 1 else " " * cell_len(beside)
            yield (Span(left(f"   {text}", room), tone), Span(f"{shown}{drawn[y]}  ", tone))

    def _name(self) -> str:
        _, meal = self.words, self.meal
        if meal.hand_out is not None:
            return _("Without a card: {reason}").format(reason=meal.hand_out.reason)
        return meal.serving.name or _("(no name)")

    def _note(self) -> str:
        _, serving, given = self.words, self.meal.serving, self.meal.hand_out
        limit = price(serving.limit_fen)
        if serving.limit_fen < serving.cap_fen:
            said = _("the fund holds {amount} only").format(amount=limit)
        else:
            said = _("the fund pays up to {amount}").format(amount=limit)
        if given is not None:
            said += "  " + _("{count} left today without a card").format(count=given.left)
        return said

    def _gauge(self, width: int) -> Row:
        """What was chosen against what the fund pays, as a bar between two figures."""
        _, meal = self.words, self.meal
        total, limit = meal.total_fen, meal.serving.limit_fen
        before = " " + _("Chosen {amount}").format(amount=price(total)) + " "
        after = " " + _("fund {amount}").format(amount=price(meal.fund_fen))
        if meal.due_fen:
            after += "  " + _("on top {amount}").format(amount=price(meal.due_fen))
        after += " "
        room = max(width - cell_len(before) - cell_len(after), 0)
        whole = max(total, limit, 1)
        paid = room * min(total, limit) // whole
        over = room * max(total - limit, 0) // whole
        return (
            Span(before, "strong"),
            Span(_FULL * paid, "good"),
            Span(_FULL * over, "bad"),
            Span(" " * (room - paid - over), "head"),
            Span(after, "bad" if meal.due_fen else "strong"),
        )

    def _tiles(self, y: int, width: int, height: int) -> Row:
        row = self.tiles.row(y, width, height)
        return (*row, Span(" " * max(width - cells(row), 0), "head" if y == 0 else "text"))

    def _lines(self, width: int, height: int) -> list[Row]:
        """A heading, as many lines as fit around the marked one, and how it is paid."""
        _, lines = self.words, self.meal.basket.lines
        head = left("  " + _("Item"), width - _QTY - _AMOUNT - 1)
        head += right(_("Qty"), _QTY) + right(_("Amount"), _AMOUNT) + " "
        tail = [self._pair(_("The fund pays"), self.meal.fund_fen, width, "fund")]
        tail += [
            self._pair(self.tender_name(each.tender), to_fen(each.amount), width, "good")
            for each in self.meal.offers
        ]
        if not lines:
            tail = []
        room = max(height - 1 - len(tail), 0)
        first = max(0, min(self.marked - room + 1, len(lines) - room))
        rows: list[Row] = [(Span(head, "head"),)]
        rows += [
            self._line(lines[place], width, chosen=place == self.marked)
            for place in range(first, min(first + room, len(lines)))
        ]
        rows += [(Span(" " * width),)] * (height - len(rows) - len(tail))
        return [*rows, *tail][:height]

    def _line(self, line: Line, width: int, *, chosen: bool) -> Row:
        figures = right(quantity(line.qty_milli), _QTY) + right(price(line.amount_fen), _AMOUNT)
        name = left(f"{'›' if chosen else ' '} {self.line_name(line)}", width - len(figures) - 1)
        if chosen:
            return (Span(f"{name}{figures} ", "chosen"),)
        return (Span(name, "name"), Span(f"{figures} ", "price"))

    @staticmethod
    def _pair(label: str, fen: int, width: int, tone: str) -> Row:
        amount = f"{price(fen)} "
        return (Span(left(f"  {label}", width - len(amount)) + amount, tone),)


@dataclass(frozen=True, slots=True)
class AskedFace:
    """What is asked before a breakfast without a card; the answers bear figures."""

    title: str
    note: str
    asked: tuple[Row, ...]
    said: str
    tone: str

    def rows(self, width: int, height: int) -> list[Row]:  # noqa: ARG002 - as the others
        """Draw the title in its banner, then the question."""
        banner = [
            (Span(left(text, width), "who"),)
            for text in ("", f"   {self.title}", f"   {self.note}")
        ]
        said: list[Row] = [
            (Span(f" {each}", self.tone),) for each in wrapped(self.said, max(width - 2, 1), 2)
        ]
        return [*banner, (), *self.asked, (), *said]

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:  # noqa: ARG002
        """Nothing here is an item: the figures are pressed by their keys."""
        return None


class Stage(Rows):
    """Draws a whole face, of which only the rows that changed are drawn again."""

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - Textual's own word
        pick: Callable[[Product], None],
        turn: Callable[[int], None],
        press: Callable[[str], None],
    ) -> None:
        super().__init__(id=id)
        self._pick, self._turn, self._press = pick, turn, press
        self.face: MealFace | AskedFace | Refused | None = None

    def play(self, face: MealFace | AskedFace | Refused) -> None:
        """Show ``face`` from now on."""
        self.face = face
        width, height = self.size
        if height:
            self.show(face.rows(width, height)[:height])

    def on_resize(self) -> None:
        """Draw the face anew: more or less of it fits."""
        if self.face is not None:
            self.play(self.face)

    def on_click(self, event: events.Click) -> None:
        """Do what was touched: an item, a page, a key."""
        if self.face is None:
            return
        touched = self.face.at(event.x, event.y, *self.size)
        if isinstance(touched, Product):
            self._pick(touched)
        elif isinstance(touched, Turn):
            self._turn(touched.page)
        elif touched is not None:
            self._press(touched.key)
        elif event.y < len(self._rows) and (key := key_at(self._rows[event.y], event.x)):
            self._press(key)
