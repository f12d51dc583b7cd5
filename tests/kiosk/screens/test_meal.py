"""A breakfast before it is in the books: what the fund pays, what is paid on top, how it looks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from config.cards import Level
from config.catalogue import load_catalogue
from config.language import words
from config.settings import load_settings
from kiosk.errors import OverpaymentError
from kiosk.sale.basket import Line
from kiosk.sale.breakfast import Rule, Serving, Used
from kiosk.sale.card_errors import CardRefusedError
from kiosk.sale.tenders import settle
from kiosk.screens.breakfast_view import MealFace
from kiosk.screens.meal import HandOut, Meal, NothingOnTopError
from kiosk.screens.refused import GRAVE, Refused
from kiosk.screens.ticket import NothingOfferedError, PartlyPaidError
from kiosk.screens.tiles import Tiles, breakfast_pages
from ledger.money import from_fen

if TYPE_CHECKING:
    from config.product import Product

SETTINGS, CATALOGUE = load_settings(), load_catalogue()
CASH = next(each for each in SETTINGS.tenders if each.gives_change)
WECHAT = next(each for each in SETTINGS.tenders if not each.gives_change)
ITEMS = tuple(each for each in CATALOGUE if each.breakfast)
AT = datetime(2026, 11, 23, 23, 26, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
LANGS = ("zh_CN", "en")
SIZES = ((60, 12), (80, 21), (120, 37))


def serving(limit_fen: int = 1000, name: str = "王*") -> Serving:
    return Serving("ct_0", "ht_0", name, date(2026, 11, 24), AT, 1000, limit_fen, Level.UID)


def meal(*skus: str, limit_fen: int = 1000) -> Meal:
    chosen = Meal(serving(limit_fen))
    for sku in skus:
        product = CATALOGUE.by_sku(sku)
        assert product is not None
        chosen = chosen.add(Line.of(product))
    return chosen


def face(chosen: Meal, lang: str, *, said: str = "", waiting: tuple[str, ...] = ()) -> MealFace:
    _ = words(lang)
    tiles = Tiles(breakfast_pages(CATALOGUE, lang, _("Breakfast")), 0, lang)
    return MealFace(
        chosen, tiles, 0, waiting, said, "bad", (), lambda line: line.name, lambda tender: tender, _
    )


def test_up_to_the_limit_the_fund_pays_and_the_rest_is_on_top() -> None:
    chosen = meal("F004", "F005", "F006")  # 5.00 + 5.00 + 2.50
    assert (chosen.total_fen, chosen.fund_fen, chosen.due_fen) == (1250, 1000, 250)
    assert (chosen.remaining_fen, chosen.rest_fen) == (0, 250)


def test_to_the_fen_of_the_limit_nothing_is_on_top() -> None:
    chosen = meal("F004", "F005")
    assert (chosen.due_fen, chosen.remaining_fen) == (0, 0)
    assert meal("F004", "F005", limit_fen=999).due_fen == 1


def test_an_item_again_is_one_more_of_its_line_wherever_it_stands() -> None:
    chosen = meal("F001", "F002", "F001")
    assert [(each.sku, each.qty_milli) for each in chosen.basket.lines] == [
        ("F001", 2000),
        ("F002", 1000),
    ]


def test_one_is_taken_out_or_the_whole_line() -> None:
    chosen = meal("F001", "F001", "F002")
    assert [each.qty_milli for each in chosen.take_out(0, whole=False).basket.lines] == [1000, 1000]
    assert [each.sku for each in chosen.take_out(0, whole=True).basket.lines] == ["F002"]
    assert meal("F001").take_out(0, whole=False).basket.lines == ()


def test_what_is_on_top_is_paid_in_parts_and_taken_back() -> None:
    chosen = meal("F004", "F005", "F006").pay(WECHAT, 100)
    assert chosen.rest_fen == 150
    with pytest.raises(PartlyPaidError):
        chosen.take_out(0, whole=True)
    assert chosen.take_back() == Meal(chosen.serving, chosen.basket)
    assert chosen.pay(CASH, 500).rest_fen == -350


def test_only_money_that_is_owed_is_taken() -> None:
    with pytest.raises(NothingOnTopError):
        meal("F001").pay(CASH, 500)
    with pytest.raises(OverpaymentError):
        meal("F004", "F005", "F006").pay(WECHAT, 251)
    with pytest.raises(NothingOfferedError):
        meal("F004", "F005", "F006").pay(CASH, 0)


@given(
    st.lists(st.sampled_from(ITEMS), min_size=1, max_size=12),
    st.integers(1, 1000),
    st.integers(0, 10_000),
)
def test_fund_and_worker_pay_the_whole_to_the_fen(
    products: list[Product], limit_fen: int, more_fen: int
) -> None:
    chosen = meal(*[each.sku for each in products], limit_fen=limit_fen)
    assert chosen.fund_fen + chosen.due_fen == chosen.total_fen
    assert 0 <= chosen.fund_fen <= limit_fen
    assert chosen.fund_fen + chosen.remaining_fen == limit_fen
    if chosen.due_fen:
        paid = chosen.pay(CASH, chosen.due_fen + more_fen)
        assert paid.rest_fen == -more_fen
        settled = settle(from_fen(chosen.due_fen), paid.offers, SETTINGS.tenders)
        assert sum(each.amount_fen for each in settled) == chosen.due_fen


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "name", ["王*", "[bold red]*", "\x1b[2J*", "𬀩*", "\u202e*", "", "长" * 60]
)
def test_a_breakfast_fits_its_place_whoever_it_is_for(
    size: tuple[int, int], lang: str, name: str
) -> None:
    width, height = size
    skus = [each.sku for each in ITEMS for _ in range(2)]
    chosen = meal(*skus).pay(CASH, 100)
    for shown in (
        Meal(serving(name=name)),
        Meal(serving(640, name), chosen.basket, chosen.offers),
        Meal(serving(name=""), chosen.basket, hand_out=HandOut("卡丢失" * 12, 4)),
    ):
        drawn = face(shown, lang, said="很长的一句话。" * 30, waiting=(name, "李*", ""))
        rows = drawn.rows(width, height)
        assert len(rows) == height
        for row in rows:
            text = "".join(span.text for span in row)
            assert cell_len(text) <= width, text
            assert "\x1b" not in text
            assert "\u202e" not in text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rule", list(Rule))
def test_a_refusal_fills_the_screen_and_says_what_to_do(
    size: tuple[int, int], lang: str, rule: Rule
) -> None:
    width, height = size
    used = Used(AT, "JB-HQHG") if rule is Rule.USED_TODAY else None
    refusal = CardRefusedError(rule, used=used, window=SETTINGS.breakfast, zone=ZONE)
    rows = Refused(refusal, lang, ZONE, words(lang), waiting=1).rows(width, height)
    assert len(rows) == height
    assert {cell_len("".join(span.text for span in row)) for row in rows} == {width}
    assert {span.tone for row in rows for span in row} == {"alarm" if rule in GRAVE else "notice"}
    said = "".join("".join(span.text for span in row).strip(" ║") for row in rows).replace(" ", "")
    advice = refusal.advice.zh if lang == "zh_CN" else refusal.advice.en
    title = refusal.title.zh if lang == "zh_CN" else refusal.title.en.upper()
    assert title.replace(" ", "") in said
    assert advice.replace(" ", "") in said
    if used is not None:
        assert "07:26" in said
        assert "JB-HQHG" in said
