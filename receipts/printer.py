"""The door to a device: whatever takes paper, and the simplest thing that does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from receipts.errors import PrinterError

if TYPE_CHECKING:
    from typing import TextIO

    from receipts.paper import Paper


class Printer(Protocol):
    """A device that takes one paper at a time."""

    def print(self, paper: Paper) -> None:
        """Put ``paper`` out, whole.

        Raises:
            PrinterError: the device did not take it; the caller says so and the record stands.
        """


class TextPrinter:
    """Prints on a text stream: a terminal, a file, a pipe."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def print(self, paper: Paper) -> None:
        """Write ``paper`` as plain text and flush it.

        Raises:
            PrinterError: the stream is closed, full or broken, or cannot encode the text.
        """
        try:
            self._stream.write(paper.text())
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise PrinterError(str(error)) from error
