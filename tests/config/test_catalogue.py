from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import CATALOGUE, Catalogue, Product, load_catalogue
from config.errors import ConfigError
from config.pinyin import initials_of

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "sku": '"F001"',
    "name_zh": '"豆浆"',
    "name_en": '"soy milk"',
    "category": '"breakfast"',
    "price": '"2.00"',
    "catering": "true",
    "breakfast": "true",
}
STARTER = load_catalogue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.toml"


def product(**changed: str | None) -> str:
    stated = {key: value for key, value in (GOOD | changed).items() if value is not None}
    return "[[product]]\n" + "".join(f"{key} = {value}\n" for key, value in stated.items())


def test_the_starter_catalogue_begins_with_the_shared_list(shared: Path) -> None:
    text = (shared / "data" / "catalogue.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [
        (each.sku, each.name_zh, each.name_en, each.category, each.price_fen, each.barcode)
        for each in STARTER.products[: len(rows)]
    ] == [
        (
            row["sku"],
            row["name_zh"],
            row["name_en"],
            row["category"],
            int(Decimal(row["price_yuan"]) * 100),
            row["barcode"] or None,
        )
        for row in rows
    ]


def test_the_starter_catalogue_is_complete() -> None:
    assert [each.sku for each in STARTER.products[41:]] == ["C001", "C002", "F021"]
    assert sum(each.barcode is not None for each in STARTER) == 20
    assert all(each.catering for each in STARTER)
    assert {each for each in STARTER if each.breakfast} == {
        each for each in STARTER if each.category == "breakfast" or each.sku == "C001"
    }
    assert [each.id for each in STARTER.categories] == [
        "breakfast",
        "noodles",
        "meal",
        "snack",
        "drink",
        "packaged",
    ]
    assert [each.name("zh_CN") for each in STARTER.categories][:2] == ["早餐", "面食"]


