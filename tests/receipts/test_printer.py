"""Paper that reaches a device, and paper that does not."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from receipts.errors import PrinterError
from receipts.paper import Paper, PaperRow, Style
from receipts.printer import TextPrinter

if TYPE_CHECKING:
    from receipts.printer import Printer

PAPER = Paper(32, (PaperRow("作废", Style.BIG), PaperRow("豆浆")))


class FullDisk(io.StringIO):
    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_a_text_printer_writes_the_paper_as_it_reads() -> None:
    stream = io.StringIO()
    printer: Printer = TextPrinter(stream)
    printer.print(PAPER)
    assert stream.getvalue() == "              作废\n豆浆\n"


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        (FullDisk(), "No space left on device"),
        (closed(), "closed file"),
        (io.TextIOWrapper(io.BytesIO(), encoding="latin-1"), "can't encode"),
    ],
)
def test_a_stream_that_cannot_take_the_paper_is_named(stream: io.StringIO, reason: str) -> None:
    with pytest.raises(PrinterError, match=reason) as refused:
        TextPrinter(stream).print(PAPER)
    assert reason in refused.value.zh
    assert isinstance(refused.value.__cause__, (OSError, ValueError))
