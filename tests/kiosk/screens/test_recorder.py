from __future__ import annotations

import json
import re
import stat
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from textual import events
from textual.screen import Screen
from textual.widgets import Input

from kiosk.sale.basket import Line
from kiosk.screens.recorder import HIDDEN, NotWrittenError, Recorder
from kiosk.screens.ticket import Ticket
from ledger.money import from_fen

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult

    from kiosk.till.till import Till
    from tests.kiosk.screens.conftest import Cashier, Opened

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
COLA = "6921168509256"
WECHAT = "134567890123456789"


class Clock:
    """A monotonic clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def keys(lines: list[dict[str, Any]]) -> str:
    return " ".join(line["key"] for line in lines if line["what"] == "key")


def of(what: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the lines of one sort, without when they were."""
    found = [line for line in lines if line["what"] == what]
    return [{name: line[name] for name in line if name not in {"at", "what"}} for line in found]


async def flown(cashier: Cashier) -> list[dict[str, Any]]:
    """Press the key, and read the one file that it wrote."""
    await cashier.press("f12")
    (file,) = (cashier.app.desk.home.path / "reports").iterdir()
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_an_hour_is_kept_and_no_more_than_the_ring_holds() -> None:
    clock = Clock()
    recorder = Recorder(clock=clock, most=3)
    for key in "abcd":
        recorder.press(key, clock.now)
    assert keys(recorder.lines(NOON)) == "b c d"
    clock.now += 3599
    recorder.press("e", clock.now)
    assert keys(recorder.lines(NOON)) == "c d e"
    clock.now += 2
    assert keys(recorder.lines(NOON)) == "e"


def test_times_are_instants_and_a_slow_key_is_marked() -> None:
    clock = Clock()
    recorder = Recorder(clock=clock)
    pressed = recorder.press("f9", clock.now)
    pressed.handled, pressed.painted = clock.now + 0.0505, clock.now + 0.06
    quick = recorder.press("a", clock.now + 1)
    quick.handled = clock.now + 1.05
    clock.now += 2
    assert recorder.lines(NOON) == [
        {
            "at": "2026-11-24T03:59:58.000Z",
            "what": "key",
            "key": "f9",
            "handled_ms": 50.5,
            "slow": True,
            "painted_ms": 60.0,
        },
        {"at": "2026-11-24T03:59:59.000Z", "what": "key", "key": "a", "handled_ms": 50.0},
    ]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (["1"] * 14, HIDDEN * 14),
        (["1"] * 7 + ["backspace"] + ["2"] * 7, HIDDEN * 7 + "backspace" + HIDDEN * 7),
        (["1"] * 13, "1" * 13),
        ([*COLA, "enter", *COLA], f"{COLA}enter{COLA}"),
        (["1"] * 13 + ["enter"] + ["1"] * 14, "1" * 13 + "enter" + HIDDEN * 14),
    ],
)
def test_a_row_of_digits_as_long_as_a_payment_code_is_hidden(
    typed: list[str], written: str
) -> None:
    recorder = Recorder(clock=Clock())
    for key in typed:
        recorder.press(key, 1000.0)
    assert keys(recorder.lines(NOON)).replace(" ", "") == written


def test_a_key_is_shown_by_the_first_repaint_after_it_was_handled() -> None:
    clock = Clock()
    recorder = Recorder(clock=clock)
    first, second, nothing = (recorder.press(key, clock.now) for key in "abc")
    first.handled = nothing.handled = clock.now
    clock.now += 0.002
    recorder.painted()
    second.handled = clock.now
    clock.now += 0.001
    recorder.painted()
    assert first.painted == nothing.painted == 1000.002
    assert second.painted == clock.now
    silent = recorder.press("d", clock.now)
    silent.handled = clock.now
    clock.now += 6
    recorder.painted()
    assert silent.painted is None


def test_the_state_is_noted_where_it_changed() -> None:
    recorder = Recorder(clock=Clock())
    line = Line("F001", "豆浆", from_fen(200))
    one = Ticket().add(line)
    for ticket, pending in ((one, 0), (one, 0), (one, 1), (one.add(line), 1)):
        recorder.state(ticket, pending, 7)
    assert of("state", recorder.lines(NOON)) == [
        {"lines": 1, "total_fen": 200, "rest_fen": 200, "pending": 0, "shift": 7},
        {"lines": 1, "total_fen": 200, "rest_fen": 200, "pending": 1, "shift": 7},
        {"lines": 1, "total_fen": 400, "rest_fen": 400, "pending": 1, "shift": 7},
    ]


def test_the_file_is_its_owners_alone_and_a_full_disk_leaves_none(tmp_path: Path) -> None:
    recorder = Recorder(clock=Clock())
    file = recorder.export(tmp_path / "reports", {"book": "X-01.1"}, NOON)
    assert file.name == "flight-20261124T040000Z.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "what": "header",
        "format": 1,
        "made": "2026-11-24T04:00:00.000Z",
        "book": "X-01.1",
    }
    (tmp_path / "taken").write_text("")
    with pytest.raises(NotWrittenError) as refused:
        recorder.export(tmp_path / "taken", {}, NOON)
    assert "操作记录没有写成" in refused.value.zh


