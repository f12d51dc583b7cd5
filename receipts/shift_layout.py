"""The papers of a shift set on paper of N columns: pure, the same document gives the same paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from receipts.cells import printable, wrap
from receipts.errors import PaperWidthError
from receipts.layout import TRAINING, yuan
from receipts.paper import NARROWEST, Paper, PaperRow, Style, heading, pair, paragraph, rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from moneyed import Money

    from config.language import Words
    from receipts.shift_report import (
        CountPaper,
        PaperClosing,
        PaperMove,
        PaperTally,
        ShiftHead,
        ShiftPaper,
    )

_INDENT: Final = "    "


def lay_out_shift(paper: ShiftPaper, columns: int, words: Words) -> Paper:
    """Set an X or Z report on paper of ``columns`` columns (32 or more), labelled in ``words``.

    Raises:
        AmountError: an amount is not CNY in whole fen.
        ControlCharacterError: a text holds a control character.
        PaperWidthError: fewer than 32 columns.
    """
    line = rule(_checked(columns))
    banner = _banner(paper.head, columns)
    rows = (
        *banner,
        *_report_head(paper, columns, words),
        line,
        *_sales(paper, columns, words),
        line,
        *_tenders(paper, columns, words),
        line,
        *_drawer(paper, columns, words),
        line,
        *_breakfasts(paper, columns, words),
        *_fund(paper, columns, words),
        line,
        *_acts(paper, columns, words),
        *_parked(paper, columns, words),
        line,
        *_report_foot(paper, columns, words),
        *banner,
    )
    return Paper(columns, rows)


def lay_out_count(paper: CountPaper, columns: int, words: Words) -> Paper:
    """Set a counted float or a blind count on paper; see ``lay_out_shift``."""
    line = rule(_checked(columns))
    banner = _banner(paper.head, columns)
    title = words("FLOAT") if paper.opening else words("DRAWER COUNT")
    rows = (
        *banner,
        *_head(paper.head, title, columns, words),
        *pair(words("Time"), f"{paper.head.at:%Y-%m-%d %H:%M:%S}", columns),
        *pair(words("Cashier"), paper.head.by, columns),
        *_approved(paper.head.approved_by, columns, words),
        line,
        *_pieces(paper, columns, words),
        line,
        *_count_result(paper, columns, words),
        *_foot(paper.head, columns, words),
        *banner,
    )
    return Paper(columns, rows)


def _checked(columns: int) -> int:
    if columns < NARROWEST:
        raise PaperWidthError(columns)
    return columns


def _banner(head: ShiftHead, columns: int) -> tuple[PaperRow, ...]:
    return tuple(heading(TRAINING, columns)) if head.training else ()


def _head(head: ShiftHead, title: str, columns: int, words: Words) -> Iterator[PaperRow]:
    yield from heading(head.shop, columns)
    yield from paragraph(head.station, columns, Style.CENTERED)
    yield from heading(title, columns)
    if head.reprint:
        copy = words("Reprint no. {count}").format(count=head.reprint)
        yield from paragraph(copy, columns, Style.TALL_CENTERED)
    yield from pair(words("Book"), head.number.book, columns)
    yield from pair(words("Shift"), str(head.shift), columns)
    yield from pair(words("Business date"), head.business_date.isoformat(), columns)


def _report_head(paper: ShiftPaper, columns: int, words: Words) -> Iterator[PaperRow]:
    head, drawer, closing = paper.head, paper.drawer, paper.closing
    title = words("X REPORT") if closing is None else words("Z REPORT")
    yield from _head(head, title, columns, words)
    if closing is not None:
        number = words("Z number")
        yield from pair(number, f"{closing.z:04d}", columns, Style.TALL)
    records = f"{paper.first_record} - {head.number.seq}"
    yield from pair(words("Records"), records, columns)
    yield from _signed(words("Opened"), drawer.opened_at, drawer.opened_by, columns)
    done = words("Read") if closing is None else words("Closed")
    yield from _signed(done, head.at, head.by, columns)
    yield from _approved(head.approved_by, columns, words)


def _signed(label: str, at: datetime, by: str, columns: int) -> Iterator[PaperRow]:
    """When and by whom, the staff id flush right."""
    return pair(f"{label} {at:%Y-%m-%d %H:%M}", by, columns)


def _approved(by: str, columns: int, words: Words) -> Iterator[PaperRow]:
    if by:
        yield from pair(words("Approved by"), by, columns)


def _sales(paper: ShiftPaper, columns: int, words: Words) -> Iterator[PaperRow]:
    sales = paper.sales
    yield from _tally(words("Gross sales"), sales.gross, columns)
    if breakfasts := paper.breakfasts:
        yield from _tally(words("Breakfasts"), breakfasts.given, columns)
    yield from pair(words("Discounts"), yuan(-sales.discount), columns)
    yield from pair(words("Rounded off"), yuan(-sales.rounding), columns)
    yield from _tally(words("Voids"), sales.voids, columns, less=True)
    yield from _tally(words("Refunds"), sales.refunds, columns, less=True)
    yield from _tally(words("Returns"), sales.returns, columns, less=True)
    if breakfasts and breakfasts.undone.count:
        yield from _tally(words("Breakfasts undone"), breakfasts.undone, columns, less=True)
    yield from pair(words("Net (yuan)"), yuan(sales.net), columns, Style.TALL)


def _tally(
    label: str, tally: PaperTally, columns: int, *, less: bool = False
) -> Iterator[PaperRow]:
    """A label with how many there were, and the amount; below zero where it takes away."""
    amount = -tally.amount if less else tally.amount
    return pair(f"{label} ({tally.count})", yuan(amount), columns)


def _tenders(paper: ShiftPaper, columns: int, words: Words) -> Iterator[PaperRow]:
    if not paper.tenders:
        yield from paragraph(words("No payments"), columns)
    for tender in paper.tenders:
        yield from pair(tender.name, yuan(tender.net), columns)
        yield from _tally("  " + words("taken"), tender.taken, columns)
        if tender.given_back.count:
            yield from _tally("  " + words("paid back"), tender.given_back, columns, less=True)


def _drawer(paper: ShiftPaper, columns: int, words: Words) -> Iterator[PaperRow]:
    """The drawer's sum, written so that a cashier can add it up."""
    drawer = paper.drawer
    yield from pair(words("Opening float"), yuan(drawer.float_), columns)
    if drawer.opening_difference:
        label = "  " + words("over or short at the opening")
        yield from pair(label, yuan(drawer.opening_difference), columns)
    if drawer.opening_reason:
        yield from pair("  " + words("Reason"), drawer.opening_reason, columns)
    yield from pair(words("Cash taken"), yuan(drawer.cash_in), columns)
    yield from pair(words("Cash paid back"), yuan(-drawer.cash_out), columns)
    yield from _moves(words("Paid in"), drawer.paid_in, columns, less=False)
    yield from _moves(words("Paid out"), drawer.paid_out, columns, less=True)
    yield from _moves(words("Drops to the safe"), drawer.drops, columns, less=True)
    yield from pair(words("Expected in the drawer"), yuan(drawer.expected), columns)
    if paper.closing is not None:
        yield from _closing(paper.closing, columns, words)


