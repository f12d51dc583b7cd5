"""Opening the database of a home: made on first use, migrated at start with a backup before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.till.home import DATABASE_FILE, HomeError
from kiosk.till.projectors import PROJECTORS
from ledger.db import Database, read_only, sentences
from ledger.errors import DamagedDatabaseError, DatabaseError
from ledger.verify import altered_schema

if TYPE_CHECKING:
    from alembic.config import Config

    from kiosk.till.home import Home

_HEADER: Final = 100

SCHEMA: Final = "0003"
"""The schema that this program reads and writes; the newest revision in ``migrations``."""


class NewerSchemaError(DatabaseError):
    """The database was written by a newer program."""

    def __init__(self, path: Path, found: str) -> None:
        self.found = found
        super().__init__(
            path,
            f"由更新的版本写成（结构 {found}，本程序是 {SCHEMA}）：请升级 kiosk，不要用旧版打开。",
            f"written by a newer kiosk (schema {found}, this one knows {SCHEMA}): upgrade kiosk; "
            "do not open it with this version.",
        )


class AlteredSchemaError(DatabaseError):
    """A table or trigger was changed, dropped or added: the books would not be guarded."""

    def __init__(self, path: Path, names: list[str]) -> None:
        self.names = names
        listed = ", ".join(names)
        super().__init__(
            path,
            f"表结构或触发器被改动：{listed}。先不要收银；请运行 kiosk ledger verify 查明，"
            "再用 kiosk ledger rebuild 重建或恢复备份。",
            f"tables or triggers were altered: {listed}. Do not sell on it; run kiosk ledger "
            "verify to see everything, then kiosk ledger rebuild, or restore a backup.",
        )


class OlderSchemaError(DatabaseError):
    """The database waits for its migration, which only the till's start makes."""

    def __init__(self, path: Path, found: str) -> None:
        self.found = found
        super().__init__(
            path,
            f"还是旧结构（{found}，本程序是 {SCHEMA}）：请先启动一次 kiosk，它会备份并升级。",
            f"still at schema {found}, this kiosk reads {SCHEMA}: start kiosk once, it backs the "
            "file up and upgrades it.",
        )


def open_database(home: Home) -> Database:
    """Give the home's database, at this program's schema, ready for its one writer.

    Raises:
        NewerSchemaError: it was written by a newer program.
        DamagedDatabaseError: the file is damaged, or no database of ours.
        AlteredSchemaError: its tables or triggers are not those that guard the books.
        StorageError: the disk refuses.
    """
    check_size(home.database)
    migrate(home.database, home.backups)
    if altered := altered_schema(home.database):
        raise AlteredSchemaError(home.database, altered)
    database = Database(home.database, PROJECTORS)
    database.open()
    return database


def check_size(path: Path) -> None:
    """Refuse a file whose end is missing: SQLite itself would notice only on reaching it.

    Raises:
        DamagedDatabaseError: the file is no whole number of pages, or shorter than it says.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        header = file.read(_HEADER)
    if len(header) < _HEADER:
        return  # new, or no database: the next step says so
    size = path.stat().st_size
    # File format §1.3: 1 stands for 65536, which does not fit; the page count is at offset 28.
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    pages = int.from_bytes(header[28:32], "big")
    wal = path.with_name(f"{path.name}-wal")
    newer_pages_wait = wal.exists() and wal.stat().st_size > 0
    # With newer pages waiting, SQLite puts the file right itself: a checkpoint was cut short.
    if page < 512 or (not newer_pages_wait and (size % page or size < pages * page)):  # noqa: PLR2004
        raise DamagedDatabaseError(path, f"{size} bytes, {pages} pages of {page}")


def schema_of(path: Path) -> str | None:
    """Give the schema revision of the database at ``path``; None for a new or empty file.

    Raises:
        DamagedDatabaseError: it is not a database, or not one of ours.
    """
    if not path.exists():
        return None
    with sentences(path), closing(read_only(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if not tables:
            return None
        rows = (
            connection.execute("SELECT version_num FROM alembic_version").fetchall()
            if "alembic_version" in tables
            else []
        )
    if len(rows) != 1:
        raise DamagedDatabaseError(path, f"alembic_version: {len(rows)} rows")
    return str(rows[0][0])


def readable_books(path: Path) -> Path:
    """Give the database of the home at ``path`` for a command that only reads.

    Settings and catalogue are not opened: an auditor's commands work beside broken ones.

    Raises:
        HomeError: there are no books at ``path`` yet.
        NewerSchemaError: they were written by a newer program.
        OlderSchemaError: the till has not been started since the upgrade.
        DamagedDatabaseError: see ``schema_of``.
    """
    database = path / DATABASE_FILE
    found = schema_of(database)
    if found is None:
        raise HomeError(
            path,
            "这里还没有账：请先用 kiosk 开张，或用 --home 指定已有的目录。",
            "there are no books here: start kiosk first, or name an existing home with --home.",
        )
    if found > SCHEMA:
        raise NewerSchemaError(database, found)
    if found < SCHEMA:
        raise OlderSchemaError(database, found)
    return database


def migrate(path: Path, backups: Path) -> None:
    """Bring the database at ``path`` to this program's schema; back it up before it is changed.

    Raises:
        NewerSchemaError: its schema is unknown here.
        DamagedDatabaseError: see ``schema_of``.
        StorageError: the disk refuses, or another program holds the file.
    """
    found = schema_of(path)
    if found == SCHEMA:
        return
    # alembic costs a third of a second to import, and is needed on the day of an upgrade only.
    from alembic import command  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = _config(path)
    if found is not None:
        try:
            ScriptDirectory.from_config(config).get_revision(found)
        except CommandError as error:
            raise NewerSchemaError(path, found) from error
        back_up(path, backups, found)
    with sentences(path):
        command.upgrade(config, "head")


def _config(path: Path) -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["database"] = path
    return config


def back_up(path: Path, backups: Path, schema: str) -> Path:
    """Copy the database whole, WAL included, into ``backups``; give the copy's path.

    Raises:
        StorageError: the disk refuses.
    """
    backups.mkdir(mode=0o700, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    copy = backups / f"kiosk-{stamp}-schema-{schema}.db"
    half = copy.with_suffix(".part")
    with (
        sentences(path),
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(half)) as target,
    ):
        source.backup(target)
    half.replace(copy)
    return copy
