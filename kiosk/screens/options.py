"""The options of one line as a panel: a letter for each choice, the chosen ones marked."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from kiosk.sale.basket import Picked
from kiosk.screens.board import Press, price
from kiosk.screens.cells import left
from kiosk.screens.drawn import Span, key_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.catalogue import Choice, OptionGroup
    from kiosk.screens.board import Row, Touch


class Offered(NamedTuple):
    """A choice that ``letter`` picks."""

    letter: str
    group: OptionGroup
    choice: Choice


def is_standard(group: OptionGroup, choice: Choice) -> bool:
    """Whether ``choice`` is what one gets without asking: the first of one, where it is free.

    It is not written down: a line without options is the item as it always is.
    """
    return group.pick == "one" and choice == group.choices[0] and not choice.delta_fen


def beforehand(groups: Sequence[OptionGroup]) -> tuple[Picked, ...]:
    """Return what an item comes with unasked: the first of one, where that changes the price."""
    return tuple(
        Picked.of(group, group.choices[0])
        for group in groups
        if group.pick == "one" and not is_standard(group, group.choices[0])
    )


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of ``groups`` for the item called ``title``, of which ``picked`` are chosen.

    ``how`` says in a word how to choose; beside it a long title gives way.
    """

    title: str
    how: str
    groups: tuple[OptionGroup, ...]
    picked: tuple[Picked, ...]
    lang: str

    @property
    def offered(self) -> tuple[Offered, ...]:
        """Every choice with its letter, as many as there are letters."""
        pairs = [(group, choice) for group in self.groups for choice in group.choices]
        return tuple(
            Offered(letter, *pair) for letter, pair in zip(ascii_lowercase, pairs, strict=False)
        )

    def chosen(self, group: OptionGroup, choice: Choice) -> bool:
        """Whether the line has ``choice``."""
        ids = {each.id for each in self.picked}
        if Picked.of(group, choice).id in ids:
            return True
        own = {Picked.of(group, each).id for each in group.choices}
        return is_standard(group, choice) and not own & ids

    def with_choice(self, letter: str) -> tuple[Picked, ...] | None:
        """Return the picks once ``letter`` was pressed; None where no choice bears it."""
        found = next((each for each in self.offered if each.letter == letter), None)
        if found is None:
            return None
        _, group, choice = found
        wanted = {each.id for each in self.picked}
        pick = Picked.of(group, choice).id
        if group.pick == "many":
            wanted ^= {pick}
        else:
            wanted -= {Picked.of(group, each).id for each in group.choices}
            if not is_standard(group, choice):
                wanted.add(pick)
        every = [Picked.of(each.group, each.choice) for each in self.offered]
        return tuple(each for each in every if each.id in wanted)

    def laid(self, width: int) -> tuple[Row, ...]:
        """Lay the panel out in ``width`` cells: the title, then the groups, broken where needed."""
        how = f" {self.how} "
        title = left(f" {self.title}", max(width - cell_len(how), 0)) + how
        rows: list[Row] = [(Span(left(title, width), "ask", "escape"),)]
        for group in self.groups:
            row: list[Span] = [Span(f" {group.name(self.lang)} ", "dim")]
            indent = cell_len(row[0].text)
            used = indent
            for letter, own, choice in self.offered:
                if own.id != group.id:
                    continue
                label = choice.name(self.lang) + _delta(choice.delta_fen)
                tone = "chosen" if self.chosen(group, choice) else "text"
                spans = Span(f" {letter} ", "ask-key", letter), Span(f" {label} ", tone, letter)
                wide = sum(cell_len(span.text) for span in spans)
                if used + wide > width and used > indent:
                    rows.append(tuple(row))
                    row, used = [Span(" " * indent)], indent
                row += spans
                used += wide
            rows.append(tuple(row))
        return tuple(rows)

    def row(self, y: int, width: int, height: int) -> Row:  # noqa: ARG002
        """Draw row ``y``."""
        rows = self.laid(width)
        return rows[y] if y < len(rows) else ()

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:
        """Return the letter of the touched choice; a touch on the title closes."""
        key = key_at(self.row(y, width, height), x)
        return Press(key) if key else None


def names(picked: Sequence[Picked], groups: Sequence[OptionGroup], lang: str) -> list[str]:
    """Return what was picked in ``lang``, with what it adds to the price."""
    known = {
        Picked.of(group, choice).id: choice.name(lang)
        for group in groups
        for choice in group.choices
    }
    return [known.get(each.id, each.name) + _delta(each.delta_fen) for each in picked]


def _delta(fen: int) -> str:
    if not fen:
        return ""
    return f" +{price(fen)}" if fen > 0 else f" -{price(-fen)}"
