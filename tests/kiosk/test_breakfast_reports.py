"""The Z of a morning with breakfasts: every figure is the ledger's, to the fen."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.language import words
from kiosk.sale.breakfast import Rule
from kiosk.sale.shift_figures import RefusedTaps, ShiftFigures, Tally
from kiosk.sale.shift_report import report_of, summarise
from kiosk.till.shift_papers import shift_paper
from kiosk.till.till import Till
from receipts.shift_layout import lay_out_shift
from tests.kiosk.breakfast_morning import NAMES, STRANGER, a_morning, chip
from tests.kiosk.card_desk import fill, give, handed_out, refused, served, with_rules
from tests.kiosk.conftest import opened

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.sale.shift_figures import ShiftReport
    from tests.kiosk.conftest import Counter

DRAWER, OWED_BY_FUND, CUSTODY, BANK = "100101", "122101", "101203", "100201"
SALES, BREAKFASTS, FUND, SET_ASIDE = "500101", "500102", "224101", "560107"


def in_pattern(counter: Counter, pattern: str) -> None:
    """Let the third-party account be the fund's (A) or the operator's (B)."""
    old = counter.till.settings
    changed = replace(old, fund=replace(old.fund, custody=pattern))
    counter.till = Till(counter.database, changed)


def a_shift(counter: Counter) -> ShiftReport:
    """A shift with ten sales and the morning of ``a_morning``; 4.00 was sold before it."""
    counter.sell("F001*2")
    counter.open_shift(20000, reason="首日")
    for _ in range(10):
        counter.sell("F001")
    fill(counter, 3000)
    a_morning(counter)
    counter.count(counter.trial_balance()[DRAWER])
    return counter.close_shift()


@pytest.mark.parametrize("pattern", ["A", "B"])
def test_the_z_of_a_morning_is_the_trial_balance_to_the_fen(counter: Counter, pattern: str) -> None:
    in_pattern(counter, pattern)
    z = a_shift(counter)
    figures, books = z.figures, counter.trial_balance()
    assert (figures.sales, figures.breakfasts) == (Tally(10, 2000), Tally(4, 2400))
    assert (figures.hand_outs, figures.topped_up) == (Tally(1, 250), Tally(1, 150))
    assert (figures.fund_paid_fen, figures.breakfast_voids) == (2250, Tally(1, 600))
    assert figures.restored_fen == 600
    assert figures.net_fen == 2000 + 2400 - 600 == -books[SALES] - books[BREAKFASTS] - 400
    paid = {each.tender: each for each in figures.tenders}
    assert (paid["fund"].taken, paid["fund"].given_back) == (Tally(4, 2250), Tally(1, 600))
    assert paid["fund"].net_fen == -books[BREAKFASTS] == 1650
    assert sum(each.net_fen for each in figures.tenders) == figures.net_fen
    if pattern == "A":
        assert paid["fund"].account == OWED_BY_FUND
        assert books[OWED_BY_FUND] == 1650
        assert -books[FUND] == 120
    else:
        assert paid["fund"].account == FUND
        assert books[FUND] == 1650 - 120
        assert (books[BANK], books[CUSTODY]) == (1650, -1650)
    assert figures.set_asides == Tally(11, 110)
    assert books[SET_ASIDE] == 120, "and ten fen of the sale before the shift"
    assert z.fund_fen == counter.fund_fen() == 3000 + 120 - 1650
    assert (z.outside_fen, z.grand_total_fen) == (400, 400 + 2000 + 2400)
    assert counter.audit().clean


def test_the_drawer_is_moved_by_the_top_up_and_not_by_the_fund(counter: Counter) -> None:
    z = a_shift(counter)
    assert z.figures.cash(DRAWER) == (2000 + 150, 0)
    assert z.expected_fen == 20000 + 2000 + 150


def test_refused_taps_are_counted_by_rule_and_no_card_is_named(counter: Counter) -> None:
    z = a_shift(counter)
    assert z.figures.cards_refused == (
        RefusedTaps(Rule.UNKNOWN.value, 1),
        RefusedTaps(Rule.USED_TODAY.value, 1),
    )
    assert (z.figures.cards_managed, z.figures.holders_shown) == (3, 0)
    for lang in ("zh_CN", "en"):
        paper = shift_paper(z, counter.home.settings, lang=lang)
        text = lay_out_shift(paper, 32, words(lang)).text()
        assert not [word for word in (*NAMES, "ct_", "ht_") if word in text]
        rule = "今天已领过早餐" if lang == "zh_CN" else "Today's breakfast was taken"
        assert f"\n  {rule}" in text


def test_the_paper_adds_up(counter: Counter) -> None:
    z = a_shift(counter)
    paper = shift_paper(z, counter.home.settings)
    assert [each.name for each in paper.tenders] == ["现金", "爱心基金"]
    found = paper.breakfasts
    assert found is not None
    assert found.by_fund + found.topped_up.amount == found.given.amount
    whole = paper.sales.gross.amount + found.given.amount - found.undone.amount
    assert whole == paper.sales.net == sum((each.net for each in paper.tenders), start=0 * whole)


def test_cards_between_two_shifts_stand_on_the_next_report(counter: Counter) -> None:
    a_shift(counter)
    new = give(counter, chip(9))
    counter.till.show_holder(new.holder, ref=uuid4(), at=counter.tick())
    refused(counter, STRANGER)
    counter.open_shift(22150)
    figures = counter.x_report().figures
    assert (figures.cards_managed, figures.holders_shown) == (1, 1)
    assert figures.cards_refused == (RefusedTaps("unknown", 1),)
    assert (figures.breakfasts, figures.net_fen) == (Tally(), 0)


def test_breakfasts_outside_any_shift_are_in_the_grand_total_all_the_same(
    counter: Counter,
) -> None:
    fill(counter, 3000)
    give(counter)
    served(counter, "F001")
    handed_out(counter, "F006")
    counter.open_shift(20000)
    report = counter.x_report()
    assert (report.outside_fen, report.grand_total_fen) == (450, 450)
    assert report.figures.breakfasts == Tally()


def test_a_report_of_a_program_without_breakfasts_prints_as_it_did(counter: Counter) -> None:
    counter.open_shift(20000)
    counter.sell("F001")
    report = counter.x_report()
    text = lay_out_shift(shift_paper(report, counter.home.settings), 32, words("zh_CN")).text()
    assert "早餐" not in text
    with counter.database.transaction() as cursor:
        (body,) = cursor.execute("SELECT body FROM record WHERE kind = 'x_report'").fetchone()
    content: dict[str, Any] = json.loads(body)
    figures = content["doc"]["report"]["figures"]
    for name in (
        *("breakfasts", "hand_outs", "fund_paid_fen", "topped_up", "breakfast_voids"),
        *("restored_fen", "cards_refused", "cards_managed", "holders_shown"),
    ):
        del figures[name]
    old = report_of(content, report.record_hash)
    assert old == report
    paper = shift_paper(old, counter.home.settings)
    assert paper.breakfasts is None
    assert lay_out_shift(paper, 32, words("zh_CN")).text() == text


def test_a_rule_of_a_newer_program_is_printed_as_it_is(counter: Counter) -> None:
    counter.open_shift(20000)
    report = counter.x_report()
    newer = replace(report.figures, cards_refused=(RefusedTaps("full_moon", 2),))
    paper = shift_paper(replace(report, figures=newer), counter.home.settings)
    assert paper.breakfasts is not None
    assert paper.breakfasts.refused == (("full_moon", 2),)


def test_a_kind_that_means_nothing_here_is_passed_over() -> None:
    assert summarise([{"kind": "allowance_received", "doc": {}, "fund": {}}]) == ShiftFigures()


MEALS = st.lists(
    st.tuples(st.sampled_from(["F001", "F003", "F004", "F006"]), st.integers(1, 4)),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    meals=st.lists(st.tuples(MEALS, st.booleans(), st.booleans()), min_size=1, max_size=4),
    cap_fen=st.integers(1, 1500),
    pattern=st.sampled_from("AB"),
)
def test_whatever_is_eaten_topped_up_and_undone_the_tenders_are_the_ledgers(
    tmp_path_factory: pytest.TempPathFactory,
    meals: list[tuple[list[tuple[str, int]], bool, bool]],
    cap_fen: int,
    pattern: str,
) -> None:
    counter = opened(_new(tmp_path_factory))
    in_pattern(counter, pattern)
    with_rules(counter, cap_fen=cap_fen)
    counter.open_shift(20000)
    fill(counter, 10_000)
    for number, (meal, without_card, undo) in enumerate(meals):
        wanted = [f"{sku}*{pieces}" for sku, pieces in meal]
        due = max(int(counter.basket(*wanted).total.amount * 100) - cap_fen, 0)
        if without_card and not due:
            done = handed_out(counter, *wanted)
        else:
            give(counter, chip(number))
            done = served(counter, *wanted, uid=chip(number), cash_fen=due)
        if undo:
            counter.void(done.number)
    report, books = counter.x_report(), counter.trial_balance()
    figures = report.figures
    by_tender = {each.tender: each.net_fen for each in figures.tenders}
    assert figures.net_fen == sum(by_tender.values())
    assert figures.net_fen == -books.get(SALES, 0) - books.get(BREAKFASTS, 0)
    assert by_tender.get("fund", 0) == -books.get(BREAKFASTS, 0)
    assert by_tender.get("cash", 0) == books[DRAWER] - 20000 == report.expected_fen - 20000
    assert figures.fund_paid_fen + figures.topped_up.fen == figures.breakfasts.fen
    held = 10_000 + figures.set_asides.fen - figures.reversed_fen
    assert report.fund_fen == held - figures.fund_paid_fen + figures.restored_fen
    assert counter.audit().clean
    counter.database.close()


def _new(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("kiosk") / "home"
