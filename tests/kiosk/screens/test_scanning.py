from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from textual import events
from textual.screen import Screen
from textual.widgets import Input

from tests.kiosk.screens.conftest import MORNING, SUPERVISOR

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from kiosk.devices.scanner import Scan
    from kiosk.till.till import Till
    from tests.kiosk.screens.conftest import Cashier, Opened

COLA = "6921168509256"
WECHAT = "134567890123456789"
WATER_OF_NOBODY = "6901028180559"
NO_ENDING = "[scanner]\ngap_ms = 20\n"
CARDS = '[scanner]\ngap_ms = 20\ncard = "8H"\n'


def hear(cashier: Cashier, monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[Scan]:
    """Give the scans that reach the sell screen, once it has dealt with them."""
    heard: asyncio.Queue[Scan] = asyncio.Queue()
    scanned = cashier.sell.scanned

    def told(scan: Scan) -> None:
        scanned(scan)
        heard.put_nowait(scan)

    monkeypatch.setattr(cashier.sell, "scanned", told)
    return heard


@pytest.mark.parametrize("ending", ["enter", "ctrl+j", "tab"])
async def test_a_scan_rings_its_product_and_takes_no_money(opened: Opened, ending: str) -> None:
    async with opened() as cashier:
        cashier.scan(COLA, ending)
        await cashier.settle()
        assert cashier.rung == [("D001", 1000)]
        assert cashier.sell.entry.value == ""
        assert await cashier.sold() == []


async def test_both_halves_of_cr_lf_end_one_scan(opened: Opened) -> None:
    async with opened() as cashier:
        cashier.scan(COLA, "enter", "ctrl+j", COLA, "enter", "ctrl+j")
        await cashier.settle()
        assert cashier.rung == [("D001", 2000)]
        assert await cashier.sold() == []


async def test_the_same_bottle_scanned_twice_is_two_bottles(opened: Opened) -> None:
    async with opened() as cashier:
        cashier.scan(COLA, "enter", COLA, "enter")
        await cashier.settle()
        assert cashier.rung == [("D001", 2000)]


async def test_a_scanner_without_an_ending_is_heard_once_it_pauses(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(settings=NO_ENDING) as cashier:
        heard = hear(cashier, monkeypatch)
        await cashier.type("3*")
        for rung in (3000, 4000):
            cashier.scan(COLA)
            assert (await heard.get()).text == COLA
            assert cashier.rung == [("D001", rung)]
            assert cashier.sell.entry.value == ""


async def test_an_ending_that_comes_after_the_pause_takes_no_cash(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(settings=NO_ENDING) as cashier:
        heard = hear(cashier, monkeypatch)
        cashier.scan(COLA)
        await heard.get()
        await cashier.press("enter")
        assert await cashier.sold() == []
        assert "再按一次" in cashier.said
        await cashier.press("enter")
        assert await cashier.sold() == [200]


async def test_two_codes_in_one_reading_ring_two_products(opened: Opened) -> None:
    async with opened() as cashier:
        cashier.scan(COLA + COLA, "enter")
        await cashier.settle()
        assert cashier.rung == [("D001", 2000)]


async def test_codes_that_cannot_be_parted_ring_nothing_and_say_so(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(settings=NO_ENDING) as cashier:
        await cashier.press("A")
        cashier.scan(COLA + WECHAT, "enter")
        await cashier.settle()
        assert cashier.rung == [("F001", 1000)]
        assert "31 位数字不是完整的码" in cashier.said
        assert WECHAT not in cashier.screen
        assert cashier.sell.entry.value == ""
        await cashier.press("delete")  # or the next start would bring the ticket back
    async with opened(settings=NO_ENDING) as cashier:
        heard = hear(cashier, monkeypatch)
        cashier.scan(COLA * 3)
        assert (await heard.get()).overlong
        assert cashier.rung == []
        assert cashier.sell.entry.value == ""


async def test_a_reading_that_stalled_is_never_cut_short(opened: Opened) -> None:
    async with opened() as cashier:
        cashier.scan(COLA, "enter")  # from here on it is known that codes end with a key
        keys = [events.Key(digit, digit) for digit in COLA] + [events.Key("enter", "\r")]
        for place, key in enumerate(keys):
            key.time += place * 0.001 + 0.6 * (place >= 5)
        cashier.send(*keys)
        await cashier.settle()
        assert cashier.rung == [("D001", 2000)]


async def test_a_quantity_before_a_scan_is_its_own(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.type("3*")
        cashier.scan(COLA, "enter")
        await cashier.settle()
        assert cashier.rung == [("D001", 3000)]
        cashier.scan("2*" + COLA, "enter")
        await cashier.settle()
        assert cashier.rung == [("D001", 5000)]


@pytest.mark.parametrize("typed", ["20", "dou", "3*"])
async def test_an_unknown_barcode_in_mid_sale_changes_nothing(opened: Opened, typed: str) -> None:
    async with opened() as cashier:
        await cashier.press("A", "D", "1", "f9")
        await cashier.type(typed)
        before = cashier.sell.ticket
        cashier.scan(WATER_OF_NOBODY, "enter")
        await cashier.settle()
        assert f"没有条码为 {WATER_OF_NOBODY} 的商品" in cashier.said
        assert cashier.sell.ticket is before
        assert cashier.sell.entry.value == typed
        assert cashier.sell.entry.cursor_position == len(typed)


async def test_a_payment_code_is_no_product_and_takes_no_money(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        cashier.scan(WECHAT, "enter")
        await cashier.settle()
        assert "13…89" in cashier.said
        assert "未接支付接口" in cashier.said
        assert cashier.rung == [("F001", 1000)]
        assert WECHAT not in cashier.screen
        assert await cashier.sold() == []


async def test_a_payment_code_typed_by_hand_is_never_said_in_full(opened: Opened) -> None:
    async with opened() as cashier:
        for key in ("enter", "f5"):
            await cashier.press("A")
            await cashier.type(WECHAT)
            await cashier.press(key)
            assert WECHAT not in cashier.said
            assert "13…89" in cashier.said
        assert await cashier.sold() == []


async def test_a_payment_code_that_is_sent_twice_is_told_once(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as cashier:
        heard = hear(cashier, monkeypatch)
        cashier.scan(WECHAT, "enter", WECHAT, "enter", COLA, "enter")
        await cashier.settle()
        assert [heard.get_nowait().kind.value for _ in range(heard.qsize())] == ["payment", "goods"]
        assert cashier.sell.entry.value == ""


async def test_a_card_is_tapped_and_the_tiles_of_its_letters_are_taken_back(opened: Opened) -> None:
    async with opened(settings=CARDS) as cashier:
        await cashier.press("A", "B")
        cashier.scan("AB12CD34", "enter")
        await cashier.settle()
        assert "不 认 识 这 张 卡" in cashier.screen
        await cashier.press("escape")
        assert cashier.rung == [("F001", 1000), ("F002", 1000)]
        assert cashier.sell.entry.value == ""
        assert "line_removed" not in await cashier.kinds()


async def test_a_prefix_never_reaches_the_screen(opened: Opened) -> None:
    async with opened(settings='[scanner]\nprefix = "~;"\n') as cashier:
        cashier.scan("~;" + COLA, "enter")
        await cashier.type("~")
        await cashier.settle()
        assert cashier.rung == [("D001", 1000)]
        assert cashier.sell.entry.value == ""


async def test_a_pasted_code_is_no_scan(opened: Opened) -> None:
    async with opened(settings=NO_ENDING) as cashier:
        driver = cashier.app._driver
        assert driver is not None
        driver.send_message(events.Paste(f"{COLA}\n"))
        await cashier.settle()
        assert cashier.rung == []
        assert cashier.sell.entry.value == COLA


async def test_keys_around_a_scan_keep_their_order(opened: Opened) -> None:
    async with opened() as cashier:
        cashier.send(events.Key("A", "A"), events.Key("backspace", None))
        cashier.scan(COLA, "enter")
        cashier.send(events.Key("plus", "+"), events.Key("f9", None))
        cashier.scan(COLA, "enter")
        await cashier.settle()
        assert await cashier.sold() == [600]
        assert cashier.rung == [("D001", 1000)]


async def test_a_scan_while_nothing_has_the_focus_is_heard(opened: Opened) -> None:
    async with opened() as cashier:
        cashier.sell.set_focus(None)
        cashier.scan(COLA, "enter")
        await cashier.settle()
        assert cashier.rung == [("D001", 1000)]


class Form(Screen[None]):
    """A screen that takes no scans: a short number, and a PIN."""

    def compose(self) -> ComposeResult:
        yield Input("7", id="count", max_length=4, select_on_focus=False)
        yield Input(id="pin", password=True)

    def on_mount(self) -> None:
        self.said: list[str] = []

    def say(self, text: str, _tone: str) -> None:
        self.said.append(text)


async def test_a_barcode_is_never_a_quantity(opened: Opened) -> None:
    async with opened() as cashier:
        form = Form()
        await cashier.app.push_screen(form)
        cashier.scan(COLA, "enter")
        await cashier.settle()
        assert form.query_one("#count", Input).value == "7"
        assert [COLA in said for said in form.said] == [True]
        cashier.scan(WECHAT, "enter")
        await cashier.settle()
        assert form.query_one("#count", Input).value == "7"
        assert "13…89" in form.said[-1]


async def test_a_pin_that_looks_like_a_code_is_a_pin(opened: Opened) -> None:
    async with opened() as cashier:
        form = Form()
        await cashier.app.push_screen(form)
        form.query_one("#pin", Input).focus()
        keys = [events.Key(digit, digit) for digit in "96385074"]
        for place, key in enumerate(keys):
            key.time += place * 0.06
        cashier.send(*keys)
        await cashier.settle()
        assert form.query_one("#pin", Input).value == "96385074"
        assert form.said == []


class Approval(Form):
    """A screen on which somebody is asked to approve something."""

    def __init__(self) -> None:
        super().__init__()
        self.approval: object | None = object()
        self.cards: list[str] = []
        self.scans: list[Scan] = []

    def tapped(self, uid: str) -> bool:
        if self.approval is None:
            return False
        self.cards.append(uid)
        return True

    def scanned(self, scan: Scan) -> None:
        self.scans.append(scan)


async def test_only_a_card_is_heard_while_somebody_is_asked_to_approve(opened: Opened) -> None:
    async with opened(settings=CARDS) as cashier:

        def give(till: Till) -> None:
            till.guarded = False
            till.set_card(SUPERVISOR, "0A1B2C3D", ref=uuid4(), at=MORNING)

        await cashier.books(give)
        screen = Approval()
        await cashier.app.push_screen(screen)
        screen.query_one("#pin", Input).focus()
        cashier.scan("0A1B2C3D", "enter", COLA, "enter")
        await cashier.settle()
        assert screen.cards == ["0A1B2C3D"]
        assert screen.scans == []
        assert "批准" in screen.said[-1]
        assert screen.query_one("#pin", Input).value == ""
        screen.approval = None
        cashier.scan(COLA, "enter")
        await cashier.settle()
        assert [scan.text for scan in screen.scans] == [COLA]


async def test_the_history_takes_no_scan_for_a_key(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "f9", "f2")
        cashier.scan(COLA, "enter")
        await cashier.settle()
        assert "在收银画面扫" in cashier.screen
        await cashier.press("escape")
        assert cashier.rung == []
