"""Everything that the books can refuse; each class builds its own sentence from facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import Refusal

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path
    from uuid import UUID


class LedgerError(Refusal):
    """The books refuse; nothing was written."""


class AmountError(LedgerError):
    """An amount that no book can hold: a fraction of a fen, another currency, or out of range."""

    def __init__(self, amount: object) -> None:
        self.amount = amount
        super().__init__(
            f"金额 {amount} 不能入账：必须是整分的人民币，且小于十万亿元。",
            f"The amount {amount} cannot be booked: it must be whole fen of CNY, below 10^15 fen.",
        )


class UnbalancedError(LedgerError):
    """Debits and credits differ."""

    def __init__(self, kind: str, debit_fen: int, credit_fen: int) -> None:
        self.debit_fen = debit_fen
        self.credit_fen = credit_fen
        super().__init__(
            f"分录不平（{kind}）：借方 {debit_fen} 分，贷方 {credit_fen} 分。"
            "请报告此错误，勿手工更正。",
            f"Unbalanced entry ({kind}): debits {debit_fen} fen, credits {credit_fen} fen. "
            "Report this; do not correct it by hand.",
        )


class CanonicalFormError(LedgerError):
    """A value that has no canonical form in a record: a float, a bool, a huge integer."""

    def __init__(self, value: object) -> None:
        self.value = value
        super().__init__(
            f"记录里不能写 {value!r}：只收整数、文字和空值。",
            f"A record cannot hold {value!r}: only integers, strings and null.",
        )


class RefConflictError(LedgerError):
    """The same ref arrived with another content: an alarm, never a silent duplicate."""

    def __init__(self, ref: UUID, book: str, seq: int) -> None:
        self.ref = ref
        self.book = book
        self.seq = seq
        super().__init__(
            f"编号 {ref} 已经记在 {book} 第 {seq} 号，但内容不同：没有再记。请主管核对这两笔。",
            f"The ref {ref} is already record {seq} of {book}, with another content: "
            "nothing was written. Let a supervisor compare the two.",
        )


class FundShortError(LedgerError):
    """The fund holds less than the draw asks for."""

    def __init__(self, held_fen: int, wanted_fen: int) -> None:
        self.held_fen = held_fen
        self.wanted_fen = wanted_fen
        super().__init__(
            f"爱心基金余额不足：现有 {held_fen} 分，需要 {wanted_fen} 分。",
            f"The fund is too low: it holds {held_fen} fen, {wanted_fen} fen are asked for.",
        )


class DatabaseError(LedgerError):
    """The database file cannot be used as it is."""

    def __init__(self, path: Path, zh: str, en: str) -> None:
        self.path = path
        super().__init__(f"数据库 {path}：{zh}", f"Database {path}: {en}")


class DamagedDatabaseError(DatabaseError):
    """SQLite itself cannot read the file, or a page of it."""

    def __init__(self, path: Path, detail: str) -> None:
        self.detail = detail
        super().__init__(
            path,
            f"文件已损坏或不是数据库（{detail}）。不要再写入；请把整个目录复制一份，"
            "再从 backups 文件夹恢复最近的备份。",
            f"the file is damaged or not a database ({detail}). Write nothing more to it; copy the "
            "whole folder, then restore the latest file of the backups folder.",
        )


class StorageError(DatabaseError):
    """The disk refused a write: full, read-only, or failing."""

    def __init__(self, path: Path, detail: str) -> None:
        self.detail = detail
        super().__init__(
            path,
            f"写不进磁盘（{detail}）。这一笔没有记账；请检查磁盘空间和权限后重试。",
            f"the disk refused the write ({detail}). Nothing was booked; check free space and "
            "permissions, then try again.",
        )


class CommitUnknownError(StorageError):
    """COMMIT itself failed on the disk: whether it took place shows only after a restart."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(path, detail)
        self.zh = (
            f"数据库 {path}：提交时磁盘出错（{detail}），不知道这一笔是否已记账。"
            "请对同一单再收一次款（不会重复记账）；若程序已重启，先在历史里查找，没有再重新录入。"
        )
        self.en = (
            f"Database {path}: the disk failed during the commit ({detail}), so it is not known "
            "whether this was booked. Pay the same ticket again, it is booked only once; after a "
            "restart, look in the history before ringing it anew."
        )


