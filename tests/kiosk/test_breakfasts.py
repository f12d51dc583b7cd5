"""Mornings at the kiosk: a tap, a choice, and go; the fund pays exactly once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.cards import Level
from kiosk.errors import (
    EmptyBasketError,
    OverpaymentError,
    ShortPaymentError,
)
from kiosk.sale.basket import Basket, Line
from kiosk.sale.breakfast import Rule, Serving
from kiosk.sale.card_errors import NotBreakfastError
from kiosk.sale.cards import Tap
from kiosk.sale.discounts import Discount
from kiosk.sale.tenders import Offer
from kiosk.till.breakfasts import ServedToday
from kiosk.till.home import open_home, training_home
from kiosk.till.store import open_database
from kiosk.till.till import Till
from ledger.errors import RefConflictError
from ledger.money import from_fen
from tests.kiosk.card_desk import (
    LI,
    NEW,
    docs_of,
    fill,
    give,
    handed_out,
    moved,
    redeemed,
    refused,
    reopened,
    served,
    tapped,
    with_rules,
)
from tests.kiosk.conftest import MORNING, Counter, bilingual

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

TODAY = date(2026, 11, 24)


@pytest.fixture
def morning(counter: Counter) -> Iterator[Counter]:
    """A fund of 100 yuan and Wang's card; what was done is clean in the end."""
    fill(counter, 10_000)
    give(counter)
    yield counter
    audit = counter.audit()
    assert audit.findings == []


def test_a_breakfast_is_one_record_with_claim_fund_sale_and_slip(morning: Counter) -> None:
    serving = tapped(morning)
    assert (serving.name, serving.service_day) == ("王*", TODAY)
    assert (serving.cap_fen, serving.limit_fen) == (1000, 1000)
    done = redeemed(morning, serving, "F001", "F006*2")
    assert (done.new, done.total, done.change) == (True, from_fen(700), from_fen(0))
    assert done.record.kind == "redemption"
    assert done.record.doc["claim"] == {
        "card": serving.card,
        "counter": None,
        "holder": serving.holder,
        "level": "uid",
        "service_day": "2026-11-24",
    }
    assert done.record.doc["set_aside_fen"] == 0, "what the fund pays sets nothing aside"
    assert [each["tender"] for each in done.record.doc["tenders"]] == ["fund"]
    assert moved(done.record.postings) == [("D", "122101", 700), ("C", "500102", 700)]
    assert done.record.fund == {"redeemed": 700}
    assert morning.fund_fen() == 9300
    assert morning.trial_balance() == {"122101": 700, "500102": -700}
    with morning.database.transaction() as cursor:
        jobs = cursor.execute("SELECT seq, paper, state FROM print_job").fetchall()
        rows = cursor.execute(
            "SELECT seq, kind, service_day, holder, card, fund_fen, total_fen, closed_by"
            " FROM breakfast"
        ).fetchall()
    assert jobs == [(done.number, "breakfast_slip", "queued")]
    claim = (serving.holder, serving.card)
    assert rows == [(done.number, "redemption", "2026-11-24", *claim, 700, 700, None)]
    assert morning.till.served_today(morning.now) == ServedToday(1, 700)


def test_the_same_card_is_refused_until_the_next_service_day(morning: Counter) -> None:
    served(morning)
    refusal = refused(morning)
    assert refusal.rule is Rule.USED_TODAY
    morning.next_day()
    served(morning)
    assert refused(morning).rule is Rule.USED_TODAY
    assert morning.till.served_today(morning.now) == ServedToday(1, 450)


def test_two_cards_of_one_holder_are_one_breakfast_and_two_holders_are_two(
    morning: Counter,
) -> None:
    old = morning.till.cards()[0]
    served(morning)
    morning.till.replace(old.card, Tap("desk", NEW), ref=uuid4(), at=morning.tick())
    assert refused(morning, NEW).rule is Rule.USED_TODAY
    give(morning, LI, "李国强")
    served(morning, uid=LI)
    assert morning.till.served_today(morning.now).count == 2


def test_one_fen_above_the_cap_needs_another_tender_and_sets_aside(morning: Counter) -> None:
    with_rules(morning, cap_fen=799)
    serving = tapped(morning)
    assert (serving.fund_fen(800), serving.due_fen(800)) == (799, 1)
    with pytest.raises(ShortPaymentError):
        redeemed(morning, serving, "F018")
    assert docs_of(morning, "card_refused") == [], "the card is good, the payment is not"
    done = redeemed(morning, serving, "F018", cash_fen=1)
    assert done.record.fund == {"redeemed": 799, "set_aside": 10}
    assert [(t["tender"], t["amount_fen"]) for t in done.record.doc["tenders"]] == [
        ("fund", 799),
        ("cash", 1),
    ]
    assert moved(done.record.postings) == [
        ("D", "122101", 799),
        ("C", "500102", 799),
        ("D", "100101", 1),
        ("C", "500101", 1),
        ("D", "560107", 10),
        ("C", "224101", 10),
    ]
    assert done.set_aside == from_fen(10)
    assert morning.fund_fen() == 10_000 - 799 + 10


