"""The documents of the till's records (ADR 1): what a sale, a void or a refund has to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiosk.sale.basket import Line
    from kiosk.sale.refunds import RefundPlan
    from kiosk.sale.tenders import Payment


def line(sold: Line) -> dict[str, Any]:
    """Write a line: item, thousandths of a unit, unit price and rounded amount."""
    return {
        "amount_fen": sold.amount_fen,
        "catering": int(sold.catering),
        "name": sold.name,
        "qty_milli": sold.qty_milli,
        "sku": sold.sku,
        "unit_fen": sold.unit_fen,
    }


def sale(
    lines: Sequence[Line], payments: Sequence[Payment], total_fen: int, set_aside_fen: int
) -> dict[str, Any]:
    """Write a sale or a stand-alone return: lines, tenders, total and set-aside."""
    return {
        "lines": [line(each) for each in lines],
        "set_aside_fen": set_aside_fen,
        "tenders": [
            {
                "account": p.account,
                "amount_fen": p.amount_fen,
                "change_fen": p.change_fen,
                "received_fen": p.received_fen,
                "tender": p.tender,
            }
            for p in payments
        ],
        "total_fen": total_fen,
    }


def asked(lines: Mapping[int, int] | None) -> list[dict[str, int]] | None:
    """Write what was asked back, line by line; null for all that was left."""
    if lines is None:
        return None
    return [{"line": n, "qty_milli": lines[n]} for n in sorted(lines)]


def give_back(
    of_seq: int,
    plan: RefundPlan,
    wanted: Mapping[int, int] | None,
    *,
    reversed_fen: int,
    kept_fen: int,
    reason: str,
) -> dict[str, Any]:
    """Write a void or refund of sale ``of_seq``.

    ``kept_fen`` is the part of the set-aside that the fund was too short to give back.
    """
    return {
        "asked": asked(wanted),
        "completes": int(plan.completes),
        "kept_fen": kept_fen,
        "lines": plan.lines,
        "of_seq": of_seq,
        "reason": reason,
        "reversed_fen": reversed_fen,
        "tenders": plan.tenders,
        "total_fen": plan.total_fen,
    }
