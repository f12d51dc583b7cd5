"""The books themselves: file, chain, balances, clock, shift, and whoever waits.

Everything is read through a connection that cannot write, in short reads, beside an open till.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from config.errors import Phrase
from kiosk.doctor.check import Finding, Level, good
from kiosk.sale.people_errors import ManagerGoneError
from kiosk.till.clock import jump
from kiosk.till.secrets import KEY_FILE, read_key
from kiosk.till.staff_rows import altered_staff, manager_recorded
from kiosk.till.store import SCHEMA, check_size, schema_of
from ledger.chain import digest
from ledger.db import read_only, sentences
from ledger.errors import TailCutError
from ledger.head_file import head_path, read_heads
from ledger.verify import altered_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.settings import Settings

_STRICT_TABLES: Final = (3, 37, 0)
_TWO_WRITERS_SAFE: Final = (3, 51, 3)

_REBUILD: Final = Phrase(
    "先不要收银：请运行 kiosk ledger verify 查明，再用 kiosk ledger rebuild 重建或恢复备份",
    "do not sell on it: run kiosk ledger verify to see everything, then kiosk ledger rebuild, or "
    "restore a backup",
)


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Cursor]:
    """Give a cursor within one read: what it sees is of one instant.

    Raises:
        DatabaseError: the file is damaged, or cannot be read.
    """
    with sentences(database), closing(read_only(database)) as connection:
        connection.execute("BEGIN")
        yield connection.cursor()


def sqlite_version() -> Finding:
    """Look at the library that the books are written with."""
    version, found = sqlite3.sqlite_version, sqlite3.sqlite_version_info
    if found < _STRICT_TABLES:
        return Finding(
            Level.RED,
            Phrase(f"SQLite {version} 太旧", f"SQLite {version} is too old"),
            Phrase("请升级到 3.37 或更新", "upgrade to 3.37 or newer"),
        )
    if found < _TWO_WRITERS_SAFE:
        # A rare fault where two connections write and checkpoint at once; a home has one writer.
        return good(
            f"SQLite {version}；3.51.3 之前只许一个程序写，本程序就是这样",
            f"SQLite {version}; before 3.51.3 only one program may write, and only one does",
        )
    return good(f"SQLite {version}", f"SQLite {version}")


def integrity(database: Path, *, full: bool) -> Finding:
    """Ask SQLite about its pages and rows; ``full`` asks about every index entry, too.

    Raises:
        DatabaseError: the file is cut, damaged, or of another program.
    """
    check_size(database)
    schema = schema_of(database)
    if schema is None:
        return Finding(
            Level.RED if head_path(database).exists() else Level.YELLOW,
            Phrase("还没有账", "there are no books yet"),
            Phrase("请用 kiosk 开张", "start kiosk"),
        )
    if schema != SCHEMA:
        older = schema < SCHEMA
        return Finding(
            Level.YELLOW if older else Level.RED,
            Phrase(
                f"结构是 {schema}，本程序是 {SCHEMA}", f"schema {schema}, this kiosk has {SCHEMA}"
            ),
            Phrase("启动一次 kiosk，它会备份并升级", "start kiosk once: it backs up and upgrades")
            if older
            else Phrase("请升级 kiosk", "upgrade kiosk"),
        )
    with reading(database) as cursor:
        cursor.execute("PRAGMA integrity_check(5)" if full else "PRAGMA quick_check(5)")
        said = [text for (text,) in cursor.fetchall() if text != "ok"]
    if said:
        what = "; ".join(" ".join(str(each).split()) for each in said)
        return Finding(Level.RED, Phrase(f"SQLite 自检：{what}", f"SQLite says: {what}"), _REBUILD)
    if altered := altered_schema(database):
        names = ", ".join(altered)
        return Finding(
            Level.RED,
            Phrase(f"表或触发器被改动：{names}", f"tables or triggers were altered: {names}"),
            _REBUILD,
        )
    depth = Phrase("完整", "complete") if full else Phrase("快速", "quick")
    size = database.stat().st_size // 1000
    return good(f"{depth.zh}自检无误，{size} kB", f"the {depth.en} check found nothing, {size} kB")


def chain(database: Path) -> Finding:
    """Hold the end of every book against the head file, and its last link against itself.

    Raises:
        DatabaseError: the file cannot be read.
        TailCutError: a book ends before what this machine announced.
    """
    announced = read_heads(database)  # before the books: a till that goes on is never behind it
    with reading(database) as cursor:
        ends = {book: _end(cursor, book) for book in _books(cursor)}
        for book, head in (announced or {}).items():
            row = cursor.execute(
                "SELECT hash FROM record WHERE book = ? AND seq = ?", (book, head.seq)
            ).fetchone()
            if row is None or row[0] != head.hash:
                raise TailCutError(database, book, ends.get(book, (0, True))[0], head.seq)
    if broken := [f"{book} {seq}" for book, (seq, sound) in ends.items() if not sound]:
        where = ", ".join(broken)
        return Finding(
            Level.RED,
            Phrase(f"末尾的记录被改过：{where}", f"the last record was altered: {where}"),
            _REBUILD,
        )
    if ends and (announced is None or ends.keys() - announced.keys()):
        return Finding(
            Level.YELLOW,
            Phrase(
                "账尾文件（.heads）没有或不全，无法判断末尾是否被截断",
                "the head file (.heads) is missing or knows not every book: a cut tail would not "
                "show",
            ),
            Phrase(
                "请查明谁动过它；下次启动会重新写",
                "find out who touched it; the next start writes it",
            ),
        )
    places = ", ".join(f"{book} {seq}" for book, (seq, _) in ends.items())
    return good(f"账尾 {places or '—'}", f"heads {places or '-'}")


def _books(cursor: sqlite3.Cursor) -> Iterator[str]:
    """Give every book, from one to the next by key: DISTINCT would read every record."""
    query = "SELECT book FROM record WHERE book > ? ORDER BY book LIMIT 1"
    found = cursor.execute(query, ("",)).fetchone()
    while found is not None:
        yield found[0]
        found = cursor.execute(query, found).fetchone()


def _last_at(cursor: sqlite3.Cursor, book: str) -> str:
    query = "SELECT at FROM record WHERE book = ? ORDER BY seq DESC LIMIT 1"
    return str(cursor.execute(query, (book,)).fetchone()[0])


def _end(cursor: sqlite3.Cursor, book: str) -> tuple[int, bool]:
    """Give the last place of ``book``, and whether its record is as it was hashed and linked."""
    rows = cursor.execute(
        "SELECT seq, prev, hash, body FROM record WHERE book = ? ORDER BY seq DESC LIMIT 2", (book,)
    ).fetchall()
    seq, prev, hash_, body = rows[0]
    before = rows[1][2] if len(rows) > 1 else bytes(32)
    follows = rows[1][0] == seq - 1 if len(rows) > 1 else seq == 1
    return seq, digest(body) == hash_ and prev == before and follows


_DRIFTED: Final = """
SELECT book, account FROM
  (SELECT book, account, debit_fen AS d, credit_fen AS c FROM balance UNION ALL
   SELECT book, account, -sum(CASE side WHEN 'D' THEN amount_fen ELSE 0 END),
          -sum(CASE side WHEN 'C' THEN amount_fen ELSE 0 END)
   FROM posting GROUP BY book, account)
