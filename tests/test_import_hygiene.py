"""What an import drags in, asked of a fresh interpreter: a graph of the source cannot see it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCREEN = {"textual", "rich"}
DATABASE = {"sqlalchemy", "alembic", "sqlite3"}


def modules_of(room: str) -> list[str]:
    """Every module of a room but what only alembic or ``python -m`` may load."""
    files = sorted((ROOT / room).rglob("*.py"))
    names = [file.relative_to(ROOT).with_suffix("").parts for file in files]
    return [
        ".".join(name[:-1] if name[-1] == "__init__" else name)
        for name in names
        if not {"migrations", "__main__"} & set(name)
    ]


def loaded_by(modules: list[str]) -> set[str]:
    """The top-level names in sys.modules after importing these."""
    program = (
        "import importlib, json, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout))


@pytest.mark.parametrize(
    ("modules", "never"),
    [
        (["kiosk.cli"], {"alembic", "escpos", "sqlalchemy", "textual"}),
        (["config.settings"], SCREEN | DATABASE | {"babel", "moneyed", "pypinyin"}),
        # Initials are written out in the starter catalogue: only a product without them pays.
        (sorted({*modules_of("config")} - {"config.pinyin"}), SCREEN | DATABASE | {"pypinyin"}),
        (modules_of("ledger"), SCREEN | {"escpos", "receipts", "kiosk"}),
        (modules_of("receipts"), SCREEN | DATABASE | {"escpos", "ledger", "kiosk"}),
        (modules_of("kiosk/devices"), SCREEN | DATABASE | {"cryptography", "serial", "smartcard"}),
        (modules_of("kiosk/sale"), SCREEN | DATABASE | {"escpos", "receipts"}),
    ],
    ids=[
        "the command line",
        "settings",
        "config",
        "ledger",
        "receipts",
        "devices",
        "the rules of a sale",
    ],
)
def test_an_import_brings_nothing_it_has_no_use_for(modules: list[str], never: set[str]) -> None:
    assert modules
    assert loaded_by(modules) & never == set()
