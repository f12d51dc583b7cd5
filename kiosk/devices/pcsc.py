"""Card readers behind PC/SC: one thread that outlives unplugged readers and a restarted pcscd.

pyscard's own monitor dies for good when pcscd does. This loop asks for changes itself, and on any
error begins again from nothing a second later. A tap is the edge from no card to a card: what lies
on a reader when the program starts is none.
"""

from __future__ import annotations

import errno
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from config.cards import Level
from config.errors import Phrase
from kiosk.devices.card_device_errors import CardGoneError, NoCardError, ReaderError
from kiosk.devices.ntag424 import read_uid
from kiosk.devices.prove import Proof, prove
from kiosk.devices.reader_states import BACK_OFF_S, Teller, bare
from kiosk.sale.cards import Tap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from config.cards import CardReader
    from kiosk.devices.card_keys import CardKeys
    from kiosk.devices.ntag424 import Transmit
    from kiosk.devices.reader_states import Told

_LOOK_MS: Final = 500
"""So long one question for changes waits: readers that were plugged in are then looked for."""
_COUNT_SHIFT: Final = 16
"""Above these bits of a reader's state stands how many cards came and went."""
_COUNTS: Final = 0xFFFF

_Scard: TypeAlias = Any
"""The module ``smartcard.scard``: a C interface, without types."""

NO_PYSCARD: Final = Phrase(
    "没有安装 PC/SC 读卡器所需的 pyscard：请运行 make readers",
    "pyscard, which PC/SC readers need, is not installed: run make readers",
)
NO_SERVICE: Final = Phrase(
    "读卡服务 pcscd 没有运行：请运行 sudo systemctl start pcscd.socket；没装过就 make readers",
    "the card service pcscd is not running: run sudo systemctl start pcscd.socket, or make readers "
    "where it is not installed",
)
UNANSWERED: Final = Phrase(
    "卡没有应答：请一次只放一张卡，放稳再刷一次",
    "the card does not answer: put one card at a time on the reader, hold it still and tap again",
)
NO_UID: Final = Phrase("这张卡没有卡号：请换一张卡", "this card gives no number: take another card")
TAKEN: Final = Phrase(
    "读卡器正被别的程序占用：请关掉那个程序，再刷一次",
    "another program uses the reader: close it and tap again",
)


class _LostError(Exception):
    """The service, or the way to it, is gone: begin again."""


@dataclass(slots=True)
class _Seen:
    """What was last known of one reader.

    Attributes:
        state: as PC/SC words it; 0 for nothing known.
        card: whether a card lay on it.
        count: how many cards came and went, modulo 2^16; None where no count is to be trusted.
    """

    state: int
    card: bool
    count: int | None

    def swapped(self, now: _Seen) -> bool:
        """Whether another card lies there ``now``, which came while nobody looked."""
        if not (self.card and now.card) or self.count is None or now.count is None:
            return False
        return (now.count - self.count) & _COUNTS > 1


def unplugged(reader: CardReader) -> Phrase:
    """Say that no PC/SC reader is there that the settings mean by ``reader``."""
    if not reader.port:
        return Phrase(
            "没有找到 PC/SC 读卡器：请检查 USB 线", "no PC/SC reader is there: check its USB cable"
        )
    return Phrase(
        f"没有找到名字里有“{reader.port}”的读卡器：请检查 USB 线，用 kiosk readers 核对名字",
        f'no reader with "{reader.port}" in its name is there: check its USB cable, and its name '
        "with kiosk readers",
    )


def plugged(names: Sequence[str]) -> Phrase:
    """Say that a reader is ready, by its names."""
    said = ", ".join(names)
    return Phrase(f"已就绪：{said}", f"ready: {said}")


def reader_names() -> tuple[str, ...]:
    """Give the names of all PC/SC readers that are plugged in now.

    Raises:
        ImportError: pyscard is not installed.
        OSError: pcscd cannot be reached.
    """
    from smartcard import scard  # noqa: PLC0415 - it may not be installed

    try:
        with _context(scard) as context:
            return _listed(scard, context)
    except _LostError as error:
        raise OSError(errno.ENOTCONN, "pcscd") from error


def mine(name: str, readers: Sequence[CardReader]) -> CardReader | None:
    """Give the reader of the settings that ``name`` is: the longest ``port`` that it contains."""
    fitting = [each for each in readers if each.port in name]
    return max(fitting, key=lambda each: len(each.port), default=None)


