"""Canonical JSON is RFC 8785, and what has no canonical form is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain import canonical, utc_text
from ledger.errors import CanonicalFormError

keys = st.text(st.characters(max_codepoint=127), max_size=12)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_our_canonical_form_is_that_of_an_independent_library(value: Any) -> None:  # noqa: ANN401
    assert canonical(value).encode() == rfc8785.dumps(value)


def test_every_character_below_space_and_the_awkward_ones_agree() -> None:
    text = "".join(map(chr, range(0x20))) + '"\\/\x7f\x80\u2028\u2029é豆𠮷😀\ufeff'
    assert canonical(text).encode() == rfc8785.dumps(text)


@pytest.mark.parametrize(
    "value",
    [1.0, True, 2**53, -(2**53), "\ud800", {"é": 1}, {1: 1}, [0.5], {"a": [False]}, (1,), b"x"],
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:  # noqa: ANN401
    with pytest.raises(CanonicalFormError):
        canonical(value)


def test_instants_are_utc_with_microseconds_and_nothing_else() -> None:
    assert utc_text(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05.000000Z"
    for wrong in (
        datetime(2026, 1, 2),  # noqa: DTZ001 - naive on purpose
        datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=8))),
    ):
        with pytest.raises(CanonicalFormError):
            utc_text(wrong)
