"""The till thread: the one thread that writes, and the awaitable door to it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


class TillThread:
    """Runs calls one after another on a thread of its own, in the order in which they came.

    A call that was handed over is finished whatever happens to the caller: closing a screen or
    cancelling a task never undoes a commit.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="till")

    async def __call__(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``call`` on the till thread and give its result on the caller's loop."""
        handed = self._executor.submit(call, *args, **kwargs)
        return await asyncio.shield(asyncio.wrap_future(handed))

    def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``call`` on the till thread and wait for it; for callers without a loop."""
        return self._executor.submit(call, *args, **kwargs).result()

    def close(self) -> None:
        """Finish what was handed over, then end the thread."""
        self._executor.shutdown(wait=True)
