"""The progress bar: on standard error, and only where that is a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(title: str) -> Iterator[Callable[[float], None]]:
    """Give a function that is told how much is done, from 0 to 1."""
    if not sys.stderr.isatty():
        yield lambda _fraction: None
        return
    # A script that reads our totals never pays for the library that draws.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn  # noqa: PLC0415
    from rich.progress import TimeRemainingColumn as Remaining  # noqa: PLC0415

    # A file may be called [red]: its name is text, not markup.
    named = TextColumn("{task.description}", markup=False)
    bar = Progress(
        named, BarColumn(), TaskProgressColumn(), Remaining(), console=Console(stderr=True)
    )
    with bar:
        task = bar.add_task(title, total=1.0)
        yield lambda fraction: bar.update(task, completed=fraction)
