"""What the cards screen draws: the list, a card in full, a holder's data; no row has a widget."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kiosk.sale.cards import CARD_PREFIX, CardState
from kiosk.screens.board import Press, Sheet
from kiosk.screens.cells import left, wrapped
from kiosk.screens.drawn import Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from config.cards import CardType
    from config.language import Words
    from kiosk.sale.cards import BreakfastCard, Holder
    from kiosk.screens.board import Row, Touch

TAIL: Final = 6
"""So many digits of a card's token are shown: thousands of cards differ in them."""

STATES: Final[tuple[CardState | None, ...]] = (None, *CardState)
"""Which cards the list shows, by turns; None for all."""

_HEADS: Final = 2
_LABEL: Final = 12
_WITH_TYPE: Final = 56
"""From so many columns on there is room for a card's type."""
_ROWS_OF_A_VALUE: Final = 4
_NOTHING: Final = "—"


def tail_of(card: str) -> str:
    """Give the end of a card's token, as it is shown."""
    return f"…{card[-TAIL:]}"


def state_of(card: BreakfastCard, today: date) -> CardState:
    """Give what a card is on the service day ``today``: one that is past its day has expired."""
    past = card.state is CardState.ACTIVE and card.expires < today
    return CardState.EXPIRED if past else card.state


def state_name(state: CardState | None, words: Words) -> str:
    """Name a state, or None, which stands for all of them."""
    _ = words
    match state:
        case None:
            return _("all cards")
        case CardState.ACTIVE:
            return _("active")
        case CardState.BLOCKED:
            return _("blocked")
        case CardState.REPLACED:
            return _("replaced")
        case CardState.EXPIRED:
            return _("expired")
        case CardState.FORGOTTEN:
            return _("forgotten")


@dataclass(frozen=True, slots=True)
class Known:
    """What the till knew of the cards when it was asked.

    Attributes:
        cards: all of them, the last changed first.
        names: the masked name of every holder whose data is here, by token.
        last: the service day of each holder's last breakfast, by token.
        today: the service day.
    """

    cards: tuple[BreakfastCard, ...]
    names: Mapping[str, str]
    last: Mapping[str, date]
    today: date

    def name(self, card: BreakfastCard) -> str:
        """Give the masked name of whose card it is; a dash where nobody knows any more."""
        return self.names.get(card.holder, "") or _NOTHING

    def day(self, card: BreakfastCard) -> str:
        """Give the holder's last breakfast in seven columns: ``11-24``, or ``2025-11``."""
        day = self.last.get(card.holder)
        if day is None:
            return ""
        return f"{day:%m-%d}" if day.year == self.today.year else f"{day:%Y-%m}"


