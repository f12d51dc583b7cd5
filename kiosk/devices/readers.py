"""All card readers of the settings at once, except those that type: the app hears their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.devices.reader_states import ReaderState, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from config.cards import CardReader
    from kiosk.devices.card_keys import CardKeys
    from kiosk.devices.pcsc import Pcsc
    from kiosk.devices.serial_line import SerialLine

__all__ = ["ReaderState", "Readers", "Told", "wedge_of"]

STOP_S: Final = 1.0
"""So long ``Readers.stop`` waits for a thread in the middle of an exchange."""


def wedge_of(readers: Sequence[CardReader]) -> CardReader | None:
    """Give the reader that types, of which the settings have at most one."""
    return next((each for each in readers if each.kind == "wedge"), None)


class Readers:
    """The serial and PC/SC readers among ``readers``, each kind on threads of its own.

    ``tell`` is called on those threads with every ``Tap`` and every change of a reader's state; it
    must return soon. ``keys`` are what cards are asked to prove; None asks for numbers alone.
    """

    def __init__(
        self,
        readers: Sequence[CardReader],
        keys: CardKeys | None,
        tell: Callable[[Told], None],
    ) -> None:
        self._readers = tuple(readers)
        self._keys = keys
        self._tell = tell
        self._threads: list[Pcsc | SerialLine] = []

    def start(self) -> None:
        """Begin to listen. Libraries are loaded on the readers' own threads."""
        pcsc = [each for each in self._readers if each.kind == "pcsc"]
        lines = [each for each in self._readers if each.kind == "serial"]
        if pcsc:
            from kiosk.devices.pcsc import Pcsc  # noqa: PLC0415 - most kiosks have no such reader

            self._threads.append(Pcsc(pcsc, self._keys, self._tell))
        if lines:
            from kiosk.devices.serial_line import SerialLine  # noqa: PLC0415 - as above

            self._threads += [SerialLine(each, self._tell) for each in lines]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Listen no more; what a card says in the middle of an exchange may be lost."""
        for thread in self._threads:
            thread.stop()
        for thread in self._threads:
            thread.join(STOP_S)
        self._threads = []
