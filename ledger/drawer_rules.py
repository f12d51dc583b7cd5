"""Posting rules of the cash drawer: floats, paid-ins, paid-outs, drops, and over and short.

Sources: accounting.md rows 13 to 15 (1901 待处理财产损溢): a difference waits on its own account
until somebody with the right decides whose it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.entries import credit, debit
from ledger.money import from_fen

if TYPE_CHECKING:
    from ledger.entries import Posting


def cash_moved(into: str, out_of: str, fen: int) -> tuple[Posting, ...]:
    """Cash moved from one account into another; below zero the other way, nothing for zero."""
    if fen < 0:
        into, out_of, fen = out_of, into, -fen
    amount = from_fen(fen)
    return (debit(into, amount), credit(out_of, amount)) if fen else ()