class BusyError(StorageError):
    """Another program holds the file's lock."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(path, detail)
        self.zh = (
            f"数据库 {path}：被另一个程序占用（{detail}）。这一笔没有记账；请关掉那个程序后重试。"
        )
        self.en = (
            f"Database {path}: another program holds it ({detail}). Nothing was booked; close that "
            "program, then try again."
        )


class ReplacedError(StorageError):
    """The file at the database's place is no longer the one that is open."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "moved or deleted")
        self.zh = (
            f"数据库 {path}：打开之后被移走、删除或替换。这一笔没有记账；"
            "请把原来的目录放回原处，再重新启动。"
        )
        self.en = (
            f"Database {path}: it was moved, deleted or replaced while it was open. Nothing was "
            "booked; put the folder back in its place and start again."
        )


class NotWrittenError(DatabaseError):
    """The database took a record without an error, and did not write it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            "收下了记录却没有写入：可能被加了外来的触发器。这一笔没有记账；"
            "请运行 kiosk ledger verify 查明。",
            "it took a record and did not write it, as a foreign trigger can make it do. Nothing "
            "was booked; run kiosk ledger verify to see why.",
        )


class UnreadableError(DatabaseError):
    """The system does not let us read the file."""

    def __init__(self, path: Path, detail: str) -> None:
        self.detail = detail
        super().__init__(
            path,
            f"读不出来（{detail}）。请检查文件、权限和磁盘后重试。",
            f"it cannot be read ({detail}). Check the file, its permissions and the disk, "
            "then try again.",
        )


class TailCutError(DatabaseError):
    """The database ends before a record that this machine has already announced."""

    def __init__(self, path: Path, book: str, seq: int, announced: int) -> None:
        self.book = book
        self.seq = seq
        self.announced = announced
        super().__init__(
            path,
            f"账簿 {book} 只到第 {seq} 号，而本机已记到第 {announced} 号："
            "末尾被截断，或恢复了旧备份。"
            "请找回原文件；若确需用备份继续，先在 kiosk.toml 把 shop.epoch 加一，另起新账簿。",
            f"book {book} ends at record {seq}, but this machine had written record {announced}: "
            "its tail was cut, or an old backup was restored. Bring the original file back; to go "
            "on from a backup, raise shop.epoch in kiosk.toml first, which begins a new book.",
        )


class NoSuchBookError(LedgerError):
    """A book that the database does not hold."""

    def __init__(self, book: str, books: list[str]) -> None:
        self.book = book
        self.books = books
        names = ", ".join(books)
        super().__init__(
            f"没有账簿 {book!r}：现有 {names or '（空）'}。",
            f"There is no book {book!r}: there are {names or 'none yet'}.",
        )


class UnsoundRecordError(LedgerError):
    """A record that was altered, so that nothing may be built on it."""

    def __init__(self, book: str, seq: int, zh: str, en: str) -> None:
        self.book = book
        self.seq = seq
        super().__init__(
            f"账簿 {book} 第 {seq} 号记录有问题：{zh}。请运行 kiosk ledger verify 查明。",
            f"Record {seq} of book {book} is unsound: {en}. "
            "Run kiosk ledger verify to see everything that is wrong.",
        )


class BalancesDifferError(LedgerError):
    """The running balances are not what the records say."""

    def __init__(self, account: str) -> None:
        self.account = account
        super().__init__(
            f"科目 {account} 的余额与记录不符。请运行 kiosk ledger verify 查明。",
            f"The balance of account {account} is not what the records say. "
            "Run kiosk ledger verify to see everything that is wrong.",
        )


class UnknownAccountError(LedgerError):
    """A posting to an account that the chart does not have, so that it has no name or type."""

    def __init__(self, account: str) -> None:
        self.account = account
        super().__init__(
            f"科目表中没有 {account}，而账上有：请把它加回科目表后重试。",
            f"The chart of accounts has no {account}, which the books use: add it to the chart "
            "again, then retry.",
        )


class PeriodError(LedgerError):
    """Days that cannot be covered: they end before they begin, or a format has no such year."""

    @classmethod
    def backwards(cls, first_day: date, last_day: date) -> PeriodError:
        """Say that ``last_day`` is before ``first_day``."""
        return cls(
            f"{last_day} 早于 {first_day}：请把两个日期对调。",
            f"{last_day} is before {first_day}: swap the two days.",
        )


class OutputError(LedgerError):
    """A file or folder that cannot be written where it was asked for."""

    def __init__(self, path: Path, zh: str, en: str) -> None:
        self.path = path
        super().__init__(f"写到 {path}：{zh}", f"Writing {path}: {en}")

    @classmethod
    def refused(cls, path: Path, detail: str) -> OutputError:
        """Say that the system refused, in its own words; nothing was left half done."""
        return cls(
            path,
            f"系统拒绝（{detail}）。没有留下半成品；请检查空间和权限，或换一个位置。",
            f"the system refused ({detail}). Nothing was left half done; check free space and "
            "permissions, or choose another place.",
        )
