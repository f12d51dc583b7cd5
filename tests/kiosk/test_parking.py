"""Baskets that wait: in the books whole, back as the very same value, and never lost quietly."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import given, settings

from config.errors import TextError
from config.rights import Right, Role
from kiosk.errors import ApprovalNeededError, EmptyBasketError
from kiosk.sale.approval import Approved
from kiosk.sale.basket import Basket
from kiosk.sale.parked import AlreadyParkedError, AlreadySoldError, NotParkedError
from kiosk.sale.tenders import Offer
from kiosk.till.till import Till
from ledger.errors import RefConflictError
from tests.kiosk.conftest import MORNING, Counter, bilingual, opened
from tests.kiosk.sale.conftest import baskets

if TYPE_CHECKING:
    from collections.abc import Iterator


def docs_of(counter: Counter, kind: str) -> list[dict[str, Any]]:
    with counter.database.transaction() as cursor:
        rows = cursor.execute(
            "SELECT body FROM record WHERE kind = ? ORDER BY seq", (kind,)
        ).fetchall()
    return [json.loads(body)["doc"] for (body,) in rows]


@contextmanager
def a_counter() -> Iterator[Counter]:
    with tempfile.TemporaryDirectory() as folder:
        counter = opened(Path(folder) / "home")
        yield counter
        counter.database.close()


def test_a_basket_is_parked_shown_recalled_and_sold_under_its_own_ref(counter: Counter) -> None:
    basket = counter.basket("F001*2", "F003")
    done = counter.till.park(basket, ref=uuid4(), at=counter.tick(), note="微信没到账")
    assert done.new
    (waiting,) = counter.till.parked()
    assert (waiting.ref, waiting.seq, waiting.by) == (basket.ref, done.number, "cashier")
    assert (waiting.at, waiting.note) == (counter.now, "微信没到账")
    assert (waiting.total_fen, waiting.lines) == (basket.lines_fen, basket.lines)
    assert waiting.offers == ()

    assert counter.till.recall(basket.ref, ref=uuid4(), at=counter.tick()) == basket
    assert counter.till.parked() == []
    sold = counter.till.sell(basket, [Offer("cash", basket.total)], at=counter.tick())
    assert sold.record.content["ref"] == str(basket.ref)
    assert counter.audit().clean


@given(baskets())
@settings(max_examples=60, deadline=None)
def test_what_is_recalled_is_the_very_basket_that_was_parked(basket: Basket) -> None:
    with a_counter() as counter:
        counter.till.park(basket, ref=uuid4(), at=counter.tick())
        (waiting,) = counter.till.parked()
        assert (waiting.lines, waiting.total_fen) == (basket.lines, int(basket.total.amount * 100))
        act = uuid4()
        recalled = counter.till.recall(basket.ref, ref=act, at=counter.tick())
        assert recalled == basket
        assert recalled.total - basket.total == basket.total - basket.total
        # The same act again is the same basket, and parking it once more is another wait.
        assert counter.till.recall(basket.ref, ref=act, at=counter.tick()) == basket
        counter.till.park(recalled, ref=uuid4(), at=counter.tick())
        assert [each.ref for each in counter.till.parked()] == [basket.ref]
        counter.till.recall(basket.ref, ref=uuid4(), at=counter.tick())
        offers = [Offer("cash", basket.total)]
        first = counter.till.sell(basket, offers, at=counter.tick())
        again = counter.till.sell(recalled, offers, at=counter.tick())
        assert (again.new, again.number) == (False, first.number)
        assert counter.audit().clean


def test_baskets_wait_in_the_order_in_which_they_were_parked_over_a_restart(
    counter: Counter,
) -> None:
    kept = [counter.basket(sku) for sku in ("F001", "F002", "F003")]
    for basket in kept:
        counter.till.park(basket, ref=uuid4(), at=counter.tick())
    counter.database.close()
    counter.till = Till(counter.database, counter.home.settings)
    counter.till.open(counter.home.catalogue, at=counter.tick())
    assert [each.ref for each in counter.till.parked()] == [each.ref for each in kept]


def test_parking_twice_by_the_same_act_is_once_and_by_another_is_refused(counter: Counter) -> None:
    basket, act = counter.basket("F001"), uuid4()
    first = counter.till.park(basket, ref=act, at=counter.tick())
    again = counter.till.park(basket, ref=act, at=counter.tick())
    assert (again.new, again.number) == (False, first.number)
    with pytest.raises(AlreadyParkedError) as refused:
        counter.till.park(basket, ref=uuid4(), at=counter.tick())
    bilingual(refused.value)
    with pytest.raises(RefConflictError):
        counter.till.park(counter.basket("F002"), ref=act, at=counter.tick())
    assert len(counter.till.parked()) == 1


def test_nothing_and_what_is_sold_cannot_be_parked(counter: Counter) -> None:
    with pytest.raises(EmptyBasketError):
        counter.till.park(Basket(), ref=uuid4(), at=counter.tick())
    basket = counter.basket("F001")
    sold = counter.till.sell(basket, [Offer("cash", basket.total)], at=counter.tick())
    with pytest.raises(AlreadySoldError) as refused:
        counter.till.park(basket, ref=uuid4(), at=counter.tick())
    bilingual(refused.value, str(sold.number))
    with pytest.raises(TextError):
        counter.till.park(counter.basket("F001"), ref=uuid4(), at=counter.tick(), note="a\x1bb")
    assert counter.till.parked() == []


def test_a_basket_is_fetched_once(counter: Counter) -> None:
    basket = counter.basket("F001")
    counter.till.park(basket, ref=uuid4(), at=counter.tick())
    counter.till.recall(basket.ref, ref=uuid4(), at=counter.tick())
    for fetch in (counter.till.recall, counter.till.drop_parked):
        with pytest.raises(NotParkedError) as refused:
            fetch(basket.ref, ref=uuid4(), at=counter.tick())
        bilingual(refused.value)


def test_a_retry_never_ends_the_wait_of_another_basket(counter: Counter) -> None:
    one, two, act = counter.basket("F001"), counter.basket("F002"), uuid4()
    for basket in (one, two):
        counter.till.park(basket, ref=uuid4(), at=counter.tick())
    counter.till.recall(one.ref, ref=act, at=counter.tick())
    with pytest.raises(RefConflictError):
        counter.till.recall(two.ref, ref=act, at=counter.tick())
    with pytest.raises(RefConflictError):
        counter.till.drop_parked(one.ref, ref=act, at=counter.tick())
    assert [each.ref for each in counter.till.parked()] == [two.ref]


def test_dropping_says_every_line_again_with_reason_and_who_approved(counter: Counter) -> None:
    basket = counter.basket("F001*2", "F003")
    counter.till.park(basket, ref=uuid4(), at=counter.tick())
    act, lent = uuid4(), Approved(Right.REMOVE_AFTER_TOTAL, "s02")
    done = counter.till.drop_parked(
        basket.ref, ref=act, at=counter.tick(), reason="顾客不要", approved=lent
    )
    again = counter.till.drop_parked(
        basket.ref, ref=act, at=counter.tick(), reason="顾客不要", approved=lent
    )
    assert (again.new, again.number) == (False, done.number)
    assert done.total - basket.total == basket.total - basket.total
    (doc,) = docs_of(counter, "basket_dropped")
    assert [line["sku"] for line in doc["lines"]] == ["F001", "F003"]
    assert doc["lines"][0]["qty_milli"] == 2000
    assert (doc["reason"], doc["approved_by"]) == ("顾客不要", "s02")
    assert doc["total_fen"] == basket.lines_fen
    assert counter.till.parked() == []
    assert counter.audit().clean


def test_a_cashier_parks_and_recalls_but_does_not_drop_alone(counter: Counter) -> None:
    till = counter.till = Till(counter.database, counter.home.settings, by="s03", guarded=True)
    till.role = Role.CASHIER
    basket = counter.basket("F001")
    till.park(basket, ref=uuid4(), at=counter.tick())
    with pytest.raises(ApprovalNeededError):
        till.drop_parked(basket.ref, ref=uuid4(), at=counter.tick())
    assert till.recall(basket.ref, ref=uuid4(), at=counter.tick()) == basket
    till.role = Role.AUDITOR
    with pytest.raises(ApprovalNeededError):
        till.park(basket, ref=uuid4(), at=counter.tick())


def test_the_baskets_of_two_tills_do_not_mix(counter: Counter) -> None:
    other = Till(counter.database, counter.home.settings, book="JB-HQHG-02.1")
    ours, theirs = counter.basket("F001"), counter.basket("F002")
    counter.till.park(ours, ref=uuid4(), at=counter.tick())
    other.park(theirs, ref=uuid4(), at=counter.tick())
    assert [each.ref for each in counter.till.parked()] == [ours.ref]
    assert [each.ref for each in other.parked()] == [theirs.ref]
    with pytest.raises(NotParkedError):
        other.recall(ours.ref, ref=uuid4(), at=counter.tick())
    act = uuid4()
    counter.till.recall(ours.ref, ref=act, at=counter.tick())
    with pytest.raises(RefConflictError):
        other.recall(ours.ref, ref=act, at=counter.tick())
    assert counter.audit().clean


def test_removing_a_line_after_the_total_takes_a_right_and_says_so(counter: Counter) -> None:
    till = counter.till = Till(counter.database, counter.home.settings, by="s03", guarded=True)
    till.role = Role.CASHIER
    basket = counter.basket("F001")
    (line,) = basket.lines
    till.remove_line(basket, line, ref=uuid4(), at=counter.tick())
    with pytest.raises(ApprovalNeededError):
        till.remove_line(basket, line, ref=uuid4(), at=counter.tick(), after_total=True)
    till.remove_line(
        basket,
        line,
        ref=uuid4(),
        at=counter.tick(),
        after_total=True,
        reason=" 点错 ",
        approved=Approved(Right.REMOVE_AFTER_TOTAL, "s02"),
    )
    before, after = docs_of(counter, "line_removed")
    assert before.keys() == {"basket", "line"}
    assert after == before | {"after_total": 1, "approved_by": "s02", "reason": "点错"}


def test_a_parked_basket_outlives_the_day(counter: Counter) -> None:
    basket = counter.basket("F001")
    counter.till.park(basket, ref=uuid4(), at=counter.tick())
    counter.now = MORNING + timedelta(days=3)
    assert counter.till.recall(basket.ref, ref=uuid4(), at=counter.now) == basket
