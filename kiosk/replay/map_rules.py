"""Keys of a map that need, or exclude, one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from config.checks import closest
from config.errors import Phrase, shown
from kiosk.replay.map_checks import BOOK, BOOK_ALLOWED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.source import Place
    from kiosk.replay.map import Map


class MapFault(NamedTuple):
    """One contradiction in a map: where, what is wrong, what would be right."""

    place: Place
    wrong: Phrase
    allowed: Phrase


_PRICE_NEEDS: Final = {
    "unit": ("column",),
    "total": ("column",),
    "catalogue": (),
    "file": ("file", "file_item", "file_price"),
    "fixed": ("fixed",),
}


def faults(made: Map) -> Iterator[MapFault]:
    """Give everything in which the keys of a map contradict each other."""
    yield from _file_faults(made)
    yield from _ticket_faults(made)
    yield from _price_faults(made)
    yield from _catering_faults(made)
    yield from _choice_faults(made)


def tender_faults(made: Map, known: Sequence[str]) -> Iterator[MapFault]:
    """Give every tender that a map names and the settings do not know."""
    rule, names = made.tender, ", ".join(known)
    named = [(("tender", "fixed"), rule.fixed), (("tender", "other"), rule.other)]
    named += [(("tender", "values"), ours) for _, ours in rule.values]
    for place, tender in named:
        if tender is not None and tender not in known:
            wrong = Phrase(f"没有付款方式 {shown(tender)}", f"there is no tender {shown(tender)}")
            if nearest := closest(tender, known):
                wrong = Phrase(
                    f"{wrong.zh}，是否指 {nearest}", f"{wrong.en}, did you mean {nearest}"
                )
            yield MapFault(place, wrong, Phrase(names, names))


def _missing(table: str, key: str, because: str) -> MapFault:
    return MapFault(
        (table, key),
        Phrase(f"缺少 {key}", f"{key} is missing"),
        Phrase(f"因为 {because}，必须写明", f"a value, because of {because}"),
    )


def _useless(table: str, key: str, because: str) -> MapFault:
    return MapFault(
        (table, key),
        Phrase(f"{key} 在这里不起作用", f"{key} would do nothing here"),
        Phrase(f"去掉它，或改 {because}", f"leave it out, or change {because}"),
    )


def _file_faults(made: Map) -> Iterator[MapFault]:
    if made.file.delimiter == made.file.quote:
        yield MapFault(
            ("file", "quote"),
            Phrase("与 delimiter 相同", "it is the delimiter, too"),
            Phrase("另一个字符", "another character"),
        )
    if made.file.multiline and not made.file.quote:
        yield _useless("file", "multiline", "file.quote")
    if made.numbers.decimal == made.numbers.thousands:
        yield MapFault(
            ("numbers", "thousands"),
            Phrase("与 decimal 相同", "it is the decimal point, too"),
            Phrase("另一个字符", "another character"),
        )
    if made.file.header:
        return
    for place, column in made.columns():
        if isinstance(column, str) and not column.isdecimal():
            yield MapFault(
                place,
                Phrase(
                    f"file.header = false，没有列名 {shown(column)}",
                    f"file.header = false, so no column is called {shown(column)}",
                ),
                Phrase("从 1 数起的列号", "the column's place counted from 1"),
            )


def _ticket_faults(made: Map) -> Iterator[MapFault]:
    ticket, returns = made.ticket, made.returns
    if ticket.lines == "many" and not ticket.key:
        yield _missing("ticket", "key", 'ticket.lines = "many"')
    if ticket.lines == "one" and ticket.repeated == "quantity":
        yield _useless("ticket", "repeated", "ticket.lines")
    if ticket.lines == "one" and returns.mixed == "net":
        yield _useless("returns", "mixed", "ticket.lines")
    if returns.rule != "refund":
        if returns.of:
            yield _useless("returns", "of", "returns.rule")
    elif not ticket.key:
        yield _missing("ticket", "key", 'returns.rule = "refund"')
    elif len(returns.of) != len(ticket.key):
        count = len(ticket.key)
        yield MapFault(
            ("returns", "of"),
            Phrase("与 ticket.key 的列数不同", "it has not as many columns as ticket.key"),
            Phrase(f"{count} 列", f"{count} column{'s' * (count > 1)}"),
        )


def _price_faults(made: Map) -> Iterator[MapFault]:
    price, needs = made.price, _PRICE_NEEDS[made.price.rule]
    because = f'price.rule = "{price.rule}"'
    for key in ("column", "fixed", "file", "file_item", "file_price"):
        given = getattr(price, key) is not None
        if key in needs and not given:
            yield _missing("price", key, because)
        if given and key not in needs:
            yield _useless("price", key, "price.rule")
    if price.rule == "catalogue" and made.item.match == "none":
        yield _missing("item", "match", because)


def _catering_faults(made: Map) -> Iterator[MapFault]:
    catering = made.catering
    because = f'catering.rule = "{catering.rule}"'
    if catering.rule == "catalogue" and made.item.match == "none":
        yield _missing("item", "match", because)
    for key, given in (("column", catering.column is not None), ("values", bool(catering.values))):
        if catering.rule == "column" and not given:
            yield _missing("catering", key, because)
        if catering.rule != "column" and given:
            yield _useless("catering", key, "catering.rule")


def _choice_faults(made: Map) -> Iterator[MapFault]:
    tender, book = made.tender, made.book
    if tender.fixed is None and tender.column is None:
        yield MapFault(
            ("tender",),
            Phrase("没有写付款方式", "it does not say how tickets are paid"),
            Phrase("fixed 或 column", "fixed or column"),
        )
    if tender.fixed is not None or tender.column is None:
        for key in ("column", "values", "other"):
            if getattr(tender, key):
                yield _useless("tender", key, "tender.fixed")
    if book.fixed is not None or book.column is None:
        for key in ("column", "values", "prefix"):
            if getattr(book, key):
                yield _useless("book", key, "book.fixed / book.column")
    for word, ours in book.values:
        if not BOOK.fullmatch(ours):
            wrong = Phrase(f"账簿名 {shown(ours)} 不可用", f"{shown(ours)} cannot name a book")
            yield MapFault(("book", "values", word), wrong, BOOK_ALLOWED)