@contextmanager
def next_card(reader: CardReader, *, timeout_s: float, fresh: bool = False) -> Iterator[Transmit]:
    """Talk to one card on the PC/SC ``reader``: to nobody else's disturbance, until the block ends.

    It is the card that lies there, or the first that comes within ``timeout_s`` seconds; with
    ``fresh`` a card that lies there already has to be lifted first, so that a loop over cards
    never takes one twice.

    Raises:
        ReaderError: pyscard, pcscd or the reader is not there, the card does not answer, or
            another program has it.
        NoCardError: none came in time.
        CardGoneError: it left, at once or in the middle.
    """
    try:
        from smartcard import scard  # noqa: PLC0415 - it may not be installed
    except ImportError:
        raise ReaderError(NO_PYSCARD) from None
    try:
        with _context(scard) as context:
            name = _awaited(scard, context, reader, timeout_s, fresh=fresh)
            with _card(scard, context, name) as transmit:
                yield transmit
    except _LostError:
        raise ReaderError(NO_SERVICE) from None
    except _UnansweredError as error:
        raise ReaderError(error.what) from None


def _awaited(
    scard: _Scard, context: object, reader: CardReader, timeout_s: float, *, fresh: bool
) -> str:
    """Wait for a card and give the name of the reader that it is on."""
    until = time.monotonic() + timeout_s
    states: dict[str, int] = {}
    lifted: set[str] = set()
    while True:
        names: list[str] = [name for name in _listed(scard, context) if mine(name, [reader])]
        if not names:
            raise ReaderError(unplugged(reader))
        left_ms = max(0, int((until - time.monotonic()) * 1000))
        known = [(name, states.get(name, scard.SCARD_STATE_UNAWARE)) for name in names]
        result, found = scard.SCardGetStatusChange(context, min(left_ms, _LOOK_MS), known)
        if result == scard.SCARD_S_SUCCESS:
            for name, (_same, state, _atr) in zip(names, found, strict=True):
                states[name] = state & ~scard.SCARD_STATE_CHANGED
                if not state & scard.SCARD_STATE_PRESENT:
                    lifted.add(name)
                elif not fresh or name in lifted:
                    return name
        elif result not in _passing(scard):
            raise _LostError
        if not left_ms:
            raise NoCardError(timeout_s)


class Pcsc(Thread):
    """Watches every PC/SC reader of ``readers`` until it is stopped."""

    def __init__(
        self, readers: Sequence[CardReader], keys: CardKeys | None, tell: Callable[[Told], None]
    ) -> None:
        super().__init__(name="reader-pcsc", daemon=True)
        self._readers = tuple(readers)
        self._keys = keys
        self._teller = Teller(tell)
        self._stopping = Event()
        self._cancel: Callable[[], object] | None = None
        self._seen: dict[str, _Seen] = {}
        """What is known of each reader; it outlives a restart of pcscd, whose counts begin anew."""

    def stop(self) -> None:
        """Ask the thread to end; it does within a second, or when an exchange is over."""
        self._stopping.set()
        cancel = self._cancel
        if cancel is not None:
            cancel()

    def run(self) -> None:
        """Watch, and begin again from nothing whenever something breaks."""
        try:
            from smartcard import scard  # noqa: PLC0415 - it may not be installed
        except ImportError:
            self._say_all(NO_PYSCARD)
            return
        while not self._stopping.is_set():
            try:
                with _context(scard) as context:
                    self._cancel = lambda context=context: scard.SCardCancel(context)
                    self._watch(scard, context)
            except _LostError:
                self._say_all(NO_SERVICE)
                self._stopping.wait(BACK_OFF_S)
            finally:
                self._cancel = None

    def _say_all(self, what: Phrase) -> None:
        for each in self._readers:
            self._teller.state(each.id, what, ok=False)

    def _watch(self, scard: _Scard, context: object) -> None:
        """Ask for changes until something breaks.

        Raises:
            _LostError: the service is gone.
        """
        # Another pcscd counts anew: what it says first is compared with the cards alone.
        self._seen = {name: _Seen(0, seen.card, None) for name, seen in self._seen.items()}
        while not self._stopping.is_set():
            names = [name for name in _listed(scard, context) if mine(name, self._readers)]
            for gone in self._seen.keys() - set(names):
                # Pulled out, its card is off it: one that lies on it when it is back is a new tap.
                self._seen[gone] = _Seen(0, card=False, count=None)
            if names:
                self._look(scard, context, names)
            # After the look: a card that comes from now on is a tap.
            self._say_plugged(names)
            if not names:
                self._stopping.wait(BACK_OFF_S)

    def _look(self, scard: _Scard, context: object, names: Sequence[str]) -> None:
        """Wait a moment for changes on the readers ``names``; what is not known yet is one.

        Raises:
            _LostError: the service is gone.
        """
        known = [(name, self._seen[name].state if name in self._seen else 0) for name in names]
        result, states = scard.SCardGetStatusChange(context, _LOOK_MS, known)
        if result == scard.SCARD_S_SUCCESS:
            for name, state, _atr in states:
                if state & scard.SCARD_STATE_CHANGED:
                    self._changed(scard, context, name, state)
        elif result not in _passing(scard):
            raise _LostError

    def _say_plugged(self, names: Sequence[str]) -> None:
        for each in self._readers:
            found = [name for name in names if mine(name, self._readers) == each]
            what = plugged(found) if found else unplugged(each)
            self._teller.state(each.id, what, ok=bool(found))

    def _changed(self, scard: _Scard, context: object, name: str, state: int) -> None:
        before = self._seen.get(name)
        card = bool(state & scard.SCARD_STATE_PRESENT)
        count = state >> _COUNT_SHIFT & _COUNTS
        now = self._seen[name] = _Seen(state & ~scard.SCARD_STATE_CHANGED, card, count)
        if not card or before is None:
            return
        # A card that came while the one before it was being asked left no empty state to see, but
        # it was counted.
        if not before.card or before.swapped(now):
            reader = mine(name, self._readers)
            if reader is not None:
                self._ask(scard, context, name, reader)

    def _ask(self, scard: _Scard, context: object, name: str, reader: CardReader) -> None:
        """Ask the card on the reader ``name`` who it is, and tell."""
        try:
            with _card(scard, context, name) as transmit:
                proof = prove(transmit, self._keys, Level(reader.proof))
                others = _others(transmit, proof)
        except CardGoneError as gone:
            self._teller.again(reader.id, bare(gone))
        except _UnansweredError as error:
            self._teller.again(reader.id, error.what)
        else:
            if not proof.uid:
                self._teller.again(reader.id, NO_UID)
                return
            tap = Tap(
                reader.id,
                proof.uid,
                proof.level,
                proof.counter,
                proof.key_version,
                proof.failed,
                others,
            )
            self._teller.tap(tap, reader.again_ms)


