"""Sales to ring: real items of the starter catalogue, the same for a till and for its floor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from config.catalogue import CATALOGUE, load_catalogue
from config.settings import Settings, load_settings
from kiosk.sale.basket import Basket, Line
from kiosk.sale.refs import new_ref
from kiosk.sale.tenders import Offer
from kiosk.till.projectors import PROJECTORS
from kiosk.till.store import migrate
from kiosk.till.till import Till
from ledger.db import Database
from ledger.money import from_fen, to_fen
from tests.benchmarks.floor import PlainLine, PlainSale

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPENING: Final = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
BETWEEN: Final = timedelta(seconds=20)
_SIZES: Final = (1, 2, 1, 3, 2, 1, 5)
_TENDERS: Final = ("cash", "wechat", "cash", "alipay", "wechat")


class RealSale:
    """One sale in both tongues: ``basket`` and ``offers`` for the till, ``plain`` for the floor."""

    __slots__ = ("at", "basket", "offers", "plain")

    def __init__(self, basket: Basket, offer: Offer, account: str, at: datetime) -> None:
        self.basket = basket
        self.offers = [offer]
        self.at = at
        lines = plain_lines(basket)
        self.plain = PlainSale(basket.ref, lines, offer.tender, account, to_fen(offer.amount))


def plain_lines(basket: Basket) -> list[PlainLine]:
    """Give the lines of ``basket`` as the floor takes them."""
    return [
        PlainLine(
            to_fen(line.amount),
            int(line.catering),
            line.name,
            line.qty_milli,
            line.sku,
            to_fen(line.unit_price),
        )
        for line in basket.lines
    ]


def sales(seed: int = 1) -> Iterator[RealSale]:
    """Ring for ever: one to five lines of food, by cash (rounded up to five yuan) or a wallet."""
    random = Random(seed)  # noqa: S311 - the same sales every time
    accounts = {tender.id: tender.account for tender in SETTINGS.tenders}
    # Plain lines, as most are; a number slip or a combo's parts are no business of the floor.
    food = [
        each
        for each in load_catalogue(CATALOGUE)
        if each.catering and each.price_fen and not (each.pickup or each.combo)
    ]
    number = 0
    while True:
        lines = tuple(
            Line.of(random.choice(food), random.choice((1000, 1000, 2000)))
            for _ in range(_SIZES[number % len(_SIZES)])
        )
        basket = Basket(new_ref(), lines)
        tender = _TENDERS[number % len(_TENDERS)]
        due = to_fen(basket.total)
        received = -(-due // 500) * 500 if tender == "cash" else due
        offer = Offer(tender, from_fen(received))
        yield RealSale(basket, offer, accounts[tender], OPENING + number * BETWEEN)
        number += 1


SETTINGS: Final[Settings] = load_settings(None)


def new_database(folder: Path, name: str) -> Path:
    """Make an empty database of the current schema in ``folder``, by the project's migration."""
    path = folder / f"{name}.db"
    migrate(path, folder / "backups")
    return path


def open_till(path: Path) -> Till:
    """Open a till over the database at ``path``, as the program does."""
    database = Database(path, PROJECTORS)
    database.open()
    return Till(database, SETTINGS)
