"""A document set on paper of N columns: pure, the same document gives the same paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from receipts.cells import printable, width
from receipts.documents import Kind
from receipts.errors import AmountError, PaperWidthError
from receipts.paper import (
    NARROWEST,
    Paper,
    PaperRow,
    Style,
    heading,
    indented,
    pair,
    paragraph,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moneyed import Money

    from config.language import Words
    from receipts.documents import PaperLine, PaperPayment, Receipt

_QUANTITY_COLUMNS: Final = 6
_AMOUNT_COLUMNS: Final = 9
_LARGEST: Final = 10**13  # yuan: the tables hold fewer than 10^15 fen
TRAINING: Final = "★ 练习 · TRAINING ★"
"""Top and bottom of a trainee's papers, in both languages at once: nobody may miss it."""


def lay_out(receipt: Receipt, columns: int, words: Words) -> Paper:
    """Set ``receipt`` on paper of ``columns`` columns (32 or more), labelled in ``words``.

    No amount is ever cut: where a text and its amount do not fit on one row, the text wraps and
    the amount stands flush right on a row of its own.

    Raises:
        AmountError: an amount is not CNY in whole fen.
        ControlCharacterError: a text holds a control character.
        PaperWidthError: fewer than 32 columns.
    """
    if columns < NARROWEST:
        raise PaperWidthError(columns)
    line = rule(columns)
    banner = tuple(heading(TRAINING, columns)) if receipt.training else ()
    rows = (
        *banner,
        *_head(receipt, columns, words),
        line,
        *_lines(receipt, columns, words),
        line,
        *_totals(receipt, columns, words),
        line,
        *_fund(receipt, columns, words),
        *_foot(receipt, columns, words),
        *banner,
    )
    return Paper(columns, rows)


def _head(receipt: Receipt, columns: int, words: Words) -> Iterator[PaperRow]:
    """Who, where, when, and which way the money went."""
    yield from heading(receipt.shop, columns)
    yield from paragraph(receipt.station, columns, Style.CENTERED)
    yield from _headings(receipt, columns, words)
    yield from pair(words("Receipt number"), str(receipt.number), columns)
    yield from pair(words("Book"), receipt.number.book, columns)
    if receipt.original is not None:
        yield from pair(words("Original receipt"), str(receipt.original), columns)
        if receipt.original.book != receipt.number.book:
            yield from pair(words("Original book"), receipt.original.book, columns)
    yield from pair(words("Time"), f"{receipt.at:%Y-%m-%d %H:%M:%S}", columns)
    if receipt.business_date != receipt.at.date():
        yield from pair(words("Business date"), receipt.business_date.isoformat(), columns)
    yield from pair(words("Cashier"), receipt.cashier, columns)
    if receipt.tier:
        yield from pair(words("Price tier"), receipt.tier, columns)


def _headings(receipt: Receipt, columns: int, words: Words) -> Iterator[PaperRow]:
    """What sets this paper apart from a plain first receipt; nothing where it is one."""
    if title := _title(receipt.kind, words):
        yield from heading(title, columns)
    if receipt.kind is Kind.HAND_OUT:
        yield from paragraph(words("handed out without a card"), columns, Style.CENTERED)
    if receipt.kind.pays_back and receipt.original is None:
        yield from paragraph(words("without an original receipt"), columns, Style.CENTERED)
    if receipt.slip is not None:
        yield from heading(words("Pick-up no. {number}").format(number=receipt.slip), columns)
    if receipt.reprint:
        copy = words("Reprint no. {count}").format(count=receipt.reprint)
        yield from paragraph(copy, columns, Style.TALL_CENTERED)


def _title(kind: Kind, words: Words) -> str:
    """What kind of paper it is; nothing for a plain receipt."""
    match kind:
        case Kind.SALE:
            return ""
        case Kind.REDEMPTION | Kind.HAND_OUT:
            return words("CHARITY BREAKFAST")
        case Kind.REDEMPTION_VOID:
            return words("BREAKFAST UNDONE")
        case Kind.VOID:
            return words("VOID")
        case Kind.REFUND:
            return words("REFUND")
        case Kind.RETURN:
            return words("RETURN")


def _lines(receipt: Receipt, columns: int, words: Words) -> Iterator[PaperRow]:
    """A heading of columns, then each line's name, figures, options and discount."""
    titles = words("Price"), words("Qty"), words("Amount")
    yield from _line(words("Item"), titles, columns)
    for line in receipt.lines:
        yield from _line(line.name, _figures(line), columns)
        if line.options:
            options = ("、" if receipt.lang == "zh_CN" else ", ").join(line.options)
            yield from indented(options, columns)
        if line.discount:
            label = "  " + _because(words("Discount"), line.discount_reason, receipt)
            yield from pair(label, yuan(-line.discount), columns)


def _because(label: str, reason: str, receipt: Receipt) -> str:
    """``label`` with the reason where there is one."""
    colon = "：" if receipt.lang == "zh_CN" else ": "
    return f"{label}{colon}{reason}" if reason else label


def _figures(line: PaperLine) -> tuple[str, str, str]:
    return yuan(line.unit), quantity(line.qty_milli), yuan(line.amount)


