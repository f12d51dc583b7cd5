"""What is left of an item, and the number slips: by the records, with no question to the disk."""

from __future__ import annotations

import tempfile
from collections import Counter as Tally
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from config.rights import Right, Role
from kiosk.errors import ApprovalNeededError, ShortPaymentError, TooLateToVoidError
from kiosk.sale.approval import Approved
from kiosk.sale.basket import Basket, Line
from kiosk.sale.stock import LeftError, SoldOutError, check_left
from kiosk.sale.tenders import Offer
from kiosk.till.till import Till
from ledger.money import from_fen
from tests.kiosk.conftest import Counter, bilingual, opened

if TYPE_CHECKING:
    import sqlite3

    from kiosk.till.till import Done

COMBO = "C001"
"""A soy milk (F001) and a dough stick (F002)."""
PICKED_UP = "F011"


def again(counter: Counter) -> Till:
    """The same book after a restart of the program."""
    till = Till(counter.database, counter.home.settings)
    till.open(counter.home.catalogue, at=counter.tick())
    return till


def count(counter: Counter, sku: str, left: int | None) -> Done:
    return counter.till.set_left(sku, left, ref=uuid4(), at=counter.tick())


def slip(done: Done) -> int | None:
    number: int | None = done.record.doc.get("slip")
    return number


def test_a_sale_lowers_what_was_counted_and_what_goes_back_raises_it(counter: Counter) -> None:
    count(counter, "F001", 10)
    assert counter.till.left() == {"F001": 10}
    first = counter.sell("F001*3", "F003")
    assert counter.till.left() == {"F001": 7}
    second = counter.sell("F001*2")
    counter.void(first.number)
    assert counter.till.left() == {"F001": 8}
    counter.refund(second.number, {1: 1000})
    assert counter.till.left() == {"F001": 9}
    counter.till.take_back(counter.basket("F001"), "cash", at=counter.tick())
    assert counter.till.left() == {"F001": 10}
    assert again(counter).left() == {"F001": 10}


def test_a_combo_takes_its_parts_and_gives_them_back(counter: Counter) -> None:
    for sku in ("F001", "F002", COMBO):
        count(counter, sku, 5)
    sold = counter.sell(f"{COMBO}*2", "F001")
    assert counter.till.left() == {"F001": 2, "F002": 3, COMBO: 3}
    counter.refund(sold.number, {1: 1000})
    assert counter.till.left() == {"F001": 3, "F002": 4, COMBO: 4}
    assert again(counter).left() == counter.till.left()


def test_a_retry_takes_nothing_twice(counter: Counter) -> None:
    count(counter, "F001", 5)
    basket, act = counter.basket("F001"), uuid4()
    for _ in range(3):
        done = counter.till.sell(basket, [Offer("cash", basket.total)], at=counter.tick())
    assert counter.till.left() == {"F001": 4}
    for _ in range(3):
        counter.till.refund(done.number, ref=act, at=counter.tick())
    assert counter.till.left() == {"F001": 5}
    assert again(counter).left() == {"F001": 5}


def test_more_may_be_sold_than_was_counted_and_half_a_piece_is_none(counter: Counter) -> None:
    count(counter, "F001", 1)
    counter.sell("F001*0.5")
    assert counter.till.left() == {"F001": 0}
    sold = counter.sell("F001*2")
    assert counter.till.left() == {"F001": 0}
    counter.refund(sold.number)
    assert counter.till.left() == {"F001": 0}
    assert again(counter).left() == {"F001": 0}


def test_a_count_ends_with_none_and_with_the_day(counter: Counter) -> None:
    count(counter, "F001", 5)
    count(counter, "F002", 0)
    count(counter, "F001", None)
    assert counter.till.left() == {"F002": 0}
    counter.next_day()
    assert counter.till.left(counter.now) == {}
    counter.sell("F003")
    assert counter.till.left() == again(counter).left() == {}


def test_the_counts_of_two_books_do_not_mix(counter: Counter) -> None:
    other = Till(counter.database, counter.home.settings, book="JB-HQHG-02.1")
    count(counter, "F001", 5)
    other.set_left("F001", 9, ref=uuid4(), at=counter.tick())
    counter.sell("F001")
    assert (counter.till.left(), other.left()) == ({"F001": 4}, {"F001": 9})
    assert again(counter).left() == {"F001": 4}


def test_counting_takes_a_right_and_a_whole_number(counter: Counter) -> None:
    till = counter.till = Till(counter.database, counter.home.settings, by="s09", guarded=True)
    till.role = Role.AUDITOR
    with pytest.raises(ApprovalNeededError):
        count(counter, "F001", 5)
    lent = Approved(Right.COUNTS, "s02")
    done = till.set_left("F001", 5, ref=uuid4(), at=counter.tick(), approved=lent)
    assert done.record.doc == {"approved_by": "s02", "left": 5, "sku": "F001"}
    till.role = Role.CASHIER
    for wrong in (-1, 10_000, 1.5, True, "5"):
        with pytest.raises(LeftError) as refused:
            till.set_left("F001", wrong, ref=uuid4(), at=counter.tick())  # type: ignore[arg-type]
        bilingual(refused.value, str(wrong))
    assert till.left() == {"F001": 5}


