"""The papers as they look, at both widths, in both languages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from moneyed import Money

from config.language import words
from receipts.documents import FundNote, Kind, PaperLine, PaperNumber, PaperPayment
from receipts.layout import lay_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from receipts.documents import Receipt

GOLDEN: Final = Path(__file__).with_name("golden")
WIDTHS: Final = (32, 48)
LANGS: Final = ("zh_CN", "en")

Names = dict[str, str]
ENGLISH: Final[Names] = {
    "爱心驿站小卖部": "Care Station Kiosk",
    "豆浆": "soy milk (cup)",
    "农夫山泉饮用天然水550ml": "Nongfu Spring water 550 ml",
    "糯米团": "sticky rice ball with youtiao (nuomituan)",
    "糯玉米": "boiled sticky corn",
    "小面": "Chongqing noodles",
    "特辣": "extra hot",
    "大份": "large",
    "老顾客": "regular",
    "临期": "best before today",
    "户外劳动者": "Outdoor workers",
    "现金": "Cash",
    "爱心基金": "Charity fund",
    "微信支付": "WeChat Pay",
}


def yuan(figure: str) -> Money:
    return Money(figure, "CNY")


def fund(
    total: str,
    *,
    set_aside: str = "0",
    reversed_: str = "0",
    kept: str = "0",
    today: str | None = None,
    breakfasts: int = 0,
) -> FundNote:
    return FundNote(
        yuan(set_aside),
        yuan(reversed_),
        yuan(kept),
        yuan(total),
        None if today is None else yuan(today),
        breakfasts=breakfasts,
    )


SOY_MILK: Final = ("豆浆", 2000, "2.00", "4.00")
WATER: Final = ("农夫山泉饮用天然水550ml", 1000, "2.00", "2.00")
RICE_BALL: Final = ("糯米团", 1000, "5.00", "5.00")
CORN: Final = ("糯玉米", 544, "6.50", "3.54")
NOODLES: Final = ("小面", 2000, "9.00", "18.00")


@dataclass(frozen=True)
class Said:
    """The parts of a paper, with their names in ``lang``."""

    lang: str

    def say(self, text: str) -> str:
        return ENGLISH[text] if self.lang == "en" else text

    def lines(self, *rows: tuple[str, int, str, str]) -> tuple[PaperLine, ...]:
        return tuple(PaperLine(self.say(n), q, yuan(u), yuan(a)) for n, q, u, a in rows)

    def paid(self, tender: str, amount: str, *cash: str) -> PaperPayment:
        return PaperPayment(self.say(tender), yuan(amount), *map(yuan, cash))

    def by_fund(self, amount: str) -> PaperPayment:
        return PaperPayment(self.say("爱心基金"), yuan(amount), by_fund=True)


def case(name: str, lang: str) -> dict[str, Any]:
    """The fields in which paper ``name`` differs from the plain sale."""
    by = Said(lang)
    cases = _sold(by) | _given_back(by) | _breakfasts(by)
    return {"shop": by.say("爱心驿站小卖部"), "lang": lang, **cases[name]}


def _sold(by: Said) -> dict[str, dict[str, Any]]:
    return {
        "sale": {
            "lines": by.lines(SOY_MILK, WATER, RICE_BALL, CORN),
            "total": yuan("14.54"),
            "payments": (by.paid("现金", "14.54", "20.00", "5.46"),),
            "fund": fund("1234.50", set_aside="0.10", today="12.30"),
        },
        "split": {
            "lines": by.lines(SOY_MILK, RICE_BALL),
            "payments": (by.paid("微信支付", "6.00"), by.paid("现金", "3.00", "5.00", "2.00")),
        },
        "offers": {
            "lines": (
                replace(by.lines(NOODLES)[0], options=(by.say("特辣"), by.say("大份"))),
                replace(
                    by.lines(RICE_BALL)[0], discount=yuan("0.50"), discount_reason=by.say("临期")
                ),
            ),
            "discount": yuan("2.25"),
            "discount_reason": by.say("老顾客"),
            "rounding": yuan("0.25"),
            "total": yuan("20.00"),
            "tier": by.say("户外劳动者"),
            "slip": 12,
            "payments": (by.paid("现金", "20.00"),),
        },
        "practice": {
            "training": True,
            "lines": by.lines(SOY_MILK, RICE_BALL),
            "payments": (by.paid("现金", "9.00", "10.00", "1.00"),),
        },
        "zero": {
            "lines": by.lines(("豆浆", 1000, "0.00", "0.00")),
            "total": yuan("0"),
            "payments": (),
            "fund": fund("1234.50"),
        },
    }


def _given_back(by: Said) -> dict[str, dict[str, Any]]:
    return {
        "rounded": {
            "kind": Kind.REFUND,
            "number": PaperNumber("JB-HQHG-01.1", 140),
            "original": PaperNumber("JB-HQHG-01.1", 128),
            "lines": by.lines(SOY_MILK),
            "rounding": yuan("0.05"),
            "total": yuan("3.95"),
            "payments": (by.paid("现金", "3.95"),),
            "fund": fund("1235.70"),
        },
        "refund": {
            "kind": Kind.REFUND,
            "number": PaperNumber("JB-HQHG-01.1", 140),
            "original": PaperNumber("JB-HQHG-01.1", 128),
            "lines": by.lines(("豆浆", 1000, "2.00", "2.00")),
            "total": yuan("2.00"),
            "payments": (by.paid("现金", "2.00"),),
            "fund": fund("1235.70"),
        },
        "void": {
            "kind": Kind.VOID,
            "number": PaperNumber("JB-HQHG-01.1", 131),
            "original": PaperNumber("JB-HQHG-01.1", 128),
            "lines": by.lines(SOY_MILK, RICE_BALL),
            "payments": (by.paid("现金", "9.00"),),
            "fund": fund("0.03", kept="0.10"),
            "reprint": 2,
        },
        "return": {
            "kind": Kind.RETURN,
            "lines": by.lines(CORN),
            "total": yuan("3.54"),
            "payments": (by.paid("现金", "3.54"),),
            "fund": fund("1234.50"),
        },
    }


def _breakfasts(by: Said) -> dict[str, dict[str, Any]]:
    topped_up: dict[str, Any] = {
        "kind": Kind.REDEMPTION,
        "lines": by.lines(SOY_MILK, RICE_BALL, ("糯玉米", 1000, "2.50", "2.50")),
        "total": yuan("11.50"),
        "payments": (by.by_fund("10.00"), by.paid("现金", "1.50", "5.00", "3.50")),
        "fund": fund("1224.60", set_aside="0.10", breakfasts=20317),
    }
    return {
        "breakfast": {
            "kind": Kind.REDEMPTION,
            "lines": by.lines(SOY_MILK, RICE_BALL),
            "payments": (by.by_fund("9.00"),),
            "fund": fund("1225.50", breakfasts=20316),
        },
        "breakfast-topped-up": topped_up | {"slip": 12, "training": True, "reprint": 1},
        "breakfast-handed-out": {
            "kind": Kind.HAND_OUT,
            "lines": by.lines(RICE_BALL),
            "total": yuan("5.00"),
            "payments": (by.by_fund("5.00"),),
            "fund": fund("1219.60", breakfasts=20318),
        },
        "breakfast-undone": topped_up
        | {
            "kind": Kind.REDEMPTION_VOID,
            "number": PaperNumber("JB-HQHG-01.1", 131),
            "original": PaperNumber("JB-HQHG-01.1", 128),
            "payments": (by.by_fund("10.00"), by.paid("现金", "1.50")),
            "fund": fund("1234.50", reversed_="0.10", breakfasts=20316),
        },
    }


NAMES: Final = (
    "breakfast", "breakfast-handed-out", "breakfast-topped-up", "breakfast-undone",
    "offers", "practice", "refund", "return", "rounded", "sale", "split", "void", "zero"
)  # fmt: skip


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", NAMES)
def test_a_paper_looks_as_it_was_agreed(
    make_receipt: Callable[..., Receipt],
    same_as_golden: Callable[[str, str], None],
    name: str,
    lang: str,
    columns: int,
) -> None:
    receipt = make_receipt(**case(name, lang))
    paper = lay_out(receipt, columns, words(lang))
    same_as_golden(f"{name}.{lang}.{columns}.txt", paper.text())


def test_no_golden_paper_is_left_without_its_case() -> None:
    expected = {f"{n}.{lang}.{columns}.txt" for n in NAMES for lang in LANGS for columns in WIDTHS}
    assert {path.name for path in GOLDEN.iterdir()} == expected
