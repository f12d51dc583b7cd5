"""What a shift can refuse; each class builds its own sentence from facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import Phrase, shown
from config.rights import Right
from kiosk.errors import ApprovalNeededError, TillError
from ledger.money import yuan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from config.cashier import CashMove


class CountError(TillError):
    """A count of notes and coins that nobody can have made."""


class UnknownDenominationError(CountError):
    """A note or coin that the settings do not name."""

    def __init__(self, fen: object, known: Iterable[int]) -> None:
        self.fen = fen
        name = yuan(fen) if type(fen) is int else shown(fen)
        listed = ", ".join(yuan(each) for each in known)
        super().__init__(
            f"没有面额 {name}：只清点 {listed} 元（kiosk.toml 的 shift.denominations_fen）。",
            f"There is no note or coin of {name}: count {listed} yuan "
            "(shift.denominations_fen in kiosk.toml).",
        )


class PiecesError(CountError):
    """A number of notes or coins that is none."""

    def __init__(self, pieces: object, most: int, *, fen: int | None = None) -> None:
        self.pieces = pieces
        self.fen = fen
        zh = "" if fen is None else f"{yuan(fen)} 元的"
        en = "" if fen is None else f" of {yuan(fen)} yuan"
        super().__init__(
            f"{zh}张数 {shown(pieces)} 不行：请输入 0 至 {most} 的整数，不要字母或小数点。",
            f"The number of pieces{en} {shown(pieces)} will not do: enter a whole number from 0 "
            f"to {most}, no letters and no decimal point.",
        )


class CashAmountError(TillError):
    """An amount that cannot be put into the drawer or taken out of it."""

    def __init__(self, fen: int, most_fen: int) -> None:
        self.fen = fen
        super().__init__(
            f"金额 {yuan(fen)} 元不行：应大于 0，最多 {yuan(most_fen)} 元。",
            f"The amount of {yuan(fen)} yuan will not do: above 0, at most {yuan(most_fen)}.",
        )


class DrawerShortError(TillError):
    """More is taken out than the drawer holds; the figure stays untold, so that counts are blind.

    Attributes:
        asked_fen: what was asked for.
    """

    def __init__(self, asked_fen: int) -> None:
        self.asked_fen = asked_fen
        super().__init__(
            f"钱箱里没有 {yuan(asked_fen)} 元这么多：请核对金额，或先清点钱箱。",
            f"The drawer does not hold {yuan(asked_fen)} yuan: check the amount, or count the "
            "drawer first.",
        )


class ToSafeError(TillError):
    """More goes to the safe at the close than was counted, or less than nothing."""

    def __init__(self, asked_fen: int, counted_fen: int) -> None:
        self.asked_fen = asked_fen
        self.counted_fen = counted_fen
        super().__init__(
            f"入柜 {yuan(asked_fen)} 元不行：应在 0 和清点的 {yuan(counted_fen)} 元之间。",
            f"{yuan(asked_fen)} yuan cannot go to the safe: between 0 and the "
            f"{yuan(counted_fen)} yuan that were counted.",
        )


class UnknownCashMoveError(TillError):
    """A purpose of a paid-in or paid-out that the settings do not name."""

    def __init__(self, move: str, known: Iterable[CashMove]) -> None:
        self.move = move
        moves = list(known)
        zh = "、".join(f"{each.id}（{each.name_zh}）" for each in moves) or "无"
        en = ", ".join(f"{each.id} ({each.name_en})" for each in moves) or "none"
        super().__init__(
            f"没有收支项目 {shown(move)}：可用 {zh}（kiosk.toml 的 cash_moves）。",
            f"There is no cash move {shown(move)}: there are {en} (cash_moves in kiosk.toml).",
        )


class ReasonNeededError(TillError):
    """Something has to be explained.

    Attributes:
        limit_fen: the limit that the drawer's difference exceeds; None where it is no difference.
    """

    def __init__(self, limit_fen: int | None = None) -> None:
        self.limit_fen = limit_fen
        if limit_fen is None:
            zh, en = "请写明原因。", "Say the reason."
        else:
            zh = f"差额超过 {yuan(limit_fen)} 元：请写明原因。"
            en = f"The difference exceeds {yuan(limit_fen)} yuan: say the reason."
        super().__init__(zh, en)


class ShiftOpenError(TillError):
    """A shift is open, so no other can be opened."""

    def __init__(self, number: int, opened_by: str, opened_at: datetime) -> None:
        self.number = number
        at = f"{opened_at:%Y-%m-%d %H:%M}"
        super().__init__(
            f"第 {number} 班还开着（{opened_by}，{at}）：请先清点交班，再开新班。",
            f"Shift {number} is still open ({opened_by}, {at}): count and close it, then open "
            "the next.",
        )


class EarlierDayError(ApprovalNeededError):
    """The clock says a day before the last shift's: it was set back, or ran ahead then.

    Somebody with ``Right.SETTINGS`` can approve where today's clock is the right one.
    """

    def __init__(self, day: date, last: date) -> None:
        super().__init__(Right.SETTINGS)
        self.day = day
        self.last = last
        said = Phrase(
            f"现在的营业日 {day} 早于上一班的 {last}：时钟可能被调慢，请先校准系统时间再开班。"
            "如果现在的时间是对的，请站长在这里授权。",
            f"The business date {day} is before the last shift's, {last}: the clock may have been "
            "set back. Set the system's time right, then open. If the time is right now, a "
            "manager approves it here.",
        )
        self.zh, self.en = self.args = said


class CountFirstError(TillError):
    """A shift is to be closed before its drawer was counted."""

    def __init__(self) -> None:
        super().__init__(
            "还没有清点钱箱：请先清点，再交班。",
            "The drawer was not counted: count it, then close the shift.",
        )


class RecountError(TillError):
    """Cash moved after the count, so the count says nothing any more.

    Attributes:
        counted: number of the count's record.
        moved: number of the first record since that moved the drawer.
    """

    def __init__(self, counted: int, moved: int) -> None:
        self.counted = counted
        self.moved = moved
        super().__init__(
            f"清点（第 {counted} 号）之后钱箱又有收支（第 {moved} 号）：请重新清点，再交班。",
            f"Cash moved (record {moved}) after the count (record {counted}): count again, then "
            "close the shift.",
        )


class NoSuchReportError(TillError):
    """A Z number that no report has."""

    def __init__(self, book: str, z: int, last: int | None) -> None:
        self.book = book
        self.z = z
        zh = f"有 1 至 {last} 号" if last else "还没有交过班"
        en = f"there are 1 to {last}" if last else "no shift was closed yet"
        super().__init__(
            f"账簿 {book} 没有 {z} 号 Z 报表：{zh}。", f"Book {book} has no Z report {z}: {en}."
        )