def test_a_breakfast_at_the_cap_takes_no_other_money(morning: Counter) -> None:
    serving = tapped(morning)
    with pytest.raises(OverpaymentError):
        redeemed(morning, serving, "F018", "F001", cash_fen=1)
    assert redeemed(morning, serving, "F018", "F001").record.fund == {"redeemed": 1000}


def test_change_is_given_on_what_is_paid_on_top(morning: Counter) -> None:
    done = served(morning, "F018", "F004", cash_fen=500)
    assert (done.total, done.change) == (from_fen(1300), from_fen(200))
    assert morning.trial_balance()["100101"] == 300


def test_the_fund_pays_what_it_holds_and_the_worker_the_rest(counter: Counter) -> None:
    fill(counter, 300)
    give(counter)
    serving = tapped(counter)
    assert (serving.cap_fen, serving.limit_fen) == (1000, 300)
    done = redeemed(counter, serving, "F006*2", cash_fen=200)
    assert done.record.fund == {"redeemed": 300, "set_aside": 10}
    assert counter.fund_fen() == 10


def test_pattern_b_pays_the_debt_to_the_fund_and_frees_its_money(morning: Counter) -> None:
    settings = morning.till.settings
    morning.till.settings = replace(settings, fund=replace(settings.fund, custody="B"))
    number = served(morning, "F018", "F004", cash_fen=300).number
    assert morning.trial_balance() == {
        "224101": 1000 - 10,
        "500102": -1000,
        "100201": 1000,
        "101203": -1000,
        "100101": 300,
        "500101": -300,
        "560107": 10,
    }
    # What undoes it goes where it went, whatever the settings say since.
    morning.till.settings = settings
    morning.void(number)
    assert morning.trial_balance() == {}
    assert morning.fund_fen() == 10_000


def test_what_no_card_may_take_is_sold_the_ordinary_way(morning: Counter) -> None:
    serving = tapped(morning)
    with pytest.raises(NotBreakfastError) as refusal:
        redeemed(morning, serving, "F001", "D001")
    product = morning.home.catalogue.by_sku("D001")
    assert product is not None
    bilingual(refusal.value, product.name_zh)
    line = morning.basket("F001").lines[0]
    cheaper = [
        replace(line, list_unit_fen=300),
        replace(line, price_tier="outdoor"),
        replace(line, discount_fen=10, discount_reason="老顾客"),
    ]
    for each in cheaper:
        with pytest.raises(NotBreakfastError):
            morning.till.redeem(serving, Basket().add(each), at=morning.tick())
    whole = [
        morning.basket("F001").with_sale_discount(Discount(1000, None, "老顾客")),
        replace(morning.basket("F001"), round_to_fen=10),
    ]
    for basket in whole:
        with pytest.raises(NotBreakfastError):
            morning.till.redeem(serving, basket, at=morning.tick())
    for empty in (Basket(), Basket().add(Line("F9", "水", from_fen(0), breakfast=True))):
        with pytest.raises(EmptyBasketError):
            morning.till.redeem(serving, empty, at=morning.tick())
    assert morning.till.served_today(morning.now).count == 0
    assert morning.fund_fen() == 10_000


def test_a_retry_after_a_crash_is_the_same_record_and_draws_once(morning: Counter) -> None:
    serving, basket = tapped(morning), morning.basket("F001", "F006")
    first = morning.till.redeem(serving, basket, at=morning.tick())
    for wait in (0, 10_000):  # later than any tap is held
        morning.now += timedelta(seconds=wait)
        again = morning.till.redeem(serving, basket, at=morning.tick())
        assert (again.new, again.number, again.total) == (False, first.number, first.total)
    assert morning.fund_fen() == 10_000 - 450
    reopened(morning)
    assert not morning.till.redeem(serving, basket, at=morning.tick()).new
    with pytest.raises(RefConflictError):
        morning.till.redeem(serving, replace(basket, lines=basket.lines[:1]), at=morning.tick())
    assert docs_of(morning, "card_refused") == []


