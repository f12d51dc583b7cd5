from __future__ import annotations

from tests.pcscd import pcscd, pcscd_of_the_session

__all__ = ["pcscd", "pcscd_of_the_session"]
