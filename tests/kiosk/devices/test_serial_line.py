"""Serial readers: one number a line, however it ends; the line outlives its cable."""

from __future__ import annotations

import os
import tty
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.cards import CardReader
from kiosk.devices.readers import Readers
from kiosk.devices.serial_line import NOISE, Lines, closed
from tests.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UID = bytes.fromhex("04A1B2C3")
NUMBER = b"0077705923"


class Cable:
    """A serial cable that can be pulled: a pty under a name that stays."""

    def __init__(self, port: Path) -> None:
        self.port = port
        self._ends: tuple[int, int] | None = None

    def plug(self) -> Self:
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        self._ends = ours, theirs
        self.port.unlink(missing_ok=True)
        self.port.symlink_to(os.ttyname(theirs))
        return self

    def pull(self) -> None:
        self.port.unlink()
        assert self._ends is not None
        for end in self._ends:
            os.close(end)
        self._ends = None

    def send(self, data: bytes) -> None:
        assert self._ends is not None
        os.write(self._ends[0], data)


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    made = Cable(tmp_path / "ttyUSB0").plug()
    yield made
    if made.port.is_symlink():
        made.pull()


@contextmanager
def listening(
    cable: Cable, *, format_: str = "10D", prefix: str = "", again_ms: int = 0
) -> Iterator[Listener]:
    reader = CardReader(
        "gate", "serial", port=str(cable.port), format=format_, prefix=prefix, again_ms=again_ms
    )
    listener = Listener()
    readers = Readers([reader], None, listener.hear)
    readers.start()
    try:
        yield listener
    finally:
        readers.stop()


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n"])
def test_a_line_is_a_tap_however_it_ends(cable: Cable, ending: bytes) -> None:
    with listening(cable) as told:
        told.state(ok=True)
        cable.send(NUMBER + ending + b"0000000001" + ending)
        assert [(each.reader, each.uid) for each in (told.tap(), told.tap())] == [
            ("gate", UID),
            ("gate", bytes.fromhex("00000001")),
        ]
    assert told.silent


def test_a_number_may_come_with_a_prefix_and_between_stx_and_etx(cable: Cable) -> None:
    with listening(cable, format_="8H", prefix="C:") as told:
        told.state(ok=True)
        cable.send(b"\x02C:04a1b2c3\r\n\x03")
        assert told.tap().uid == UID
    assert told.silent


def test_a_number_that_comes_in_pieces_is_one(cable: Cable) -> None:
    with listening(cable) as told:
        told.state(ok=True)
        for place in range(len(NUMBER)):
            cable.send(NUMBER[place : place + 1])
        cable.send(b"\r")
        assert told.tap().uid == UID
    assert told.silent


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"00777059\r", "8 位，应为 10 位"),
        (NUMBER * 2 + b"\r", "20 位，应为 10 位"),
        (b"READY V1.2\r", "不是 10D 格式"),
        (b"\xff\xfe\x80garbage\r", NOISE.zh),
        (b"0" * 200, "太长"),
    ],
)
def test_bytes_that_are_no_number_are_said_and_are_no_tap(
    cable: Cable, line: bytes, said: str
) -> None:
    with listening(cable) as told:
        told.state(ok=True)
        cable.send(line)
        assert said in told.state(ok=True, again=True).what.zh
        cable.send(b"\r" + NUMBER + b"\r")
        assert told.tap().uid == UID


def test_a_reader_that_repeats_itself_tells_of_one_tap(cable: Cable) -> None:
    with listening(cable, again_ms=60_000) as told:
        told.state(ok=True)
        cable.send((NUMBER + b"\r") * 20 + b"0000000001\r")
        assert [told.tap().uid[-1] for _ in range(2)] == [0xC3, 1]
    assert told.silent


def test_a_pulled_cable_is_noticed_and_the_next_number_after_it_is_back_is_heard(
    cable: Cable,
) -> None:
    with listening(cable) as told:
        told.state(ok=True)
        cable.send(b"00777")  # a half that must not be joined to what comes later
        cable.pull()
        state = told.state(ok=False)
        assert str(cable.port) in state.what.zh
        cable.plug()
        told.state(ok=True)
        cable.send(NUMBER + b"\r")
        assert told.tap().uid == UID


def test_a_port_that_is_not_there_is_said_and_waited_for(cable: Cable) -> None:
    cable.pull()
    with listening(cable) as told:
        assert "打不开" in told.state(ok=False).what.zh
        cable.plug()
        told.state(ok=True)


def test_two_programs_never_share_a_line(cable: Cable) -> None:
    with listening(cable) as first:
        first.state(ok=True)
        with listening(cable) as second:
            assert "正被别的程序占用" in second.state(ok=False).what.zh
        cable.send(NUMBER + b"\r")
        assert first.tap().uid == UID


def test_a_port_without_permission_names_the_group() -> None:
    assert "dialout" in closed("/dev/ttyS0", PermissionError(13, "no")).zh
    assert "readers.port" in closed("/dev/ttyS0", FileNotFoundError(2, "no")).en


@given(st.lists(st.binary(max_size=20).filter(lambda each: not set(each) & set(b"\r\n\x02\x03"))))
def test_lines_are_the_same_however_their_bytes_come_in(lines: list[bytes]) -> None:
    sent = b"".join(line + b"\r\n" for line in lines)
    whole = Lines().add(sent, 0.0)
    cut = Lines()
    pieces = [line for byte in sent for line in cut.add(bytes([byte]), 0.0)]
    assert whole == pieces == [line for line in lines if line]


def test_a_line_that_stalls_is_no_line_and_does_not_spoil_the_next() -> None:
    lines = Lines()
    assert lines.add(b"00777", 0.0) == []
    assert lines.add(b"", 0.9) == []
    assert lines.add(b"", 1.1) == [b"00777"]
    assert lines.add(b"05923\r" + NUMBER + b"\r", 1.2) == [b"05923", NUMBER]
    assert lines.add(b"00777", 2.0) == []
    assert lines.add(NUMBER + b"\r", 3.1) == [b"00777", NUMBER]
