"""What a replay refuses: a whole file with a sentence, one row or ticket with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import Phrase
from kiosk.errors import TillError

if TYPE_CHECKING:
    from pathlib import Path

    from config.errors import Refusal


class ReplayError(TillError):
    """A file or an option of the replay cannot be used."""

    def __init__(self, path: Path, zh: str, en: str) -> None:
        self.path = path
        super().__init__(f"文件 {path}：{zh}", f"File {path}: {en}")


class RunningShiftError(TillError):
    """A shift of the book is open: what was sold long ago is none of its sales."""

    def __init__(self, book: str, number: int) -> None:
        super().__init__(
            f"账簿 {book} 的第 {number} 班还开着：请先清点交班，再回放。",
            f"Shift {number} of book {book} is open: count and close it, then replay.",
        )


class RowError(Exception):
    """A row or ticket that is not rung; ``reason`` says why, without a full stop."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Phrase(zh, en)


class OriginalMissingError(RowError):
    """A refund names a ticket that is not in the books; it may stand further down the file."""

    def __init__(self, key: tuple[str, ...]) -> None:
        name = " ".join(key)
        super().__init__(
            f"账上没有要退的原单 {name!r}", f"the ticket to refund, {name!r}, is not in the books"
        )


def row_error(refusal: Refusal) -> RowError:
    """Give a refusal of the till as the reason of one ticket."""
    return RowError(refusal.zh.rstrip("。"), refusal.en.rstrip("."))
