"""A document on paper, whatever stands in it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from config.language import words
from receipts.cells import printable, width
from receipts.documents import FundNote, Kind, PaperLine, PaperNumber, PaperPayment
from receipts.errors import AmountError, ControlCharacterError, PaperWidthError
from receipts.layout import lay_out, quantity, yuan
from receipts.paper import Paper, PaperRow, Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from receipts.documents import Receipt

    MakeReceipt = Callable[..., Receipt]

EN: Final = words("en")
AMOUNT: Final = re.compile(r"(-?[0-9]+\.[0-9]{2})$")


def cny(figure: str | int) -> Money:
    return Money(figure, "CNY")


def fen(limit: int) -> st.SearchStrategy[Money]:
    return st.integers(-limit, limit).map(lambda n: cny(str(Decimal(n) / 100)))


def lines_named(names: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[PaperLine, ...]]:
    line = st.builds(PaperLine, names, st.integers(-99_999, 999_999), fen(10**7), fen(10**8))
    return st.lists(line, max_size=8).map(tuple)


any_name = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), min_size=1, max_size=80
)
wordy_name = st.text("豆浆油条abc —é🍜䶮", min_size=1, max_size=80)


def bare(text: str) -> str:
    return "".join(text.split())


def row_with(paper: Paper, text: str) -> PaperRow:
    (row,) = (row for row in paper.rows if text in row.text)
    return row


@given(lines_named(any_name), any_name, st.integers(32, 64), st.sampled_from(["zh_CN", "en"]))
def test_no_row_is_wider_than_the_paper(
    make_receipt: MakeReceipt,
    lines: tuple[PaperLine, ...],
    name: str,
    columns: int,
    lang: str,
) -> None:
    extra = PaperLine(name, 1000, cny(9), cny(9), (name, "大份"), cny(1), name)
    receipt = make_receipt(
        lines=(*lines, extra), shop=name, station=name, cashier=name, tier=name, lang=lang,
        payments=(PaperPayment(name, cny(1)),), slip=10**9, training=True,
        discount=cny("0.10"), discount_reason=name, rounding=cny("0.05"),
    )  # fmt: skip
    paper = lay_out(receipt, columns, words(lang))
    for row in paper.rows:
        assert len(row.text.encode("gbk")) * row.style.wide <= columns


@given(lines_named(any_name), st.integers(32, 64))
def test_every_name_and_figure_is_on_the_paper_in_order(
    make_receipt: MakeReceipt, lines: tuple[PaperLine, ...], columns: int
) -> None:
    paper = lay_out(make_receipt(lines=lines), columns, EN)
    expected = "ItemPriceQtyAmount" + "".join(
        printable(line.name) + yuan(line.unit) + quantity(line.qty_milli) + yuan(line.amount)
        for line in lines
    )
    assert bare(expected) in bare(paper.text())


@given(lines_named(wordy_name), st.integers(32, 64))
def test_the_printed_amounts_add_up_and_stand_flush_right(
    make_receipt: MakeReceipt, lines: tuple[PaperLine, ...], columns: int
) -> None:
    paper = lay_out(make_receipt(lines=lines), columns, EN)
    texts = [row.text for row in paper.rows]
    first, second, *_ = (at for at, text in enumerate(texts) if text == "-" * columns)
    ends = [(text, found[1]) for text in texts[first:second] if (found := AMOUNT.search(text))]
    assert [Decimal(amount) for _, amount in ends] == [line.amount.amount for line in lines]
    assert {width(text) for text, _ in ends} <= {columns}


def test_a_receipt_of_500_lines_holds_them_all(make_receipt: MakeReceipt) -> None:
    lines = tuple(PaperLine(f"第{n}号", 1000, cny(n), cny(n)) for n in range(500))
    paper = lay_out(make_receipt(lines=lines, total=cny(124_750)), 32, EN)
    for n in range(500):
        assert row_with(paper, f"第{n}号").text.split() == [
            f"第{n}号", f"{n}.00", "1", f"{n}.00",
        ]  # fmt: skip
    assert row_with(paper, "Total (yuan)").text.endswith(" 124750.00")


@pytest.mark.parametrize("columns", [32, 48])
def test_a_name_of_200_characters_wraps_above_its_uncut_amount(
    make_receipt: MakeReceipt, columns: int
) -> None:
    name = "非常长的名称" * 33 + "完了"
    line = PaperLine(name, 1000, cny("12345.67"), cny("12345.67"))
    texts = [row.text for row in lay_out(make_receipt(lines=(line,)), columns, EN).rows]
    start = next(at for at, text in enumerate(texts) if text.startswith("非常长"))
    rows = -(-400 // columns)
    assert "".join(texts[start : start + rows]) == name
    assert texts[start + rows].split() == ["12345.67", "1", "12345.67"]
    assert width(texts[start + rows]) == columns


def test_a_text_never_touches_its_amount(make_receipt: MakeReceipt) -> None:
    def rows(tender: str) -> list[str]:
        paid = make_receipt(payments=(PaperPayment(tender, cny("9.00")),))
        return [row.text for row in lay_out(paid, 32, EN).rows if set(row.text) & {"w", "9"}]

    total = "Total (yuan)" + " " * 16 + "9.00"
    assert rows("w" * 27)[-2:] == [total, "w" * 27 + " 9.00"]
    assert rows("w" * 28)[-3:] == [total, "w" * 28, " " * 28 + "9.00"]


def test_figures_too_wide_for_one_row_take_several(make_receipt: MakeReceipt) -> None:
    amount = cny("9999999999999.99")
    line = PaperLine("整批", 123_456_789, amount, amount)
    texts = [row.text for row in lay_out(make_receipt(lines=(line,)), 32, EN).rows]
    at = texts.index("整批")
    assert texts[at + 1] == "9999999999999.99    x 123456.789"
    assert texts[at + 2] == " " * 16 + "9999999999999.99"


@pytest.mark.parametrize(
    "name",
    [
        "emoji 🍜",
        "王䶮",
        "¥5 特价",
        "５００ＭＬ＊２",
        "可乐[/]",
        "[@click=app.quit]水[/]",
        "{amount}",
    ],
)
def test_an_odd_name_prints_as_itself_or_with_boxes(make_receipt: MakeReceipt, name: str) -> None:
    line = PaperLine(name, 1000, cny(1), cny(1))
    refund = make_receipt(kind=Kind.REFUND, lines=(line,), payments=(PaperPayment(name, cny(1)),))
    text = lay_out(refund, 48, EN).text()
    assert f"\n{printable(name)} " in text
    assert f"Paid back: {printable(name)} " in text


@pytest.mark.parametrize(
    "field",
    ["shop", "station", "cashier", "name", "tender", "book", "tier", "option", "reason", "sale"],
)
@pytest.mark.parametrize("text", ["\x1bp\x00\x19\xfa", "面\n合计 0.01", "\u202e"])
def test_a_control_character_reaches_the_paper_through_no_field(
    make_receipt: MakeReceipt, field: str, text: str
) -> None:
    special: dict[str, dict[str, Any]] = {
        "name": {"lines": (PaperLine(text, 1000, cny(1), cny(1)),)},
        "tender": {"payments": (PaperPayment(text, cny(1)),)},
        "book": {"number": PaperNumber(text, 1)},
        "option": {"lines": (PaperLine("面", 1000, cny(1), cny(1), (text,)),)},
        "reason": {"lines": (PaperLine("面", 1000, cny(2), cny(2), (), cny(1), text),)},
        "sale": {"discount": cny(1), "discount_reason": text},
    }
    changed = special.get(field, {field: text})
    with pytest.raises(ControlCharacterError):
        lay_out(make_receipt(**changed), 32, EN)


def test_a_row_keeps_a_control_character_out_by_itself() -> None:
    with pytest.raises(ControlCharacterError):
        PaperRow("\x1b@")


@pytest.mark.parametrize("style", list(Style))
def test_a_row_wider_than_its_paper_cannot_exist(style: Style) -> None:
    fits = "x" * (32 // style.wide)
    assert Paper(32, (PaperRow(fits, style),)).rows[0].width == 32
    with pytest.raises(PaperWidthError, match=f"{fits}x"):
        Paper(32, (PaperRow(fits + "x", style),))


def test_paper_below_32_columns_is_refused(make_receipt: MakeReceipt) -> None:
    with pytest.raises(PaperWidthError, match="31"):
        lay_out(make_receipt(), 31, EN)


def test_the_shop_stands_big_where_it_fits_and_tall_where_not(make_receipt: MakeReceipt) -> None:
    def shop_style(columns: int) -> Style:
        return lay_out(make_receipt(shop="Care Station Kiosk"), columns, EN).rows[0].style

    assert shop_style(32) is Style.TALL_CENTERED
    assert shop_style(48) is Style.BIG


@pytest.mark.parametrize(
    ("kind", "said", "total"),
    [
        (Kind.VOID, "VOID", "Voided (yuan)"),
        (Kind.REFUND, "REFUND", "Refunded (yuan)"),
        (Kind.RETURN, "RETURN", "Refunded (yuan)"),
    ],
)
def test_money_back_says_so_in_the_largest_letters(
    make_receipt: MakeReceipt, kind: Kind, said: str, total: str
) -> None:
    paper = lay_out(make_receipt(kind=kind), 32, EN)
    assert PaperRow(said, Style.BIG) in paper.rows
    assert row_with(paper, total).style is Style.TALL
    assert "Thank you" not in paper.text()


def test_a_plain_sale_has_no_heading_but_its_shop(make_receipt: MakeReceipt) -> None:
    rows = lay_out(make_receipt(), 32, EN).rows
    assert [row.text for row in rows if row.style.high > 1] == [
        "爱心驿站小卖部",
        "Total (yuan)" + " " * 16 + "9.00",
    ]


def test_the_original_is_named_with_its_book_where_that_is_another(
    make_receipt: MakeReceipt,
) -> None:
    here, there = PaperNumber("JB-HQHG-01.1", 127), PaperNumber("JB-HQHG-02.1", 77)
    same = lay_out(make_receipt(kind=Kind.REFUND, original=here), 32, EN).text()
    other = lay_out(make_receipt(kind=Kind.REFUND, original=there), 32, EN).text()
    assert "Original receipt      No. 000127\n" in same
    assert "Original book" not in same
    assert "Original receipt      No. 000077\n" in other
    assert "Original book       JB-HQHG-02.1\n" in other


def test_the_business_date_is_printed_only_where_the_clock_differs(
    make_receipt: MakeReceipt,
) -> None:
    sale = make_receipt()
    late = make_receipt(business_date=sale.business_date.replace(day=22))
    assert "Business date" not in lay_out(sale, 32, EN).text()
    assert "Business date         2026-11-22\n" in lay_out(late, 32, EN).text()


def test_a_reprint_says_which_one_it_is(make_receipt: MakeReceipt) -> None:
    first = lay_out(make_receipt(), 32, EN)
    third = lay_out(make_receipt(reprint=3), 32, EN)
    assert "Reprint" not in first.text()
    (added,) = (row for row in third.rows if row not in first.rows)
    assert added == PaperRow("Reprint no. 3", Style.TALL_CENTERED)


def test_a_trainees_paper_says_so_at_its_top_and_bottom(make_receipt: MakeReceipt) -> None:
    for columns, style in ((32, Style.TALL_CENTERED), (48, Style.BIG)):
        paper = lay_out(make_receipt(training=True), columns, EN)
        banner = PaperRow("★ 练习 · TRAINING ★", style)
        assert (paper.rows[0], paper.rows[-1]) == (banner, banner)
        assert paper.rows[1:-1] == lay_out(make_receipt(), columns, EN).rows


def test_the_number_to_fetch_an_order_with_is_large(make_receipt: MakeReceipt) -> None:
    paper = lay_out(make_receipt(slip=12), 32, words("zh_CN"))
    assert row_with(paper, "取餐号") == PaperRow("取餐号 12", Style.BIG)
    assert "取餐号" not in lay_out(make_receipt(), 32, words("zh_CN")).text()


def test_what_was_taken_off_adds_up_to_the_total(make_receipt: MakeReceipt) -> None:
    off = {"discount": cny("0.90"), "rounding": cny("0.10"), "total": cny("8.00")}
    text = lay_out(make_receipt(**off), 48, EN).text()
    said = [bare(row) for row in text.splitlines()]
    start = said.index("Subtotal9.00")
    assert said[start + 1 : start + 4] == [
        "Discountonthesale-0.90",
        "Roundedoff-0.10",
        "Total(yuan)8.00",
    ]
    assert "Subtotal" not in lay_out(make_receipt(), 48, EN).text()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.SALE, "Zero total: nothing to pay\n"),
        (Kind.REFUND, "Zero total: nothing to pay back\n"),
    ],
)
def test_a_zero_total_is_said(make_receipt: MakeReceipt, kind: Kind, said: str) -> None:
    zero = make_receipt(kind=kind, total=cny(0), payments=())
    assert said in lay_out(zero, 48, EN).text()
    assert "Zero total" not in lay_out(make_receipt(kind=kind), 48, EN).text()


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ({"set_aside": cny("0.10")}, "To the charity fund    0.10 yuan\n"),
        ({"reversed": cny("0.10")}, "0.10 yuan\nCharity fund holds"),
        (
            {"kept": cny("0.10")},
            "The charity fund was short: 0.10\nyuan stays in it, borne by the\n",
        ),
        ({"today": cny("1.20")}, "Charity fund today     1.20 yuan\n"),
        ({}, "-\nCharity fund holds     9.80 yuan\n"),
    ],
)
def test_the_paper_tells_what_moved_in_the_fund_and_what_it_holds(
    make_receipt: MakeReceipt, moved: dict[str, Money], said: str
) -> None:
    nothing: dict[str, Any] = {
        "set_aside": cny(0),
        "reversed": cny(0),
        "kept": cny(0),
        "total": cny("9.80"),
    }
    text = lay_out(make_receipt(fund=FundNote(**(nothing | moved))), 32, EN).text()
    assert said in text
    assert len(re.findall(r"\byuan\n|\byuan stays", text)) == len(moved) + 1


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (cny(0), "0.00"),
        (cny("-0.00"), "0.00"),
        (cny("0.1"), "0.10"),
        (cny("-3.5"), "-3.50"),
        (cny("1E+3"), "1000.00"),
        (cny("1234567.89"), "1234567.89"),
    ],
)
def test_an_amount_has_exactly_two_decimals(amount: Money, shown: str) -> None:
    assert yuan(amount) == shown


@pytest.mark.parametrize(
    "amount", [cny("0.005"), cny("NaN"), cny("Infinity"), cny("1E+13"), Money("1.00", "USD")]
)
def test_an_amount_that_is_not_whole_fen_of_yuan_is_refused(amount: Money) -> None:
    with pytest.raises(AmountError) as refused:
        yuan(amount)
    assert amount.currency.code in refused.value.zh


@pytest.mark.parametrize(
    ("qty_milli", "shown"),
    [
        (0, "0"), (1000, "1"), (2000, "2"), (544, "0.544"), (1500, "1.5"), (10, "0.01"),
        (-544, "-0.544"), (-1000, "-1"), (12_345_678, "12345.678"),
    ],
)  # fmt: skip
def test_a_quantity_is_written_as_people_write_it(qty_milli: int, shown: str) -> None:
    assert quantity(qty_milli) == shown
