"""Refusals: what may not be, said in Chinese and in English, with what to do about it."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FAULTS_SAID = 20
_VALUE_SHOWN = 60


class Phrase(NamedTuple):
    """One thought in both languages, without a full stop."""

    zh: str
    en: str


class Fault(NamedTuple):
    """One thing wrong in a file.

    Attributes:
        key: dotted key, rows by number or name: ``fund.set_aside_fen``, ``product[F001].price``;
            empty when the file as a whole is meant.
        wrong: what is wrong.
        allowed: what would be right.
        line: line of the file, counted from 1; None where it is not known.
    """

    key: str
    wrong: Phrase
    allowed: Phrase
    line: int | None = None


class Refusal(Exception):  # noqa: N818 - the operator is refused; nothing has failed
    """Something the operator may not do, with the reason and the way out.

    Attributes:
        zh: the Chinese sentence.
        en: the English sentence.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"

    def say(self, lang: str) -> str:
        """Return the sentence in ``lang``: Chinese for ``zh_CN``, else English."""
        return self.zh if lang == "zh_CN" else self.en


class TextError(Refusal):
    """A text from outside that may not come in.

    Attributes:
        wrong: what is wrong with it.
        allowed: what would be right.
    """

    def __init__(self, what: Phrase, wrong: Phrase, allowed: Phrase) -> None:
        super().__init__(
            f"{what.zh}：{wrong.zh}。允许：{allowed.zh}。",
            f"{what.en}: {wrong.en}. Allowed: {allowed.en}.",
        )
        self.wrong = wrong
        self.allowed = allowed


class ConfigError(Refusal):
    """A file of the operator's that cannot be used, with all that is wrong in it.

    Attributes:
        path: the file; None when the value came from a command line.
        faults: everything wrong, in the order of the file; never empty.
        key: the key of the first fault.
    """

    def __init__(self, path: Path | None, faults: Sequence[Fault]) -> None:
        said, left = faults[:_FAULTS_SAID], len(faults[_FAULTS_SAID:])
        zh = [_fault_zh(path, fault) for fault in said]
        en = [_fault_en(path, fault) for fault in said]
        if left:
            zh.append(f"另有 {left} 处问题。")
            en.append(f"And {left} more.")
        super().__init__("\n".join(zh), "\n".join(en))
        self.path = path
        self.faults = tuple(faults)
        self.key = faults[0].key


def _fault_zh(path: Path | None, fault: Fault) -> str:
    file = f"{path}{f' 第 {fault.line} 行' if fault.line else ''}" if path else ""
    key = f"键 {fault.key}" if fault.key else ""
    place = "，".join(filter(None, (file, key)))
    return f"{place}：{fault.wrong.zh}。允许：{fault.allowed.zh}。"


def _fault_en(path: Path | None, fault: Fault) -> str:
    line = f"line {fault.line}" if fault.line else ""
    key = f"key {fault.key}" if fault.key else ""
    place = ", ".join(filter(None, (str(path or ""), line, key)))
    return f"{place}: {fault.wrong.en}. Allowed: {fault.allowed.en}."


def shown(value: object) -> str:
    """Return ``value`` as it may stand in a sentence: short, and nothing invisible in it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value) if isinstance(value, date | time) else repr(value)
    return text if len(text) <= _VALUE_SHOWN else f"{text[: _VALUE_SHOWN - 1]}…"
