"""The operation log, as a person reads it and as a script does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.language import words
from config.rights import Right, Role
from config.text import columns
from kiosk.cli import main
from kiosk.ledger_commands.kinds import kind_names
from kiosk.sale.approval import Approved
from kiosk.sale.basket import Basket, Line
from kiosk.sale.cards import Tap
from kiosk.sale.discounts import Discount
from kiosk.sale.people import Pin
from kiosk.sale.people_errors import WrongPinError
from kiosk.sale.tenders import Offer
from kiosk.till.till import Till
from ledger.money import from_fen
from tests.kiosk.card_desk import (
    LI,
    WANG,
    fill,
    give,
    handed_out,
    refused,
    served,
    transfer,
    with_rules,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.kiosk.conftest import Counter

    Log = Callable[..., list[str]]

STRANGER = bytes.fromhex("04999999999999")
OWN, OTHER = "JB-HQHG-01.1", "JB-HQHG-02.1"


@pytest.fixture
def log(counter: Counter, capsys: pytest.CaptureFixture[str]) -> Log:
    """The lines of ``ledger log``, of a home where every kind of record was made."""
    counter.sell("F001", "F005", received_fen=10000)
    counter.void(counter.sell("F008", by="wechat").number)
    sold = counter.sell("F017*3").number
    counter.refund(sold, {1: 1000})
    counter.till.reprint(sold, ref=uuid4(), at=counter.tick())
    basket = counter.basket("F001")
    counter.till.remove_line(basket, basket.lines[0], ref=uuid4(), at=counter.tick())
    dear = Basket().add(Line("Z001", "茅台", from_fen(1_234_50)))
    counter.till.take_back(dear, "cash", at=counter.tick())
    _a_shift(counter)
    _what_waits(counter)
    _breakfasts(counter)
    _the_staff(counter)
    _headquarters(counter)

    def lines(*asked: str, home: Path = counter.home.path, err: str = "") -> list[str]:
        assert main(["--home", str(home), "ledger", "log", *asked]) == 0
        said = capsys.readouterr()
        assert said.err == err
        return said.out.splitlines()

    return lines


def _a_shift(counter: Counter) -> None:
    till = counter.till
    counter.open_shift(1000, reason="昨晚带走")
    till.paid_in("change", from_fen(20000), "", ref=uuid4(), at=counter.tick())
    approved = Approved(Right.PAID_OUT, "s02")
    ref, at = uuid4(), counter.tick()
    till.paid_out("water", from_fen(600), "两箱水", ref=ref, at=at, approved=approved)
    till.drop(from_fen(10000), ref=uuid4(), at=counter.tick())
    till.no_sale("换零钱", ref=uuid4(), at=counter.tick())
    counter.x_report()
    counter.count(10350)
    counter.close_shift()


def _what_waits(counter: Counter) -> None:
    till, basket = counter.till, counter.basket("F001", "F002", "F003")
    till.park(basket, ref=uuid4(), at=counter.tick(), note="微信没到账")
    till.recall(basket.ref, ref=uuid4(), at=counter.tick())
    till.park(basket, ref=uuid4(), at=counter.tick())
    till.drop_parked(basket.ref, ref=uuid4(), at=counter.tick(), reason="顾客不要")
    till.set_left("F001", 12, ref=uuid4(), at=counter.tick())
    till.set_left("F001", None, ref=uuid4(), at=counter.tick())
    app = Till(counter.database, counter.home.settings, guarded=True)
    app.open(counter.home.catalogue, at=counter.tick() - timedelta(seconds=200))


def _breakfasts(counter: Counter) -> None:
    """Sell until the fund can pay, and let every kind of record be about cards and breakfasts."""
    for _ in range(30):
        counter.sell("F001")
    till, card = counter.till, give(counter)
    counter.void(served(counter, "F008").number)
    handed_out(counter, "F008", reason="忘带卡")
    refused(counter, STRANGER)
    till.show_holder(card.holder, ref=uuid4(), at=counter.tick())
    till.block(card.card, reason="丢失", ref=uuid4(), at=counter.tick())
    refused(counter)
    till.unblock(card.card, reason="找到了", ref=uuid4(), at=counter.tick())
    tap = Tap("demo", LI)
    new = till.replace(card.card, tap, ref=uuid4(), at=counter.tick(), reason="坏了")
    till.expire(new.card, reason="离职", ref=uuid4(), at=counter.tick())
    till.forget(card.holder, ref=uuid4(), at=counter.tick())


def _the_staff(counter: Counter) -> None:
    till = counter.till
    manager = till.make_first_manager("135790", at=counter.tick())
    with pytest.raises(WrongPinError):
        till.sign_in(Pin(manager.id, "246801"), at=counter.tick())
    with pytest.raises(WrongPinError):
        till.approve(Right.REFUND, "refund", Pin(manager.id, "246801"), at=counter.tick())
    till.role = Role.CASHIER  # somebody is signed in, and the log stays that of one person
    till.lock(at=counter.tick())
    till.by = "cashier"


def _headquarters(counter: Counter) -> None:
    """What comes from a hub, and from who keeps the bank account."""
    fill(counter, 1000)
    transfer(counter, 20)


def test_what_became_of_a_card_is_told_by_its_token_and_never_by_a_name(log: Log) -> None:
    (issued,) = log("--kind", "card_issued")
    token = issued.split()[5]
    assert token.startswith("ct_")
    assert issued.endswith("  worker  有效至 2027-11-23")
    (replaced,) = log("--kind", "card_replaced", "--lang", "en")
    assert replaced.split()[6].startswith("ct_")
    assert replaced.endswith(f"  instead of {token}  worker  until 2027-11-23  坏了")
    (blocked,), (back,) = log("--kind", "card_blocked"), log("--kind", "card_unblocked")
    assert blocked.endswith(f"{token}  丢失")
    assert back.endswith(f"{token}  找到了")
    (shown,), (gone,) = log("--kind", "holder_shown"), log("--kind", "holder_forgotten")
    assert shown.split()[-1] == gone.split()[-1]
    assert gone.split()[-1].startswith("ht_")
    whole = "\n".join([*log(), *log("--json")])
    assert not [word for word in ("王秀英", "13800001234", WANG.hex()) if word in whole.lower()]


def test_a_refused_tap_is_told_in_words_with_the_place_of_the_earlier_breakfast(
    log: Log, counter: Counter
) -> None:
    unknown, blocked = log("--kind", "card_refused")
    assert unknown.endswith("  不认识这张卡  uid  desk")
    assert "  此卡已停用  ct_" in blocked
    chip = bytes.fromhex("04313233343536")
    give(counter, chip)
    at = served(counter, "F008", uid=chip).record.content["at"][11:16]
    refused(counter, chip)
    local = f"{(int(at[:2]) + 8) % 24:02}{at[2:]}"
    last = log("--kind", "card_refused", "--lang", "en")[-1]
    assert f"  Today's breakfast was taken  {local} JB-HQHG  ct_" in last


def test_a_breakfast_says_who_paid_what_and_why_it_was_handed_out(
    log: Log, counter: Counter
) -> None:
    (eaten,) = log("--kind", "redemption")
    assert eaten.split()[5:7] == ["1.00元", "fund"]
    (given,) = log("--kind", "hand_out")
    assert given.endswith("  忘带卡")
    (undone,) = log("--kind", "redemption_void")
    assert f"原第 {eaten.split()[0]} 号" in undone
    chip = bytes.fromhex("04313233343536")
    give(counter, chip)
    with_rules(counter, cap_fen=100)
    served(counter, "F001", uid=chip, cash_fen=100)
    last = log("--kind", "redemption", "--lang", "en")[-1]
    assert last.endswith("  fund 1.00, on top 1.00")
    assert "2.00 yuan  fund+cash" in last


NOTHING = "没有符合条件的记录 · no record matches\n"


def test_log_prints_a_line_a_record_and_filters(log: Log, counter: Counter) -> None:
    assert len(log()) == counter.audit().records
    (void,) = log("--kind", "void")
    assert "2026-11-24 07:" in void
    assert "原第 3 号" in void
    others = len(log("--by", "hub")) + len(log("--by", "s09"))
    assert len(log("--by", "cashier")) == counter.audit().records - others
    assert others == 2
    assert len(log("--from", "2026-11-24", "--to", "2026-11-24")) == counter.audit().records
    assert main(["ledger", "log", "--from", "2026-11-25", "--to", "2026-11-24"]) == 1


def test_whoever_approved_or_failed_is_named_and_found(log: Log, counter: Counter) -> None:
    """Both stand on the record, so both stand in the log, and either leads there."""
    till, basket = counter.till, counter.basket("F001*2")
    cheap = basket.with_discount(0, Discount(fen=100, reason="老顾客"))
    for right in (Right.DISCOUNT, Right.BELOW_COST):
        cheap = cheap.approved(Approved(right, "s02"))
    cheap = cheap.rounded(200).approved(Approved(Right.ROUNDING, "s03"))
    till.sell(cheap, [Offer("cash", cheap.total)], at=counter.tick())
    back, returned = counter.basket("F001"), Approved(Right.RETURN, "s04")
    till.take_back(back, "cash", at=counter.tick(), approved=returned)
    sold, gone = log()[-2:]
    assert sold.endswith("豆浆  s02, s03 授权")
    assert gone.endswith("s04 授权")
    assert [line.split()[3:5] for line in log("--by", "s02")] == [
        ["支出", "cashier"],
        ["销售", "cashier"],
    ]
    for one, line in (("s03", sold), ("s04", gone)):
        assert [each.split() for each in log("--by", one)] == [line.split()]
    # Who stood at the till while it was locked is known only by the number that was tried.
    assert {line.split()[3] for line in log("--by", "s01")} == {"登录失败", "授权被拒"}


def test_log_says_why_money_went_back_and_what_went_to_the_safe(log: Log, counter: Counter) -> None:
    sold, voided = counter.sell("F001*2"), counter.sell("F002")
    till = counter.till
    ref, at = uuid4(), counter.tick()
    till.refund(sold.number, {1: 1000}, ref=ref, at=at, reason="质量问题")
    till.void(voided.number, ref=uuid4(), at=counter.tick(), reason="点错")
    counter.open_shift(11000, reason="多出来的")
    counter.count(11000)
    counter.close_shift(to_safe_fen=10000)
    assert log("--kind", "refund")[-1].endswith("豆浆  质量问题")
    assert log("--kind", "void")[-1].endswith("油条  点错")
    assert log("--kind", "shift_closed")[-1].endswith("Z 2  交班入柜 100.00元")


def test_log_says_what_waited_what_is_left_and_how_the_clock_jumped(log: Log) -> None:
    (first, _) = log("--kind", "basket_parked")
    assert first.split()[-4:] == ["豆浆,", "油条", "+1", "微信没到账"]
    (dropped,) = log("--kind", "basket_dropped")
    assert dropped.endswith("顾客不要")
    counted, ended = log("--kind", "stock_counted", "--lang", "en")
    assert counted.endswith("F001  12 left")
    assert ended.endswith("F001  no longer counted")
    (jumped,) = log("--kind", "clock_jumped", "--lang", "en")
    assert jumped.endswith("back by 0:03:00")


@pytest.mark.parametrize(
    "asked",
    [
        ("--by", "nobody"),
        ("--from", "2026-11-25"),
        ("--to", "2026-11-23"),
        ("--kind", "void", "--from", "2026-11-25"),
        ("--by", "nobody", "--json"),
    ],
)
def test_what_matches_nothing_is_said_and_is_no_error(log: Log, asked: tuple[str, ...]) -> None:
    assert log(*asked, err=NOTHING) == []


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_a_kind_is_asked_for_by_the_word_that_the_log_shows(log: Log, lang: str) -> None:
    names = kind_names(words(lang))
    shown = {line: name for line in log("--lang", lang) for name in names.values() if name in line}
    assert set(shown.values()) == set(names.values())
    for kind, name in names.items():
        found = log("--kind", name)
        assert found == log("--kind", kind) == log("--kind", f" {name.upper()} ")
        assert len(found) == sum(shown_name == name for shown_name in shown.values())


def test_an_unknown_kind_is_refused_with_those_there_are(
    log: Log, counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    assert log()
    home = str(counter.home.path)
    for kind in ("sales", "", "退\x1b[2J"):
        assert main(["--home", home, "ledger", "log", "--kind", kind]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        zh, en = said.err.splitlines()
        assert repr(kind) in zh
        assert repr(kind) in en
        for code, name in kind_names(words("zh_CN")).items():
            assert f"{code}（{name}）" in zh
        for code, name in kind_names(words("en")).items():
            assert f"{code} ({name})" in en


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_kinds_staff_and_amounts_stand_in_columns(log: Log, counter: Counter, lang: str) -> None:
    other = Till(counter.database, counter.home.settings, book=OTHER, by="long-name")
    other.take_back(counter.basket("F008"), "cash", at=counter.tick())
    lines = log("--lang", lang)
    for mark in ("cashier", " 2026-11-24 "):
        found = {columns(line[: line.index(mark)]) for line in lines if mark in line}
        assert len(found) == 1, mark
    unit = "元" if lang == "zh_CN" else " yuan"
    ends = {columns(line[: line.index(unit)]) for line in lines if unit in line}
    assert len(ends) == 1
    assert len({len(line.split(unit)[0].split()[-1]) for line in lines if unit in line}) > 1
    assert [line.split()[0] for line in lines] == [OWN] * (len(lines) - 1) + [OTHER]


def test_a_change_of_settings_shows_the_first_keys_from_old_to_new(
    log: Log, counter: Counter
) -> None:
    settings = counter.home.settings
    changed = replace(settings, fund=replace(settings.fund, set_aside_fen=20))
    Till(counter.database, changed).open(counter.home.catalogue, at=counter.tick())
    first, last = log("--kind", "settings")
    assert last.endswith("  fund.set_aside_fen 10 → 20")
    assert first.count(" → ") == 6
    assert "accounts.bank — → 100201, " in first
    assert first.rpartition(" +")[2].isdecimal()


def test_a_line_of_the_json_log_hashes_to_its_record(log: Log, counter: Counter) -> None:
    with counter.database.transaction() as cursor:
        hashes = cursor.execute("SELECT hex(hash) FROM record ORDER BY book, seq").fetchall()
    lines = log("--json")
    assert [sha256(line.encode()).hexdigest().upper() for line in lines] == [h for (h,) in hashes]


def test_what_stands_before_a_broken_record_is_shown(
    log: Log, counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = log("--book", OWN)
    counter.database.close()
    with closing(sqlite3.connect(counter.home.database, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER record_no_update")
        connection.execute("UPDATE record SET body = '{' WHERE seq = 5")
    assert main(["--home", str(counter.home.path), "ledger", "log"]) == 1
    said = capsys.readouterr()
    assert [line.split() for line in said.out.splitlines()] == [line.split() for line in whole[:4]]
    assert "kiosk ledger verify" in said.err
