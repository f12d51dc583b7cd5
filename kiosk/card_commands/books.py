"""The books as commands that only read cards see them: beside an open till, and without a PIN."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.settings import load_settings
from kiosk.sale.breakfast import service_day
from kiosk.sale.card_errors import NoSuchHolderError
from kiosk.till import card_rows
from kiosk.till.card_figures import good_cards
from kiosk.till.home import (
    DATABASE_FILE,
    SETTINGS_FILE,
    TRAINING_MARK,
    HomeError,
    as_training,
)
from kiosk.till.store import readable_books
from kiosk.till.vault import Vault
from ledger.db import read_only, sentences

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from datetime import date, datetime
    from pathlib import Path

    from config.settings import Settings
    from kiosk.sale.cards import Holder


@dataclass(frozen=True, slots=True)
class Books:
    """A home's cards.

    Attributes:
        settings: of the home; those of a training home name its own book.
        training: nothing in the home is real.
        cursor: reads the database; None where there is none yet.
        vault: the holders' keys; None where no card was ever issued.
    """

    settings: Settings
    training: bool
    cursor: sqlite3.Cursor | None
    vault: Vault | None

    @property
    def book(self) -> str:
        """The till's book."""
        return self.settings.shop.book

    @property
    def zone(self) -> ZoneInfo:
        """Where the kiosk is."""
        return ZoneInfo(self.settings.day.timezone)

    def today(self, at: datetime) -> date:
        """Give the service day of an aware instant."""
        return service_day(at, self.settings.breakfast, self.zone)

    def holders(self) -> dict[str, Holder]:
        """Give whose cards they are, by token; without those who were forgotten."""
        found: dict[str, Holder] = {}
        if self.cursor is None or self.vault is None:
            return found
        for token, data in card_rows.holders_of(self.cursor, self.book):
            try:
                found[token] = self.vault.read(token, data)
            except NoSuchHolderError:
                continue
        return found

    def known(self) -> Callable[[bytes], str | None]:
        """Give what finds the token of a chip that is a card already, active or blocked."""
        cursor, vault = self.cursor, self.vault
        if cursor is None or vault is None:
            return lambda _: None
        good = good_cards(cursor, self.book)
        return lambda uid: good.get(vault.mac(uid))


@contextmanager
def reading(home: Path, *, needed: bool = True) -> Iterator[Books]:
    """Open what there is of ``home`` to read; nothing is made.

    Without ``needed`` a home that has no books yet is one without cards.

    Raises:
        HomeError: there are no books, and they are ``needed``.
        ConfigError: the settings cannot be used.
        VaultError: a key file of the holders cannot be used.
        DatabaseError: see ``readable_books``.
    """
    settings = load_settings(home / SETTINGS_FILE)
    training = (home / TRAINING_MARK).exists()
    settings = as_training(settings) if training else settings
    try:
        database = readable_books(home)
    except HomeError:
        if needed or (home / DATABASE_FILE).exists():
            raise
        yield Books(settings, training, None, None)
        return
    with sentences(database), closing(read_only(database)) as connection:
        cursor = connection.cursor()
        some = card_rows.any_cards(cursor)
        yield Books(settings, training, cursor, Vault(home, make=False) if some else None)
