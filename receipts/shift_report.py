"""What the papers of a shift say, as frozen values: X and Z reports, floats and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from receipts.documents import CODE_DIGITS
from receipts.errors import LocalTimeError

if TYPE_CHECKING:
    from datetime import date, datetime

    from moneyed import Money

    from receipts.documents import PaperNumber


@dataclass(frozen=True, slots=True)
class PaperTally:
    """How many, and what they come to."""

    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class PaperTender:
    """What one tender took and gave back, after change."""

    name: str
    taken: PaperTally
    given_back: PaperTally
    net: Money


@dataclass(frozen=True, slots=True)
class PaperMove:
    """Cash put in or taken out beside sales; ``name`` is the purpose, empty for a drop."""

    name: str
    reason: str
    by: str
    amount: Money
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class PaperParked:
    """A basket that stays parked; ``at`` is local and aware."""

    at: datetime
    by: str
    note: str
    total: Money


@dataclass(frozen=True, slots=True)
class PaperPieces:
    """Notes or coins of one denomination, and what they come to."""

    denomination: Money
    pieces: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftHead:
    """What stands at the top and the bottom of every paper of a shift.

    ``at`` is local and aware; ``lang`` the language of the names, and so the one of the labels.

    Raises:
        LocalTimeError: ``at`` has no time zone.
    """

    shop: str
    station: str
    number: PaperNumber
    record_hash: str
    shift: int
    business_date: date
    at: datetime
    by: str
    approved_by: str = ""
    reprint: int = 0
    """0 for the first print, n for the nth reprint."""
    training: bool = False
    """Printed in a training home: nothing on it is real."""
    lang: str = "zh_CN"

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise LocalTimeError(self.at)

    @property
    def code(self) -> str:
        """Book, record and the first digits of its hash: finds and proves the record."""
        return f"{self.number.book}/{self.number.seq}/{self.record_hash[:CODE_DIGITS]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSales:
    """What was sold: ``gross`` before discounts and rounding, ``net`` what customers paid."""

    gross: PaperTally
    discount: Money
    rounding: Money
    voids: PaperTally
    refunds: PaperTally
    returns: PaperTally
    net: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFund:
    """What the shift did to the charity fund, and what it held after."""

    set_aside: PaperTally
    reversed: Money
    kept: Money
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperBreakfasts:
    """The breakfasts of a shift: ``given`` at what they came to, and who paid how much of that.

    ``refused`` says in words why taps were refused, and how often.
    """

    given: PaperTally
    by_fund: Money
    topped_up: PaperTally
    hand_outs: PaperTally
    undone: PaperTally
    restored: Money
    refused: tuple[tuple[str, int], ...]
    cards_managed: int
    holders_shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDrawer:
    """The drawer from its float to what it should hold; moves in order."""

    opened_at: datetime
    opened_by: str
    float_: Money
    opening_difference: Money
    opening_reason: str
    cash_in: Money
    cash_out: Money
    paid_in: tuple[PaperMove, ...]
    paid_out: tuple[PaperMove, ...]
    drops: tuple[PaperMove, ...]
    expected: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperActs:
    """What an auditor looks at first: everything that is no plain sale."""

    removals: PaperTally
    removals_after_total: PaperTally
    overrides: PaperTally
    no_sales: int
    reprints: int
    refused_approvals: int
    failed_logins: int
    clock_jumps: int
    counts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperClosing:
    """How the shift ended: the count, and where the money went; ``head`` is a hash in hex."""

    z: int
    counted: Money
    over_short: Money
    reason: str
    to_safe: Money
    stays: Money
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPaper:
    """An X report (``closing`` is None) or a Z report."""

    head: ShiftHead
    first_record: int
    sales: PaperSales
    tenders: tuple[PaperTender, ...]
    fund: PaperFund
    drawer: PaperDrawer
    acts: PaperActs
    parked: tuple[PaperParked, ...]
    grand_total: Money
    outside: Money
    """Sales since the last Z report that no shift was open for."""
    closing: PaperClosing | None = None
    breakfasts: PaperBreakfasts | None = None
    """None where the shift had nothing to do with breakfast cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPaper:
    """A counted float (``expected`` is None where it came from the safe) or a blind count."""

    head: ShiftHead
    opening: bool
    pieces: tuple[PaperPieces, ...]
    total: Money
    expected: Money | None
    difference: Money
    reason: str = ""
