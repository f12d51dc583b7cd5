"""Every projector of the kiosk, in order: what the till, ``verify`` and ``rebuild`` are handed."""

from __future__ import annotations

from typing import Final

from kiosk.till.breakfast_tables import BREAKFASTS
from kiosk.till.day_tables import DAY
from kiosk.till.tables import SALES

PROJECTORS: Final = (SALES, DAY, BREAKFASTS)
"""Without state, so one tuple serves all."""
