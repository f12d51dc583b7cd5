"""People: who may work here, who is signed in, and approval in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.till.core import Core

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from config.rights import Right, Role
    from kiosk.sale.approval import Approved
    from kiosk.sale.people import Credential, Member


class People(Core):
    """What the till knows of the staff; see ``kiosk.sale.people_errors`` for what it refuses.

    Adding and changing people needs ``Right.STAFF`` on a guarded till.
    """

    def staff(self) -> tuple[Member, ...]:
        """Give everybody who ever worked here, by number."""
        raise NotImplementedError

    def first_manager_needed(self) -> bool:
        """Say whether nobody could manage the staff: the first start, or a new book."""
        raise NotImplementedError

    def make_first_manager(self, pin: str, *, at: datetime, name: str = "站长") -> Member:
        """Make the first manager, ``s01`` in a new book; nobody is signed in by it."""
        raise NotImplementedError

    def add_staff(
        self,
        name: str,
        role: Role,
        pin: str,
        *,
        ref: UUID,
        at: datetime,
        staff_id: str | None = None,
        approved: Approved | None = None,
    ) -> Member:
        """Add somebody, with the number ``staff_id`` or the next that nobody ever had."""
        raise NotImplementedError

    def disable_staff(
        self, staff: str, *, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> Member:
        """Let ``staff`` work here no longer; number and history stay, the card is free again."""
        raise NotImplementedError

    def enable_staff(
        self, staff: str, *, ref: UUID, at: datetime, approved: Approved | None = None
    ) -> Member:
        """Let a disabled member work here again, with the PIN that they had."""
        raise NotImplementedError

    def change_role(
        self,
        staff: str,
        role: Role,
        *,
        ref: UUID,
        at: datetime,
        pin: str | None = None,
        approved: Approved | None = None,
    ) -> Member:
        """Give ``staff`` another role; a new manager needs a new ``pin``."""
        raise NotImplementedError

    def reset_pin(
        self,
        staff: str,
        pin: str,
        *,
        ref: UUID,
        at: datetime,
        approved: Approved | None = None,
    ) -> Member:
        """Give ``staff`` a new PIN, and end a lock-out."""
        raise NotImplementedError

    def set_card(
        self,
        staff: str,
        uid: str | None,
        *,
        ref: UUID,
        at: datetime,
        approved: Approved | None = None,
    ) -> Member:
        """Register the card ``uid`` as the one card of ``staff``; None takes it away."""
        raise NotImplementedError

    def sign_in(self, who: Credential, *, at: datetime) -> Member:
        """Let somebody in: their number stands on every record, their rights hold from here."""
        raise NotImplementedError

    def lock(self, *, at: datetime) -> None:
        """Let nobody do anything until the next ``sign_in``; a locked till stays as it is."""
        raise NotImplementedError

    def approve(self, right: Right, act: str, who: Credential, *, at: datetime) -> Approved:
        """Lend ``right`` for one act of the cashier's, in the name of ``who``."""
        raise NotImplementedError