GROUP BY book, account HAVING sum(d) <> 0 OR sum(c) <> 0 LIMIT 5
"""


def balances(database: Path, *, full: bool) -> Finding:
    """Hold debits against credits; ``full`` adds every posting up and compares each account.

    Raises:
        DatabaseError: the file cannot be read.
    """
    with reading(database) as cursor:
        debit, credit = cursor.execute(
            "SELECT coalesce(sum(debit_fen), 0), coalesce(sum(credit_fen), 0) FROM balance"
        ).fetchone()
        drifted = cursor.execute(_DRIFTED).fetchall() if full else []
    if debit != credit:
        sums = f"{debit / 100:.2f} / {credit / 100:.2f}"
        return Finding(
            Level.RED,
            Phrase(f"借贷不平：{sums}", f"debits and credits differ: {sums}"),
            _REBUILD,
        )
    if drifted:
        names = ", ".join(f"{book} {account}" for book, account in drifted)
        return Finding(
            Level.RED,
            Phrase(f"余额与分录不符：{names}", f"balances differ from the postings: {names}"),
            _REBUILD,
        )
    amount = f"{debit / 100:.2f}"
    if full:
        return good(
            f"借贷相等（{amount}），与分录一致",
            f"debits equal credits ({amount}), and the postings",
        )
    return good(f"借贷相等（{amount}）", f"debits equal credits ({amount})")


def clock(database: Path, settings: Settings, now: datetime) -> Finding:
    """Hold the machine's clock against the last record.

    Raises:
        DatabaseError: the file cannot be read.
    """
    with reading(database) as cursor:
        last = max((_last_at(cursor, book) for book in _books(cursor)), default=None)
    zone = ZoneInfo(settings.day.timezone)
    local = f"{now.astimezone(zone):%Y-%m-%d %H:%M}"
    if last is not None:
        found = jump(datetime.fromisoformat(last), now, settings.guards, in_shift=False)
        if found is not None:
            said = found.sentence(zone)
            # Its second sentence is what to do.
            (zh, do_zh), (en, do_en) = said.zh.split("。", 1), said.en.split(". ", 1)
            return Finding(Level.RED, Phrase(zh, en), Phrase(do_zh, do_en))
    return good(f"{local}，不早于最后一条记录", f"{local}, not before the last record")


def shift(database: Path, settings: Settings, now: datetime) -> Finding:
    """Look for a shift that should have been closed.

    Raises:
        DatabaseError: the file cannot be read.
    """
    with reading(database) as cursor:
        rows = cursor.execute(
            "SELECT book, number, day, opened_by FROM shift WHERE closed_seq IS NULL ORDER BY book"
        ).fetchall()
    rollover = settings.day.rollover
    began = timedelta(hours=rollover.hour, minutes=rollover.minute)
    today = (now.astimezone(ZoneInfo(settings.day.timezone)) - began).date().isoformat()
    late = [(book, number, day, by) for book, number, day, by in rows if day < today]
    if late:
        book, number, day, by = late[0]
        return Finding(
            Level.YELLOW,
            Phrase(
                f"{book} 第 {number} 班（{day}，{by} 开班）还没有交班",
                f"shift {number} of {book} ({day}, opened by {by}) is still open",
            ),
            Phrase("请清点钱箱并交班", "count the drawer and close it"),
        )
    if rows:
        _, number, day, by = rows[0]
        return good(f"第 {number} 班，{by} 开班", f"shift {number}, opened by {by}")
    return good("没有开班", "no shift is open")


def parked(database: Path, settings: Settings, now: datetime) -> Finding:
    """Look for baskets that wait, and for how long.

    Raises:
        DatabaseError: the file cannot be read.
    """
    with reading(database) as cursor:
        count, first = cursor.execute("SELECT count(*), min(at) FROM parked").fetchone()
    if not count:
        return good("没有挂单", "no basket waits")
    since = datetime.fromisoformat(first).astimezone(ZoneInfo(settings.day.timezone))
    said = Phrase(
        f"{count} 单挂着，最早 {since:%m-%d %H:%M}",
        f"{count} waiting, the first since {since:%m-%d %H:%M}",
    )
    if now - since < timedelta(hours=12):
        return Finding(Level.GREEN, said)
    return Finding(
        Level.YELLOW, said, Phrase("请取单收款或删除", "recall and sell them, or drop them")
    )


def staff(database: Path, home: Path) -> Finding:
    """Look at the staff's key, and whether anybody is another than the books say.

    Raises:
        DatabaseError: the file cannot be read.
        StaffKeyError: the key is gone, open to others, or damaged.
        ManagerGoneError: the rows of the staff are gone.
    """
    with reading(database) as cursor:
        rows: list[Any] = cursor.execute("SELECT role, active FROM staff").fetchall()
        altered = altered_staff(cursor)
        books = cursor.execute("SELECT DISTINCT book FROM record").fetchall() if not rows else []
        if any(manager_recorded(cursor, book) for (book,) in books):
            raise ManagerGoneError
    if not rows:
        return Finding(
            Level.YELLOW,
            Phrase("还没有站长", "there is no manager yet"),
            Phrase("启动 kiosk，设站长的 PIN", "start kiosk and give the manager a PIN"),
        )
    read_key(home / KEY_FILE, make=False)
    if altered:
        names = ", ".join(f"{book} {who}" for book, who in altered)
        return Finding(
            Level.RED,
            Phrase(
                f"人员资料或 PIN 与账簿不符：{names}",
                f"a role, card or PIN is not what the books say: {names}",
            ),
            Phrase(
                "请查明谁动过数据库（kiosk ledger verify）；PIN 用 kiosk staff reset-pin 重设",
                "find out who was at the database (kiosk ledger verify); a PIN is put right by "
                "kiosk staff reset-pin",
            ),
        )
    count = sum(active for _, active in rows)
    return good(
        f"{count} 人可登录，密钥文件只有自己能读", f"{count} may sign in; the key is ours alone"
    )


def now() -> datetime:
    """Give this instant, in UTC."""
    return datetime.now(UTC)
