"""``ledger balance`` and ``ledger fund``: figures that the till keeps, read in an instant."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from config.text import columns
from kiosk.ledger_commands.desk import as_of, out, out_json, places, sit_down, table
from ledger.fund import FundTotals, fund_totals
from ledger.money import yuan
from ledger.reading import reading
from ledger.reports import AccountTotals, heads, trial_balance

if TYPE_CHECKING:
    import argparse

    from config.language import Words
    from kiosk.ledger_commands.desk import Desk


def balance(arguments: argparse.Namespace) -> int:
    """Print the trial balance: every account that was ever posted to.

    JSON is one line, a list of ``account``, ``name``, ``name_en``, ``debit_fen``, ``credit_fen``
    and ``balance`` (fen, debits less credits).

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
    title = desk.words("Trial balance")
    out(title, *as_of(ends, desk.words), "", *_trial_balance(totals, desk))
    return 0


def _trial_balance(totals: list[AccountTotals], desk: Desk) -> list[str]:
    words = desk.words
    heading = [
        *(words("Account"), words("Account name")),
        *(words("Debit (yuan)"), words("Credit (yuan)"), words("Balance (yuan)")),
    ]
    whole = AccountTotals("", sum(t.debit_fen for t in totals), sum(t.credit_fen for t in totals))
    rows = [(row.account, desk.account_name(row.account, desk.lang), row) for row in totals]
    rows.append((words("Total"), "", whole))
    lines = table(
        [
            heading,
            *(
                [code, name, yuan(row.debit_fen), yuan(row.credit_fen), yuan(row.balance_fen)]
                for code, name, row in rows
            ),
        ],
        right=2,
    )
    rule = "-" * max(map(columns, lines))
    return [lines[0], rule, *lines[1:-1], rule, lines[-1]]


def fund(arguments: argparse.Namespace) -> int:
    """Print the charity fund: what came in and went out, what it holds, and up to which record.

    JSON is one line: ``set_aside_fen``, ``reversed_fen``, ``redeemed_fen``, ``restored_fen``,
    ``granted_fen``, ``returned_fen``, ``balance_fen``, ``sales`` (how many set-asides), ``as_of``
    (``seq`` and ``hash`` a book).

    Raises:
        NoSuchBookError: there is no such book.
    """
    desk = sit_down(arguments)
    with reading(desk.database) as engine, engine.connect() as connection:
        ends = heads(connection, book=arguments.book)
        totals = fund_totals(connection, book=arguments.book)
    if arguments.json:
        figures = {**asdict(totals), "balance_fen": totals.balance_fen}
        out_json({**figures, "as_of": places(ends)})
        return 0
    title = desk.words("Charity fund (yuan)")
    out(title, *as_of(ends, desk.words), "", *_fund(totals, desk.words))
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
    lines = table([*rows, [words("Sales that set aside"), str(totals.sales)]], right=1)
    rule = "-" * max(map(columns, lines))
    return [*lines[:-2], rule, *lines[-2:]]
