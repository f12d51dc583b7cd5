"""Worked examples: what a cashier does, and what the books say afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.errors import TextError
from kiosk.errors import (
    AlreadyReversedError,
    EmptyBasketError,
    NoSuchLineError,
    NoSuchSaleError,
    NothingToRefundError,
    QuantityError,
    RefundTooMuchError,
    ShortPaymentError,
    TooLateToVoidError,
)
from kiosk.sale.basket import Basket, Line
from kiosk.sale.tenders import Offer
from kiosk.till.till import Till
from ledger.entries import Entry, FundMove
from ledger.errors import CanonicalFormError, RefConflictError
from ledger.money import CNY, ZERO, Money, from_fen
from ledger.rules import money_back

if TYPE_CHECKING:
    from tests.kiosk.conftest import Counter

DRAWER, WECHAT, SALES, SET_ASIDE, FUND = "100101", "101201", "500101", "560107", "224101"


def test_a_cash_sale_pays_the_shop_and_sets_ten_fen_aside(counter: Counter) -> None:
    """两杯豆浆、一根油条，收二十元。"""
    done = counter.sell("F001*2", "F002", received_fen=2000)

    assert done.total == Money("6.00", CNY)
    assert done.change == Money("14.00", CNY)
    assert counter.fund_fen() == 10
    assert counter.trial_balance() == {DRAWER: 600, SALES: -600, SET_ASIDE: 10, FUND: -10}
    assert [(p["account"], p["side"], p["amount_fen"]) for p in done.record.postings] == [
        (DRAWER, "D", 600),
        (SALES, "C", 600),
        (SET_ASIDE, "D", 10),
        (FUND, "C", 10),
    ]


def test_many_lines_are_one_ticket_and_set_aside_once(counter: Counter) -> None:
    counter.sell("F001", "F002", "F003", "D001", "P001")
    assert counter.fund_fen() == 10


def test_a_sale_without_food_or_drink_sets_nothing_aside(counter: Counter) -> None:
    basket = Basket().add(Line("T1", "雨伞", from_fen(2500), catering=False))
    counter.till.sell(basket, [Offer("wechat", basket.total)], at=counter.tick())
    assert counter.fund_fen() == 0
    assert counter.trial_balance() == {WECHAT: 2500, SALES: -2500}


def test_one_item_of_food_among_others_is_enough(counter: Counter) -> None:
    basket = counter.basket("F001").add(Line("T1", "雨伞", from_fen(2500), catering=False))
    counter.till.sell(basket, [Offer("wechat", basket.total)], at=counter.tick())
    assert counter.fund_fen() == 10


def test_a_zero_total_is_recorded_and_moves_nothing(counter: Counter) -> None:
    basket = Basket().add(Line("G1", "赠饮", ZERO))
    done = counter.till.sell(basket, [], at=counter.tick())
    assert done.record.postings == []
    assert counter.trial_balance() == {}
    assert counter.fund_fen() == 0
    assert counter.audit().clean


def test_a_sale_is_split_over_wechat_and_cash(counter: Counter) -> None:
    basket = counter.basket("F011", "D003")  # 8.00 + 3.50
    offers = [Offer("wechat", from_fen(500)), Offer("cash", from_fen(1000))]
    done = counter.till.sell(basket, offers, at=counter.tick())
    assert done.change == from_fen(350)
    assert counter.trial_balance() == {
        WECHAT: 500,
        DRAWER: 650,
        SALES: -1150,
        SET_ASIDE: 10,
        FUND: -10,
    }


def test_a_void_puts_everything_back_by_new_entries(counter: Counter) -> None:
    sold = counter.sell("F001*2", received_fen=1000)
    voided = counter.void(sold.number)
    assert voided.set_aside == Money("0.10", CNY)
    assert counter.trial_balance() == {}
    assert counter.fund_fen() == 0
    assert voided.number == sold.number + 1
    with pytest.raises(AlreadyReversedError):
        counter.void(sold.number)
    with pytest.raises(AlreadyReversedError):
        counter.refund(sold.number)


def test_yesterdays_sale_is_refunded_not_voided(counter: Counter) -> None:
    sold = counter.sell("F001")
    counter.next_day()
    with pytest.raises(TooLateToVoidError):
        counter.void(sold.number)
    counter.refund(sold.number)
    assert counter.trial_balance() == {}


def test_a_partial_refund_keeps_the_set_aside_and_the_last_one_takes_it_back(
    counter: Counter,
) -> None:
    sold = counter.sell("F001*3", "F002")
    first = counter.refund(sold.number, {1: 1000})
    assert (first.total, first.set_aside) == (from_fen(200), ZERO)
    assert counter.fund_fen() == 10
    second = counter.refund(sold.number)
    assert (second.total, second.set_aside) == (from_fen(600), from_fen(10))
    assert counter.trial_balance() == {}
    with pytest.raises(AlreadyReversedError):
        counter.refund(sold.number, {1: 1000})


def test_a_partly_refunded_sale_cannot_be_voided(counter: Counter) -> None:
    sold = counter.sell("F001*2")
    counter.refund(sold.number, {1: 1000})
    with pytest.raises(AlreadyReversedError):
        counter.void(sold.number)


def test_more_than_was_sold_is_never_refunded(counter: Counter) -> None:
    sold = counter.sell("F001*3", "F002")
    counter.refund(sold.number, {1: 2000})
    before = counter.trial_balance()
    for asked, refusal in (
        ({1: 1001}, RefundTooMuchError),
        ({1: 500, 2: 1001}, RefundTooMuchError),
        ({3: 1000}, NoSuchLineError),
        ({0: 1000}, NoSuchLineError),
        ({1: 0}, QuantityError),
        ({1: -1000}, QuantityError),
        ({}, NothingToRefundError),
    ):
        with pytest.raises(refusal):
            counter.refund(sold.number, asked)
    assert counter.trial_balance() == before
    assert counter.audit().clean


def test_a_weighed_line_refunded_in_pieces_gives_back_what_was_paid(counter: Counter) -> None:
    """0.333 kg at 9.99 is 3.33; three pieces of a third return 1.11 each."""
    basket = Basket().add(Line("W1", "凉面", Money("9.99", CNY), 333))
    sold = counter.till.sell(basket, [Offer("cash", basket.total)], at=counter.tick())
    pieces = [counter.refund(sold.number, {1: 111}).total for _ in range(3)]
    assert pieces == [from_fen(111)] * 3
    assert counter.trial_balance() == {}


@pytest.mark.parametrize("last", [Line("G1", "赠饮", ZERO), Line("W1", "散称", from_fen(100), 4)])
def test_a_last_piece_worth_nothing_takes_the_set_aside_back_in_the_books(
    last: Line, counter: Counter
) -> None:
    basket = counter.basket("F001").add(last)
    sold = counter.till.sell(basket, [Offer("cash", basket.total)], at=counter.tick())
    counter.refund(sold.number, {1: 1000})
    done = counter.refund(sold.number)
    assert (done.total, done.set_aside) == (ZERO, from_fen(10))
    assert counter.fund_fen() == 0
    assert counter.trial_balance() == {}
    assert counter.audit().clean


def test_what_undoes_a_sale_goes_where_the_sale_went(counter: Counter) -> None:
    """The operator changed the accounts between the sale and its undoing."""
    first, second = counter.sell("F001"), counter.sell("F002*2")
    settings = counter.home.settings
    counter.till = Till(
        counter.database,
        replace(
            settings,
            fund=replace(settings.fund, debit_account="560108"),
            accounts=replace(settings.accounts, sales="500102"),
        ),
    )
    counter.void(first.number)
    counter.refund(second.number, {1: 1000})
    counter.refund(second.number)
    assert counter.trial_balance() == {}
    assert counter.audit().clean


def test_a_time_without_a_zone_is_refused(counter: Counter) -> None:
    naive = counter.tick().replace(tzinfo=None)
    with pytest.raises(CanonicalFormError):
        counter.till.sell(counter.basket("F001"), [Offer("cash", from_fen(200))], at=naive)
    assert counter.trial_balance() == {}


def test_money_goes_back_to_the_tenders_that_paid(counter: Counter) -> None:
    basket = counter.basket("F011", "D003")
    offers = [Offer("wechat", from_fen(500)), Offer("cash", from_fen(650))]
    sold = counter.till.sell(basket, offers, at=counter.tick())
    counter.refund(sold.number, {1: 1000})  # 8.00: 5.00 to WeChat, 3.00 from the drawer
    assert counter.trial_balance()[DRAWER] == 350
    assert WECHAT not in counter.trial_balance()
    counter.refund(sold.number)
    assert counter.trial_balance() == {}


def test_a_refund_with_an_empty_fund_still_pays_the_customer(counter: Counter) -> None:
    """The fund was spent meanwhile: the set-aside stays and the operator bears it (rule 3)."""
    sold = counter.sell("F001")
    _spend_the_fund(counter)
    back = counter.refund(sold.number)
    assert back.total == from_fen(200)
    assert back.set_aside == ZERO
    assert (back.record.doc["kept_fen"], back.record.doc["reversed_fen"]) == (10, 0)
    assert counter.fund_fen() == 0
    assert counter.audit().clean


def _spend_the_fund(counter: Counter) -> None:
    """Draw the fund down as a hub does that takes an allowance back, through the journal itself."""
    held = counter.fund_fen()
    postings = money_back([], ZERO, 0, counter.till._accounts)
    counter.database.post(
        counter.till.book,
        Entry(
            "allowance_returned",
            uuid4(),
            counter.now,
            counter.till.business_date(counter.now),
            "cashier",
            {},
            postings,
            {FundMove.RETURNED: held},
        ),
    )


@pytest.mark.parametrize("reason", ["\x1b[2J", "两\n行", "很长" * 40])
def test_a_reason_that_no_paper_could_show_gives_nothing_back(
    counter: Counter, reason: str
) -> None:
    number = counter.sell("F001*2").number
    before = counter.trial_balance()
    with pytest.raises(TextError):
        counter.till.void(number, ref=uuid4(), at=counter.tick(), reason=reason)
    with pytest.raises(TextError):
        counter.till.refund(number, {1: 1000}, ref=uuid4(), at=counter.tick(), reason=reason)
    assert counter.trial_balance() == before
    told = counter.till.refund(number, {1: 1000}, ref=uuid4(), at=counter.tick(), reason=" 凉了 ")
    assert told.record.doc["reason"] == "凉了"


def test_a_standalone_return_pays_out_and_leaves_the_fund_alone(counter: Counter) -> None:
    counter.sell("F001")
    counter.till.take_back(counter.basket("D003"), "cash", at=counter.tick())
    assert counter.fund_fen() == 10
    assert counter.trial_balance() == {DRAWER: -150, SALES: 150, SET_ASIDE: 10, FUND: -10}
    returned = counter.till.history()[0]
    with pytest.raises(NoSuchSaleError):
        counter.void(returned.number)


def test_a_retried_sale_is_the_same_sale(counter: Counter) -> None:
    basket = counter.basket("F001")
    offer = [Offer("cash", basket.total)]
    first = counter.till.sell(basket, offer, at=counter.tick())
    again = counter.till.sell(basket, offer, at=counter.tick())
    assert (first.new, again.new) == (True, False)
    assert again.record == first.record
    assert counter.trial_balance()[DRAWER] == 200


def test_the_same_ref_with_another_basket_is_an_alarm(counter: Counter) -> None:
    basket = counter.basket("F001")
    counter.till.sell(basket, [Offer("cash", basket.total)], at=counter.tick())
    with pytest.raises(RefConflictError):
        counter.till.sell(basket, [Offer("wechat", basket.total)], at=counter.tick())
    assert counter.trial_balance()[DRAWER] == 200


def test_a_retried_refund_pays_once(counter: Counter) -> None:
    sold = counter.sell("F001*2")
    ref = uuid4()
    first = counter.till.refund(sold.number, {1: 1000}, ref=ref, at=counter.tick())
    again = counter.till.refund(sold.number, {1: 1000}, ref=ref, at=counter.tick())
    assert (first.new, again.new) == (True, False)
    assert again.total == first.total
    with pytest.raises(RefConflictError):
        counter.till.refund(sold.number, {1: 2000}, ref=ref, at=counter.tick())
    with pytest.raises(RefConflictError):
        counter.till.void(sold.number, ref=ref, at=counter.tick())
    assert counter.trial_balance()[DRAWER] == 200


def test_an_empty_basket_and_a_short_payment_are_refused_whole(counter: Counter) -> None:
    with pytest.raises(EmptyBasketError):
        counter.till.sell(Basket(), [], at=counter.tick())
    basket = counter.basket("F001")
    with pytest.raises(ShortPaymentError):
        counter.till.sell(basket, [Offer("cash", from_fen(199))], at=counter.tick())
    assert counter.trial_balance() == {}


def test_a_removed_line_is_recorded(counter: Counter) -> None:
    basket = counter.basket("F001", "F002")
    removed = counter.till.remove_line(basket, basket.lines[1], ref=uuid4(), at=counter.tick())
    assert removed.record.kind == "line_removed"
    assert removed.record.doc["basket"] == str(basket.ref)
    assert removed.record.doc["line"]["sku"] == "F002"


def test_the_paper_says_what_was_sold_and_a_reprint_says_so(counter: Counter) -> None:
    sold = counter.sell("F001*2", received_fen=500)
    counter.sell("F002")
    paper = counter.till.receipt(sold.number)
    assert (paper.total, paper.reprint) == (from_fen(400), 0)
    assert paper.payments[0].change == from_fen(100)
    assert paper.fund.set_aside == from_fen(10)
    assert paper.fund.total == from_fen(10)  # the fund as it was then, not as it is now
    assert counter.till.reprint(sold.number, ref=uuid4(), at=counter.tick()).reprint == 1
    assert counter.till.reprint(sold.number, ref=uuid4(), at=counter.tick()).reprint == 2
    assert counter.audit().clean


def test_history_shows_the_newest_first_with_what_went_back(counter: Counter) -> None:
    first, second = counter.sell("F001*2"), counter.sell("F002")
    counter.refund(first.number, {1: 1000})
    voided = counter.void(second.number)
    rows = counter.till.history()
    assert [(r.number, r.refunded_fen, r.closed_by) for r in rows] == [
        (second.number, 200, voided.number),
        (first.number, 200, None),
    ]
    assert counter.till.history(before=second.number)[0].number == first.number


def test_the_business_date_is_local_and_turns_at_the_rollover(counter: Counter) -> None:
    assert counter.sell("F001").record.day == "2026-11-24"  # 23:00 UTC on the 23rd


def test_a_changed_price_is_recorded_once(counter: Counter) -> None:
    assert counter.till.open(counter.home.catalogue, at=counter.tick()) is None
    with counter.database.transaction() as cursor:
        row = cursor.execute("SELECT value FROM policy WHERE key = 'price.F001'").fetchone()
    assert row == ("200",)


def test_a_day_ends_with_books_that_re_add(counter: Counter) -> None:
    numbers = [counter.sell("F001*2", "F006", by=by).number for by in ("cash", "wechat", "alipay")]
    counter.sell("D010", received_fen=10000)
    counter.void(numbers[0])
    counter.refund(numbers[1], {1: 1000})
    assert counter.trial_balance() == {
        DRAWER: 600,
        WECHAT: 450,
        "101202": 650,
        SALES: -1700,
        SET_ASIDE: 30,
        FUND: -30,
    }
    audit = counter.audit()
    assert audit.clean
    assert audit.records == 7
