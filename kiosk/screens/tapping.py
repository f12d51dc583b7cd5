"""Taps of breakfast cards: which screen takes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from kiosk.sale.cards import Tap


@runtime_checkable
class TakesCards(Protocol):
    """A screen that takes the taps of breakfast cards while it is open."""

    def card_tapped(self, tap: Tap) -> bool:
        """Take a tap, whatever reader it came from; say whether it was wanted."""
        ...
