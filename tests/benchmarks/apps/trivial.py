"""The least that Textual can show; a digit changes one line of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.reactive import var
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key


class Trivial(App[None]):
    """One line that repeats what is typed."""

    typed: var[str] = var("")  # a reactive of the app would paint the whole screen

    def compose(self) -> ComposeResult:
        """Make the line."""
        yield Static("READY")

    def watch_typed(self, typed: str) -> None:
        """Show what was typed."""
        if typed:
            # Without a layout only the line itself is painted anew.
            self.query_one(Static).update(typed, layout=False)

    def on_key(self, event: Key) -> None:
        """Take a key."""
        self.typed = (self.typed + (event.character or ""))[-20:]


if __name__ == "__main__":
    Trivial().run()
