"""Postings, entries and records: what may stand in a book."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ledger.errors import AmountError, UnbalancedError
from ledger.money import to_fen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from ledger.money import Money


class Side(StrEnum):
    """The side of the account that a posting stands on."""

    DEBIT = "D"
    CREDIT = "C"

    @property
    def opposite(self) -> Side:
        """The other side."""
        return Side.CREDIT if self is Side.DEBIT else Side.DEBIT


class FundMove(StrEnum):
    """How a record moves the fund; the value is the key in the record and the column's stem."""

    SET_ASIDE = "set_aside"
    REVERSED = "reversed"
    REDEEMED = "redeemed"
    RESTORED = "restored"
    GRANTED = "granted"
    RETURNED = "returned"

    @property
    def adds(self) -> bool:
        """Whether the fund grows by it."""
        return self in _ADDS


_ADDS = frozenset({FundMove.SET_ASIDE, FundMove.RESTORED, FundMove.GRANTED})


# Looking a member up on its class is a Python call, and these two are met with every posting.
_DEBIT, _CREDIT = Side.DEBIT, Side.CREDIT


@dataclass(frozen=True, slots=True)
class Posting:
    """One amount on one account. ``amount`` is always positive; ``side`` carries the sign."""

    account: str
    side: Side
    amount: Money


def debit(account: str, amount: Money) -> Posting:
    """Post ``amount`` on the debit side of ``account``."""
    return Posting(account, _DEBIT, amount)


def credit(account: str, amount: Money) -> Posting:
    """Post ``amount`` on the credit side of ``account``."""
    return Posting(account, _CREDIT, amount)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, not yet in a book. With postings it balances, or it does not exist.

    ``at`` is an aware UTC instant, ``day`` the business date. ``doc`` holds integers, strings,
    null, lists and objects only (ADR 1). ``fund`` names the fund moves in fen. ``amounts_fen``
    are the postings' amounts in order.

    Raises:
        UnbalancedError: debits and credits differ.
        AmountError: a posting of zero, of less, or of a fraction of a fen.
    """

    kind: str
    ref: UUID
    at: datetime
    day: date
    by: str
    doc: Mapping[str, Any]
    postings: tuple[Posting, ...] = ()
    fund: Mapping[FundMove, int] = field(default_factory=dict)
    shift: int | None = None
    amounts_fen: tuple[int, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse what no book may hold."""
        amounts = []
        debits = credits_ = 0
        for posting in self.postings:
            fen = to_fen(posting.amount)
            if fen <= 0:
                raise AmountError(posting.amount)
            if posting.side is _DEBIT:
                debits += fen
            else:
                credits_ += fen
            amounts.append(fen)
        if debits != credits_:
            raise UnbalancedError(self.kind, debits, credits_)
        for fen in self.fund.values():
            if fen <= 0:
                raise AmountError(dict(self.fund))
        object.__setattr__(self, "amounts_fen", tuple(amounts))


@dataclass(frozen=True, slots=True)
class Head:
    """The last record of a book: its ``seq`` (0 for none) and its 32-byte ``hash``."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """An entry in its place in a book, as hashed.

    ``content`` is the body as plain values: what ``body`` (the canonical JSON text) says.
    """

    book: str
    seq: int
    content: Mapping[str, Any]
    body: str
    prev: bytes
    hash: bytes

    @property
    def kind(self) -> str:
        """The kind of event, such as ``sale``."""
        return str(self.content["kind"])

    @property
    def day(self) -> str:
        """The business date, ``YYYY-MM-DD``."""
        return str(self.content["day"])

    @property
    def doc(self) -> Mapping[str, Any]:
        """What the event's own kind has to say (ADR 1)."""
        doc: Mapping[str, Any] = self.content["doc"]
        return doc

    @property
    def postings(self) -> list[dict[str, Any]]:
        """The postings: ``account``, ``amount_fen`` and ``side`` of each, in order."""
        postings: list[dict[str, Any]] = self.content["postings"]
        return postings

    @property
    def fund(self) -> Mapping[str, int]:
        """The fund moves in fen, by the value of their ``FundMove``."""
        fund: Mapping[str, int] = self.content["fund"]
        return fund
