"""Prices and catering from the file, the catalogue, a price file, or fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.catalogue import load_catalogue

if TYPE_CHECKING:
    from tests.kiosk.replay.conftest import Bench

TOTAL = 'rule = "total"\ncolumn = "paid"'
HEAD = "no,item,paid,when\n"
CATALOGUE = load_catalogue()
MILK = CATALOGUE.products[0]
SCANNED = next(each for each in CATALOGUE if each.barcode)


def priced(one_line: str, rule: str, match: str = "none") -> str:
    made = one_line.replace(TOTAL, rule)
    return made.replace('column = "item"', f'column = "item"\nmatch = "{match}"')


@pytest.mark.parametrize(
    ("match", "item", "product"),
    [
        ("sku", MILK.sku, MILK),
        ("name", MILK.name_zh, MILK),
        ("name", f" {MILK.name_en.upper()} ", MILK),
        ("barcode", SCANNED.barcode, SCANNED),
    ],
)
def test_the_catalogue_names_and_prices_an_item(
    bench: Bench, one_line: str, match: str, item: str, product: object
) -> None:
    rows = f'{HEAD}1,"{item}",,2026-11-23 07:00\n2,没有,,2026-11-23 07:00\n'
    totals = bench.run(rows, priced(one_line, 'rule = "catalogue"', match))
    assert (totals["accepted"], totals["rejected"]) == (1, 1)
    assert bench.rejected()[0][2] == "'没有' is not in the catalogue"
    (line,) = bench.records()[0]["doc"]["lines"]
    wanted = product if product is SCANNED else MILK
    assert (line["sku"], line["name"]) == (wanted.sku, wanted.name_zh)
    assert line["unit_fen"] == wanted.price_fen


def test_a_name_of_two_products_is_the_name_of_neither(bench: Bench, one_line: str) -> None:
    made = priced(one_line, 'rule = "catalogue"', "name")
    bench.run(HEAD, made)
    catalogue = bench.home / "catalogue.toml"
    text = catalogue.read_text(encoding="utf-8")
    other = CATALOGUE.products[1].name_zh
    catalogue.write_text(text.replace(f'"{other}"', f'"{MILK.name_zh}"'), encoding="utf-8")
    assert bench.run(f"{HEAD}1,{MILK.name_zh},,2026-11-23 07:00\n", made)["rejected"] == 1


def test_a_price_file_prices_items_and_names_the_unknown(bench: Bench, one_line: str) -> None:
    rule = 'rule = "file"\nfile = "prices.csv"\nfile_item = "商品"\nfile_price = 2'
    bench.write("prices.csv", "\ufeff商品,价\n茶,3.50\n茶,3.50\n水,0\n")
    rows = HEAD + "".join(f"{n},{item},,2026-11-23 07:00\n" for n, item in enumerate("茶水酒"))
    totals = bench.run(rows, priced(one_line, rule))
    assert (totals["accepted"], totals["zero_total"], totals["gross_fen"]) == (2, 1, 350)
    assert bench.rejected() == [(4, "2", "there is no price of '酒'")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("商品,价\n茶,3\n茶,4\n", "two prices"),
        ("商品,价\n茶,x\n", "not a number"),
        ("商品,价\n茶,-1\n", "negative"),
        ("商品,价\n茶\n", "1 fields"),
        ("item,price\n茶,1\n", "price.file_item"),
        ("", "header"),
        (None, "prices.csv"),
    ],
)
def test_a_price_file_that_will_not_do_is_refused_before_a_ticket_is_rung(
    bench: Bench, one_line: str, content: str | None, said: str
) -> None:
    if content is not None:
        bench.write("prices.csv", content)
    rule = 'rule = "file"\nfile = "prices.csv"\nfile_item = "商品"\nfile_price = "价"'
    assert said in bench.refused(HEAD + "1,茶,,2026-11-23 07:00\n", priced(one_line, rule))
    assert not (bench.home / "kiosk.db").exists()


def test_an_amount_beyond_all_bounds_rejects_its_row_and_the_next_is_rung(
    bench: Bench, one_line: str
) -> None:
    made = one_line.replace('column = "item"', 'column = "item"\nquantity = "qty"')
    rows = """no,item,qty,paid,when
1,茶,5,9999999999999.98,2026-11-23 07:00
2,茶,0.001,9999999999999.98,2026-11-23 07:00
3,茶,1,3.00,2026-11-23 07:00
"""
    assert bench.run(rows, made.replace('"total"', '"unit"'))["accepted"] == 2
    assert [(line, "cannot be booked" in why) for line, _, why in bench.rejected()] == [(2, True)]
    assert bench.run(rows, made, "--book", "TOTAL")["accepted"] == 2
    assert [(line, "cannot be booked" in why) for line, _, why in bench.rejected()] == [(3, True)]


def test_a_fixed_price_is_every_item_s(bench: Bench, one_line: str) -> None:
    made = priced(one_line, 'rule = "fixed"\nfixed = "3.00"')
    assert bench.run(HEAD + "1,茶,x,2026-11-23 07:00\n", made)["gross_fen"] == 300


@pytest.mark.parametrize(
    ("catering", "set_aside_fen"),
    [
        ('rule = "all"', 20),
        ('rule = "none"', 0),
        ('rule = "column"\ncolumn = "paid"\nvalues = ["3"]', 10),
    ],
)
def test_catering_sets_aside(
    bench: Bench, one_line: str, catering: str, set_aside_fen: int
) -> None:
    rows = HEAD + "1,茶,3,2026-11-23 07:00\n2,报,4,2026-11-23 07:00\n"
    totals = bench.run(rows, one_line.replace('rule = "all"', catering))
    assert (totals["accepted"], totals["set_aside_fen"]) == (2, set_aside_fen)


def test_the_catalogue_says_what_is_catering(bench: Bench, one_line: str) -> None:
    made = priced(one_line.replace('rule = "all"', 'rule = "catalogue"'), TOTAL, "sku")
    bench.run(HEAD, made)
    catalogue = bench.home / "catalogue.toml"
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(text.replace("catering = true", "catering = false", 1), encoding="utf-8")
    skus = (MILK.sku, CATALOGUE.products[1].sku, "X")
    rows = HEAD + "".join(f"{n},{sku},9,2026-11-23 07:00\n" for n, sku in enumerate(skus))
    totals = bench.run(rows, made)
    assert (totals["accepted"], totals["set_aside_fen"], totals["rejected"]) == (2, 10, 1)
    assert totals["gross_fen"] == 1800


def test_an_item_may_have_a_readable_name(bench: Bench, one_line: str) -> None:
    made = one_line.replace('column = "item"', 'column = "no"\nname = "item"')
    bench.run(HEAD + "690,茶,3,2026-11-23 07:00\n", made)
    (line,) = bench.records()[0]["doc"]["lines"]
    assert (line["sku"], line["name"]) == ("690", "茶")
