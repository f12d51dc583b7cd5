"""What of a sale may still be given back, and by which tender. Pure.

A sale's document (ADR 1) holds its lines and tenders; the documents of earlier refunds say what
is gone. Amounts by quantity come from cumulative rounding, so pieces never sum to another fen. What
was rounded off the sale (抹零) goes back the same way: each piece gives back its part of what was
paid, by reference to the sale, and is never rounded again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.errors import NoSuchLineError, NothingToRefundError, QuantityError, RefundTooMuchError
from ledger.money import part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class RefundPlan:
    """What one refund gives back.

    ``lines`` and ``tenders`` are in the document's form; ``total_fen`` is what the tenders give
    back, ``rounding_fen`` what the lines were worth beyond it, for it had been rounded off;
    ``completes`` says whether nothing of the sale is left, so that the set-aside is reversed.
    """

    lines: list[dict[str, Any]]
    tenders: list[dict[str, Any]]
    total_fen: int
    completes: bool
    rounding_fen: int = 0


@dataclass(frozen=True, slots=True)
class SoldLine:
    """One line of a sale, and what of it was not given back; quantities in thousandths.

    ``unit_fen`` is the price of one, ``amount_fen`` what the whole line cost after discounts;
    ``options`` are the names of what was chosen with it.
    """

    sku: str
    name: str
    qty_milli: int
    left_milli: int
    unit_fen: int
    amount_fen: int
    options: tuple[str, ...] = ()

    def refund_fen(self, asked_milli: int) -> int:
        """Give what ``asked_milli`` more is worth; pieces never sum to another fen."""
        gone = self.qty_milli - self.left_milli
        until = part(self.amount_fen, gone + asked_milli, self.qty_milli)
        return until - part(self.amount_fen, gone, self.qty_milli)


@dataclass(frozen=True, slots=True)
class SoldLines:
    """A sale's lines in order; ``closed_by`` gave the last of it back, None while some is left.

    ``paid_fen`` is what the customer paid for all of them, after rounding off.
    """

    lines: tuple[SoldLine, ...]
    closed_by: int | None
    paid_fen: int

    def refund_fen(self, asked: Mapping[int, int]) -> int:
        """Give what ``asked`` (line from 1 -> thousandths, at most what is left) would pay back."""
        gone = sum(
            [part(e.amount_fen, e.qty_milli - e.left_milli, e.qty_milli) for e in self.lines]
        )
        more = sum([self.lines[number - 1].refund_fen(qty) for number, qty in asked.items()])
        return _paid_back(self.paid_fen, sum([e.amount_fen for e in self.lines]), gone, more)


def sold_lines(
    sale: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]], closed_by: int | None
) -> SoldLines:
    """Read what is left of a sale from its document and those of its voids and refunds."""
    gone = refunded_milli(earlier)
    lines = tuple(
        SoldLine(
            line["sku"],
            line["name"],
            line["qty_milli"],
            line["qty_milli"] - gone[number],
            line["unit_fen"],
            line["amount_fen"],
            tuple(option["name"] for option in line.get("options", ())),
        )
        for number, line in enumerate(sale["lines"], 1)
    )
    return SoldLines(lines, closed_by, sale["total_fen"])


def plan_refund(
    sale: Mapping[str, Any],
    earlier: Sequence[Mapping[str, Any]],
    asked: Mapping[int, int] | None,
) -> RefundPlan:
    """Plan the refund of ``asked`` (line number from 1 -> thousandths); None asks for all left.

    ``sale`` is the sale's document, ``earlier`` the documents of its refunds so far. The money
    goes back to the tenders that paid, in their order, each up to what it still holds.

    Raises:
        NothingToRefundError: nothing is asked, or nothing is left.
        NoSuchLineError: the sale has no such line.
        QuantityError: a quantity of zero or less.
        RefundTooMuchError: more than is left of a line.
    """
    gone = refunded_milli(earlier)
    sold: list[dict[str, Any]] = sale["lines"]
    left = {n: line["qty_milli"] - gone[n] for n, line in enumerate(sold, 1)}
    wanted = {n: q for n, q in left.items() if q} if asked is None else dict(asked)
    if not wanted:
        raise NothingToRefundError
    lines = [_line(n, wanted[n], gone[n], sold) for n in sorted(wanted)]
    worth = sum([line["amount_fen"] for line in lines])
    before = sum([line["amount_fen"] for doc in earlier for line in doc["lines"]])
    whole = sum([line["amount_fen"] for line in sold])
    total = _paid_back(sale["total_fen"], whole, before, worth)
    return RefundPlan(
        lines,
        _tenders(total, sale, earlier),
        total,
        completes=all(left[n] == wanted.get(n, 0) for n in left),
        rounding_fen=worth - total,
    )


def refunded_milli(earlier: Sequence[Mapping[str, Any]]) -> Counter[int]:
    """Give what ``earlier`` refunds of one sale took of it: line from 1 to thousandths."""
    gone: Counter[int] = Counter()
    for doc in earlier:
        for line in doc["lines"]:
            gone[line["line"]] += line["qty_milli"]
    return gone


def _paid_back(paid_fen: int, whole_fen: int, before_fen: int, worth_fen: int) -> int:
    """Give the part of ``paid_fen`` that goes back with lines worth ``worth_fen`` of ``whole_fen``.

    ``before_fen`` is what the lines that went back before were worth. All parts together are
    ``paid_fen``, and no part exceeds what its lines are worth.
    """
    if paid_fen == whole_fen:
        return worth_fen
    until = part(paid_fen, before_fen + worth_fen, whole_fen)
    return until - part(paid_fen, before_fen, whole_fen)


def _line(
    number: int, asked_milli: int, gone_milli: int, sold: list[dict[str, Any]]
) -> dict[str, Any]:
    if not 1 <= number <= len(sold):
        raise NoSuchLineError(number)
    line = sold[number - 1]
    if asked_milli <= 0:
        raise QuantityError(asked_milli)
    qty, paid = line["qty_milli"], line["amount_fen"]
    if gone_milli + asked_milli > qty:
        raise RefundTooMuchError(number, qty - gone_milli, asked_milli)
    amount = part(paid, gone_milli + asked_milli, qty) - part(paid, gone_milli, qty)
    return {
        "amount_fen": amount,
        "line": number,
        "name": line["name"],
        "qty_milli": asked_milli,
        "sku": line["sku"],
        "unit_fen": line["unit_fen"],
    }


def _tenders(
    total_fen: int, sale: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    gone: Counter[int] = Counter()
    for doc in earlier:
        for tender in doc["tenders"]:
            gone[tender["of"]] += tender["amount_fen"]
    given: list[dict[str, Any]] = []
    for place, tender in enumerate(sale["tenders"]):
        fen = min(total_fen, tender["amount_fen"] - gone[place])
        if fen > 0:
            given.append(
                {
                    "account": tender["account"],
                    "amount_fen": fen,
                    "of": place,
                    "tender": tender["tender"],
                }
            )
            total_fen -= fen
    return given
