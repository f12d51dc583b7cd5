"""The shift on one screen: float, paid-ins and paid-outs, drops, counts, the X and Z reports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from config.text import ascii_digits
from kiosk.sale.refs import new_ref
from kiosk.screens.board import Sheet, price
from kiosk.screens.counting import CountTable, Difference
from kiosk.screens.shift_faces import Begin, Menu, PastList, closed, report_sheet
from kiosk.screens.shift_questions import Asking
from kiosk.screens.steps import NOTHING, StepsScreen
from kiosk.shift_errors import CountFirstError, ReasonNeededError, RecountError
from ledger.money import from_fen
from receipts.layout import yuan

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from config.errors import Refusal
    from config.language import Words
    from kiosk.sale.approval import Approved
    from kiosk.sale.shift_figures import ShiftReport
    from kiosk.screens.board import Face
    from kiosk.screens.desk import Desk
    from kiosk.screens.questions import Question
    from kiosk.till.till import Done, Till

T = TypeVar("T")
_LEAVING = frozenset({"enter", "up", "down"})


class ShiftScreen(StepsScreen):
    """A menu by digit; each choice is a few steps, and Escape goes one back."""

    help_about = "shift"

    def __init__(
        self,
        desk: Desk,
        *,
        lang: str,
        words: Words,
        clock: Callable[[], datetime],
        key: str,
        begin: Begin = Begin.MENU,
    ) -> None:
        super().__init__(desk, lang=lang, words=words, clock=clock)
        self.title = words("Shift")
        self.asking = Asking(desk.home.settings, lang, words)
        self._key = key
        self._begin = begin
        self._table: CountTable | None = None
        self._counted: Callable[[dict[int, int]], None] = lambda _: None
        self._list: PastList | None = None
        self._heading = ""
        self._found: Difference | None = None

    # The menu

    def begin(self) -> None:
        """Show the menu once the books are open; go on where a count waits for its close."""
        self.act(self._opened())

    async def _opened(self) -> None:
        await self.desk.ask(lambda till: till.shift)
        self._menu()
        shift = self.desk.shift
        if self._begin is Begin.NO_SALE:
            self._no_sale()
        elif shift is None and self._begin is Begin.OPEN:
            self._open()
            self.say(self._("No shift is open: count the float, then take money."), "bad")
        elif shift is not None and shift.counted is not None:
            self._difference()

    def _menu(self) -> None:
        self._table = self._list = self._found = None
        self.questions.over()
        self.show(Menu(self.desk.shift is not None, self._counted_already, self._))

    @property
    def _counted_already(self) -> bool:
        shift = self.desk.shift
        return shift is not None and shift.counted is not None

    def pressed(self, character: str) -> bool:
        """Choose from the menu or the list, or type into the count."""
        if self._table is not None:
            self._count(self._table.struck(character))
            return True
        if self._list is None:
            self._chosen(ascii_digits(character))
        return True

    def unstrike(self, typed: str) -> None:
        """Take out of the count what a reader typed into it."""
        if self._table is not None:
            self._count(self._table.without(typed))

    def _chosen(self, digit: str) -> None:
        self.say("")
        menu = Menu(self.desk.shift is not None, self._counted_already, self._)
        if not menu.offers(digit):
            if said := menu.why_not(digit):
                self.say(said, "bad")
            return
        doing: dict[str, Callable[[], None]] = {
            "1": self._open,
            "2": self._paid_in,
            "3": self._paid_out,
            "4": self._drop,
            "5": self._no_sale,
            "6": lambda: self.act(self._x_report()),
            "7": self._close,
            "8": lambda: self.act(self._past()),
        }
        doing[digit]()

    def stepped(self, key: str) -> bool:
        """Move in a table or a list, end a count, go back."""
        steps = {"up": -1, "down": 1}
        if key in ("escape", self._key):
            self.back()
        elif self._table is not None:
            self._count_key(self._table, key)
        elif self._list is not None and key in steps:
            self._list = self._list.moved(steps[key])
            self.show(self._list)
        elif self._list is not None and key == "enter" and (z := self._list.z):
            self.act(self._z_again(z))
        else:
            return False
        return True

    def back(self) -> None:
        """Go back to the menu; from there to the till."""
        self.say("")
        if self._table is None and self._list is None and not self.questions.asking:
            self.dismiss()
        else:
            self._menu()

    def legend(self) -> tuple[tuple[str, str], ...]:
        """The keys of this step; those that turn a long paper's pages first."""
        face, height = self.board.face, self.board.size.height
        if isinstance(face, Sheet) and len(face.rows) >= max(height, 1):
            return (("PgDn PgUp", self._("Page")), *self._keys())
        return self._keys()

    def _keys(self) -> tuple[tuple[str, str], ...]:
        _ = self._
        if self._table is not None:
            return (
                ("0-9", _("Pieces")),
                ("Enter ↓ ↑", _("Next")),
                ("Backspace", _("Take back")),
                ("Esc", _("Go back")),
            )
        if self._list is not None:
            return (("↑ ↓", _("Choose")), ("Enter", _("Show")), ("Esc", _("Go back")))
        return (("1 … 8", _("Choose")), (f"Esc {self._key.upper()}", _("Back to the till")))

    def refused(self, refusal: Refusal) -> None:
        """Say it; after cash has moved, or before any count, count anew."""
        self._menu()
        if isinstance(refusal, (RecountError, CountFirstError)):
            self._recount()
        super().refused(refusal)

    def asked_face(self, now: Question) -> Face:
        """Show what is asked, and the choices by figure; below a difference, where one is."""
        rows = (*self.questions.so_far, *now.rows())
        if self._found is not None:
            return replace(self._found, below=rows)
        return Sheet(self._heading, rows)

    # Counting

    def _start_count(self, title: str, counted: Callable[[dict[int, int]], None]) -> None:
        self._found = None
        self.questions.over()
        self._counted = counted
        self._count(CountTable.of(title, self.settings.shift.denominations_fen, self._))
        self.board.show(NOTHING)

    def _count(self, table: CountTable, *, said: Refusal | None = None) -> None:
        """Show the count, and why the marked row is empty where its figures were refused."""
        self._table = table
        refusal = table.refusal or said
        self.say(refusal.say(self.lang) if refusal else "", "bad")
        self.show(table)

    def _count_key(self, table: CountTable, key: str) -> None:
        if key == "enter" and table.ended:
            objection = table.objection
            if not objection:
                self._counted(table.counts)
                return
            self._count(table.stepped(key))
            self.say(objection, "bad")
            return
        self._count(table.stepped(key), said=table.refusal if key in _LEAVING else None)

    # Opening

    def _open(self) -> None:
        self._start_count(
            self._("Open the shift: count the float"),
            lambda counts: self.act(self._open_with(counts, new_ref(), "")),
        )

    async def _open_with(self, counts: dict[int, int], ref: UUID, reason: str) -> None:
        at, act = self.clock(), self._("Open the shift")

        def open_(till: Till, approved: Approved | None) -> Done:
            return till.open_shift(counts, ref=ref, at=at, reason=reason, approved=approved)

        try:
            done = await self._did(act, open_)
        except ReasonNeededError as refusal:
            self._table = None
            self._ask(
                act,
                (self.asking.difference(),),
                lambda answers: self.act(self._open_with(counts, ref, answers[0])),
            )
            self.say(refusal.say(self.lang), "bad")
            return
        if done is None:
            return
        self._menu()
        shift = self.desk.shift
        if shift is not None:
            said = self._("Shift {number} is open ✓ float {amount}")
            amount = price(shift.float_fen)
            self.say(said.format(number=shift.number, amount=amount), "good")
        if self._begin is Begin.OPEN:
            self.dismiss()

    # Cash in and out

    def _paid_in(self) -> None:
        self._move(self._("Paid in"), "paid_in")

    def _paid_out(self) -> None:
        self._move(self._("Paid out"), "paid_out")

    def _move(self, title: str, kind: str) -> None:
        ref = new_ref()

        def done(answers: tuple[str, ...]) -> None:
            move, fen, reason = answers
            amount, at = from_fen(int(fen)), self.clock()

            def post(till: Till, approved: Approved | None) -> Done:
                way = till.paid_in if kind == "paid_in" else till.paid_out
                return way(move, amount, reason, ref=ref, at=at, approved=approved)

            self.act(self._moved(f"{title} {yuan(amount)}", post))

        self._ask(title, self.asking.move(kind), done)

    def _drop(self) -> None:
        title, ref = self._("Drop to the safe"), new_ref()

        def done(answers: tuple[str, ...]) -> None:
            amount, at = from_fen(int(answers[0])), self.clock()
            reason = answers[1]

            def post(till: Till, approved: Approved | None) -> Done:
                return till.drop(amount, reason, ref=ref, at=at, approved=approved)

            self.act(self._moved(f"{title} {yuan(amount)}", post))

        self._ask(title, self.asking.drop(), done)

    def _no_sale(self) -> None:
        title, ref = self._("Open the drawer"), new_ref()

        def done(answers: tuple[str, ...]) -> None:
            at, reason = self.clock(), answers[0]

            def post(till: Till, approved: Approved | None) -> Done:
                return till.no_sale(reason, ref=ref, at=at, approved=approved)

            self.act(self._moved(title, post))

        self._ask(title, (self.asking.no_sale(),), done)

    def _ask(
        self,
        title: str,
        asked: tuple[Question, ...],
        done: Callable[[tuple[str, ...]], None],
    ) -> None:
        self._heading = title
        self.questions.ask(asked, done, self.back)

    async def _moved(self, act: str, post: Callable[[Till, Approved | None], Done]) -> None:
        if await self._did(act, post) is not None:
            self._menu()
            self.say(f"{act} ✓", "good")
            if self._begin is Begin.NO_SALE:
                self.dismiss()

    async def _did(self, act: str, call: Callable[[Till, Approved | None], T]) -> T | None:
        """Do it, with approval where that is needed; None where nobody approved."""
        done = await self.allowed(act, call)
        if done is None:
            self._menu()
            self.say(self._("Not approved: nothing was done."), "bad")
        return done

    # Reports

    async def _x_report(self) -> None:
        ref, at = new_ref(), self.clock()
        report = await self._did(
            self._("X report"),
            lambda till, approved: till.x_report(ref=ref, at=at, approved=approved),
        )
        if report is not None:
            self._menu()
            self._show_report(report)

    def _show_report(self, report: ShiftReport) -> None:
        home, width = self.desk.home, self.board.size.width
        sheet = report_sheet(report, self.settings, self.lang, width, training=home.training)
        self.board.show(sheet)
        self.add_class("-paper")
        if report.z is not None:
            self.say(closed(report, self._), "good")

    async def _past(self) -> None:
        past = await self.desk.ask(lambda till: till.past_shifts())
        self._list = PastList(
            tuple(each for each in past if each.z is not None), 0, self.zone, self._
        )
        self.questions.over()
        self.show(self._list)

    async def _z_again(self, z: int) -> None:
        self._show_report(await self.desk.ask(lambda till: till.z_report(z)))

    # Closing

    def _close(self) -> None:
        if self._counted_already:
            self._difference()
        else:
            self._recount()

    def _recount(self) -> None:
        self._start_count(
            self._("Close the shift: count the drawer"),
            lambda counts: self.act(self._count_with(counts, new_ref())),
        )

    async def _count_with(self, counts: dict[int, int], ref: UUID) -> None:
        at = self.clock()
        count = await self._did(
            self._("Count the drawer"),
            lambda till, approved: till.count_shift(counts, ref=ref, at=at, approved=approved),
        )
        if count is not None:
            self._difference()

    def _difference(self) -> None:
        """Show what the count came to; then ask for what is still to be known."""
        shift = self.desk.shift
        if shift is None or shift.counted is None:
            self._menu()
            return
        self._table = None
        count, limit = shift.counted, self.settings.shift.over_short_limit_fen
        title = self._("Close shift {number}").format(number=shift.number)
        self._found = Difference(title, count, limit, self._)
        self.questions.ask(self.asking.closing(count), self._finish, self._recount)

    def _finish(self, answers: tuple[str, ...]) -> None:
        *reasons, to_safe = answers
        reason = reasons[0] if reasons else ""
        self.act(self._close_with(new_ref(), reason, int(to_safe)))

    async def _close_with(self, ref: UUID, reason: str, to_safe_fen: int) -> None:
        at = self.clock()
        report = await self._did(
            self._("Close the shift"),
            lambda till, approved: till.close_shift(
                ref=ref, at=at, reason=reason, to_safe_fen=to_safe_fen, approved=approved
            ),
        )
        if report is not None:
            self._menu()
            self._show_report(report)
