"""What the log says of breakfast cards: tokens and rules, never a name or a chip's number."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kiosk.sale.card_errors import rule_title
from kiosk.till.breakfast_tables import (
    CARD_BLOCKED,
    CARD_EXPIRED,
    CARD_ISSUED,
    CARD_REFUSED,
    CARD_REPLACED,
    CARD_UNBLOCKED,
    HOLDER_FORGOTTEN,
    HOLDER_SHOWN,
)
from kiosk.till.tables import HAND_OUT, REDEMPTION, REDEMPTION_VOID
from ledger.money import yuan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from config.language import Words


class Tongue(NamedTuple):
    """How the log speaks: its words, the language that they are of, and the local zone."""

    words: Words
    lang: str
    zone: ZoneInfo


BREAKFASTS: Final = frozenset({HAND_OUT, REDEMPTION, REDEMPTION_VOID})
CARDS: Final = frozenset(
    {
        CARD_BLOCKED,
        CARD_EXPIRED,
        CARD_ISSUED,
        CARD_REFUSED,
        CARD_REPLACED,
        CARD_UNBLOCKED,
        HOLDER_FORGOTTEN,
        HOLDER_SHOWN,
    }
)
"""The kinds of records that ``cards_said`` knows."""


def breakfast_said(doc: Mapping[str, Any], words: Words) -> list[str]:
    """Say of one of ``BREAKFASTS`` whose card it was, what the fund's part is, and why."""
    claim, fund = doc["claim"], doc["tenders"][0]["amount_fen"]
    top = doc["total_fen"] - fund
    said = [claim["card"]] if claim else []
    if top:
        parts = words("fund {fund}, on top {top}")
        said.append(parts.format(fund=yuan(fund), top=yuan(top)))
    return [*said, doc.get("reason", "")]


def cards_said(kind: str, doc: Mapping[str, Any], tongue: Tongue) -> list[str]:
    """Say in a few words what a record of one of ``CARDS`` says."""
    card, words = doc.get("card") or "", tongue.words
    if kind == CARD_REFUSED:
        title = rule_title(doc["rule"])
        where = ""
        if doc["used_at"]:
            used = datetime.fromisoformat(doc["used_at"]).astimezone(tongue.zone)
            where = f"{used:%H:%M} {doc['used_station']}"
        why = title.zh if tongue.lang == "zh_CN" else title.en
        return [why, where, card, doc["level"], doc["reader"]]
    if kind in {CARD_ISSUED, CARD_REPLACED}:
        until = words("until {day}").format(day=doc["expires"])
        old = words("instead of {card}").format(card=doc["old"]) if "old" in doc else ""
        return [card, old, doc["type"], until, doc.get("reason", "")]
    return [card or doc["holder"], doc.get("reason", "")]
