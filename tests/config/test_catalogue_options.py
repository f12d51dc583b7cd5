"""Options, tiers, combos, open prices and the pages of the grid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from config.catalogue import load_catalogue
from config.errors import ConfigError

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


SPICY = """
[[option]]
id = "spicy"
name_zh = "辣度"
name_en = "Spiciness"
pick = "one"
choices = [
    { id = "none", name_zh = "不辣", name_en = "not spicy" },
    { id = "hot", name_zh = "特辣", name_en = "extra hot", delta = "+1.00" },
]
"""


def test_a_product_raises_its_options_in_its_own_order(file: Path) -> None:
    less = SPICY.replace('"spicy"', '"size"').replace('"+1.00"', '"-2.00"').replace("one", "many")
    file.write_text(product(options='["size", "spicy"]') + SPICY + less, encoding="utf-8")
    catalogue = load_catalogue(file)
    (soy,) = catalogue
    size, spicy = catalogue.options_of(soy)
    assert (spicy.name("zh_CN"), spicy.name("en")) == ("辣度", "Spiciness")
    assert (size.pick, spicy.pick) == ("many", "one")
    assert [each.delta_fen for each in spicy.choices + size.choices] == [0, 100, 0, -200]
    hot = spicy.choice("hot")
    assert hot is not None
    assert (hot.name("zh_CN"), hot.name("en")) == ("特辣", "extra hot")
    assert spicy.choice("tepid") is None


def test_options_may_not_bring_a_price_below_nothing(file: Path) -> None:
    less = SPICY.replace('"+1.00"', '"-2.01"')
    file.write_text(product(options='["spicy"]') + less, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"2\.00 less options of 2\.01 is below nothing"):
        load_catalogue(file)
    two = product(price='"5.00"', options='["spicy"]', prices='{ a = "2.00" }')
    file.write_text(two + less, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"2\.00 less options of 2\.01 is below nothing"):
        load_catalogue(file)
    open_ = product(price=None, open_price="true", options='["spicy"]')
    file.write_text(open_ + less, encoding="utf-8")
    assert len(load_catalogue(file)) == 1


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "said"),
    [
        ('"one"', '"two"', "option[spicy].pick", 6, '"one" / "many"'),
        ('"+1.00"', "1", "option[spicy].choices[hot].delta", 9, 'like "2.00" or "-1.00"'),
        ('"+1.00"', '"--1.00"', "option[spicy].choices[hot].delta", 9, "with a minus"),
        ('"hot"', '"none"', "option[spicy].choices[none].id", 9, "taken by the table at line 8"),
        ("delta", "dleta", "option[spicy].choices[hot].dleta", 9, "did you mean delta"),
        ('name_zh = "不辣", ', "", "option[spicy].choices[none].name_zh", 8, "is missing"),
        ('name_en = "Spiciness"', "", "option[spicy].name_en", 2, "is missing"),
    ],
)
def test_a_wrong_option_names_its_line(
    file: Path, old: str, new: str, key: str, *, line: int, said: str
) -> None:
    file.write_text(SPICY.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_catalogue(file)
    (fault,) = refused.value.faults
    assert (fault.key, fault.line) == (key, line)
    assert said in refused.value.en


def test_an_option_needs_something_to_choose_from(file: Path) -> None:
    file.write_text(re.sub(r"(?s)choices = .*", "choices = []", SPICY), encoding="utf-8")
    with pytest.raises(ConfigError, match="nothing to choose from"):
        load_catalogue(file)
    file.write_text(SPICY * 2, encoding="utf-8")
    with pytest.raises(ConfigError, match='"spicy" is taken by the table at line 2'):
        load_catalogue(file)


def test_choices_written_as_tables_know_their_lines_too(file: Path) -> None:
    head = '[[option]]\nid = "{}"\nname_zh = "a"\nname_en = "a"\n'
    choice = '[[option.choices]]\nid = "x"\nname_zh = "a"\nname_en = "a"\n'
    wrong = choice.replace('"x"', '"Y"')
    text = head.format("one") + choice + head.format("two") + choice.replace("x", "z") + wrong
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_catalogue(file)
    assert [(fault.key, fault.line) for fault in refused.value.faults] == [
        ("option[two].choices[Y].id", 18)
    ]


def test_a_tier_pays_its_own_price_and_everybody_else_the_price(file: Path) -> None:
    file.write_text(product(prices='{ outdoor = "1.50" }', cost='"0.80"'), encoding="utf-8")
    (soy,) = load_catalogue(file)
    assert [soy.price_for(tier) for tier in ("outdoor", "certified", None)] == [150, 200, 200]
    assert soy.cost_fen == 80


def test_a_combo_may_stand_before_its_parts(file: Path) -> None:
    combo = product(sku='"C1"', combo='["F001*2", "F002"]')
    file.write_text(combo + product() + product(sku='"F002"'), encoding="utf-8")
    assert load_catalogue(file).products[0].combo == (("F001", 2), ("F002", 1))


def test_an_open_price_needs_no_price(file: Path) -> None:
    file.write_text(product(price=None, open_price="true"), encoding="utf-8")
    (other,) = load_catalogue(file)
    assert (other.open_price, other.price_fen) == (True, 0)
    file.write_text(product(price=None, open_price="false"), encoding="utf-8")
    with pytest.raises(ConfigError, match="price is missing"):
        load_catalogue(file)


def test_the_grid_is_laid_out_by_pages(file: Path) -> None:
    page = '[[page]]\nname_zh = "常用"\nname_en = "Daily"\nskus = ["F002", "F001"]\n'
    file.write_text(product() + product(sku='"F002"') + page, encoding="utf-8")
    (daily,) = load_catalogue(file).grid
    assert (daily.name("zh_CN"), daily.name("en")) == ("常用", "Daily")
    assert daily.skus == ("F002", "F001")


@pytest.mark.parametrize(
    ("skus", "said"),
    [
        ('["F001", "F003"]', 'no product "F003", did you mean F001'),
        ('["F001", "F001"]', "stands twice"),
        ("[]", "no product on the page"),
        ("[1]", "A-Z"),
        (str([f"F{i}" for i in range(25)]), "at most 24"),
    ],
)
def test_a_page_has_products_that_are_there(file: Path, skus: str, said: str) -> None:
    page = f'[[page]]\nname_zh = "常用"\nname_en = "Daily"\nskus = {skus}\n'
    file.write_text(product() + page, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_catalogue(file)
    assert [(each.key, each.line) for each in refused.value.faults] == [("page[1].skus", 12)]
    assert said in refused.value.en


def test_a_combo_of_an_unfit_product_is_not_blamed_for_it(file: Path) -> None:
    rows = product(price='"x"') + product(sku='"C1"', combo='["F001"]')
    file.write_text(rows, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_catalogue(file)
    assert [each.key for each in refused.value.faults] == ["product[F001].price"]


def test_the_starter_catalogue_shows_options_tiers_a_combo_and_an_open_price() -> None:
    noodles = [each for each in STARTER if each.category == "noodles"]
    assert all(each.pickup and each.options == ("spicy", "size") for each in noodles)
    set_meal, combo, other = map(STARTER.by_sku, ("C002", "C001", "F021"))
    assert set_meal is not None
    assert [set_meal.price_for(tier) for tier in (None, "outdoor", "certified")] == [
        2000,
        1500,
        1000,
    ]
    assert combo is not None
    parts = [STARTER.by_sku(sku) for sku, _ in combo.combo]
    assert [part.name_zh for part in parts if part] == ["豆浆", "油条"]
    assert combo.price_fen < sum(part.price_fen for part in parts if part)
    assert other is not None
    assert other.open_price
