"""What the cards screen asks: the same card twice, whose it is, of which type, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from config.cards import Level
from config.text import ascii_digits
from kiosk.errors import TillError
from kiosk.sale.card_errors import WeakCardError
from kiosk.sale.cards import CARD_PREFIX
from kiosk.sale.holders import employer_of, holder_name, phone_of
from kiosk.screens.asking import reason_of
from kiosk.screens.cards_view import tail_of
from kiosk.screens.questions import Question
from kiosk.screens.shift_questions import ChooseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.cards import CardType
    from config.language import Words
    from kiosk.sale.cards import BreakfastCard, Tap

CONFIRMED: Final = 4
"""So many digits of the card's token are typed before its holder is forgotten."""

_NUMBER: Final = re.compile(r"[0-9A-Fa-f,]{6,}")
_TAIL: Final = re.compile(r"[0-9a-f]{0,16}")


class NoCardChosenError(TillError):
    """Something is to be done with a card, and none is marked."""

    def __init__(self) -> None:
        super().__init__(
            "没有选卡：请用 ↑ ↓ 选一张，或刷卡。", "No card is chosen: mark one, or tap it."
        )


class TapItError(TillError):
    """A card's number was typed where the card itself is wanted."""

    def __init__(self) -> None:
        super().__init__(
            "请把卡放到读卡器上，不要输入卡号。",
            "Put the card on the reader; its number is not typed.",
        )


class OtherReadingError(TillError):
    """The two readings of one card are not the same."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(
            f"两次读到的不一样（{first}，{second}）：请用同一张卡重新刷两次。",
            f"The two readings differ ({first}, {second}): tap one and the same card twice again.",
        )


class TailError(TillError):
    """What was typed is no end of a card's number."""

    def __init__(self) -> None:
        super().__init__(
            "卡号末位只有 0-9 和 a-f，如 3f9c：请照列表上的输入。",
            "A card's number ends in digits and letters a-f, like 3f9c: type what the list shows.",
        )


class NotConfirmedError(TillError):
    """Something else was typed than the end of the card's number."""

    def __init__(self) -> None:
        super().__init__(
            f"末 {CONFIRMED} 位不对，没有注销：请照左边的卡号输入，或按 Esc 放弃。",
            f"These are not its last {CONFIRMED}: nothing was erased. Type them as shown, or press "
            "Esc.",
        )


class NumberInReasonError(TillError):
    """What looks like a card's own number, which stands in no record; a reader may have typed it.

    A tap so soon after a key that nobody can tell the two apart is text like any other.
    """

    def __init__(self) -> None:
        super().__init__(
            "这像是读卡器打进来的卡号，不能作原因：请重新写原因；要刷卡请先按 Esc。",
            "This looks like a card's number from a reader, and is no reason: type one; to tap a "
            "card, press Esc first.",
        )


def why_of(text: str) -> str:
    """Read why something is done with a card.

    Raises:
        NoReasonError: nothing was typed.
        TextError: it cannot be printed, or is too long.
        NumberInReasonError: it is what readers type.
    """
    reason = reason_of(text)
    if _NUMBER.fullmatch(reason):
        raise NumberInReasonError
    return reason


def reading_of(tap: Tap) -> str:
    """Give what was read of a card, for whoever compares two readings: ``04 A2 B3 C4``."""
    return tap.uid.hex(" ").upper()


def tail_typed(text: str) -> str:
    """Read the end of a card's number; nothing typed is no end at all.

    Raises:
        TailError: it can be none.
    """
    typed = ascii_digits(text).strip().lower().removeprefix("…").removeprefix(CARD_PREFIX)
    if not _TAIL.fullmatch(typed):
        raise TailError
    return typed


class CardQuestions:
    """Makes the questions; ``tapped`` gives the tap that is being answered with, or None."""

    def __init__(
        self,
        types: tuple[CardType, ...],
        tapped: Callable[[], Tap | None],
        lang: str,
        words: Words,
    ) -> None:
        self.types = types
        self._tapped = tapped
        self.lang = lang
        self._ = words

    def readings(self) -> tuple[Question, Question]:
        """Ask for one card twice; the answers are what was read."""
        _ = self._
        return (
            Question(_("Tap the new card"), self._read),
            Question(_("the same card once more"), self._read),
        )

    def _read(self, text: str) -> str:
        tap = self._tapped()
        if tap is None or text != reading_of(tap):
            raise TapItError
        return text

    def holder(self) -> tuple[Question, ...]:
        """Ask whose card it is: name, employer, telephone."""
        _ = self._
        return (
            Question(_("Name, Enter"), holder_name),
            Question(_("Employer (may be empty), Enter"), employer_of),
            Question(_("Phone (may be empty), Enter"), phone_of),
        )

    def kind(self, tap: Callable[[], Tap]) -> tuple[Question, ...]:
        """Ask for the type, where there is a choice; ``tap`` has to prove what it needs."""
        if len(self.types) == 1:
            return ()
        named = {each.name(self.lang): each for each in self.types}

        def read(text: str) -> str:
            if text not in named:
                raise ChooseError(len(named))
            strong_enough(named[text], tap())
            return named[text].id

        by_id = {each.id: each.name(self.lang) for each in self.types}
        label = self._("Which type? Choose with a figure")
        return (Question(label, read, choices=tuple(named), told=by_id.__getitem__),)

    def find(self) -> Question:
        """Ask for the end of a card's number."""
        return Question(self._("Last digits of the card's number, Enter"), tail_typed)

    def forgetting(self, card: BreakfastCard) -> Question:
        """Have the end of the card's number typed, so that nobody is erased by a slip."""

        def read(text: str) -> str:
            if tail_typed(text) != card.card[-CONFIRMED:]:
                raise NotConfirmedError
            return text

        label = self._("The last {count} digits of {card}, Enter")
        return Question(label.format(count=CONFIRMED, card=tail_of(card.card)), read)

    def why_replaced(self) -> Question:
        """Why the holder gets another card."""
        _ = self._
        return self._why((_("Lost"), _("Damaged"), _("New kind of card")))

    def why_blocked(self) -> Question:
        """Why the card is stopped."""
        _ = self._
        return self._why((_("Reported lost"), _("Used by somebody else"), _("Away for a while")))

    def why_unblocked(self) -> Question:
        """Why the card is good again."""
        _ = self._
        return self._why((_("Found again"), _("Blocked by mistake"), _("Back at work")))

    def why_expired(self) -> Question:
        """Why the card ends for good."""
        _ = self._
        return self._why((_("Works here no longer"), _("Handed back"), _("Issued by mistake")))

    def _why(self, reasons: tuple[str, ...]) -> Question:
        label = self._("Why? A figure, or type it (no name)")
        return Question(label, why_of, choices=reasons)


def strong_enough(kind: CardType, tap: Tap) -> None:
    """Hold a tap against what cards of a type have to prove, before anything is typed.

    Raises:
        WeakCardError: it proved less.
    """
    unproved = kind.needs is not Level.UID and tap.failed
    if unproved or not tap.level.reaches(kind.needs):
        raise WeakCardError(kind.needs.value, tap.level.value)
