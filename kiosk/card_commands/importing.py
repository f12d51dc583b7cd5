"""``cards import``: a whole list, every line or none; ``--dry-run`` writes nothing at all."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from kiosk.card_commands.books import reading
from kiosk.card_commands.files import new_file
from kiosk.card_commands.import_report import Outcome, report_bytes, tell
from kiosk.card_commands.lists import read_file
from kiosk.card_commands.photos import photos_beside
from kiosk.card_commands.sitting import now, sitting
from kiosk.card_commands.tapping import reader_of, reading_uid
from kiosk.sale.card_cells import hex_uid
from kiosk.sale.card_errors import NoSuchCardTypeError
from kiosk.sale.card_list import Column, HeaderError, Rules, columns_of, read_list
from kiosk.sale.refs import new_ref
from kiosk.till.cards import Wanted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import datetime

    from config.settings import Settings
    from kiosk.card_commands.books import Books
    from kiosk.card_commands.lists import Listed
    from kiosk.sale.card_list import CardList


def import_list(arguments: argparse.Namespace) -> int:
    """Issue the cards of a list; give 0, or 1 where lines are bad and nothing was done.

    JSON is one object: ``file`` (what it turned out to be), ``lines``, ``good``, ``bad``,
    ``warnings``, ``issued``, ``dry_run`` and ``findings`` (``line``, ``bad``, ``zh``, ``en``).

    Raises:
        Refusal: the file is no list, or nobody may do this; nothing was changed.
    """
    listed = read_file(arguments.file)
    if arguments.dry_run:
        return _dry_run(arguments, listed)
    with sitting(arguments) as sat:
        with reading(arguments.home) as books:
            found = _checked(arguments, listed, books, sat.at)
        outcome = Outcome(listed.how, found, sat.lang)
        # The report's place is taken first: nothing is issued where it could not be written.
        with nullcontext() if arguments.report is None else new_file(arguments.report) as file:
            if found.entries and (arguments.skip_bad or not found.bad_lines):
                wanted = [
                    Wanted(each.holder, each.uid, each.type, new_ref(), each.expires)
                    for each in found.entries
                ]
                cards = sat.till.issue_many(wanted, at=sat.at, approved=sat.approved)
                tokens = [card.card for card in cards]
                lines = [each.line for each in found.entries]
                outcome = outcome.issuing(dict(zip(lines, tokens, strict=True)))
            if file is not None:
                file.write(report_bytes(outcome))
    tell(outcome, json=arguments.json)
    return 0 if outcome.issued else 1


def _dry_run(arguments: argparse.Namespace, listed: Listed) -> int:
    """Say what an import would; the home is only read, and need not be there yet."""
    with reading(arguments.home, needed=False) as books:
        found = _checked(arguments, listed, books, now())
    lang = arguments.lang or books.settings.language
    outcome = Outcome(listed.how, found, lang, dry_run=True)
    if arguments.report is not None:
        with new_file(arguments.report) as file:
            file.write(report_bytes(outcome))
    tell(outcome, json=arguments.json)
    return 1 if found.bad_lines or not found.entries else 0


def _checked(arguments: argparse.Namespace, listed: Listed, books: Books, at: datetime) -> CardList:
    places = columns_of(listed.header, _named(arguments.columns or ()))
    rules = Rules(
        _uid_of(arguments, books.settings),
        _types(books.settings),
        _default_type(books.settings, arguments.type),
        books.today(at),
        books.known(),
        photos_beside(arguments.file),
    )
    return read_list(listed.rows, places, rules)


def _named(pairs: list[str] | tuple[str, ...]) -> dict[Column, str]:
    """Read ``--columns name=HEADER,card=HEADER``.

    Raises:
        HeaderError: there is no such column.
    """
    named = {}
    for pair in (each for pairs_here in pairs for each in pairs_here.split(",")):
        column, _, header = pair.partition("=")
        known = {each.value: each for each in Column}
        if column.strip() not in known or not header.strip():
            names = ", ".join(known)
            raise HeaderError(
                f"--columns 应如 name=姓名,card=卡号（列：{names}）。",
                f"--columns has to be like name=HEADER,card=HEADER (columns: {names}).",
            )
        named[known[column.strip()]] = header
    return named


def _uid_of(arguments: argparse.Namespace, settings: Settings) -> Callable[[str], bytes]:
    if arguments.reader is None:
        return hex_uid
    reader = reader_of(settings.readers, arguments.reader, frozenset({"wedge", "serial"}))
    return partial(reading_uid, reader=reader)


def _types(settings: Settings) -> dict[str, str]:
    return {
        name.casefold(): each.id
        for each in settings.card_types
        for name in (each.name_zh, each.name_en, each.id)
    }


def _default_type(settings: Settings, wanted: str | None) -> str | None:
    ids = [each.id for each in settings.card_types]
    if wanted is None:
        return ids[0] if len(ids) == 1 else None
    if wanted not in ids:
        raise NoSuchCardTypeError(wanted, ids)
    return wanted
