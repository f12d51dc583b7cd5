"""What a shift came to: the figures of an X or Z report, added up from the shift's records.

Pure. A report is written whole into its record (ADR 1), so that it re-prints the same for ever;
the shapes here are also the shapes there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from kiosk.sale.shift_figures import (
    Closing,
    Moved,
    Opening,
    ParkedFigures,
    RefusedTaps,
    ShiftFigures,
    ShiftReport,
    Tally,
    TenderFigures,
)
from ledger.money import part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Content: TypeAlias = Mapping[str, Any]
    """A record's body as plain values (ADR 1)."""


@dataclass(slots=True)
class _Sum:
    """The figures while they are being added up."""

    figures: ShiftFigures = field(default_factory=ShiftFigures)
    tenders: dict[tuple[str, str], TenderFigures] = field(default_factory=dict)
    moves: list[Moved] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, **changes: Any) -> None:  # noqa: ANN401 - any field of the figures
        self.figures = replace(self.figures, **changes)

    def count(self, name: str) -> None:
        self.add(**{name: getattr(self.figures, name) + 1})

    def tally(self, name: str, fen: int) -> None:
        self.add(**{name: getattr(self.figures, name).plus(fen)})

    def tendered(self, tenders: Iterable[Mapping[str, Any]], *, back: bool) -> None:
        for each in tenders:
            key, fen = (each["tender"], each["account"]), each["amount_fen"]
            so_far = self.tenders.get(key) or TenderFigures(*key)
            self.tenders[key] = (
                replace(so_far, given_back=so_far.given_back.plus(fen))
                if back
                else replace(so_far, taken=so_far.taken.plus(fen))
            )


def summarise(records: Iterable[Content]) -> ShiftFigures:
    """Add up records in any order; kinds that mean nothing here are passed over.

    A report's are those of its shift, and before them the ``ACTS`` since the last Z.
    """
    found = _Sum()
    for content in records:
        if (add := _MEANS.get(content["kind"])) is not None:
            add(found, content["doc"], content)
    tenders = tuple(found.tenders[key] for key in sorted(found.tenders))
    refused = tuple(RefusedTaps(rule, found.refused[rule]) for rule in sorted(found.refused))
    figures, moves = found.figures, tuple(found.moves)
    return replace(figures, tenders=tenders, moves=moves, cards_refused=refused)


def gross_of(doc: Content) -> int:
    """Give a sale before its discounts and its rounding, in fen."""
    return int(doc["total_fen"] + doc.get("discount_fen", 0) + doc.get("rounding_fen", 0))


def _sale(found: _Sum, doc: Content, content: Content) -> None:
    figures = found.figures
    found.tally("sales", gross_of(doc))
    found.add(
        discount_fen=figures.discount_fen + doc.get("discount_fen", 0),
        rounding_fen=figures.rounding_fen + doc.get("rounding_fen", 0),
    )
    found.tendered(doc["tenders"], back=False)
    if set_aside := content["fund"].get("set_aside", 0):
        found.tally("set_asides", set_aside)
    for line in doc["lines"]:
        if (listed := line.get("list_unit_fen")) is not None:
            # Half up like the line itself, so that the two sides add up to the fen.
            off = part(listed, line["qty_milli"], 1000) - part(
                line["unit_fen"], line["qty_milli"], 1000
            )
            found.tally("overrides", off)


def _back(name: str) -> Callable[[_Sum, Content, Content], None]:
    def add(found: _Sum, doc: Content, content: Content) -> None:
        found.tally(name, doc["total_fen"])
        found.tendered(doc["tenders"], back=True)
        found.add(
            reversed_fen=found.figures.reversed_fen + content["fund"].get("reversed", 0),
            kept_fen=found.figures.kept_fen + doc.get("kept_fen", 0),
        )

    return add


def _breakfast(found: _Sum, doc: Content, content: Content) -> None:
    total, paid = doc["total_fen"], content["fund"]["redeemed"]
    found.tally("breakfasts", total)
    if content["kind"] == "hand_out":
        found.tally("hand_outs", total)
    if total > paid:
        found.tally("topped_up", total - paid)
    found.add(fund_paid_fen=found.figures.fund_paid_fen + paid)
    found.tendered(doc["tenders"], back=False)
    if set_aside := content["fund"].get("set_aside", 0):
        found.tally("set_asides", set_aside)


def _breakfast_back(found: _Sum, doc: Content, content: Content) -> None:
    _back("breakfast_voids")(found, doc, content)
    found.add(restored_fen=found.figures.restored_fen + content["fund"]["restored"])


def _card_refused(found: _Sum, doc: Content, _: Content) -> None:
    found.refused[doc["rule"]] += 1


def _removal(found: _Sum, doc: Content, _: Content) -> None:
    fen = doc["line"]["amount_fen"]
    found.tally("removals", fen)
    if doc.get("after_total"):
        found.tally("removals_after_total", fen)


