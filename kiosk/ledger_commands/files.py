"""``ledger rebuild`` and ``ledger export``: the commands that write files, never the books."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from config.language import words
from kiosk import __version__
from kiosk.ledger_commands.desk import out, out_json, places, sit_down
from kiosk.ledger_commands.kinds import kind_names
from kiosk.ledger_commands.proof import UNSOUND, lines
from kiosk.till.breakfast_tables import card_reading, holder
from kiosk.till.day_tables import staff_secret
from kiosk.till.home import DATABASE_FILE
from kiosk.till.projectors import PROJECTORS
from kiosk.till.store import migrate
from ledger import exports
from ledger.errors import OutputError
from ledger.money import yuan
from ledger.rebuild import rebuild as rebuild_books
from receipts.layout import TRAINING

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def rebuild(arguments: argparse.Namespace) -> int:
    """Make a new database from the records, and compare every projection with the old one.

    The staff's names and PIN hashes, and whose the cards are and which chips, stand in no record;
    they are taken over as they are.

    Exit code 1 where they differ: the new file is then the right one. JSON is one line:
    ``identical``, ``records``, ``books``, ``tables``, ``differences`` and ``out``.

    Raises:
        OutputError: the file exists, or cannot be written.
        UnsoundRecordError: a record was altered.
    """
    desk = sit_down(arguments)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target: Path = arguments.out or arguments.home / f"rebuilt-{stamp}.db"

    def make(path: Path) -> None:
        migrate(path, path.parent)

    carried = [staff_secret, card_reading, holder]
    rebuilt = rebuild_books(desk.database, target, PROJECTORS, make=make, carried=carried)
    if arguments.json:
        answer = {
            "identical": rebuilt.identical,
            "records": rebuilt.records,
            "books": places(rebuilt.heads),
            "tables": rebuilt.tables,
            "differences": [asdict(each) for each in rebuilt.differences],
            "out": str(target),
        }
        out_json(answer)
        return 0 if rebuilt.identical else UNSOUND
    said = [f"已重建 {rebuilt.records} 条记录 · Rebuilt {rebuilt.records} records: {target}"]
    if rebuilt.identical:
        said.append("所有派生表一致 · Every projection is identical: " + ", ".join(rebuilt.tables))
    else:
        said.append("原数据库与记录不符 · The old database differs from its records:")
        said += lines(rebuilt.differences)
    out(*said)
    return 0 if rebuilt.identical else UNSOUND


def export(arguments: argparse.Namespace) -> int:
    """Write the books for auditors into a folder, and say what was written.

    Raises:
        OutputError: the folder is the home or lies in it.
        LedgerError: see ``ledger.exports.export``.
    """
    desk = sit_down(arguments)
    _refuse_home(arguments.out, arguments.home)
    kinds = kind_names(words("zh_CN"))  # books are Chinese, whatever the screen speaks
    program = f"kiosk {__version__}"
    if desk.training:  # no file of practice may pass for the books
        kinds = {kind: f"练习·{name}" for kind, name in kinds.items()}
        program = f"{program} {TRAINING}"
    asked = exports.Asked(
        desk.chart,
        arguments.book,
        arguments.first_day,
        arguments.last_day,
        kinds,
    )
    made = exports.export(
        desk.database, arguments.format, arguments.out, asked, program=program
    ).content
    sums = desk.words("{records} records, debits {debit} = credits {credit} yuan").format(
        records=made["records"], debit=yuan(made["debit_fen"]), credit=yuan(made["credit_fen"])
    )
    names = [file["name"] for file in made["files"]]
    written = [str(arguments.out / name) for name in (*names, exports.MANIFEST)]
    out(*desk.mark, sums, *written)
    return 0


def _refuse_home(out: Path, home: Path) -> None:
    """Keep exports out of the till's own folder: whoever copies or clears one must not meet it."""
    place = out.resolve()
    real = home.resolve().parent  # of a training home, which lies inside
    for own in (home, real) if (real / DATABASE_FILE).exists() else (home,):
        if own.resolve() in (place, *place.parents):
            raise OutputError(
                out,
                f"在收银台自己的目录 {own} 里：请换一个外面的目录。",
                f"it is in the till's own folder {own}: choose a folder outside.",
            )
