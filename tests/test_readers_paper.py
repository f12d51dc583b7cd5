"""The paper on card readers says what the program does: its formats, its settings, its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from config.cards import FORMATS
from config.settings import load_settings
from kiosk import readers_command as command
from kiosk.devices.pcsc import NO_PYSCARD, NO_SERVICE
from kiosk.devices.wedge import decode, size_of

if TYPE_CHECKING:
    from pathlib import Path

EM_ID = bytes.fromhex("01026F6C3A")
NTAG = bytes.fromhex("04DE5F1EACC040")
EXAMPLE = re.compile(r"```toml\n(.*?)```", re.DOTALL)


@pytest.fixture
def paper(root: Path) -> str:
    return (root / "docs" / "readers.md").read_text(encoding="utf-8")


def test_every_format_is_in_the_table_as_it_is_read(paper: str) -> None:
    rows = re.findall(
        r"^\| (`\w+`(?:, `\w+`)*) \| `([\w,]+)`(?:（NTAG）)? \| (\d) \|$", paper, re.MULTILINE
    )
    shown = {name: row for row in rows for name in re.findall(r"\w+", row[0])}
    assert set(shown) == set(FORMATS)
    for name, (_, text, size) in shown.items():
        whole = NTAG if int(size) == len(NTAG) else EM_ID
        assert size_of(name) == int(size)
        assert decode(text, name, "big") == whole[-int(size) :]


def test_the_two_orders_are_one_card(paper: str) -> None:
    for order, text in (("big", "0077705923"), ("little", "3283263748")):
        assert f"`{order}` 读出 `{text}`" in paper
        assert decode(text, "10D", order) == bytes.fromhex("04A1B2C3")


def test_every_example_of_settings_can_be_used(paper: str, tmp_path: Path) -> None:
    examples = EXAMPLE.findall(paper)
    kinds = []
    for example in [*examples, "\n".join(examples)]:
        (tmp_path / "kiosk.toml").write_text(example, encoding="utf-8")
        kinds.append([each.kind for each in load_settings(tmp_path / "kiosk.toml").readers])
    assert kinds == [["wedge"], ["serial"], ["pcsc"], ["wedge", "serial", "pcsc"]]


def test_the_words_of_the_command_stand_in_the_paper_with_what_to_do(paper: str) -> None:
    # What the command says is a sentence that begins so; the paper quotes its beginning.
    for phrase in (*command._COMPARED.values(), command._FAILED):
        zh, en = re.split("[：（]", phrase.zh)[0], re.split(r"[:(]", phrase.en)[0].strip()
        assert f"| {zh} | {en} |" in paper
    assert {command.compared(EM_ID, each) for each in (EM_ID, EM_ID[::-1], EM_ID[1:], NTAG)} == set(
        command._COMPARED
    )


@pytest.mark.parametrize("said", [NO_PYSCARD.zh, NO_SERVICE.zh])
def test_what_is_said_to_be_run_stands_in_the_paper(paper: str, said: str) -> None:
    asked = re.findall(r"请运行 ((?:sudo )?[a-z]+[ a-z.]*)", said)
    assert asked
    assert all(f"`{command.strip()}`" in paper for command in asked)


def test_every_link_leads_somewhere(root: Path, paper: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", paper)
    assert links
    assert [link for link in links if not (root / "docs" / link).exists()] == []
