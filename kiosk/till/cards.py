"""The breakfast cards of a till: issued, replaced, stopped; and their holders forgotten."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from config.cards import Level
from config.rights import Right
from kiosk.sale import counting
from kiosk.sale.breakfast import Rule
from kiosk.sale.card_errors import (
    CardError,
    CardRefusedError,
    CardRowError,
    CardStateError,
    ChipServedError,
    NoSuchCardTypeError,
    NoSuchHolderError,
    ReadingTakenError,
    VaultError,
    WeakCardError,
)
from kiosk.sale.cards import CardState, new_card_token, new_holder_token
from kiosk.till import card_rows
from kiosk.till.breakfast_tables import (
    CARD_BLOCKED,
    CARD_EXPIRED,
    CARD_ISSUED,
    CARD_REPLACED,
    CARD_UNBLOCKED,
    HOLDER_FORGOTTEN,
)
from kiosk.till.known_cards import KnownCards
from ledger.errors import RefConflictError
from ledger.journal import Journal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from config.cards import CardType
    from kiosk.sale.approval import Approved
    from kiosk.sale.cards import BreakfastCard, Holder, Tap
    from kiosk.till.vault import Vault
    from ledger.entries import Record

_GOOD = frozenset({CardState.ACTIVE, CardState.BLOCKED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A card to issue: to whom (None: to whoever has the old one), which chip, of which type.

    ``expires`` is its last service day, None for as many days as the type says. A traceback shows
    neither whose it is nor the chip.
    """

    holder: Holder | None = field(repr=False)
    uid: bytes = field(repr=False)
    type: str
    ref: UUID
    expires: date | None = None
    key_version: int | None = None


