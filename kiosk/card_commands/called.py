"""What states of cards are called in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.sale.cards import CardState

if TYPE_CHECKING:
    from config.language import Words


def card_states(_: Words) -> dict[CardState, str]:
    """Give what each state of a card is called."""
    return {
        CardState.ACTIVE: _("active"),
        CardState.BLOCKED: _("blocked"),
        CardState.REPLACED: _("replaced"),
        CardState.EXPIRED: _("expired"),
        CardState.FORGOTTEN: _("forgotten"),
    }
