"""The tour of a cashier's day names real keys, real sentences and real pictures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from config.keys import KEYS
from config.settings import load_settings
from kiosk.screens.keymap import shown

if TYPE_CHECKING:
    from pathlib import Path

FIXED = {"Enter", "Esc", "Backspace", "Del", "PgUp", "PgDn", "Ctrl+Q", *"↑↓←→+-/!@#$%"}
"""Keys that no setting moves; the signs hand over banknotes."""

SMALLEST_PNG, LARGEST_PNG, ALL_PNG = 1_000, 40_000, 3_000_000


@pytest.fixture
def paper(root: Path) -> str:
    return (root / "docs" / "cashier.md").read_text(encoding="utf-8")


def named_keys(text: str) -> set[str]:
    """The keys of a text: short words in bold."""
    return set(re.findall(r"\*\*([^* ]{1,9})\*\*", text))


def test_a_key_beside_an_actions_id_is_that_actions(paper: str) -> None:
    seen = set()
    for line in paper.splitlines():
        for action in re.findall(r"`(sell\.\w+)`", line):
            assert action in KEYS, action
            assert shown(KEYS[action]) in named_keys(line), line
            seen.add(action)
    assert seen == set(KEYS) - {"sell.staff"}


def test_the_staff_are_managed_with_the_key_of_their_action(paper: str) -> None:
    chapter = paper.split("## 1.")[1].split("## 2.", maxsplit=1)[0]
    assert f"**{shown(KEYS['sell.staff'])}**" in chapter


def test_every_key_in_the_paper_is_one(paper: str) -> None:
    tenders = {shown(each.key) for each in load_settings().tenders}
    known = {shown(key) for key in KEYS.values()} | tenders | FIXED
    assert named_keys(paper) - known == set()


def test_the_keys_of_tenders_and_notes_are_the_defaults(paper: str) -> None:
    settings = load_settings()
    chapter = paper.split("## 5.")[1].split("## 6.", maxsplit=1)[0]
    rows = [line for line in chapter.splitlines() if line.startswith("|")]
    counted, *seen = sorted(settings.tenders, key=lambda each: each.confirmed_by == "cashier")
    assert any(f"**{shown(counted.key)}**" in row and "找零" in row for row in rows)
    keys = " ".join(f"**{shown(each.key)}**" for each in seen)
    names = "、".join(each.name_zh.removesuffix("支付") for each in seen)
    assert any(keys in row and names in row for row in rows)
    notes = [f"{fen // 100}" for fen in settings.quick_notes_fen]
    assert any("、".join(notes) in row and f"Shift+1 … {len(notes)}" in row for row in rows)


def test_every_sentence_that_the_till_is_said_to_say_is_one_of_its_own(
    root: Path, paper: str
) -> None:
    chapter = paper.split("## 14.")[1].split("###", maxsplit=1)[0]
    said = [
        part
        for line in chapter.splitlines()
        if line.startswith("| `")
        for part in re.findall(r"`([^`]+)`", line.split(" | ")[0])
    ]
    assert len(said) >= 15
    sources = [*(root / "kiosk").rglob("*.py"), *(root / "config").rglob("*.po")]
    words = "".join(each.read_text(encoding="utf-8") for each in sources)
    assert [each for each in said if each not in words] == []


def test_the_pictures_are_there_small_and_all_shown(root: Path) -> None:
    folder = root / "docs" / "pictures"
    papers = "".join(each.read_text(encoding="utf-8") for each in folder.parent.glob("*.md"))
    shown_here = set(re.findall(r"\(pictures/([\w.-]+\.png)\)", papers))
    there = {each.name: each.stat().st_size for each in folder.glob("*.png")}
    assert set(there) - shown_here == set()
    assert shown_here - set(there) == set()
    assert all(SMALLEST_PNG < size < LARGEST_PNG for size in there.values()), there
    assert sum(there.values()) < ALL_PNG
    for screen in ("sell", "pay-change", "history", "shift-open", "approval"):
        for size in ("80x24", "120x40"):
            assert {f"{screen}-{size}-{lang}.png" for lang in ("zh_CN", "en")} <= set(there)


def test_every_link_within_the_papers_leads_somewhere(root: Path, paper: str) -> None:
    anchors = set(re.findall(r'<a id="(\w+)">', paper))
    for target in re.findall(r"\]\(([^)]+)\)", paper):
        if target.startswith("#"):
            assert target[1:] in anchors
        else:
            assert (root / "docs" / target).exists(), target
