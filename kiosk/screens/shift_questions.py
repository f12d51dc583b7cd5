"""What the shift screen asks: which purpose, how much, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import TillError
from kiosk.sale.counting import reason_of
from kiosk.screens.board import price
from kiosk.screens.entry import NotAnAmountError, amount_fen, normal
from kiosk.screens.questions import Question

if TYPE_CHECKING:
    from config.cashier import CashMove
    from config.language import Words
    from config.settings import Settings
    from kiosk.till.shift_state import Count


class ChooseError(TillError):
    """Something else was typed than one of the choices."""

    def __init__(self, most: int) -> None:
        super().__init__(f"请按数字 1 至 {most} 选择。", f"Choose with a figure from 1 to {most}.")


def fen_of(text: str) -> str:
    """Read an amount in yuan as fen, in figures.

    Raises:
        NotAnAmountError: it is none, or nothing was typed.
    """
    fen = amount_fen(text)
    if fen is None:
        raise NotAnAmountError(text)
    return str(fen)


class Asking:
    """Makes the questions from the settings; answers are texts, amounts fen in figures."""

    def __init__(self, settings: Settings, lang: str, words: Words) -> None:
        self.settings = settings
        self.lang = lang
        self._ = words

    def move(self, kind: str) -> tuple[Question, ...]:
        """Which purpose, how much, and a word to it where the cashier has one."""
        moves = [each for each in self.settings.cash_moves if each.kind == kind]
        return (self._purpose(moves), self.amount(), self._word())

    def drop(self) -> tuple[Question, ...]:
        """How much, and a word to it."""
        return (self.amount(), self._word())

    def amount(self, given_fen: int | None = None) -> Question:
        """An amount in yuan; ``given_fen`` stands there already."""
        given = "" if given_fen is None else price(given_fen)
        return Question(self._("Amount in yuan, Enter"), fen_of, given=given, told=_yuan)

    def no_sale(self) -> Question:
        """Why the drawer is opened without a sale."""
        reasons = self.settings.reasons.no_sale
        return Question(self._("Why? A figure, or type it"), _needed, choices=reasons)

    def difference(self) -> Question:
        """Why more or less was counted than the books say."""
        _ = self._
        reasons = (
            _("Wrong change given"),
            _("Small coins left off"),
            _("A note was not good"),
            _("Not known"),
        )
        return Question(_("Why the difference? A figure, or type it"), _needed, choices=reasons)

    def closing(self, count: Count) -> tuple[Question, ...]:
        """Why, where the difference needs a reason; and how much goes to the safe."""
        shift = self.settings.shift
        rest = max(count.counted_fen - shift.float_fen, 0)
        safe = Question(
            self._("How much goes to the safe? Enter closes the shift"), fen_of, given=price(rest)
        )
        if abs(count.over_short_fen) > shift.over_short_limit_fen:
            return (self.difference(), safe)
        return (safe,)

    def _purpose(self, moves: list[CashMove]) -> Question:
        names = tuple(each.name(self.lang) for each in moves)
        by_name = {each.name(self.lang): each.id for each in moves}

        def read(text: str) -> str:
            typed = normal(text)
            if typed not in by_name:
                raise ChooseError(len(names))
            return by_name[typed]

        by_id = {each.id: each.name(self.lang) for each in moves}
        label = self._("What for? Choose with a figure")
        return Question(label, read, choices=names, told=by_id.__getitem__)

    def _word(self) -> Question:
        return Question(self._("A word to it (may be empty), Enter"), reason_of)


def _yuan(fen: str) -> str:
    return price(int(fen))


def _needed(text: str) -> str:
    return reason_of(text, needed=True)