def _move(found: _Sum, doc: Content, content: Content) -> None:
    texts = content["by"], doc.get("approved_by", "")
    move, reason = doc.get("move", ""), doc.get("reason", "")
    moved = Moved(content["seq"], content["kind"], move, doc["amount_fen"], reason, *texts)
    found.moves.append(moved)


def _counts(name: str) -> Callable[[_Sum, Content, Content], None]:
    return lambda found, _doc, _content: found.count(name)


_CARDS: Final = (
    "card_issued",
    "card_replaced",
    "card_blocked",
    "card_unblocked",
    "card_expired",
    "holder_forgotten",
)

_MEANS: Final[dict[str, Callable[[_Sum, Content, Content], None]]] = {
    "sale": _sale,
    "redemption": _breakfast,
    "hand_out": _breakfast,
    "redemption_void": _breakfast_back,
    "card_refused": _card_refused,
    "holder_shown": _counts("holders_shown"),
    **dict.fromkeys(_CARDS, _counts("cards_managed")),
    "void": _back("voids"),
    "refund": _back("refunds"),
    "return": _back("returns"),
    "line_removed": _removal,
    "paid_in": _move,
    "paid_out": _move,
    "drop": _move,
    "no_sale": _counts("no_sales"),
    "reprint": _counts("reprints"),
    "approval_refused": _counts("refused_approvals"),
    "login_failed": _counts("failed_logins"),
    "clock_jumped": _counts("clock_jumps"),
    "shift_counted": _counts("counts"),
}


ACTS: Final = frozenset(
    {
        "line_removed",
        "no_sale",
        "reprint",
        "approval_refused",
        "login_failed",
        "clock_jumped",
        "card_refused",
        "holder_shown",
        *_CARDS,
    }
)
"""The kinds that move no money and need no shift: a report has those since the last Z, too."""


def report_doc(
    opening: Opening,
    figures: ShiftFigures,
    *,
    first_seq: int,
    drawer: str,
    expected_fen: int,
    grand_total_fen: int,
    outside_fen: int,
    fund_fen: int,
    parked: Iterable[ParkedFigures],
) -> dict[str, Any]:
    """Write what the document of an X or Z report has under ``report`` (see ``ShiftReport``)."""
    return {
        "drawer": drawer,
        "expected_fen": expected_fen,
        "figures": _plain(asdict(figures)),
        "first_seq": first_seq,
        "fund_fen": fund_fen,
        "grand_total_fen": grand_total_fen,
        "opening": asdict(opening),
        "outside_fen": outside_fen,
        "parked": [asdict(each) for each in parked],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a document
    """Give tuples as lists: the only sequence that a record knows."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def report_of(content: Content, record_hash: str) -> ShiftReport:
    """Read the report back from an ``x_report`` or ``shift_closed`` record.

    A report of an older program has zeros for the figures that it did not know, and begins with
    its shift.
    """
    doc = content["doc"]
    report = doc["report"]
    return ShiftReport(
        book=content["book"],
        number=content["shift"],
        seq=content["seq"],
        record_hash=record_hash,
        day=date.fromisoformat(content["day"]),
        at=datetime.fromisoformat(content["at"]),
        by=content["by"],
        approved_by=doc.get("approved_by", ""),
        opening=Opening(**report["opening"]),
        figures=_figures(report["figures"]),
        drawer=report["drawer"],
        expected_fen=report["expected_fen"],
        grand_total_fen=report["grand_total_fen"],
        outside_fen=report["outside_fen"],
        fund_fen=report["fund_fen"],
        parked=tuple(ParkedFigures(**each) for each in report["parked"]),
        first_seq=report.get("first_seq", report["opening"]["seq"]),
        closing=_closing(doc) if "z" in doc else None,
    )


def _closing(doc: Content) -> Closing:
    return Closing(
        z=doc["z"],
        counted_fen=doc["counted_fen"],
        over_short_fen=doc["over_short_fen"],
        to_safe_fen=doc["to_safe_fen"],
        reason=doc["reason"],
        head=doc["head"],
    )


def _figures(doc: Content) -> ShiftFigures:
    known = {each.name: each for each in fields(ShiftFigures)}
    read: dict[str, Any] = {}
    for name in known.keys() & doc.keys():
        value = doc[name]
        if name == "tenders":
            read[name] = tuple(_tender(each) for each in value)
        elif name == "moves":
            read[name] = tuple(Moved(**each) for each in value)
        elif name == "cards_refused":
            read[name] = tuple(RefusedTaps(**each) for each in value)
        else:
            read[name] = Tally(**value) if isinstance(value, dict) else value
    return ShiftFigures(**read)


def _tender(doc: Content) -> TenderFigures:
    back = Tally(**doc["given_back"])
    return TenderFigures(doc["tender"], doc["account"], Tally(**doc["taken"]), back)
