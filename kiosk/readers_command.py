"""``kiosk readers``: which card readers there are, and what each makes of a card.

For who sets a reader up: tap one card twice, on one reader or on two, and read whether both found
the same bytes. It opens no books and changes nothing.
"""

from __future__ import annotations

import re
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from config.cards import CardReader
from config.errors import Phrase
from config.settings import load_settings
from config.text import ascii_digits
from kiosk.devices import wedge
from kiosk.devices.card_keys import read_card_keys
from kiosk.devices.pcsc import NO_PYSCARD, NO_SERVICE, mine, reader_names
from kiosk.devices.reader_states import ReaderState, bare
from kiosk.devices.readers import Readers, wedge_of
from kiosk.devices.typed import Typed, unseen
from kiosk.ledger_commands.desk import out, out_json, table
from kiosk.sale.cards import Tap
from kiosk.till.home import SETTINGS_FILE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from kiosk.devices.reader_states import Told

UNREADY: Final = 1
"""Exit code where a configured reader was not ready at the end."""

_ZH: Final = "zh_CN"
_SHOWN: Final = 2
"""So many bytes of a card's number are shown: enough to tell a few cards apart, none to copy."""
_KINDS: Final = {
    "wedge": Phrase("键盘式", "wedge"),
    "serial": Phrase("串口", "serial"),
    "pcsc": Phrase("PC/SC", "PC/SC"),
}
_ORDERS: Final = {
    "big": Phrase("正序", "first byte first"),
    "little": Phrase("反序", "last byte first"),
}
_SAME: Final = Phrase("和上一次相同", "the same as before")
_BACKWARDS: Final = Phrase(
    "和上一次正好相反：其中一个读卡器的 readers.order 写反了",
    "the one before, backwards: readers.order of one of the two readers is the wrong one",
)
_PART: Final = Phrase(
    "是上一次的一部分：其中一个读卡器输出的字节较少",
    "a part of the one before: one of the two readers writes fewer bytes",
)
_ANOTHER: Final = Phrase("和上一次不同", "another card than before")
_COMPARED: Final = {"same": _SAME, "backwards": _BACKWARDS, "part": _PART, "another": _ANOTHER}
_FAILED: Final = Phrase("密钥对不上（可能是复制卡）", "its keys are wrong (it may be a copy)")
_OTHERS: Final = Phrase("读卡器上还有别的卡", "there is another card on the reader")
_NONE: Final = Phrase(
    "kiosk.toml 里没有 [[readers]]；写法见 docs/readers.md",
    "kiosk.toml has no [[readers]]; docs/readers.md shows how they are written",
)
_UNSET: Final = Phrase("没有写进 kiosk.toml", "not in kiosk.toml")
_LISTENING: Final = Phrase(
    "请刷卡，同一张卡刷两次；按 Ctrl+C 结束。",
    "Tap cards, each one twice; Ctrl+C ends this.",
)
_NO_FORMAT: Final = Phrase("不是任何一种卡号写法", "no format of a card's number")
_BEYOND: Final = re.compile("[^0-9A-Fa-f]{0,8}")

_Heard: TypeAlias = "Told | str | None"
"""What a reader told, what was typed, or None for the end of what is typed."""


@dataclass(frozen=True, slots=True)
class _Connected:
    """One PC/SC reader that is plugged in, and which reader of the settings it is."""

    name: str
    reader: str | None


def readers(arguments: argparse.Namespace) -> int:
    """List the readers, then say of each tap what was read; see the module.

    ``--json`` prints a first line with ``readers``, ``pcsc`` (``name`` and ``reader``) and
    ``pcsc_trouble``, then one line each for a ``tap``, a ``state``, or what was ``typed`` and is no
    card. Numbers are cut to their last two bytes unless ``--show`` is given. Exit code 1: a
    configured reader was not ready at the end.

    Raises:
        ConfigError: the settings cannot be read.
        CardKeyError: the keys of the cards cannot.
    """
    settings = load_settings(arguments.home / SETTINGS_FILE)
    keys = read_card_keys(arguments.home)
    teller = _Teller(arguments.lang or settings.language, show=arguments.show, json=arguments.json)
    connected, trouble = _connected(settings.readers)
    teller.begin(settings.readers, connected, trouble)
    listened = list(settings.readers)
    if any(each.reader is None for each in connected) and not _has_pcsc(listened):
        # Nobody has to write the settings before there is anything to see.
        listened.append(CardReader("pcsc", "pcsc"))
    heard: Queue[_Heard] = Queue()
    keyboard = wedge_of(listened)
    threads = Readers([_at_once(each) for each in listened], keys, heard.put)
    with ExitStack() as open_:
        threads.start()
        open_.callback(threads.stop)
        typed = _typed(heard, open_, show=arguments.show)
        waits = typed or any(each.kind != "wedge" for each in listened)
        if waits and arguments.seconds != 0:
            teller.say(_LISTENING)
        _listen(heard, teller, keyboard, arguments.seconds, others=len(listened) - bool(keyboard))
    unready = [each for each in settings.readers if teller.ready.get(each.id) is False]
    return UNREADY if unready else 0


