from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.catalogue import load_catalogue
from config.settings import load_settings
from kiosk.errors import EmptyBasketError, NoSuchLineError, OverpaymentError
from kiosk.sale.basket import Line
from kiosk.sale.tenders import settle
from kiosk.screens.ticket import NothingOfferedError, PartlyPaidError, Ticket
from ledger.money import from_fen, to_fen

SETTINGS = load_settings()
CASH, WECHAT = SETTINGS.tenders[0], SETTINGS.tenders[1]
CATALOGUE = load_catalogue()


def ticket(*skus: str) -> Ticket:
    made = Ticket()
    for sku in skus:
        product = CATALOGUE.by_sku(sku)
        assert product is not None
        made = made.add(Line.of(product))
    return made


def test_what_the_screen_calls_paid_the_till_can_settle() -> None:
    paid = ticket("F001", "F004").pay(WECHAT, 300).pay(CASH, 1000)
    assert to_fen(paid.rest) == -600
    payments = settle(paid.total, paid.offers, SETTINGS.tenders)
    assert [to_fen(each.change) for each in payments] == [0, 600]


def test_a_part_payment_leaves_the_rest_and_is_taken_back_last_first() -> None:
    part = ticket("F004").pay(WECHAT, 300).pay(CASH, 100)
    assert to_fen(part.rest) == 100
    assert to_fen(part.take_back().rest) == 200
    assert part.take_back().take_back().take_back() == Ticket(part.basket, told=True)


def test_a_partly_paid_basket_grows_but_does_not_shrink() -> None:
    part = ticket("F004").pay(CASH, 100)
    assert to_fen(part.more(0).rest) == 900
    with pytest.raises(PartlyPaidError):
        part.take_out(0)


def test_a_line_is_taken_out_whole_or_by_quantity() -> None:
    two = ticket("F001", "F001")
    fewer, taken = two.take_out(0, 1000)
    assert (fewer.basket.lines[0].qty_milli, taken.qty_milli) == (1000, 1000)
    none, taken = two.take_out(0, 5000)
    assert (none.basket.lines, taken.qty_milli) == ((), 2000)


def test_a_payment_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(EmptyBasketError):
        Ticket().pay(CASH, None)
    with pytest.raises(NothingOfferedError):
        ticket("F001").pay(CASH, 0)
    with pytest.raises(OverpaymentError):
        ticket("F001").pay(WECHAT, 201)
    for wrong in (Ticket(), ticket("F001")):
        with pytest.raises(NoSuchLineError):
            wrong.more(1)
        with pytest.raises(NoSuchLineError):
            wrong.take_out(1)


def test_the_total_stands_once_the_customer_heard_it_or_some_time_passed() -> None:
    at = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    rung = ticket("F001").add(Line("F002", "油条", from_fen(200)), at)
    assert not rung.stands(at + timedelta(seconds=60), 60)
    assert rung.stands(at + timedelta(seconds=61), 60)
    assert rung.tell().stands(at, 60)
    assert rung.pay(CASH, 100).take_back().stands(at, 60)


def test_an_emptied_ticket_begins_anew() -> None:
    emptied, _ = ticket("F001").tell().take_out(0)
    assert not emptied.told


def test_what_is_partly_paid_gets_dearer_but_never_cheaper() -> None:
    part = ticket("F004").pay(CASH, 100)
    assert to_fen(part.changed(part.basket.with_price(0, from_fen(600))).rest) == 500
    with pytest.raises(PartlyPaidError):
        part.changed(part.basket.with_price(0, from_fen(400)))
