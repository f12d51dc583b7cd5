"""The settings of the cashier's day: roles, shift, guards, tiers, cash moves and the keymap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.errors import ConfigError
from config.rights import Right, Role
from config.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home_file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.toml"


@pytest.mark.parametrize(
    ("text", "key", "line", "said"),
    [
        ("[shift]\ndenominations_fen = [100, 500]", "shift.denominations_fen", 2, "smaller than"),
        ("[shift]\ndenominations_fen = [100, 100]", "shift.denominations_fen", 2, "smaller than"),
        ("[shift]\ndenominations_fen = []", "shift.denominations_fen", 2, "1 to 16"),
        ("[shift]\nfloat_fen = -1", "shift.float_fen", 2, "-1 will not do"),
        ("[guards]\npin_tries = 0", "guards.pin_tries", 2, "from 1 to 20"),
        ("[guards]\nidle_lock = 5", "guards.idle_lock", 2, "did you mean idle_lock_s"),
        ("[rounding]\nsteps_fen = [50, 10]", "rounding.steps_fen", 2, "greater than the last"),
        ('[scanner]\ncard = "ten"', "scanner.card", 2, '"10D" (ten digits)'),
        ('[scanner]\nprefix = "\\u0002"', "scanner.prefix", 2, "visible ASCII"),
        ('[scanner]\nprefix = "#"', "scanner.prefix", 2, "the first one of"),
        ('[screen]\ntheme = "blue"', "screen.theme", 2, '"dark" / "light"'),
        ('[roles]\ncashier = ["sel"]', "roles.cashier", 2, "did you mean sell"),
        ('[roles]\ncashier = ["sell", "sell"]', "roles.cashier", 2, "stands twice"),
        ('[roles]\ncashier = "sell"', "roles.cashier", 2, "a list of sell"),
        ("[roles]\ncashier = [[1]]", "roles.cashier", 2, "there is no [1]"),
        ("[roles]\nboss = []", "roles.boss", 2, "no such key"),
        ('[roles]\nmanager = ["staff"]', "roles.manager", 2, 'without "settings"'),
        ('[roles]\nmanager = ["settings"]', "roles.manager", 2, 'without "staff"'),
        ('[reasons]\nrefund = ["a", "a"]', "reasons.refund", 2, "different texts"),
        ('[reasons]\nrefund = ["a", ""]', "reasons.refund", 2, "it is empty"),
        ('[[tiers]]\nid = "Old"\nname_zh = "a"\nname_en = "a"', "tiers[Old].id", 2, "a-z"),
        ("[keys]\nsell.lokc = 'f1'", "keys.sell.lokc", 2, "did you mean sell.lock"),
        ("[keys]\n'sell.lokc' = 'f1'", "keys.'sell.lokc'", 2, "did you mean sell.lock"),
        ("[keys]\nsell.lock = 'ctrl+i'", "keys.sell.lock", 2, "terminals send it for Tab"),
        ("[keys]\nsell.lock = 'ctrl+q'", "keys.sell.lock", 2, "it ends the program"),
        ("[keys]\nsell.lock = 'f25'", "keys.sell.lock", 2, "'f25' will not do"),
        ("[keys]\nsell.lock = 'a'", "keys.sell.lock", 2, "'a' will not do"),
        ("[keys]\nsell.lock = 5", "keys.sell.lock", 2, "5 will not do"),
        ("keys = 5", "keys", 1, "not a table"),
        ("[quick_keys]\nf13 = 5", "quick_keys.f13", 2, "5 will not do"),
        ("[quick_keys]\nF13 = 'F001'", "quick_keys.F13", 2, "'F13' will not do"),
        ("[quick_keys]\n'1' = 'F001'", "quick_keys.1", 2, "'1' will not do"),
    ],
)
def test_a_wrong_setting_of_the_day_names_its_line_and_what_is_allowed(
    home_file: Path, text: str, key: str, line: int, said: str
) -> None:
    assert_refused(home_file, text, key, line, said)


@pytest.mark.parametrize(
    ("text", "key", "line", "said"),
    [
        (
            "[keys]\nsell.park = 'f2'",
            "keys.sell.park",
            2,
            '"f2" is both the action sell.history (history) and the action sell.park',
        ),
        (
            "[keys]\n'sell.help' = 'f2'",
            "keys.'sell.help'",
            2,
            '"f2" is both the action sell.help (help) and the action sell.history (history)',
        ),
        (
            "[keys]\nsell.park = 'f5'",
            "keys.sell.park",
            2,
            '"f5" is both the tender wechat and the action sell.park',
        ),
        (
            "[quick_keys]\nf9 = 'F001'",
            "quick_keys.f9",
            2,
            '"f9" is both the tender cash and the product F001',
        ),
        (
            "[quick_keys]\n'ctrl+l' = 'F001'",
            "quick_keys.'ctrl+l'",
            2,
            '"ctrl+l" is both the action sell.lock (lock the till) and the product F001',
        ),
        (
            '[scanner]\nprefix = "=1"',
            "scanner.prefix",
            2,
            '"=" is both the action sell.total (tell the customer the total) and the scanner',
        ),
    ],
)
def test_a_key_with_two_uses_is_refused_with_both_named(
    home_file: Path, text: str, key: str, line: int, said: str
) -> None:
    assert_refused(home_file, text, key, line, said)


def assert_refused(home_file: Path, text: str, key: str, line: int, said: str) -> None:
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


def test_a_tender_on_the_key_of_an_action_is_refused_where_the_tender_stands(
    home_file: Path,
) -> None:
    home_file.write_text(_tender().replace("f9", "f1"), encoding="utf-8")
    with pytest.raises(ConfigError, match="both the tender cash and the action") as error:
        load_settings(home_file)
    assert [(fault.key, fault.line) for fault in error.value.faults] == [("tenders[cash].key", 6)]


def test_an_action_may_move_and_leave_its_key_to_another(home_file: Path) -> None:
    home_file.write_text(
        "[keys]\nsell.park = 'f3'\n\"sell.recall\" = 'f4'\nsell.record = ''\n"
        "[quick_keys]\nf12 = 'F001'\n';' = 'F002'\n",
        encoding="utf-8",
    )
    settings = load_settings(home_file)
    assert [settings.key(f"sell.{each}") for each in ("park", "recall", "record", "help")] == [
        "f3",
        "f4",
        "",
        "f1",
    ]
    assert settings.quick_keys == (("f12", "F001"), (";", "F002"))


def test_two_actions_without_a_key_share_nothing(home_file: Path) -> None:
    home_file.write_text("[keys]\nsell.park = ''\nsell.recall = ''\n", encoding="utf-8")
    assert load_settings(home_file).key("sell.park") == ""


def test_the_roles_have_the_rights_that_the_house_wants() -> None:
    roles = load_settings().roles
    everything = frozenset(Right)
    assert roles.of(Role.MANAGER) == everything
    assert roles.of(Role.SUPERVISOR) == everything - {Right.STAFF, Right.SETTINGS}
    assert roles.of(Role.AUDITOR) == {Right.HISTORY, Right.X_REPORT}
    guarded = {Right.VOID, Right.REFUND, Right.DISCOUNT, Right.NO_SALE, Right.PAID_OUT}
    assert roles.of(Role.CASHIER) < roles.of(Role.SUPERVISOR) - guarded


def test_the_tiers_and_cash_moves_are_found_by_their_ids() -> None:
    settings = load_settings()
    tier, move = settings.tier("certified"), settings.cash_move("water")
    assert tier is not None
    assert move is not None
    assert (tier.name("zh_CN"), tier.name("en")) == ("社区认定", "Certified by community")
    assert (move.name("zh_CN"), move.kind, move.account) == ("驿站买水", "paid_out", "560108")
    assert move.name("en") == "Water for the station"
    assert settings.tier("nobody") is None
    assert settings.cash_move("nothing") is None


@pytest.mark.parametrize(
    ("kind", "account", "said"),
    [
        ("paid_in", "100101", "is the drawer itself"),
        ("paid_in", "560108", "of type expense"),
        ("paid_out", "500101", "of type income"),
        ("paid_out", "5601", "has sub-accounts"),
        ("paid_out", "999999", "no 999999"),
    ],
)
def test_cash_comes_from_an_account_that_can_give_it_and_goes_to_one_that_can_take_it(
    home_file: Path, kind: str, account: str, said: str
) -> None:
    text = _move(kind=kind, account=account)
    assert_refused(home_file, text, "cash_moves[ice].account", 6, said)


def test_two_cash_moves_or_tiers_may_not_share_an_id(home_file: Path) -> None:
    tier = '[[tiers]]\nid = "old"\nname_zh = "a"\nname_en = "a"\n'
    home_file.write_text(_move() * 2 + tier * 2, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(home_file)
    assert [(fault.key, fault.line) for fault in refused.value.faults] == [
        ("cash_moves[ice].id", 8),
        ("tiers[old].id", 18),
    ]


def test_there_may_be_no_tiers_and_no_cash_moves(home_file: Path) -> None:
    home_file.write_text("tiers = []\ncash_moves = []\n", encoding="utf-8")
    settings = load_settings(home_file)
    assert (settings.tiers, settings.cash_moves) == ((), ())


def _move(kind: str = "paid_out", account: str = "560108") -> str:
    return (
        f'[[cash_moves]]\nid = "ice"\nname_zh = "冰"\nname_en = "Ice"\nkind = "{kind}"\n'
        f'account = "{account}"\n'
    )


def _tender(account: str = "100101") -> str:
    return (
        '[[tenders]]\nid = "cash"\nname_zh = "现金"\nname_en = "Cash"\n'
        f'account = "{account}"\nkey = "f9"\ngives_change = true\nconfirmed_by = "count"\n'
    )
