"""What a breakfast costs does not grow with the book behind it, nor with the cards that are out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kiosk.sale.card_errors import CardRefusedError
from kiosk.sale.tenders import Offer
from ledger.money import from_fen
from tests.kiosk.card_desk import LI, NEW, WANG, fill, give, handed_out, served, tapped

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from tests.kiosk.conftest import Counter

SALE = 8
"""What it takes like a sale: begin, record, postings, balances, fund and day, history, commit."""
BREAKFAST = SALE + 3
"""And what only a breakfast has: its card, its claim, its slip."""
TAP = 8
"""Begin and end; the card with its holder, its row, the records that it comes from (two calls that
count as one), the newest day, the holder's day, and the fund."""


@pytest.fixture
def morning(counter: Counter) -> Counter:
    """An open shift, a fund of 1000 yuan, Wang's card and Li's."""
    counter.open_shift()
    fill(counter, 100_000)
    give(counter)
    give(counter, LI, "李国强")
    return counter


def connection_of(counter: Counter) -> sqlite3.Connection:
    with counter.database.transaction() as cursor:
        connection: sqlite3.Connection = cursor.connection
    return connection


def asked(counter: Counter, act: Callable[[], object]) -> list[str]:
    """Do ``act``; give what each statement does to what, without those inside of triggers.

    ``INSERT INTO sale``: the values are not the point.
    """
    said: list[str] = []
    connection = connection_of(counter)
    connection.set_trace_callback(said.append)
    try:
        act()
    finally:
        connection.set_trace_callback(None)
    heads = [" ".join(each.split()[:3]) for each in said if not each.startswith("--")]
    # The rows of one call are traced as a statement each.
    return [b for a, b in zip(["", *heads], heads, strict=False) if a != b]


def steps(counter: Counter, act: Callable[[], object]) -> int:
    """Do ``act``; give the instructions of SQLite's machine that it took, triggers included.

    A row that is looked at is some instructions; a row that an index spares is none.
    """
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection = connection_of(counter)
    connection.set_progress_handler(step, 1)
    try:
        act()
    finally:
        connection.set_progress_handler(None, 1)
    return taken


def tap_in_vain(counter: Counter, uid: bytes = WANG) -> None:
    """Tap a card that is refused, and read nothing else of the books."""
    with pytest.raises(CardRefusedError):
        tapped(counter, uid)


def crowd(counter: Counter, count: int) -> None:
    """Give ``count`` others a card, and each a breakfast."""
    for number in range(count):
        uid = NEW[:-2] + number.to_bytes(2, "big")
        give(counter, uid, f"赵{number}")
        served(counter, uid=uid)


def test_a_breakfast_is_one_commit_with_three_statements_more_than_a_sale(
    morning: Counter,
) -> None:
    sale = asked(morning, lambda: morning.sell("F001"))
    serving, basket = tapped(morning), morning.basket("F001", "F006*2")
    redeem = asked(morning, lambda: morning.till.redeem(serving, basket, at=morning.tick()))
    assert (len(sale), len(redeem)) == (SALE, BREAKFAST)
    assert redeem.count("COMMIT") == 1
    assert redeem[-4:] == [
        "UPDATE card SET",
        "INSERT INTO breakfast",
        "INSERT INTO print_job",
        "COMMIT",
    ]
    assert not any(each.startswith("SELECT") for each in redeem), "the tap has asked it all"


def test_what_is_paid_on_top_is_two_statements_more(morning: Counter) -> None:
    serving, basket = tapped(morning), morning.basket("F018", "F004")
    offers = [Offer("cash", from_fen(300))]
    redeem = asked(morning, lambda: morning.till.redeem(serving, basket, offers, at=morning.tick()))
    assert len(redeem) == BREAKFAST + 2
    assert redeem.count("COMMIT") == 1


def test_a_retry_writes_nothing(morning: Counter) -> None:
    serving, basket = tapped(morning), morning.basket("F001")
    morning.till.redeem(serving, basket, at=morning.tick())
    rows = connection_of(morning).total_changes
    asked(morning, lambda: morning.till.redeem(serving, basket, at=morning.tick()))
    assert connection_of(morning).total_changes == rows


def test_a_tap_asks_six_questions_and_writes_nothing(morning: Counter) -> None:
    rows = connection_of(morning).total_changes
    tap = asked(morning, lambda: tapped(morning))
    assert len(tap) == TAP
    assert [each.split()[0] for each in tap] == ["BEGIN", *["SELECT"] * 6, "COMMIT"]
    assert connection_of(morning).total_changes == rows


def test_a_refused_tap_is_one_record(morning: Counter) -> None:
    served(morning)
    refusal = asked(morning, lambda: tap_in_vain(morning))
    written = [each for each in refusal if each.startswith(("INSERT", "UPDATE"))]
    assert written == ["INSERT INTO record"]


def test_a_hand_out_is_one_commit(morning: Counter) -> None:
    serving, basket = morning.till.handing_out(morning.tick()), morning.basket("F001")
    out = asked(
        morning,
        lambda: morning.till.hand_out(serving, basket, reason="卡丢失", at=morning.tick()),
    )
    # No card; but the book's end, its ref, and how many were handed out, where it is written.
    assert len(out) == BREAKFAST - 1 + 3
    assert out.count("COMMIT") == 1


def test_a_morning_is_the_same_work_however_long_the_book(morning: Counter) -> None:
    till = morning.till

    def work(uid: bytes) -> dict[str, int]:
        """Serve a card, undo it, and hand one out; give what each step took."""
        served_: list[int] = []

        def serve() -> None:
            served_.append(served(morning, uid=uid).number)

        def undo() -> None:
            till.void(served_[0], ref=uuid4(), at=morning.tick())

        return {
            "tap": steps(morning, lambda: tapped(morning, uid)),
            "serve": steps(morning, serve),
            "refuse": steps(morning, lambda: tap_in_vain(morning, uid)),
            "undo": steps(morning, undo),
            "hand out": steps(morning, lambda: handed_out(morning)),
            "today": steps(morning, lambda: till.served_today(morning.now)),
            "left": steps(morning, lambda: till.hand_outs_left(morning.now)),
        }

    work(WANG)  # the first makes rows that the others add to
    before = work(WANG)
    crowd(morning, 40)
    morning.next_day()
    work(LI)
    # One row more that is looked at takes four instructions at least, and there are 40 more.
    assert work(LI) == pytest.approx(before, abs=8)