def test_a_crash_before_the_commit_leaves_no_claim(
    morning: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving, basket = tapped(morning), morning.basket("F001")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    for projector in morning.database.projectors:  # in each projection, in turn
        with monkeypatch.context() as patched:
            patched.setattr(type(projector), "apply", crash)
            with pytest.raises(KeyboardInterrupt):
                morning.till.redeem(serving, basket, at=morning.tick())
    with monkeypatch.context() as patched:
        patched.setattr(morning.database, "_commit", crash)
        with pytest.raises(KeyboardInterrupt):
            morning.till.redeem(serving, basket, at=morning.tick())
    assert morning.fund_fen() == 10_000
    assert morning.till.redeem(serving, basket, at=morning.tick()).new


def test_a_crash_after_the_commit_is_answered_with_the_same_breakfast(
    morning: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving, basket = tapped(morning), morning.basket("F001")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(morning.database, "announce", crash)
        with pytest.raises(KeyboardInterrupt):
            morning.till.redeem(serving, basket, at=morning.tick())
    assert not morning.till.redeem(serving, basket, at=morning.tick()).new
    assert morning.fund_fen() == 9800


def test_a_breakfast_to_fetch_keeps_its_number_over_a_retry(morning: Counter) -> None:
    noodles = Line("F90", "小面", from_fen(600), pickup=True, breakfast=True)
    serving, basket = tapped(morning), Basket().add(noodles)
    first = morning.till.redeem(serving, basket, at=morning.tick())
    assert first.record.doc["slip"] == 1
    again = morning.till.redeem(serving, basket, at=morning.tick())
    assert (again.new, again.record.doc["slip"]) == (False, 1)
    reopened(morning)
    assert not morning.till.redeem(serving, basket, at=morning.tick()).new
    give(morning, LI, "李国强")
    other = morning.till.redeem(tapped(morning, LI), Basket().add(noodles), at=morning.tick())
    assert other.record.doc["slip"] > 1


def test_training_serves_from_books_and_keys_of_its_own(tmp_path: Path) -> None:
    real = open_home(tmp_path / "home")
    home = training_home(real.path)
    database = open_database(home)
    till = Till(database, home.settings)
    till.training = True
    till.open(home.catalogue, at=MORNING)
    counter = Counter(home, database, till)
    fill(counter, 1000)
    give(counter)
    served(counter)
    database.close()
    assert (home.path / "readings.key").exists()
    assert sorted(each.name for each in real.path.iterdir() if "key" in each.name) == []
    assert not real.database.exists()


def test_what_was_counted_goes_down_with_breakfasts_and_comes_back(morning: Counter) -> None:
    morning.till.set_left("F001", 5, ref=uuid4(), at=morning.tick())
    done = served(morning, "F001*2")
    handed_out(morning, "F001")
    assert morning.till.left() == {"F001": 2}
    reopened(morning)
    assert morning.till.left() == {"F001": 2}
    morning.void(done.number)
    assert morning.till.left() == {"F001": 4}


def test_the_history_tells_of_breakfasts(morning: Counter) -> None:
    done = served(morning)
    out = handed_out(morning)
    morning.void(done.number)
    past = {each.number: each for each in morning.till.history()}
    assert past[done.number].kind == "redemption"
    assert past[done.number].closed_by is not None
    assert past[out.number].kind == "hand_out"


@given(fund_fen=st.integers(0, 2500), cap_fen=st.integers(1, 1200), total=st.integers(0, 3000))
def test_the_fund_pays_to_the_limit_and_the_worker_the_rest(
    fund_fen: int, cap_fen: int, total: int
) -> None:
    limit = min(cap_fen, fund_fen)
    serving = Serving("c", "h", "", TODAY, MORNING, cap_fen, limit, Level.UID)
    assert serving.fund_fen(total) + serving.due_fen(total) == total
    assert serving.fund_fen(total) == min(total, limit)
    assert serving.due_fen(total) == max(total - limit, 0)


def test_a_breakfast_is_one_commit_and_the_same_work_however_long_the_book(
    morning: Counter,
) -> None:
    with_rules(morning, cap_fen=300)
    with morning.database.transaction() as cursor:
        connection: sqlite3.Connection = cursor.connection

    def asked() -> list[str]:
        said: list[str] = []
        serving, basket = tapped(morning), morning.basket("F001", "F006")
        offers = [Offer("cash", from_fen(150))]
        connection.set_trace_callback(said.append)
        morning.till.redeem(serving, basket, offers, at=morning.tick())
        connection.set_trace_callback(None)
        heads = [each.partition(" VALUES")[0] for each in said if not each.startswith("--")]
        return [b for a, b in zip(["", *heads], heads, strict=False) if a != b]

    first = asked()
    assert first.count("COMMIT") == 1
    assert len(first) <= 14, first
    for _ in range(30):
        morning.next_day()
        served(morning, "F001")
    morning.next_day()
    assert asked() == first
