"""One of several programs that redeem on one database at once, below the one-writer lock.

Asked a line at a time: ``{"at": ..., "cards": [...], "wanted": [...]}`` taps the cards, says
``ready``, and redeems at the line ``go``; what became of each is one line of JSON.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.sale.basket import Basket, Line
from kiosk.sale.card_errors import CardRefusedError, HandOutsUsedError
from kiosk.sale.cards import Tap
from kiosk.till.home import open_home
from kiosk.till.projectors import PROJECTORS
from kiosk.till.till import Till
from ledger.db import Database

if TYPE_CHECKING:
    from kiosk.sale.breakfast import Serving

_HAND_OUT = ""


def race(home_path: Path) -> None:
    """Race until there is no further line."""
    home = open_home(home_path)
    database = Database(home.database, PROJECTORS)
    database.open()
    with database.transaction() as cursor:
        connection = cursor.connection
    # Two connections that write and checkpoint at once can corrupt this SQLite: a racer never does.
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    till = Till(database, home.settings)
    product = home.catalogue.by_sku("F001")
    assert product is not None
    sys.stdout.write("here\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        at = datetime.fromisoformat(asked["at"])
        servings = [_served(till, card, at) for card in asked["cards"]]
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        assert sys.stdin.readline() == "go\n"
        basket = Line.of(product)
        said = [_redeemed(till, each, Basket().add(basket), at) for each in servings]
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
    database.close()


def _served(till: Till, card: str, at: datetime) -> Serving | str:
    try:
        if card == _HAND_OUT:
            return till.handing_out(at)
        return till.tapped(Tap("desk", bytes.fromhex(card)), at=at)
    except CardRefusedError as refused:
        return refused.rule.value


def _redeemed(till: Till, serving: Serving | str, basket: Basket, at: datetime) -> str:
    if isinstance(serving, str):
        return serving
    at += timedelta(seconds=2)
    try:
        if serving.card:
            till.redeem(serving, basket, at=at)
        else:
            till.hand_out(serving, basket, reason="卡丢失", at=at)
    except CardRefusedError as refused:
        return refused.rule.value
    except HandOutsUsedError:
        return "used_up"
    return "served"


if __name__ == "__main__":
    race(Path(sys.argv[1]))
