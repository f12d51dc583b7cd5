"""``ledger balance`` and ``ledger fund``: figures that the till keeps, read in an instant."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from config.text import columns
from kiosk.ledger_commands.desk import as_of, out, out_json, places, sit_down, table
from kiosk.ledger_commands.fund_statement import statement
from ledger.exports.accounts import full_name
from ledger.fund import FundTotals, fund_totals
from ledger.money import yuan
from ledger.reading import reading
from ledger.reports import AccountTotals, heads, trial_balance

if TYPE_CHECKING:
    import argparse

    from config.language import Words
    from kiosk.ledger_commands.desk import Desk


def balance(arguments: argparse.Namespace) -> int:
    """Print the trial balance: every account that was ever posted to, with its full name.

    The text gives a balance as an accountant writes it: its side, and an amount that is never
    negative. JSON is one line, a list of ``account``, ``name``, ``name_en`` (the chart's own),
    ``debit_fen``, ``credit_fen`` and ``balance`` (fen, debits less credits).

    Raises:
        NoSuchBookError: there is no such book.
    """
    desk = sit_down(arguments)
    with reading(desk.database) as engine, engine.connect() as connection:
        ends = heads(connection, book=arguments.book)
        totals = trial_balance(connection, book=arguments.book)
    if arguments.json:
        rows = [
            {
                "account": row.account,
                "name": desk.account_name(row.account, "zh_CN"),
                "name_en": desk.account_name(row.account, "en"),
                "debit_fen": row.debit_fen,
                "credit_fen": row.credit_fen,
                "balance": row.balance_fen,
            }
            for row in totals
        ]
        out_json(rows)
        return 0
    title = desk.words("Trial balance (yuan)")
    out(*desk.mark, title, *as_of(ends, desk.words), "", *_trial_balance(totals, desk))
    return 0


def _trial_balance(totals: list[AccountTotals], desk: Desk) -> list[str]:
    words = desk.words
    heading = [
        *(words("Account code"), words("Account name")),
        *(words("Debits"), words("Credits"), words("Side"), words("Balance")),
    ]
    whole = AccountTotals("", sum(t.debit_fen for t in totals), sum(t.credit_fen for t in totals))
    rows = [
        [t.account, full_name(desk.chart, t.account, desk.lang), *_sides(t, words)] for t in totals
    ]
    lines = table([heading, *rows, [words("Total"), "", *_sides(whole, words)]], right={2, 3, 5})
    rule = "-" * max(map(columns, lines))
    return [lines[0], rule, *lines[1:-1], rule, lines[-1]]


def _sides(totals: AccountTotals, words: Words) -> list[str]:
    """Give debits, credits, and the balance: its side and what it comes to."""
    fen = totals.balance_fen
    side = words("Dr") if fen > 0 else words("Cr") if fen < 0 else words("nil")
    return [yuan(totals.debit_fen), yuan(totals.credit_fen), side, yuan(abs(fen))]


def fund(arguments: argparse.Namespace) -> int:
    """Print the charity fund: what came in and went out, what it holds, and up to which record.

    With ``--from`` or ``--to`` it is the statement of that period (``fund_statement``). JSON is
    one line: ``set_aside_fen``, ``reversed_fen``, ``redeemed_fen``, ``restored_fen``,
    ``granted_fen``, ``returned_fen``, ``balance_fen``, ``sales`` (how many set-asides), ``as_of``
    (``seq`` and ``hash`` a book).

    Raises:
        NoSuchBookError: there is no such book.
    """
    if arguments.first_day or arguments.last_day:
        return statement(arguments)
    desk = sit_down(arguments)
    with reading(desk.database) as engine, engine.connect() as connection:
        ends = heads(connection, book=arguments.book)
        totals = fund_totals(connection, book=arguments.book)
    if arguments.json:
        figures = {**asdict(totals), "balance_fen": totals.balance_fen}
        out_json({**figures, "as_of": places(ends)})
        return 0
    title = desk.words("Charity fund (yuan)")
    out(*desk.mark, title, *as_of(ends, desk.words), "", *_fund(totals, desk.words))
    return 0


def _fund(totals: FundTotals, words: Words) -> list[str]:
    moves = [
        (words("Set aside"), totals.set_aside_fen),
        (words("Restored"), totals.restored_fen),
        (words("Granted"), totals.granted_fen),
        (words("Reversed"), -totals.reversed_fen),
        (words("Redeemed"), -totals.redeemed_fen),
        (words("Returned"), -totals.returned_fen),
        (words("The fund holds"), totals.balance_fen),
    ]
    rows = [[label, yuan(fen)] for label, fen in moves]
    lines = table([*rows, [words("Sales that set aside"), str(totals.sales)]], right={1})
    rule = "-" * max(map(columns, lines))
    return [*lines[:-2], rule, *lines[-2:]]