def test_the_written_initials_are_those_of_the_library() -> None:
    assert {each.sku: each.initials for each in STARTER} == {
        each.sku: initials_of(each.name_zh) for each in STARTER
    }
    assert "initials" in CATALOGUE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("豆浆", "dj"),
        ("重庆小面", "cqxm"),
        ("可口可乐330ml罐装", "kkkl330mlgz"),
        ("ＡＤ钙奶", "adgn"),
        ("二锅头(小)", "egtx"),
        ("🍜", ""),
    ],
)
def test_initials_are_first_letters_and_digits(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_initials_that_are_not_written_are_worked_out(file: Path) -> None:
    file.write_text(product(name_zh='"重庆小面"'), encoding="utf-8")
    assert [each.initials for each in load_catalogue(file)] == ["cqxm"]


def test_written_initials_go_first(file: Path) -> None:
    file.write_text(product(name_zh='"重八"', initials='"cb"'), encoding="utf-8")
    assert [each.initials for each in load_catalogue(file)] == ["cb"]


def test_a_product_has_a_name_in_both_languages() -> None:
    soy = STARTER.by_sku("F001")
    assert soy is not None
    assert (soy.name("zh_CN"), soy.name("en")) == ("豆浆", "soy milk (cup)")


@pytest.mark.parametrize(
    ("changed", "key", "said"),
    [
        ({"price": '"2.005"'}, "price", "two decimals"),
        ({"price": '"-2.00"'}, "price", "two decimals"),
        ({"price": '"two"'}, "price", "yuan in quotes"),
        ({"price": '"２.００"'}, "price", "yuan in quotes"),
        ({"price": "2.00"}, "price", "2.0 will not do"),
        ({"price": "2"}, "price", "yuan in quotes"),
        ({"price": "nan"}, "price", "nan will not do"),
        ({"price": None}, "price", "price is missing"),
        ({"prise": '"2.00"'}, "prise", "did you mean price"),
        ({"barcode": '"6921168509257"'}, "barcode", "should be 6"),
        ({"barcode": '"12345671"'}, "barcode", "should be 0"),
        ({"barcode": "6921168509256"}, "barcode", "in quotes"),
        ({"barcode": '"６９２１１６８５０９２５６"'}, "barcode", "8, 12 or 13 digits"),
        ({"name_zh": '"豆浆\\u0007"'}, "name_zh", "U+0007"),
        ({"name_zh": f'"{"水" * 200}"'}, "name_zh", "400 columns"),
        ({"name_en": f'"{"a" * 200}"'}, "name_en", "200 columns"),
        ({"name_en": '""'}, "name_en", "it is empty"),
        ({"name_zh": '" 豆浆"'}, "name_zh", "a space"),
        ({"sku": '"f001"'}, "sku", "A-Z"),
        ({"sku": '"Ｆ００１"'}, "sku", "A-Z"),
        ({"sku": "1"}, "sku", "A-Z"),
        ({"catering": "1"}, "catering", "true or false"),
        ({"breakfast": '"yes"'}, "breakfast", "true or false"),
        ({"initials": '"DJ"'}, "initials", "small first letters"),
        ({"open_price": "1"}, "open_price", "true or false"),
        ({"pickup": '"yes"'}, "pickup", "true or false"),
        ({"cost": "1.20"}, "cost", "yuan in quotes"),
        ({"options": '["spicy"]'}, "options", 'no option "spicy"'),
        ({"options": '"spicy"'}, "options", "a list of at most 9"),
        ({"options": '["Spicy"]'}, "options", "a-z"),
        ({"prices": "{ outdoor = 15 }"}, "prices.outdoor", "yuan in quotes"),
        ({"prices": '{ Outdoor = "15.00" }'}, "prices.Outdoor", "a-z"),
        ({"prices": '"15.00"'}, "prices", "not a table"),
        ({"combo": '["A1", "F0001"]'}, "combo", 'no product "F0001", did you mean F001'),
        ({"combo": '["A1*0"]'}, "combo", '"F002*2" for two'),
        ({"combo": '["A1", "A1"]'}, "combo", "stands twice"),
        ({"combo": '["F001"]'}, "combo", "F001 is a combo itself"),
        ({"open_price": "true", "prices": '{ a = "1.00" }'}, "prices", "has no tier prices"),
    ],
)
def test_a_wrong_product_names_file_sku_key_line_and_what_is_allowed(
    file: Path, changed: dict[str, str | None], key: str, said: str
) -> None:
    text = product(sku='"A1"') + "\n" + product(**changed)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_catalogue(file)
    (fault,) = refused.value.faults
    assert fault.key.startswith("product[")
    assert fault.key.endswith(f"].{key}")
    assert "sku" in changed or "F001" in fault.key
    lines = text.splitlines()
    assert lines[(fault.line or 0) - 1].split(" = ")[0] in (key.partition(".")[0], "[[product]]")
    assert said in refused.value.en
    assert f"{file}, line {fault.line}, key {fault.key}: " in refused.value.en
    assert f"{file} 第 {fault.line} 行，键 {fault.key}：" in refused.value.zh
    assert "允许：" in refused.value.zh


@pytest.mark.parametrize(
    "name", ["可乐[/red]", "[@click=app.quit]水[/]", "=1+1", "可乐🥤", "水 [b]x[/b]"]
)
def test_markup_formulas_and_emoji_are_names_like_others(file: Path, name: str) -> None:
    file.write_text(product(name_zh=f'"{name}"'), encoding="utf-8")
    assert [each.name_zh for each in load_catalogue(file)] == [name]


def test_every_problem_of_the_file_is_said_at_once(file: Path) -> None:
    number = '"6921168509256"'
    rows = [
        product(price='"2.005"'),
        product(sku='"F002"', barcode=number),
        product(sku='"F002"', barcode=number),
        product(sku='"F003"', name_zh='"\\u202e"', colour='"red"'),
    ]
    file.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_catalogue(file)
    assert [fault.key for fault in refused.value.faults] == [
        "product[F001].price",
        "product[F002].sku",
        "product[F002].barcode",
        "product[F003].name_zh",
        "product[F003].colour",
    ]
    assert len(refused.value.zh.splitlines()) == len(refused.value.en.splitlines()) == 5
    assert "taken by the table at line 10" in refused.value.en


def test_what_is_missing_is_named_in_the_order_of_the_form(file: Path) -> None:
    file.write_text('[[product]]\nsku = "F001"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_catalogue(file)
    missing = ["name_zh", "name_en", "category", "price", "catering", "breakfast"]
    assert [fault.key for fault in refused.value.faults] == [
        f"product[F001].{key}" for key in missing
    ]


def test_a_long_list_of_problems_is_cut_and_counted(file: Path) -> None:
    rows = [product(sku=f'"A{i}"', price='"x"') for i in range(300)]
    file.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_catalogue(file)
    assert len(refused.value.faults) == 300
    assert refused.value.en.endswith("And 280 more.")
    assert refused.value.zh.endswith("另有 280 处问题。")


def test_an_upc_and_its_ean_with_a_leading_zero_are_the_same_barcode(file: Path) -> None:
    rows = product(barcode='"036000291452"') + product(sku='"F002"', barcode='"0036000291452"')
    file.write_text(rows, encoding="utf-8")
    with pytest.raises(ConfigError, match="is taken by the table at line 1"):
        load_catalogue(file)


@pytest.mark.parametrize(
    "text", ['[[prodct]]\nsku = "F001"\n', 'product = "F001"', "product = [1]"]
)
def test_a_file_of_another_shape_is_refused(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="prod"):
        load_catalogue(file)


def test_a_missing_catalogue_is_refused(file: Path) -> None:
    with pytest.raises(ConfigError, match="the file is not there"):
        load_catalogue(file)


def test_a_category_must_have_its_table_where_there_are_tables(file: Path) -> None:
    shelf = '[[category]]\nid = "breakfast"\nname_zh = "早餐"\nname_en = "Breakfast"\n'
    file.write_text(shelf + product(category='"brekfast"'), encoding="utf-8")
    with pytest.raises(ConfigError, match="did you mean breakfast"):
        load_catalogue(file)
    file.write_text(shelf + shelf + product(), encoding="utf-8")
    with pytest.raises(ConfigError, match='"breakfast" is taken'):
        load_catalogue(file)


def test_without_category_tables_the_products_name_them(file: Path) -> None:
    file.write_text(product(category='"饮料"'), encoding="utf-8")
    (shelf,) = load_catalogue(file).categories
    assert (shelf.id, shelf.name("zh_CN"), shelf.name("en")) == ("饮料", "饮料", "饮料")


def test_products_are_found_by_sku_and_by_barcode() -> None:
    water = STARTER.by_sku("D001")
    assert water is not None
    assert STARTER.by_barcode("6921168509256") is water
    assert STARTER.by_barcode("６９２１１６８５０９２５６") is water
    assert STARTER.by_sku("d001") is None
    assert STARTER.by_barcode("") is None
    assert STARTER.by_barcode("6921168509257") is None


def test_a_scanner_may_send_a_upc_with_or_without_its_zero(file: Path) -> None:
    file.write_text(product(barcode='"036000291452"'), encoding="utf-8")
    catalogue = load_catalogue(file)
    assert catalogue.by_barcode("036000291452") is catalogue.by_barcode("0036000291452")
    assert catalogue.by_barcode("0036000291452") is catalogue.by_sku("F001")
    assert catalogue.search("036000291452", 1) == catalogue.search("0036000291452", 1) != ()


@pytest.mark.parametrize(
    ("text", "skus"),
    [
        ("dj", ["F001"]),
        ("ＤＪ", ["F001"]),
        ("F001", ["F001"]),
        ("f00", [f"F00{i}" for i in range(1, 10)]),
        ("ｆ００１", ["F001"]),
        ("cb", ["F007", "F003"]),
        ("bh", ["D007", "D018"]),
        ("可口", ["D003", "D004"]),
        ("冰", ["F015", "D007", "D017", "D018"]),
        ("330", ["D004"]),
        ("SPRITE", ["D005"]),
        ("bun", ["F006", "F007", "F008"]),
        ("6921168509256", ["D001"]),
        ("69211", ["D001"]),
        ("69 ", ["D001"]),
        ("zzz", []),
        ("", []),
        ("   ", []),
        ("[/", []),
    ],
)
def test_a_search_finds_the_best_first(text: str, skus: list[str]) -> None:
    assert [each.sku for each in STARTER.search(text, 9)][: len(skus) or 9] == skus


def test_each_rank_goes_before_the_next() -> None:
    def made(
        sku: str, *, zh: str = "品", en: str = "x", initials: str = "p", barcode: str | None = None
    ) -> Product:
        return Product(sku, zh, en, "snack", 100, barcode, True, False, initials)  # noqa: FBT003

    ranked = (
        made("A0", initials="12"),
        made("A1", initials="123"),
        made("12A"),
        made("A3", zh="12度酒"),
        made("A4", zh="酒12度"),
        made("A5", initials="j12"),
        made("A6", en="box 12 cans"),
        made("A7", en="x12"),
        made("A8", barcode="12345670"),
    )
    assert Catalogue(ranked[::-1]).search("12", 9) == ranked


@given(st.text(), st.integers(-1, 50))
def test_any_text_may_be_searched_for(text: str, limit: int) -> None:
    found = STARTER.search(text, limit)
    assert len(found) <= max(limit, 0)
    assert len(set(found)) == len(found)


@given(st.sampled_from(STARTER.products), st.data())
def test_every_product_is_found_by_what_it_is_called(wanted: Product, data: st.DataObject) -> None:
    by = data.draw(
        st.sampled_from((wanted.sku, wanted.initials, wanted.name_zh, wanted.name_en.upper()))
    )
    assert wanted in STARTER.search(by, 3)


def test_a_catalogue_with_a_double_sku_cannot_be_made() -> None:
    twice = (STARTER.products[0],) * 2
    with pytest.raises(ValueError, match="stands twice"):
        Catalogue(twice)