class _UnansweredError(Exception):
    """A card is there, and cannot be talked to; ``what`` says why."""

    def __init__(self, what: Phrase) -> None:
        super().__init__(what.en)
        self.what = what


def _others(transmit: Transmit, proof: Proof) -> int:
    """Ask once more for the number: of two cards in one field a reader may take turns.

    A card that proved itself is the one that is served, whatever else lies there; and one that is
    gone by now was alone, as far as anybody can know.
    """
    if proof.level is not Level.UID or not proof.uid:
        return 0
    try:
        now = read_uid(transmit)
    except CardGoneError:
        return 0
    return int(bool(now) and now != proof.uid)


def _passing(scard: _Scard) -> set[int]:
    """What a wait for changes may end with while all is well with the service."""
    return {
        scard.SCARD_E_TIMEOUT,
        scard.SCARD_E_CANCELLED,
        scard.SCARD_E_UNKNOWN_READER,
        scard.SCARD_E_READER_UNAVAILABLE,
    }


@contextmanager
def _context(scard: _Scard) -> Iterator[object]:
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        raise _LostError
    try:
        yield context
    finally:
        with suppress(scard.error):
            scard.SCardReleaseContext(context)


def _listed(scard: _Scard, context: object) -> tuple[str, ...]:
    result, names = scard.SCardListReaders(context, [])
    if result == scard.SCARD_E_NO_READERS_AVAILABLE:
        return ()
    if result != scard.SCARD_S_SUCCESS:
        raise _LostError
    return tuple(names)


@contextmanager
def _card(scard: _Scard, context: object, name: str) -> Iterator[Transmit]:
    """Talk to the card on the reader ``name``; nobody else does meanwhile.

    Raises:
        CardGoneError: the card left, at once or in the middle.
        _UnansweredError: it is there and does not answer, or another program has it.
    """
    result, card, protocol = scard.SCardConnect(
        context, name, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    )

    def transmit(apdu: bytes) -> bytes:
        header = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        sent, answer = scard.SCardTransmit(card, header, list(apdu))
        if sent != scard.SCARD_S_SUCCESS:
            raise CardGoneError
        return bytes(answer)

    with ExitStack() as undo:
        if result == scard.SCARD_S_SUCCESS:
            # Whatever comes next: pcscd has only so many handles to give.
            undo.callback(scard.SCardDisconnect, card, scard.SCARD_LEAVE_CARD)
            result = scard.SCardBeginTransaction(card)
        if result in {scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_W_UNPOWERED_CARD}:
            raise _UnansweredError(UNANSWERED)
        if result == scard.SCARD_E_SHARING_VIOLATION:
            raise _UnansweredError(TAKEN)
        if result != scard.SCARD_S_SUCCESS:
            # Gone, or the service with it: the watch finds out which.
            raise CardGoneError
        undo.callback(scard.SCardEndTransaction, card, scard.SCARD_LEAVE_CARD)
        yield transmit
