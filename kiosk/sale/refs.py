"""Refs: the idempotency keys that callers make before they act."""

from __future__ import annotations

import secrets
from time import time_ns
from uuid import UUID


def new_ref() -> UUID:
    """Make a ref: a UUID of version 7 (RFC 9562 §5.7), by the clock and 74 random bits.

    Refs made one after another sort so, and the index that keeps them unique grows at its end
    however long the history is; random ones would touch another page of it with every sale. The
    clock only helps: a wrong one makes no two refs equal. (Python 3.14 has ``uuid.uuid7``.)
    """
    chance = secrets.randbits(74)
    version_and_a = (7 << 12) | (chance >> 62)
    variant_and_b = (2 << 62) | (chance & ((1 << 62) - 1))
    return UUID(int=(time_ns() // 1_000_000 << 80) | (version_and_a << 64) | variant_and_b)
