"""What the state machine remembers of cards, those who hold them, and their breakfasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from config.cards import Level
from kiosk.sale.basket import Basket, Line
from kiosk.sale.cards import Tap
from kiosk.sale.tenders import Offer
from ledger.money import from_fen, to_fen

if TYPE_CHECKING:
    from datetime import date

    from kiosk.sale.breakfast import Serving

CAP, LEAST, HOLD_S, HAND_OUTS = 1000, 100, 300, 5
GOOD = ("active", "blocked")
PRICES = st.lists(st.integers(1, 900), min_size=1, max_size=3)
COUNTERS = st.one_of(st.none(), st.integers(1, 6))
TENDER = st.sampled_from(("cash", "wechat"))


@dataclass
class Chip:
    """A card in somebody's hand, and the last counter that the books have seen of it."""

    uid: bytes
    card: str
    state: str = "active"
    seen: int = 0


@dataclass
class Worker:
    """Somebody with cards, one after another; ``ate`` are the service days that are claimed."""

    holder: str
    chips: list[Chip]
    ate: dict[date, int] = field(default_factory=dict)


@dataclass
class Waiting:
    """A tap that was good and is not entered yet."""

    worker: Worker
    chip: Chip
    serving: Serving


@dataclass
class Served:
    """What the model remembers of a breakfast; ``worker`` is None for one without a card."""

    worker: Worker | None
    number: int
    serving: Serving
    basket: Basket
    offers: list[Offer]
    day: date
    shift: int | None
    fund_fen: int
    due_fen: int
    cash_fen: int
    set_aside: int
    closed: bool = False


def tap_of(chip: Chip, counter: int | None) -> Tap:
    return Tap("desk", chip.uid, Level.UID if counter is None else Level.SUN, counter)


def chosen_by(serving: Serving, prices: list[int], tender: str) -> tuple[Basket, list[Offer]]:
    basket = Basket()
    for place, price in enumerate(prices):
        basket = basket.add(Line(f"B{place}", f"早{place}", from_fen(price), breakfast=True))
    due = serving.due_fen(to_fen(basket.total))
    return basket, [Offer(tender, from_fen(due))] if due else []
