"""A morning at the real program in a real terminal, with cards on a real pcscd and on a wedge."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.cards import Level
from config.rights import Role
from kiosk.devices.card_keys import read_card_keys
from kiosk.devices.ntag424 import personalise
from kiosk.sale.cards import Holder, Tap
from kiosk.till.home import open_home
from kiosk.till.store import open_database
from kiosk.till.till import Till
from tests.day import CASHIER, MANAGER, Cashier
from tests.day_books import KIOSK, Books, cli
from tests.tmux import Tmux
from tests.virtual_card import VirtualCard
from tests.vpcd_card import VpcdCard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.pcscd import Pcscd

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SETTINGS = """\
[breakfast]
window_from = "00:00"
window_to = "23:59"

[[card_types]]
id = "worker"
name_zh = "环卫工早餐卡"
name_en = "Sanitation worker"
level = "uid"
breakfast = true
valid_days = 365

[[card_types]]
id = "chip"
name_zh = "芯片早餐卡"
name_en = "Chip card"
level = "ev2"
breakfast = true
valid_days = 365

[[readers]]
id = "desk"
kind = "pcsc"
again_ms = 0

[[readers]]
id = "keys"
kind = "wedge"
format = "10D"
prefix = ";"
"""
PLACE = "PCSCLITE_CSOCK_NAME"
GRANTED = 10_000
A_LOOK_S = 5.0
CHIPS = {bytes([4, 0x24, 0, 0, 0, 0, n]): name for n, name in enumerate(("王秀英", "李大勇"), 1)}
WEDGE = {"0077705923": "张伟", "0000000042": "陈静"}


def prepare(path: Path) -> dict[bytes, VirtualCard]:
    """Open a shop at ``path``: two people, an open shift, a fund, cards of both kinds."""
    path.mkdir()
    (path / "kiosk.toml").write_text(SETTINGS, encoding="utf-8")
    home = open_home(path)
    keys = read_card_keys(path, make=True)
    assert keys is not None
    database, at = open_database(home), datetime.now(UTC)
    till = Till(database, home.settings)
    till.open(home.catalogue, at=at)
    till.make_first_manager(MANAGER.pin, at=at)
    till.add_staff(CASHIER.name, Role.CASHIER, CASHIER.pin, ref=uuid4(), at=at, staff_id=CASHIER.id)
    till.by = CASHIER.id
    till.open_shift({1000: 20}, ref=uuid4(), at=at)
    till.grant(GRANTED, grant="g-1", at=at)
    cards = {}
    for uid, name in CHIPS.items():
        card = cards[uid] = VirtualCard(uid)
        personalise(card.transmit, keys)
        card.reset()
        till.issue(
            Holder(name),
            Tap("desk", uid, Level.EV2, key_version=keys.newest),
            type_id="chip",
            ref=uuid4(),
            at=at,
        )
    for number, name in WEDGE.items():
        tap = Tap("keys", int(number).to_bytes(4))
        till.issue(Holder(name), tap, type_id="worker", ref=uuid4(), at=at)
    database.close()
    return cards


@contextmanager
def lying(pcscd: Pcscd, card: VirtualCard) -> Iterator[None]:
    """Lay a card on the reader, and see it gone from there in the end."""
    with VpcdCard(card, port=pcscd.ports[0]):
        yield
    pcscd.await_card(0, there=False)


def lay_until_heard(cashier: Cashier, pcscd: Pcscd, card: VirtualCard) -> None:
    """Lay a card on the reader, and again, until the program hears readers.

    What lies there when it begins to listen is no tap.
    """
    heard = False
    while not heard:
        with lying(pcscd, card):
            end = time.monotonic() + A_LOOK_S
            while not (heard := "Esc 取消" in cashier.terminal.screen) and time.monotonic() < end:
                time.sleep(0.05)


def read_it(cashier: Cashier) -> None:
    """Put a refusal away; a key that comes at once is nobody's who has read it, and passes."""

    def selling(screen: str) -> bool:
        if "F1 帮助" not in screen:
            cashier.type("<Escape>")
        return "F1 帮助" in screen

    cashier.terminal.until(selling, "the selling screen")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_a_morning_adds_up(tmp_path: Path, pcscd: Pcscd, columns: int, rows: int) -> None:
    home = tmp_path / "home"
    cards = prepare(home)
    (wang, li), (zhang, chen) = CHIPS, WEDGE
    terminal = Tmux(
        [str(KIOSK), "--home", str(home)],
        tmp_path,
        columns=columns,
        rows=rows,
        environment={PLACE: os.environ[PLACE]},
    )
    with Cashier(terminal, Books(), CASHIER.id) as cashier:
        cashier.knock(CASHIER)
        cashier.see("F1 帮助", CASHIER.name)
        lay_until_heard(cashier, pcscd, cards[wang])
        cashier.see("王*", "基金最多付 10.00")
        cashier.type("AAB<Enter>")
        cashier.see("基金付 6.00", "余额 94.00")
        # A copy of the same number, with keys of its own, proves nothing.
        with lying(pcscd, cards[li].clone()):
            cashier.see("此 卡 未 能 证 明 真 伪", "请再刷一次")
        with lying(pcscd, cards[wang]):
            cashier.see("今 天 已 领 过 早 餐", "在 JB-HQHG")
        read_it(cashier)
        cashier.type(f";{zhang}<Enter>")
        cashier.see("张*")
        cashier.type(f";{chen}<Enter>")  # the next one taps before the first is done
        cashier.see("下一位：陈*")
        cashier.type("DDA<Enter><F5>")  # 12.00: two yuan by WeChat on top
        cashier.see("陈*", gone="张*")
        cashier.type("C<Enter>")
        cashier.see("基金付 3.00")
        pcscd.kill()
        cashier.see("读卡器 desk")
        cashier.type("A<F9>")  # selling goes on meanwhile
        cashier.see("已入账 2.00")
        pcscd.start()
        with lying(pcscd, cards[li]):
            cashier.see("李*")
            cashier.type("G<Enter>")
            cashier.see("基金付 2.00")
        cashier.type("<C-q>")
        cashier.see("[exit 0]")
    check(home)


def check(home: Path) -> None:
    """Hold the books to what was served: 6.00 + 10.00 + 3.00 + 2.00, and two set-asides."""
    cli(home, "ledger", "verify")
    served = 600 + 1000 + 300 + 200
    log = [json.loads(line) for line in cli(home, "ledger", "log", "--json").splitlines()]
    kinds = [each["kind"] for each in log]
    assert kinds.count("redemption") == len(CHIPS) + len(WEDGE)
    rules = [each["doc"]["rule"] for each in log if each["kind"] == "card_refused"]
    assert rules == ["level", "used_today"]
    redeemed = sum(each["fund"].get("redeemed", 0) for each in log)
    set_aside = sum(each["fund"].get("set_aside", 0) for each in log)
    assert (redeemed, set_aside) == (served, 20)
    assert f"{(GRANTED - served + set_aside) / 100:.2f}" in cli(home, "ledger", "fund")
