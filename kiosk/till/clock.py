"""The machine's clock, held against the book: a till whose clock is wrong says so, and sells on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from config.errors import Phrase
from ledger.chain import utc_text

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from config.cashier import Guards


@dataclass(frozen=True, slots=True)
class ClockJump:
    """The clock shows ``at`` (UTC), and the record before was of ``last_at`` (UTC)."""

    last_at: datetime
    at: datetime

    @property
    def seconds(self) -> int:
        """How far it went, in whole seconds; below zero it went back."""
        return int((self.at - self.last_at) / timedelta(seconds=1))

    @property
    def doc(self) -> dict[str, Any]:
        """What its record says (ADR 1)."""
        return {"last_at": utc_text(self.last_at), "seconds": self.seconds}

    def sentence(self, zone: tzinfo) -> Phrase:
        """Say it, in the local time of ``zone``, and what to do about it."""
        last, now = (f"{each.astimezone(zone):%Y-%m-%d %H:%M}" for each in (self.last_at, self.at))
        if self.seconds < 0:
            return Phrase(
                f"系统时钟往回走了：上一条记录是 {last}，现在却是 {now}。请核对并校正系统时间",
                f"The clock went back: the last record is of {last}, and now it is {now}. Check "
                "the system's time and put it right",
            )
        return Phrase(
            f"系统时钟往前跳了：上一条记录是 {last}，现在却是 {now}。请核对并校正系统时间",
            f"The clock went far ahead: the last record is of {last}, and now it is {now}. Check "
            "the system's time and put it right",
        )


def jump(last_at: datetime, at: datetime, guards: Guards, *, in_shift: bool) -> ClockJump | None:
    """Give the jump of a clock that shows ``at`` after a record of ``last_at``, if it is one.

    Going back counts always. Going ahead counts only within a shift: between two shifts lie
    nights and holidays.
    """
    ahead = at - last_at
    if ahead < timedelta(seconds=-guards.clock_back_s) or (
        in_shift and ahead > timedelta(seconds=guards.clock_forward_s)
    ):
        return ClockJump(last_at, at)
    return None


def settled(warned: ClockJump, at: datetime, guards: Guards, *, jumped: bool) -> bool:
    """Whether a clock that had ``warned`` of a jump shows a time again that can be right.

    After a jump back that is the time of the last record before it, reached by waiting or by
    setting the clock (``jumped``); after a jump ahead, a time soon after that record.
    """
    since = at - warned.last_at
    if warned.seconds < 0 and not jumped:
        return since >= timedelta(0)
    back = timedelta(seconds=-guards.clock_back_s)
    return back <= since <= timedelta(seconds=guards.clock_forward_s)
