"""``ledger fund --from --to``: opening, moves and closing, and whether the books agree."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from config.text import columns
from kiosk.ledger_commands.desk import as_of, out, out_json, places, sit_down, table
from kiosk.ledger_commands.proof import UNSOUND
from ledger.fund_statement import fund_statement
from ledger.money import yuan
from ledger.proof import NONSENSE
from ledger.reading import reading
from ledger.reports import heads

if TYPE_CHECKING:
    import argparse

    from sqlalchemy import Connection

    from config.language import Words
    from kiosk.ledger_commands.desk import Desk
    from ledger.fund_statement import FundStatement, Moves

_FORMER: Final = (
    "SELECT json_extract(c.value, '$.new') FROM record r, json_each("
    "CASE WHEN json_valid(r.body) THEN r.body ELSE '{}' END, '$.doc.changes') c"
    " WHERE r.kind = 'settings' AND json_extract(c.value, '$.key') = ?"
)


def statement(arguments: argparse.Namespace) -> int:
    """Print the fund over a period: opening, what moved it day by day, closing.

    It is added up from the records, and held against the till's own rows and against the accounts
    between operator and fund; exit code 1 where one of them differs. JSON is one line: ``from``,
    ``to``, ``opening_fen``, the moves, ``closing_fen``, ``days``, ``held_fen`` (null where the
    period ends before the books do), ``day_faults``, ``payable_fen``, ``receivable_fen``,
    ``difference_fen``, ``agrees`` and ``as_of``.

    Raises:
        NoSuchBookError: there is no such book.
        PeriodError: the last day is before the first.
        UnsoundRecordError: a record cannot be read.
    """
    desk = sit_down(arguments)
    settings = desk.settings
    with reading(desk.database) as engine, engine.connect() as connection:
        ends = heads(connection, book=arguments.book)
        found = fund_statement(
            connection,
            payable=_accounts(connection, "fund.payable_account", settings.fund.payable_account),
            receivable=_accounts(
                connection, "accounts.breakfast_settlement", settings.accounts.breakfast_settlement
            ),
            book=arguments.book,
            first_day=arguments.first_day,
            last_day=arguments.last_day,
        )
    if arguments.json:
        out_json({**_plain(found), "as_of": places(ends)})
    else:
        title = desk.words("Charity fund statement (yuan)")
        period = desk.words("Business dates {first} to {last}").format(
            first=found.first_day or "…", last=found.last_day or "…"
        )
        out(*desk.mark, title, period, *as_of(ends, desk.words), "", *_lines(found, desk))
    return 0 if found.agrees else UNSOUND


def _accounts(connection: Connection, key: str, today: str) -> set[str]:
    """Give the accounts that ``key`` ever named: what was booked stays where it was booked."""
    rows = connection.exec_driver_sql(_FORMER, (key,)).scalars()
    found = {today}
    for text in rows:
        with suppress(*NONSENSE):  # of a record that verify will name
            found.add(str(json.loads(text)))
    return found


def _plain(found: FundStatement) -> dict[str, Any]:
    return {
        "from": found.first_day.isoformat() if found.first_day else None,
        "to": found.last_day.isoformat() if found.last_day else None,
        "opening_fen": found.opening_fen,
        **asdict(found.moves),
        "closing_fen": found.closing_fen,
        "days": [{"day": day, **asdict(moves)} for day, moves in found.days.items()],
        "held_fen": found.held_fen,
        "day_faults": list(found.day_faults),
        "payable_fen": found.owed.payable_fen,
        "receivable_fen": found.owed.receivable_fen,
        "difference_fen": found.owed.difference_fen,
        "agrees": found.agrees,
    }


def _lines(found: FundStatement, desk: Desk) -> list[str]:
    words, moves = desk.words, found.moves
    redeemed = words("Redeemed ({count} breakfasts)").format(count=moves.breakfasts)
    rows = [
        (words("Opening"), found.opening_fen),
        (words("Set aside ({count} sales)").format(count=moves.sales), moves.set_aside_fen),
        (words("Reversed"), -moves.reversed_fen),
        (redeemed, -moves.redeemed_fen),
        (words("Restored"), moves.restored_fen),
        *_allowances(moves, words),
        (words("Closing"), found.closing_fen),
        (words("Transferred meanwhile, in no sum"), moves.transferred_fen),
        *_books(found, words),
    ]
    lines = table([[label, yuan(fen)] for label, fen in rows], right={1})
    rule = "-" * max(map(columns, lines))
    end = next(place for place, (label, _) in enumerate(rows) if label == words("Closing"))
    body = [*lines[:end], rule, lines[end], rule, *lines[end + 1 :]]
    return [*body, *_verdict(found, words), *(["", *_by_day(found, words)] if found.days else [])]


def _allowances(moves: Moves, words: Words) -> list[tuple[str, int]]:
    """Give what a hub granted and took back; nothing where there is no hub."""
    if not (moves.granted_fen or moves.returned_fen):
        return []
    return [(words("Granted"), moves.granted_fen), (words("Returned"), -moves.returned_fen)]


def _books(found: FundStatement, words: Words) -> list[tuple[str, int]]:
    owed = found.owed
    settled = [(words("The fund owes for breakfasts"), -owed.receivable_fen)]
    held = [] if found.held_fen is None else [(words("The fund holds"), found.held_fen)]
    return [*held, (words("Owed to the fund"), owed.payable_fen), *settled]


def _verdict(found: FundStatement, words: Words) -> list[str]:
    if found.agrees:
        return [words("Records, rows and accounts agree")]
    said = []
    if found.held_fen not in {None, found.closing_fen}:
        said.append(words("The fund's row is NOT what the records say: run kiosk ledger verify"))
    if found.day_faults:
        days = words("Days that are NOT what the records say: {days}")
        said.append(days.format(days=", ".join(found.day_faults)))
    if found.owed.difference_fen:
        line = words("The accounts differ from the records by {amount} yuan")
        said.append(line.format(amount=yuan(found.owed.difference_fen)))
    return said


def _by_day(found: FundStatement, words: Words) -> list[str]:
    heading = [
        *(words("Business date"), words("Set aside"), words("Reversed"), words("Redeemed")),
        *(words("Restored"), words("Closing")),
    ]
    rows, left = [], found.opening_fen
    for day, moves in found.days.items():
        left += moves.net_fen
        fen = (moves.set_aside_fen, -moves.reversed_fen, -moves.redeemed_fen, moves.restored_fen)
        rows.append([day, *map(yuan, fen), yuan(left)])
    lines = table([heading, *rows], right=set(range(1, len(heading))))
    return [lines[0], "-" * max(map(columns, lines)), *lines[1:]]
