"""What a paper says, as frozen values: whoever prints decides nothing any more."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from receipts.errors import LocalTimeError, NumberError

if TYPE_CHECKING:
    from datetime import date, datetime

    from moneyed import Money

CODE_DIGITS: Final = 8
"""Digits of the record's hash on paper: enough to tell two versions of one record apart."""

_HASH: Final = re.compile(rf"[0-9a-f]{{{CODE_DIGITS},}}")


class Kind(StrEnum):
    """What happened: a paper that gives money back says so in its heading."""

    SALE = "sale"
    VOID = "void"
    """A sale undone on its own business day."""
    REFUND = "refund"
    """Money back for lines of an earlier sale."""
    RETURN = "return"
    """Money back for goods whose sale is not known (a stand-alone return)."""
    REDEMPTION = "redemption"
    """A breakfast that the fund paid for, against a card."""
    HAND_OUT = "hand_out"
    """A breakfast that the fund paid for, without a card."""
    REDEMPTION_VOID = "redemption_void"
    """A breakfast of either kind undone: the fund has its money again."""

    @property
    def breakfast(self) -> bool:
        """Whether the fund gave a breakfast."""
        return self in {Kind.REDEMPTION, Kind.HAND_OUT}

    @property
    def pays_back(self) -> bool:
        """Whether money goes back by it."""
        return self in {Kind.VOID, Kind.REFUND, Kind.RETURN, Kind.REDEMPTION_VOID}


@dataclass(frozen=True, slots=True)
class PaperNumber:
    """Where a record stands: its book and its gap-free sequence number, from 1.

    Raises:
        NumberError: ``seq`` is below 1.
    """

    book: str
    seq: int

    def __post_init__(self) -> None:
        if self.seq < 1:
            raise NumberError(self.seq)

    def __str__(self) -> str:
        return f"No. {self.seq:06d}"


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line sold or taken back. On every kind of paper its figures are what was rung."""

    name: str
    qty_milli: int
    """Thousandths of a unit: 2 cups are 2000, 0.544 kg are 544."""
    unit: Money
    amount: Money
    """What the line comes to before ``discount``."""
    options: tuple[str, ...] = ()
    """The names of what was chosen with the item: 特辣, 大份."""
    discount: Money | None = None
    """Taken off this line; above zero."""
    discount_reason: str = ""


@dataclass(frozen=True, slots=True)
class PaperPayment:
    """One tender's part. ``amount`` is what it settled, or on the other papers what went back."""

    name: str
    amount: Money
    received: Money | None = None
    """What the customer handed over, where that is known (cash)."""
    change: Money | None = None
    by_fund: bool = field(default=False, kw_only=True)
    """The charity fund paid it, or on the other papers got it back."""


@dataclass(frozen=True, slots=True)
class FundNote:
    """What a paper tells of the charity fund; each amount at zero is left unsaid."""

    set_aside: Money
    """Put into the fund by this sale."""
    reversed: Money
    """Taken back out of the fund by this void or refund."""
    kept: Money
    """Left in the fund, which was too short to give it back: the operator bears it."""
    total: Money
    """The fund after this record."""
    today: Money | None = None
    """Set aside since the business day began, where it is known."""
    breakfasts: int = field(default=0, kw_only=True)
    """How many breakfasts it has paid for, this one included; 0 is left unsaid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The paper of one sale, breakfast, void, refund or stand-alone return.

    Nothing on a breakfast's says whose it is: neither a name nor a card's token.
    Amounts are in CNY and positive on every kind of paper; the heading says which way they went.
    ``total`` is what was paid, after ``discount`` and ``rounding``.
    ``lang`` is the language of the names in it and so the one for its labels.

    Raises:
        LocalTimeError: ``at`` has no time zone.
        NumberError: ``record_hash`` is not lower-case hexadecimal of at least ``CODE_DIGITS``.
    """

    kind: Kind
    number: PaperNumber
    record_hash: str
    """The record's SHA-256 in lower-case hexadecimal."""
    shop: str
    station: str
    cashier: str
    """Staff id, never a name that a customer could read elsewhere."""
    at: datetime
    """Local time of the station, aware."""
    business_date: date
    lines: tuple[PaperLine, ...]
    total: Money
    payments: tuple[PaperPayment, ...]
    fund: FundNote
    original: PaperNumber | None = None
    """The sale or breakfast that a void or refund undoes."""
    reprint: int = 0
    """0 for the first print, n for the nth reprint."""
    discount: Money | None = None
    """Taken off the whole sale, after the lines' own discounts; above zero."""
    discount_reason: str = ""
    rounding: Money | None = None
    """Rounded off the total (抹零), or off what goes back; above zero."""
    tier: str = ""
    """The name of the price tier that the customer bought at."""
    slip: int | None = None
    """The number that the customer fetches the order with."""
    training: bool = False
    """Nothing was sold: a trainee made this paper, and it says so at its top and bottom."""
    lang: str = "zh_CN"

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise LocalTimeError(self.at)
        if not _HASH.fullmatch(self.record_hash):
            raise NumberError(self.number.seq, self.record_hash)

    @property
    def code(self) -> str:
        """Book, sequence number and the first digits of the hash: finds and proves the record."""
        return f"{self.number.book}/{self.number.seq}/{self.record_hash[:CODE_DIGITS]}"
