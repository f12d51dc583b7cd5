"""What a breakfast card is good for: the operator's rules, and those of days to come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Annotated, Any

from config.checks import clock, texts, unfit, whole
from config.errors import Phrase

_MOST_FEN = 100_000


def _day(value: object) -> date:
    """Accept a TOML date, unquoted: ``2027-01-01``."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise unfit(
            value, Phrase("日期，如 2027-01-01，不加引号", "a date like 2027-01-01, without quotes")
        )
    return value


@dataclass(frozen=True, slots=True)
class BreakfastChange:
    """What is different from the service day ``from_day`` on; None goes on as it was before."""

    from_day: Annotated[date, _day]
    cap_fen: Annotated[int | None, whole(0, _MOST_FEN)] = None
    window_from: Annotated[time | None, clock] = None
    window_to: Annotated[time | None, clock] = None

    @property
    def stated(self) -> dict[str, Any]:
        """What it changes, by the name of the rule."""
        said = {name: getattr(self, name) for name in ("cap_fen", "window_from", "window_to")}
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Breakfast:
    """What a breakfast card is good for; times are local to ``Day.timezone``.

    Attributes:
        cap_fen: the most that the fund pays for one breakfast.
        window_from: the first moment of the day at which a card is served.
        window_to: the first moment after that at which it is served no longer.
        service_day_from: when the service day turns; a card is good for one breakfast in each.
        hold_s: so long after a tap its breakfast may be recorded, in seconds.
        hand_outs: how many breakfasts a service day may be handed out without a card.
        hand_out_reasons: what they are handed out for, offered by number.
        least_shown: a smaller count of breakfasts is not published (accounting.md 4).
        changes: the rules of days to come, dated, so that none has to be changed at midnight.
    """

    cap_fen: Annotated[int, whole(0, _MOST_FEN)]
    window_from: Annotated[time, clock]
    window_to: Annotated[time, clock]
    service_day_from: Annotated[time, clock]
    hold_s: Annotated[int, whole(10, 3600)]
    hand_outs: Annotated[int, whole(0, 1000)]
    hand_out_reasons: Annotated[tuple[str, ...], texts(24, count=9)]
    least_shown: Annotated[int, whole(1, 1000)]
    changes: tuple[BreakfastChange, ...] = ()

    def on(self, day: date) -> Breakfast:
        """Give the rules of the service day ``day``: of each, what was last said up to that day."""
        rules = self
        for change in sorted(self.changes, key=lambda each: each.from_day):
            if change.from_day <= day:
                rules = replace(rules, **change.stated)
        return rules
