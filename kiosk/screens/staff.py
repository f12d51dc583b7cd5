"""The staff on one screen: who works here, add, disable, role, PIN, card; the till stays open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.rights import ROLE_NAMES, Role
from config.text import ascii_digits
from kiosk.errors import TillError
from kiosk.sale.people import card_number, good_pin, next_id, staff_name
from kiosk.sale.refs import new_ref
from kiosk.screens.board import Sheet
from kiosk.screens.cells import left
from kiosk.screens.door import OtherPinError
from kiosk.screens.drawn import Span
from kiosk.screens.keymap import shown
from kiosk.screens.questions import Question
from kiosk.screens.shift_questions import ChooseError
from kiosk.screens.steps import NOTHING, StepsScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from config.language import Words
    from kiosk.devices.scanner import Scan
    from kiosk.sale.approval import Approved
    from kiosk.sale.people import Member
    from kiosk.screens.board import Face, Touch
    from kiosk.screens.desk import Desk
    from kiosk.till.till import Till

_ROLES = tuple(Role)


class NobodyChosenError(TillError):
    """Something is to be changed, and the list is empty."""

    def __init__(self) -> None:
        super().__init__("没有选人。", "Nobody is chosen.")


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who ever worked here, one ``marked``."""

    members: tuple[Member, ...]
    marked: int
    lang: str
    words: Words

    @property
    def chosen(self) -> Member | None:
        """Whom the next choice is about."""
        return self.members[self.marked] if self.members else None

    def moved(self, by: int) -> People:
        """Mark another; it stops at the ends."""
        return replace(self, marked=min(max(self.marked + by, 0), max(len(self.members) - 1, 0)))

    def row(self, y: int, width: int, height: int) -> tuple[Span, ...]:
        """Draw a heading, then a row for each."""
        _ = self.words
        if y == 0:
            said = left("  " + _("Number"), 10) + left(_("Name"), 14) + left(_("Role"), 12)
            return (Span(said + _("State"), "head"),)
        place = max(0, self.marked - (height - 1) + 1) + y - 1
        if place >= len(self.members):
            return ()
        each, marked = self.members[place], place == self.marked
        role = ROLE_NAMES[each.role]
        shown = role.zh if self.lang == "zh_CN" else role.en
        state = _("card") if each.has_card else ""
        if not each.active:
            state = _("disabled")
        mark = "›" if marked else " "
        text = left(f"{mark} {each.id}", 10) + left(each.name, 14) + left(shown, 12) + state
        tone = "chosen" if marked else ("text" if each.active else "dim")
        return (Span(left(text, width), tone),)

    def at(self, x: int, y: int, width: int, height: int) -> Touch | None:  # noqa: ARG002
        """A touch chooses nobody: what follows is too weighty."""
        return None


