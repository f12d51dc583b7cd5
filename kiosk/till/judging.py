"""Judging a tap: every rule that stands against it is asked, and what is refused is recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from config.cards import Level
from kiosk.sale.breakfast import Rule, Serving, Used, in_window
from kiosk.sale.card_errors import CardError, CardRefusedError, CardRowError
from kiosk.sale.cards import CardState, reversed_of
from kiosk.sale.refs import new_ref
from kiosk.till import card_rows
from kiosk.till.breakfast_tables import CARD_REFUSED
from kiosk.till.known_cards import KnownCards
from ledger.chain import utc_text
from ledger.errors import FundShortError
from ledger.journal import fund_available
from ledger.money import ZERO

if TYPE_CHECKING:
    import sqlite3

    from config.breakfast import Breakfast
    from config.catalogue import Catalogue
    from kiosk.sale.cards import BreakfastCard, Tap
    from kiosk.till.core import Done

_SERVED: Final = (
    "SELECT book, at FROM breakfast"
    " WHERE holder = ? AND service_day = ? AND closed_by IS NULL AND holder IS NOT NULL"
)
_NEWEST: Final = (
    "SELECT service_day FROM breakfast WHERE book = ? AND closed_by IS NULL"
    " ORDER BY service_day DESC LIMIT 1"
)
_STATES: Final = {
    CardState.BLOCKED: Rule.BLOCKED,
    CardState.REPLACED: Rule.REPLACED,
    CardState.EXPIRED: Rule.EXPIRED,
    CardState.FORGOTTEN: Rule.FORGOTTEN,
}


class RefusedTap(Exception):  # noqa: N818 - it never leaves the till: CardRefusedError does
    """What a tap is refused for, before it is recorded."""

    def __init__(
        self, rule: Rule, card: BreakfastCard | None = None, used: Used | None = None
    ) -> None:
        self.rule = rule
        self.card = card
        self.used = used
        super().__init__(rule)


def station_of(book: str) -> str:
    """Give the station in a book's id: ``JB-HQHG`` of ``JB-HQHG-01.1``."""
    return book.rpartition("-")[0]


