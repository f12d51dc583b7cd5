"""What a sale costs does not grow with the book behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from tests.kiosk.conftest import Counter

MOST = 10
"""SQL statements that one sale may take; quicktill's takes 59, in five commits."""


def asked(counter: Counter, *wanted: str) -> list[str]:
    """Sell ``wanted``; give the statements that it took, without those inside of triggers."""
    said: list[str] = []
    with counter.database.transaction() as cursor:
        connection: sqlite3.Connection = cursor.connection
    connection.set_trace_callback(said.append)
    counter.sell(*(wanted or ("F001", "D002*2")))
    connection.set_trace_callback(None)
    heads = [each.partition(" VALUES")[0] for each in said if not each.startswith("--")]
    # The rows of one call are traced as a statement each.
    return [b for a, b in zip(["", *heads], heads, strict=False) if a != b]


def test_a_sale_is_one_commit_and_the_same_work_however_long_the_book(counter: Counter) -> None:
    counter.open_shift()
    first = asked(counter)
    assert len(first) <= MOST
    assert first.count("COMMIT") == 1
    for _ in range(50):
        counter.sell("F001")
    assert asked(counter) == first
    assert not any("sum(" in each.casefold() for each in first)


def test_a_sale_with_a_pick_up_number_is_one_commit_too(counter: Counter) -> None:
    counter.open_shift()
    cooked = next(each.sku for each in counter.home.catalogue if each.pickup)
    statements = asked(counter, cooked)
    assert len(statements) <= MOST
    assert statements.count("COMMIT") == 1
    with counter.database.transaction() as cursor:
        (body,) = cursor.execute("SELECT body FROM record ORDER BY seq DESC LIMIT 1").fetchone()
    assert '"slip":1' in body