def _has_pcsc(some: Sequence[CardReader]) -> bool:
    return any(each.kind == "pcsc" for each in some)


def _at_once(reader: CardReader) -> CardReader:
    """Let the same card be seen again soon: here it is meant to be tapped twice."""
    return replace(reader, again_ms=min(reader.again_ms, 500))


def _connected(configured: Sequence[CardReader]) -> tuple[list[_Connected], Phrase | None]:
    """Ask pcscd for its readers; where it cannot be asked, say why."""
    pcsc = [each for each in configured if each.kind == "pcsc"]
    try:
        names = reader_names()
    except ImportError:
        return [], NO_PYSCARD
    except OSError:
        return [], NO_SERVICE
    found = [(name, mine(name, pcsc)) for name in names]
    return [_Connected(name, reader.id if reader else None) for name, reader in found], None


def _typed(heard: Queue[_Heard], open_: ExitStack, *, show: bool) -> bool:
    """Begin to read what is typed here, if anything can be; say whether it can."""
    try:
        descriptor = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        return False
    if not show:
        open_.enter_context(unseen(descriptor))
    thread = Typed(descriptor, heard.put)
    thread.start()
    open_.callback(thread.join)
    open_.callback(thread.stop)
    return True


def _listen(
    heard: Queue[_Heard],
    teller: _Teller,
    keyboard: CardReader | None,
    seconds: float | None,
    *,
    others: int,
) -> None:
    """Hand on what is heard, for ``seconds`` or until somebody has had enough."""
    until = None if seconds is None else time.monotonic() + seconds
    try:
        while True:
            try:
                left = None if until is None else max(0.0, until - time.monotonic())
                told = heard.get(timeout=left)
            except Empty:
                return
            if told is None:
                if not others:
                    return
            elif isinstance(told, str):
                teller.typed(told, keyboard)
            elif isinstance(told, Tap):
                teller.tap(told)
            else:
                teller.state(told)
    except KeyboardInterrupt:
        return


