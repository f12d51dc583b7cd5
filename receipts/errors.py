"""Everything that a paper can refuse, each a sentence for the operator in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from moneyed import Money


class PaperError(Refusal):
    """Something that cannot go on paper, or did not get there."""


class ControlCharacterError(PaperError):
    """A text holds a character that steers a printer or forges a line instead of being read."""

    def __init__(self, text: str, character: str) -> None:
        self.text = text
        self.character = character
        shown, point = ascii(text), f"U+{ord(character):04X}"
        super().__init__(
            f"文字 {shown} 含有控制字符 {point}，不能打印；请改正这段文字后再打印。",
            f"The text {shown} holds the control character {point} and cannot be printed; "
            "correct the text, then print again.",
        )


class AmountError(PaperError):
    """An amount that is not a whole number of fen, or not in yuan."""

    def __init__(self, amount: Money) -> None:
        self.amount = amount
        shown = f"{amount.amount} {amount.currency.code}"
        super().__init__(
            f"金额 {shown} 不能打印：小票上只印人民币，精确到分；请检查这笔记录。",
            f"The amount {shown} cannot be printed: papers show CNY in whole fen; "
            "check this record.",
        )


class NumberError(PaperError):
    """A paper's number or hash with which nobody could look the record up again."""

    def __init__(self, seq: int, record_hash: str | None = None) -> None:
        self.seq = seq
        self.record_hash = record_hash
        shown = f"{seq}" if record_hash is None else f"{seq} / {record_hash!a}"
        super().__init__(
            f"单号或核对码 {shown} 不对：单号从 1 起，记录哈希为小写十六进制、至少 8 位；"
            "请检查这笔记录。",
            f"The number or check code {shown} is wrong: numbers start at 1, and a record hash is "
            "at least 8 lower-case hexadecimal digits; check this record.",
        )


class LocalTimeError(PaperError):
    """A time without its time zone: nobody could say which hour the paper means."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__(
            f"时间 {at} 没有时区，不能打印；请用带时区的本地时间。",
            f"The time {at} has no time zone and cannot be printed; give an aware local time.",
        )


class PaperWidthError(PaperError):
    """The paper is too narrow: for any receipt at all, or for one text that cannot be broken."""

    def __init__(self, columns: int, text: str | None = None) -> None:
        self.columns = columns
        self.text = text
        zh = "小票" if text is None else f"“{text}”"
        en = "a receipt" if text is None else f'"{text}"'
        super().__init__(
            f"{columns} 列的纸印不下{zh}；请在设置中改用 32 或 48 列的纸（paper.columns）。",
            f"Paper of {columns} columns is too narrow for {en}; set paper.columns to 32 or 48.",
        )


class PrinterError(PaperError):
    """A device did not take the paper; the record itself is safe and can be printed again."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"没有打印成功（{reason}）；账已记好，请检查打印设备后补打。",
            f"Not printed ({reason}); the record is safe. Check the device, then reprint.",
        )
