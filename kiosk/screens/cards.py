"""The breakfast cards on one screen: issued, replaced, stopped, and their holders forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from kiosk.sale.breakfast import Rule
from kiosk.sale.card_errors import (
    CardRefusedError,
    CardStateError,
    NoSuchCardTypeError,
    ReadingTakenError,
)
from kiosk.sale.cards import CardState, Holder, Tap, reversed_of
from kiosk.sale.refs import new_ref
from kiosk.screens.cards_list import CardsListed
from kiosk.screens.cards_questions import (
    NoCardChosenError,
    OtherReadingError,
    reading_of,
    strong_enough,
)
from kiosk.screens.cards_view import holder_sheet, state_name, state_of, tail_of
from kiosk.screens.made_up import READER

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from config.cards import CardType
    from config.errors import Refusal
    from config.language import Words
    from kiosk.sale.approval import Approved
    from kiosk.sale.cards import BreakfastCard
    from kiosk.screens.desk import Desk
    from kiosk.screens.questions import Question
    from kiosk.till.till import Till

SHOWN_S: Final = 10.0
"""So long a holder's data stays in sight, in seconds."""

_GOOD: Final = frozenset({CardState.ACTIVE, CardState.BLOCKED})
_KNOWN: Final = frozenset(CardState) - {CardState.FORGOTTEN}
_READINGS: Final = 2


