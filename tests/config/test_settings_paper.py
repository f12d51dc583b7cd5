"""The paper on settings, keys and the catalogue is complete, and its examples load."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from datetime import date, time
from typing import TYPE_CHECKING, Any

import pytest

from config.agreement import check_agreement
from config.breakfast import BreakfastChange
from config.cards import FORMATS, CardReader, CardType, Level
from config.cashier import CashMove, Tier
from config.catalogue import CATALOGUE, load_catalogue
from config.catalogue_rows import ChoiceRow, OptionRow, PageRow, ProductRow
from config.keys import ACTION_NAMES, KEYS, SIGNS
from config.product import Category
from config.rights import RIGHT_NAMES, ROLE_NAMES, Right, Role
from config.settings import DEFAULTS, Settings, Tender, load_settings

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("tenders", "tiers", "cash_moves", "card_types", "roles", "keys", "quick_keys")
EXAMPLE = DEFAULTS.with_name("kiosk.example.toml")


@pytest.fixture
def paper(root: Path) -> str:
    return (root / "docs" / "settings.md").read_text(encoding="utf-8")


def part(paper: str, heading: str) -> str:
    """The text under ``heading``, up to the next one."""
    found = re.split(rf"(?m)^#+ {re.escape(heading)}.*$", paper)
    assert len(found) == 2, heading
    return re.split(r"(?m)^##+ ", found[1])[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a table's rows, without its heading."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def names(text: str) -> set[str]:
    return {name for row in rows(text) for name in re.findall(r"`(\w+)`", row[0])}


def test_every_setting_is_explained_with_its_default(paper: str) -> None:
    shipped = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    flat: dict[str, Any] = {}
    for key, value in shipped.items():
        if key not in TABLES:
            inner = value.items() if isinstance(value, dict) else [("", value)]
            flat |= {f"{key}.{name}".rstrip("."): each for name, each in inner}
    explained = {
        key.strip("`"): tomllib.loads(f"it = {default.strip('`')}")["it"]
        for key, default, *_ in rows(part(paper, "Every setting"))
    }
    assert explained == flat


@pytest.mark.parametrize(
    ("heading", "form"),
    [
        ("`[[tenders]]`", Tender),
        ("`[[tiers]]`", Tier),
        ("`[[cash_moves]]`", CashMove),
        ("`[[card_types]]`", CardType),
        ("`[[readers]]`", CardReader),
        ("`[[breakfast.changes]]`", BreakfastChange),
        ("`[[product]]`", ProductRow),
        ("`[[option]]`", OptionRow),
    ],
)
def test_every_key_of_every_table_is_explained(paper: str, heading: str, form: type[Any]) -> None:
    assert names(part(paper, heading)) == {each.name for each in fields(form)}


@pytest.mark.parametrize(
    ("heading", "form"),
    [("`[[category]]`", Category), ("`[[page]]`", PageRow), ("`[[option]]`", ChoiceRow)],
)
def test_the_keys_of_small_tables_are_named(paper: str, heading: str, form: type[Any]) -> None:
    told = part(paper, heading)
    assert [each.name for each in fields(form) if f"`{each.name}`" not in told] == []


def test_every_right_is_explained_with_the_roles_that_have_it(paper: str) -> None:
    roles = load_settings().roles
    assert rows(part(paper, "Roles and rights")) == [
        [f"`{right}`", RIGHT_NAMES[right].en, RIGHT_NAMES[right].zh]
        + ["yes" if right in roles.of(role) else "" for role in Role]
        for right in Right
    ]
    for role in Role:
        assert f"`{role}` {ROLE_NAMES[role].zh}" in paper


def test_every_action_is_explained_with_its_default_key(paper: str) -> None:
    assert rows(part(paper, "The keymap")) == [
        # A backtick can only stand in Markdown between two of them.
        [f"`{action}`", "`` ` ``" if key == "`" else f"`{key}`", *reversed(ACTION_NAMES[action])]
        for action, key in KEYS.items()
    ]
    assert f"``{SIGNS}``" in paper
    assert dict(load_settings().keys) == KEYS


def test_the_examples_load_and_go_together(paper: str, tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n# (\S+)\n(.*?)```", paper, flags=re.DOTALL)
    assert len(blocks) == paper.count("```toml") == 11
    shipped = load_settings()
    for i, (name, text) in enumerate(blocks):
        file = tmp_path / f"{i}-{name}"
        file.write_text(text, encoding="utf-8")
        if name == "kiosk.toml":
            settings = load_settings(file)
            assert settings != shipped
            check_agreement(settings, file, load_catalogue(), CATALOGUE)
        else:
            check_agreement(shipped, file, load_catalogue(file), file)


def test_the_example_catalogue_shows_what_it_says(paper: str, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.toml"
    file.write_text(paper.partition("```toml\n# catalogue.toml\n")[2].partition("```")[0], "utf-8")
    catalogue = load_catalogue(file)
    noodles, combo, other = map(catalogue.by_sku, ("F011", "C001", "F099"))
    assert noodles is not None
    assert combo is not None
    assert other is not None
    assert [noodles.price_for(tier) for tier in (None, "outdoor", "certified")] == [800, 600, 400]
    assert [each.name("en") for each in catalogue.options_of(noodles)] == ["Spiciness", "Extras"]
    assert combo.combo == (("F001", 1), ("F002", 2))
    assert other.open_price
    assert [page.skus for page in catalogue.grid] == [("F001", "F002", "C001", "F011")]


def test_every_format_of_a_reader_and_every_level_of_a_card_is_explained(paper: str) -> None:
    told = "".join(row[0] for row in rows(part(paper, "How a number is written")))
    assert re.findall(r"`(\w+)`", told) == [*FORMATS]
    levels = part(paper, "`[[card_types]]`")
    assert re.findall(r'(?m)^- `"(\w+)"`:', levels) == [each.value for each in Level]


def test_the_examples_of_dated_rules_and_readers_mean_what_the_paper_says(
    paper: str, tmp_path: Path
) -> None:
    def example(heading: str) -> Settings:
        text = "\n".join(re.findall(r"```toml\n(.*?)```", part(paper, heading), flags=re.DOTALL))
        file = tmp_path / "kiosk.toml"
        file.write_text(text, encoding="utf-8")
        return load_settings(file)

    breakfast = example("`[[breakfast.changes]]`").breakfast
    days = (date(2026, 4, 30), date(2026, 5, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [(breakfast.on(day).cap_fen, breakfast.on(day).window_to) for day in days] == [
        (1000, time(9, 30)),
        (1000, time(9)),
        (1000, time(9)),
        (1200, time(9)),
    ]
    assert [each.needs for each in example("`[[card_types]]`").card_types] == [Level.EV2, Level.UID]


def test_the_file_of_a_new_home_says_the_defaults(tmp_path: Path) -> None:
    said = EXAMPLE.read_text(encoding="utf-8")
    switched_on = re.sub(r"(?m)^# (?=\[|[a-z_.]+ = )", "", said)
    assert switched_on.count("\n[") > 10
    file = tmp_path / "kiosk.toml"
    file.write_text(switched_on, encoding="utf-8")
    assert load_settings(file) == load_settings()
    assert tomllib.loads(said) == {}


def test_the_examples_in_the_file_of_a_new_home_load_when_they_are_switched_on(
    tmp_path: Path,
) -> None:
    said = EXAMPLE.read_text(encoding="utf-8")
    file = tmp_path / "kiosk.toml"
    file.write_text(re.sub(r"(?m)^# +(?=\[|[a-z_.]+ = )", "", said), encoding="utf-8")
    settings = load_settings(file)
    assert [each.kind for each in settings.readers] == ["wedge", "serial", "pcsc"]
    assert [each.cap_fen for each in settings.breakfast.changes] == [1200]
