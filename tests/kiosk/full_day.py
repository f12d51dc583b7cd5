"""A day with every kind of record in it, on any till."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from config.cards import Level
from config.rights import Role
from kiosk.sale.cards import Tap
from tests.kiosk.card_desk import fill, give, handed_out, refused, served

if TYPE_CHECKING:
    from tests.kiosk.conftest import Counter


def a_full_day(counter: Counter) -> None:
    numbers = [counter.sell("F001*2", "F006", by=by).number for by in ("cash", "wechat", "alipay")]
    counter.void(numbers[0])
    counter.refund(numbers[1], {1: 1000})
    basket = counter.basket("F001", "F002")
    counter.till.remove_line(basket, basket.lines[1], ref=uuid4(), at=counter.tick())
    counter.till.take_back(counter.basket("D003"), "cash", at=counter.tick())
    counter.till.park(counter.basket("F003"), ref=uuid4(), at=counter.tick(), note="在等")
    counter.till.reprint(numbers[2], ref=uuid4(), at=counter.tick())
    _staff(counter)
    _breakfasts(counter)
    _shifts(counter)
    counter.sell("F001")
    counter.sell("D010", received_fen=10000)


def _staff(counter: Counter) -> None:
    till = counter.till
    if till.first_manager_needed():
        till.make_first_manager("135790", at=counter.tick())
    else:
        till.add_staff("小李", Role.CASHIER, "24680", ref=uuid4(), at=counter.tick())


def _breakfasts(counter: Counter) -> None:
    """Serve, void, hand out, and do everything to cards that can be done; some are left as is."""
    till = counter.till
    fill(counter, 5000)
    chips = [bytes((4, len(till.cards()), n)) for n in range(6)]
    cards = [give(counter, chip, f"工人{n}") for n, chip in enumerate(chips)]
    for act, card in (("block", cards[1]), ("block", cards[2]), ("unblock", cards[2])):
        getattr(till, act)(card.card, reason="查", ref=uuid4(), at=counter.tick())
    till.expire(cards[3].card, reason="离职", ref=uuid4(), at=counter.tick())
    new = Tap("desk", bytes((5, *chips[4])))
    till.replace(cards[4].card, new, ref=uuid4(), at=counter.tick())
    till.show_holder(cards[5].holder, ref=uuid4(), at=counter.tick())
    till.forget(cards[5].holder, ref=uuid4(), at=counter.tick())
    for chip in (*chips[1:2], *chips[3:6]):
        refused(counter, chip)
    counter.void(served(counter, "F018", "F004", uid=chips[0], cash_fen=300).number)
    served(counter, "F018", "F004", uid=chips[0], cash_fen=300)
    served(counter, uid=chips[2], level=Level.SUN, counter=7, key_version=1)
    handed_out(counter)
    served(counter, uid=new.uid)


def _shifts(counter: Counter) -> None:
    """Close the shift that yesterday left open, open and close one, and leave one open."""
    for _ in (1, 2):
        if counter.till.shift is not None:
            counter.count(counter.trial_balance().get("100101", 0))
            counter.close_shift(reason="两个账簿的钱箱")
        counter.open_shift(20000, reason="补")
