"""Hands for the tests of breakfasts: a fund with money in it, cards, taps and a serve."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from kiosk.sale.card_errors import CardRefusedError
from kiosk.sale.cards import Holder, Tap
from kiosk.sale.tenders import Offer
from ledger.entries import Entry, FundMove, credit, debit
from ledger.money import from_fen
from tests.kiosk.conftest import bilingual

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from kiosk.sale.basket import Basket
    from kiosk.sale.breakfast import Serving
    from kiosk.sale.cards import BreakfastCard
    from kiosk.till.till import Done, Till
    from tests.kiosk.conftest import Counter

WANG = bytes.fromhex("04a1b2c3d4e5f6")
LI = bytes.fromhex("04111213141516")
NEW = bytes.fromhex("04212223242526")


def fill(counter: Counter, fen: int) -> None:
    """Grant the fund ``fen``, as the hub will."""
    at = counter.tick()
    doc, moves = {"down_seq": 1, "grant": "g-1"}, {FundMove.GRANTED: fen}
    day = counter.till.today(at)
    entry = Entry("allowance_received", uuid4(), at, day, "hub", doc, (), moves)
    counter.database.post(counter.till.book, entry)


def transfer(counter: Counter, fen: int) -> None:
    """Pay what is owed to the fund to its own account, as accounting.md 10A has it."""
    at, amount = counter.tick(), from_fen(fen)
    doc = {"account": "100201", "amount_fen": fen, "statement": "2026-11"}
    postings = (debit("224101", amount), credit("100201", amount))
    day = counter.till.today(at)
    entry = Entry("fund_transferred", uuid4(), at, day, "s09", doc, postings)
    counter.database.post(counter.till.book, entry)


def give(
    counter: Counter,
    /,
    uid: bytes = WANG,
    name: str = "王秀英",
    *,
    type_id: str = "worker",
    expires: date | None = None,
    **proof: Any,  # noqa: ANN401 - what a tap says
) -> BreakfastCard:
    """Give a new holder a card."""
    return counter.till.issue(
        Holder(name, "市容环卫所", "13800001234"),
        Tap("desk", uid, **proof),
        type_id=type_id,
        ref=uuid4(),
        at=counter.tick(),
        expires=expires,
    )


def tapped(counter: Counter, /, uid: bytes = WANG, **proof: Any) -> Serving:  # noqa: ANN401
    return counter.till.tapped(Tap("desk", uid, **proof), at=counter.tick())


def redeemed(counter: Counter, serving: Serving, *wanted: str, cash_fen: int = 0) -> Done:
    offers = [Offer("cash", from_fen(cash_fen))] if cash_fen else []
    return counter.till.redeem(serving, counter.basket(*wanted), offers, at=counter.tick())


def served(
    desk: Counter,
    /,
    *wanted: str,
    uid: bytes = WANG,
    cash_fen: int = 0,
    **proof: Any,  # noqa: ANN401 - what a tap says
) -> Done:
    """Tap, choose, go."""
    serving = tapped(desk, uid, **proof)
    return redeemed(desk, serving, *(wanted or ("F001", "F006")), cash_fen=cash_fen)


def handed_out(counter: Counter, *wanted: str, reason: str = "卡丢失") -> Done:
    serving = counter.till.handing_out(counter.tick())
    basket = counter.basket(*(wanted or ("F001",)))
    return counter.till.hand_out(serving, basket, reason=reason, at=counter.tick())


def refused(counter: Counter, /, uid: bytes = WANG, **proof: Any) -> CardRefusedError:  # noqa: ANN401
    """Tap a card that is refused; the refusal stands in the books before it is said."""
    before = refusals(counter)
    with pytest.raises(CardRefusedError) as refusal:
        tapped(counter, uid, **proof)
    return recorded(counter, before, refusal.value)


def not_redeemed(
    counter: Counter,
    serving: Serving,
    basket: Basket,
    *,
    at: datetime | None = None,
    offers: tuple[Offer, ...] = (),
) -> CardRefusedError:
    """Redeem what is refused: nothing but the refusal is in the books."""
    before, fund = refusals(counter), counter.fund_fen()
    with pytest.raises(CardRefusedError) as refusal:
        counter.till.redeem(serving, basket, offers, at=at or counter.tick())
    assert counter.fund_fen() == fund
    return recorded(counter, before, refusal.value)


def recorded(
    counter: Counter, before: list[dict[str, Any]], refusal: CardRefusedError
) -> CardRefusedError:
    after = refusals(counter)
    assert len(after) == len(before) + 1
    said = after[-1]
    assert said["rule"] == refusal.rule.value
    assert said["card"] == refusal.card
    assert (said["used_at"] is None) == (refusal.used is None)
    bilingual(refusal)
    assert refusal.zh == f"{refusal.detail.zh}：{refusal.advice.zh}。"
    assert refusal.en == f"{refusal.detail.en}: {refusal.advice.en}."
    return refusal


def refusals(counter: Counter) -> list[dict[str, Any]]:
    return docs_of(counter, "card_refused")


def docs_of(counter: Counter, kind: str) -> list[dict[str, Any]]:
    from tests.kiosk.people_desk import docs  # noqa: PLC0415 - it imports the conftest, too

    return docs(counter, kind)


def with_rules(counter: Counter, **rules: Any) -> None:  # noqa: ANN401
    """Let other rules of breakfasts hold from here on."""
    settings = counter.till.settings
    counter.till.settings = replace(settings, breakfast=replace(settings.breakfast, **rules))


def with_type(counter: Counter, **changed: Any) -> None:  # noqa: ANN401
    """Let the type of card be another from here on."""
    settings = counter.till.settings
    kinds = (replace(settings.card_types[0], **changed),)
    counter.till.settings = replace(settings, card_types=kinds)


def moved(record_postings: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    return [(p["side"], p["account"], p["amount_fen"]) for p in record_postings]


def reopened(counter: Counter, *, guarded: bool = False) -> Till:
    """Start the program again: all that only memory held is gone."""
    till = type(counter.till)(counter.database, counter.till.settings, guarded=guarded)
    till.open(counter.home.catalogue, at=counter.tick())
    counter.till = till
    return till
