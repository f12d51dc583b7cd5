"""Every pain of the field has its answer, and every test that is named as proof is in the tree."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PAINS = 15
FEWEST_WORDS = 20


@pytest.fixture
def paper(root: Path) -> str:
    return (root / "docs" / "pains.md").read_text(encoding="utf-8")


def chapters(paper: str) -> dict[int, str]:
    """The text under each numbered heading."""
    parts = re.split(r"(?m)^## (?:([0-9]+)\. )?.*$", paper)[1:]
    return {
        int(number): text for number, text in zip(parts[::2], parts[1::2], strict=True) if number
    }


def proofs(text: str) -> list[tuple[str, str]]:
    """Path and name of every test that a text names."""
    return re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)


def test_all_pains_are_answered_in_words_and_by_a_test(paper: str) -> None:
    answered = chapters(paper)
    assert list(answered) == list(range(1, PAINS + 1))
    for number, text in answered.items():
        said = text.split("\n- ", maxsplit=1)[0].split()
        assert len(said) >= FEWEST_WORDS, number
        assert proofs(text), number


def test_every_test_that_is_named_is_there(root: Path, paper: str) -> None:
    named = proofs(paper)
    assert len(named) == paper.count("`tests/") - 1  # the one that is no proof is this file
    missing = []
    for path, name in named:
        tree = ast.parse((root / path).read_text(encoding="utf-8"))
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        if name not in {each.name for each in tree.body if isinstance(each, functions)}:
            missing.append(f"{path}::{name}")
    assert missing == []


def test_what_is_still_to_come_is_said_without_numbers_of_plans(paper: str) -> None:
    assert "Later:" in paper
    assert not re.search(r"#[0-9]", paper)
