"""From the till to its displays: nobody waits, nobody is forgotten, and one finds the other."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from config.errors import Phrase
from kiosk.sale.standing import Standing
from kiosk.screens import customer_feed
from kiosk.screens.customer import CLOSED, FORBIDDEN, STRANGE, follow
from kiosk.screens.customer_feed import MOST_BEHIND, MOST_DISPLAYS, CustomerFeed
from kiosk.screens.customer_frame import LONGEST, SOCKET, Frame, decode, encode, short_path
from kiosk.screens.customer_view import IDLE, CustomerItem, CustomerKind, CustomerView

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

FRAME = Frame(Phrase("驿站", "Station"), "zh_CN", "dark")
SOON_S = 0.01


def sale(fen: int) -> CustomerView:
    item = CustomerItem(Phrase("豆浆", "Soy milk"), 1000, fen)
    return CustomerView(CustomerKind.SALE, (item,), fen, due_fen=fen)


class Watcher:
    """A display that only remembers."""

    def __init__(self, home: Path) -> None:
        self.frames: list[Frame] = []
        self.lost: list[Phrase] = []
        self._news = asyncio.Event()
        following = follow(home, self._heard, self._lost, again_s=SOON_S)
        self._task = asyncio.create_task(following)

    def _heard(self, frame: Frame) -> None:
        self.frames.append(frame)
        self._news.set()

    def _lost(self, why: Phrase) -> None:
        self.lost.append(why)
        self._news.set()

    async def until(self, seen: Callable[[Watcher], bool]) -> None:
        async with asyncio.timeout(30):
            while not seen(self):
                self._news.clear()
                await self._news.wait()

    async def shows(self, view: CustomerView) -> Frame:
        await self.until(lambda it: bool(it.frames) and it.frames[-1].view == view)
        return self.frames[-1]

    async def close(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


@asynccontextmanager
async def watching(home: Path) -> AsyncIterator[Watcher]:
    watcher = Watcher(home)
    try:
        yield watcher
    finally:
        await watcher.close()


@asynccontextmanager
async def feeding(home: Path, **how: object) -> AsyncIterator[CustomerFeed]:
    feed = CustomerFeed(home, FRAME, **how)  # type: ignore[arg-type]
    await feed.open()
    try:
        yield feed
    finally:
        await feed.close()


async def test_a_display_is_sent_the_state_when_it_comes_and_every_change(tmp_path: Path) -> None:
    async with feeding(tmp_path) as feed:
        feed.show(sale(100))
        async with watching(tmp_path) as display:
            await display.shows(sale(100))
            feed.show(sale(200))
            await display.shows(sale(200))
            feed.tell(Standing(5, 4, None, 3))
            await display.until(lambda it: it.frames[-1].standing == Standing(5, 4, None, 3))
            assert display.frames[-1].view == sale(200)


async def test_several_displays_show_the_same(tmp_path: Path) -> None:
    async with (
        feeding(tmp_path) as feed,
        watching(tmp_path) as one,
        watching(tmp_path) as two,
    ):
        await one.shows(IDLE)
        await two.shows(IDLE)
        feed.show(sale(300))
        await one.shows(sale(300))
        await two.shows(sale(300))


async def test_of_changes_in_one_breath_only_the_last_is_sent(tmp_path: Path) -> None:
    async with feeding(tmp_path) as feed, watching(tmp_path) as display:
        await display.shows(IDLE)
        for fen in range(1, 100):
            feed.show(sale(fen))
        await display.shows(sale(99))
        assert [frame.view.total_fen for frame in display.frames] == [0, 99]


async def test_without_a_display_nothing_is_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[Frame] = []

    def counted(frame: Frame) -> bytes:
        encoded.append(frame)
        return encode(frame)

    monkeypatch.setattr(customer_feed, "encode", counted)
    async with feeding(tmp_path) as feed:
        feed.show(sale(1))
        await asyncio.sleep(0)
        assert not feed.watched
        assert encoded == []
        async with watching(tmp_path) as display:
            await display.shows(sale(1))
            assert encoded


async def test_only_the_user_of_the_till_may_connect(tmp_path: Path) -> None:
    async with feeding(tmp_path):
        mode = (tmp_path / SOCKET).stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600


async def test_a_home_may_lie_deeper_than_a_socket_may_be_named(tmp_path: Path) -> None:
    deep = tmp_path / ("长" * 60) / ("d" * 200)
    deep.mkdir(parents=True)
    async with feeding(deep) as feed, watching(deep) as display:
        feed.show(sale(5))
        await display.shows(sale(5))


async def test_the_socket_that_a_killed_till_left_is_replaced(tmp_path: Path) -> None:
    for name in (SOCKET, f".{SOCKET}.new"):
        left = socket.socket(socket.AF_UNIX)
        with short_path(tmp_path, name) as place:
            left.bind(place)
        left.close()
    async with watching(tmp_path) as display:
        await display.until(lambda it: it.lost == [CLOSED])
        async with feeding(tmp_path):
            await display.shows(IDLE)
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - read at once, as ASYNC240 wants it


async def test_a_display_finds_the_till_again_after_a_restart(tmp_path: Path) -> None:
    async with watching(tmp_path) as display:
        async with feeding(tmp_path) as feed:
            feed.show(sale(7))
            await display.shows(sale(7))
        await display.until(lambda it: it.lost[-1:] == [CLOSED])
        async with feeding(tmp_path):
            await display.shows(IDLE)


async def test_a_display_waits_for_a_home_that_is_not_made_yet(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with watching(home) as display:
        await display.until(lambda it: it.lost == [CLOSED])
        home.mkdir()
        async with feeding(home):
            await display.shows(IDLE)


async def test_a_closed_till_takes_its_own_socket_along_and_no_other(tmp_path: Path) -> None:
    async with feeding(tmp_path):
        (tmp_path / SOCKET).unlink()
        (tmp_path / SOCKET).write_text("somebody else's")
    assert (tmp_path / SOCKET).read_text() == "somebody else's"


async def test_a_home_that_takes_no_socket_says_so(tmp_path: Path) -> None:
    (tmp_path / SOCKET).mkdir()
    feed = CustomerFeed(tmp_path, FRAME)
    with pytest.raises(OSError, match="directory"):
        await feed.open()
    await feed.close()


async def test_a_display_that_does_not_read_is_cut_off_and_the_others_are_served(
    tmp_path: Path,
) -> None:
    async with feeding(tmp_path) as feed:
        asleep = socket.socket(socket.AF_UNIX)
        asleep.settimeout(0)
        with short_path(tmp_path) as place:
            asleep.connect(place)
        try:
            async with watching(tmp_path) as display:
                await display.shows(IDLE)
                await until_displays(feed, 2)
                sent = 0
                while len(feed._displays) == 2:
                    sent += 1
                    assert sent < 20_000, "nobody is cut off"
                    feed.show(sale(sent))
                    await asyncio.sleep(0)
                feed.show(sale(99_999))
                await display.shows(sale(99_999))
        finally:
            asleep.close()


async def until_displays(feed: CustomerFeed, count: int) -> None:
    async with asyncio.timeout(30):
        while len(feed._displays) != count:  # noqa: ASYNC110 - the loop itself is waited for
            await asyncio.sleep(0)


async def test_what_waits_for_a_slow_display_is_bounded(tmp_path: Path) -> None:
    async with feeding(tmp_path) as feed:
        asleep = socket.socket(socket.AF_UNIX)
        asleep.settimeout(0)
        with short_path(tmp_path) as place:
            asleep.connect(place)
        await until_displays(feed, 1)
        (display,) = feed._displays
        most = 0
        while feed.watched:
            most = max(most, display._transport.get_write_buffer_size())
            feed.show(sale(1))
            await asyncio.sleep(0)
        asleep.close()
        assert 0 < most <= MOST_BEHIND + LONGEST


async def test_more_displays_than_there_are_windows_are_turned_away(tmp_path: Path) -> None:
    async with feeding(tmp_path) as feed:
        kept = []
        for _ in range(MOST_DISPLAYS):
            with short_path(tmp_path) as place:
                kept.append(await asyncio.open_unix_connection(place))
        await until_displays(feed, MOST_DISPLAYS)
        with short_path(tmp_path) as place:
            reader, writer = await asyncio.open_unix_connection(place)
        with suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
        assert len(feed._displays) == MOST_DISPLAYS
        for _, each in kept:
            each.close()
        await until_displays(feed, 0)


async def test_a_display_has_nothing_to_say_to_the_till(tmp_path: Path) -> None:
    async with feeding(tmp_path) as feed:
        with short_path(tmp_path) as place:
            reader, writer = await asyncio.open_unix_connection(place)
        assert decode(await reader.readline()).view == IDLE
        writer.write(b"open the drawer\n")
        with suppress(ConnectionError):
            await reader.read()
        writer.close()
        await until_displays(feed, 0)


@pytest.mark.parametrize("line", [b"{}\n", b"x" * (2 * LONGEST), b'{"v":2}\n'])
async def test_a_display_says_that_it_does_not_understand_the_till(
    tmp_path: Path, line: bytes
) -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(line)
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()

    with short_path(tmp_path) as place:
        server = await asyncio.start_unix_server(speak, place)
    async with server, watching(tmp_path) as display:
        await display.until(lambda it: STRANGE in it.lost)
        assert display.frames == []


async def test_a_display_of_another_user_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError

    async with feeding(tmp_path):
        monkeypatch.setattr(os, "open", forbidden)
        async with watching(tmp_path) as display:
            await display.until(lambda it: it.lost == [FORBIDDEN])
        monkeypatch.undo()


async def test_thanks_and_refusals_are_seen_out_and_then_put_away(tmp_path: Path) -> None:
    beneath = sale(123)
    linger = dict.fromkeys((CustomerKind.THANKS, CustomerKind.REFUSED), SOON_S)
    async with (
        feeding(tmp_path, linger_s=linger, at_rest=lambda: beneath) as feed,
        watching(tmp_path) as display,
    ):
        await display.shows(IDLE)
        for kind in (CustomerKind.THANKS, CustomerKind.REFUSED):
            over = CustomerView(kind, title=Phrase("好", "good"))
            feed.show(over)
            await display.shows(over)
            await display.shows(beneath)


async def test_what_follows_a_refusal_at_once_is_not_put_away_with_it(tmp_path: Path) -> None:
    rested: list[int] = []
    linger = {CustomerKind.REFUSED: SOON_S, CustomerKind.THANKS: SOON_S}

    def at_rest() -> CustomerView:
        rested.append(1)
        return IDLE

    async with feeding(tmp_path, linger_s=linger, at_rest=at_rest) as feed:
        feed.show(CustomerView(CustomerKind.REFUSED))
        feed.show(sale(1))
        feed.show(CustomerView(CustomerKind.THANKS))
        async with asyncio.timeout(30):
            while not rested:  # noqa: ASYNC110 - the loop itself is waited for
                await asyncio.sleep(0)
        assert rested == [1]
