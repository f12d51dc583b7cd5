"""A card that is enrolled: its number from the command line, or tapped twice on a reader."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

from kiosk.devices.card_device_errors import NoCardError
from kiosk.devices.card_keys import read_card_keys
from kiosk.devices.readers import Readers, ReaderState
from kiosk.devices.wedge import decode
from kiosk.errors import TillError
from kiosk.sale.card_cells import hex_uid
from kiosk.sale.cards import Tap

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from config.cards import CardReader
    from kiosk.card_commands.sitting import Sitting
    from kiosk.devices.readers import Told

SHELL: Final = "shell"
"""The reader of a tap whose number was typed."""
_AGAIN_MS: Final = 700
"""At most so long is a card that was lifted the same tap, while it is enrolled."""


class NoSuchReaderError(TillError):
    """No reader of the settings is the one that was asked for."""

    def __init__(self, wanted: str | None, there: Sequence[CardReader]) -> None:
        names = ", ".join(each.id for each in there)
        if not there:
            super().__init__(
                "kiosk.toml 里没有合适的读卡器（[[readers]]）：请先登记读卡器，或用 --uid。",
                "kiosk.toml has no reader for this ([[readers]]): name one there, or use --uid.",
            )
        elif wanted is None:
            super().__init__(
                f"有几个读卡器：请用 --reader 说明是哪一个（{names}）。",
                f"There are several readers: say which with --reader ({names}).",
            )
        else:
            super().__init__(
                f"没有合适的读卡器 {wanted!r}：可用 {names}。",
                f"There is no reader {wanted!r} for this: use one of {names}.",
            )


class ReadingsDifferError(TillError):
    """The two readings of a card that is enrolled are not the same."""

    def __init__(self, first: bytes, second: bytes) -> None:
        one, two = spaced(first), spaced(second)
        super().__init__(
            f"两次读到的不一样（{one}、{two}）：什么都没有改。请同一张卡平放刷两次；"
            "总是这样请用 kiosk readers 核对。",
            f"The two readings differ ({one}, {two}): nothing was changed. Tap one card twice, "
            "held flat; if it stays so, see kiosk readers.",
        )


def spaced(uid: bytes) -> str:
    """Give a card's number as whoever enrols it compares it: ``04 A1 B2``."""
    return uid.hex(" ").upper()


def reader_of(
    readers: Sequence[CardReader], wanted: str | None, kinds: frozenset[str]
) -> CardReader:
    """Give the reader ``wanted``, or the only one of these ``kinds``.

    Raises:
        NoSuchReaderError: there is none, or more than one to choose from.
    """
    fitting = [each for each in readers if each.kind in kinds]
    if wanted is not None:
        fitting_id = [each for each in fitting if each.id == wanted]
        if not fitting_id:
            raise NoSuchReaderError(wanted, fitting)
        return fitting_id[0]
    if len(fitting) != 1:
        raise NoSuchReaderError(None, fitting)
    return fitting[0]


def reading_uid(text: str, reader: CardReader) -> bytes:
    """Give the card's bytes of a number as ``reader`` writes it, with its prefix or without.

    Raises:
        CardFormatError: it is not one whole number in the reader's format.
    """
    return decode(text.strip().removeprefix(reader.prefix), reader.format, reader.order)


def card_from(sitting: Sitting, arguments: argparse.Namespace) -> Tap:
    """Give the card that a command is about: ``--uid``, ``--reading`` or ``--tap``.

    Raises:
        NoSuchReaderError: ``--reader`` is needed, or names none.
        CardFormatError: the reading is not one whole number.
        ReadingsDifferError: two taps were not of one card.
        NoCardError: nobody tapped in time.
    """
    readers = sitting.home.settings.readers
    if arguments.uid is not None:
        return Tap(SHELL, hex_uid(arguments.uid))
    if arguments.reading is not None:
        reader = reader_of(readers, arguments.reader, frozenset({"wedge", "serial"}))
        return Tap(reader.id, reading_uid(arguments.reading, reader))
    reader = reader_of(readers, arguments.reader, frozenset({"wedge", "serial", "pcsc"}))
    if reader.kind == "wedge":
        first, second = (_typed(sitting, reader, number) for number in (1, 2))
    else:
        first, second = _tapped(sitting, reader, arguments.seconds)
    if first.uid != second.uid:
        raise ReadingsDifferError(first.uid, second.uid)
    return second


def _typed(sitting: Sitting, reader: CardReader, number: int) -> Tap:
    zh, en = ("请刷卡", "Tap the card") if number == 1 else ("请再刷一次", "Tap it once more")
    tap = Tap(reader.id, reading_uid(sitting.secrets.ask(zh, en), reader))
    _say_reading(number, tap)
    return tap


def _tapped(sitting: Sitting, reader: CardReader, seconds: float) -> tuple[Tap, Tap]:
    told: SimpleQueue[Told] = SimpleQueue()
    watched = replace(reader, again_ms=min(reader.again_ms, _AGAIN_MS))
    readers = Readers([watched], read_card_keys(sitting.home.path), told.put)
    readers.start()
    try:
        say("请刷卡", "tap the card")
        first = _next(told, seconds)
        _say_reading(1, first)
        say("请拿开，再刷一次", "lift it and tap it once more")
        second = _next(told, seconds)
        _say_reading(2, second)
    finally:
        readers.stop()
    return first, second


def _next(told: SimpleQueue[Told], seconds: float) -> Tap:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            event = told.get(timeout=left)
        except Empty:
            break
        if isinstance(event, ReaderState):
            say(event.what.zh, event.what.en)
        else:
            return event
    raise NoCardError(seconds)


def _say_reading(number: int, tap: Tap) -> None:
    shown = f"{spaced(tap.uid)} ({tap.level.value})"
    say(f"第 {number} 次读到 {shown}", f"reading {number}: {shown}")


def say(zh: str, en: str) -> None:
    """Tell whoever stands at the reader what to do, in both languages, on standard error."""
    sys.stderr.write(f"{zh} · {en}\n")
    sys.stderr.flush()
