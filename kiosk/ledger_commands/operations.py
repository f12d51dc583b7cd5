"""``ledger log``: every record that the books hold, filtered (财会〔2024〕12号 Art. 32)."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from kiosk.ledger_commands.cards_said import BREAKFASTS, CARDS, Tongue, breakfast_said, cards_said
from kiosk.ledger_commands.desk import aligned, out, sit_down
from kiosk.ledger_commands.kinds import kind_called, kind_names
from kiosk.ledger_commands.people import PEOPLE, approvers, involved, people_said
from kiosk.ledger_commands.waiting import WAITING, waiting_said
from kiosk.till.day_tables import (
    DROP,
    NO_SALE,
    PAID_IN,
    PAID_OUT,
    SHIFT_CLOSED,
    SHIFT_COUNTED,
    SHIFT_OPENED,
)
from kiosk.till.tables import (
    LINE_REMOVED,
    REDEMPTION_VOID,
    REFUND,
    REPRINT,
    RETURN,
    SALE,
    SETTINGS,
    VOID,
)
from ledger.money import yuan
from ledger.proof import NONSENSE
from ledger.reading import reading
from ledger.reports import heads
from ledger.reports import log as read_log

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

    from config.language import Words
    from kiosk.ledger_commands.desk import Desk

_BACK: Final = frozenset({VOID, REFUND, REDEMPTION_VOID})
_SOLD: Final = frozenset({SALE, RETURN, VOID, REFUND, *BREAKFASTS})

_ITEMS: Final = 2
"""Items that a line names before it only counts."""

_CHANGES: Final = 6
"""Changed settings that a line shows before it only counts."""

_AMOUNT: Final = 5
"""The place of the amount among the columns."""


def log(arguments: argparse.Namespace) -> int:
    """Print the records, one a line, in the order of book and number.

    ``--kind`` takes what the books write and what the log shows; ``--by`` finds who did it, who
    approved it, and whose PIN or card was refused. Where nothing matches, standard error says so.
    With ``--json`` each line is the record's own body in canonical form: its SHA-256 is the
    record's hash. So it is a line a record and not one line: a year would fit in no memory.

    Raises:
        NoSuchBookError: there is no such book.
        NoSuchKindError: no record has such a kind.
        PeriodError: the last day is before the first.
        UnsoundRecordError: a record cannot be read.
    """
    desk = sit_down(arguments)
    kind = None if arguments.kind is None else kind_called(arguments.kind)
    with reading(desk.database) as engine:
        with engine.connect() as connection:
            several = len(heads(connection, book=arguments.book)) > 1
        records = read_log(
            engine,
            book=arguments.book,
            kind=kind,
            first_day=arguments.first_day,
            last_day=arguments.last_day,
        )
        if arguments.by is not None:
            records = (each for each in records if _concerns(each, arguments.by))
        lines = _json(records) if arguments.json else _text(records, desk, several=several)
        shown = False
        if not arguments.json:
            out(*desk.mark)
        for line in lines:
            out(line)
            shown = True
    if not shown:
        sys.stderr.write("没有符合条件的记录 · no record matches\n")
    return 0


def _concerns(content: Mapping[str, Any], staff: str) -> bool:
    try:
        return staff in involved(content)
    except NONSENSE:  # an older or a newer program's document
        return bool(content["by"] == staff)


def _json(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for content in records:
        yield json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _text(records: Iterable[Mapping[str, Any]], desk: Desk, *, several: bool) -> Iterator[str]:
    zone, names = ZoneInfo(desk.settings.day.timezone), kind_names(desk.words)
    tongue = Tongue(desk.words, desk.lang, zone)
    rows = (_row(each, names, tongue, several=several) for each in records)
    return aligned(rows, right={1, _AMOUNT})


def _row(
    content: Mapping[str, Any], names: Mapping[str, str], tongue: Tongue, *, several: bool
) -> tuple[str, ...]:
    at = datetime.fromisoformat(content["at"]).astimezone(tongue.zone)
    day = "" if content["day"] == f"{at:%Y-%m-%d}" else f" [{content['day']}]"
    try:
        amount, said = summary(content["kind"], content["doc"], tongue)
    except NONSENSE:  # an older or a newer program's document
        amount = said = ""
    return (
        content["book"] if several else "",
        f"{content['seq']:>6}",
        f"{at:%Y-%m-%d %H:%M:%S}{day}",
        names.get(content["kind"], content["kind"]),
        content["by"],
        amount,
        said,
    )


def summary(kind: str, doc: Mapping[str, Any], tongue: Tongue) -> tuple[str, str]:
    """Say a record's amount, and in a few words what its document says; nothing where unknown."""
    amount, said = _summary(kind, doc, tongue)
    if by := approvers(doc):
        approved = tongue.words("approved by {by}").format(by=", ".join(by))
        said = "  ".join(filter(None, (said, approved)))
    return amount, said


