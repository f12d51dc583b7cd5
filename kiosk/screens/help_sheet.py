"""The help of the sell screen: every key with what it does; a touch on a row presses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.screens.board import Sheet
from kiosk.screens.cells import left
from kiosk.screens.drawn import Span
from kiosk.screens.keymap import shown

if TYPE_CHECKING:
    from config.language import Words
    from config.settings import Settings
    from kiosk.screens.keymap import Keymap

_KEYS = 11


def help_sheet(settings: Settings, keymap: Keymap, words: Words) -> Sheet:
    """Return every key of the screen, a row each, with the keys that the settings say."""
    _ = words
    cash = next((each for each in settings.tenders if each.gives_change), settings.tenders[0])
    rows = [
        ("A … X", _("capitals ring a tile; again: +1"), ""),
        ("dj 豆浆", _("small or Chinese: search, Enter"), ""),
        ("6901…", _("barcode or SKU, Enter"), ""),
        ("3*", _("before an item: three of it"), ""),
        ("12.50 A", _("price before an item without one"), ""),
        ("+", _("one more of the marked line"), "+"),
        ("-", _("one less of it (recorded)"), "-"),
        ("↑ ↓", _("mark another line"), ""),
        ("Del", _("remove the line (recorded)"), "delete"),
        ("PgUp PgDn", _("turn the page"), "pagedown"),
        (f"20 {shown(cash.key)}", _("20 received, change shown"), ""),
        ("! @ #", _("Shift+digit: that note received"), ""),
        ("Enter", _("alone: exact cash"), ""),
        (f"5 {shown(cash.key)}", _("less than due: part payment"), ""),
        ("Backspace", _("take the last part back"), "backspace"),
        *_actions(keymap, words),
        ("/", _("search in capitals, too"), ""),
        ("Ctrl+Q", _("quit"), ""),
    ]
    return Sheet(
        _("Keys: {key} closes").format(key=keymap.shown("sell.help")),
        tuple(
            (Span(left(f" {name}", _KEYS), "key", key), Span(said, "text", key))
            for name, said, key in rows
        ),
    )


def _actions(keymap: Keymap, words: Words) -> list[tuple[str, str, str]]:
    """The actions whose keys the settings decide; those without a key are left out."""
    _ = words
    said = {
        "sell.total": _("tell total; then removals ask why"),
        "sell.options": _("options of the marked line"),
        "sell.park": _("park the basket"),
        "sell.recall": _("recall a parked basket"),
        "sell.discount": _("line discount: 10% or 1.50 first"),
        "sell.sale_discount": _("discount on the whole sale"),
        "sell.price": _("another price: 12.50 before it"),
        "sell.tier": _("price tier of the customer: next"),
        "sell.rounding": _("round the total down: next step"),
        "sell.counts": _("what is left: 20 first, then item"),
        "sell.no_sale": _("open the drawer without a sale"),
        "sell.history": _("sales: look up, void, refund"),
        "sell.shift": _("shift: drops, reports, closing"),
        "sell.staff": _("the staff"),
        "sell.cards": _("cards: issue, block, find"),
        "sell.lock": _("lock the till; the basket stays"),
        "sell.record": _("write the flight record to a file"),
    }
    return [(keymap.shown(each), said[each], keymap.key(each)) for each in said if keymap.key(each)]