def test_an_item_is_refused_at_the_key_where_less_is_left_combos_included(
    counter: Counter,
) -> None:
    check_left(counter.basket("F001*9"), {})
    check_left(counter.basket("F001*2"), {"F001": 2})
    with pytest.raises(SoldOutError) as refused:
        check_left(counter.basket("F003", "F001*3"), {"F001": 2})
    bilingual(refused.value, "2")
    with pytest.raises(SoldOutError):
        check_left(counter.basket("F001", COMBO), {"F001": 1})
    with pytest.raises(SoldOutError) as refused:
        check_left(counter.basket(COMBO), {"F002": 0})
    assert refused.value.sku == "F002"


def test_orders_that_are_fetched_get_running_numbers_and_a_retry_the_same(
    counter: Counter,
) -> None:
    assert slip(counter.sell("F001")) is None
    basket = counter.basket(PICKED_UP, "F001")
    offers = [Offer("cash", basket.total)]
    first = counter.till.sell(basket, offers, at=counter.tick())
    assert slip(first) == 1
    assert slip(counter.sell(PICKED_UP)) == 2
    retried = counter.till.sell(basket, offers, at=counter.tick())
    assert (slip(retried), retried.new) == (1, False)
    counter.till = again(counter)
    assert slip(counter.sell(PICKED_UP)) == 3
    counter.next_day()
    assert slip(counter.sell(PICKED_UP)) == 1


def test_a_payment_that_is_refused_takes_no_number(counter: Counter) -> None:
    basket = counter.basket(PICKED_UP)
    with pytest.raises(ShortPaymentError):
        counter.till.sell(basket, [Offer("cash", from_fen(1))], at=counter.tick())
    assert slip(counter.sell(PICKED_UP)) == 1


def test_a_plain_sale_asks_the_disk_nothing_for_counts_and_slips(counter: Counter) -> None:
    def statements() -> list[str]:
        said: list[str] = []
        with counter.database.transaction() as cursor:
            connection: sqlite3.Connection = cursor.connection
        connection.set_trace_callback(said.append)
        counter.sell("F001")
        connection.set_trace_callback(None)
        # What triggers do inside SQLite is traced as comments.
        return [each for each in said if not each.startswith("--")]

    plain = statements()
    count(counter, "F001", 50)
    count(counter, COMBO, 50)
    assert len(statements()) == len(plain)
    assert counter.till.left()["F001"] == 49


class Counting(RuleBasedStateMachine):
    """Any order of counting, selling and giving back: live, recounted and modelled are one."""

    sales = Bundle("sales")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.counter = opened(Path(self.folder.name) / "home")
        self.left: dict[str, int] = {}

    @rule(sku=st.sampled_from(["A", "B", "K"]), left=st.none() | st.integers(0, 9))
    def count(self, sku: str, left: int | None) -> None:
        count(self.counter, sku, left)
        self.left.pop(sku, None)
        if left is not None:
            self.left[sku] = left * 1000

    @rule(
        target=sales,
        lines=st.lists(
            st.tuples(st.sampled_from(["A", "B", "K", "Z"]), st.integers(1, 3000)),
            min_size=1,
            max_size=3,
        ),
    )
    def sell(self, lines: list[tuple[str, int]]) -> tuple[int, list[tuple[str, int]]]:
        basket = Basket()
        for place, (sku, milli) in enumerate(lines):
            combo = (("A", 1), ("B", 2)) if sku == "K" else ()
            line = Line(sku, f"{sku}{place}", from_fen(300), milli, combo=combo)
            basket = basket.add(line)
        done = self.counter.till.sell(basket, [Offer("cash", basket.total)], at=self.counter.tick())
        self.move(lines, -1)
        return done.number, lines

    @rule(sold=sales, whole=st.booleans())
    def give_back(self, sold: tuple[int, list[tuple[str, int]]], whole: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        number, lines = sold
        gone = self.counter.till.sold(number).lines
        if all(not line.left_milli for line in gone):
            return
        back = [(sku, line.left_milli) for (sku, _), line in zip(lines, gone, strict=True)]
        if whole and back == lines:
            try:
                self.counter.void(number)
            except TooLateToVoidError:
                return
        else:
            back = back[:1] if not whole and back[0][1] else back
            asked = {n: milli for n, (_, milli) in enumerate(back, 1) if milli}
            self.counter.refund(number, asked)
        self.move(back, 1)

    @rule()
    def tomorrow(self) -> None:
        self.counter.now += timedelta(days=1)
        self.counter.sell("F003")
        self.left = {}

    def move(self, lines: list[tuple[str, int]], sign: int) -> None:
        moved: Tally[str] = Tally()
        for sku, milli in lines:
            moved[sku] += milli
            if sku == "K":
                moved["A"] += milli
                moved["B"] += 2 * milli
        for sku in self.left:
            self.left[sku] += sign * moved[sku]

    @invariant()
    def live_and_recounted_are_what_the_model_says(self) -> None:
        if hasattr(self, "counter"):
            modelled = {sku: max(milli, 0) // 1000 for sku, milli in self.left.items()}
            assert self.counter.till.left() == modelled
            restarted: Any = Till(self.counter.database, self.counter.home.settings)
            restarted.open(self.counter.home.catalogue, at=self.counter.now)
            assert restarted._left == self.counter.till._left == self.left

    def teardown(self) -> None:
        if hasattr(self, "counter"):
            self.counter.database.close()
            self.folder.cleanup()


class TestCounting(Counting.TestCase):  # type: ignore[misc,valid-type]
    """Runs the machine."""

    settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
