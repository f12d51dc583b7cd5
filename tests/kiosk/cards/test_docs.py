"""The paper on cards: its example is what the command says, and it leaves no command out."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from kiosk.card_commands.command_line import cards_parser
from kiosk.sale.card_list import HEADERS
from tests.kiosk.cards.conftest import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.cards.conftest import Ask


def test_the_list_of_the_paper_gets_the_answer_of_the_paper(
    ask: Ask, root: Path, tmp_path: Path
) -> None:
    paper = (root / "docs" / "cards.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(csv|text)\n(.*?)```", paper, re.DOTALL))
    listed = write(tmp_path / "list.csv", *blocks["csv"].splitlines())
    assert ask("import", listed, "--dry-run") == (1, blocks["text"], "")


def test_the_paper_names_every_command_and_every_header(root: Path) -> None:
    paper = (root / "docs" / "cards.md").read_text(encoding="utf-8")
    parser = argparse.ArgumentParser()
    cards_parser(parser, lambda _: None)
    (commands,) = parser._subparsers._group_actions  # type: ignore[union-attr]
    for name in commands.choices or ():
        assert re.search(rf"\b{name}\b", paper), name
    for names in HEADERS.values():
        for name in names:
            assert name in paper, name
