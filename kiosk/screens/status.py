"""The first row of a screen: where one is, whose till it is, and what time it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from kiosk.screens.drawn import Span

if TYPE_CHECKING:
    from datetime import date, datetime

    from config.language import Words
    from kiosk.screens.desk import Desk

    Spans = tuple[Span, ...]


def status(
    desk: Desk, *, lang: str, now: datetime, day: date | None, width: int, words: Words
) -> tuple[Spans, Spans]:
    """Give the left and the right end of the row, in ``width`` cells.

    Where it is too narrow, what matters least is left out: the language, the name, the shift.
    """
    _, settings = words, desk.home.settings
    left = (
        *desk.badges(_),
        *_warnings(desk, now, _),
        Span(f" {settings.shop.name(lang)} ", "strong"),
        Span(f" {settings.book} ", "dim"),
    )
    room = width - sum(cell_len(span.text) for span in left)
    when = _("Opening the books…")
    if day is not None:
        when = _("Business date") + f" {day.isoformat()}"
    shift = _("Shift {number}").format(number=desk.shift.number) if desk.shift else ""
    who, name = (desk.member.id, desk.member.name) if desk.member else ("", "")
    tongue = "中文" if lang == "zh_CN" else "EN"
    for shown in ((shift, who, name, tongue), (shift, who, name), (shift, who), (who,), ()):
        *people, last = (*shown, "") if tongue not in shown else shown
        right = (
            Span(f" {when} ", "text"),
            Span(" ".join(["", *filter(None, people), ""]) if any(people) else "", "dim"),
            Span(f" {now:%H:%M} ", "strong"),
            Span(f"{last} " if last else "", "dim"),
        )
        if sum(cell_len(span.text) for span in right) <= room:
            break
    return left, right


def _warnings(desk: Desk, now: datetime, words: Words) -> Spans:
    """What is not as it should be, a word each; and the light of the self-check."""
    _ = words
    spans = [Span(" ●", desk.health)] if desk.health else []
    if desk.overdue(now):
        spans.append(Span(" " + _("overdue"), "bad"))
    if desk.clock_warning is not None:
        spans.append(Span(" " + _("clock?"), "bad"))
    return tuple(spans)
