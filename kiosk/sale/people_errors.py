"""What is refused of and to the staff. No sentence here holds a PIN, a name or a card's number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import shown
from config.rights import RIGHT_NAMES, ROLE_NAMES, Role
from kiosk.errors import TillError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from config.errors import Phrase
    from config.rights import Right


class StaffError(TillError):
    """Something about the staff is refused."""


class StaffNumberError(StaffError):
    """A text that is no staff number; figures are not repeated, as they may be a PIN."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        figures = any(each.isdigit() for each in typed)
        zh = "这个工号" if figures else f"工号 {shown(typed)} "
        en = "This" if figures else shown(typed)
        super().__init__(
            f"{zh}不行：应如 s02（或只写 2）。",
            f"{en} is no staff number: write it like s02 (or just 2).",
        )


class UnknownStaffError(StaffError):
    """A staff number that nobody has (``staff``), or a card that is no staff card (None)."""

    def __init__(self, staff: str | None) -> None:
        self.staff = staff
        if staff is None:
            super().__init__(
                "这张卡不是员工卡：请用工号和 PIN，或请站长登记这张卡。",
                "This is no staff card: use number and PIN, or ask a manager to register it.",
            )
        else:
            super().__init__(
                f"没有工号 {staff}：用 kiosk staff list 查看。",
                f"There is no {staff} among the staff: see kiosk staff list.",
            )


class StaffTakenError(StaffError):
    """The number is somebody's already, or was; numbers are given once."""

    def __init__(self, staff: str, free: str) -> None:
        self.staff = staff
        self.free = free
        super().__init__(
            f"工号 {staff} 已经用过，不会再给别人：下一个空号是 {free}。",
            f"{staff} has been given already and is never given again: {free} is free.",
        )


class DisabledStaffError(StaffError):
    """The member may not work here any more."""

    def __init__(self, staff: str) -> None:
        self.staff = staff
        super().__init__(
            f"{staff} 已停用：请找站长。", f"{staff} has been disabled: ask a manager."
        )


class WeakPinError(StaffError):
    """A PIN that will not do."""

    def __init__(self, why: Phrase) -> None:
        self.why = why
        super().__init__(
            f"这个 PIN 不行：{why.zh}。请换一个别人猜不到的。",
            f"This PIN will not do: {why.en}. Choose one that nobody guesses.",
        )


class WrongPinError(StaffError):
    """Number and PIN do not belong together; ``left`` more wrong ones lock the number out."""

    def __init__(self, left: int) -> None:
        self.left = left
        super().__init__(
            f"工号或 PIN 不对：再错 {left} 次将暂时锁定。",
            f"Number or PIN is wrong: {left} more wrong and it is locked for a while.",
        )


class LockedOutError(StaffError):
    """Too many wrong PINs; the right one will not do either before ``until`` (UTC)."""

    def __init__(self, until: datetime, seconds: int) -> None:
        self.until = until
        self.seconds = seconds
        super().__init__(
            f"PIN 错误次数太多，已锁定：请 {seconds} 秒后再试，或刷员工卡。",
            f"Locked after too many wrong PINs: try again in {seconds} seconds, or tap a card.",
        )


class NotAllowedError(StaffError):
    """Whoever was to approve may not do it either."""

    def __init__(self, right: Right, staff: str) -> None:
        self.right = right
        self.staff = staff
        name = RIGHT_NAMES[right]
        super().__init__(
            f"{staff} 没有“{name.zh}”的权限：请找有权限的人。",
            f"{name.en} is not within {staff}'s rights: ask somebody who has them.",
        )


class LastManagerError(StaffError):
    """Without this member nobody could manage the staff again."""

    def __init__(self, staff: str) -> None:
        self.staff = staff
        super().__init__(
            f"{staff} 是唯一在用的站长：请先添加另一位站长。",
            f"{staff} is the only active manager: add another manager first.",
        )


class NoManagerError(StaffError):
    """The first member of the staff has to be a manager."""

    def __init__(self) -> None:
        super().__init__(
            "还没有站长：请先添加站长（kiosk staff add --role manager，或启动 kiosk 设置 PIN）。",
            "There is no manager yet: add one first (kiosk staff add --role manager, or start "
            "kiosk and choose a PIN).",
        )


class ManagerThereError(StaffError):
    """There is a manager already, who has to let others in."""

    def __init__(self) -> None:
        super().__init__(
            "已经有站长了：请站长来管理人员（命令后面加 --as 站长工号）。",
            "There is a manager already: only they let others in (add --as NUMBER to the command).",
        )


class ManagerGoneError(StaffError):
    """The books know a manager and the table of staff does not: somebody changed it."""

    def __init__(self) -> None:
        super().__init__(
            "账簿里有站长，人员表里却没有了，有人改动过数据库：不能另设站长。请运行 kiosk ledger "
            "verify 查明，再用 kiosk ledger rebuild 重建。",
            "The books have a manager and the table of staff has none; somebody changed the "
            "database: no other one is made. Run kiosk ledger verify, then kiosk ledger rebuild.",
        )


class NewPinNeededError(StaffError):
    """A role with a longer PIN needs a new one: the old one's length is not known."""

    def __init__(self, role: Role) -> None:
        self.role = role
        name = ROLE_NAMES[role]
        super().__init__(
            f"升为{name.zh}要同时设一个新 PIN（更长）。",
            f"Whoever becomes {name.en} needs a new, longer PIN with it.",
        )


class CardFormatError(StaffError):
    """A reading that is no card's number."""

    def __init__(self) -> None:
        super().__init__(
            "读到的不是卡号（应为 4 至 40 位数字或字母）：请重新刷卡。",
            "This is no card's number (4 to 40 digits or letters): tap the card again.",
        )


class CardTakenError(StaffError):
    """The card opens the till to somebody else already."""

    def __init__(self, staff: str) -> None:
        self.staff = staff
        super().__init__(
            f"这张卡已登记给 {staff}：请先取消，或换一张卡。",
            f"This card is registered to {staff}: take it from them first, or use another card.",
        )


class TamperedSecretError(StaffError):
    """What the database holds of the member is not what the books say: somebody changed it."""

    def __init__(self, staff: str) -> None:
        self.staff = staff
        super().__init__(
            f"{staff} 的登录资料与账簿不符，有人改动过数据库：不能登录。请站长运行 kiosk ledger "
            f"verify 查明，再用 kiosk staff reset-pin {staff} 重设 PIN。",
            f"What the database holds of {staff} is not what the books say; somebody changed it: "
            "no sign-in. Ask a manager to run kiosk ledger verify, then kiosk staff reset-pin "
            f"{staff}.",
        )


class StaffKeyError(StaffError):
    """The key file of PINs and cards cannot be used."""

    def __init__(self, path: Path, zh: str, en: str) -> None:
        self.path = path
        super().__init__(f"密钥文件 {path}：{zh}", f"Key file {path}: {en}")
