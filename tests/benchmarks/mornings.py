"""Mornings to serve: a fund with money in it, cards, and breakfasts of the starter catalogue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from config.cards import Level
from config.catalogue import CATALOGUE, load_catalogue
from kiosk.sale.basket import Basket, Line
from kiosk.sale.cards import Holder, Tap
from kiosk.sale.refs import new_ref
from kiosk.sale.tenders import Offer
from kiosk.till.cards import Wanted
from ledger.entries import Entry, FundMove
from ledger.money import from_fen, to_fen
from tests.benchmarks.floor import PlainBreakfast
from tests.benchmarks.sales import SETTINGS, plain_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.sale.breakfast import Serving
    from kiosk.sale.cards import BreakfastCard
    from kiosk.till.till import Till

BEFORE: Final = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""When the cards were issued: the day before the first morning."""
FIRST: Final = datetime(2026, 11, 23, 22, 40, tzinfo=UTC)
"""Twenty to seven of the first morning in Chongqing."""
BETWEEN: Final = timedelta(seconds=20)

_SIZES: Final = (2, 1, 3, 2, 1, 4, 2)
_TENDERS: Final = ("cash", "wechat", "alipay")


def grant(till: Till, fen: int, at: datetime) -> None:
    """Give the fund of ``till`` ``fen``, as the hub will."""
    doc, moves = {"down_seq": 1, "grant": "g-1"}, {FundMove.GRANTED: fen}
    entry = Entry("allowance_received", uuid4(), at, till.today(at), "hub", doc, (), moves)
    till.database.post(till.book, entry)


def uid_of(number: int) -> bytes:
    """Give the chip of card ``number``: the seven bytes of an NTAG."""
    return b"\x04" + (0xA1B2C3000000 + number).to_bytes(6, "big")


def issue(till: Till, count: int, at: datetime) -> list[BreakfastCard]:
    """Give ``count`` workers a card each, in one go like a list that is imported."""
    wanted = [
        Wanted(Holder(f"工人{number}", "市容环卫所"), uid_of(number), "worker", new_ref())
        for number in range(count)
    ]
    return till.issue_many(wanted, at=at)


class RealBreakfast:
    """One breakfast in both tongues: ``basket`` and ``offers`` for the till, ``plain`` for a floor.

    ``tap`` is what comes before it, and ``serving`` what the till said to that; ``at`` is UTC.
    """

    __slots__ = ("_serving", "at", "basket", "offers", "plain", "tap")

    def __init__(self, card: BreakfastCard, tap: Tap, basket: Basket, tender: str) -> None:
        self._serving: Serving | None = None
        self.at = FIRST
        self.tap = tap
        self.basket = basket
        total = to_fen(basket.total)
        fund_fen = min(total, SETTINGS.breakfast.cap_fen)
        due = total - fund_fen
        account = {each.id: each.account for each in SETTINGS.tenders}[tender]
        self.offers = [Offer(tender, from_fen(due))] if due else []
        claim = (card.card, card.holder, tap.level.value, tap.counter)
        self.plain = PlainBreakfast(
            basket.ref, plain_lines(basket), *claim, fund_fen, due, tender, account
        )

    @property
    def serving(self) -> Serving:
        """What the till said to the tap."""
        assert self._serving is not None, "it was not tapped"
        return self._serving

    def tapped(self, till: Till) -> None:
        """Tap the card at the time of the breakfast."""
        self._serving = till.tapped(self.tap, at=self.at)


def morning(cards: Sequence[BreakfastCard], number: int) -> list[RealBreakfast]:
    """Let everybody come once, on morning ``number`` from 0: one to four items each.

    Every other card counts its taps, as an NTAG 424 DNA does. Who chooses more than the fund pays
    pays the rest, by turns with each tender.
    """
    random = Random(number)  # noqa: S311 - the same breakfasts every time
    food = [
        each
        for each in load_catalogue(CATALOGUE)
        if each.breakfast and each.price_fen and not (each.pickup or each.combo)
    ]
    come = []
    for place, card in enumerate(cards):
        lines = random.sample(food, _SIZES[(place + number) % len(_SIZES)])
        basket = Basket(new_ref(), tuple(Line.of(each) for each in lines))
        level, counter = (Level.SUN, number + 1) if place % 2 else (Level.UID, None)
        tap = Tap("desk", uid_of(place), level, counter)
        each = RealBreakfast(card, tap, basket, _TENDERS[place % len(_TENDERS)])
        each.at = FIRST + timedelta(days=number) + place * BETWEEN
        come.append(each)
    return come
