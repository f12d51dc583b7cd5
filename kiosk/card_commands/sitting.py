"""What every command that changes cards has: the home to itself, a till, and who let it work."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from config.errors import Phrase
from config.language import words
from config.rights import Right
from kiosk.errors import TillError
from kiosk.sale.cards import HOLDER_PREFIX
from kiosk.sale.people import Pin, staff_id
from kiosk.sale.people_errors import NoManagerError
from kiosk.shell import Secrets, alone
from kiosk.till.home import open_home, writing
from kiosk.till.store import open_database
from kiosk.till.till import Till

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from config.language import Words
    from kiosk.sale.approval import Approved
    from kiosk.sale.cards import BreakfastCard
    from kiosk.till.home import Home

SCREEN: Final = Phrase("早餐卡", "cards")
_ACT: Final = "cards"


class NobodyNamedError(TillError):
    """Cards are changed by somebody, who has to say so."""

    def __init__(self) -> None:
        super().__init__(
            "要说明谁来做：请加 --as 工号（领班或站长），再输入 PIN。",
            "Say who does it: add --as NUMBER (a supervisor or a manager), then enter the PIN.",
        )


@dataclass(frozen=True, slots=True)
class Sitting:
    """A till of one's own for one command.

    Attributes:
        till: guarded, with the book open.
        home: where it stands.
        secrets: where PINs, confirmations and typed readings come from.
        approved: who let this be done.
        at: when, UTC.
        lang: the language of what is told.
    """

    till: Till
    home: Home
    secrets: Secrets
    approved: Approved
    at: datetime
    lang: str

    @property
    def words(self) -> Words:
        """The words of ``lang``."""
        return words(self.lang)

    def holder(self, token: str) -> str:
        """Give the holder that ``token`` is, or whose card it is.

        Raises:
            NoSuchCardError: there is no such card.
        """
        return token if token.startswith(HOLDER_PREFIX) else self.till.card(token).holder


def now() -> datetime:
    """Give the time, UTC; tests put another clock in its place."""
    return datetime.now(UTC)


@contextmanager
def sitting(arguments: argparse.Namespace, *, screen: bool = True) -> Iterator[Sitting]:
    """Open the home of ``arguments`` for one command, and ask for the PIN of ``--as``.

    ``screen`` says whether the till has a screen that does the same.

    Raises:
        TillOpenError: a till is open there; it names the screen.
        HomeInUseError: a till is open there, which has no such screen.
        NoManagerError: nobody may manage cards yet.
        NobodyNamedError: ``--as`` is missing.
        StaffError: the PIN is wrong, or theirs is no right to it.
    """
    home = open_home(arguments.home)
    key = home.settings.key("sell.cards")
    with alone(home.path, key, SCREEN) if screen else writing(home.path):
        database = open_database(home)
        try:
            till = Till(database, home.settings, guarded=True)
            till.training = home.training
            at = now()
            till.open(home.catalogue, at=at)
            secrets = Secrets(arguments.pin_stdin)
            approved = _approved(till, arguments.by, secrets, at)
            lang = arguments.lang or home.settings.language
            yield Sitting(till, home, secrets, approved, at, lang)
        finally:
            database.close()


def _approved(till: Till, by: str | None, secrets: Secrets, at: datetime) -> Approved:
    if till.first_manager_needed():
        raise NoManagerError
    if by is None:
        raise NobodyNamedError
    who = staff_id(by)
    pin = secrets.ask(f"{who} 的 PIN", f"PIN of {who}")
    approved = till.approve(Right.CARDS, _ACT, Pin(who, pin), at=at)
    till.by = approved.by
    return approved


def plain(card: BreakfastCard) -> dict[str, Any]:
    """Give a card as plain values for JSON; no chip and no name is among them."""
    return {
        "card": card.card,
        "holder": card.holder,
        "type": card.type,
        "level": card.level.value,
        "key_version": card.key_version,
        "state": card.state.value,
        "expires": card.expires.isoformat(),
        "issued": card.issued.isoformat(),
    }
