"""What the customer's screen shows: pure functions from a frame to rows of any size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from kiosk.screens.board import price
from kiosk.screens.cells import crop, left, right, wrapped
from kiosk.screens.customer_view import CustomerKind
from kiosk.screens.drawn import Span
from kiosk.screens.figures import large
from kiosk.screens.refused import spaced

if TYPE_CHECKING:
    from config.errors import Phrase
    from config.language import Words
    from kiosk.screens.board import Row
    from kiosk.screens.customer_frame import Frame
    from kiosk.screens.customer_view import CustomerItem, CustomerView

_WIDEST: Final = 100
"""A line of items is no wider: the eye has to find its price."""
_QTY: Final = 8
_AMOUNT: Final = 10
_MOST_SAID: Final = 3
_FIVE: Final = 30
"""From so many rows on figures are five rows high."""
_TALL: Final = 5
_SMALL: Final = 3
_ONE_MILLI: Final = 1000
_FULL, _EMPTY = "█", "░"


@dataclass(frozen=True, slots=True)
class Customer:
    """The whole screen of a customer, drawn from the till's last ``frame`` in ``lang``."""

    frame: Frame
    lang: str
    words: Words

    def rows(self, width: int, height: int) -> list[Row]:
        """Draw all ``height`` rows of ``width`` cells."""
        view = self.frame.view
        if view.kind is CustomerKind.REFUSED:
            return _filled(self._refused(view, width), width, height, "notice")
        room = max(height - 2, 0)
        match view.kind:
            case CustomerKind.SALE:
                middle = self._sale(view, width, room)
            case CustomerKind.BREAKFAST:
                middle = self._breakfast(view, width, room)
            case CustomerKind.THANKS:
                middle = _amid(self._thanks(view, width, room), room)
            case _:
                middle = _amid(self._idle(width, room), room)
        middle = [*middle, *[()] * room][:room]
        return [self._head(width), *middle, self._foot(width)][:height]

    # Above and below

    def _head(self, width: int) -> Row:
        badge, shop = self.frame.badge, f" {self._in(self.frame.shop)}"
        sign = f" {self._in(badge)} " if badge is not None else ""
        room = width - cell_len(sign)
        return (Span(left(shop, room), "head"), Span(sign, "chosen"))

    def _foot(self, width: int) -> Row:
        _, fen = self.words, self.frame.set_aside_fen
        if not fen:
            return ()
        said = _("From each sale of food or drink the shop gives {amount} yuan to the fund")
        return _middle(said.format(amount=price(fen)), width, "dim")

    # Nobody is being served

    def _idle(self, width: int, height: int) -> list[Row]:
        _, standing = self.words, self.frame.standing
        if standing is None:
            return [_middle(spaced(_("Welcome"), self.lang), width, "strong")]
        rows = [
            _middle("♥ " + _("Charity fund: balance in yuan"), width, "fund"),
            (),
            *_figures(price(standing.fund_fen), width, height, "fund"),
            (),
            _middle(_("from {count} sales").format(count=f"{standing.sales:,}"), width, "strong"),
        ]
        if standing.breakfasts is not None:
            said = _("{count} breakfasts given to sanitation workers")
            said = said.format(count=f"{standing.breakfasts:,}")
            rows.append(_middle(said, width, "strong"))
        as_of = _("as of record {seq}").format(seq=standing.seq)
        return [*rows, (), _middle(as_of, width, "dim")]

    # Something is being chosen

    def _sale(self, view: CustomerView, width: int, height: int) -> list[Row]:
        _, size = self.words, (width, height)
        if view.due_fen != view.total_fen:
            paid = _("Total {amount}").format(amount=price(view.total_fen))
            below = self._sum(_("Still to pay"), view.due_fen, size, tone="bad", note=paid)
        else:
            below = self._sum(_("Total"), view.total_fen, size, tone="strong")
        return [(), *self._items(view.items, width, height - len(below) - 1), *below]

    def _breakfast(self, view: CustomerView, width: int, height: int) -> list[Row]:
        _, size = self.words, (width, height)
        said = _("The charity fund pays up to {amount} yuan: choose freely")
        said = said.format(amount=price(view.limit_fen))
        top: list[Row] = [(), *_middles(spaced(_("Breakfast"), self.lang), width, "fund", 1)]
        top += [_middle(said, width, "text"), ()]
        if view.due_fen > 0:
            total = _("Total {amount}").format(amount=price(view.total_fen))
            below = self._sum(_("To pay on top"), view.due_fen, size, tone="bad", note=total)
        else:
            chosen = _("Chosen {amount}").format(amount=price(view.total_fen))
            rest = max(view.remaining_fen, 0)
            below = self._sum(_("Left for you"), rest, size, tone="good", note=chosen)
        bar = _bar(view.limit_fen - max(view.remaining_fen, 0), view.limit_fen, width)
        below = [*bar, *below]
        return [*top, *self._items(view.items, width, height - len(top) - len(below)), *below]

    def _items(self, items: tuple[CustomerItem, ...], width: int, height: int) -> list[Row]:
        """Draw the last items that there is room for, in exactly ``height`` rows."""
        shown = items[max(len(items) - height, 0) :] if height > 0 else ()
        hidden = self.frame.earlier + len(items) - len(shown)
        if hidden and shown:
            shown = shown[1:]
            hidden += 1
        rows = [self._item(each, width) for each in shown]
        if hidden and height > 0:
            said = self.words("{count} more above").format(count=hidden)
            rows.insert(0, (_margin(width), Span(left(f"… {said}", _inner(width)), "dim")))
        return [*rows, *[()] * (height - len(rows))]

    def _item(self, item: CustomerItem, width: int) -> Row:
        qty = f"× {_quantity(item.qty_milli)}" if item.qty_milli else ""
        figures = right(qty, max(_QTY, len(qty) + 1))
        amount = price(item.fen) if item.fen >= 0 else f"-{price(-item.fen)}"
        amount = right(amount, max(_AMOUNT, len(amount) + 1))
        name = left(self._in(item.name), _inner(width) - cell_len(figures) - len(amount))
        return (
            _margin(width),
            Span(name, "name"),
            Span(figures, "text"),
            Span(amount, "price"),
        )

    def _sum(
        self, label: str, fen: int, size: tuple[int, int], *, tone: str, note: str = ""
    ) -> list[Row]:
        """Draw what the eye is to fall on: an amount beside its label, a note below that."""
        width, height = size
        drawn = _large(price(fen), width - cell_len(label) - 6, height)
        rows: list[Row] = [(_margin(width), Span("─" * _inner(width), "dim"))]
        room = _inner(width) - cell_len(drawn[0])
        words = {0: Span(label, tone), len(drawn) - 1: Span(note, "text")}
        for y, figures in enumerate(drawn):
            said = words.get(y, Span(""))
            rows.append(
                (_margin(width), Span(left(said.text, room), said.tone), Span(figures, tone))
            )
        if len(drawn) == 1 and note:
            rows.append((_margin(width), Span(left(note, _inner(width)), "text")))
        return rows

    # It is over

    def _refused(self, view: CustomerView, width: int) -> list[str]:
        inner = max(width - 4, 1)
        rows: list[str] = []
        if view.title is not None:
            rows += wrapped(spaced(self._in(view.title), self.lang), inner, _MOST_SAID)
        if view.message is not None:
            said = self._in(view.message)
            rows += ["", *wrapped(said[:1].upper() + said[1:], inner, _MOST_SAID)]
        return rows

    def _thanks(self, view: CustomerView, width: int, height: int) -> list[Row]:
        _ = self.words
        title = self._in(view.title) if view.title is not None else _("Thank you")
        tone = "fund" if view.limit_fen else "good"
        rows: list[Row] = [*_middles(spaced(title, self.lang), width, tone), ()]
        fund = min(view.total_fen, view.limit_fen)
        if view.due_fen < 0:
            rows += [_middle(_("Change due"), width, "good"), ()]
            rows += _figures(price(-view.due_fen), width, height, "good")
        elif fund:
            rows += [_middle("♥ " + _("paid by the charity fund"), width, "fund"), ()]
            rows += _figures(price(fund), width, height, "fund")
        else:
            rows += [_middle(_("You paid"), width, "good"), ()]
            rows += _figures(price(view.total_fen), width, height, "good")
        if view.message is not None and not view.limit_fen:
            rows += [(), *_middles(self._in(view.message), width, "strong")]
        if fund and view.fund_fen is not None and self.frame.standing is not None:
            held = _("The fund holds {amount} yuan")
            held = held.format(amount=price(self.frame.standing.fund_fen))
            rows += [(), _middle(held, width, "dim")]
        return rows

    def _in(self, phrase: Phrase) -> str:
        return phrase.zh if self.lang == "zh_CN" else phrase.en


