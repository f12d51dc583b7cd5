"""The real program in a real terminal: tmux runs it, types for the cashier, reads the screen."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PATIENCE_S: Final = 60.0
"""How long a screen may take on a machine that does ten other things; no test waits this long."""

_LOOK_S: Final = 0.05


class NeverShownError(AssertionError):
    """The screen never showed what was waited for; it says what it showed instead."""


class Tmux:
    """One program in a terminal of its own, ``columns`` by ``rows``.

    Keys are named as tmux names them (``F9``, ``Enter``, ``C-l``); ``write`` sends text as typed.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        *,
        columns: int = 80,
        rows: int = 24,
        environment: dict[str, str] | None = None,
    ) -> None:
        self._socket = folder / f"tmux-{uuid4().hex[:8]}"
        settings = {"LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"} | (environment or {})
        given = [f"{name}={value}" for name, value in settings.items()]
        # The shell waits behind the program, so that its last words and its exit can be read.
        line = ["sh", "-c", '"$@"; echo "[exit $?]"; exec sleep 600', "sh", *arguments]
        size = ("-x", str(columns), "-y", str(rows))
        self._tmux("-f", "/dev/null", "new-session", "-d", *size, "env", *given, *line)

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-u", "-S", str(self._socket), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def press(self, *keys: str) -> None:
        """Press keys by their names."""
        self._tmux("send-keys", *keys)

    def write(self, text: str) -> None:
        """Type ``text``, character by character as a keyboard sends it."""
        self._tmux("send-keys", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    @property
    def screen(self) -> str:
        """What the terminal shows now, a line a row."""
        return self._tmux("capture-pane", "-p")

    def wait(self, *wanted: str, gone: str | None = None) -> str:
        """Wait until the screen shows every text of ``wanted``, and not ``gone``; give it."""
        return self.until(
            lambda screen: (
                all(each in screen for each in wanted) and (gone is None or gone not in screen)
            ),
            f"{wanted!r}" + (f" without {gone!r}" if gone else ""),
        )

    def until(self, shown: Callable[[str], bool], what: str) -> str:
        """Wait until ``shown`` says yes to the screen; give the screen.

        Raises:
            NeverShownError: it never did.
        """
        end = time.monotonic() + PATIENCE_S
        while not shown(screen := self.screen):
            if time.monotonic() > end:
                raise NeverShownError(f"waited for {what}; the screen shows:\n{screen}")
            time.sleep(_LOOK_S)
        return screen

    @property
    def pid(self) -> int:
        """The process id of the program itself."""
        shell = self._tmux("list-panes", "-F", "#{pane_pid}").strip()
        found = Path(f"/proc/{shell}/task/{shell}/children").read_text(encoding="ascii").split()
        return int(found[0])

    def kill(self) -> None:
        """End the program as a power cut does: SIGKILL, no last words."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait("[exit 137]")

    def close(self) -> None:
        """End the terminal and whatever runs in it."""
        subprocess.run(
            ["tmux", "-S", str(self._socket), "kill-server"], check=False, capture_output=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
