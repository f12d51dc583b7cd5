"""A home with a manager, and `kiosk cards` as somebody in a shell runs it."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from kiosk.cli import main
from tests.kiosk.conftest import MORNING

if TYPE_CHECKING:
    from datetime import datetime

BOSS = "135790"
GOLDEN = Path(__file__).with_name("golden")
_TOKEN = re.compile("[ch]t_[0-9a-f]{16}")


class Ask(Protocol):
    """Runs one command; see ``ask``."""

    def __call__(
        self, *words: str | Path, typed: tuple[str, ...] = ..., by: str | None = ...
    ) -> tuple[int, str, str]: ...


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The commands' clock stands at seven o'clock on 24 November."""
    for module in ("sitting", "importing", "listing"):
        monkeypatch.setattr(f"kiosk.card_commands.{module}.now", lambda: MORNING)
    return MORNING


@pytest.fixture
def ask(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Give `kiosk cards` its words; the manager's PIN first, then what else is ``typed``."""

    def run(
        *words: str | Path, typed: tuple[str, ...] = (), by: str | None = None
    ) -> tuple[int, str, str]:
        lines = (BOSS, *typed) if by else typed
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        who = ["--as", by, "--pin-stdin"] if by else []
        code = main(["--home", str(home), "cards", *map(str, words), *who])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def desk(
    ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ask:
    """The same, with manager s01 in the home."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{BOSS}\n"))
    words = ["staff", "add", "李站长", "--role", "manager", "--pin-stdin"]
    assert main(["--home", str(home), *words]) == 0
    capsys.readouterr()
    return ask


def done(answer: tuple[int, str, str]) -> str:
    """It was done; give what was said."""
    code, out, err = answer
    assert (code, err) == (0, "")
    return out


def told(answer: tuple[int, str, str]) -> Any:  # noqa: ANN401 - JSON
    """It was done; give its JSON."""
    out = done(answer)
    assert out.count("\n") == 1
    return json.loads(out)


def refused(answer: tuple[int, str, str], *facts: str) -> str:
    """It was refused in both languages, with nothing on standard output."""
    code, out, err = answer
    assert (code, out) == (1, "")
    zh, en = err.splitlines()[0], err.splitlines()[-1]
    assert re.search("[\u4e00-\u9fff]", zh)
    for fact in facts:
        assert fact in zh
        assert fact in en
    return err


def golden(name: str, text: str) -> None:
    """Compare ``text`` with the file ``name``, its tokens numbered; UPDATE_GOLDEN=1 writes it."""
    seen: dict[str, str] = {}
    plain = _TOKEN.sub(lambda found: _numbered(seen, found[0]), text)
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(plain, encoding="utf-8")
    assert plain == path.read_text(encoding="utf-8"), f"UPDATE_GOLDEN=1 rewrites {name}"


def _numbered(seen: dict[str, str], token: str) -> str:
    return seen.setdefault(token, f"{token[:3]}{len(seen) + 1:016}")


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """Write a list, and give its path."""
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
    return path
