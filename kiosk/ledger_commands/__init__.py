"""The books' commands: read, prove, rebuild and export, beside a till that goes on selling.

Each takes the parsed command line (``kiosk.cli``) and gives the exit code. None writes to the
home's database, and none needs its settings or catalogue to be in order.
"""

from __future__ import annotations

from kiosk.ledger_commands.breakfasts import breakfasts
from kiosk.ledger_commands.files import export, rebuild
from kiosk.ledger_commands.operations import log
from kiosk.ledger_commands.paper import receipt
from kiosk.ledger_commands.proof import verify
from kiosk.ledger_commands.shifts import shifts, z
from kiosk.ledger_commands.statements import balance, fund

__all__ = [
    "balance",
    "breakfasts",
    "export",
    "fund",
    "log",
    "rebuild",
    "receipt",
    "shifts",
    "verify",
    "z",
]
"""What the command line may call, by name."""
