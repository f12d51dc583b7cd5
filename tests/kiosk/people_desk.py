"""Hands for the tests of the staff: a guarded till, and looks into its books."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import uuid4

from config.rights import Role
from kiosk.sale.people import Pin
from kiosk.till.till import Till

if TYPE_CHECKING:
    from typing import Any

    from kiosk.sale.people import Member
    from tests.kiosk.conftest import Counter

BOSS, ANNA = "135790", "4826"
UID = "04:a2:2f:91"


def staffed(counter: Counter) -> None:
    """Put a guarded till on the counter, with manager s01 and cashier s02; nobody is signed in."""
    counter.till = Till(counter.database, counter.home.settings, guarded=True)
    counter.till.make_first_manager(BOSS, at=counter.tick())
    counter.till.sign_in(Pin("1", BOSS), at=counter.tick())
    add(counter, "安娜", Role.CASHIER, ANNA)
    counter.till.lock(at=counter.tick())


def add(counter: Counter, name: str, role: Role, pin: str) -> Member:
    return counter.till.add_staff(name, role, pin, ref=uuid4(), at=counter.tick())


def as_boss(counter: Counter) -> Till:
    counter.till.sign_in(Pin("s01", BOSS), at=counter.tick())
    return counter.till


def records(counter: Counter, *kinds: str) -> list[dict[str, Any]]:
    """The bodies of all records of these kinds, of all where none is named."""
    with counter.database.transaction() as cursor:
        rows = cursor.execute("SELECT body FROM record ORDER BY book, seq").fetchall()
    bodies = [json.loads(body) for (body,) in rows]
    return [body for body in bodies if not kinds or body["kind"] in kinds]


def docs(counter: Counter, kind: str) -> list[dict[str, Any]]:
    return [body["doc"] for body in records(counter, kind)]


def edit(counter: Counter, statement: str, *values: object) -> None:
    """What somebody with the sqlite3 shell does."""
    with closing(sqlite3.connect(counter.home.database)) as connection:
        assert connection.execute(statement, values).rowcount == 1
        connection.commit()
