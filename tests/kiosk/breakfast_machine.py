"""The breakfasts of the state machine: whose card is good, who was served, what the fund paid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, multiple, rule

from kiosk.errors import AlreadyReversedError, OtherShiftError, TooLateToVoidError
from kiosk.sale.breakfast import Rule
from kiosk.sale.card_errors import CardRefusedError, CardStateError, HandOutsUsedError
from kiosk.sale.cards import Holder, Tap
from kiosk.till.projectors import PROJECTORS
from kiosk.till.till import Till
from ledger.db import Database
from ledger.money import to_fen
from ledger.verify import verify
from tests.kiosk.breakfast_model import (
    CAP,
    COUNTERS,
    GOOD,
    HAND_OUTS,
    HOLD_S,
    LEAST,
    PRICES,
    TENDER,
    Chip,
    Served,
    Waiting,
    Worker,
    chosen_by,
    tap_of,
)
from tests.kiosk.shift_rules import ShiftRules

if TYPE_CHECKING:
    from datetime import date

    from kiosk.sale.basket import Basket
    from kiosk.sale.breakfast import Serving
    from kiosk.sale.tenders import Offer
    from kiosk.till.home import Home
    from kiosk.till.till import Done


class BreakfastRules(ShiftRules):
    """Serves, undoes and manages cards; sells nothing.

    ``fund`` is what the fund must hold, ``drawn`` what went out of it without being taken back,
    ``eaten`` the breakfasts' part of that, ``net`` what customers paid.
    """

    home: Home
    fund: int
    drawn: int
    net: int

    workers = Bundle("workers")
    waiting = Bundle("waiting")
    breakfasts = Bundle("breakfasts")

    def no_worker_yet(self) -> None:
        self.eaten = 0
        self.chips = 0
        self.people: list[Worker] = []
        self.handed_out: dict[date, int] = {}
        self.second = Database(self.home.database, PROJECTORS)
        self.second.open()
        for each in (self.database, self.second):
            # Two connections that write and checkpoint at once can corrupt this SQLite.
            with each.transaction() as cursor:
                connection = cursor.connection
            connection.execute("PRAGMA wal_autocheckpoint = 0")

    @rule(target=workers)
    def hire(self) -> Worker:
        card = self.till.issue(
            Holder("工人"),
            Tap("desk", self.new_uid()),
            type_id="worker",
            ref=uuid4(),
            at=self.tick(),
        )
        self.records += 1
        self.people.append(Worker(card.holder, [Chip(self.last_uid(), card.card)]))
        return self.people[-1]

    @rule(worker=workers, act=st.sampled_from(("block", "unblock", "expire", "replace")))
    def change_card(self, worker: Worker, act: str) -> None:
        chip = worker.chips[-1]
        allowed = {"block": ("active",), "unblock": ("blocked",)}.get(act, GOOD)
        asked: dict[str, Any] = {"reason": "查", "ref": uuid4(), "at": self.tick()}
        till = self.till

        def once() -> str:
            if act == "replace":
                return till.replace(chip.card, Tap("desk", uid), **asked).card
            changed: str = getattr(till, act)(chip.card, **asked).state
            return changed

        uid = self.new_uid()
        try:
            said = once()
        except CardStateError:
            assert chip.state not in allowed
            return
        assert chip.state in allowed
        assert once() == said, "a retry changes nothing"
        self.records += 1
        if act == "replace":
            chip.state = "replaced"
            worker.chips.append(Chip(uid, said))
        else:
            chip.state = said

    @rule(worker=workers)
    def forget(self, worker: Worker) -> None:
        if worker.chips[-1].state == "forgotten":
            return
        self.till.forget(worker.holder, ref=uuid4(), at=self.tick())
        self.records += 1
        for chip in worker.chips:
            chip.state = "forgotten"

    @rule(target=waiting, worker=workers, counter=COUNTERS, data=st.data())
    def tap(self, worker: Worker, counter: int | None, data: st.DataObject) -> Any:  # noqa: ANN401 - one or none
        """Tap any card that somebody ever had, and let them choose for a while."""
        chip = data.draw(st.sampled_from(worker.chips))
        return self.tapped(worker, chip, counter) or multiple()

    @rule(target=breakfasts, wait=waiting, prices=PRICES, tender=TENDER)
    def enter(self, wait: Waiting, prices: list[int], tender: str) -> Any:  # noqa: ANN401 - one or none
        return self.redeemed(wait, prices, tender) or multiple()

    @rule(target=breakfasts, worker=workers, counter=COUNTERS, prices=PRICES, tender=TENDER)
    def serve(self, worker: Worker, counter: int | None, prices: list[int], tender: str) -> Any:  # noqa: ANN401 - one or none
        """Tap, choose, go."""
        wait = self.tapped(worker, worker.chips[-1], counter)
        return (self.redeemed(wait, prices, tender) if wait else None) or multiple()

    @rule(target=breakfasts, prices=PRICES, tender=TENDER)
    def serve_all(self, prices: list[int], tender: str) -> Any:  # noqa: ANN401 - some or none
        """The queue in the morning: all who have a card, whatever became of it."""
        waits = [self.tapped(each, each.chips[-1], None) for each in self.people]
        found = [self.redeemed(wait, prices, tender) for wait in waits if wait is not None]
        return multiple(*(each for each in found if each is not None))

    def tapped(self, worker: Worker, chip: Chip, counter: int | None) -> Waiting | None:
        stands = self.stands_against(worker, chip, counter)
        at = self.tick()
        try:
            serving = self.till.tapped(tap_of(chip, counter), at=at)
        except CardRefusedError as error:
            said = error.rule
        else:
            assert stands is None
            assert serving.limit_fen == min(CAP, self.fund)
            return Waiting(worker, chip, serving)
        assert said is stands
        self.refused(chip, counter, said)
        return None

    def redeemed(self, wait: Waiting, prices: list[int], tender: str) -> Served | None:
        serving, chip, worker = wait.serving, wait.chip, wait.worker
        basket, offers = chosen_by(serving, prices, tender)
        at = self.tick()
        stands = self.stands_against_enter(wait, serving.fund_fen(to_fen(basket.total)))
        try:
            done = self.till.redeem(serving, basket, offers, at=at)
        except CardRefusedError as error:
            said = error.rule
        else:
            assert stands is None
            chip.seen = max(chip.seen, serving.counter or 0)
            served = self.served(worker, done, serving, basket, offers)
            worker.ate[serving.service_day] = served.number
            return served
        assert said is stands
        self.refused(chip, serving.counter, said)
        return None

    @rule(target=breakfasts, prices=PRICES, tender=TENDER)
    def hand_out(self, prices: list[int], tender: str) -> Any:  # noqa: ANN401 - one or none
        day = self.till.service_day(self.now)
        try:
            serving = self.till.handing_out(self.tick())
            basket, offers = chosen_by(serving, prices, tender)
            done = self.till.hand_out(serving, basket, offers, reason="卡丢失", at=self.tick())
        except HandOutsUsedError:
            assert self.handed_out.get(day, 0) == HAND_OUTS
            return multiple()
        except CardRefusedError as error:
            said = error.rule
        else:
            self.handed_out[day] = self.handed_out.get(day, 0) + 1
            assert self.handed_out[day] <= HAND_OUTS
            return self.served(None, done, serving, basket, offers)
        assert said is Rule.FUND_LOW
        assert self.fund < LEAST
        self.records += 1
        return multiple()

    @rule(served=breakfasts)
    def enter_again(self, served: Served) -> None:
        """A retry of the same breakfast is the same record, however late."""
        till, at = self.till, self.tick()
        if served.worker is None:
            again = till.hand_out(
                served.serving, served.basket, served.offers, reason="卡丢失", at=at
            )
        else:
            again = till.redeem(served.serving, served.basket, served.offers, at=at)
        assert (again.new, again.number) == (False, served.number)

    @rule(served=breakfasts)
    def void_breakfast(self, served: Served) -> None:
        ref = uuid4()
        try:
            done = self.till.void(served.number, ref=ref, at=self.tick())
        except AlreadyReversedError:
            assert served.closed
        except OtherShiftError:
            assert served.shift != self.shift
        except TooLateToVoidError:
            assert served.day != self.till.today(self.now)
        else:
            assert not served.closed
            assert not self.till.void(served.number, ref=ref, at=self.tick()).new
            self.undone(served, done)

    @rule(worker=workers, prices=PRICES)
    def two_tills_at_once(self, worker: Worker, prices: list[int]) -> None:
        """Two threads with a database each, and the same card tapped at both."""
        chip = worker.chips[-1]
        if self.stands_against(worker, chip, None) is not None:
            return
        settings, at = self.home.settings, self.tick()
        tills = [Till(each, settings) for each in (self.database, self.second)]
        servings = [till.tapped(tap_of(chip, None), at=at) for till in tills]
        chosen = [chosen_by(serving, prices, "wechat") for serving in servings]
        later, barrier = self.tick(), Barrier(2)

        def redeem(place: int) -> Done | Rule:
            basket, offers = chosen[place]
            barrier.wait()
            try:
                return tills[place].redeem(servings[place], basket, offers, at=later)
            except CardRefusedError as refused:
                return refused.rule

        with ThreadPoolExecutor(2) as threads:
            said = list(threads.map(redeem, range(2)))
        self.records += 1  # of the one that came too late
        (place,) = [place for place, each in enumerate(said) if not isinstance(each, Rule)]
        done = said[place]
        assert not isinstance(done, Rule)
        assert said[1 - place] is Rule.USED_TODAY
        served = self.served(worker, done, servings[place], *chosen[place])
        worker.ate[servings[place].service_day] = served.number

    @rule()
    def prove(self) -> None:
        assert verify(self.home.database, PROJECTORS).findings == []

    def stands_against(self, worker: Worker, chip: Chip, counter: int | None) -> Rule | None:
        """Which rule must stand against a tap, by what the model knows."""
        if chip.state == "forgotten":
            return Rule.UNKNOWN
        if chip.state != "active":
            return Rule(chip.state)
        if counter is not None and counter <= chip.seen:
            return Rule.COUNTER
        if self.till.service_day(self.now) in worker.ate:
            return Rule.USED_TODAY
        return Rule.FUND_LOW if self.fund < LEAST else None

    def stands_against_enter(self, wait: Waiting, fund_fen: int) -> Rule | None:
        """Which rule must stand against a good tap by now."""
        serving, chip = wait.serving, wait.chip
        if (self.now - serving.at).total_seconds() > HOLD_S:
            return Rule.STALE
        if chip.state != "active":
            return Rule(chip.state)
        if serving.service_day in wait.worker.ate:
            return Rule.USED_TODAY
        if fund_fen > self.fund:
            return Rule.FUND_LOW
        old = serving.counter is not None and serving.counter <= chip.seen
        return Rule.COUNTER if old else None

    def refused(self, chip: Chip, counter: int | None, stands: Rule) -> None:
        self.records += 1
        if counter is not None and stands not in {Rule.COUNTER, Rule.UNKNOWN}:
            chip.seen = max(chip.seen, counter)

    def served(
        self,
        worker: Worker | None,
        done: Done,
        serving: Serving,
        basket: Basket,
        offers: list[Offer],
    ) -> Served:
        total = to_fen(basket.total)
        fund_fen = min(total, serving.limit_fen)
        due = total - fund_fen
        set_aside = 10 if due else 0
        assert done.record.fund == {"redeemed": fund_fen} | (
            {"set_aside": set_aside} if set_aside else {}
        )
        cash = due if offers and offers[0].tender == "cash" else 0
        self.fund += set_aside - fund_fen
        self.drawn += fund_fen
        self.eaten += fund_fen
        self.net += due
        self.gross += total
        self.records += 1
        self.cash_moved(cash)
        return Served(
            worker,
            done.number,
            serving,
            basket,
            offers,
            self.till.today(self.now),
            self.shift,
            fund_fen,
            due,
            cash,
            set_aside,
        )

    def undone(self, served: Served, done: Done) -> None:
        served.closed = True
        if served.worker is not None:
            assert served.worker.ate.pop(served.serving.service_day) == served.number
        else:
            self.handed_out[served.serving.service_day] -= 1
        self.fund += served.fund_fen
        taken = served.set_aside if self.fund >= served.set_aside else 0
        assert to_fen(done.set_aside) == taken
        assert done.record.doc["kept_fen"] == served.set_aside - taken
        self.fund -= taken
        self.drawn -= served.fund_fen
        self.eaten -= served.fund_fen
        self.net -= served.due_fen
        self.records += 1
        self.cash_moved(-served.cash_fen)

    def nobody_ate_twice(self) -> None:
        with self.database.transaction() as cursor:
            twice = cursor.execute(
                "SELECT holder, service_day FROM breakfast WHERE closed_by IS NULL"
                " AND holder IS NOT NULL GROUP BY holder, service_day HAVING count(*) > 1"
            ).fetchall()
            (paid,) = cursor.execute(
                "SELECT coalesce(sum(fund_fen), 0) FROM breakfast WHERE closed_by IS NULL"
            ).fetchone()
        assert twice == []
        assert paid == self.eaten

    def new_uid(self) -> bytes:
        self.chips += 1
        return self.last_uid()

    def last_uid(self) -> bytes:
        return bytes((4, 0, 0, 0, 0, *divmod(self.chips, 256)))
