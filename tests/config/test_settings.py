from __future__ import annotations

import dataclasses
import subprocess
import sys
import tomllib
from datetime import time
from typing import TYPE_CHECKING, Any

import pytest

from config.chart import load_chart
from config.errors import ConfigError
from config.settings import DEFAULTS, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def home_file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.toml"


def test_a_new_home_has_the_shipped_defaults(home_file: Path) -> None:
    settings = load_settings(home_file)
    assert settings == load_settings(None)
    assert settings.book == "JB-HQHG-01.1"
    assert settings.shop.name("zh_CN") == "爱心驿站小卖部"
    assert settings.shop.name("en") == "Station Kiosk"
    assert settings.language == "zh_CN"
    assert settings.fund.set_aside_fen == 10
    assert (settings.fund.debit_account, settings.fund.payable_account) == ("560107", "224101")
    assert settings.breakfast.cap_fen == 1000
    assert settings.breakfast.window_from == time(6, 30)
    assert settings.breakfast.window_to == time(9, 30)
    assert settings.day.timezone == "Asia/Shanghai"
    assert settings.day.rollover == time(0)
    assert settings.paper.columns == 32
    assert (settings.tax.regime, settings.tax.rate_bp) == ("small-scale", 100)
    assert settings.accounts.sales == "500101"
    assert settings.quick_notes_fen == (500, 1000, 2000, 5000, 10000)
    assert {each.id: each.account for each in settings.tenders} == {
        "cash": "100101",
        "wechat": "101201",
        "alipay": "101202",
        "unionpay": "101204",
        "ecny": "101205",
    }


def test_only_cash_is_counted_and_gives_change() -> None:
    counted = [each.id for each in load_settings().tenders if each.confirmed_by == "count"]
    changing = [each.id for each in load_settings().tenders if each.gives_change]
    assert counted == changing == ["cash"]


def test_a_tender_is_found_by_its_id() -> None:
    settings = load_settings()
    cash = settings.tender("cash")
    assert cash is not None
    assert (cash.name("zh_CN"), cash.name("en")) == ("现金", "Cash")
    assert settings.tender("cheque") is None


def test_settings_are_frozen_to_the_last_group() -> None:
    settings = load_settings()
    hash(settings)
    for value in (settings, settings.shop, settings.fund, settings.tenders[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, dataclasses.fields(value)[0].name, "x")


def test_a_home_changes_what_it_states_and_nothing_else(home_file: Path) -> None:
    home_file.write_text('language = "en"\n[shop]\ntill = "02"\n', encoding="utf-8")
    settings, shipped = load_settings(home_file), load_settings()
    assert settings.language == "en"
    assert settings.book == "JB-HQHG-02.1"
    assert settings.shop.name_zh == shipped.shop.name_zh
    assert settings.fund == shipped.fund
    assert settings.tenders == shipped.tenders


def test_stated_tenders_replace_the_shipped_ones(home_file: Path) -> None:
    home_file.write_text(_tender(), encoding="utf-8")
    assert [each.id for each in load_settings(home_file).tenders] == ["cash"]


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(home_file: Path) -> None:
    home_file.write_bytes(b'\xef\xbb\xbflanguage = "en"\r\n[shop]\r\nepoch = 2\r\n')
    assert load_settings(home_file).book == "JB-HQHG-01.2"


@pytest.mark.parametrize(
    ("text", "key", "line", "said"),
    [
        ("[fnud]\nset_aside_fen = 5", "fnud", 1, "did you mean fund"),
        ("[fund]\nset_asid_fen = 5", "fund.set_asid_fen", 2, "did you mean set_aside_fen"),
        ("fund.set_asid_fen = 5", "fund.set_asid_fen", 1, "did you mean set_aside_fen"),
        ('[shop]\n"名 称" = "x"', "shop.'名 称'", 2, "no such key"),
        ("[fund]\n\nset_aside_fen = true", "fund.set_aside_fen", 3, "true will not do"),
        ("[fund]\nset_aside_fen = 10.0", "fund.set_aside_fen", 2, "from 0 to 1000"),
        ('[fund]\nset_aside_fen = "10"', "fund.set_aside_fen", 2, "from 0 to 1000"),
        ("[fund]\nset_aside_fen = -1", "fund.set_aside_fen", 2, "from 0 to 1000"),
        ("[fund]\nset_aside_fen = 1001", "fund.set_aside_fen", 2, "from 0 to 1000"),
        ("[fund]\npayable_account = 224101", "fund.payable_account", 2, "account code"),
        ('[fund]\npayable_account = "224102"', "fund.payable_account", 2, "no 224102"),
        ('[fund]\npayable_account = "560107"', "fund.payable_account", 2, "of type expense"),
        ('[accounts]\nsales = "5001"', "accounts.sales", 2, "has sub-accounts"),
        ('language = "fr"', "language", 1, '"zh_CN" / "en"'),
        ('[shop]\nstation = "jb hqhg"', "shop.station", 2, "A-Z"),
        ('[shop]\ntill = "１"', "shop.till", 2, "A-Z"),
        ('[shop]\nname_zh = "驿站\\u001b[2J"', "shop.name_zh", 2, "U+001B"),
        ("[paper]\ncolumns = 40", "paper.columns", 2, "32 / 48"),
        ('[tax]\nregime = "big"', "tax.regime", 2, "small-scale"),
        ('[breakfast]\nwindow_from = "6:30"', "breakfast.window_from", 2, "23:59"),
        ('[breakfast]\nwindow_from = "10:00"', "breakfast.window_to", 1, "not end after it begins"),
        ('[breakfast]\nwindow_from = "09:30"', "breakfast.window_to", 1, "not end after it begins"),
        ('[day]\ntimezone = "Asia/Shangai"', "day.timezone", 2, "did you mean Asia/Shanghai"),
        ('[day]\ntimezone = "../etc/passwd"', "day.timezone", 2, "no time zone"),
        ("[day]\ntimezone = 8", "day.timezone", 2, "IANA"),
        ("quick_notes_fen = [500, 100]", "quick_notes_fen", 1, "greater than the last"),
        ("shop = 5", "shop", 1, "not a table"),
        ("tenders = []", "tenders", 1, "no way to pay"),
        ("tenders = 5", "tenders", 1, "no table array"),
        ("tenders = [5]", "tenders[1]", 1, "not a table"),
        ('[[tenders]]\nid = "cash"', "tenders[cash].account", 1, "is missing"),
    ],
)
def test_a_wrong_setting_names_file_key_line_and_what_is_allowed(
    home_file: Path, text: str, key: str, line: int, said: str
) -> None:
    home_file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(home_file)
    error = refused.value
    fault = next(fault for fault in error.faults if fault.key == key)
    assert error.path == home_file
    assert fault.line == line
    assert said in error.en
    assert f"{home_file}, line {line}, key {key}: " in error.en
    assert f"{home_file} 第 {line} 行，键 {key}：" in error.zh
    assert "Allowed: " in error.say("en")
    assert "允许：" in error.say("zh_CN")


def test_two_tenders_may_not_share_an_id_a_key_or_an_unknown_account(home_file: Path) -> None:
    home_file.write_text(_tender() + _tender(account="100999"), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(home_file)
    assert [(fault.key, fault.line) for fault in refused.value.faults] == [
        ("tenders[cash].id", 10),
        ("tenders[cash].account", 13),
        ("tenders[cash].key", 14),
    ]


def test_all_that_is_wrong_is_said_at_once(home_file: Path) -> None:
    home_file.write_text('languag = "en"\n[paper]\ncolumns = 40\n[tax]\nrate_bp = 9999\n', "utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(home_file)
    assert [fault.key for fault in refused.value.faults] == [
        "languag",
        "paper.columns",
        "tax.rate_bp",
    ]
    assert refused.value.key == "languag"
    assert refused.value.en.count("\n") == 2


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"[shop\n", 1, "this is not TOML"),
        (b'language = "en"\nlanguage = "en"\n', 2, "this is not TOML"),
        (b'[shop]\nname_zh = "\xb0\xae\xd0\xc4"\n', 2, "not UTF-8"),
        (b"a = " + b"9" * 5000, None, "a number too long"),
        (b"a = " + b"[" * 5000, None, "brackets too deep"),
    ],
    ids=["syntax", "twice", "gbk", "long number", "deep"],
)
def test_a_file_that_is_not_toml_is_refused_with_its_line(
    home_file: Path, content: bytes, line: int | None, said: str
) -> None:
    home_file.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        load_settings(home_file)
    assert said in refused.value.en
    assert refused.value.faults[0].line == line
    assert str(home_file) in refused.value.zh


