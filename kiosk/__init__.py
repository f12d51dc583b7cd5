"""The kiosk: the one room that knows a sale is both money and paper, and composes the others."""

from __future__ import annotations

__version__ = "0.1.0"
