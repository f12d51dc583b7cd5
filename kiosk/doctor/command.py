"""``kiosk doctor``: the self-check for people, in colour, and for scripts, as JSON."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Final

from config.text import columns
from kiosk.doctor.check import Level
from kiosk.doctor.examination import full_check, readable_settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from config.errors import Phrase
    from kiosk.doctor.check import Check

UNFIT: Final = 1
"""Exit code where something is red."""

_ORDER: Final = (Level.GREEN, Level.GREY, Level.YELLOW, Level.RED)
_COLOURS: Final = {Level.GREEN: 32, Level.GREY: 90, Level.YELLOW: 33, Level.RED: 31}
_ZH: Final = {Level.GREEN: "正常", Level.GREY: "未用", Level.YELLOW: "注意", Level.RED: "故障"}
_EN: Final = {Level.GREEN: "ok", Level.GREY: "unused", Level.YELLOW: "mind", Level.RED: "WRONG"}


def doctor(arguments: argparse.Namespace) -> int:
    """Check the home and its books; print a line a thing. Exit code 1 if anything is red.

    JSON is one line: ``worst``, and ``checks`` with ``name``, ``level``, ``zh``, ``en``,
    ``do_zh``, ``do_en`` each.
    """
    found = full_check(arguments.home, full=arguments.full)
    worst = max((each.level for each in found), key=_ORDER.index)
    if arguments.json:
        checks = [_values(each) for each in found]
        answer = json.dumps({"checks": checks, "worst": worst.value}, ensure_ascii=False)
        sys.stdout.write(f"{_printable(answer)}\n")
    else:
        lang = arguments.lang or readable_settings(arguments.home).language
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        sys.stdout.writelines(f"{line}\n" for line in _lines(found, lang, colour=colour))
    return UNFIT if worst is Level.RED else 0


def _values(check: Check) -> dict[str, str | None]:
    do = check.do
    return {
        "name": check.name,
        "level": check.level.value,
        "zh": check.said.zh,
        "en": check.said.en,
        "do_zh": do.zh if do else None,
        "do_en": do.en if do else None,
    }


def _lines(found: Sequence[Check], lang: str, *, colour: bool) -> Iterator[str]:
    words = _ZH if lang == "zh_CN" else _EN
    titles = [_in(each.title, lang) for each in found]
    widest = max(map(columns, titles))
    marks = max(map(columns, words.values()))
    for check, title in zip(found, titles, strict=True):
        mark = words[check.level] + " " * (marks - columns(words[check.level]))
        if colour:
            mark = f"\x1b[{_COLOURS[check.level]}m● {mark}\x1b[0m"
        yield f"{mark}  {title}{' ' * (widest - columns(title))}  {_in(check.said, lang)}"
        if check.do is not None:
            indent = " " * (marks + widest + (4 if not colour else 6))
            yield f"{indent}→ {_in(check.do, lang)}"
    yield ""
    yield _summary((each.level for each in found), lang)


def _summary(levels: Iterable[Level], lang: str) -> str:
    counted = list(levels)
    red, yellow = counted.count(Level.RED), counted.count(Level.YELLOW)
    if lang == "zh_CN":
        if red:
            return f"{red} 处故障，{yellow} 处需要注意：请先处理故障再收银。"
        return f"可以收银；{yellow} 处需要注意。" if yellow else "一切正常，可以收银。"
    if red:
        return f"{red} wrong, {yellow} to mind: put right what is wrong before selling."
    return f"Fit to sell; {yellow} to mind." if yellow else "All is well: fit to sell."


def _in(phrase: Phrase, lang: str) -> str:
    return _printable(phrase.zh if lang == "zh_CN" else phrase.en)


def _printable(text: str) -> str:
    """Give ``text`` with what is invisible or would steer a terminal as an escape."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
