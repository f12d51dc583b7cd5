"""The papers of a shift as they look, at both widths, in both languages."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from moneyed import Money

from config.language import words
from receipts.documents import PaperNumber
from receipts.errors import ControlCharacterError, LocalTimeError, PaperWidthError
from receipts.shift_layout import lay_out_count, lay_out_shift
from receipts.shift_report import (
    CountPaper,
    PaperActs,
    PaperBreakfasts,
    PaperClosing,
    PaperDrawer,
    PaperFund,
    PaperMove,
    PaperParked,
    PaperPieces,
    PaperSales,
    PaperTally,
    PaperTender,
    ShiftHead,
    ShiftPaper,
)

GOLDEN: Final = Path(__file__).with_name("golden_shifts")
WIDTHS: Final = (32, 48)
LANGS: Final = ("zh_CN", "en")
ZONE: Final = ZoneInfo("Asia/Shanghai")
HASH: Final = "1a2b3c4d" * 8


def yuan(figure: str) -> Money:
    return Money(figure, "CNY")


def tally(count: int, figure: str) -> PaperTally:
    return PaperTally(count, yuan(figure))


def say(lang: str, zh: str, en: str) -> str:
    return zh if lang == "zh_CN" else en


def head(lang: str, seq: int, hour: int) -> ShiftHead:
    return ShiftHead(
        shop=say(lang, "爱心驿站小卖部", "Care Station Kiosk"),
        station="JB-HQHG",
        number=PaperNumber("JB-HQHG-01.1", seq),
        record_hash=HASH,
        shift=17,
        business_date=date(2026, 11, 24),
        at=datetime(2026, 11, 24, hour, 5, 9, tzinfo=ZONE),
        by="s03",
        lang=lang,
    )


def x_paper(lang: str) -> ShiftPaper:
    """A shift with something in every row."""
    water = say(lang, "驿站买水", "Water for the station")
    two_boxes = say(lang, "两箱农夫山泉，给环卫站的", "two boxes, for the street cleaners' room")
    return ShiftPaper(
        head=head(lang, 160, 13),
        first_record=98,
        sales=PaperSales(
            gross=tally(43, "312.50"),
            discount=yuan("2.15"),
            rounding=yuan("0.35"),
            voids=tally(1, "6.50"),
            refunds=tally(2, "4.00"),
            returns=tally(1, "2.50"),
            net=yuan("297.00"),
        ),
        tenders=(
            PaperTender(
                say(lang, "现金", "Cash"), tally(20, "110.00"), tally(3, "9.00"), yuan("101.00")
            ),
            PaperTender(
                say(lang, "微信", "WeChat"), tally(24, "200.00"), tally(1, "4.00"), yuan("196.00")
            ),
        ),
        fund=PaperFund(
            set_aside=tally(43, "4.30"), reversed=yuan("0.10"), kept=yuan("0"), total=yuan("98.70")
        ),
        drawer=PaperDrawer(
            opened_at=datetime(2026, 11, 24, 6, 58, tzinfo=ZONE),
            opened_by="s03",
            float_=yuan("200.00"),
            opening_difference=yuan("-0.50"),
            opening_reason="",
            cash_in=yuan("110.00"),
            cash_out=yuan("9.00"),
            paid_in=(
                PaperMove(say(lang, "换零钱", "Change from the safe"), "", "s03", yuan("50.00")),
            ),
            paid_out=(PaperMove(water, two_boxes, "s03", yuan("24.00"), "s02"),),
            drops=(
                PaperMove("", "", "s03", yuan("100.00")),
                PaperMove("", say(lang, "满了", "full"), "s04", yuan("50.00")),
            ),
            expected=yuan("177.00"),
        ),
        acts=PaperActs(
            removals=tally(3, "9.00"),
            removals_after_total=tally(1, "2.50"),
            overrides=tally(1, "1.00"),
            no_sales=2,
            reprints=1,
            refused_approvals=1,
            failed_logins=3,
            clock_jumps=0,
            counts=2,
        ),
        parked=(
            PaperParked(
                datetime(2026, 11, 24, 12, 58, tzinfo=ZONE),
                "s03",
                say(lang, "微信没到账", "WeChat not there yet"),
                yuan("4.00"),
            ),
        ),
        grand_total=yuan("18460.00"),
        outside=yuan("0"),
    )


def z_paper(lang: str) -> ShiftPaper:
    """The same shift closed, 3.00 short, by somebody else."""
    return replace(
        x_paper(lang),
        head=replace(head(lang, 164, 14), by="s04", approved_by="s02"),
        closing=PaperClosing(
            z=17,
            counted=yuan("174.00"),
            over_short=yuan("-3.00"),
            reason=say(lang, "找错零", "wrong change given"),
            to_safe=yuan("74.00"),
            stays=yuan("100.00"),
            head="9d5c1b7ef1f3f6ee0a6e4a2a3f0f5f6f8b1c2d3e4f5061728394a5b6c7d8e9fa",
        ),
    )


def breakfasts_z(lang: str) -> ShiftPaper:
    """The same shift with breakfasts: 28 of them, one undone, one handed out, five taps refused."""
    z = z_paper(lang)
    cash, wechat = z.tenders
    return replace(
        z,
        sales=replace(z.sales, net=yuan("511.50")),
        tenders=(
            cash,
            replace(wechat, taken=tally(26, "203.50"), net=yuan("199.50")),
            PaperTender(
                say(lang, "爱心基金", "Charity fund"),
                tally(28, "218.50"),
                tally(1, "7.50"),
                yuan("211.00"),
            ),
        ),
        breakfasts=PaperBreakfasts(
            given=tally(28, "222.00"),
            by_fund=yuan("218.50"),
            topped_up=tally(2, "3.50"),
            hand_outs=tally(1, "6.00"),
            undone=tally(1, "7.50"),
            restored=yuan("7.50"),
            refused=(
                (say(lang, "不认识这张卡", "Unknown card"), 1),
                (say(lang, "今天已领过早餐", "Today's breakfast was taken"), 4),
            ),
            cards_managed=2,
            holders_shown=1,
        ),
    )


def empty_z(lang: str) -> ShiftPaper:
    """A shift without a sale, the first of its book, printed again in a training home."""
    none, nothing = yuan("0"), tally(0, "0")
    z = z_paper(lang)
    assert z.closing is not None
    return replace(
        z,
        head=replace(z.head, reprint=2, training=True, approved_by=""),
        sales=PaperSales(
            gross=nothing,
            discount=none,
            rounding=none,
            voids=nothing,
            refunds=nothing,
            returns=nothing,
            net=none,
        ),
        tenders=(),
        fund=PaperFund(set_aside=nothing, reversed=none, kept=yuan("0.10"), total=yuan("0.03")),
        drawer=replace(
            z.drawer,
            opening_difference=none,
            cash_in=none,
            cash_out=none,
            paid_in=(),
            paid_out=(),
            drops=(),
            expected=yuan("200.00"),
        ),
        acts=PaperActs(
            removals=nothing,
            removals_after_total=nothing,
            overrides=nothing,
            no_sales=0,
            reprints=0,
            refused_approvals=0,
            failed_logins=0,
            clock_jumps=0,
            counts=1,
        ),
        parked=(),
        outside=yuan("14.00"),
        closing=replace(
            z.closing,
            counted=yuan("200.00"),
            over_short=none,
            reason="",
            to_safe=none,
            stays=yuan("200.00"),
        ),
    )


def float_paper(lang: str) -> CountPaper:
    return CountPaper(
        head=head(lang, 98, 6),
        opening=True,
        pieces=(
            PaperPieces(yuan("100.00"), 1, yuan("100.00")),
            PaperPieces(yuan("1.00"), 100, yuan("100.00")),
        ),
        total=yuan("200.00"),
        expected=None,
        difference=yuan("0"),
    )


def count_paper(lang: str) -> CountPaper:
    return replace(
        float_paper(lang),
        head=replace(head(lang, 163, 14), approved_by="s02"),
        opening=False,
        total=yuan("174.50"),
        pieces=(
            PaperPieces(yuan("100.00"), 1, yuan("100.00")),
            PaperPieces(yuan("0.50"), 149, yuan("74.50")),
        ),
        expected=yuan("174.00"),
        difference=yuan("0.50"),
        reason=say(lang, "多收了五角", "fifty fen too many"),
    )


REPORTS: Final = {"x": x_paper, "z": z_paper, "breakfasts-z": breakfasts_z, "empty-z": empty_z}
COUNTS: Final = {"float": float_paper, "count": count_paper}


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", [*REPORTS, *COUNTS])
def test_a_paper_of_a_shift_looks_as_it_was_agreed(name: str, lang: str, columns: int) -> None:
    if name in REPORTS:
        text = lay_out_shift(REPORTS[name](lang), columns, words(lang)).text()
    else:
        text = lay_out_count(COUNTS[name](lang), columns, words(lang)).text()
    path = GOLDEN / f"{name}.{lang}.{columns}.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8"), f"UPDATE_GOLDEN=1 rewrites {path.name}"


def test_no_golden_paper_is_left_without_its_case() -> None:
    names = [*REPORTS, *COUNTS]
    expected = {f"{n}.{lang}.{wide}.txt" for n in names for lang in LANGS for wide in WIDTHS}
    assert {path.name for path in GOLDEN.iterdir()} == expected


@pytest.mark.parametrize("columns", [0, 31])
def test_paper_that_is_too_narrow_is_refused(columns: int) -> None:
    with pytest.raises(PaperWidthError):
        lay_out_shift(x_paper("en"), columns, words("en"))
    with pytest.raises(PaperWidthError):
        lay_out_count(float_paper("en"), columns, words("en"))


def test_no_reason_steers_the_printer() -> None:
    paper = replace(count_paper("en"), reason="wrong\x1b@change")
    with pytest.raises(ControlCharacterError):
        lay_out_count(paper, 32, words("en"))


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(LocalTimeError):
        replace(head("en", 1, 7), at=datetime(2026, 11, 24, 7, 0))  # noqa: DTZ001


def test_the_largest_amounts_and_texts_fit_the_narrowest_paper() -> None:
    large = yuan("9999999999999.99")
    paper = z_paper("zh_CN")
    assert paper.closing is not None
    closing = replace(paper.closing, counted=large, over_short=-large, reason="长" * 30)
    move = PaperMove("零" * 16, "因" * 30, "s" * 16, large, "m" * 16)
    drawer = replace(paper.drawer, drops=(move,), expected=large, cash_out=large)
    text = lay_out_shift(
        replace(paper, closing=closing, drawer=drawer, grand_total=large), 32, words("zh_CN")
    ).text()
    assert text.count("9999999999999.99") >= 5
    assert max(len(line.encode("gbk")) for line in text.splitlines()) <= 32


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_in_no_sum_stands_under_a_heading_and_without_a_sign(lang: str) -> None:
    rows = lay_out_shift(x_paper(lang), 48, words(lang)).text().splitlines()
    first = rows.index(say(lang, "以下仅供查核，不计入合计", "For information, in no sum"))
    block = rows[first + 1 : first + 1 + rows[first:].index("-" * 48) - 1]
    assert [row.split()[-1] for row in block[:3]] == ["9.00", "2.50", "1.00"]
    assert not [row for row in block if "-" in row]
