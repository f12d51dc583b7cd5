"""Refs are unique, and sort as they were made."""

from __future__ import annotations

import time
from uuid import RFC_4122

from kiosk.sale.refs import new_ref


def test_a_ref_is_a_uuid_of_version_seven() -> None:
    ref = new_ref()
    assert (ref.version, ref.variant) == (7, RFC_4122)
    assert abs((ref.int >> 80) / 1000 - time.time()) < 60


def test_refs_do_not_repeat_within_one_instant() -> None:
    assert len({new_ref() for _ in range(20_000)}) == 20_000


def test_later_refs_sort_behind_earlier_ones() -> None:
    first = new_ref()
    time.sleep(0.002)
    assert first < new_ref()
    assert str(first) < str(new_ref())
