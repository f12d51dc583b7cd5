"""Card readers: one check each, of what a tap needs; no card has to lie anywhere."""

from __future__ import annotations

import termios
from functools import partial
from typing import TYPE_CHECKING, Final

from config.cards import Level as Proof
from config.errors import Phrase
from kiosk.devices.card_keys import read_card_keys
from kiosk.devices.pcsc import NO_PYSCARD, NO_SERVICE, mine, plugged, reader_names, unplugged
from kiosk.devices.serial_line import NO_PYSERIAL, closed, in_use
from kiosk.doctor.check import Finding, Level, Look, good
from kiosk.doctor.files import running

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.cards import CardReader, CardType
    from config.settings import Settings

_ORDERS: Final = {
    "big": Phrase("正序", "first byte first"),
    "little": Phrase("反序", "last byte first"),
}


def looks(home: Path, settings: Settings) -> list[Look]:
    """Give one look for each reader of the settings, in their order."""
    return [
        Look(
            f"reader_{each.id}",
            Phrase(f"读卡器 {each.id}", f"Reader {each.id}"),
            partial(_reader, each, home, settings),
        )
        for each in settings.readers
    ]


def _reader(reader: CardReader, home: Path, settings: Settings) -> Finding:
    if reader.kind == "wedge":
        return _wedge(reader)
    if reader.kind == "serial":
        return _serial(reader, home)
    return _pcsc(reader, home, settings)


def _written(reader: CardReader) -> Phrase:
    """Say how a reader writes a card's number."""
    order = _ORDERS[reader.order]
    zh, en = f"{reader.format} {order.zh}", f"{reader.format}, {order.en}"
    if reader.prefix:
        return Phrase(f"{zh}，前缀 {reader.prefix}", f"{en}, prefix {reader.prefix}")
    return Phrase(zh, en)


def _wedge(reader: CardReader) -> Finding:
    """Say how it is set up: a keyboard cannot be asked whether it is a reader."""
    how = _written(reader)
    if reader.prefix:
        return good(f"键盘式，{how.zh}", f"a wedge: {how.en}")
    return Finding(
        Level.YELLOW,
        Phrase(
            f"键盘式，{how.zh}，没有前缀：读到一半的卡号认不出来",
            f"a wedge: {how.en}, without a prefix: half of a number is not known for one",
        ),
        Phrase(
            "请给读卡器设一个前缀，并写进 readers.prefix（docs/readers.md）",
            "give the reader a prefix and write it into readers.prefix (docs/readers.md)",
        ),
    )


def _serial(reader: CardReader, home: Path) -> Finding:
    how = _written(reader)
    try:
        from serial import Serial  # noqa: PLC0415 - a kiosk without such a reader needs none
    except ImportError:
        return _wrong(NO_PYSERIAL)
    try:
        Serial(reader.port, reader.baud, timeout=0, exclusive=True).close()
    except (OSError, ValueError, termios.error) as error:
        said = closed(reader.port, error)
        if said == in_use(reader.port) and running(home):
            return good(
                f"{reader.port} 由开着的收银程序使用", f"the open till listens to {reader.port}"
            )
        return _wrong(said)
    return good(f"{reader.port} 打得开，{how.zh}", f"{reader.port} opens; {how.en}")


def _pcsc(reader: CardReader, home: Path, settings: Settings) -> Finding:
    try:
        names = reader_names()
    except ImportError:
        return _wrong(NO_PYSCARD)
    except OSError:
        return _wrong(NO_SERVICE)
    pcsc = [each for each in settings.readers if each.kind == "pcsc"]
    found = [name for name in names if mine(name, pcsc) == reader]
    if not found:
        return _wrong(unplugged(reader))
    ready = plugged(found)
    keys = read_card_keys(home)
    if keys is not None or not _needed(reader, settings.card_types):
        return Finding(Level.GREEN, ready)
    return Finding(
        Level.YELLOW,
        Phrase(f"{ready.zh}；没有发卡密钥，只能读卡号", f"{ready.en}; no card keys, numbers alone"),
        Phrase(
            "从备份里找回 card-masters.json；还没发过加密卡，请用 kiosk cards personalise 写卡",
            "bring card-masters.json back from a backup; where no card has keys yet, write them "
            "with kiosk cards personalise",
        ),
    )


def _needed(reader: CardReader, types: Sequence[CardType]) -> bool:
    """Whether a card has to prove more to ``reader`` than its number."""
    return reader.proof != Proof.UID and any(each.needs is not Proof.UID for each in types)


def _wrong(said: Phrase) -> Finding:
    """Find a reader that cannot be used; what to do stands behind the colon of ``said``."""
    return Finding(Level.RED, *_parted(said))


def _parted(said: Phrase) -> tuple[Phrase, Phrase | None]:
    zh, _, do_zh = said.zh.partition("：")
    en, _, do_en = said.en.partition(": ")
    return Phrase(zh, en), Phrase(do_zh, do_en) if do_zh and do_en else None
