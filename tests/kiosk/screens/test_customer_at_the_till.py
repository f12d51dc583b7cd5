"""A till tells its customers' screens what goes on, and nobody's name, card or whereabouts."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from kiosk.errors import BasketFullError
from kiosk.sale.standing import Standing
from kiosk.screens.customer_frame import SOCKET, decode, short_path
from kiosk.screens.customer_view import CustomerKind
from tests.kiosk.screens.conftest import CASHIER, MANAGER, PINS, SUPERVISOR
from tests.kiosk.screens.test_breakfast import LI, STRANGER, WANG, morning, tap, tap_again, uid

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from kiosk.screens.customer_frame import Frame
    from kiosk.screens.customer_view import CustomerView
    from kiosk.till.till import Till
    from tests.kiosk.screens.conftest import Cashier, Opened


_EMPTY = Standing(-1, 0, None, 0)


class Wire:
    """A display that keeps every byte."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self.bytes = b""
        self.frames: list[Frame] = []

    async def until(self, seen: Callable[[Frame], bool]) -> Frame:
        """Read until a frame is as wanted; give it."""
        async with asyncio.timeout(30):
            while True:
                line = await self._reader.readline()
                assert line, "the till hung up"
                self.bytes += line
                self.frames.append(decode(line))
                if seen(self.frames[-1]):
                    return self.frames[-1]

    async def shows(self, kind: CustomerKind) -> CustomerView:
        return (await self.until(lambda frame: frame.view.kind is kind)).view

    async def total(self, fen: int) -> CustomerView:
        return (await self.until(lambda frame: frame.view.total_fen == fen)).view

    async def holds(self, fen: int) -> Standing:
        frame = await self.until(lambda frame: (frame.standing or _EMPTY).fund_fen == fen)
        assert frame.standing is not None
        return frame.standing


@asynccontextmanager
async def wired(cashier: Cashier) -> AsyncIterator[Wire]:
    with short_path(cashier.app.desk.home.path) as place:
        reader, writer = await asyncio.open_unix_connection(place)
    try:
        yield Wire(reader)
    finally:
        writer.close()
        await writer.wait_closed()


async def test_the_customer_follows_a_sale_from_the_first_key_to_the_change(
    opened: Opened,
) -> None:
    async with opened() as cashier, wired(cashier) as wire:
        await wire.shows(CustomerKind.IDLE)
        await cashier.press("A", "A", "B")
        view = await wire.total(600)
        assert [(item.name.zh, item.qty_milli, item.fen) for item in view.items] == [
            ("豆浆", 2000, 400),
            ("油条", 1000, 200),
        ]
        assert view.items[0].name.en != "豆浆"
        await cashier.press("5", "f5")
        frame = await wire.until(lambda frame: frame.view.due_fen == 100)
        assert frame.view.total_fen == 600
        await cashier.press("2", "f9")
        view = await wire.shows(CustomerKind.THANKS)
        assert (view.total_fen, view.due_fen) == (600, -100)
        kinds = [frame.view.kind for frame in wire.frames]
        assert CustomerKind.IDLE not in kinds[kinds.index(CustomerKind.SALE) :]
        await cashier.press("B")
        await wire.total(200)
        await cashier.press("delete")
        await wire.shows(CustomerKind.IDLE)


async def test_a_display_that_comes_in_the_middle_sees_the_basket(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "B")
        async with wired(cashier) as wire:
            await wire.total(400)


async def test_a_parked_basket_is_off_the_customers_screen(opened: Opened) -> None:
    async with opened() as cashier, wired(cashier) as wire:
        await cashier.press("A")
        await wire.total(200)
        await cashier.press("f4")
        await wire.shows(CustomerKind.IDLE)


async def test_a_refused_sale_is_on_the_customers_screen_again(opened: Opened) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BasketFullError(1)

    def break_down(till: Till) -> None:
        till.sell = refuse  # type: ignore[assignment, method-assign]

    async with opened() as cashier, wired(cashier) as wire:
        await cashier.press("A")
        await wire.total(200)
        await cashier.books(break_down)
        await cashier.press("f9")
        assert cashier.rung == [("F001", 1000)]
        assert cashier.app.feed is not None
        assert cashier.app.feed.view.total_fen == 200
        assert cashier.app.feed.view.kind is CustomerKind.SALE


async def test_the_customer_is_told_what_the_fund_holds_as_of_which_record(
    opened: Opened,
) -> None:
    async with opened() as cashier, wired(cashier) as wire:
        await wire.until(lambda frame: frame.standing is not None)
        await cashier.press("A", "f9")
        frame = await wire.until(
            lambda frame: (told := frame.standing) is not None and told.sales > 0
        )
        assert frame.standing == Standing(10, 1, None, await cashier.last_seq())
        assert frame.set_aside_fen == 10


