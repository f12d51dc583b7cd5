"""The self-check: whether this kiosk is fit to sell, a line a thing. It changes nothing."""

from __future__ import annotations

from kiosk.doctor.check import Check, Level
from kiosk.doctor.examination import full_check, quick_check

__all__ = ["Check", "Level", "full_check", "quick_check"]