def test_a_text_of_many_lines_does_not_mislead_the_line_numbers(home_file: Path) -> None:
    lines = ["[shop]", 'name_zh = """', "[fund]", "set_aside_fen = 1", '"""', "[fund]"]
    home_file.write_text("\n".join([*lines, "set_aside_fen = 5000"]), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(home_file)
    assert [(fault.key, fault.line) for fault in refused.value.faults] == [
        ("shop.name_zh", 2),
        ("fund.set_aside_fen", 7),
    ]


def test_a_file_that_cannot_be_read_is_refused_and_not_taken_for_a_missing_one(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path)


def test_every_setting_has_its_default_in_the_shipped_file() -> None:
    shipped = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    settings = load_settings()
    for group in dataclasses.fields(settings):
        value = getattr(settings, group.name)
        if group.name in ("keys", "quick_keys"):
            assert tuple(_flat(shipped[group.name], "")) == value
        elif dataclasses.is_dataclass(value):
            assert set(shipped[group.name]) == {each.name for each in dataclasses.fields(value)}
        assert group.default is dataclasses.MISSING
    assert set(shipped) == {each.name for each in dataclasses.fields(settings)}


def test_a_given_chart_is_the_one_that_accounts_are_looked_up_in(home_file: Path) -> None:
    home_file.write_text('[accounts]\nrounding = "560110"\n', encoding="utf-8")
    own = home_file.with_name("chart.toml")
    shipped = load_chart()
    rows: dict[str, list[str]] = {}
    for each in [*shipped]:
        line = f'{each.code} = {{ name_zh = "{each.name_zh}", name_en = "{each.name_en}" }}'
        rows.setdefault(each.type, []).append(line)
    rows["expense"].append('560110 = { name_zh = "尾差", name_en = "Small change" }')
    tables = [f"[{type_}]\n" + "\n".join(lines) for type_, lines in rows.items()]
    own.write_text("\n".join(tables), encoding="utf-8")
    assert load_settings(home_file, chart=load_chart(own)).accounts.rounding == "560110"


def test_starting_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from config.settings import load_settings\n"
        "from config.catalogue import load_catalogue\n"
        "from config.language import words\n"
        "load_settings(), load_catalogue(), words('zh_CN')\n"
        "heavy = {'moneyed', 'sqlalchemy', 'babel', 'textual', 'rich', 'pypinyin', 'difflib'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def _flat(table: dict[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _tender(account: str = "100101") -> str:
    return (
        '[[tenders]]\nid = "cash"\nname_zh = "现金"\nname_en = "Cash"\n'
        f'account = "{account}"\nkey = "f9"\ngives_change = true\nconfirmed_by = "count"\n'
    )
