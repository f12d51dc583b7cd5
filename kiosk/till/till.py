"""The till: each method is one transaction, idempotent by its ref, and says nothing undurable."""

from __future__ import annotations

from kiosk.till.breakfasts import Breakfasts
from kiosk.till.cards import Cards
from kiosk.till.core import Done
from kiosk.till.giving_back import GivingBack
from kiosk.till.parking import Parking
from kiosk.till.people import People
from kiosk.till.reading import Reading
from kiosk.till.selling import Selling
from kiosk.till.shifts import Shifts

__all__ = ["Done", "Till"]


class Till(Breakfasts, Cards, Selling, GivingBack, Parking, Shifts, People, Reading):
    """One book's till: what a cashier can do, file by file; see ``Core`` for what they share."""
