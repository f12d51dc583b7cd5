"""What a running app shows, as text: golden screens that Chinese cannot break."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import App

_PROOF = re.compile(r"/([0-9]+)/[0-9a-f]{8}\b")
"""The end of a receipt: a hash that differs every time, as the sale's ref does."""


def text_of(app: App[Any]) -> str:
    """The screen as rows of text; the blanks at the ends of rows are left out."""
    strips = app.screen._compositor.render_strips()
    rows = "".join(f"{strip.text.rstrip()}\n" for strip in strips)
    return _PROOF.sub(r"/\1/hhhhhhhh", rows)


def check_golden(app: App[Any], path: Path) -> None:
    """Compare the screen with the text at ``path``; UPDATE_GOLDEN=1 writes it instead."""
    shown = text_of(app)
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
