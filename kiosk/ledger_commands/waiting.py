"""What the log says of baskets that waited, of what is left of an item, and of a wrong clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from kiosk.till.day_tables import (
    BASKET_DROPPED,
    BASKET_PARKED,
    BASKET_RECALLED,
    CLOCK_JUMPED,
    STOCK_COUNTED,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.language import Words

WAITING: Final = frozenset(
    {BASKET_DROPPED, BASKET_PARKED, BASKET_RECALLED, CLOCK_JUMPED, STOCK_COUNTED}
)
"""The kinds of records that ``waiting_said`` knows."""


def waiting_said(kind: str, doc: Mapping[str, Any], words: Words) -> tuple[int | None, list[str]]:
    """Give the amount in fen, if any, and what a record of one of ``WAITING`` says."""
    if kind == BASKET_RECALLED:
        return None, [words("of record {seq}").format(seq=doc["of_seq"])]
    if kind == STOCK_COUNTED:
        left = doc["left"]
        counted = words("{count} left").format(count=left)
        return None, [doc["sku"], words("no longer counted") if left is None else counted]
    if kind == CLOCK_JUMPED:
        template = words("back by {time}") if doc["seconds"] < 0 else words("ahead by {time}")
        return None, [template.format(time=timedelta(seconds=abs(doc["seconds"])))]
    items = ", ".join(line["name"] for line in doc["lines"][:2])
    more = f" +{len(doc['lines']) - 2}" if len(doc["lines"]) > 2 else ""  # noqa: PLR2004
    of = [words("of record {seq}").format(seq=doc["of_seq"])] if kind == BASKET_DROPPED else []
    return doc["total_fen"], [*of, f"{items}{more}", doc.get("note") or doc.get("reason") or ""]
