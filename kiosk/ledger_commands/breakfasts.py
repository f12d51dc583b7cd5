"""``ledger breakfasts``: by day, hour, item or station, and what the fund paid for them."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from config.text import columns
from kiosk.ledger_commands.desk import as_of, out, out_json, places, sit_down, table
from kiosk.sale.small_cells import left_out
from kiosk.till.breakfast_reports import By, breakfast_report
from ledger.errors import PeriodError
from ledger.money import yuan
from ledger.reading import reading
from ledger.reports import heads
from receipts.layout import quantity

if TYPE_CHECKING:
    import argparse

    from config.language import Words
    from kiosk.ledger_commands.desk import Desk
    from kiosk.till.breakfast_reports import BreakfastReport, Row

_HIDDEN: Final = "*"


def breakfasts(arguments: argparse.Namespace) -> int:
    """Print the breakfasts of a period by ``arguments.by``; undone ones are counted apart.

    ``--public`` leaves out what may not be published: counts below ``breakfast.least_shown``, and
    with them whatever they could be worked out from; it never tells of hand-outs, top-ups and
    undone breakfasts. JSON is one line: ``by``, ``from``, ``to``, ``rows``, ``total`` (of each
    ``key``, ``name``, ``breakfasts``, ``fund_fen``, ``average_fen``, ``sales``,
    ``sales_per_breakfast``, ``topped_up_fen``, ``hand_outs``; of an item ``pieces_milli`` and
    ``amount_fen`` instead of money), ``undone``, ``least_shown`` and ``as_of``; what is left out
    is null.

    Raises:
        NoSuchBookError: there is no such book.
        PeriodError: the last day is before the first.
        UnsoundRecordError: a breakfast cannot be read.
    """
    first, last = arguments.first_day, arguments.last_day
    if first and last and last < first:
        raise PeriodError.backwards(first, last)
    desk = sit_down(arguments)
    by, zone = By(arguments.by), ZoneInfo(desk.settings.day.timezone)
    with reading(desk.database) as engine, engine.connect() as connection:
        ends = heads(connection, book=arguments.book)
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - reader_engine made it
        report = breakfast_report(
            driver.cursor(),
            by,
            zone,
            book=arguments.book,
            first_day=first.isoformat() if first else "",
            last_day=last.isoformat() if last else "9999-12-31",
        )
    least = desk.settings.breakfast.least_shown if arguments.public else None
    hidden = frozenset[int]() if least is None else _hidden(report, least)
    if arguments.json:
        period = {"from": first and first.isoformat(), "to": last and last.isoformat()}
        answer = {"by": by.value, **period, **_plain(report, hidden, least), "as_of": places(ends)}
        out_json(answer)
        return 0
    title = desk.words("Charity breakfasts by {what} (yuan)").format(what=_said(by, desk.words))
    out(*desk.mark, title, *as_of(ends, desk.words), "", *_table(report, hidden, least, desk))
    return 0


def _hidden(report: BreakfastReport, least: int) -> frozenset[int] | None:
    if not report.total.count:
        return frozenset()
    return left_out([row.served for row in report.rows], least)


def _plain(
    report: BreakfastReport, hidden: frozenset[int] | None, least: int | None
) -> dict[str, Any]:
    public = least is not None
    if hidden is None:
        rows, total = [], _figures(report.total, None, public=public, hidden=True)
    else:
        rows = [
            {"key": row.key, "name": row.name}
            | _figures(row, report.by, public=public, hidden=place in hidden)
            for place, row in enumerate(report.rows)
        ]
        total = _figures(report.total, None, public=public, hidden=False)
    told: dict[str, Any] = {"rows": rows, "total": total}
    return told | ({"least_shown": least} if public else {"undone": report.undone})


def _figures(row: Row, by: By | None, *, public: bool, hidden: bool) -> dict[str, Any]:
    figures: dict[str, Any] = {"breakfasts": row.count}
    if by is By.ITEM:
        figures["pieces_milli"] = row.pieces_milli
        figures |= {} if public else {"amount_fen": row.fund_fen}
    else:
        figures |= {
            "fund_fen": row.fund_fen,
            "average_fen": row.average_fen,
            "sales": row.sales,
            "sales_per_breakfast": row.sales_per_breakfast,
        }
        if not public:
            figures |= {"topped_up_fen": row.topped_up_fen, "hand_outs": row.hand_outs}
    return dict.fromkeys(figures) if hidden else figures


def _table(
    report: BreakfastReport, hidden: frozenset[int] | None, least: int | None, desk: Desk
) -> list[str]:
    words, public = desk.words, least is not None
    limit = words("Fewer than {least} are not published, and neither is what would give them away")
    notes = [] if least is None else [f"{_HIDDEN} {limit.format(least=least)}"]
    if public:
        notes.append(words("Publish one period a table: two that overlap can be subtracted"))
    if hidden is None:
        return [words("Too few breakfasts to be published"), *notes]
    item = report.by is By.ITEM
    heading = _item_heading(words, public=public) if item else _heading(report.by, words, public)
    rows = [
        _cells(row, report.by, public=public, hidden=place in hidden)
        for place, row in enumerate(report.rows)
    ]
    if not item:
        total = _cells(report.total, report.by, public=public, hidden=False)
        rows.append([words("Total"), *total[1:]])
    lines = table([heading, *rows], right=set(range(2 if item else 1, len(heading))))
    rule = "-" * max(map(columns, lines))
    body = [lines[0], rule, *lines[1:]] if item else [lines[0], rule, *lines[1:-1], rule, lines[-1]]
    if item:
        body += [rule, f"{words('Breakfasts')}  {report.total.count}"]
    if not public:
        body.append(f"{words('Breakfasts undone')}  {report.undone}")
    return [*body, *notes]


def _said(by: By, words: Words) -> str:
    return {
        By.DAY: words("business date"),
        By.HOUR: words("hour"),
        By.ITEM: words("item"),
        By.STATION: words("station"),
    }[by]


def _heading(by: By, words: Words, public: bool) -> list[str]:  # noqa: FBT001 - a column's
    first = {By.DAY: words("Business date"), By.HOUR: words("Hour")}.get(by, words("Station"))
    more = [] if public else [words("Without a card"), words("Paid on top")]
    told = [words("Breakfasts"), words("Paid by the fund"), words("Each")]
    sales = [] if by is By.HOUR else [words("Sales"), words("Sales per breakfast")]
    return [first, *told, *sales, *more]


def _item_heading(words: Words, *, public: bool) -> list[str]:
    more = [] if public else [words("Amount")]
    return [words("SKU"), words("Item"), words("Breakfasts"), words("Qty"), *more]


def _cells(row: Row, by: By, *, public: bool, hidden: bool) -> list[str]:
    key = [row.key, row.name] if by is By.ITEM else [row.key]
    if by is By.HOUR and row.key:
        key = [f"{row.key}:00"]
    if by is By.ITEM:
        more = [] if public else [yuan(row.fund_fen)]
        said = [str(row.count), quantity(row.pieces_milli), *more]
    else:
        average, ratio = row.average_fen, row.sales_per_breakfast
        sales = ["—" if row.sales is None else str(row.sales), "—" if ratio is None else f"{ratio}"]
        more = [] if public else [str(row.hand_outs), yuan(row.topped_up_fen)]
        said = [
            str(row.count),
            yuan(row.fund_fen),
            "—" if average is None else yuan(average),
            *([] if by is By.HOUR else sales),
            *more,
        ]
    return [*key, *([_HIDDEN] * len(said) if hidden else said)]
