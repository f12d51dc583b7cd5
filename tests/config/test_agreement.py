from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.agreement import check_agreement
from config.catalogue import CATALOGUE, load_catalogue
from config.errors import ConfigError
from config.settings import DEFAULTS, load_settings
from kiosk.till.home import open_home

if TYPE_CHECKING:
    from pathlib import Path


def test_the_shipped_files_go_together() -> None:
    check_agreement(load_settings(), DEFAULTS, load_catalogue(), CATALOGUE)


def test_quick_keys_name_products_that_are_there(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('[quick_keys]\nf13 = "F001"\nf14 = "C01"\n"ctrl+g" = "X"\n', "utf-8")
    with pytest.raises(ConfigError) as refused:
        check_agreement(load_settings(file), file, load_catalogue(), CATALOGUE)
    assert refused.value.path == file
    assert [(each.key, each.line) for each in refused.value.faults] == [
        ("quick_keys.f14", 3),
        ("quick_keys.'ctrl+g'", 4),
    ]
    assert 'no product "C01", did you mean C001' in refused.value.en
    assert f"{CATALOGUE} 中的编号" in refused.value.zh


def test_prices_name_tiers_that_the_settings_have(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    file = home.path / "catalogue.toml"
    file.write_text(file.read_text("utf-8").replace("outdoor =", "outdor ="), "utf-8")
    with pytest.raises(ConfigError) as refused:
        open_home(tmp_path)
    (fault,) = refused.value.faults
    assert refused.value.path == file
    assert fault.key == "product[C002].prices.outdor"
    line = file.read_text("utf-8").splitlines()[(fault.line or 0) - 1]
    assert line.startswith("prices = ")
    assert 'no tier "outdor", did you mean outdoor' in refused.value.en
    assert "outdoor, certified (tiers in kiosk.toml)" in refused.value.en


def test_a_home_with_a_quick_key_for_nothing_is_not_opened(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    (home.path / "kiosk.toml").write_text('[quick_keys]\nf13 = "F999"\n', "utf-8")
    with pytest.raises(ConfigError, match='no product "F999"'):
        open_home(tmp_path)
