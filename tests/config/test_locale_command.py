"""``python -m config.locale``: a catalogue is replaced whole, or it stays as it was."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from config.locale import __main__ as command


def test_a_catalogue_is_never_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kiosk.mo"
    path.write_bytes(b"old")
    seen: list[bytes] = []
    rename = Path.replace

    def look_and_rename(half: Path, target: Path) -> Path:
        seen.extend((half.read_bytes(), target.read_bytes()))
        return rename(half, target)

    monkeypatch.setattr(Path, "replace", look_and_rename)
    command._replace(path, b"new")
    assert seen == [b"new", b"old"]
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_write_that_fails_leaves_the_catalogue_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kiosk.po"
    path.write_bytes(b"old")

    def refuse(*_: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        command._replace(path, b"new")
    assert [(each, each.read_bytes()) for each in tmp_path.iterdir()] == [(path, b"old")]