class StaffScreen(StepsScreen):
    """A list and five choices about whoever is marked; see ``kiosk staff`` for the same."""

    help_about = "staff"
    secret = True
    """What is typed here stays out of the flight record: names, PINs."""

    def __init__(
        self,
        desk: Desk,
        *,
        lang: str,
        words: Words,
        clock: Callable[[], datetime],
        key: str,
    ) -> None:
        super().__init__(desk, lang=lang, words=words, clock=clock)
        self.title = words("Staff")
        self._key = key
        self._people = People((), 0, lang, words)
        self._heading = ""
        self._card: Callable[[str], None] | None = None

    def begin(self) -> None:
        """Read who works here; whoever may not manage them needs somebody's approval."""
        self.act(self._read())

    async def _read(self) -> None:
        members = await self.desk.ask(lambda till: till.staff())
        self._people = replace(self._people, members=members).moved(0)
        self._list()

    def _list(self) -> None:
        self._card = None
        self.questions.over()
        self.show(self._people)
        _ = self._
        rows = [
            (Span(f" {n} ", "key", str(n)), Span(f" {said}", "text", str(n)))
            for n, said in enumerate(self._choices(), 1)
        ]
        self.board.show(Sheet(_("Choose with a figure"), tuple(rows)))

    def _choices(self) -> tuple[str, ...]:
        _ = self._
        chosen = self._people.chosen
        able = _("Disable") if chosen is None or chosen.active else _("Enable again")
        return (_("Add somebody"), _("Another PIN"), _("Another role"), _("Staff card"), able)

    def pressed(self, character: str) -> bool:
        """Take the figure of a choice."""
        about = {"2": self._new_pin, "3": self._role, "4": self._new_card, "5": self._able}
        digit = ascii_digits(character)
        if digit == "1":
            self._add()
        elif digit in about:
            self._about(about[digit])
        return True

    def stepped(self, key: str) -> bool:
        """Mark somebody else, or go back to the till."""
        steps = {"up": -1, "down": 1}
        if key in {"escape", self._key}:
            self.back()
        elif key in steps:
            self._people = self._people.moved(steps[key])
            self._list()
        else:
            return False
        return True

    def back(self) -> None:
        """Go back to the list; from there to the till."""
        self.say("")
        if self.questions.asking:
            self._list()
        else:
            self.dismiss()

    def legend(self) -> tuple[tuple[str, str], ...]:
        """The keys of the list."""
        _ = self._
        return (
            ("↑ ↓", _("Choose")),
            ("1 … 5", _("Do it")),
            (f"Esc {shown(self._key)}", _("Back to the till")),
        )

    def asked_face(self, now: Question) -> Face:
        """Show what is asked, and the choices by figure."""
        return Sheet(self._heading, (*self.questions.so_far, *now.rows()))

    def _about(self, doing: Callable[[Member], None]) -> None:
        if (chosen := self._people.chosen) is None:
            self.say(NobodyChosenError().say(self.lang), "bad")
        else:
            doing(chosen)

    def _ask(
        self, title: str, asked: tuple[Question, ...], done: Callable[[tuple[str, ...]], None]
    ) -> None:
        self._heading = title
        self.board.show(NOTHING)  # its choices mean something else as long as this is asked
        self.questions.ask(asked, done, self.back)

    def _pins(self, role: Callable[[], Role], staff: str) -> tuple[Question, Question]:
        _ = self._
        return (
            Question(_("PIN, Enter"), lambda pin: good_pin(pin, role(), staff), masked=True),
            Question(_("the same PIN once more, Enter"), self._same, masked=True),
        )

    def _same(self, again: str) -> str:
        if ascii_digits(again).strip() != self.questions.answers[-1]:
            raise OtherPinError
        return self.questions.answers[-1]

    def _which_role(self) -> Question:
        named = tuple(
            ROLE_NAMES[role].zh if self.lang == "zh_CN" else ROLE_NAMES[role].en for role in _ROLES
        )

        def read(text: str) -> str:
            if text not in named:
                raise ChooseError(len(named))
            return _ROLES[named.index(text)].value

        names = {role.value: name for role, name in zip(_ROLES, named, strict=True)}
        label = self._("Which role? Choose with a figure")
        return Question(label, read, choices=named, told=names.__getitem__)

    def _add(self) -> None:
        _, ref = self._, new_ref()
        number = next_id(each.id for each in self._people.members)
        name = Question(_("Name, Enter"), staff_name)

        def role() -> Role:
            return Role(self.questions.answers[1])

        def done(answers: tuple[str, ...]) -> None:
            at = self.clock()

            def add(till: Till, approved: Approved | None) -> Member:
                return till.add_staff(
                    answers[0],
                    Role(answers[1]),
                    answers[2],
                    ref=ref,
                    at=at,
                    staff_id=number,
                    approved=approved,
                )

            self._do(_("Add {who}").format(who=number), add)

        title = _("Add {who}").format(who=number)
        self._ask(title, (name, self._which_role(), *self._pins(role, number)), done)

    def _new_pin(self, member: Member) -> None:
        title, ref = self._("Another PIN for {who}").format(who=member.id), new_ref()

        def done(answers: tuple[str, ...]) -> None:
            at = self.clock()
            self._do(
                title,
                lambda till, approved: till.reset_pin(
                    member.id, answers[0], ref=ref, at=at, approved=approved
                ),
            )

        self._ask(title, self._pins(lambda: member.role, member.id), done)

    def _role(self, member: Member) -> None:
        title, ref = self._("Another role for {who}").format(who=member.id), new_ref()

        def role() -> Role:
            return Role(self.questions.answers[0])

        def done(answers: tuple[str, ...]) -> None:
            at = self.clock()
            self._do(
                title,
                lambda till, approved: till.change_role(
                    member.id, Role(answers[0]), ref=ref, at=at, pin=answers[1], approved=approved
                ),
            )

        self._ask(title, (self._which_role(), *self._pins(role, member.id)), done)

    def _new_card(self, member: Member) -> None:
        """Register the next card that is tapped; an empty Enter takes the card away."""
        title, ref = self._("Staff card of {who}").format(who=member.id), new_ref()

        def read(text: str) -> str:
            return card_number(text) if text.strip() else ""

        def done(answers: tuple[str, ...]) -> None:
            at, uid = self.clock(), answers[0] or None
            self._do(
                title,
                lambda till, approved: till.set_card(
                    member.id, uid, ref=ref, at=at, approved=approved
                ),
            )

        label = self._("Tap the card, or type its number; Enter alone: no card")
        self._ask(title, (Question(label, read),), done)
        self._card = self.questions.answer

    @property
    def takes_staff_card(self) -> bool:
        """Whether the next card is to be registered."""
        return self.approval is None and self._card is not None

    def scanned(self, scan: Scan) -> None:
        """Take the card that is to be registered, or one that approves."""
        if scan.kind == "card" and self.approval is None and self._card is not None:
            self._card(scan.text)
            self._card = None
        else:
            super().scanned(scan)

    def _able(self, member: Member) -> None:
        ref = new_ref()
        named = self._("Disable {who}") if member.active else self._("Enable {who} again")
        title = named.format(who=member.id)

        def done(_: tuple[str, ...]) -> None:
            at = self.clock()

            def post(till: Till, approved: Approved | None) -> Member:
                way = till.disable_staff if member.active else till.enable_staff
                return way(member.id, ref=ref, at=at, approved=approved)

            self._do(title, post)

        self._ask(title, (Question(self._("Enter does it, Esc does not")),), done)

    def _do(self, act: str, call: Callable[[Till, Approved | None], Member]) -> None:
        self.act(self._done(act, call))

    async def _done(self, act: str, call: Callable[[Till, Approved | None], Member]) -> None:
        member = await self.allowed(act, call)
        await self._read()
        if member is None:
            self.say(self._("Not approved: nothing was done."), "bad")
        else:
            self.say(f"{act} ✓", "good")