def _moves(
    label: str, moves: tuple[PaperMove, ...], columns: int, *, less: bool
) -> Iterator[PaperRow]:
    sign = -1 if less else 1
    total = sum((move.amount for move in moves[1:]), moves[0].amount) if moves else None
    yield from pair(f"{label} ({len(moves)})", yuan(total * sign) if total else "0.00", columns)
    for move in moves:
        by = "/".join(filter(None, (move.by, move.approved_by)))
        said, *more = filter(None, (move.name, by, move.reason))
        yield from _item(said, more, yuan(move.amount * sign), columns)


def _item(said: str, more: list[str], amount: str, columns: int) -> Iterator[PaperRow]:
    """One of several under a label: what it is and its amount, and below that the rest of it."""
    yield from pair(f"  {said}", amount, columns)
    if more:
        for line in wrap(printable(" ".join(more)), columns - len(_INDENT)):
            yield PaperRow(f"{_INDENT}{line}")


def _closing(closing: PaperClosing, columns: int, words: Words) -> Iterator[PaperRow]:
    yield from pair(words("Counted"), yuan(closing.counted), columns)
    yield from pair(
        _difference(closing.over_short, words), yuan(closing.over_short), columns, Style.TALL
    )
    if closing.reason:
        yield from pair("  " + words("Reason"), closing.reason, columns)
    yield from pair(words("To the safe"), yuan(-closing.to_safe), columns)
    yield from pair(words("Stays in the drawer"), yuan(closing.stays), columns)


def _difference(amount: Money, words: Words) -> str:
    if not amount:
        return words("Nothing over or short")
    return words("Over") if amount.amount > 0 else words("Short")