async def test_the_worker_sees_the_choice_and_what_is_left_of_it(opened: Opened) -> None:
    async with morning(opened) as cashier, wired(cashier) as wire:
        await tap(cashier, WANG)
        view = await wire.shows(CustomerKind.BREAKFAST)
        assert (view.limit_fen, view.remaining_fen, view.items) == (1000, 1000, ())
        await cashier.type("AB")
        view = await wire.total(400)
        assert [item.name.zh for item in view.items] == ["豆浆", "油条"]
        assert (view.remaining_fen, view.due_fen) == (600, 0)
        await cashier.press("enter")
        view = await wire.shows(CustomerKind.THANKS)
        assert view.title is not None
        assert view.title.zh == "请慢用"
        await wire.holds(4600)


async def test_enough_breakfasts_are_counted_in_public_and_fewer_are_not(opened: Opened) -> None:
    settings = '[breakfast]\nleast_shown = 2\n[[readers]]\nid = "desk"\nkind = "wedge"\n'
    settings += 'format = "10D"\n'
    async with morning(opened, settings=settings) as cashier, wired(cashier) as wire:
        for number, served in ((WANG, None), (LI, 2)):
            await tap(cashier, number)
            await cashier.type("A")
            await cashier.press("enter")
            standing = await wire.holds(5000 - 200 * (served or 1))
            assert standing.breakfasts == served


async def test_a_refused_worker_is_told_why_and_never_when_or_where(opened: Opened) -> None:
    async with morning(opened) as cashier, wired(cashier) as wire:
        await tap(cashier, WANG)
        await cashier.type("A")
        await cashier.press("enter")
        await tap_again(cashier, WANG)
        view = await wire.shows(CustomerKind.REFUSED)
        assert view.title is not None
        assert view.title.zh == "今天已领过早餐"
        await cashier.press("escape")
        await wire.shows(CustomerKind.IDLE)


async def test_a_sale_that_waits_under_a_breakfast_comes_back(opened: Opened) -> None:
    async with morning(opened) as cashier, wired(cashier) as wire:
        await cashier.press("C")
        before = await wire.shows(CustomerKind.SALE)
        await tap(cashier, WANG)
        await wire.shows(CustomerKind.BREAKFAST)
        await cashier.press("escape")
        assert await wire.shows(CustomerKind.SALE) == before


async def test_no_byte_of_a_morning_says_whose_it_is(opened: Opened) -> None:
    """Sales, breakfasts, refusals, a lock, a hand-out: names, tokens, chips and PINs stay in."""
    async with morning(opened, signed_in=None) as cashier, wired(cashier) as wire:
        await cashier.sign_in(CASHIER)
        for number in (WANG, LI):
            await tap(cashier, number)
            await cashier.type("AB")
            await cashier.press("enter")
        for number in (WANG, STRANGER):
            await tap_again(cashier, number)
            await cashier.press("escape")
        await cashier.press("A", "B", "f9", "ctrl+l")
        await cashier.sign_in(SUPERVISOR)
        await cashier.press("ctrl+o")
        await cashier.type("1")
        await cashier.press("enter")
        await cashier.type("A")
        await cashier.press("enter", "C")
        await wire.until(lambda frame: frame.view.total_fen == 300)
        kinds = {frame.view.kind for frame in wire.frames}
        assert kinds == set(CustomerKind)
        secrets = await cashier.books(
            lambda till: [each for card in till.cards() for each in (card.card, card.holder)]
        )
        assert len(secrets) == 6
        secrets += ["王", "李", "陈", "小张", WANG, LI, STRANGER, MANAGER, SUPERVISOR, CASHIER]
        secrets += [uid(number).hex() for number in (WANG, LI, STRANGER)]
        secrets += [*PINS.values(), cashier.app.desk.home.settings.shop.station, "07:"]
        shown = wire.bytes.decode()
        assert [each for each in secrets if each.lower() in shown.lower()] == []


async def test_a_till_whose_home_takes_no_socket_sells_all_the_same(
    opened: Opened, tmp_path: Path
) -> None:
    async with opened():
        pass
    (tmp_path / "home" / SOCKET).mkdir()
    async with opened() as cashier:
        assert cashier.app.feed is None
        await cashier.press("A", "f9")
        assert await cashier.sold() == [200]


async def test_training_and_demo_say_that_nothing_is_real(opened: Opened) -> None:
    async with opened(demo=True) as cashier, wired(cashier) as wire:
        frame = await wire.until(lambda _: True)
        assert frame.badge is not None
        assert frame.badge.zh == "试用"


async def test_the_socket_is_gone_with_the_till(opened: Opened) -> None:
    async with opened() as cashier:
        place = cashier.app.desk.home.path / SOCKET
        assert place.is_socket()
    assert not place.exists()
