"""What the till knows of breakfast cards: which chip is which card, and whose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from config.rights import Right
from kiosk.sale.breakfast import service_day
from kiosk.sale.card_errors import (
    NameInTextError,
    NoSuchHolderError,
    NumberInTextError,
    VaultError,
)
from kiosk.till import card_rows
from kiosk.till.breakfast_tables import HOLDER_SHOWN
from kiosk.till.core import Core
from kiosk.till.vault import Vault
from ledger.money import ZERO

if TYPE_CHECKING:
    import sqlite3
    from datetime import date, datetime
    from uuid import UUID

    from config.catalogue import Catalogue
    from kiosk.sale.approval import Approved
    from kiosk.sale.cards import BreakfastCard, Holder
    from kiosk.till.core import Done

_LONG_NUMBER: Final = re.compile(r"\d{6}")


class KnownCards(Core):
    """The cards of this book. The books see random tokens; names and chips stand beside them.

    They are sealed (see ``Vault``); what reads them raises ``VaultError`` where a key file cannot
    be used.
    """

    _opened_vault: Vault | None = None

    def open(self, catalogue: Catalogue, *, at: datetime) -> Done | None:
        """Do what ``Core.open`` does, and bring the holders' keys up to date with the books.

        Raises:
            TailCutError: the book ends before what this machine announced.
        """
        done = super().open(catalogue, at=at)
        with self.database.transaction() as cursor:
            cards = card_rows.any_cards(cursor)
        if cards:
            try:
                # A crash between the books and the key file left a key behind: of somebody who
                # was forgotten, or of nobody.
                vault = self.vault
                with self.database.transaction() as cursor:
                    left = card_rows.left_behind(cursor, vault.holders)
                if left:
                    vault.drop(left)
            except VaultError:
                # Selling goes on without breakfasts; the next tap says what is wrong.
                self._opened_vault = None
        return done

    @property
    def vault(self) -> Vault:
        """The holders' keys of this home; made where the books know no card yet.

        Raises:
            VaultError: a key file is missing, open to others, or damaged.
        """
        if self._opened_vault is None:
            with self.database.transaction() as cursor:
                make = not card_rows.any_cards(cursor)
            self._opened_vault = Vault(self.database.path.parent, make=make)
        return self._opened_vault

    def service_day(self, at: datetime) -> date:
        """Give the service day of an aware instant."""
        return service_day(at, self.settings.breakfast, self._zone)

    def cards(self) -> list[BreakfastCard]:
        """Give every card of this book, in the order in which they last changed."""
        with self.database.transaction() as cursor:
            return card_rows.cards_of(cursor, self.book)

    def card(self, card: str) -> BreakfastCard:
        """Give the card with that token.

        Raises:
            NoSuchCardError: there is none.
        """
        with self.database.transaction() as cursor:
            return card_rows.card_of(cursor, self.book, card)

    def card_of(self, uid: bytes) -> BreakfastCard | None:
        """Give the card that a chip is; None for a chip that is no card of ours."""
        mac = self.vault.mac(uid)
        with self.database.transaction() as cursor:
            found = card_rows.read_card(cursor, self.book, mac)
        return found[0] if found else None

    def masked_name_of(self, uid: bytes) -> str:
        """Give whose card a chip is, masked; empty for a chip that is no card of ours."""
        mac = self.vault.mac(uid)
        with self.database.transaction() as cursor:
            found = card_rows.read_card(cursor, self.book, mac)
        return self._masked(found[0].holder, found[-1]) if found else ""

    def last_breakfasts(self) -> dict[str, date]:
        """Give the service day of each holder's last breakfast, by token; none for never."""
        with self.database.transaction() as cursor:
            return card_rows.last_breakfasts(cursor, self.book)

    def masked_names(self) -> dict[str, str]:
        """Give the masked name (``王*``) of every holder whose data is here, by token."""
        with self.database.transaction() as cursor:
            rows = card_rows.holders_of(cursor, self.book)
        return {holder: self._masked(holder, data) for holder, data in rows}

    def show_holder(
        self, holder: str, *, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> Holder:
        """Give a holder's data in full; that somebody looked is recorded first.

        Raises:
            NoSuchHolderError: there is no such holder, or the data is gone.
        """
        by = self.allow(Right.CARDS, approved)
        vault = self.vault
        with self.database.transaction() as cursor:
            found = card_rows.holder_of(cursor, self.book, holder)
        if found is None:
            raise NoSuchHolderError(holder)
        shown = vault.read(holder, *found)
        self._post(
            HOLDER_SHOWN,
            ref,
            at,
            {"holder": holder} | ({"approved_by": by} if by else {}),
            total=ZERO,
        )
        return shown

    def _check_named(self, cursor: sqlite3.Cursor, vault: Vault, holder: str, said: str) -> None:
        """Refuse a text with the name or telephone of ``holder``: the books outlast them.

        ``vault`` is asked for outside of the transaction: opening it is one of its own.

        Raises:
            NameInTextError: it has one of them.
        """
        found = card_rows.holder_of(cursor, self.book, holder)
        if found is not None and holder in vault:
            whose = vault.read(holder, found[0])
            text = _plain(said)
            if any(each and each in text for each in map(_plain, (whose.name, whose.phone))):
                raise NameInTextError

    def _masked(self, holder: str, data: bytes | None) -> str:
        if data is None:
            return ""
        try:
            return self.vault.read(holder, data).masked
        except NoSuchHolderError:
            return ""


def check_numbers(said: str) -> None:
    """Refuse a text with six figures in a row: a telephone, or a card's number.

    Raises:
        NumberInTextError: it has them; blanks and dashes between them do not help.
    """
    if _LONG_NUMBER.search(_plain(said)):
        raise NumberInTextError


def _plain(text: str) -> str:
    """Give ``text`` as it is compared: 王 芳 is 王芳, and full-width digits are digits."""
    import unicodedata  # noqa: PLC0415 - a few reasons a day

    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace("-", "")
