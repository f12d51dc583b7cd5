"""``kiosk staff``: who may work at the till, from a shell; PINs are asked for, never arguments.

``list`` works beside an open till. The others write: they take the home's writer lock, and the PIN
of somebody who may manage the staff (``--as``), except where there is no manager yet.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from getpass import getpass
from typing import TYPE_CHECKING, Final

from config.rights import ROLE_NAMES, Right, Role
from kiosk.errors import TillError
from kiosk.ledger_commands.desk import out, out_json, sit_down, table
from kiosk.ledger_commands.people import role_names
from kiosk.sale.people import Pin, staff_id
from kiosk.sale.people_errors import ManagerThereError, NoManagerError
from kiosk.sale.refs import new_ref
from kiosk.till.home import HomeError, HomeInUseError, open_home, writing
from kiosk.till.staff_rows import staff_rows
from kiosk.till.store import open_database
from kiosk.till.till import Till
from ledger.db import read_only, sentences

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from config.settings import Settings
    from kiosk.sale.approval import Approved
    from kiosk.sale.people import Member

_ACT: Final = "staff"


class StaffInUseError(HomeError):
    """A till is open on this home, and manages its staff itself."""

    def __init__(self, path: Path, pid: str, key: str) -> None:
        self.pid = pid
        zh = f"按 {key}（人员）" if key else "打开“人员”画面"
        en = f"press {key} (staff)" if key else "open its staff screen"
        super().__init__(
            path,
            f"收银程序（进程 {pid}）正开着：请在那个窗口{zh}操作，或先退出它。",
            f"the till (process {pid}) is open: {en} in that window, or close it first.",
        )


class NoTerminalError(TillError):
    """There is nobody to ask for a PIN."""

    def __init__(self) -> None:
        super().__init__(
            "这里不是终端，没法询问 PIN：请在终端里运行，或用 --pin-stdin 从标准输入逐行给出。",
            "This is no terminal to ask for a PIN in: run it in one, or give the PINs on standard "
            "input, a line each, with --pin-stdin.",
        )


class PinMissingError(TillError):
    """Standard input ended before all that was to be asked."""

    def __init__(self) -> None:
        super().__init__(
            "标准输入里的 PIN 不够：每个要问的一行（先是 --as 的，再是新的）。",
            "Standard input holds too few PINs: a line for each that would be asked (that of --as "
            "first, then the new one).",
        )


class PinsDifferError(TillError):
    """The two entries of a new PIN are not the same."""

    def __init__(self) -> None:
        super().__init__(
            "两次输入的 PIN 不一样：什么都没有改，请重来。",
            "The two PINs are not the same: nothing was changed, start again.",
        )


@dataclass(frozen=True, slots=True)
class _Secrets:
    """Where PINs come from: a person who is asked, or lines of standard input."""

    lines: bool

    def ask(self, zh: str, en: str) -> str:
        """Give one secret; nothing of it is shown.

        Raises:
            NoTerminalError: there is no terminal.
            PinMissingError: there is no further line.
        """
        if self.lines:
            line = sys.stdin.readline()
            if not line:
                raise PinMissingError
            return line.rstrip("\r\n")
        if not sys.stdin.isatty():
            raise NoTerminalError
        try:
            return getpass(f"{zh} · {en}: ")
        except EOFError as error:
            raise PinMissingError from error

    def ask_twice(self, staff: str) -> str:
        """Give a new PIN, typed twice by a person.

        Raises:
            PinsDifferError: the two are not the same.
        """
        pin = self.ask(f"{staff} 的新 PIN", f"New PIN of {staff}")
        if not self.lines and pin != self.ask("再输一次", "Once more"):
            raise PinsDifferError
        return pin


@dataclass(frozen=True, slots=True)
class _Sitting:
    """A till of one's own for one command, and who let it work."""

    till: Till
    secrets: _Secrets
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
    with _alone(home.path, home.settings):
        database = open_database(home)
        try:
            till = Till(database, home.settings, guarded=True)
            at = datetime.now(UTC)
            till.open(home.catalogue, at=at)
            secrets = _Secrets(arguments.pin_stdin)
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


@contextmanager
def _alone(path: Path, settings: Settings) -> Iterator[None]:
    """Hold the writer lock, or name the screen that does the same."""
    with ExitStack() as held:
        try:
            held.enter_context(writing(path))
        except HomeInUseError as error:
            raise StaffInUseError(path, error.pid, settings.key("sell.staff")) from error
        yield


def _approved(till: Till, by: str | None, secrets: _Secrets, at: datetime) -> Approved | None:
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
