"""``ledger log``: every record that the books hold, filtered (财会〔2024〕12号 Art. 32)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from kiosk.ledger_commands.desk import out, sit_down
from kiosk.till.tables import LINE_REMOVED, REFUND, REPRINT, RETURN, SALE, SETTINGS, VOID
from ledger.money import yuan
from ledger.proof import NONSENSE
from ledger.reading import reading
from ledger.reports import heads
from ledger.reports import log as read_log

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from config.language import Words

_ITEMS: Final = 2
"""Items that a line names before it only counts."""


def log(arguments: argparse.Namespace) -> int:
    """Print the records, one a line, in the order of book and number.

    With ``--json`` each line is the record's own body in canonical form: its SHA-256 is the
    record's hash. So it is a line a record and not one line: a year would fit in no memory.

    Raises:
        NoSuchBookError: there is no such book.
        PeriodError: the last day is before the first.
        UnsoundRecordError: a record cannot be read.
    """
    desk = sit_down(arguments)
    zone = ZoneInfo(desk.settings.day.timezone)
    with reading(desk.database) as engine:
        with engine.connect() as connection:
            several = len(heads(connection, book=arguments.book)) > 1
        records = read_log(
            engine,
            book=arguments.book,
            kind=arguments.kind,
            by=arguments.by,
            first_day=arguments.first_day,
            last_day=arguments.last_day,
        )
        for content in records:
            if arguments.json:
                text = json.dumps(
                    content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
                )
                out(text)
            else:
                book = f"{content['book']}  " if several else ""
                out(book + _line(content, zone, desk.words))
    return 0


def _line(content: Mapping[str, Any], zone: ZoneInfo, words: Words) -> str:
    at = datetime.fromisoformat(content["at"]).astimezone(zone)
    day = "" if content["day"] == f"{at:%Y-%m-%d}" else f" [{content['day']}]"
    kind = _kinds(words).get(content["kind"], content["kind"])
    try:
        said = summary(content["kind"], content["doc"], words)
    except NONSENSE:  # an older or a newer program's document
        said = ""
    parts = (f"{content['seq']:>6}", f"{at:%Y-%m-%d %H:%M:%S}{day}", kind, content["by"], said)
    return "  ".join(part for part in parts if part)


def _kinds(words: Words) -> dict[str, str]:
    return {
        SALE: words("Sale"),
        VOID: words("Void"),
        REFUND: words("Refund"),
        RETURN: words("Return"),
        LINE_REMOVED: words("Line removed"),
        REPRINT: words("Reprint"),
        SETTINGS: words("Settings"),
    }


def summary(kind: str, doc: Mapping[str, Any], words: Words) -> str:
    """Say in a few words what a record's document says; nothing for a kind that is not known."""
    if kind in {SALE, RETURN, VOID, REFUND}:
        return "  ".join(
            [
                words("{amount} yuan").format(amount=yuan(doc["total_fen"])),
                *([_original(doc, words)] if kind in {VOID, REFUND} else []),
                "+".join(tender["tender"] for tender in doc["tenders"]),
                _items([line["name"] for line in doc["lines"]]),
            ]
        )
    if kind == LINE_REMOVED:
        line = doc["line"]
        amount = words("{amount} yuan").format(amount=yuan(line["amount_fen"]))
        return f"{amount}  {line['name']}"
    if kind == REPRINT:
        return _original(doc, words)
    if kind == SETTINGS:
        keys = [change["key"] for change in doc["changes"]]
        return _items(keys)
    return ""


def _original(doc: Mapping[str, Any], words: Words) -> str:
    return words("of record {seq}").format(seq=doc["of_seq"])


def _items(names: list[str]) -> str:
    left = len(names) - _ITEMS
    return ", ".join(names[:_ITEMS]) + (f" +{left}" if left > 0 else "")
