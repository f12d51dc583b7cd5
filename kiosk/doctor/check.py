"""One thing that is checked, and what was found; whatever happens, it is a line and no crash."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from config.errors import Phrase, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Level(StrEnum):
    """How grave a finding is. ``GREY`` is not there and not missed: a kiosk without a printer."""

    GREEN = "green"
    GREY = "grey"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do about it; ``do`` is None where there is nothing to do."""

    level: Level
    said: Phrase
    do: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A thing that was checked.

    Attributes:
        name: its id, for scripts: ``clock``.
        title: what people call it.
        level: how grave the finding is.
        said: the finding, without a full stop.
        do: what to do about it; None where there is nothing to do.
    """

    name: str
    title: Phrase
    level: Level
    said: Phrase
    do: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Something to look at: ``look`` finds out, and may refuse or fail as it likes."""

    name: str
    title: Phrase
    look: Callable[[], Finding]


def good(zh: str, en: str) -> Finding:
    """Find nothing wrong."""
    return Finding(Level.GREEN, Phrase(zh, en))


def look_at(looks: Iterable[Look]) -> list[Check]:
    """Look at everything in turn; what refuses or fails is red, and the next is looked at."""
    return [_looked(each) for each in looks]


def _looked(each: Look) -> Check:
    try:
        found = each.look()
    except Refusal as refusal:
        found = Finding(Level.RED, _bare(refusal.zh, refusal.en))
    except Exception as error:  # noqa: BLE001 - a doctor that dies of an illness is of no use
        what = f"{type(error).__name__}: {error}"
        found = Finding(
            Level.RED,
            Phrase(f"查不了（{what}）", f"it cannot be checked ({what})"),
            Phrase("请把这一行发给维护人员", "send this line to whoever maintains the till"),
        )
    return Check(each.name, each.title, found.level, found.said, found.do)


def _bare(zh: str, en: str) -> Phrase:
    """Take a refusal's sentences without their full stops, on one line each."""
    return Phrase(
        *("；".join(zh.splitlines()).rstrip("。"), " / ".join(en.splitlines()).rstrip("."))
    )
