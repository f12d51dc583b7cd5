"""X and Z reports: every figure is the ledger's, to the fen, and the same for ever."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from config.rights import Right
from kiosk.cli import main
from kiosk.sale.approval import Approved
from kiosk.sale.discounts import Discount
from kiosk.sale.shift_figures import ShiftFigures, Tally
from kiosk.sale.shift_report import report_of, summarise
from kiosk.sale.tenders import Offer
from kiosk.shift_errors import NoSuchReportError
from kiosk.till.day_tables import BASKET_PARKED
from kiosk.till.shift_papers import shift_paper
from kiosk.till.till import Till
from ledger.entries import Entry, FundMove
from ledger.money import from_fen
from tests.kiosk.conftest import Counter, bilingual

if TYPE_CHECKING:
    from kiosk.sale.shift_figures import ShiftReport

DRAWER, SAFE, OVER_SHORT, COSTS = "100101", "100102", "190101", "560108"
SALES, FUND, SET_ASIDE, ROUNDING = "500101", "224101", "560107", "560109"
MONEY = {"cash": DRAWER, "wechat": "101201", "alipay": "101202"}


def a_day(counter: Counter) -> None:
    """A shift with everything in it; the figures of the test below are added up by hand.

    F001 2.00, F006 2.50 (catering), D003 and D010 without.
    """
    till = counter.till
    counter.sell("F001*2", "F006", received_fen=10000)  # 6.50
    counter.sell("F001*3", by="wechat")  # 6.00
    counter.sell("F006*2", by="alipay")  # 5.00
    split = counter.basket("F001*5")  # 10.00
    till.sell(
        split, [Offer("wechat", from_fen(400)), Offer("cash", from_fen(1000))], at=counter.tick()
    )
    # 1.00 off the line, then 10 % off the rest, then down to a whole yuan: 12.50 is 10.00
    cheap = counter.basket("F001*5", "F006")
    cheap = cheap.with_discount(0, Discount(fen=100, reason="临期"))
    cheap = cheap.with_sale_discount(Discount(percent_bp=1000, reason="老顾客")).rounded(100)
    till.sell(cheap, [Offer("cash", cheap.total)], at=counter.tick())
    dear = counter.basket("F001*2").with_price(0, from_fen(150))
    till.sell(dear, [Offer("cash", dear.total)], at=counter.tick())  # 3.00 instead of 4.00
    counter.void(counter.sell("F001").number)
    counter.refund(counter.sell("F001*4", by="wechat").number, {1: 1000})
    till.take_back(counter.basket("F006"), "cash", at=counter.tick())
    basket = counter.basket("F001", "F006")
    till.remove_line(basket, basket.lines[0], ref=uuid4(), at=counter.tick())
    till.remove_line(basket, basket.lines[1], ref=uuid4(), at=counter.tick(), after_total=True)
    till.no_sale("换零钱", ref=uuid4(), at=counter.tick())
    till.paid_in("change", from_fen(5000), ref=uuid4(), at=counter.tick())
    water = Approved(Right.PAID_OUT, "s02")
    ref, at = uuid4(), counter.tick()
    till.paid_out("water", from_fen(1200), "两箱水", ref=ref, at=at, approved=water)
    till.drop(from_fen(10000), "满了", ref=uuid4(), at=counter.tick())


def test_the_z_of_a_day_is_the_trial_balance_to_the_fen(counter: Counter) -> None:
    counter.sell("F001*7")  # before any shift: in the books, and in no shift's figures
    before = counter.trial_balance()
    counter.open_shift(20000, reason="首日")
    opened = counter.trial_balance()
    a_day(counter)
    x = counter.x_report()
    due = counter.trial_balance()[DRAWER]
    assert counter.count(due - 60).expected_fen == due
    z = counter.close_shift(to_safe_fen=5000)
    after = counter.trial_balance()

    def moved(account: str) -> int:
        return after.get(account, 0) - opened.get(account, 0)

    figures = z.figures
    gross = 650 + 600 + 500 + 1000 + 1250 + 300 + 200 + 800
    assert (figures.sales, figures.discount_fen, figures.rounding_fen) == (Tally(8, gross), 215, 35)
    assert (figures.voids, figures.refunds, figures.returns) == (
        Tally(1, 200),
        Tally(1, 200),
        Tally(1, 250),
    )
    net = gross - 215 - 35 - 200 - 200 - 250
    assert figures.net_fen == net
    # Sales are credited with what was rounded off, and the rounding account bears it.
    assert (-moved(SALES), moved(ROUNDING)) == (net + 35, 35)

    taken = {each.tender: each.net_fen for each in figures.tenders}
    assert sum(taken.values()) == net
    assert {t: moved(MONEY[t]) for t in ("wechat", "alipay")} == {
        t: taken[t] for t in ("wechat", "alipay")
    }
    cash_in, cash_out = figures.cash(DRAWER)
    assert (cash_in, cash_out) == (650 + 600 + 1000 + 300 + 200, 200 + 250)
    assert taken["cash"] == cash_in - cash_out

    moves = [figures.moved(kind).fen for kind in ("paid_in", "paid_out", "drop")]
    assert moves == [5000, 1200, 10000]
    assert z.expected_fen == 20000 + cash_in - cash_out + 5000 - 1200 - 10000 == due
    assert z.closing is not None
    assert (z.closing.counted_fen, z.closing.over_short_fen) == (due - 60, -60)
    assert (z.closing.to_safe_fen, z.closing.stays_fen) == (5000, due - 5060)
    assert after[DRAWER] == z.closing.stays_fen
    assert (moved(OVER_SHORT), moved(COSTS)) == (60, 1200)
    assert moved(SAFE) == 10000 + 5000 - 5000
    assert opened[OVER_SHORT] == before[DRAWER] - 20000 == -z.opening.over_short_fen

    assert figures.set_asides == Tally(8, 80)
    assert (figures.reversed_fen, figures.kept_fen) == (10, 0)
    assert -moved(FUND) == moved(SET_ASIDE) == 80 - 10
    assert z.fund_fen == counter.fund_fen() == 80
    assert sum(after.values()) == 0

    assert figures.removals == Tally(2, 450)
    assert figures.removals_after_total == Tally(1, 250)
    assert figures.overrides == Tally(1, 100)
    assert (figures.no_sales, figures.reprints, figures.counts) == (1, 0, 1)
    assert (z.outside_fen, z.grand_total_fen) == (1400, 1400 + gross)
    assert (x.figures.sales, x.expected_fen, x.closing) == (figures.sales, due, None)
    assert (x.grand_total_fen, x.figures.counts) == (z.grand_total_fen, 0)
    assert counter.audit().clean


def test_the_head_of_the_day_is_that_of_the_record_before_the_close(counter: Counter) -> None:
    counter.open_shift()
    counter.count(20000)
    z = counter.close_shift()
    assert z.closing is not None
    head = counter.audit().heads[counter.till.book]
    assert (z.seq, z.record_hash) == (head.seq, head.hash.hex())
    with counter.database.transaction() as cursor:
        (before,) = cursor.execute(
            "SELECT hex(hash) FROM record WHERE seq = ?", (z.seq - 1,)
        ).fetchone()
    assert z.closing.head == before.lower()


def test_a_z_reads_the_same_for_ever_whatever_the_settings_say_since(counter: Counter) -> None:
    counter.open_shift(20000)
    a_day(counter)
    due = counter.trial_balance()[DRAWER]
    counter.count(due)
    z = counter.close_shift()
    later = Till(counter.database, counter.home.settings)
    assert later.z_report(1) == z
    counter.open_shift(due)
    counter.sell("F001")
    assert later.z_report(1) == z
    with pytest.raises(NoSuchReportError) as refused:
        later.z_report(2)
    bilingual(refused.value, "2", "1")


def test_z_numbers_have_no_gap_and_the_grand_total_never_falls(counter: Counter) -> None:
    totals, sold = [], 0
    for fen in (400, 0, 600):
        counter.open_shift(20000, reason="补")
        if fen:
            number = counter.sell(f"F001*{fen // 200}").number
            counter.refund(number)
            sold += fen
        counter.sell("F001")
        sold += 200
        counter.count(20200)
        z = counter.close_shift()
        totals.append((z.z, z.grand_total_fen))
        assert z.grand_total_fen == sold
    assert totals == [(1, 600), (2, 800), (3, 1600)]


def test_a_reprint_of_a_z_is_recorded_and_counted(counter: Counter) -> None:
    counter.open_shift()
    counter.count(20000)
    z = counter.close_shift()
    ref = uuid4()
    assert counter.till.reprint_z(1, ref=ref, at=counter.tick()) == (z, 1)
    assert counter.till.reprint_z(1, ref=ref, at=counter.tick()) == (z, 1)
    assert counter.till.reprint_z(1, ref=uuid4(), at=counter.tick()) == (z, 2)
    counter.open_shift()
    counter.till.reprint_z(1, ref=uuid4(), at=counter.tick())
    assert counter.x_report().figures.reprints == 3, "those before the shift stand on no other Z"
    assert shift_paper(z, counter.home.settings, reprint=2).head.reprint == 2


def test_baskets_that_are_parked_stay_so_and_the_z_names_them(counter: Counter) -> None:
    counter.open_shift()
    doc = {
        "basket": str(uuid4()),
        "lines": [
            {"amount_fen": 400, "catering": 1, "name": "豆浆", "qty_milli": 2000, "sku": "F001",
             "unit_fen": 200}
        ],
        "note": "微信没到账",
    }  # fmt: skip
    at = counter.tick()
    entry = Entry(BASKET_PARKED, uuid4(), at, date(2026, 11, 24), "s03", doc, (), {}, 1)
    counter.database.post(counter.till.book, entry)
    counter.count(20000)
    z = counter.close_shift()
    (basket,) = z.parked
    assert (basket.by, basket.note, basket.total_fen) == ("s03", "微信没到账", 400)
    counter.open_shift()
    assert counter.x_report().parked == z.parked
    paper = shift_paper(z, counter.home.settings)
    assert paper.parked[0].at.strftime("%H:%M") == "07:00"


def test_what_people_did_not_get_is_counted(counter: Counter) -> None:
    counter.open_shift()
    kinds = ("approval_refused", "login_failed", "login_failed", "clock_jumped")
    for kind in kinds:
        entry = Entry(kind, uuid4(), counter.tick(), date(2026, 11, 24), "s03", {}, (), {}, 1)
        counter.database.post(counter.till.book, entry)
    figures = counter.x_report().figures
    assert (figures.refused_approvals, figures.failed_logins, figures.clock_jumps) == (1, 2, 1)


def test_what_was_done_between_two_shifts_stands_on_the_next_report(counter: Counter) -> None:
    till = counter.till

    def acts() -> None:
        till.no_sale("零钱", ref=uuid4(), at=counter.tick())
        basket = counter.basket("F001")
        till.remove_line(basket, basket.lines[0], ref=uuid4(), at=counter.tick())
        for kind in ("approval_refused", "login_failed", "clock_jumped"):
            entry = Entry(kind, uuid4(), counter.tick(), date(2026, 11, 24), "s03", {}, (), {})
            counter.database.post(till.book, entry)

    acts()  # before the book's first shift
    counter.sell("F001*7")  # money outside a shift is in no figure of it
    counter.open_shift(20000, reason="首日")
    first = counter.x_report()
    counter.count(20000)
    z = counter.close_shift()
    till.reprint_z(1, ref=uuid4(), at=counter.tick())
    acts()
    counter.open_shift(20000)
    second = counter.x_report()
    for report, reprints in ((first, 0), (z, 0), (second, 1)):
        figures = report.figures
        assert (figures.no_sales, figures.removals) == (1, Tally(1, 200))
        assert (figures.refused_approvals, figures.failed_logins, figures.clock_jumps) == (1, 1, 1)
        assert (figures.reprints, figures.sales) == (reprints, Tally())
    assert (first.figures.counts, z.figures.counts) == (0, 1)
    assert [shift_paper(each, counter.home.settings).first_record for each in (first, z)] == [1, 1]
    paper = shift_paper(second, counter.home.settings)
    assert (paper.first_record, second.opening.seq) == (z.seq + 1, z.seq + 7)


def test_a_set_aside_that_the_fund_was_too_short_to_give_back_is_named(counter: Counter) -> None:
    counter.open_shift()
    sold = counter.sell("F001").number
    drawn = {FundMove.RETURNED: 5}
    day, kind = date(2026, 11, 24), "allowance_returned"
    entry = Entry(kind, uuid4(), counter.tick(), day, "hub", {}, (), drawn)
    counter.database.post(counter.till.book, entry)
    counter.void(sold)
    figures = counter.x_report().figures
    assert (figures.kept_fen, figures.reversed_fen, figures.set_asides.fen) == (10, 0, 10)


def test_no_records_are_no_figures() -> None:
    assert summarise([]) == ShiftFigures()
    assert ShiftFigures().net_fen == 0


def test_a_report_of_an_older_program_has_zeros_for_what_it_did_not_know(counter: Counter) -> None:
    counter.open_shift()
    counter.x_report()
    with counter.database.transaction() as cursor:
        (body,) = cursor.execute("SELECT body FROM record WHERE kind = 'x_report'").fetchone()
    content: dict[str, Any] = json.loads(body)
    del content["doc"]["report"]["figures"]["clock_jumps"]
    del content["doc"]["report"]["first_seq"]
    content["doc"]["report"]["figures"]["of_a_newer_program"] = {"count": 1, "fen": 2}
    report = report_of(content, "00")
    assert report.figures.clock_jumps == 0
    assert (report.closing, report.z) == (None, None)
    assert report.first_seq == report.opening.seq


class TestTheCommands:
    """``ledger shifts`` and ``ledger z``."""

    @pytest.fixture
    def closed(self, counter: Counter) -> ShiftReport:
        counter.open_shift(20000)
        a_day(counter)
        counter.count(counter.trial_balance()[DRAWER] - 60)
        report = counter.close_shift()
        counter.open_shift(15000, reason="带走")
        return report

    def said(
        self, counter: Counter, capsys: pytest.CaptureFixture[str], *asked: str, code: int = 0
    ) -> str:
        assert main(["--home", str(counter.home.path), "ledger", *asked]) == code
        said = capsys.readouterr()
        return said.err if code else said.out

    def test_every_shift_is_listed(
        self, counter: Counter, closed: ShiftReport, capsys: pytest.CaptureFixture[str]
    ) -> None:
        lines = self.said(counter, capsys, "shifts", "--lang", "en").splitlines()
        assert len(lines) == 4
        assert lines[2].split()[-4:] == ["-0.60", counter.till.by, "1", "53.00"]
        assert lines[3].split()[-4:] == ["—", "open", "now", "—"]
        rows = json.loads(self.said(counter, capsys, "shifts", "--json"))
        assert [row["z"] for row in rows] == [1, None]
        assert rows[0]["over_short_fen"] == -60
        assert rows[0]["grand_total_fen"] == closed.grand_total_fen
        assert rows[1]["float_fen"] == 15000
        assert [row["closed_by"] for row in rows] == [counter.till.by, None]

    def test_the_differences_of_the_list_are_the_account_of_over_and_short(
        self, counter: Counter, closed: ShiftReport, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = json.loads(self.said(counter, capsys, "shifts", "--json"))
        at_opening = [row["opening_over_short_fen"] for row in rows]
        assert closed.closing is not None
        assert at_opening == [0, 15000 - closed.closing.stays_fen]
        counter.count(14000)  # counted, and not booked while the shift is open
        rows = json.loads(self.said(counter, capsys, "shifts", "--json"))
        assert rows[1]["over_short_fen"] is None
        booked = sum(row["over_short_fen"] or 0 for row in rows)
        assert sum(at_opening) + booked == -counter.trial_balance()[OVER_SHORT] != 0

    def test_a_z_is_printed_from_its_record(
        self, counter: Counter, closed: ShiftReport, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for wide in ("32", "48"):
            paper = self.said(counter, capsys, "z", "1", "--columns", wide)
            assert f"{counter.till.book}/{closed.seq}/{closed.record_hash[:8]}" in paper
            assert "53.00" in paper
        doc = json.loads(self.said(counter, capsys, "z", "1", "--json"))
        assert (doc["z"], doc["seq"], doc["hash"]) == (1, closed.seq, closed.record_hash)
        assert doc["report"]["figures"]["sales"] == {"count": 8, "fen": 5300}

    def test_a_number_that_no_z_has_is_refused(
        self, counter: Counter, closed: ShiftReport, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert closed.z == 1
        assert "2" in self.said(counter, capsys, "z", "2", code=1)

    def test_books_without_a_shift_say_so(
        self, counter: Counter, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.said(counter, capsys, "shifts") == ""
        assert self.said(counter, capsys, "shifts", "--json") == "[]\n"
        assert "还没有" in self.said(counter, capsys, "z", "1", code=1)

    def test_a_z_whose_record_is_broken_is_refused(
        self, counter: Counter, closed: ShiftReport, capsys: pytest.CaptureFixture[str]
    ) -> None:
        counter.database.close()
        with closing(sqlite3.connect(counter.home.database, isolation_level=None)) as connection:
            connection.execute("DROP TRIGGER record_no_update")
            for body in ("{", '{"doc": {}}'):
                connection.execute("UPDATE record SET body = ? WHERE seq = ?", (body, closed.seq))
                assert str(closed.seq) in self.said(counter, capsys, "z", "1", code=1)
