"""What is looked at, in which order: everything by ``kiosk doctor``, little at each start."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from config.errors import ConfigError, Phrase
from config.settings import load_settings
from kiosk.doctor import books, cards, files, readers
from kiosk.doctor.check import Check, Finding, Level, Look, look_at
from kiosk.till.home import DATABASE_FILE, SETTINGS_FILE

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from config.settings import Settings
    from kiosk.till.home import Home
    from kiosk.till.till import Till


def full_check(home: Path, *, full: bool = False, now: datetime | None = None) -> list[Check]:
    """Look at everything of the home at ``home``; nothing is made there, nothing raises.

    ``full`` has SQLite check every index entry too. ``now`` is an aware instant, else the clock's.
    """
    at = now or books.now()
    settings = readable_settings(home)
    found = look_at(
        [
            Look("home", Phrase("目录", "Folder"), partial(files.folder, home)),
            Look("settings", Phrase("设置", "Settings"), partial(files.settings_file, home)),
            Look("catalogue", Phrase("商品目录", "Catalogue"), partial(files.catalogue_file, home)),
            Look("chart", Phrase("会计科目", "Accounts"), files.chart),
            Look("disk", Phrase("磁盘", "Disk"), partial(files.disk, home, settings)),
            Look("sqlite", Phrase("数据库软件", "SQLite"), books.sqlite_version),
        ]
    )
    database = home / DATABASE_FILE
    whole = Look(
        "database", Phrase("数据库", "Database"), partial(books.integrity, database, full=full)
    )
    found += look_at([whole])
    looks = _of_books(database, home, settings, at, full=True)
    if found[-1].level is not Level.GREEN:
        looks = [Look(each.name, each.title, _not_now) for each in looks]
    found += look_at(looks)
    return found + look_at(
        [
            Look("draft", Phrase("没结的单子", "Open ticket"), partial(files.draft, home)),
            Look("printer", Phrase("打印机", "Printer"), files.printer),
            Look("reader", Phrase("扫码与读卡", "Readers"), partial(files.reader, settings)),
            *readers.looks(home, settings),
        ]
    )


def quick_check(home: Home, till: Till, *, now: datetime | None = None) -> list[Check]:
    """Look, quietly, at what may have gone wrong since yesterday: at the program's start.

    It reads through a connection of its own, so any thread may call it beside the till's. What is
    not green or grey is worth a line on the screen.
    """
    at = now or books.now()
    database = till.database.path
    whole = Look(
        "database", Phrase("数据库", "Database"), partial(books.integrity, database, full=False)
    )
    room = Look("disk", Phrase("磁盘", "Disk"), partial(files.disk, home.path, home.settings))
    return look_at([whole, room, *_of_books(database, home.path, home.settings, at, full=False)])


def readable_settings(home: Path) -> Settings:
    """Give the home's settings; where they cannot be read, which a check says, the defaults."""
    try:
        return load_settings(home / SETTINGS_FILE)
    except (ConfigError, OSError):
        return load_settings()


def _of_books(
    database: Path, home: Path, settings: Settings, at: datetime, *, full: bool
) -> list[Look]:
    return [
        Look("chain", Phrase("账簿链", "Chain"), partial(books.chain, database)),
        Look("balances", Phrase("余额", "Balances"), partial(books.balances, database, full=full)),
        Look("clock", Phrase("时钟", "Clock"), partial(books.clock, database, settings, at)),
        Look("staff", Phrase("人员", "Staff"), partial(books.staff, database, home)),
        Look("cards", Phrase("早餐卡", "Cards"), partial(cards.cards, database, home)),
        Look("shift", Phrase("班次", "Shift"), partial(books.shift, database, settings, at)),
        Look("parked", Phrase("挂单", "Parked"), partial(books.parked, database, settings, at)),
    ]


def _not_now() -> Finding:
    return Finding(
        Level.GREY,
        Phrase("先解决数据库的问题", "first the database must be put right"),
    )
