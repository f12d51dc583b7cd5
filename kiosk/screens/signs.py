"""What the bars and the help say: pure functions from values to spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from kiosk.devices.scanner import masked
from kiosk.screens.board import Sheet, price
from kiosk.screens.cells import left
from kiosk.screens.drawn import Span
from kiosk.screens.entry import BARCODE_DIGITS
from receipts.layout import yuan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from config.language import Words
    from config.settings import Settings, Tender
    from kiosk.screens.entry import Entered
    from kiosk.screens.ticket import Ticket
    from kiosk.till.history import FundState
    from ledger.money import Money

Spans = tuple[Span, ...]

NOTE_KEYS: Final = "!@#$%^&("
"""Shift and 1 to 7 on a keyboard as sold in China, then 9: ``*`` is the quantity's."""

FUNCTION_KEYS: Final = tuple(f"f{n}" for n in range(1, 13))
SPARE_KEYS: Final = ("ctrl+g", "ctrl+y", "ctrl+o")


class Functions(NamedTuple):
    """The keys of what is no tender: the lowest function keys that the settings left free."""

    help: str
    history: str
    recall: str


@dataclass(frozen=True, slots=True)
class LastSale:
    """What the screen remembers of the sale before: its number, total and change."""

    number: int
    total: Money
    change: Money


def functions(settings: Settings) -> Functions:
    """Give the keys of help, history and recall beside the tenders' own."""
    taken = {tender.key for tender in settings.tenders}
    free = [key for key in FUNCTION_KEYS if key not in taken]
    return Functions(*[*free, *SPARE_KEYS][:3])


def status(
    settings: Settings,
    *,
    lang: str,
    now: datetime,
    day: date | None,
    demo: bool,
    words: Words,
) -> tuple[Spans, Spans]:
    """Shop and book; business date, local time and language."""
    _ = words
    begin = [Span(f" {settings.shop.name(lang)} ", "strong"), Span(f" {settings.book} ", "dim")]
    if demo:
        begin.insert(0, Span(" " + _("DEMO") + " ", "chosen"))
    shown = _("Opening the books…")
    if day is not None:
        shown = _("Business date") + f" {day.isoformat()}"
    right = (
        Span(f" {shown} ", "text"),
        Span(f" {now:%H:%M} ", "strong"),
        Span(f"{'中文' if lang == 'zh_CN' else 'EN'} ", "dim"),
    )
    return tuple(begin), right


def fund(state: FundState | None, words: Words) -> Spans:
    """The charity fund: what today put in, and all that it holds."""
    _ = words
    if state is None:
        return (Span(" ♥ " + _("Charity fund"), "fund"),)
    return (
        Span(" ♥ " + _("Charity fund"), "fund"),
        Span(" " + _("today") + " ", "dim"),
        Span(price(state.today_fen), "fund"),
        Span(" " + _("in total") + " ", "dim"),
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
    return (
        Span(" "),
        Span(key.upper() if key in FUNCTION_KEYS else key, "key"),
        Span(f" {label} ", tone),
    )


def legend(keys: Functions, parked: int, words: Words) -> Spans:
    """The keys of the screen's other functions."""
    _ = words
    spans = [*_key(keys.help, _("Keys")), *_key(keys.history, _("History"))]
    if parked:
        spans += _key(keys.recall, _("Recall ({count})").format(count=parked), "bad")
    return (*spans, *_key("PgDn", _("Page")), *_key("Del", _("Remove")))


def last_sale(last: LastSale | None, words: Words) -> Spans:
    """The sale before, for the customer who comes back at once."""
    _ = words
    if last is None:
        return ()
    said = _("Last: no. {number} ✓ {total}").format(number=last.number, total=yuan(last.total))
    spans = [Span(f"{said} ", "good")]
    if last.change:
        spans.append(Span(_("change {amount}").format(amount=yuan(last.change)) + " ", "good"))
    return tuple(spans)


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
        spans += [Span(f" {key} ", "key"), Span(amount, "text" if enough else "dim")]
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


def help_sheet(settings: Settings, keys: Functions, words: Words) -> Sheet:
    """Every key of the screen, a row each."""
    _ = words
    cash = next((each for each in settings.tenders if each.gives_change), settings.tenders[0])
    rows = [
        ("A … X", _("capitals ring a tile; again: +1")),
        ("dj 豆浆", _("small or Chinese: search, Enter")),
        ("6901…", _("barcode or SKU, Enter")),
        ("3*", _("before an item: three of it")),
        ("+ -", _("marked line: one more, one less")),
        ("↑ ↓", _("mark another line")),
        ("Del", _("remove the line (recorded)")),
        ("PgUp PgDn", _("turn the page")),
        (f"20 {cash.key.upper()}", _("20 received, change shown")),
        ("! @ #", _("Shift+digit: that note received")),
        ("Enter", _("alone: exact cash")),
        (f"5 {cash.key.upper()}", _("less than due: part payment")),
        ("Backspace", _("take the last part back")),
        (keys.recall.upper(), _("recall a ticket that came back")),
        ("/", _("search in capitals, too")),
        ("Ctrl+Q", _("quit")),
    ]
    return Sheet(
        _("Keys: {key} closes").format(key=keys.help.upper()),
        tuple((Span(left(f" {key}", 11), "key"), Span(said, "text")) for key, said in rows),
    )