class Cards(KnownCards):
    """How the breakfast cards of a till change.

    The books see random tokens; names and chips stand beside them, sealed (see ``Vault``). On a
    guarded till every change needs ``Right.CARDS``: all of them raise ``ApprovalNeededError`` where
    that is wanting and nobody ``approved``, ``RefConflictError`` for a ref that stands for
    something else, and ``VaultError`` where a key file cannot be used.
    """

    def issue(
        self,
        holder: Holder,
        tap: Tap,
        *,
        type_id: str,
        ref: UUID,
        at: datetime,
        expires: date | None = None,
        approved: Approved | None = None,
    ) -> BreakfastCard:
        """Give a new holder a card: the one that was tapped.

        Raises:
            NoSuchCardTypeError: the settings name no such type.
            CardRefusedError: there were several cards on the reader.
            WeakCardError: the tap proved less than the type needs.
            ReadingTakenError: the card is somebody's already.
            ChipServedError: it served somebody else today.
        """
        self._check_tap(self._card_type(type_id), tap)
        wanted = Wanted(holder, tap.uid, type_id, ref, expires, tap.key_version)
        return self.issue_many([wanted], at=at, approved=approved)[0]

    def issue_many(
        self, wanted: Sequence[Wanted], *, at: datetime, approved: Approved | None = None
    ) -> list[BreakfastCard]:
        """Give cards to new holders, all or none: a list that was imported.

        A list says what the chips are and not what they can prove; a card that cannot prove what
        its type needs is refused when it is tapped.

        Raises:
            NoSuchCardTypeError: the settings name no such type.
            ReadingTakenError: a card is somebody's already, or is twice in the list.
        """
        by = self.allow(Right.CARDS, approved)
        vault = self.vault
        holders = [new_holder_token() for _ in wanted]
        vault.add(holders)
        self._watch(at)
        issued: list[str] = []
        records: list[Record] = []
        try:
            with self.database.transaction() as cursor:
                for each, holder in zip(wanted, holders, strict=True):
                    record, new = self._issue(cursor, each, holder, by, at)
                    issued.append(record.doc["card"])
                    if new:
                        records.append(record)
                cards = [card_rows.card_of(cursor, self.book, card) for card in issued]
        except (CardError, RefConflictError):
            # Nothing of it is in the books. Where a commit is unknown the keys stay.
            self._drop_keys(holders)
            raise
        if records:
            self.database.announce(records[-1])
            self._booked(records[-1], at)
        if unused := set(holders) - {record.doc["holder"] for record in records}:
            self._drop_keys(unused)
        return cards

    def _drop_keys(self, holders: Collection[str]) -> None:
        """Strike out keys that nobody got; where the disk refuses, the next start does."""
        with suppress(VaultError):
            self.vault.drop(holders)

    def _issue(
        self, cursor: sqlite3.Cursor, wanted: Wanted, holder: str, by: str | None, at: datetime
    ) -> tuple[Record, bool]:
        """Give the record of a card that is issued now, or was under the same ref."""
        journal = Journal(cursor, self.book, self.database.projectors)
        if (again := journal.find(wanted.ref)) is not None:
            self._same_card(_same(again, CARD_ISSUED, wanted.ref), again, wanted)
            return again, False
        kind = self._card_type(wanted.type)
        card = new_card_token()
        doc = self._issued_doc(card, holder, kind, wanted, at) | _approved(by)
        self._keep_reading(cursor, doc, self.vault.mac(wanted.uid), at)
        if wanted.holder is not None:
            sealed = self.vault.seal(holder, wanted.holder)
            card_rows.set_holder(cursor, self.book, holder, *sealed)
        return journal.post(self._entry(CARD_ISSUED, wanted.ref, at, doc))

    def _same_card(self, doc: Mapping[str, Any], record: Record, wanted: Wanted) -> None:
        """Hold a repeated ref to the chip and the type that it was asked for first.

        Raises:
            RefConflictError: it was another card.
        """
        known = doc["holder"] in self.vault  # of somebody who was forgotten nobody can tell
        if doc["type"] != wanted.type or (
            known and doc["reading"] != self.vault.proof(doc["holder"], doc["card"], wanted.uid)
        ):
            raise RefConflictError(wanted.ref, record.book, record.seq)

    def replace(
        self,
        card: str,
        tap: Tap,
        *,
        ref: UUID,
        at: datetime,
        reason: str = "",
        approved: Approved | None = None,
    ) -> BreakfastCard:
        """Give the holder of ``card`` the one that was tapped; the old one is dead from here.

        It is good as long as the old one was; where that is over, as long as its type says.

        Raises:
            NoSuchCardError: there is no such card.
            CardRowError: the old card's row is not what its records say.
            CardStateError: it was replaced, expired or forgotten already.
            CardRefusedError: there were several cards on the reader.
            WeakCardError: the tap proved less than the type needs.
            ReadingTakenError: the new card is somebody's already.
            ChipServedError: it served somebody else today.
            NameInTextError: the reason names the holder.
            TextError: the reason is too wide, or holds what cannot be seen.
        """
        by = self.allow(Right.CARDS, approved)
        vault = self.vault
        self._watch(at)
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            if (again := journal.find(ref)) is not None:
                found = _same(again, CARD_REPLACED, ref)
                if found["old"] != card:
                    raise RefConflictError(ref, again.book, again.seq)
                wanted = Wanted(None, tap.uid, found["type"], ref)
                self._same_card(found, again, wanted)
                return card_rows.card_of(cursor, self.book, found["card"])
            old = card_rows.card_of(cursor, self.book, card)
            if old.state not in _GOOD:
                raise CardStateError(card, old.state)
            if not card_rows.genuine(cursor, self.book, old):
                raise CardRowError(card)
            kind = self._card_type(old.type)
            self._check_tap(kind, tap)
            said = self._reason(cursor, vault, old.holder, reason)
            new = new_card_token()
            # Another card is no more days; what is over begins anew, as its type says.
            expires = old.expires if old.expires >= self.service_day(at) else None
            wanted = Wanted(None, tap.uid, old.type, ref, expires, tap.key_version)
            doc = self._issued_doc(new, old.holder, kind, wanted, at)
            doc |= {"old": card, "reason": said} | _approved(by)
            self._keep_reading(cursor, doc, vault.mac(tap.uid), at)
            record, _ = journal.post(self._entry(CARD_REPLACED, ref, at, doc))
            given = card_rows.card_of(cursor, self.book, new)
        self.database.announce(record)
        self._booked(record, at)
        return given

    def block(
        self, card: str, *, reason: str, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> BreakfastCard:
        """Stop a card, until it is unblocked or replaced.

        Raises:
            NoSuchCardError: there is no such card.
            CardStateError: it is not active.
            NameInTextError: the reason names the holder.
            TextError: the reason is too wide, or holds what cannot be seen.
        """
        states = frozenset({CardState.ACTIVE})
        return self._change(
            CARD_BLOCKED, card, states, reason=reason, ref=ref, at=at, approved=approved
        )

    def unblock(
        self, card: str, *, reason: str, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> BreakfastCard:
        """Let a blocked card be good again; see ``block``."""
        states = frozenset({CardState.BLOCKED})
        return self._change(
            CARD_UNBLOCKED, card, states, reason=reason, ref=ref, at=at, approved=approved
        )

    def expire(
        self, card: str, *, reason: str, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> BreakfastCard:
        """End a card before its day, for good; its chip may be given to somebody else."""
        states = _GOOD
        return self._change(
            CARD_EXPIRED, card, states, reason=reason, ref=ref, at=at, approved=approved
        )

    def forget(
        self, holder: str, *, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> None:
        """Erase whose cards they are, everywhere: the cards are dead, the books keep the tokens.

        The holder's key is struck out after the books say so; a crash in between is made good at
        the next start.

        Raises:
            NoSuchHolderError: there is no such holder, or the data is gone already.
        """
        by = self.allow(Right.CARDS, approved)
        vault = self.vault
        self._watch(at)
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            if (again := journal.find(ref)) is None:
                if card_rows.holder_of(cursor, self.book, holder) is None:
                    raise NoSuchHolderError(holder)
                doc = {"holder": holder} | _approved(by)
                record, _ = journal.post(self._entry(HOLDER_FORGOTTEN, ref, at, doc))
                card_rows.drop_holder(cursor, self.book, holder)
            elif _same(again, HOLDER_FORGOTTEN, ref)["holder"] != holder:
                raise RefConflictError(ref, again.book, again.seq)
        if again is None:
            self.database.announce(record)
            self._booked(record, at)
        vault.drop([holder])

    def _change(
        self,
        kind: str,
        card: str,
        from_states: frozenset[CardState],
        *,
        reason: str,
        ref: UUID,
        at: datetime,
        approved: Approved | None,
    ) -> BreakfastCard:
        by = self.allow(Right.CARDS, approved)
        vault = self.vault if reason else None
        self._watch(at)
        with self.database.transaction() as cursor:
            journal = Journal(cursor, self.book, self.database.projectors)
            if (again := journal.find(ref)) is not None:
                if _same(again, kind, ref)["card"] != card:
                    raise RefConflictError(ref, again.book, again.seq)
                return card_rows.card_of(cursor, self.book, card)
            found = card_rows.card_of(cursor, self.book, card)
            if found.state not in from_states:
                raise CardStateError(card, found.state)
            said = self._reason(cursor, vault, found.holder, reason)
            doc = {"card": card, "holder": found.holder, "reason": said} | _approved(by)
            record, _ = journal.post(self._entry(kind, ref, at, doc))
            changed = card_rows.card_of(cursor, self.book, card)
        self.database.announce(record)
        self._booked(record, at)
        return changed

    def _issued_doc(
        self, card: str, holder: str, kind: CardType, wanted: Wanted, at: datetime
    ) -> dict[str, Any]:
        last = self.service_day(at) + timedelta(days=kind.valid_days - 1)
        return {
            "card": card,
            "expires": (wanted.expires or last).isoformat(),
            "holder": holder,
            "key_version": wanted.key_version,
            "level": kind.level,
            "reading": self.vault.proof(holder, card, wanted.uid),
            "type": kind.id,
        }

    def _keep_reading(
        self, cursor: sqlite3.Cursor, doc: Mapping[str, Any], mac: str, at: datetime
    ) -> None:
        """Let a chip be the card that ``doc`` issues, unless another one may still be used.

        A chip that got new keys may go on in place of itself.

        Raises:
            ReadingTakenError: it is another card.
            ChipServedError: it served another holder's breakfast today, and is free tomorrow.
        """
        if (found := card_rows.read_card(cursor, self.book, mac)) is not None:
            before = found[0]
            if before.state in _GOOD and before.card != doc.get("old"):
                raise ReadingTakenError(before.card)
            if before.holder != doc["holder"] and card_rows.was_served(
                cursor, before.card, self.service_day(at)
            ):
                raise ChipServedError(before.card)
        card_rows.set_reading(cursor, self.book, mac, doc["card"])

    def _reason(self, cursor: sqlite3.Cursor, vault: Vault | None, holder: str, reason: str) -> str:
        """Give ``reason`` as the books may hold it for thirty years: without the holder's name.

        Raises:
            NameInTextError: it names the holder.
            TextError: it is too wide, or holds what cannot be seen.
        """
        said = counting.reason_of(reason)
        if said and vault is not None:
            self._check_named(cursor, vault, holder, said)
        return said

    def _card_type(self, type_id: str) -> CardType:
        found = self.settings.card_type(type_id)
        if found is None:
            raise NoSuchCardTypeError(type_id, [each.id for each in self.settings.card_types])
        return found

    def _check_tap(self, kind: CardType, tap: Tap) -> None:
        """Refuse to give out a card that proves too little, or one of several on the reader."""
        if tap.others:
            raise CardRefusedError(Rule.SEVERAL)
        if not tap.level.reaches(kind.needs) or (kind.needs is not Level.UID and tap.failed):
            raise WeakCardError(kind.needs.value, tap.level.value)


def _approved(by: str | None) -> dict[str, str]:
    return {"approved_by": by} if by else {}


def _same(record: Record, kind: str, ref: UUID) -> dict[str, Any]:
    """Give the document of a record that was found by ``ref``, if it is of ``kind``."""
    if record.kind != kind:
        raise RefConflictError(ref, record.book, record.seq)
    return dict(record.doc)
