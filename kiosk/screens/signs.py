"""What the bars and the help say: pure functions from values to spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from kiosk.devices.scanner import masked
from kiosk.screens.board import price
from kiosk.screens.drawn import Span
from kiosk.screens.entry import BARCODE_DIGITS
from kiosk.screens.figures import large
from kiosk.screens.keymap import shown
from receipts.layout import yuan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.language import Words
    from config.settings import Settings, Tender
    from kiosk.screens.entry import Entered
    from kiosk.screens.keymap import Keymap
    from kiosk.screens.ticket import Ticket
    from kiosk.till.history import FundState
    from ledger.money import Money

Spans = tuple[Span, ...]

NOTE_KEYS: Final = "!@#$%^&("
"""Shift and 1 to 7 on a keyboard as sold in China, then 9: ``*`` is the quantity's."""

_KEYCAPS: Final = {"pagedown": "PgDn", "pageup": "PgUp", "delete": "Del", "escape": "Esc"}

FUNCTION_KEYS: Final = tuple(f"f{n}" for n in range(1, 13))
SPARE_KEYS: Final = ("ctrl+g", "ctrl+y", "ctrl+o")


@dataclass(frozen=True, slots=True)
class LastSale:
    """What the screen remembers of the sale before; ``slip`` is what its customer is called by."""

    number: int
    total: Money
    change: Money
    slip: int | None = None


def fund(state: FundState | None, words: Words) -> Spans:
    """The charity fund: what today put in, and what it holds now."""
    _ = words
    if state is None:
        return (Span(" ♥ " + _("Charity fund"), "fund"),)
    return (
        Span(" ♥ " + _("Charity fund"), "fund"),
        Span(" " + _("today") + " ", "dim"),
        Span(price(state.today_fen), "fund"),
        Span(" " + _("balance") + " ", "dim"),
        Span(price(state.balance_fen), "fund"),
    )


def tenders(settings: Settings, lang: str, words: Words) -> Spans:
    """The keys that take money: counted first, then those that the cashier has seen arrive."""
    counted = [each for each in settings.tenders if each.confirmed_by == "count"]
    seen = [each for each in settings.tenders if each.confirmed_by != "count"]
    spans = list(_keys(counted, lang))
    if seen:
        spans += [Span(" " + words("Seen as paid:"), "dim"), *_keys(seen, lang)]
    return tuple(spans)


def _keys(tenders: Iterable[Tender], lang: str) -> Iterable[Span]:
    for tender in tenders:
        yield from _key(tender.key, tender.name(lang))


def _key(key: str, label: str, tone: str = "text") -> Spans:
    """A key and what it does; a touch on either presses it."""
    return (
        Span(" ", "text", key),
        Span(_KEYCAPS.get(key) or shown(key), "key", key),
        Span(f" {label} ", tone, key),
    )


def keys(entries: Iterable[tuple[str, str]]) -> Spans:
    """Keys by their names, each with what it does; those without a key are left out."""
    return tuple(span for key, label in entries if key for span in _key(key, label))


def legend(keymap: Keymap, parked: int, words: Words) -> Spans:
    """The keys of the screen's other functions, those that no shift ends without first.

    Where the bar is short the last are left out.
    """
    _ = words
    entries = [
        ("sell.help", _("Keys"), "text"),
        ("sell.history", _("History"), "text"),
        ("sell.park", _("Park"), "text"),
        ("sell.shift", _("Shift"), "text"),
        ("sell.total", _("Total"), "text"),
    ]
    if parked:
        entries.insert(2, ("sell.recall", _("Recall ({count})").format(count=parked), "bad"))
    spans = [
        span
        for action, label, tone in entries
        if keymap.key(action)
        for span in _key(keymap.key(action), label, tone)
    ]
    spans += [*_key("delete", _("Remove")), *_key("pagedown", _("Page"))]
    more = [
        ("sell.options", _("Options")),
        ("sell.discount", _("Discount")),
        ("sell.price", _("Price")),
        ("sell.tier", _("Tier")),
    ]
    for action, label in more:
        if key := keymap.key(action):
            spans += _key(key, label)
    return tuple(spans)


def last_sale(last: LastSale | None, words: Words) -> tuple[Spans, ...]:
    """The sale before, for the customer who comes back at once: the fullest way first.

    Where there is less room the pick-up number is left out, then the change.
    """
    _ = words
    if last is None:
        return ()
    said = _("Last: no. {number} ✓ {total}").format(number=last.number, total=yuan(last.total))
    spans = [Span(f"{said} ", "good")]
    if last.change:
        spans.append(Span(_("change {amount}").format(amount=yuan(last.change)) + " ", "good"))
    if last.slip is not None:
        spans.append(Span(_("Pick-up number {number}").format(number=last.slip) + " ", "fund"))
    return tuple(tuple(spans[:count]) for count in range(len(spans), 0, -1))


def notes(ticket: Ticket, quick_fen: Sequence[int], words: Words) -> Spans:
    """The banknote keys while something is to pay, and how to begin where nothing is."""
    _ = words
    if not ticket.basket.lines:
        return (
            Span(" " + _("CAPITALS ring a tile") + " ", "dim"),
            Span(_("small letters search"), "dim"),
        )
    spans = [Span(" " + _("Notes"), "dim")]
    for key, fen in zip(NOTE_KEYS, quick_fen, strict=False):
        amount = price(fen).removesuffix(".00")
        enough = fen >= ticket.rest.amount * 100
        spans += [
            Span(f" {key} ", "key", key),
            Span(amount, "text" if enough else "dim", key),
        ]
    return tuple(spans)


def change_of(received_fen: int, ticket: Ticket, words: Words) -> Spans:
    """What the cash key would give back, while the amount is being typed."""
    _ = words
    over = received_fen - int(ticket.rest.amount * 100)
    if over < 0:
        said = _("cash {received} leaves {rest} to pay")
        return (Span(" " + said.format(received=price(received_fen), rest=price(-over)), "text"),)
    said = _("cash {received} gives {change} change")
    return (Span(" " + said.format(received=price(received_fen), change=price(over)), "good"),)


def unknown(entered: Entered, words: Words) -> str:
    """Say that nothing is called what was typed, and what the cashier may have meant."""
    _, text = words, masked(entered.text)
    if not text:
        return _("Press an item's key after the quantity.")
    if len(entered.text) >= BARCODE_DIGITS and entered.text.isdecimal():
        return _("No item has the barcode {text}.").format(text=text)
    if entered.searching:
        return _("No item is called {text}.").format(text=text)
    said = _("No item has the number {text}; for cash received press the cash key.")
    return said.format(text=text)


def called(slip: int, width: int, words: Words) -> tuple[Spans, ...]:
    """Return the pick-up number in large figures beside its name, as rows of ``width`` cells."""
    _ = words
    drawn = large(str(slip), 3)
    label = " " + _("Pick-up") + " "
    margin = " " * max((width - cell_len(label) - cell_len(drawn[0])) // 2, 0)
    blank = " " * cell_len(label)
    names = (blank, label, blank)
    return (
        *(
            (Span(margin), Span(name, "strong"), Span(figures, "fund"))
            for name, figures in zip(names, drawn, strict=True)
        ),
        (),
    )
