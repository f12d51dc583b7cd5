"""Approval in place: a second person types number and PIN, or taps a card, on the same screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from rich.cells import cell_len
from textual.containers import Vertical
from textual.screen import Screen

from config.errors import Refusal
from config.rights import RIGHT_NAMES
from kiosk.errors import ApprovalNeededError
from kiosk.sale.people import Card, Pin, staff_id
from kiosk.sale.people_errors import WrongPinError
from kiosk.screens.cells import crop
from kiosk.screens.drawn import Bar, Span
from kiosk.screens.entry import Entry
from kiosk.screens.message import Message
from kiosk.screens.questions import Question, Questions, as_it_is

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.app import ComposeResult

    from config.language import Words
    from config.rights import Right
    from kiosk.sale.approval import Approved
    from kiosk.sale.people import Credential, Member
    from kiosk.screens.desk import Desk
    from kiosk.till.till import Till

T = TypeVar("T")
ZH = "zh_CN"


def who_questions(words: Words, *, number: str = "") -> tuple[Question, Question]:
    """Ask for a staff number, then for its PIN; ``number`` stands there already."""
    _ = words
    return (
        Question(_("staff number, Enter; or tap a card"), staff_id, given=number),
        Question(_("PIN, Enter; Backspace: somebody else"), as_it_is, masked=True),
    )


def named(staff: str, members: tuple[Member, ...]) -> str:
    """Give a staff number with its owner's name, where it is known."""
    name = next((each.name for each in members if each.id == staff), "")
    return f"{staff} {name}".rstrip()


def approving(right: Right, act: str, who: Credential, at: datetime) -> Callable[[Till], Approved]:
    """Give the call that has ``who`` approve ``act``."""
    return lambda till: till.approve(right, act, who, at=at)


class ApprovalPanel(Vertical):
    """Rows over the screen's own bars: who asks for what, what would not do, the masked entry.

    ``answer`` is what somebody showed, or None where it was cancelled.
    """

    def __init__(self, asked: str, able: tuple[Member, ...], lang: str, words: Words) -> None:
        super().__init__(id="approval")
        self._lang = lang
        self._ = words
        self._asked = asked
        self._able = able
        self.answer: asyncio.Future[Credential | None] = asyncio.Future()
        self.questions = Questions(changed=self._draw, refused=self._refused)

    def compose(self) -> ComposeResult:
        """The bar that says what is asked, why an answer would not do, and the entry."""
        yield Bar(id="approval-asked")
        yield Message(id="approval-refused")
        questions = self.questions
        yield Entry(
            strike=questions.strike, command=questions.command, placeholder="", id="approval-entry"
        )

    def on_mount(self) -> None:
        """Take the keys from here on."""
        entry = self.query_one(Entry)
        self._refuse("")
        self.questions.entry = entry
        self.screen.set_focus(entry)
        self.ask((self._able[0].id,) if len(self._able) == 1 else ())

    def ask(self, known: tuple[str, ...]) -> None:
        """Ask who approves; of the staff number in ``known`` only the PIN."""
        self.questions.ask(who_questions(self._), self._given, self.cancel, answers=known)

    def show(self, credential: Credential) -> None:
        """Take a number with its PIN, or a card that was tapped."""
        self.questions.busy = True
        if not self.answer.done():
            self.answer.set_result(credential)

    def cancel(self) -> None:
        """Approve nothing."""
        if not self.answer.done():
            self.answer.set_result(None)

    def refuse(self, refusal: Refusal) -> None:
        """Say why what was shown will not do, and ask again.

        Of the same person after a wrong PIN only: with any other refusal theirs is of no use now.
        """
        again = isinstance(refusal, WrongPinError)
        self.questions.early.clear()  # after a wrong PIN nobody knows what they were meant for
        self.answer = asyncio.Future()
        self.ask(self.questions.answers[:1] if again else ())
        self._refused(refusal)

    def _given(self, answers: tuple[str, ...]) -> None:
        self.show(Pin(*answers))

    def _refused(self, refusal: Refusal) -> None:
        self._refuse(refusal.say(self._lang))

    def _refuse(self, said: str) -> None:
        """Say in a row of its own why an answer would not do; what is asked stays in sight."""
        message = self.query_one(Message)
        message.show(said, "bad")
        message.display = bool(said)

    def _draw(self) -> None:
        answers = self.questions.answers
        said = f" {self._asked}"
        if answers:
            said += "  " + self._("PIN of {who}").format(who=named(answers[0], self._able))
        self._refuse("")
        keys = (Span(" Esc", "key"), Span(" " + self._("Cancel") + " ", "text"))
        room = self.screen.size.width - sum(cell_len(key.text) for key in keys)
        self.query_one(Bar).show((Span(crop(f" {said.strip()}", room), "strong"),), keys)


class Approving(Screen[None]):
    """A screen on which a second person can approve what its cashier may not do alone."""

    desk: Desk
    lang: str
    _: Words
    clock: Callable[[], datetime]
    approval: ApprovalPanel | None = None
    """What asks for approval just now."""

    async def approved(self, right: Right, act: str) -> Approved | None:
        """Have somebody who has ``right`` approve ``act`` (a short phrase) on this screen.

        None: it was cancelled, or another approval is being asked for.

        Raises:
            Refusal: the books cannot be read or written.
        """
        members = await self.desk.ask(lambda till: till.staff())
        able = self.desk.able(right, members)
        if self.approval is not None:
            return None
        asked = self._("{who} asks for approval: {act}").format(
            who=self.desk.name, act=act or RIGHT_NAMES[right][self.lang != ZH]
        )
        before = self.focused
        self.approval = panel = ApprovalPanel(asked, able, self.lang, self._)
        try:
            await self.mount(panel)
            return await self._approved(panel, right, act)
        finally:
            early = panel.questions.early
            self.approval = None
            self.answered()
            self.set_focus(before)
            await panel.remove()
            for key in early:  # typed while the PIN was checked: they were meant for the screen
                (before or self).post_message(key)

    def answered(self) -> None:
        """Follow up on an approval that was given or cancelled."""

    async def _approved(self, panel: ApprovalPanel, right: Right, act: str) -> Approved | None:
        while True:
            shown = await panel.answer
            if shown is None:
                return None
            try:
                return await self.desk.ask(approving(right, act, shown, self.clock()))
            except Refusal as refusal:
                panel.refuse(refusal)

    async def allowed(self, act: str, call: Callable[[Till, Approved | None], T]) -> T | None:
        """Give what ``call`` makes of the till, with somebody's approval where it needs one.

        None: it was not approved, and nothing was done.

        Raises:
            Refusal: whatever the call refuses.
        """
        try:
            return await self.desk.ask(lambda till: call(till, None))
        except ApprovalNeededError as needed:
            right = needed.right
        approved = await self.approved(right, act)
        if approved is None:
            return None
        return await self.desk.ask(lambda till: call(till, approved))

    def tapped(self, uid: str) -> bool:
        """Take a staff card that was tapped; say whether it was asked for."""
        if self.approval is None:
            return False
        self.approval.show(Card(uid))
        return True
