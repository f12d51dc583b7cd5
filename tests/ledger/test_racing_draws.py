"""Several processes draw on one fund at once, below the one-writer lock: never a fen too much."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from ledger.verify import verify
from tests.ledger.conftest import sold

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.db import Database

RACER = """
import sys
from pathlib import Path
from sqlalchemy import event
from ledger.db import Database
from ledger.errors import FundShortError
from tests.ledger.conftest import redeemed

database = Database(Path(sys.argv[1]))

# Two connections that write and checkpoint at once can corrupt this SQLite: a racer never does.
@event.listens_for(database._engine, "connect")
def no_checkpoint(connection, _):
    connection.execute("PRAGMA wal_autocheckpoint = 0")

database.open()
print("ready", flush=True)
sys.stdin.readline()
served = refused = 0
for _ in range(40):
    try:
        database.post("B-01.1", redeemed(7))
    except FundShortError:
        refused += 1
    else:
        served += 1
print(served, refused, flush=True)
"""

RACERS = 4


def test_exactly_as_many_are_served_as_the_fund_suffices_for(
    database: Database, root: Path
) -> None:
    for _ in range(70):
        database.post("B-01.1", sold())
    database.close()
    command = [sys.executable, "-c", RACER, str(database.path)]
    racers = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
        )
        for _ in range(RACERS)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    results = []
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        out, _ = racer.communicate(timeout=60)
        assert racer.returncode == 0
        results.append(tuple(map(int, out.split())))
    assert sum(served for served, _ in results) == 100  # 700 fen, 7 at a time
    assert sum(refused for _, refused in results) == RACERS * 40 - 100
    audit = verify(database.path)
    assert audit.findings == []
    assert audit.records == 170
