"""What a running app shows, as text: golden screens that Chinese cannot break."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import App


def text_of(app: App[object]) -> str:
    """The screen as rows of text; the blanks at the ends of rows are left out."""
    strips = app.screen._compositor.render_strips()
    return "".join(f"{strip.text.rstrip()}\n" for strip in strips)


def check_golden(app: App[object], path: Path) -> None:
    """Compare the screen with the text at ``path``; UPDATE_GOLDEN=1 writes it instead."""
    shown = text_of(app)
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
