"""``kiosk staff``: who may work at the till, from a shell; PINs are asked for, never arguments.

``list`` works beside an open till. The others write: they take the home's writer lock, and the PIN
of somebody who may manage the staff (``--as``), except where there is no manager yet.
"""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from config.errors import Phrase
from config.rights import ROLE_NAMES, Right, Role
from kiosk.ledger_commands.desk import out, out_json, sit_down, table
from kiosk.ledger_commands.people import role_names
from kiosk.sale.people import Pin, staff_id
from kiosk.sale.people_errors import ManagerThereError, NoManagerError
from kiosk.sale.refs import new_ref
from kiosk.shell import Secrets, alone
from kiosk.till.home import open_home
from kiosk.till.staff_rows import staff_rows
from kiosk.till.store import open_database
from kiosk.till.till import Till
from ledger.db import read_only, sentences

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from kiosk.sale.approval import Approved
    from kiosk.sale.people import Member

_ACT: Final = "staff"
_SCREEN: Final = Phrase("人员", "staff")


@dataclass(frozen=True, slots=True)
class _Sitting:
    """A till of one's own for one command, and who let it work."""

    till: Till
    secrets: Secrets
    approved: Approved | None
    at: datetime


def staff(arguments: argparse.Namespace) -> int:
    """Run one ``kiosk staff`` command; see the module.

    ``list --json`` gives a list of ``id``, ``name``, ``role``, ``active``, ``has_pin`` and
    ``has_card``; the others give such an object of the member as they are now.

    Raises:
        Refusal: nothing was changed.
    """
    if arguments.staff_command == "list":
        return _list(arguments)
    home = open_home(arguments.home)
    with alone(home.path, home.settings.key("sell.staff"), _SCREEN):
        database = open_database(home)
        try:
            till = Till(database, home.settings, guarded=True)
            at = datetime.now(UTC)
            till.open(home.catalogue, at=at)
            secrets = Secrets(arguments.pin_stdin)
            approved = _approved(till, arguments.by, secrets, at)
            if approved is None and arguments.staff_command != "add":
                raise NoManagerError
            sitting = _Sitting(till, secrets, approved, at)
            member = _CHANGES[arguments.staff_command](sitting, arguments)
        finally:
            database.close()
    if arguments.json:
        out_json(asdict(member))
    else:
        out(*_told(member))
    return 0


def _approved(till: Till, by: str | None, secrets: Secrets, at: datetime) -> Approved | None:
    """Ask for the PIN of whoever runs this; None where there is no manager who could."""
    if till.first_manager_needed():
        return None
    if by is None:
        raise ManagerThereError
    manager = staff_id(by)
    pin = secrets.ask(f"{manager} 的 PIN", f"PIN of {manager}")
    approved = till.approve(Right.STAFF, _ACT, Pin(manager, pin), at=at)
    till.by = approved.by
    return approved


def _add(sitting: _Sitting, arguments: argparse.Namespace) -> Member:
    till, role = sitting.till, Role(arguments.role)
    wanted = None if arguments.id is None else staff_id(arguments.id)
    if sitting.approved is None:
        if role is not Role.MANAGER:
            raise NoManagerError
        pin = sitting.secrets.ask_twice(wanted or arguments.name)
        name = arguments.name or ""
        return till.make_first_manager(pin, at=sitting.at, name=name, staff_id=wanted)
    return till.add_staff(
        arguments.name,
        role,
        sitting.secrets.ask_twice(wanted or arguments.name),
        ref=new_ref(),
        at=sitting.at,
        staff_id=wanted,
        approved=sitting.approved,
    )


def _disable(sitting: _Sitting, arguments: argparse.Namespace) -> Member:
    return sitting.till.disable_staff(
        arguments.staff, ref=new_ref(), at=sitting.at, approved=sitting.approved
    )


def _enable(sitting: _Sitting, arguments: argparse.Namespace) -> Member:
    return sitting.till.enable_staff(
        arguments.staff, ref=new_ref(), at=sitting.at, approved=sitting.approved
    )


def _role(sitting: _Sitting, arguments: argparse.Namespace) -> Member:
    role = Role(arguments.role)
    pin = sitting.secrets.ask_twice(arguments.staff) if role is Role.MANAGER else None
    return sitting.till.change_role(
        arguments.staff, role, ref=new_ref(), at=sitting.at, pin=pin, approved=sitting.approved
    )


def _reset_pin(sitting: _Sitting, arguments: argparse.Namespace) -> Member:
    pin = sitting.secrets.ask_twice(staff_id(arguments.staff))
    return sitting.till.reset_pin(
        arguments.staff, pin, ref=new_ref(), at=sitting.at, approved=sitting.approved
    )


def _card(sitting: _Sitting, arguments: argparse.Namespace) -> Member:
    uid = None if arguments.remove else sitting.secrets.ask("请刷卡", "Tap the card")
    return sitting.till.set_card(
        arguments.staff, uid, ref=new_ref(), at=sitting.at, approved=sitting.approved
    )


_CHANGES: Final[dict[str, Callable[[_Sitting, argparse.Namespace], Member]]] = {
    "add": _add,
    "disable": _disable,
    "enable": _enable,
    "role": _role,
    "reset-pin": _reset_pin,
    "card": _card,
}


def _list(arguments: argparse.Namespace) -> int:
    desk = sit_down(arguments)
    with sentences(desk.database), closing(read_only(desk.database)) as connection:
        rows = staff_rows(connection.cursor(), desk.settings.shop.book)
    members = [row.member for row in rows]
    if arguments.json:
        out_json([asdict(member) for member in members])
        return 0
    if not members:
        sys.stderr.write("还没有人员 · there is no staff yet\n")
        return 0
    words = desk.words
    heading = [words("Number"), words("Name"), words("Role"), words("State"), words("Card")]
    roles = role_names(words)
    yes, no = words("yes"), words("no")
    lines = [
        [
            member.id,
            member.name,
            roles[member.role],
            words("active") if member.active else words("disabled"),
            yes if member.has_card else no,
        ]
        for member in members
    ]
    out(*table([heading, *lines], right=()))
    return 0


def _told(member: Member) -> list[str]:
    role = ROLE_NAMES[member.role]
    zh = "" if member.active else "，已停用"
    en = "" if member.active else ", disabled"
    card_zh, card_en = ("，有员工卡", ", with a card") if member.has_card else ("", "")
    return [
        f"{member.id} {member.name}：{role.zh}{card_zh}{zh} · {role.en}{card_en}{en}",
    ]