def _breakfasts(paper: ShiftPaper, columns: int, words: Words) -> Iterator[PaperRow]:
    """What breakfasts came to and who paid them, and the taps that got none; no card is named."""
    if (found := paper.breakfasts) is None:
        return
    yield from _tally(words("Breakfasts"), found.given, columns)
    yield from pair("  " + words("paid by the fund"), yuan(found.by_fund), columns)
    yield from _tally("  " + words("topped up by workers"), found.topped_up, columns)
    yield from _tally("  " + words("without a card"), found.hand_outs, columns)
    refused = sum(count for _, count in found.refused)
    yield from pair(words("Taps refused"), str(refused), columns)
    for why, count in found.refused:
        yield from pair(f"  {why}", str(count), columns)
    yield from pair(words("Changes to cards"), str(found.cards_managed), columns)
    if found.holders_shown:
        yield from pair(words("Holders looked at"), str(found.holders_shown), columns)
    yield rule(columns)


def _fund(paper: ShiftPaper, columns: int, words: Words) -> Iterator[PaperRow]:
    fund = paper.fund
    yield from _tally(words("Set aside for the fund"), fund.set_aside, columns)
    yield from pair(words("Taken back from the fund"), yuan(-fund.reversed), columns)
    if fund.kept:
        yield from pair(words("Kept by the fund"), yuan(fund.kept), columns)
    if breakfasts := paper.breakfasts:
        yield from pair(words("Paid for breakfasts"), yuan(-breakfasts.by_fund), columns)
        if breakfasts.undone.count:
            label = words("Back from undone breakfasts")
            yield from pair(label, yuan(breakfasts.restored), columns)
    yield from pair(words("The fund holds"), yuan(fund.total), columns)


def _acts(paper: ShiftPaper, columns: int, words: Words) -> Iterator[PaperRow]:
    """What no sum above holds: how much it was about, never with the sign of a sum."""
    acts = paper.acts
    yield from paragraph(words("For information, in no sum"), columns)
    yield from _tally(words("Lines removed"), acts.removals, columns)
    yield from _tally("  " + words("after the total"), acts.removals_after_total, columns)
    yield from _tally(words("Prices lowered by"), acts.overrides, columns)
    for label, count in (
        (words("Drawer opened without a sale"), acts.no_sales),
        (words("Reprints"), acts.reprints),
        (words("Approvals refused"), acts.refused_approvals),
        (words("Failed logins"), acts.failed_logins),
        (words("Clock jumps"), acts.clock_jumps),
        (words("Drawer counts"), acts.counts),
    ):
        yield from pair(label, str(count), columns)
    if acts.counts > 1:  # each count shows the difference, so all but the first knew of one
        again = "  " + words("again, difference seen")
        yield from pair(again, str(acts.counts - 1), columns)


def _parked(paper: ShiftPaper, columns: int, words: Words) -> Iterator[PaperRow]:
    if not paper.parked:
        return
    yield rule(columns)
    label = words("Still parked")
    yield from paragraph(f"{label} ({len(paper.parked)})", columns)
    for basket in paper.parked:
        said = f"{basket.at:%m-%d %H:%M} {basket.by}"
        more = [basket.note] if basket.note else []
        yield from _item(said, more, yuan(basket.total), columns)


def _report_foot(paper: ShiftPaper, columns: int, words: Words) -> Iterator[PaperRow]:
    if paper.outside:
        yield from pair(words("Sold outside any shift"), yuan(paper.outside), columns)
    yield from pair(words("Grand total"), yuan(paper.grand_total), columns, Style.TALL)
    if paper.closing is not None:
        yield from paragraph(words("Head of the books before this report"), columns)
        yield from paragraph(paper.closing.head, columns)
    yield from _foot(paper.head, columns, words)


def _foot(head: ShiftHead, columns: int, words: Words) -> Iterator[PaperRow]:
    yield PaperRow("")
    yield from pair(words("Signature"), "_" * 16, columns)
    yield PaperRow("")
    yield from pair(words("Proof"), head.code, columns)


def _pieces(paper: CountPaper, columns: int, words: Words) -> Iterator[PaperRow]:
    for each in paper.pieces:
        yield from pair(f"{yuan(each.denomination)} x {each.pieces}", yuan(each.amount), columns)
    yield from pair(words("Counted"), yuan(paper.total), columns, Style.TALL)


def _count_result(paper: CountPaper, columns: int, words: Words) -> Iterator[PaperRow]:
    if paper.expected is None:
        yield from paragraph(words("The float came from the safe."), columns)
    else:
        yield from pair(words("Expected in the drawer"), yuan(paper.expected), columns)
        yield from pair(_difference(paper.difference, words), yuan(paper.difference), columns)
    if paper.reason:
        yield from pair(words("Reason"), paper.reason, columns)
