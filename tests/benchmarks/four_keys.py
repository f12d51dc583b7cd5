"""The four-key sale: two products, one of them twice, exact cash; from key to "sold"."""

from __future__ import annotations

import statistics
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.benchmarks.measure import Figure, interleave, percentile
from tests.benchmarks.ready import TILL, ready_home
from tests.benchmarks.terminal import Terminal

if TYPE_CHECKING:
    from tests.benchmarks.measure import Scale

SOLD: Final = "✓"
"""What the screen shows once a sale is in the books, and not before."""

_TRIVIAL: Final = Path(__file__).with_name("apps") / "trivial.py"
_KEYS: Final = ("A", "B", "B")


def bench(folder: Path, scale: Scale) -> list[Figure]:
    """Sell in turns with as many keys on the least that Textual can show.

    quicktill's same sale was measured elsewhere on this kind of machine: 105 to 128 ms p50, 57 to
    59 ms of CPU, 59 SQL statements and 5 commits (its keys were awaited one by one, too).
    """
    home = ready_home(folder / "home")
    with ExitStack() as programs:
        till = programs.enter_context(Terminal([str(TILL), str(home.path)]))
        trivial = programs.enter_context(Terminal([str(_TRIVIAL)]))
        till.first_paint(home.settings.shop.name_zh)
        trivial.first_paint("READY")
        for _warm in range(3):
            _one_by_one(till)
        cpu = till.cpu_s()
        pairs = interleave(
            scale.presses,
            lambda _: _one_by_one(till),
            lambda n: sum(trivial.press(str((n + i) % 10)) for i in range(4)),
        )
        cpu = (till.cpu_s() - cpu) / len(pairs)
        bursts = [till.press_until("".join((*_KEYS, "\r")), SOLD) for _ in range(scale.presses)]
    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    floor = statistics.median(theirs)
    return [
        Figure(
            "four-key sale to four keys of a trivial Static",
            statistics.median(a / b for a, b in pairs),
            "ratio",
            floor=1.0,
        ),
        Figure("four-key sale, p50", percentile(ours, 50) * 1e3, "ms", "<= 40", floor * 1e3),
        Figure("four-key sale, p95", percentile(ours, 95) * 1e3, "ms", "<= 80"),
        Figure("four-key sale in one burst, p50", percentile(bursts, 50) * 1e3, "ms"),
        Figure("four-key sale, CPU of the program", cpu * 1e3, "ms"),
    ]


def _one_by_one(till: Terminal) -> float:
    """Sell once, each key after the last was painted; give the sum of the four waits."""
    rung = sum(till.press(key) for key in _KEYS)
    return rung + till.press_until("\r", SOLD)
