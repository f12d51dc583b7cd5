from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.chart import load_chart
from config.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

CHART = load_chart()
KIOSK = {
    "100101": "收银抽屉",
    "100102": "保险柜",
    "100201": "基本户",
    "101201": "微信支付待清算",
    "101202": "支付宝待清算",
    "101203": "爱心基金专户-受限",
    "101204": "银联待清算",
    "101205": "数字人民币待清算",
    "122101": "爱心基金早餐结算",
    "190101": "待处理流动资产损溢",
    "222101": "应交增值税",
    "224101": "爱心基金",
    "500101": "商品零售",
    "500102": "爱心早餐",
    "560107": "爱心基金计提",
    "560108": "驿站运营补贴",
    "560109": "抹零",
    "560301": "手续费",
}
ROOTS = {"1": "Assets", "2": "Liabilities", "3": "Equity"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "chart.toml"


def row(code: str, zh: str = "库存现金", en: str = "Cash", more: str = "") -> str:
    return f'{code} = {{ name_zh = "{zh}", name_en = "{en}"{more} }}\n'


def test_the_kiosk_has_its_accounts_by_their_chinese_names() -> None:
    assert {code: CHART.name(code, "zh_CN") for code in KIOSK} == KIOSK
    assert CHART.name("100101", "en") == "Cash drawer"
    assert CHART["1001"].name("zh_CN") == "库存现金"


def test_accounts_come_in_the_order_of_their_codes() -> None:
    codes = [each.code for each in CHART]
    assert codes == sorted(set(codes))
    assert len(CHART) == len(codes) > 60


def test_the_first_digit_of_a_code_fits_its_root() -> None:
    for account in CHART:
        expected = ROOTS.get(account.code[0])
        assert account.root == expected or account.root in ("Income", "Expenses")
        assert (expected is None) == (account.type in ("income", "expense"))


def test_only_valuation_accounts_stand_on_the_other_side() -> None:
    normal = {"asset": "D", "expense": "D", "liability": "C", "equity": "C", "income": "C"}
    other = {each.code for each in CHART if each.side != normal[each.type]}
    assert other == {"1407", "1602", "1622", "1702"}


def test_parents_are_in_the_chart_and_only_leaves_are_booked_to() -> None:
    assert CHART["100101"].parent == "1001"
    assert CHART["1001"].parent is None
    for account in CHART:
        assert account.parent is None or account.parent in CHART
    assert CHART.is_leaf("100101")
    assert CHART.is_leaf("1405")
    assert not CHART.is_leaf("1001")
    assert not CHART.is_leaf("9999")


def test_an_unknown_account_is_none_or_a_key_error() -> None:
    assert CHART.get("9999") is None
    assert "9999" not in CHART
    with pytest.raises(KeyError):
        CHART["9999"]
    with pytest.raises(KeyError):
        CHART.name("9999", "en")


def test_a_side_may_be_stated(file: Path) -> None:
    file.write_text("[asset]\n" + row("1001") + row("1602", more=', side = "C"'), encoding="utf-8")
    chart = load_chart(file)
    assert [(each.code, each.side) for each in chart] == [("1001", "D"), ("1602", "C")]


@pytest.mark.parametrize(
    ("text", "key", "line", "said"),
    [
        ("[assets]\n" + row("1001"), "assets", 1, "did you mean asset"),
        ("asset = 5", "asset", 1, "not a table"),
        ("[asset]\n1001 = 5", "asset.1001", 2, "not a table"),
        ("[asset]\n" + row("101"), "asset.101", 2, "four digits"),
        ("[asset]\n" + row('"１００１"'), "asset.'１００１'", 2, "four digits"),
        ("[asset]\n" + row("100101"), "asset.100101", 2, "no asset account 1001"),
        (
            "[asset]\n" + row("2241") + "[liability]\n" + row("224101"),
            "liability.224101",
            4,
            "no liability account 2241",
        ),
        ("[asset]\n" + row("1001") + "[equity]\n" + row("1001"), "equity.1001", 4, "stands twice"),
        ("[asset]\n" + row("1001", zh="现金（库存）"), "asset.1001.name_zh", 2, "hyphens"),
        ("[asset]\n" + row("1001", zh="现金:库存"), "asset.1001.name_zh", 2, "hyphens"),
        ("[asset]\n" + row("1001", en="Cash: drawer"), "asset.1001.name_en", 2, "English words"),
        ("[asset]\n" + row("1001", more=', side = "X"'), "asset.1001.side", 2, '"D" / "C"'),
        ("[asset]\n" + row("1001", more=", sid = 1"), "asset.1001.sid", 2, "did you mean side"),
        ('[asset]\n1001 = { name_zh = "现金" }', "asset.1001.name_en", 2, "is missing"),
    ],
)
def test_a_wrong_chart_names_file_key_line_and_what_is_allowed(
    file: Path, text: str, key: str, line: int, said: str
) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_chart(file)
    (fault,) = refused.value.faults
    assert (fault.key, fault.line) == (key, line)
    assert said in refused.value.en
    assert str(file) in refused.value.zh
    assert "允许：" in refused.value.zh
