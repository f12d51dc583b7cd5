"""What a paper says."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from receipts.documents import PaperNumber
from receipts.errors import LocalTimeError, NumberError

if TYPE_CHECKING:
    from collections.abc import Callable

    from receipts.documents import Receipt


def test_the_code_names_book_number_and_the_first_digits_of_the_hash(
    make_receipt: Callable[..., Receipt],
) -> None:
    assert make_receipt().code == "JB-HQHG-01.1/128/1a2b3c4d"


def test_a_number_has_at_least_six_digits_and_may_have_more() -> None:
    assert str(PaperNumber("B", 1)) == "No. 000001"
    assert str(PaperNumber("B", 1234567)) == "No. 1234567"


@pytest.mark.parametrize("seq", [0, -1])
def test_a_number_below_one_is_refused(seq: int) -> None:
    with pytest.raises(NumberError, match=str(seq)):
        PaperNumber("B", seq)


@pytest.mark.parametrize("record_hash", ["", "1a2b3c4", "1A2B3C4D", "1a2b3c4g", "1a2b3c4d\n"])
def test_a_hash_that_proves_nothing_is_refused(
    make_receipt: Callable[..., Receipt], record_hash: str
) -> None:
    with pytest.raises(NumberError) as refused:
        make_receipt(record_hash=record_hash)
    assert refused.value.record_hash == record_hash
    assert "\n" not in refused.value.en


def test_a_time_without_a_zone_is_refused(make_receipt: Callable[..., Receipt]) -> None:
    naive = datetime(2026, 11, 23, 7, 31, 5)  # noqa: DTZ001 - that is the fault
    with pytest.raises(LocalTimeError, match="2026-11-23 07:31:05"):
        make_receipt(at=naive)