@dataclass(frozen=True, slots=True)
class CardList:
    """The cards that are looked at, a page at a time, one of them ``marked``.

    ``state`` and ``tail`` say which they are; see ``showing``.
    """

    known: Known
    types: Mapping[str, CardType]
    lang: str
    words: Words
    state: CardState | None = None
    tail: str = ""
    marked: int = 0
    rows: tuple[BreakfastCard, ...] = field(default=())

    def showing(self, known: Known, state: CardState | None, tail: str) -> CardList:
        """Show the cards of one state whose token has ``tail`` near its end; the mark stays."""
        was = self.chosen
        rows = tuple(
            each
            for each in known.cards
            if (state is None or state_of(each, known.today) is state) and _ends(each.card, tail)
        )
        places = (place for place, each in enumerate(rows) if was and each.card == was.card)
        marked = next(places, min(self.marked, max(len(rows) - 1, 0)))
        return replace(self, known=known, state=state, tail=tail, rows=rows, marked=marked)

    def marking(self, card: str) -> CardList:
        """Mark the card with that token, where it is shown."""
        places = (place for place, each in enumerate(self.rows) if each.card == card)
        return replace(self, marked=next(places, self.marked))

    def moved(self, by: int) -> CardList:
        """Mark another; it stops at the ends."""
        return replace(self, marked=min(max(self.marked + by, 0), max(len(self.rows) - 1, 0)))

    @property
    def chosen(self) -> BreakfastCard | None:
        """Which card the next choice is about."""
        return self.rows[self.marked] if self.rows else None

    def row(self, y: int, width: int, height: int) -> Row:
        """Draw which cards these are, what stands in the columns, then a row for each card."""
        if y == 0:
            return (Span(left(f" {self._title()}", width), "head"),)
        if y == 1:
            return (Span(self._heads(width), "dim"),)
        room = max(height - _HEADS, 1)
        place = self.marked // room * room + y - _HEADS
        if place < len(self.rows):
            return (self._card(self.rows[place], width, chosen=place == self.marked),)
        return (Span(f"  {self._none()}", "dim"),) if place == 0 else ()

    def _title(self) -> str:
        _ = self.words
        which = state_name(self.state, _)
        said = _("Cards: {which}").format(which=which) + f"  {self._place()}/{len(self.rows)}"
        return f"{said}  …{self.tail}" if self.tail else said

    def _place(self) -> int:
        return self.marked + 1 if self.rows else 0

    def _heads(self, width: int) -> str:
        _ = self.words
        begin = "  " + left(_("Token"), 8) + left(_("Name"), 7) + left(_("State"), 9)
        said = begin + left(_("Good until"), 11) + left(_("Last"), 9)
        return said + _("Type") if width >= _WITH_TYPE else said

    def _card(self, card: BreakfastCard, width: int, *, chosen: bool) -> Span:
        known = self.known
        state = state_of(card, known.today)
        kind = self.types.get(card.type)
        text = (
            ("› " if chosen else "  ")
            + left(tail_of(card.card), 8)
            + left(known.name(card), 6)
            + " "
            + left(state_name(state, self.words), 9)
            + left(card.expires.isoformat(), 11)
            + left(known.day(card), 9)
        )
        if width >= _WITH_TYPE:
            text += kind.name(self.lang) if kind else card.type
        tone = "text" if state is CardState.ACTIVE else "dim"
        return Span(left(text, width), "chosen" if chosen else tone)

    def _none(self) -> str:
        _ = self.words
        if self.known.cards:
            return _("No such card. Esc shows all.")
        return _("No cards yet: tap a new one.")

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:  # noqa: ARG002
        """A touch chooses no card: what follows is too weighty."""
        return None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What may be done, by figure; below it the marked card in full, as far as there is room.

    Nothing of its holder stands here but the masked name.
    """

    title: str
    choices: tuple[str, ...]
    found: CardList
    zone: ZoneInfo

    def row(self, y: int, width: int, height: int) -> Row:  # noqa: ARG002
        """Draw the title, the choices, an empty row, the card."""
        if y == 0:
            return (Span(left(f" {self.title}", width), "head"),)
        if y <= len(self.choices):
            key = str(y)
            return (Span(f" {key} ", "key", key), Span(f" {self.choices[y - 1]}", "text", key))
        place = y - len(self.choices) - 2
        card = self.found.chosen
        said = () if card is None else self._said(card)
        if not 0 <= place < len(said):
            return ()
        label, value = said[place]
        return (Span(left(f" {label}", _LABEL), "dim"), Span(value, "text"))

    def _said(self, card: BreakfastCard) -> tuple[tuple[str, str], ...]:
        _, found = self.found.words, self.found
        known = found.known
        kind = found.types.get(card.type)
        proof = card.level.value.upper()
        if card.key_version is not None:
            proof += " " + _("key {version}").format(version=card.key_version)
        last = known.last.get(card.holder)
        return (
            (_("Token"), card.card),
            (_("Holder"), card.holder),
            (_("Name"), known.name(card)),
            (_("State"), state_name(state_of(card, known.today), _)),
            (_("Type"), kind.name(found.lang) if kind else card.type),
            (_("Proves"), proof),
            (_("Issued"), card.issued.astimezone(self.zone).date().isoformat()),
            (_("Good until"), card.expires.isoformat()),
            (_("Last"), last.isoformat() if last else _("never")),
        )

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:  # noqa: ARG002
        """Return the key of the touched choice."""
        return Press(str(y)) if 0 < y <= len(self.choices) else None


def holder_sheet(card: BreakfastCard, holder: Holder, width: int, words: Words) -> Sheet:
    """Draw what is kept of somebody, unmasked: long values on several rows."""
    _ = words
    said = (
        (_("Name"), holder.name),
        (_("Employer"), holder.employer),
        (_("Phone"), holder.phone),
        (_("Photo"), "" if holder.photo is None else _("there is one")),
    )
    rows: list[tuple[Span, ...]] = [()]
    for label, value in said:
        lines = wrapped(value or _NOTHING, max(width - _LABEL - 1, 1), _ROWS_OF_A_VALUE)
        for place, line in enumerate(lines):
            begin = left("" if place else f" {label}", _LABEL)
            rows.append((Span(begin, "dim"), Span(line, "strong")))
    rows.append(())
    told = _("That you looked is on record. Any key hides it, and so does time.")
    rows += [(Span(f" {line}", "dim"),) for line in wrapped(told, max(width - 2, 1), 3)]
    return Sheet(_("Data of {card}").format(card=tail_of(card.card)), tuple(rows))


def _ends(card: str, tail: str) -> bool:
    """Whether ``tail`` is among the digits of a token that are shown, or ends the whole of it."""
    return tail in card[-TAIL:] or card.removeprefix(CARD_PREFIX).endswith(tail)
