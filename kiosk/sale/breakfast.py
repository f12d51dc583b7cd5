"""A breakfast as plain rules: when it is served, what the fund pays, and why it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from config.cards import Level  # noqa: TC001 - part of the values' own types

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from config.breakfast import Breakfast


FUND: Final = "fund"
"""The tender that the fund pays with; no setting names it."""


class Rule(StrEnum):
    """Why a tap was not served (domain rule 8); ``card_refused`` carries the value.

    ``UNKNOWN``: no card of ours; ``HALF``: a part of a number; ``ORDER``: ours, read backwards, so
    the reader is set up wrongly; ``SEVERAL``: more than one card on the reader; ``TAMPERED``: the
    database says something else of the card than the books; ``LEVEL``: it did
    not prove what its type needs; ``COUNTER``: its counter did not grow, so the message is a copy;
    ``INELIGIBLE``: its type gets no breakfast; ``CLOCK``: the machine's clock went back to an
    earlier service day; ``STALE``: the tap is too long ago. ``NETWORK`` is the hub's.
    """

    UNKNOWN = "unknown"
    BLOCKED = "blocked"
    REPLACED = "replaced"
    EXPIRED = "expired"
    FORGOTTEN = "forgotten"
    USED_TODAY = "used_today"
    WINDOW = "window"
    FUND_LOW = "fund_low"
    LEVEL = "level"
    COUNTER = "counter"
    INELIGIBLE = "ineligible"
    HALF = "half"
    ORDER = "order"
    SEVERAL = "several"
    TAMPERED = "tampered"
    CLOCK = "clock"
    STALE = "stale"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Used:
    """Where and when a card's holder had today's breakfast: ``at`` is UTC, ``station`` an id."""

    at: datetime
    station: str


@dataclass(frozen=True, slots=True)
class Serving:
    """A tap that may be served: what ``Till.redeem`` needs, and what the screen may show.

    Attributes:
        card: the card's token, ``holder`` its holder's; both empty for one without a card.
        name: the holder's name, masked; empty where the holder's data is gone.
        service_day: the day that the breakfast counts for.
        at: when the card was tapped, UTC; the window is held against it.
        cap_fen: what a breakfast may cost the fund today.
        limit_fen: what the fund pays of this one at most: the cap, or less where it holds less.
        level: how far the tap proved the card, with its ``counter`` and ``key_version``.
    """

    card: str
    holder: str
    name: str
    service_day: date
    at: datetime
    cap_fen: int
    limit_fen: int
    level: Level
    counter: int | None = None
    key_version: int | None = None

    def fund_fen(self, total_fen: int) -> int:
        """Give what the fund pays of ``total_fen``; the rest is for another tender."""
        return min(total_fen, self.limit_fen)

    def due_fen(self, total_fen: int) -> int:
        """Give what the worker pays of ``total_fen`` on top."""
        return total_fen - self.fund_fen(total_fen)


def service_day(at: datetime, rules: Breakfast, zone: ZoneInfo) -> date:
    """Give the service day of an aware instant: the local day that began at the day's turn."""
    turn = rules.service_day_from
    local = at.astimezone(zone).replace(tzinfo=None)
    return (local - timedelta(hours=turn.hour, minutes=turn.minute)).date()


def in_window(at: datetime, rules: Breakfast, zone: ZoneInfo) -> bool:
    """Whether breakfasts are served at ``at``: from the window's first moment to before its last.

    06:30:00 is served, 06:29:59 is not; at 09:30:00 it is over.
    """
    local = at.astimezone(zone).time()
    return rules.window_from <= local < rules.window_to
