from __future__ import annotations

from dataclasses import replace

from rich.cells import cell_len

from config.product import Choice, OptionGroup
from kiosk.sale.basket import Picked
from kiosk.screens.options import Options, beforehand, is_standard, names

SPICY = OptionGroup(
    "spicy",
    "辣度",
    "spiciness",
    "one",
    (Choice("no", "不辣", "no", 0), Choice("hot", "特辣", "hot", 0)),
)
SIZE = OptionGroup(
    "size", "份量", "size", "one", (Choice("m", "中", "M", 100), Choice("l", "大", "L", 300))
)
EXTRA = OptionGroup(
    "extra",
    "加料",
    "extra",
    "many",
    (Choice("egg", "蛋", "egg", 150), Choice("less", "少", "less", -50)),
)
GROUPS = (SPICY, SIZE, EXTRA)


def shown(*picked: Picked) -> Options:
    return Options("面", "按字母", GROUPS, picked, "zh_CN")


def ids(picked: tuple[Picked, ...] | None) -> list[str]:
    return [each.id for each in picked or ()]


def test_what_comes_unasked_is_written_down_only_where_it_costs() -> None:
    assert is_standard(SPICY, SPICY.choices[0])
    assert not is_standard(EXTRA, EXTRA.choices[0])
    assert beforehand(GROUPS) == (Picked.of(SIZE, SIZE.choices[0]),)


def test_one_of_a_group_takes_the_place_of_the_other_and_many_add_up() -> None:
    hot = shown(*beforehand(GROUPS)).with_choice("b")
    assert ids(hot) == ["spicy.hot", "size.m"]
    large = shown(*(hot or ())).with_choice("d")
    assert ids(large) == ["spicy.hot", "size.l"]
    egg = shown(*(large or ())).with_choice("e")
    assert ids(egg) == ["spicy.hot", "size.l", "extra.egg"]
    assert ids(shown(*(egg or ())).with_choice("e")) == ["spicy.hot", "size.l"]
    assert ids(shown(*(egg or ())).with_choice("a")) == ["size.l", "extra.egg"]
    assert shown().with_choice("z") is None


def test_a_long_name_gives_way_to_how_to_choose() -> None:
    titles = [replace(shown(), title="酸辣粉" * 4).laid(width)[0][0].text for width in (40, 20, 5)]
    assert titles[0].strip() == "酸辣粉酸辣粉酸辣粉酸辣粉" + " " * 8 + "按字母"
    assert titles[1] == " 酸辣粉酸辣… 按字母 "
    assert [cell_len(title) for title in titles] == [40, 20, 5]


def test_the_chosen_ones_are_marked_and_no_row_is_too_wide() -> None:
    panel = shown(Picked.of(SIZE, SIZE.choices[1]), Picked.of(EXTRA, EXTRA.choices[1]))
    for width in (60, 30, 22):
        rows = panel.laid(width)
        assert all(sum(cell_len(span.text) for span in row) <= width for row in rows)
        marked = [span.text.strip() for row in rows for span in row if span.tone == "chosen"]
        assert marked == ["不辣", "大 +3.00", "少 -0.50"]


def test_a_pick_that_the_catalogue_no_longer_has_keeps_its_own_name() -> None:
    assert names((Picked("old.x", "旧的", 0),), GROUPS, "en") == ["旧的"]
    assert names((Picked.of(SIZE, SIZE.choices[0]),), GROUPS, "en") == ["M +1.00"]
