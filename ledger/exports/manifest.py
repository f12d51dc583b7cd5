"""The manifest beside an export: what the files are, what they cover, and the chain they stand on.

No clock in it: the same records, exported twice by the same program, give the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import file_digest
from typing import TYPE_CHECKING, Any

from ledger.entries import Side

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ledger.entries import Head
    from ledger.exports.extract import Extract, Span


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was exported, as plain values (``content``) that ``manifest.json`` holds."""

    content: dict[str, Any]

    def text(self) -> str:
        """Give the text of the file."""
        return json.dumps(self.content, ensure_ascii=False, indent=2) + "\n"


def manifest(
    extract: Extract, folder: Path, format_: str, rows: Mapping[str, int], program: str
) -> Manifest:
    """Describe the files of ``folder``; ``rows`` counts each one's records or rows.

    Amounts are in fen: opening and closing balances by their sides, ``debit_fen`` and
    ``credit_fen`` what was posted in the period: the totals of the trial balance. ``first`` and
    ``last`` are the period's records of a book, ``head`` its last record when the export began.
    Openings are not counted as rows.
    """
    asked, spans = extract.asked, extract.spans
    return Manifest(
        {
            "format": format_,
            "program": program,
            "currency": "CNY",
            "from": asked.first_day.isoformat() if asked.first_day else None,
            "to": asked.last_day.isoformat() if asked.last_day else None,
            **_totals(extract),
            "records": sum(each.transactions + each.without_postings for each in spans.values()),
            "transactions": sum(each.transactions for each in spans.values()),
            "without_postings": sum(each.without_postings for each in spans.values()),
            "books": {book: _book(span) for book, span in spans.items()},
            "files": [_file(folder / name, count) for name, count in rows.items()],
        }
    )


def _totals(extract: Extract) -> dict[str, int]:
    sums = [extract.sums[account] for account in extract.accounts]
    return {
        "opening_debit_fen": sum(max(each.opening_fen, 0) for each in sums),
        "opening_credit_fen": sum(max(-each.opening_fen, 0) for each in sums),
        "debit_fen": sum(each.within[Side.DEBIT] for each in sums),
        "credit_fen": sum(each.within[Side.CREDIT] for each in sums),
        "closing_debit_fen": sum(max(each.closing_fen, 0) for each in sums),
        "closing_credit_fen": sum(max(-each.closing_fen, 0) for each in sums),
    }


def _book(span: Span) -> dict[str, Any]:
    return {
        "first": _place(span.first),
        "last": _place(span.last),
        "head": _place(span.head),
        "records": span.transactions + span.without_postings,
        "transactions": span.transactions,
        "without_postings": span.without_postings,
    }


def _place(head: Head | None) -> dict[str, Any] | None:
    return {"seq": head.seq, "hash": head.hash.hex()} if head else None


def _file(path: Path, rows: int) -> dict[str, Any]:
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    return {"name": path.name, "sha256": sha256, "bytes": path.stat().st_size, "rows": rows}