class _Change(Protocol):
    """A way in which the till changes what a card is."""

    def __call__(
        self, card: str, *, reason: str, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> BreakfastCard:
        """Do it."""
        ...


class CardsScreen(CardsListed):
    """A list and what may be done with the marked card; see ``kiosk cards`` for the same.

    A card that is tapped is marked; one that nobody has is offered to be issued.
    """

    help_about = "cards"
    secret = True
    """What is typed here stays out of the flight record: names, telephones."""

    def __init__(
        self,
        desk: Desk,
        *,
        lang: str,
        words: Words,
        clock: Callable[[], datetime],
        key: str,
    ) -> None:
        super().__init__(desk, lang=lang, words=words, clock=clock, key=key)
        self._start_again: Callable[[], None] | None = None
        """Asks for the readings of a card from the first one on; None where none is wanted."""
        self._needs: CardType | None = None
        """Of which type the card that is being read will be; None while that is not known."""
        self._instead_of = ""
        """Which card is being replaced; empty for none."""
        self._taps: list[Tap] = []

    def left_off(self) -> None:
        """Forget the card that was being read."""
        self._start_again, self._needs, self._instead_of, self._taps = None, None, "", []

    def refused(self, refusal: Refusal) -> None:
        """Go back to the list and say it; of a card that somebody has already, mark it."""
        if isinstance(refusal, ReadingTakenError):
            self.jump(refusal.card)
        elif self.let_in:
            self.show_list()
        super().refused(refusal)

    # Taps

    def card_tapped(self, tap: Tap) -> bool:
        """Take a tap: a reading that is asked for, or else the card that is looked for.

        All of them: nobody is served as long as this is open.
        """
        if not self.let_in or self.approval is not None or self.questions.busy:
            return True
        self.hide()
        self.say("")
        if tap.others:
            self.say(CardRefusedError(Rule.SEVERAL).say(self.lang), "bad")
        elif not self.questions.asking:
            self.act(self._look_up(tap))
        elif self._start_again is not None and len(self.questions.answers) < _READINGS:
            self.act(self._take_reading(tap, self._start_again))
        else:
            self.say(self._("Finish this first, or press Esc; then tap the card."), "bad")
        return True

    async def _look_up(self, tap: Tap) -> None:
        """Mark the card that was tapped, or offer to issue it."""
        found = await self.desk.ask(lambda till: _card_of(till, tap))
        if found is None:
            if self._issue():
                self._read_as(tap)
                said = self._("This card is new: tap it again to issue it. Esc: do not.")
                self.say(said, "strong")
            return
        if all(each.card != found.card for each in self.listed.known.cards):
            await self.read()
        self.jump(found.card)
        known = self.listed.known
        state = state_name(state_of(found, known.today), self._)
        self.say(f"{tail_of(found.card)} {known.name(found)}  {state}", "good")

    async def _take_reading(self, tap: Tap, start_again: Callable[[], None]) -> None:
        """Take a reading of a new card, where it is nobody's and the same as the one before."""
        if self.questions.answers and tap.uid != self._taps[0].uid:
            first = reading_of(self._taps[0])
            start_again()
            self.say(OtherReadingError(first, reading_of(tap)).say(self.lang), "bad")
            return
        found = await self.desk.ask(lambda till: _card_of(till, tap))
        if found is not None and found.state in _GOOD and not self._rekeyed(found, tap):
            raise ReadingTakenError(found.card)
        self._read_as(tap)

    def _rekeyed(self, found: BreakfastCard, tap: Tap) -> bool:
        """Whether it is the very card that is being replaced, which got new keys meanwhile."""
        return found.card == self._instead_of and found.key_version != tap.key_version

    def _read_as(self, tap: Tap) -> None:
        """Answer with ``tap``.

        Raises:
            WeakCardError: it proved less than the type needs.
        """
        if self._needs is not None:
            strong_enough(self._needs, tap)
        self._taps = [*self._taps[: len(self.questions.answers)], tap]
        self.answering = tap
        self.questions.answer(reading_of(tap))
        self.answering = None

    def _read_twice(
        self,
        title: str,
        more: Callable[[], tuple[Question, ...]],
        done: Callable[[tuple[str, ...]], None],
        *,
        needs: CardType | None,
        told: str = "",
    ) -> None:
        """Ask for the same card twice and then for ``more``; another card begins it anew."""

        def start() -> None:
            self._taps = []
            self.ask(title, (*self.asking.readings(), *more()), done, told=told)

        self._needs, self._start_again = needs, start
        start()

    # What is done

    def choose(self, digit: str) -> None:
        """Do what the figure of a choice says, with the marked card."""
        doing: dict[str, Callable[[BreakfastCard], None]] = {
            "2": self._replace,
            "3": self._block,
            "4": self._expire,
            "5": self._forget,
            "6": self._show,
        }
        if digit == "1":
            self._issue()
        elif digit in doing:
            if (card := self.listed.chosen) is None:
                self.say(NoCardChosenError().say(self.lang), "bad")
            else:
                doing[digit](card)
        elif digit == self.settings.key("sell.demo_tap"):
            uid = self.desk.next_demo_card()  # none, where what is tapped is real
            if uid is not None:
                self.card_tapped(Tap(READER, uid))

    def _issue(self) -> bool:
        """Ask for a new card and its holder; say whether there is a type to issue."""
        types, ref, title = self.asking.types, new_ref(), self._("Issue a new card")
        if not types:
            self.say(NoSuchCardTypeError("", []).say(self.lang), "bad")
            return False

        def done(answers: tuple[str, ...]) -> None:
            *kinds, name, employer, phone = answers[_READINGS:]
            holder, tap, at = Holder(name, employer, phone), self._taps[-1], self.clock()
            kind = kinds[0] if kinds else types[0].id
            # Nothing of the holder stands in what somebody approves: it may come to the books.
            self._do(
                title,
                lambda till, approved: till.issue(
                    holder, tap, type_id=kind, ref=ref, at=at, approved=approved
                ),
            )

        def more() -> tuple[Question, ...]:
            return (*self.asking.kind(lambda: self._taps[-1]), *self.asking.holder())

        self._read_twice(title, more, done, needs=types[0] if len(types) == 1 else None)
        return True

    def _replace(self, card: BreakfastCard) -> None:
        if not self._in_state(card, _GOOD):
            return
        _, ref, title = self._, new_ref(), self._("Replace {card}")

        def done(answers: tuple[str, ...]) -> None:
            tap, reason, at = self._taps[-1], answers[-1], self.clock()
            self._do(
                title.format(card=tail_of(card.card)),
                lambda till, approved: till.replace(
                    card.card, tap, ref=ref, at=at, reason=reason, approved=approved
                ),
            )

        self._read_twice(
            self._headed(title, card),
            lambda: (self.asking.why_replaced(),),
            done,
            needs=self.settings.card_type(card.type),
            told=_("The old card is dead from then on."),
        )
        self._instead_of = card.card

    def _block(self, card: BreakfastCard) -> None:
        if not self._in_state(card, _GOOD):
            return
        _ = self._
        if card.state is CardState.BLOCKED:
            why = self.asking.why_unblocked()
            self._change(_("Unblock {card}"), card, why, lambda till: till.unblock)
        else:
            self._change(
                _("Block {card}"), card, self.asking.why_blocked(), lambda till: till.block
            )

    def _expire(self, card: BreakfastCard) -> None:
        if self._in_state(card, _GOOD):
            _ = self._
            told = _("The card is never good again. To stop it for a while, block it.")
            why = self.asking.why_expired()
            self._change(_("End {card}"), card, why, lambda till: till.expire, told=told)

    def _change(
        self,
        title: str,
        card: BreakfastCard,
        why: Question,
        way: Callable[[Till], _Change],
        *,
        told: str = "",
    ) -> None:
        """Ask why, then change what a card is in one ``way``."""
        ref = new_ref()

        def done(answers: tuple[str, ...]) -> None:
            at = self.clock()
            self._do(
                title.format(card=tail_of(card.card)),
                lambda till, approved: way(till)(
                    card.card, reason=answers[0], ref=ref, at=at, approved=approved
                ),
            )

        self.ask(self._headed(title, card), (why,), done, told=told)

    def _forget(self, card: BreakfastCard) -> None:
        if not self._in_state(card, _KNOWN):
            return
        _, ref, title = self._, new_ref(), self._("Forget the holder of {card}")
        count = sum(each.holder == card.holder for each in self.listed.known.cards)
        told = _(
            "Erased for good: name, employer, phone, photo, and which card it is. Cards of this "
            "holder, dead from then on: {count}. The books stay as they are: they know numbers "
            "only."
        ).format(count=count)

        def done(_answers: tuple[str, ...]) -> None:
            at = self.clock()

            def forget(till: Till, approved: Approved | None) -> BreakfastCard:
                till.forget(card.holder, ref=ref, at=at, approved=approved)
                return till.card(card.card)

            self._do(title.format(card=tail_of(card.card)), forget)

        self.ask(self._headed(title, card), (self.asking.forgetting(card),), done, told=told)

    def _show(self, card: BreakfastCard) -> None:
        if self._in_state(card, _KNOWN):
            self.act(self._shown(card))

    async def _shown(self, card: BreakfastCard) -> None:
        """Show whose card it is; who looked is on record before anything is seen."""
        ref, at = new_ref(), self.clock()
        act = self._("Data of {card}").format(card=tail_of(card.card))
        holder = await self.allowed(
            act,
            lambda till, approved: till.show_holder(card.holder, ref=ref, at=at, approved=approved),
        )
        if holder is None:
            self._not_approved()
        elif self.is_current:  # or the till was locked meanwhile
            width = self.face.size.width
            self.show_full(holder_sheet(card, holder, width, self._), SHOWN_S)

    def _headed(self, title: str, card: BreakfastCard) -> str:
        return title.format(card=f"{tail_of(card.card)} {self.listed.known.name(card)}")

    def _in_state(self, card: BreakfastCard, states: frozenset[CardState]) -> bool:
        """Whether a card is in one of ``states``; say so where it is not, before anything else."""
        if card.state not in states:
            self.say(CardStateError(card.card, card.state).say(self.lang), "bad")
        return card.state in states

    def _do(self, act: str, call: Callable[[Till, Approved | None], BreakfastCard]) -> None:
        self.act(self._done(act, call))

    async def _done(self, act: str, call: Callable[[Till, Approved | None], BreakfastCard]) -> None:
        card = await self.allowed(act, call)
        if card is None:
            self.show_list()
            self._not_approved()
            return
        await self.read()
        self.jump(card.card)
        tail = tail_of(card.card)
        self.say(f"{act} ✓" if tail in act else f"{act} ✓ {tail}", "good")

    def _not_approved(self) -> None:
        self.say(self._("Not approved: nothing was done."), "bad")


def _card_of(till: Till, tap: Tap) -> BreakfastCard | None:
    """Give the card that was tapped.

    Raises:
        CardRefusedError: the reader sends it backwards.
    """
    found = till.card_of(tap.uid)
    if found is None and till.card_of(reversed_of(tap.uid)) is not None:
        raise CardRefusedError(Rule.ORDER)
    return found