def _line(name: str, figures: tuple[str, str, str], columns: int) -> Iterator[PaperRow]:
    unit, count, amount = map(printable, figures)
    table = unit + _right(count, _QUANTITY_COLUMNS) + _right(amount, _AMOUNT_COLUMNS)
    if width(table) <= columns:
        yield from pair(name, table, columns)
        return
    yield from paragraph(name, columns)
    yield from pair(unit, f"x {count}", columns)
    yield from pair("", amount, columns)


def _right(text: str, columns: int) -> str:
    """``text`` flush right in ``columns``, and never without a space before it."""
    return " " * max(columns - width(text), 1) + text


def _totals(receipt: Receipt, columns: int, words: Words) -> Iterator[PaperRow]:
    """What it came to, what was taken off it, and how it was paid or paid back."""
    off = [each for each in (receipt.discount, receipt.rounding) if each]
    if off:
        yield from pair(words("Subtotal"), yuan(sum(off, start=receipt.total)), columns)
    if receipt.discount:
        label = _because(words("Discount on the sale"), receipt.discount_reason, receipt)
        yield from pair(label, yuan(-receipt.discount), columns)
    if receipt.rounding:
        yield from pair(words("Rounded off"), yuan(-receipt.rounding), columns)
    yield from pair(_total_label(receipt.kind, words), yuan(receipt.total), columns, Style.TALL)
    if not receipt.total:
        yield from paragraph(_zero_label(receipt.kind, words), columns)
    for payment in receipt.payments:
        yield from _payment(payment, receipt.kind, columns, words)


def _total_label(kind: Kind, words: Words) -> str:
    match kind:
        case Kind.SALE | Kind.REDEMPTION | Kind.HAND_OUT:
            return words("Total (yuan)")
        case Kind.VOID | Kind.REDEMPTION_VOID:
            return words("Voided (yuan)")
        case Kind.REFUND | Kind.RETURN:
            return words("Refunded (yuan)")


def _zero_label(kind: Kind, words: Words) -> str:
    if kind.pays_back:
        return words("Zero total: nothing to pay back")
    return words("Zero total: nothing to pay")


def _payment(payment: PaperPayment, kind: Kind, columns: int, words: Words) -> Iterator[PaperRow]:
    name = payment.name
    if payment.by_fund:
        name = words("Back to the fund") if kind.pays_back else words("Paid by the fund")
    elif kind.pays_back:
        name = words("Paid back: {tender}").format(tender=name)
    elif kind.breakfast:
        name = words("Paid on top: {tender}").format(tender=name)
    yield from pair(name, yuan(payment.amount), columns)
    if payment.received is not None:
        yield from pair("  " + words("Received"), yuan(payment.received), columns)
    if payment.change is not None:
        yield from pair("  " + words("Change due"), yuan(payment.change), columns)


def _fund(receipt: Receipt, columns: int, words: Words) -> Iterator[PaperRow]:
    """What the record moved in the charity fund, and where the fund stands after it."""
    fund = receipt.fund
    if fund.set_aside:
        label = words("To the charity fund")
        yield from pair(label, _spoken(fund.set_aside, words), columns)
    if fund.reversed:
        label = words("Back from the charity fund")
        yield from pair(label, _spoken(fund.reversed, words), columns)
    if fund.kept:
        sentence = words("The charity fund was short: {amount} stays in it, borne by the shop.")
        yield from paragraph(sentence.format(amount=_spoken(fund.kept, words)), columns)
    if fund.today is not None:
        label = words("Charity fund today")
        yield from pair(label, _spoken(fund.today, words), columns)
    yield from pair(words("Charity fund holds"), _spoken(fund.total, words), columns)
    if fund.breakfasts:
        served = words("{count} served").format(count=fund.breakfasts)
        yield from pair(words("Breakfasts so far"), served, columns)


def _foot(receipt: Receipt, columns: int, words: Words) -> Iterator[PaperRow]:
    """A kind word, and the code by which anyone can look the record up."""
    yield PaperRow("")
    for sentence in _farewell(receipt, words):
        yield from paragraph(sentence, columns, Style.CENTERED)
    yield from pair(words("Proof"), receipt.code, columns)


def _farewell(receipt: Receipt, words: Words) -> Iterator[str]:
    if receipt.kind.pays_back:
        yield words("Please keep this paper.")
        return
    if receipt.kind.breakfast:
        yield words("Good morning, and enjoy your breakfast!")
    if receipt.fund.set_aside:
        yield words("You helped a breakfast along.")
    if not receipt.kind.breakfast:
        yield words("Thank you, and see you again!")


def _spoken(amount: Money, words: Words) -> str:
    return words("{amount} yuan").format(amount=yuan(amount))


def yuan(amount: Money) -> str:
    """``amount`` with exactly two decimals and no sign of its currency: ``-0.50``, ``1234.00``.

    Raises:
        AmountError: not CNY, not whole fen, or 10^13 yuan and more.
    """
    figure = amount.amount
    if (
        amount.currency.code != "CNY"
        or not figure.is_finite()
        or abs(figure) >= _LARGEST
        or figure != round(figure, 2)
    ):
        raise AmountError(amount)
    return f"{figure:z.2f}"


def quantity(qty_milli: int) -> str:
    """Thousandths as people write them: 1000 is ``1``, 544 is ``0.544``, -1500 is ``-1.5``."""
    whole, thousandths = divmod(abs(qty_milli), 1000)
    fraction = f".{thousandths:03d}".rstrip("0") if thousandths else ""
    return f"{'-' if qty_milli < 0 else ''}{whole}{fraction}"
