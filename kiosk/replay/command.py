"""``kiosk replay``: the command and what it says."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from config.errors import ConfigError, Fault, Phrase, shown
from config.language import words
from kiosk.errors import TillError
from kiosk.replay.map import check_tenders, read_map
from kiosk.replay.map_checks import BOOK, BOOK_ALLOWED
from kiosk.replay.progress import progress
from kiosk.replay.report import Outcome, Report, report_path
from kiosk.replay.ring import Ringer
from kiosk.replay.rows import RowReader
from kiosk.replay.run import Run, stopping
from kiosk.replay.source import Reading, open_csv
from kiosk.replay.tickets import Tickets
from kiosk.till.home import open_home, writing
from kiosk.till.store import open_database
from ledger.money import from_fen, to_fen

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from config.language import Words
    from kiosk.replay.map import Map
    from kiosk.replay.source import CsvFile
    from kiosk.till.home import Home
    from kiosk.till.till import Done

CONFLICTS: Final = 1
"""Exit code where a ticket was in the books with another content."""

_SIGNALLED: Final = 128


class OptionsError(TillError):
    """Two options that exclude each other."""

    def __init__(self) -> None:
        super().__init__(
            "--announce 和 --json 不能同时用：两者都写标准输出。请去掉一个。",
            "--announce and --json cannot be combined: both write to standard output. Leave one "
            "out.",
        )


def replay(arguments: argparse.Namespace) -> int:
    """Ring the tickets of ``arguments.file``; give the exit code.

    0: every ticket was rung, was there already, or stands in the list of rejected rows.
    1: a ticket is in the books with another content. 128 and the signal: it was stopped.

    Raises:
        OptionsError: --announce and --json.
        ConfigError: the map, the settings or the catalogue cannot be used.
        ReplayError: the file cannot be read, or the list of rejected rows not written.
        HomeError: the home cannot be used, or another till is using it.
        LedgerError: the books cannot go on.
    """
    if arguments.announce and arguments.json:
        raise OptionsError
    _check_book(arguments.book)
    made = read_map(arguments.map)
    file = made.file
    reading = Reading(
        file.encoding, file.delimiter, file.quote, file.header, file.skip_lines, file.multiline
    )
    with open_csv(arguments.file, reading) as rows:
        listed = report_path(
            arguments.report, arguments.file, arguments.home, (arguments.file, arguments.map)
        )
        # A map that does not fit its file must not leave a new home behind.
        for place, column in made.columns():
            rows.index(column, place, made.path)
        home = open_home(arguments.home)
        check_tenders(made, home.settings)
        return _replay(arguments, made, rows, home, listed)


def _replay(
    arguments: argparse.Namespace, made: Map, file: CsvFile, home: Home, listed: Path
) -> int:
    _ = words(arguments.lang or home.settings.language)
    outcome = Outcome()
    reader = RowReader(made, file, home, arguments.book)
    tickets = Tickets(made)
    with writing(home.path), Report(listed) as report, stopping() as stop:
        database = open_database(home)
        title = _("Ringing {file}").format(file=arguments.file.name)
        try:
            with progress(title) as show:
                run = Run(
                    Ringer(made, home, database),
                    report,
                    outcome,
                    announce=_announce if arguments.announce else _say_nothing,
                    show=lambda: show(tickets.fraction or file.fraction()),
                )
                run.ring(tickets(reader), stop)
        except BaseException:
            # What was rung is in the books; the reason why it stopped follows.
            outcome.stopped = True
            raise
        finally:
            database.close()
            outcome.rows, outcome.ignored = reader.rows, reader.ignored
            _say(outcome, listed, as_json=arguments.json, quiet=arguments.announce, _=_)
    if stop.signal and outcome.stopped:
        return _SIGNALLED + stop.signal
    return CONFLICTS if outcome.conflicts else 0


def _check_book(book: str | None) -> None:
    if book is not None and not BOOK.fullmatch(book):
        wrong = Phrase(f"账簿名 {shown(book)} 不可用", f"{shown(book)} cannot name a book")
        raise ConfigError(None, [Fault("--book", wrong, BOOK_ALLOWED)])


def _announce(done: Done) -> None:
    record = done.record
    ref, fen = record.content["ref"], to_fen(done.total)
    sys.stdout.write(f"{ref} {record.book} {record.seq} {fen}\n")
    sys.stdout.flush()


def _say_nothing(_done: Done) -> None:
    return


def _say(outcome: Outcome, report: Path, *, as_json: bool, quiet: bool, _: Words) -> None:
    """Say what the run did: totals on standard output, what needs a person on standard error."""
    if as_json:
        sys.stdout.write(f"{json.dumps(outcome.as_json(report), ensure_ascii=False)}\n")
    else:
        summary = sys.stderr if quiet else sys.stdout
        summary.writelines(f"{line}\n" for line in _summary(outcome, _))
    sys.stderr.writelines(f"{line}\n" for line in _attention(outcome, report, _))


def _summary(outcome: Outcome, _: Words) -> list[str]:
    totals = outcome.totals
    return [
        _("Rung: {count} tickets, sales of {amount} yuan").format(
            count=totals.accepted, amount=_yuan(totals.gross_fen)
        ),
        _("Set aside: {amount} yuan").format(amount=_yuan(totals.set_aside_fen)),
        _("Refunds and returns: {count}, {amount} yuan").format(
            count=totals.refunds, amount=_yuan(totals.refund_fen)
        ),
        _("Zero totals: {count}").format(count=totals.zero_total),
        _("In the books already: {count}").format(count=outcome.already_there),
    ]


def _attention(outcome: Outcome, report: Path, _: Words) -> list[str]:
    said: list[str] = []
    if outcome.rejected:
        said.append(_("Rejected: {count}").format(count=outcome.rejected))
    if outcome.conflicts:
        said.append(
            _("In the books with another content, not rung: {count}").format(
                count=outcome.conflicts
            )
        )
    if said:
        said.append(_("Lines and reasons: {report}").format(report=report))
    if outcome.stopped:
        said.append(
            _("Stopped after line {line}. Run the same command again to go on.").format(
                line=outcome.last_line
            )
        )
    return said


def _yuan(fen: int) -> str:
    return f"{from_fen(fen).amount:,.2f}"
