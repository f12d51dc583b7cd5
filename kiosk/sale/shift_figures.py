"""The shapes of what a shift came to: its figures, its opening and closing, its reports. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Tally:
    """How many, and what they come to in fen."""

    count: int = 0
    fen: int = 0

    def plus(self, fen: int, count: int = 1) -> Tally:
        """Give the tally with ``count`` more, worth ``fen`` together."""
        return Tally(self.count + count, self.fen + fen)


@dataclass(frozen=True, slots=True)
class TenderFigures:
    """What one tender took on one account, and what it gave back; in fen, after change."""

    tender: str
    account: str
    taken: Tally = Tally()
    given_back: Tally = Tally()

    @property
    def net_fen(self) -> int:
        """What the account gained by it."""
        return self.taken.fen - self.given_back.fen


@dataclass(frozen=True, slots=True)
class Moved:
    """Cash put into the drawer or taken out of it, beside sales: one record.

    ``kind`` is ``paid_in``, ``paid_out`` or ``drop``; ``move`` the purpose's id, empty for a drop;
    ``approved_by`` is empty where nobody had to.
    """

    seq: int
    kind: str
    move: str
    fen: int
    reason: str
    by: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class ParkedFigures:
    """A basket that stays parked beyond the shift; ``at`` is UTC text, as its record has it."""

    basket: str
    at: str
    by: str
    note: str
    total_fen: int


@dataclass(frozen=True, slots=True)
class RefusedTaps:
    """How many taps one rule stood against; ``rule`` is the value of a ``breakfast.Rule``."""

    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class ShiftFigures:
    """The figures of a shift that follow from its records; amounts in fen.

    Attributes:
        sales: tickets, and what they came to before discounts and rounding (gross); without
            breakfasts.
        discount_fen: all discounts of them.
        rounding_fen: what was rounded off them (抹零).
        voids: undone in the shift, at what was paid back; ``refunds`` and ``returns`` too.
        tenders: what each tender took and gave back; the fund is one of them.
        set_asides: sales that set aside, and what for the fund; topped-up breakfasts, too.
        reversed_fen: taken back out of the fund by voids and refunds.
        kept_fen: what the fund kept, being short; the operator bears it.
        removals: lines taken out of baskets that were not paid.
        removals_after_total: those of them after the customer was told the total.
        overrides: lines sold at another price, and what that took off them (above zero: cheaper).
        no_sales: how often the drawer was opened without a sale.
        moves: paid-ins, paid-outs and drops, in order.
        counts: how often the drawer was counted.
        breakfasts: those that the fund paid for, and what they came to; hand-outs are among them.
        hand_outs: those of them that were given without a card.
        fund_paid_fen: what the fund paid for ``breakfasts``.
        topped_up: those of them that the worker paid a part of, and that part.
        breakfast_voids: breakfasts undone in the shift, at what they came to.
        restored_fen: what went back to the fund for those.
        cards_refused: taps that were refused, by rule.
        cards_managed: cards issued, replaced, blocked, unblocked and expired, holders forgotten.
        holders_shown: how often somebody looked at whose a card is.
    """

    sales: Tally = Tally()
    discount_fen: int = 0
    rounding_fen: int = 0
    voids: Tally = Tally()
    refunds: Tally = Tally()
    returns: Tally = Tally()
    tenders: tuple[TenderFigures, ...] = ()
    set_asides: Tally = Tally()
    reversed_fen: int = 0
    kept_fen: int = 0
    removals: Tally = Tally()
    removals_after_total: Tally = Tally()
    overrides: Tally = Tally()
    no_sales: int = 0
    reprints: int = 0
    refused_approvals: int = 0
    failed_logins: int = 0
    clock_jumps: int = 0
    counts: int = 0
    moves: tuple[Moved, ...] = ()
    breakfasts: Tally = Tally()
    hand_outs: Tally = Tally()
    fund_paid_fen: int = 0
    topped_up: Tally = Tally()
    breakfast_voids: Tally = Tally()
    restored_fen: int = 0
    cards_refused: tuple[RefusedTaps, ...] = ()
    cards_managed: int = 0
    holders_shown: int = 0

    @property
    def gross_fen(self) -> int:
        """Sales and breakfasts before discounts and rounding: what the grand total grows by."""
        return self.sales.fen + self.breakfasts.fen

    @property
    def net_fen(self) -> int:
        """What customers and the fund paid, less what they got back."""
        less = self.voids.fen + self.refunds.fen + self.returns.fen + self.breakfast_voids.fen
        return self.gross_fen - self.discount_fen - self.rounding_fen - less

    def moved(self, kind: str) -> Tally:
        """Give how many moves of ``kind`` there were, and what they come to."""
        found = [each.fen for each in self.moves if each.kind == kind]
        return Tally(len(found), sum(found))

    def cash(self, drawer: str) -> tuple[int, int]:
        """Give what tenders put into the account ``drawer`` and took out of it, in fen."""
        held = [each for each in self.tenders if each.account == drawer]
        return sum(each.taken.fen for each in held), sum(each.given_back.fen for each in held)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a shift began: who, when (UTC), and the float; in fen.

    Attributes:
        float_fen: what was counted into the drawer.
        carried_fen: what the books said it held.
        from_safe_fen: the float, where it came out of the safe.
        over_short_fen: counted beyond the books; 0 where the float came out of the safe.
        reason: the explanation of the difference.
    """

    seq: int
    at: str
    by: str
    float_fen: int
    carried_fen: int
    from_safe_fen: int
    over_short_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class Closing:
    """How a shift ended; in fen.

    Attributes:
        z: the number of the Z report, gap-free within the book.
        counted_fen: what was counted; ``over_short_fen`` is that less what the books said.
        to_safe_fen: what went from the drawer to the safe.
        head: hash of the last record before the close, in hex.
    """

    z: int
    counted_fen: int
    over_short_fen: int
    to_safe_fen: int
    reason: str
    head: str

    @property
    def stays_fen(self) -> int:
        """What is left in the drawer."""
        return self.counted_fen - self.to_safe_fen


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """An X report (``closing`` is None) or a Z report, as its record holds it.

    Attributes:
        seq: the report's own record; money is that of records ``opening.seq`` to ``seq``.
        first_seq: the first record since the last Z report, or of the book: acts without money
            (removals, no-sales, reprints, what was refused) are counted from here.
        record_hash: its hash in hex.
        at: when, UTC; ``by`` is whoever made it.
        approved_by: who approved it; empty where nobody had to.
        drawer: the account of the drawer.
        expected_fen: what the books said the drawer held: at the count for a Z, now for an X.
        grand_total_fen: gross sales and breakfasts of this book since it began; never reset.
        outside_fen: those since the last Z report that no shift was open for.
        fund_fen: what the fund held.
        parked: baskets that stay parked.
    """

    book: str
    number: int
    seq: int
    record_hash: str
    day: date
    at: datetime
    by: str
    approved_by: str
    opening: Opening
    figures: ShiftFigures
    drawer: str
    expected_fen: int
    grand_total_fen: int
    outside_fen: int
    fund_fen: int
    parked: tuple[ParkedFigures, ...]
    first_seq: int
    closing: Closing | None = None

    @property
    def opened_at(self) -> datetime:
        """When the shift was opened, UTC."""
        return datetime.fromisoformat(self.opening.at)

    @property
    def z(self) -> int | None:
        """The Z report's number; None for an X report."""
        return self.closing.z if self.closing else None
