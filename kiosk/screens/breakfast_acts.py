"""What is done with a tap whose turn has come: judged, recorded, or asked about first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.errors import Refusal
from config.rights import RIGHT_NAMES, Right
from kiosk.errors import ApprovalNeededError
from kiosk.sale.card_errors import CardRefusedError
from kiosk.screens import customer_words
from kiosk.screens.approval import ZH
from kiosk.screens.board import price
from kiosk.screens.coming_in import ComingIn
from kiosk.screens.customer_view import IDLE, CustomerView
from kiosk.screens.listening import tell
from kiosk.screens.meal import HandOut
from kiosk.screens.paying import FRAME_S
from ledger.money import to_fen

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable
    from datetime import datetime

    from kiosk.sale.breakfast import Serving
    from kiosk.sale.cards import Tap
    from kiosk.screens.breakfast import BreakfastScreen
    from kiosk.screens.meal import Meal
    from kiosk.till.core import Done
    from kiosk.till.till import Till

TAP_STANDS_S = 60.0
"""So long a tap that waits is held against the moment at which it was made."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A tap whose turn has not come.

    Attributes:
        tap: the card.
        at: when it was tapped, UTC.
        text: the number as a staff card would be known by it.
        name: whose card it is, masked; empty where that is not known.
    """

    tap: Tap
    at: datetime
    text: str = field(repr=False)
    name: str = ""


class BreakfastActs(ComingIn):
    """An app with a breakfast screen: one breakfast after another, each asked of the till."""

    breakfast: BreakfastScreen | None = None
    """The one breakfast screen, made when the till is open."""
    judging = False
    """Whether a tap is with the till just now."""
    _news = ""
    """What came of the breakfast before, above all its change, until the next one shows it."""
    served_uid = b""
    """The card whose turn it was last."""
    _queue: deque[Waiting]
    _shown_to_customer: CustomerView = IDLE

    @property
    def serving(self) -> bool:
        """Whether a breakfast is being judged, chosen, recorded or asked about."""
        screen = self.breakfast
        # Whoever unlocked the till for somebody else, or quit, took the screen away under it.
        open_ = screen is not None and screen.busy and screen in self.screen_stack
        return self.judging or open_

    def follow_queue(self) -> None:
        """Show on the breakfast screen who waits."""
        if self.breakfast is not None:
            self.breakfast.follow(tuple(each.name for each in self._queue))

    @property
    def paying(self) -> bool:
        """Whether money is being taken on the sell screen: a tap must not come between."""
        sell = self.sell
        return sell.is_mounted and bool(sell.ticket.offers)

    def judge_next(self) -> None:
        """Have the next tap judged; with none left, go back to what was there before."""
        if self.judging or self.breakfast is None:
            return
        self._drop_stale()
        if not self._queue:
            if self.screen is self.breakfast:
                self._hold()
                self.run_worker(self._going_back(), group="till")
            else:
                self.say_news()
            return
        waiting = self._queue.popleft()
        self.follow_queue()
        self.judging = True
        self.served_uid = waiting.tap.uid
        self._hold()
        self.run_worker(self._judge(waiting), group="till")

    def _drop_stale(self) -> None:
        """Have those tap again who tapped too long ago: nobody knows who stands there now."""
        now, gone = self.clock(), []
        while self._queue and (now - self._queue[0].at).total_seconds() > self._stands_s:
            gone.append(self._queue.popleft().name or "?")
        if gone:
            said = self._("Waited too long, tap again: {who}.").format(who=", ".join(gone))
            self._news = f"{self._news}  {said}".strip()
            self.follow_queue()

    @property
    def _stands_s(self) -> float:
        return min(TAP_STANDS_S, self.desk.home.settings.guards.clock_back_s / 2)

    def say_news(self) -> None:
        """Say on the sell screen what no breakfast screen is there to say."""
        if self._news and self.sell.is_mounted:
            self.sell.say(self._news, "strong")
            self._news = ""

    async def _judge(self, waiting: Waiting) -> None:
        """Show what the till says to a tap; where there is nothing to show, the next one comes."""
        tap, at, text = waiting.tap, self._judged_at(waiting.at), waiting.text

        def judged(till: Till) -> tuple[Serving, dict[str, int]] | str:
            # A colleague's card on the breakfast reader is no stranger's, and no refusal.
            if text and (who := till.staff_with_card(text)) is not None:
                return who.id
            return till.tapped(tap, at=at), till.left(at)

        shown = True  # unless the till says otherwise: after a crash comes nobody
        # One painting, of what the tap brings up: none of the screen beneath on the way.
        painted = self.sell.hold_painting() if self.sell.is_mounted else None
        try:
            shown = await self._show_judged(judged)
        finally:
            if painted is not None:
                painted()
            self.judging = False
            if not shown:
                self.served_uid = b""
                self.judge_next()
            await self._release()

    async def _show_judged(
        self, judged: Callable[[Till], tuple[Serving, dict[str, int]] | str]
    ) -> bool:
        screen = self.breakfast
        assert screen is not None  # noqa: S101 - nothing is judged before it is there
        try:
            found = await self.desk.ask(judged)
        except CardRefusedError as refusal:
            screen.refuse(refusal)
        except Refusal as refusal:
            tell(self.screen, refusal.say(self.lang))
            return False
        else:
            if isinstance(found, str):
                said = self._("Staff card of {who}: no breakfast card.").format(who=found)
                tell(self.screen, said)
                return False
            screen.serve(*found)
            if self._news:
                screen.say(self._news, "good")
            self._news = ""
        await self._bring_up()
        return True

    def _judged_at(self, tapped: datetime) -> datetime:
        """Give the instant that a tap is held against: its own, so that waiting costs nobody.

        One from long ago is judged as of now: the books take no hour that is past for a clock's.
        """
        now = self.clock()
        return tapped if 0 <= (now - tapped).total_seconds() <= self._stands_s else now

    def give_up_unseen(self) -> None:
        """Forget a breakfast, and who waits, where the screen was taken away under them."""
        screen = self.breakfast
        if screen is not None and screen not in self.screen_stack:
            gone = [each.name or "?" for each in self._queue]
            if screen.meal is not None or screen.refusal is not None:
                gone.insert(0, (screen.meal.serving.name if screen.meal else "") or "?")
            if gone:
                said = self._("Locked over a tap, tap again: {who}.")
                self._news = said.format(who=", ".join(gone))
            screen.rest()
            self.served_uid = b""
            self._queue.clear()
            self.follow_queue()
            self.meal_changed()

    async def _bring_up(self) -> None:
        screen = self.breakfast
        if screen is None or self.door is not None:
            return
        while screen in self.screen_stack and self.screen is not screen:
            await self.pop_screen()  # the help, say: it was put over the breakfast before
        if self.screen is not screen:
            await self.push_screen(screen)

    async def _going_back(self) -> None:
        try:
            await self._put_away()
            self.say_news()
        finally:
            await self._release()

    def on_breakfast_screen_given_up(self) -> None:
        """Say that nothing was recorded: what was said of the worker before is over."""
        self.sell.say(self._("Given up: nothing was recorded."))

    def meal_left(self) -> None:
        """Go on after a breakfast that was given up, or a refusal that was read."""
        self.served_uid = b""
        self.judge_next()

    async def _asked_till(self) -> None:
        """Go on to whoever tapped while the till was asked, unless it is shown what it said."""
        self.judging = False
        if self._queue and self.screen is not self.breakfast:
            self.judge_next()
        await self._release()

    # Into the books

    def record_meal(self, meal: Meal) -> None:
        """Put a breakfast in the books; keys wait for what comes after it."""
        self._hold()
        self.run_worker(self._recording(meal, self.clock()), group="till")

    async def _recording(self, meal: Meal, at: datetime) -> None:
        screen = self.breakfast
        assert screen is not None  # noqa: S101 - it asked
        given = meal.hand_out

        def book(till: Till) -> Done:
            if given is None:
                return till.redeem(meal.serving, meal.basket, meal.offers, at=at)
            return till.hand_out(
                meal.serving,
                meal.basket,
                meal.offers,
                reason=given.reason,
                at=at,
                approved=given.approved,
            )

        try:
            done = await self.desk.ask(book)
        except CardRefusedError as refusal:
            screen.refuse(refusal)
        except Refusal as refusal:
            screen.recording = False
            screen.say(refusal.say(self.lang), "bad")
        else:
            screen.rest()
            self._announce(meal, done)
            if self._queue:
                self.judge_next()
            else:
                await self._put_away()
            self.run_worker(self._slip(done), group="till")
        finally:
            await self._release()

    async def _put_away(self) -> None:
        if self.breakfast is not None and self.screen is self.breakfast:
            await self.pop_screen()
            self.sell.answered()
            self.sell.post_message(self.sell.Booked())  # the history may lie open below

    def _announce(self, meal: Meal, done: Done) -> None:
        """Say that a breakfast is durable."""
        _ = self._
        said = _("Breakfast no. {number} ✓ the fund pays {fund}").format(
            number=done.number, fund=price(meal.fund_fen)
        )
        if meal.due_fen:
            said += "  " + _("paid on top {amount}").format(amount=price(meal.due_fen))
        if done.change:
            said += "  " + _("change {amount}").format(amount=price(to_fen(done.change)))
        slip = done.record.doc.get("slip")
        if slip is not None:
            said += "  " + _("Pick-up number {number}").format(number=slip)
        self._news = said if self._queue else ""
        self.sell.say(said, "good")
        fund = self.sell.fund
        view = customer_words.thanks(
            meal, self.desk.home.catalogue, fund.balance_fen if fund else None
        )
        self._publish(view)

    async def _slip(self, done: Done) -> None:
        """Show the slip on the sell screen, and what the fund holds now."""
        await asyncio.sleep(FRAME_S)  # the news is painted first
        try:
            if self.screen is self.sell and not self.sell.ticket.basket.lines:
                paper = await self.desk.ask(lambda till: till.receipt(done.number))
                if self.screen is self.sell and not self.sell.ticket.basket.lines:
                    self.sell.show_paper(paper, done.record.doc.get("slip"))
            await self.sell.read_fund()
        except Refusal as refusal:
            self.sell.say(refusal.say(self.lang), "bad")

    # Without a card

    def hand_out(self, key: str = "") -> None:
        """Ask why a breakfast is to be given without a card, and who approves it."""
        if self.breakfast is None or self.serving:
            return
        if self.paying:
            tell(self.screen, self._("A payment is open: finish it, then tap again."))
            return
        self.judging, self.served_uid = True, b""
        self._hold(key)
        self.run_worker(self._handing_out(self.clock()), group="till")

    async def _handing_out(self, at: datetime) -> None:
        screen = self.breakfast
        assert screen is not None  # noqa: S101 - checked by whoever asked
        try:
            serving, left = await self.desk.ask(
                lambda till: (till.handing_out(at), till.hand_outs_left(at))
            )
            screen.ask_why(serving, left)
            await self._bring_up()
        except CardRefusedError as refusal:
            screen.refuse(refusal)
            await self._bring_up()
        except Refusal as refusal:
            tell(self.screen, refusal.say(self.lang))
        finally:
            await self._asked_till()

    def reason_given(self, reason: str) -> None:
        """Go on with a breakfast without a card: it is known why."""
        self.run_worker(self._approving(reason), group="till")

    async def _approving(self, reason: str) -> None:
        """Have somebody approve it who may, then let what is given be chosen."""
        screen = self.breakfast
        if screen is None or screen.handing is None:
            return
        serving, left = screen.handing
        approved = None
        try:
            try:
                await self.desk.ask(lambda till: till.allow(Right.HAND_OUT))
            except ApprovalNeededError:
                act = f"{RIGHT_NAMES[Right.HAND_OUT][self.lang != ZH]}: {reason}"
                approved = await screen.approved(Right.HAND_OUT, act)
                if approved is None:
                    screen.leave()
                    return
            counted = await self.desk.ask(lambda till: till.left(self.clock()))
        except Refusal as refusal:
            screen.leave()
            tell(self.screen, refusal.say(self.lang))
            return
        if screen.handing is not None:
            screen.serve(serving, counted, HandOut(reason, left, approved))

    # What the customer sees

    def meal_changed(self) -> None:
        """Tell the customer's screen what is chosen, or why a tap is not served."""
        screen, fund = self.breakfast, self.sell.fund
        if screen is None:
            return
        holds = fund.balance_fen if fund else None
        if screen.refusal is not None:
            self._publish(customer_words.refused(screen.refusal, holds))
        elif screen.meal is not None:
            self._publish(customer_words.choosing(screen.meal, self.desk.home.catalogue, holds))
        else:
            self._publish(IDLE)

    def _publish(self, view: CustomerView) -> None:
        if view != self._shown_to_customer:
            self._shown_to_customer = view
            self.show_customer(view)

    def show_customer(self, view: CustomerView) -> None:
        """Let the customer's screen show ``view``."""
