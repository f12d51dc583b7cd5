"""Approval in place: a second person's word for one act, given on the same screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.rights import Right


@dataclass(frozen=True, slots=True)
class Approved:
    """One right, lent for one act by the staff member ``by``; only the till makes it."""

    right: Right
    by: str
