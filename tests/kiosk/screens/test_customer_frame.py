"""What goes over the wire to the customer's screen: it comes back as it was, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Phrase
from kiosk.sale.standing import Standing
from kiosk.screens.customer_frame import LONGEST, MOST_ITEMS, Frame, decode, encode
from kiosk.screens.customer_view import CustomerItem, CustomerKind, CustomerView

FRAME = Frame(Phrase("驿站", "Station"), "zh_CN", "dark", set_aside_fen=10)
AMOUNTS = st.integers(-(10**12), 10**12)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
PHRASES = st.builds(Phrase, TEXTS, TEXTS)
VIEWS = st.builds(
    CustomerView,
    st.sampled_from(CustomerKind),
    st.lists(st.builds(CustomerItem, PHRASES, AMOUNTS, AMOUNTS), max_size=MOST_ITEMS).map(tuple),
    AMOUNTS,
    AMOUNTS,
    AMOUNTS,
    AMOUNTS,
    st.none() | AMOUNTS,
    st.none() | PHRASES,
    st.none() | PHRASES,
)
STANDINGS = st.builds(Standing, AMOUNTS, AMOUNTS, st.none() | AMOUNTS, AMOUNTS)


@given(VIEWS, st.none() | STANDINGS, PHRASES, st.none() | PHRASES)
def test_a_frame_comes_back_as_it_went(
    view: CustomerView, standing: Standing | None, shop: Phrase, badge: Phrase | None
) -> None:
    frame = replace(FRAME, view=view, standing=standing, shop=shop, badge=badge)
    line = encode(frame)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == frame


def test_of_a_long_basket_the_last_items_go_and_the_others_are_counted() -> None:
    many = tuple(CustomerItem(Phrase("长" * 16, "w" * 32), n, 1) for n in range(500))
    line = encode(replace(FRAME, view=CustomerView(CustomerKind.SALE, many, 500)))
    frame = decode(line)
    assert frame.view.items == many[-MOST_ITEMS:]
    assert frame.earlier == 500 - MOST_ITEMS
    assert frame.view.total_fen == 500
    assert len(line) < LONGEST // 4


WHOLE: dict[str, Any] = json.loads(encode(FRAME))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"v"',
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps(WHOLE | {"v": 2}).encode(),
        json.dumps(WHOLE | {"v": True}).encode(),
        json.dumps(WHOLE | {"kind": "advert"}).encode(),
        json.dumps(WHOLE | {"total_fen": "12"}).encode(),
        json.dumps(WHOLE | {"total_fen": 1.5}).encode(),
        json.dumps(WHOLE | {"items": [["a", 1, 2]]}).encode(),
        json.dumps(WHOLE | {"items": 7}).encode(),
        json.dumps(WHOLE | {"shop": "ab"[:1]}).encode(),
        json.dumps(WHOLE | {"title": ["only one"]}).encode(),
        json.dumps(WHOLE | {"standing": [1, 2]}).encode(),
        json.dumps(WHOLE | {"lang": None}).encode(),
        json.dumps({name: each for name, each in WHOLE.items() if name != "earlier"}).encode(),
    ],
)
def test_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(line)
