"""The staff of a training home: those of the real one, who sign in as they always do."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from config.settings import load_settings
from kiosk.till import staff_rows
from kiosk.till.home import DATABASE_FILE, SETTINGS_FILE
from kiosk.till.secrets import KEY_FILE
from ledger.db import read_only

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from kiosk.till.home import Home
    from kiosk.till.staff_rows import StaffRow
    from kiosk.till.till import Till


def bring_staff(till: Till, training: Home, at: datetime) -> None:
    """Let the staff of the home around ``training`` work in it, with their PINs and cards.

    The real home is only read, and may be open in another program; where nobody works there yet,
    nothing changes here.
    """
    real = training.path.parent
    rows = _staff_of(real / DATABASE_FILE, load_settings(training.path / SETTINGS_FILE).book)
    if rows:
        _copy_key(real / KEY_FILE, training.path / KEY_FILE)
        till.bring_staff(rows, at=at)


def _staff_of(database: Path, book: str) -> list[StaffRow]:
    if not database.exists():
        return []
    try:
        with closing(read_only(database)) as connection:
            return staff_rows.staff_rows(connection.cursor(), book)
    except sqlite3.Error:
        return []  # a database of an older program, or none of ours: it has no staff to bring


def _copy_key(source: Path, target: Path) -> None:
    """Copy the key that PINs and cards are sealed with; nobody else may read the copy either."""
    half = target.with_name(f".{target.name}.new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(source.read_bytes())
    half.replace(target)