class _Teller:
    """Says what there is and what is heard, to people or to scripts.

    Attributes:
        ready: whether each reader that told of itself can be used.
    """

    def __init__(self, lang: str, *, show: bool, json: bool) -> None:
        self._lang = lang
        self._show = show
        self._json = json
        self._before: bytes | None = None
        self.ready: dict[str, bool] = {}

    def say(self, phrase: Phrase) -> None:
        """Say something to people alone."""
        if not self._json:
            out(self._in(phrase))
            sys.stdout.flush()

    def begin(
        self, some: Sequence[CardReader], connected: Sequence[_Connected], trouble: Phrase | None
    ) -> None:
        """List the readers of the settings and those that are plugged in."""
        if self._json:
            self._object(
                readers=[asdict(each) for each in some],
                pcsc=[asdict(each) for each in connected],
                pcsc_trouble=trouble and trouble._asdict(),
            )
            return
        if some:
            out(*table([self._row(each) for each in some], right=()))
        else:
            self.say(_NONE)
        for each in connected:
            whose = each.reader or self._in(_UNSET)
            self.say(Phrase(f"PC/SC：{each.name} → {whose}", f"PC/SC: {each.name} -> {whose}"))
        if trouble is not None and (_has_pcsc(some) or not some):
            self.say(Phrase(f"PC/SC：{trouble.zh}", f"PC/SC: {trouble.en}"))

    def tap(self, tap: Tap) -> None:
        """Say what was read, how far it was proved, and how it compares with the one before."""
        how = compared(self._before, tap.uid)
        self._before = tap.uid
        number = self._number(tap.uid)
        if self._json:
            level = tap.level.value
            values = {"reader": tap.reader, "uid": number, "bytes": len(tap.uid), "level": level}
            proved = {name: getattr(tap, name) for name in _PROVED}
            self._object(tap=values | proved | {"compared": how})
            return
        said = [
            tap.reader,
            number,
            self._in(Phrase(f"{len(tap.uid)} 字节", f"{len(tap.uid)} bytes")),
            tap.level.value,
        ]
        if tap.key_version is not None:
            said.append(
                self._in(Phrase(f"第 {tap.key_version} 版密钥", f"key version {tap.key_version}"))
            )
        said += [
            self._in(what) for what, so in ((_FAILED, tap.failed), (_OTHERS, tap.others)) if so
        ]
        said += [self._in(_COMPARED[how])] if how else []
        self.say(Phrase(*["  ".join(said)] * 2))

    def state(self, state: ReaderState) -> None:
        """Say how a reader is."""
        if not state.again:
            self.ready[state.reader] = state.ok
        if self._json:
            told = {"reader": state.reader, "ok": state.ok, "again": state.again}
            self._object(state=told | state.what._asdict())
            return
        what = state.what
        self.say(Phrase(f"{state.reader}：{what.zh}", f"{state.reader}: {what.en}"))

    def typed(self, text: str, keyboard: CardReader | None) -> None:
        """Say what a typed line is: a card of the wedge reader, or which formats it may have."""
        trouble = None
        if keyboard is not None:
            try:
                self.tap(Tap(keyboard.id, wedge.read(text, keyboard)))
            except wedge.CardFormatError as refusal:
                trouble = bare(refusal)
            else:
                return
        prefix, number = _cut(text)
        formats = wedge.formats_of(number)
        if self._json:
            found = {"signs": len(text), "prefix": prefix, "formats": formats}
            said = text if self._show else f"…{number[-_SHOWN:]}"
            self._object(typed=found | {"text": said} | (trouble._asdict() if trouble else {}))
            return
        if trouble is not None and keyboard is not None:
            self.say(Phrase(f"{keyboard.id}：{trouble.zh}", f"{keyboard.id}: {trouble.en}"))
        self.say(_guessed(prefix, number, formats))
        for each in formats:
            big = self._number(wedge.decode(number, each, "big"), first=True)
            self.say(Phrase(f"  {each}：正序为 {big}", f"  {each}: first byte first it is {big}"))

    def _row(self, reader: CardReader) -> list[str]:
        written = "" if reader.kind == "pcsc" else self._in(_ORDERS[reader.order])
        what = f"{reader.format} {written}" if written else reader.proof
        prefix = self._in(Phrase(f"前缀 {reader.prefix}", f"prefix {reader.prefix}"))
        return [
            reader.id,
            self._in(_KINDS[reader.kind]),
            reader.port,
            what,
            prefix if reader.prefix else "",
        ]

    def _number(self, uid: bytes, *, first: bool = False) -> str:
        """Give a card's number, whole where that was asked for; ``first`` shows its beginning."""
        if self._show:
            return uid.hex().upper()
        ends = uid[:_SHOWN] if first else uid[-_SHOWN:]
        return f"{ends.hex().upper()}…" if first else f"…{ends.hex().upper()}"

    def _object(self, **values: Any) -> None:  # noqa: ANN401 - any JSON value
        out_json(values)
        sys.stdout.flush()

    def _in(self, phrase: Phrase) -> str:
        return phrase.zh if self._lang == _ZH else phrase.en


_PROVED: Final = ("counter", "key_version", "failed", "others")


def compared(before: bytes | None, now: bytes) -> str | None:
    """Say how two readings compare: ``same``, ``backwards``, ``part`` or ``another``.

    ``part`` is one whose bytes, either way round, begin or end the other's; None for the first.
    """
    if before is None:
        return None
    if before == now:
        return "same"
    if before == now[::-1]:
        return "backwards"
    short, long = sorted((before, now), key=len)
    ends = (long.startswith, long.endswith)
    if len(short) < len(long) and any(end(each) for end in ends for each in (short, short[::-1])):
        return "part"
    return "another"


def _cut(text: str) -> tuple[str, str]:
    """Part a typed line into what may be a prefix, and what may be a number."""
    plain = ascii_digits(text)
    beyond = _BEYOND.match(plain)
    place = beyond.end() if beyond else 0
    return plain[:place], plain[place:]


def _guessed(prefix: str, number: str, formats: Sequence[str]) -> Phrase:
    """Say which formats a typed number may have."""
    count = len(number)
    zh, en = f"键盘输入 {count} 位", f"{count} signs were typed"
    if prefix:
        zh, en = f"{zh}，前缀 {prefix}", f"{en} after the prefix {prefix}"
    if not formats:
        return Phrase(f"{zh}：{_NO_FORMAT.zh}", f"{en}: {_NO_FORMAT.en}")
    named = ", ".join(formats)
    return Phrase(f"{zh}，可能的写法：{named}", f"{en}; it may be in the format {named}")