def _summary(kind: str, doc: Mapping[str, Any], tongue: Tongue) -> tuple[str, str]:
    words = tongue.words
    if kind in _SOLD:
        more = breakfast_said(doc, words) if kind in BREAKFASTS else [doc.get("reason", "")]
        said = [
            *([_original(doc, words)] if kind in _BACK else []),
            "+".join(tender["tender"] for tender in doc["tenders"]),
            _some([line["name"] for line in doc["lines"]], _ITEMS),
            *more,
        ]
        return _amount(doc["total_fen"], words), "  ".join(filter(None, said))
    if kind == LINE_REMOVED:
        removed = [doc["line"]["name"], doc.get("reason", "")]
        return _amount(doc["line"]["amount_fen"], words), "  ".join(filter(None, removed))
    if kind == REPRINT:
        return "", _original(doc, words)
    if kind == SETTINGS:
        changes = [
            f"{change['key']} {_value(change['old'])} → {_value(change['new'])}"
            for change in doc["changes"]
        ]
        return "", _some(changes, _CHANGES)
    if kind in CARDS or kind in PEOPLE:
        people = kind in PEOPLE
        told = [people_said(kind, doc, words)] if people else cards_said(kind, doc, tongue)
        return "", "  ".join(filter(None, told))
    return _other(kind, doc, words)


def _other(kind: str, doc: Mapping[str, Any], words: Words) -> tuple[str, str]:
    """Say what an act on the drawer, or on what waits, was about: its amount, and why."""
    said: list[str] = []
    fen: int | None = None
    if kind in WAITING:
        fen, said = waiting_said(kind, doc, words)
    elif kind in {PAID_IN, PAID_OUT, DROP}:
        fen, said = doc["amount_fen"], [doc.get("move", ""), doc["reason"]]
    elif kind == NO_SALE:
        said = [doc["reason"]]
    elif kind == SHIFT_OPENED:
        fen, said = doc["float_fen"], [_over_short(doc["over_short_fen"], words), doc["reason"]]
    elif kind == SHIFT_COUNTED:
        fen = doc["counted_fen"]
        said = [_over_short(fen - doc["expected_fen"], words)]
    elif kind == SHIFT_CLOSED:
        fen = doc["counted_fen"]
        safe = f"{words('To the safe')} {_amount(doc['to_safe_fen'], words)}"
        said = [f"Z {doc['z']}", _over_short(doc["over_short_fen"], words), doc["reason"]]
        said += [safe] if doc["to_safe_fen"] else []
    return "" if fen is None else _amount(fen, words), "  ".join(filter(None, said))


def _over_short(fen: int, words: Words) -> str:
    if not fen:
        return ""
    template = words("{amount} yuan over") if fen > 0 else words("{amount} yuan short")
    return template.format(amount=yuan(abs(fen)))


def _amount(fen: int, words: Words) -> str:
    return words("{amount} yuan").format(amount=yuan(fen))


def _original(doc: Mapping[str, Any], words: Words) -> str:
    return words("of record {seq}").format(seq=doc["of_seq"])


def _value(text: str | None) -> str:
    """Show a policy's value, a JSON text: a string without its quotes, none as a dash."""
    value = None if text is None else json.loads(text)
    if value is None:
        return "—"
    return value if isinstance(value, str) else str(text)


def _some(names: list[str], most: int) -> str:
    left = len(names) - most
    return ", ".join(names[:most]) + (f" +{left}" if left > 0 else "")
