"""Counting the drawer, and the reasons that people give."""

from __future__ import annotations

import pytest

from config.errors import TextError
from kiosk.sale.counting import counted, pieces_of, reason_of, total_fen
from kiosk.shift_errors import PiecesError
from tests.kiosk.conftest import bilingual


@pytest.mark.parametrize(("text", "pieces"), [("", 0), (" 12 ", 12), ("１２", 12), ("9999", 9999)])
def test_pieces_are_read_as_typed(text: str, pieces: int) -> None:
    assert pieces_of(text) == pieces


@pytest.mark.parametrize("text", ["x", "1x", "-1", "1.5", "10000", "①", "1 2", "1e3", "٣"])
def test_letters_in_a_count_are_refused_with_the_denomination(text: str) -> None:
    with pytest.raises(PiecesError) as refused:
        pieces_of(text, fen=5000)
    bilingual(refused.value, "50.00", "9999")


def test_a_count_is_written_falling_and_without_the_empty_ones() -> None:
    found = counted({10: 3, 10000: 1, 500: 0}, (10000, 500, 10))
    assert found == [{"fen": 10000, "pieces": 1}, {"fen": 10, "pieces": 3}]
    assert total_fen(found) == 10030


def test_a_reason_is_text_that_can_be_read() -> None:
    assert reason_of("  找错零 ") == "找错零"
    for text in ("坏\x1b[2J", "长" * 31, "\u202e"):
        with pytest.raises(TextError):
            reason_of(text)
