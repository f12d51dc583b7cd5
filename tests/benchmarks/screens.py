"""The sell screen on a pseudo-terminal, against the least that Textual itself can do."""

from __future__ import annotations

import statistics
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.screens.tiles import KEYS
from kiosk.till.home import open_home
from tests.benchmarks.measure import Figure, interleave, ratio
from tests.benchmarks.ready import TILL, ready_home
from tests.benchmarks.terminal import Terminal

if TYPE_CHECKING:
    from tests.benchmarks.measure import Scale

ROWS: Final = 15
_APPS: Final = Path(__file__).with_name("apps")
_TRIVIAL: Final = [str(_APPS / "trivial.py")]
_TABLE: Final = [str(_APPS / "table.py")]
_ERASE: Final = "\x7f"
_CASH: Final = "\x1b[20~"
_HISTORY: Final = "\x1bOQ"
_SHIFT: Final = "\x1b[21~"
_LOCK: Final = "\x0c"
_CLOSE: Final = "7"
_UP: Final = "\x1b[A"
_DOWN: Final = "\x1b[B"


def first_paint(folder: Path, scale: Scale) -> list[Figure]:
    """Start both programs in turns; both have been started before, so nothing is compiled."""
    till, mark = _till(folder)

    def start(arguments: list[str], mark: str) -> float:
        with Terminal(arguments) as terminal:
            return terminal.first_paint(mark)

    for warm in ((till, mark), (_TRIVIAL, "READY")):
        start(*warm)
    pairs = interleave(
        scale.starts, lambda _: start(till, mark), lambda _: start(_TRIVIAL, "READY")
    )
    ours, theirs = _medians(pairs)
    return [
        # The ratio of the medians, as a start is too rare for one ratio a round to be steady.
        Figure(
            "first paint to a trivial app's",
            ours / theirs,
            "ratio",
            "<= 2.0",
            1.0,
            ratio("", pairs, None).spread,
        ),
        Figure("first paint", ours * 1e3, "ms", floor=theirs * 1e3),
    ]


def keys(folder: Path, scale: Scale) -> list[Figure]:
    """Press keys in turns on programs that stay open."""
    with ExitStack() as programs:
        home = ready_home(folder / "ready")
        mark = home.settings.shop.name_zh
        ours = programs.enter_context(Terminal([str(TILL), str(home.path)]))
        table = programs.enter_context(Terminal(_TABLE))
        trivial = programs.enter_context(Terminal(_TRIVIAL))
        for program, text in ((ours, mark), (table, "14"), (trivial, "READY")):
            program.first_paint(text)
        for item in KEYS[:ROWS]:
            ours.send(item)
        one_more = KEYS[ROWS - 1]
        basket = interleave(
            scale.presses, lambda _: ours.press(one_more), lambda _: table.press("x")
        )

        def digit(number: int) -> float:
            took = ours.press(str(number % 10))
            ours.send(_ERASE)
            return took

        digits = interleave(scale.presses, digit, lambda n: trivial.press(str(n % 10)))
        others = _other_screens(ours, table, trivial, scale)
    return [
        *_latency(f"key to a basket of {ROWS} rows", "a DataTable's redraw", basket, "<= 1.0"),
        *_latency("digit to the entry line", "a trivial Static's", digits, "<= 3.0"),
        *others,
    ]


def _other_screens(
    ours: Terminal, table: Terminal, trivial: Terminal, scale: Scale
) -> list[Figure]:
    """Hold the screens beside the sell screen to the same ratios."""

    def digit(number: int) -> float:
        took = ours.press(str(number % 9 + 1))
        ours.send(_ERASE)
        return took

    ours.send(_CASH)
    for item in KEYS[:ROWS]:
        ours.send(item)
        ours.send(_CASH)
    ours.send(_HISTORY)
    rows = interleave(
        scale.presses,
        lambda n: ours.press(_DOWN if n // 10 % 2 == 0 else _UP),
        lambda _: table.press("x"),
    )
    ours.send(_HISTORY)
    ours.send(_SHIFT)
    ours.send(_CLOSE)
    counted = interleave(scale.presses, digit, lambda n: trivial.press(str(n % 10)))
    ours.send(_LOCK)
    pin = interleave(scale.presses, digit, lambda n: trivial.press(str(n % 10)))
    return [
        *_latency("key to a row of the history", "a DataTable's redraw", rows, "<= 1.0"),
        *_latency("digit to a count of the drawer", "a trivial Static's", counted, "<= 3.0"),
        *_latency("digit to the locked screen", "a trivial Static's", pin, "<= 3.0"),
    ]


def _latency(name: str, other: str, pairs: list[tuple[float, float]], goal: str) -> list[Figure]:
    ours, theirs = _medians(pairs)
    return [
        ratio(f"{name}, to {other}", pairs, goal, floor=1.0),
        Figure(f"{name}, p50", ours * 1e3, "ms", floor=theirs * 1e3),
    ]


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def _till(folder: Path) -> tuple[list[str], str]:
    """Give the till's command line over a home in ``folder``, and a text that it paints."""
    home = open_home(folder / "home")
    return ["-m", "kiosk.cli", "--home", str(home.path)], home.settings.shop.name_zh