def closed_rows(said: Phrase, width: int, height: int) -> list[Row]:
    """Draw what is said where there is no till to say anything, in both languages."""
    rows = [
        *_middles(spaced(said.zh, "zh_CN"), width, "strong"),
        (),
        *_middles(said.en, width, "dim"),
    ]
    return [*_amid(rows, height), *[()] * height][:height]


def _inner(width: int) -> int:
    return max(min(width - 4, _WIDEST), 1)


def _margin(width: int) -> Span:
    return Span(" " * max((width - _inner(width)) // 2, 0))


def _middle(text: str, width: int, tone: str) -> Row:
    text = crop(text, width)
    return (Span(" " * ((width - cell_len(text)) // 2)), Span(text, tone))


def _middles(text: str, width: int, tone: str, rows: int = _MOST_SAID) -> list[Row]:
    return [_middle(each, width, tone) for each in wrapped(text, max(width - 4, 1), rows)]


def _amid(rows: list[Row], height: int) -> list[Row]:
    """Put rows into the middle of ``height``; where they do not fit the first ones stay."""
    return [*[()] * ((height - len(rows)) // 2), *rows]


def _large(text: str, width: int, height: int) -> tuple[str, ...]:
    """Draw figures as large as the place allows; in plain ones where it allows nothing else."""
    for rows in (_TALL, _SMALL):
        drawn = large(text, rows)
        if cell_len(drawn[0]) <= width and (rows == _SMALL or height >= _FIVE):
            return drawn
    return (text,)


def _figures(text: str, width: int, height: int, tone: str) -> list[Row]:
    return [_middle(each, width, tone) for each in _large(text, width - 4, height)]


def _bar(used: int, limit: int, width: int) -> list[Row]:
    """How much of the limit is chosen, two rows high."""
    inner = _inner(width)
    full = inner * min(max(used, 0), limit) // limit if limit > 0 else inner
    row = (_margin(width), Span(_FULL * full, "fund"), Span(_EMPTY * (inner - full), "dim"))
    return [row, row]


def _filled(said: list[str], width: int, height: int, tone: str) -> list[Row]:
    """Put texts into the middle of a screen of one colour."""
    lines = [*[""] * max((height - len(said)) // 2, 0), *said]
    lines = [*lines, *[""] * height][:height]
    rows: list[Row] = []
    for line in lines:
        text = crop(line, width)
        before = (width - cell_len(text)) // 2
        rows.append((Span(left(" " * before + text, width), tone),))
    return rows


def _quantity(qty_milli: int) -> str:
    whole, part = divmod(qty_milli, _ONE_MILLI)
    return f"{whole}.{part:03d}".rstrip("0").rstrip(".") if part else str(whole)
