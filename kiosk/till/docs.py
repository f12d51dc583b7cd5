"""The documents of the till's records (ADR 1): what a sale, a void or a refund has to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from config.rights import Right
from kiosk.sale.approval import Approved
from kiosk.sale.basket import Basket
from kiosk.sale.discounts import Discount
from kiosk.sale.lines import ONE_MILLI, Line, Picked
from ledger.money import from_fen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiosk.sale.refunds import RefundPlan
    from kiosk.sale.tenders import Payment


def line(sold: Line) -> dict[str, Any]:
    """Write a line: item, thousandths of a unit, unit price and amount after discounts.

    Options, tier, override, combo and discounts stand there only where they apply.
    """
    doc = {
        "amount_fen": sold.amount_fen,
        "catering": int(sold.catering),
        "name": sold.name,
        "qty_milli": sold.qty_milli,
        "sku": sold.sku,
        "unit_fen": sold.unit_fen,
    }
    if sold.special:
        doc |= _special(sold)
    return doc


def _special(sold: Line) -> dict[str, Any]:
    doc: dict[str, Any] = {}
    if sold.combo:
        doc["combo"] = [{"qty_milli": n * ONE_MILLI, "sku": sku} for sku, n in sold.combo]
    if sold.discount_fen:
        doc["discount_fen"] = sold.discount_fen
        doc["discount_reason"] = sold.discount_reason
    if sold.list_unit_fen is not None:
        doc["list_unit_fen"] = sold.list_unit_fen
    if sold.options:
        doc["options"] = [
            {"delta_fen": each.delta_fen, "id": each.id, "name": each.name} for each in sold.options
        ]
    if sold.price_tier is not None:
        doc["price_tier"] = sold.price_tier
    if sold.shared_fen:
        doc["shared_fen"] = sold.shared_fen
    return doc


def read_line(doc: Mapping[str, Any]) -> Line:
    """Read a line as ``line`` or ``parked`` wrote it."""
    return Line(
        doc["sku"],
        doc["name"],
        from_fen(doc["unit_fen"]),
        doc["qty_milli"],
        bool(doc["catering"]),
        tuple(Picked(o["id"], o["name"], o["delta_fen"]) for o in doc.get("options", ())),
        doc.get("list_unit_fen"),
        doc.get("price_tier"),
        tuple((part["sku"], part["qty_milli"] // ONE_MILLI) for part in doc.get("combo", ())),
        bool(doc.get("pickup", 0)),
        doc.get("cost_fen"),
        doc.get("discount_fen", 0),
        doc.get("discount_reason", ""),
        doc.get("discount_bp", 0),
        doc.get("shared_fen", 0),
    )


def parked(kept: Basket) -> dict[str, Any]:
    """Write a basket that is put aside before it is paid, whole: ``basket`` reads it back."""
    doc: dict[str, Any] = {
        "basket": str(kept.ref),
        "lines": [_parked_line(each) for each in kept.lines],
    }
    if kept.approvals:
        doc["approved"] = approved(kept.approvals)
    if (off := kept.discount) is not None:
        figure = {"percent_bp": off.percent_bp} if off.fen is None else {"fen": off.fen}
        doc["discount"] = {"reason": off.reason, **figure}
    if kept.parked_ref is not None:
        doc["parked_ref"] = str(kept.parked_ref)
    if kept.round_to_fen:
        doc["round_to_fen"] = kept.round_to_fen
    if kept.tier is not None:
        doc["tier"] = kept.tier
    return doc


def _parked_line(kept: Line) -> dict[str, Any]:
    """Write what a line needs to be sold later, beside what a sale says of it."""
    doc = line(kept)
    if kept.discount_bp:
        doc |= {"discount_bp": kept.discount_bp, "discount_reason": kept.discount_reason}
    if kept.pickup:
        doc["pickup"] = 1
    if kept.cost_fen is not None:
        doc["cost_fen"] = kept.cost_fen
    return doc


def basket(doc: Mapping[str, Any]) -> Basket:
    """Read a basket as ``parked`` wrote it.

    Raises:
        KeyError: ``doc`` is not a basket's.
    """
    off, once = doc.get("discount"), doc.get("parked_ref")
    return Basket(
        UUID(doc["basket"]),
        tuple(map(read_line, doc["lines"])),
        doc.get("tier"),
        off and Discount(off.get("percent_bp"), off.get("fen"), off["reason"]),
        doc.get("round_to_fen", 0),
        tuple(Approved(Right(each["right"]), each["by"]) for each in doc.get("approved", ())),
        UUID(once) if once else None,
    )


def approved(words: Sequence[Approved]) -> list[dict[str, str]]:
    """Write who lent which right, in the order in which they did."""
    return [{"by": each.by, "right": each.right.value} for each in words]


def particulars(
    sold: Basket, lines: Sequence[Line], words: Sequence[Approved], slip: int | None = None
) -> dict[str, Any]:
    """Write what a sale's document says beside ``sale``, only where it applies.

    ``lines`` are the basket's as priced; ``words`` are the rights that were lent for it; ``slip``
    is the number it is fetched with.
    """
    doc: dict[str, Any] = {}
    if words:
        doc["approved"] = approved(words)
    if off := sum([each.discount_fen + each.shared_fen for each in lines]):
        doc["discount_fen"] = off
    if sold.discount is not None:
        doc["discount_reason"] = sold.discount.reason
    if sold.parked_ref is not None:
        doc["parked_ref"] = str(sold.parked_ref)
    if rounding := sold.rounding_fen:
        doc["rounding_fen"] = rounding
    if slip is not None:
        doc["slip"] = slip
    return doc


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
    rounding = {"rounding_fen": plan.rounding_fen} if plan.rounding_fen else {}
    return rounding | {
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