async def test_a_sale_can_be_read_from_the_record(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "A", "f9")
        cashier.scan("zz豆")
        await cashier.press("enter")
        lines = await flown(cashier)
        header = lines[0]
        book = cashier.app.desk.home.settings.book
        assert (header["what"], header["book"], header["columns"]) == ("header", book, 80)
        last = cashier.sell.last
        assert last is not None
        assert header["head"]["record"] == last.number
        assert re.fullmatch("[0-9a-f]{64}", header["head"]["hash"])
        assert keys(lines) == "A A f9 z z 字 enter f12"
        pressed = [line for line in lines if line["what"] == "key"]
        assert all(line["handled_ms"] >= 0 for line in pressed[:-1])
        assert pressed[0]["painted_ms"] >= pressed[0]["handled_ms"]
        totals = [(each["lines"], each["total_fen"]) for each in of("state", lines)]
        assert totals[:3] == [(1, 200), (1, 400), (0, 0)]
        sold = next(each for each in of("till", lines) if each["call"] == "_selling")
        assert sold["record"] == last.number
        assert sold["ms"] > 0
        assert "reports/flight-20261123T232600Z.jsonl" in cashier.said


async def test_a_call_is_named_whatever_kind_of_callable_it_is(opened: Opened) -> None:
    def look(_: Till, number: int) -> int:
        return number

    class Look:
        def __call__(self, _: Till) -> int:
            return 2

    async with opened() as cashier:
        assert await cashier.app.desk.ask(partial(look, number=1)) == 1
        assert await cashier.app.desk.ask(Look()) == 2
        named = [line["call"] for line in of("till", await flown(cashier))]
        this = test_a_call_is_named_whatever_kind_of_callable_it_is.__qualname__
        assert named[-2:] == [this, "Look"]


async def test_refusals_are_noted_by_kind_alone(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        await cashier.type("12.555")
        await cashier.press("f9")
        lines = await flown(cashier)
        assert of("refused", lines) == [{"error": "NotAnAmountError"}]


async def test_a_payment_code_stands_nowhere_in_the_record(opened: Opened) -> None:
    async with opened(settings='[scanner]\ncard = "8H"\n') as cashier:
        await cashier.press("A")
        cashier.scan(WECHAT, "enter", WECHAT, "enter")
        cashier.scan("0A1B2C3D", "enter", COLA, "enter")
        await cashier.settle()
        lines = await flown(cashier)
        typed = keys(lines).replace(" ", "")
        hidden = HIDDEN * len(WECHAT) + "enter"
        assert typed == f"A{hidden}{hidden}{HIDDEN * 8}enter{COLA}enterf12"
        assert [each["code"] for each in of("scan", lines)] == ["13…89", "13…89", "…3D", COLA]


class Locked(Screen[None]):
    """A screen that asks for a PIN, and for a name."""

    def compose(self) -> ComposeResult:
        yield Input(id="pin", password=True)
        yield Input(id="name")


async def test_a_pin_is_never_recorded(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.app.push_screen(Locked())
        await cashier.type("135790")
        cashier.app.screen.query_one("#name", Input).focus()
        await cashier.type("x张")
        lines = await flown(cashier)
        assert keys(lines) == f"{' '.join(HIDDEN * 6)} x 字 f12"
        assert of("screen", lines) == [{"screen": "Locked"}]
        assert "135790" not in json.dumps(lines)


async def test_clicks_and_pastes_are_noted_without_what_was_pasted(opened: Opened) -> None:
    async with opened() as cashier:
        driver = cashier.app._driver
        assert driver is not None
        driver.send_message(events.Paste(WECHAT))
        driver.send_message(
            events.MouseDown(None, 3, 4, 0, 0, button=1, shift=False, meta=False, ctrl=False)
        )
        lines = await flown(cashier)
        assert of("paste", lines) == [{"characters": len(WECHAT)}]
        assert of("click", lines) == [{"x": 3, "y": 4}]
        assert WECHAT not in json.dumps(lines)


async def test_a_disk_that_refuses_is_said_and_the_till_goes_on(opened: Opened) -> None:
    async with opened() as cashier:
        (cashier.app.desk.home.path / "reports").write_text("")
        await cashier.press("A", "f12")
        assert "操作记录没有写成" in cashier.said
        await cashier.press("f9")
        assert await cashier.sold() == [200]


class Door(Screen[None]):
    """A screen on which a PIN may come before its field does."""

    secret = True


async def test_nothing_typed_on_a_secret_screen_or_for_an_approval_is_recorded(
    opened: Opened,
) -> None:
    async with opened() as cashier:
        await cashier.app.push_screen(Door())
        await cashier.type("12")
        await cashier.app.pop_screen()
        cashier.app.screen.approval = object()  # type: ignore[attr-defined]
        await cashier.type("34")
        cashier.app.screen.approval = None  # type: ignore[attr-defined]
        assert keys(await flown(cashier)) == f"{' '.join(HIDDEN * 4)} f12"


class Asking(Screen[None]):
    """A screen whose one field asks for a number first, then for a PIN."""

    def compose(self) -> ComposeResult:
        yield Input()

    def key_tab(self) -> None:
        self.query_one(Input).password = True


async def test_a_pin_that_comes_in_one_read_with_the_key_before_it_is_hidden(
    opened: Opened,
) -> None:
    async with opened() as cashier:
        await cashier.app.push_screen(Asking())
        cashier.app.screen.query_one(Input).focus()
        cashier.scan("7", "tab", "135790")
        await cashier.settle()
        assert keys(await flown(cashier)) == f"7 tab {' '.join(HIDDEN * 6)} f12"