class Judging(KnownCards):
    """What the till says to a tap."""

    # The cheapest breakfast: a fund that holds less serves nobody. One fen where nobody said.
    _least_fen = 1

    def open(self, catalogue: Catalogue, *, at: datetime) -> Done | None:
        """Do what the others do, and note what the cheapest breakfast costs.

        Raises:
            TailCutError: the book ends before what this machine announced.
        """
        prices = [each.price_fen for each in catalogue if each.breakfast and each.price_fen > 0]
        self._least_fen = min(prices, default=1)
        return super().open(catalogue, at=at)

    def tapped(self, tap: Tap, *, at: datetime) -> Serving:
        """Judge a tap: give what may be served for it. A refusal is recorded before it is raised.

        Raises:
            NoShiftError: no shift is open.
            CardRefusedError: a rule of domain rule 8 stands against it.
            VaultError: the holders' keys cannot be used.
        """
        self.need_shift()
        mac = self.vault.mac(tap.uid)
        self._watch(at)
        try:
            with self.database.transaction() as cursor:
                return self._judged(cursor, tap, mac, at)
        except RefusedTap as refused:
            raise self._refuse(
                refused, at, reader=tap.reader, level=tap.level, counter=tap.counter
            ) from None

    def misread(self, rule: Rule, reader: str, *, at: datetime) -> CardRefusedError:
        """Record that a reader gave something that is no card: half a number, several cards.

        Gives the refusal to show.
        """
        return self._refuse(RefusedTap(rule), at, reader=reader)

    def _judged(self, cursor: sqlite3.Cursor, tap: Tap, mac: str, at: datetime) -> Serving:
        """Give what may be served for ``tap``; the first rule against it is raised."""
        if tap.others:
            raise RefusedTap(Rule.SEVERAL)
        try:
            found = card_rows.read_card(cursor, self.book, mac)
            if found is None:
                backwards = self.vault.mac(reversed_of(tap.uid))
                known = card_rows.read_card(cursor, self.book, backwards)
                raise RefusedTap(Rule.ORDER if known else Rule.UNKNOWN)
        except CardRowError:
            raise RefusedTap(Rule.TAMPERED) from None
        card, reading, data = found
        day = self.service_day(at)
        today = self.settings.breakfast.on(day)
        self._check_card(card, day)
        # Whoever swaps rows in the database gives a stranger's chip somebody's breakfasts, and
        # whoever edits one makes a card better than its record made it.
        genuine = card.holder in self.vault and card_rows.genuine(cursor, self.book, card)
        if not genuine or reading != self.vault.proof(card.holder, card.card, tap.uid):
            raise RefusedTap(Rule.TAMPERED, card)
        self._check_proof(card, tap)
        self._check_clock(cursor, card, day)
        self._check_used(cursor, card, day)
        limit_fen = self._limit(cursor, at, today, card)
        return Serving(
            card.card,
            card.holder,
            self._masked(card.holder, data),
            day,
            at.astimezone(UTC),
            today.cap_fen,
            limit_fen,
            tap.level,
            tap.counter,
            tap.key_version,
        )

    def _limit(
        self, cursor: sqlite3.Cursor, at: datetime, today: Breakfast, card: BreakfastCard | None
    ) -> int:
        """Give what the fund pays of a breakfast now at most, in fen."""
        if not today.cap_fen:
            raise RefusedTap(Rule.INELIGIBLE, card)
        if not in_window(at, today, self._zone):
            raise RefusedTap(Rule.WINDOW, card)
        available = fund_available(cursor, self.book)
        if available < self._least_fen:
            raise RefusedTap(Rule.FUND_LOW, card)
        return min(today.cap_fen, available)

    def _check_card(self, card: BreakfastCard, day: date) -> None:
        if card.state is not CardState.ACTIVE:
            raise RefusedTap(_STATES[card.state], card)
        if day > card.expires:
            raise RefusedTap(Rule.EXPIRED, card)
        kind = self.settings.card_type(card.type)
        if kind is None or not kind.breakfast:
            raise RefusedTap(Rule.INELIGIBLE, card)

    def _check_proof(self, card: BreakfastCard, tap: Tap) -> None:
        """Hold a tap to what its card has to prove: as issued, or as the operator asks since."""
        kind = self.settings.card_type(card.type)
        needed = kind.needs if kind and kind.needs.reaches(card.level) else card.level
        if needed is not Level.UID:
            old_key = (tap.key_version or 0) < (card.key_version or 0)
            uncounted = tap.level is Level.SUN and tap.counter is None
            if tap.failed or old_key or uncounted or not tap.level.reaches(needed):
                raise RefusedTap(Rule.LEVEL, card)
        if not _counts_on(tap.counter, card):
            raise RefusedTap(Rule.COUNTER, card)

    def _check_clock(self, cursor: sqlite3.Cursor, card: BreakfastCard, day: date) -> None:
        """Refuse while the clock is a service day behind what the book has seen.

        A clock that went back would give everybody yesterday's breakfast, and today's once more.
        What was served stays known over a restart; a warning that the clock went back, until it is
        right again.
        """
        last, warned = self._last_at, self._jump
        if warned is not None and warned.seconds < 0:
            last = warned.last_at
        if last is not None and day < self.service_day(last):
            raise RefusedTap(Rule.CLOCK, card)
        newest = cursor.execute(_NEWEST, (self.book,)).fetchone()
        if newest is None:
            return
        try:
            ahead = day < date.fromisoformat(newest[0])
        except ValueError:  # no till wrote such a row
            raise RefusedTap(Rule.TAMPERED, card) from None
        if ahead:
            raise RefusedTap(Rule.CLOCK, card)

    def _check_used(self, cursor: sqlite3.Cursor, card: BreakfastCard, day: date) -> None:
        """Refuse a second breakfast of a service day."""
        served = cursor.execute(_SERVED, (card.holder, day.isoformat())).fetchone()
        if served is None:
            return
        try:
            used = Used(_instant(served[1]), station_of(served[0]))
        except ValueError:  # no till wrote such a row
            raise RefusedTap(Rule.TAMPERED, card) from None
        raise RefusedTap(Rule.USED_TODAY, card, used)

    def _why(self, serving: Serving, error: Exception) -> RefusedTap:
        """Say which rule stands against what the database refused to write.

        What stood against it may be gone again by now: then another tap will do.
        """
        with self.database.transaction() as cursor:
            try:
                card = card_rows.card_of(cursor, self.book, serving.card)
            except CardError:  # the row was edited or deleted since the tap
                return RefusedTap(Rule.TAMPERED)
            if isinstance(error, RefusedTap):
                return RefusedTap(error.rule, card)
            try:
                self._check_card(card, serving.service_day)
                self._check_used(cursor, card, serving.service_day)
            except RefusedTap as refused:
                return refused
        if isinstance(error, FundShortError):
            return RefusedTap(Rule.FUND_LOW, card)
        return RefusedTap(Rule.STALE if _counts_on(serving.counter, card) else Rule.COUNTER, card)

    def _refuse(
        self,
        refused: RefusedTap,
        at: datetime,
        *,
        reader: str = "",
        level: Level = Level.UID,
        counter: int | None = None,
    ) -> CardRefusedError:
        """Record a refusal (domain rule 10), and give it as the error to raise."""
        token = refused.card.card if refused.card else None
        used = refused.used
        doc: dict[str, Any] = {
            "card": token,
            "level": level.value,
            "reader": reader,
            "rule": refused.rule.value,
            "used_at": None if used is None else utc_text(used.at),
            "used_station": None if used is None else used.station,
        }
        # A message that was seen once is old from then on, served or not.
        if counter is not None and level.reaches(Level.SUN) and refused.rule is not Rule.COUNTER:
            doc["counter"] = counter
        self._post(CARD_REFUSED, new_ref(), at, doc, total=ZERO)
        today = self.settings.breakfast.on(self.service_day(at))
        return CardRefusedError(refused.rule, card=token, used=used, window=today, zone=self._zone)


def _counts_on(counter: int | None, card: BreakfastCard) -> bool:
    """Whether a message with ``counter`` is newer than all that the books have seen of ``card``."""
    return counter is None or card.counter is None or counter > card.counter


def _instant(text: str) -> datetime:
    """Read an instant of a row.

    Raises:
        ValueError: it is none, or nobody knows of which zone.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found
