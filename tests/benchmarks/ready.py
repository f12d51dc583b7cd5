"""A home where a cashier can begin at once: a manager, an open shift, no pause between payments."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from kiosk.till.home import open_home
from kiosk.till.store import open_database
from kiosk.till.till import Till

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.till.home import Home

TILL: Final = Path(__file__).with_name("apps") / "till.py"
_SETTINGS: Final = "[guards]\nenter_ms = 0\nidle_lock_s = 0\n"
_PIN: Final = "246813"


def ready_home(
    path: Path, settings: str = "", prepare: Callable[[Till, datetime], object] | None = None
) -> Home:
    """Make a home at ``path`` with staff s01 and a shift that is open.

    ``settings`` are more of them; ``prepare`` does what else has to be there before the shift.
    """
    path.mkdir(parents=True)
    (path / "kiosk.toml").write_text(_SETTINGS + settings, encoding="utf-8")
    home = open_home(path)
    database = open_database(home)
    till, now = Till(database, home.settings), datetime.now(UTC)
    till.open(home.catalogue, at=now)
    till.make_first_manager(_PIN, at=now)
    if prepare is not None:
        prepare(till, now)
    till.open_shift({1000: 20}, ref=uuid4(), at=now)
    database.close()
    return home
