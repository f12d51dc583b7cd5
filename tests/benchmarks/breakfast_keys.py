"""A morning on a pseudo-terminal: tap, a key an item, Enter; and thirty workers in a row."""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from config.language import words
from kiosk.screens.board import price
from kiosk.screens.tiles import KEYS, breakfast_pages
from kiosk.till.home import open_home
from kiosk.till.projectors import PROJECTORS
from kiosk.till.store import open_database
from kiosk.till.till import Till
from ledger.verify import verify
from tests.benchmarks.measure import Figure, Skipped, interleave, percentile
from tests.benchmarks.mornings import grant, issue, uid_of
from tests.benchmarks.ready import TILL, ready_home
from tests.benchmarks.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.language import Words
    from kiosk.till.home import Home
    from tests.benchmarks.measure import Scale

WORKERS: Final = 30
RECORDED: Final = "✓"
"""What the screen shows once a breakfast is in the books, and not before."""

_SETTINGS: Final = """
[breakfast]
window_from = "00:00"
window_to = "23:59"
[[readers]]
id = "desk"
kind = "wedge"
format = "14H"
"""
_NAME: Final = "工*"
_WARM: Final = 3
_FUND_FEN: Final = 1_000_000
_SET_ASIDE_FEN: Final = 10
_CASH: Final = "\x1b[20~"
_TRIVIAL: Final = Path(__file__).with_name("apps") / "trivial.py"


class Choice(NamedTuple):
    """What somebody takes: the keys, what each comes to, and what the fund pays of it, in fen."""

    keys: str
    sums_fen: tuple[int, ...]
    fund_fen: int

    @property
    def topped_up(self) -> bool:
        """Whether the worker pays something on top."""
        return self.sums_fen[-1] > self.fund_fen


class Served(NamedTuple):
    """One worker's waits, in seconds: from tap to screen, for the items, from the end to books."""

    tap: float
    items: float
    record: float


class Counter:
    """The program at its counter: every worker comes once, with the next card."""

    def __init__(self, home: Home, terminal: Terminal) -> None:
        self._terminal = terminal
        self._words: Words = words(home.settings.language)
        self._cards = count()
        self.drawn_fen = 0
        """What the fund has paid, less what was set aside of what workers paid on top."""

    def serve(self, choice: Choice, *, calm: bool = True) -> Served:
        """Serve the next worker, each key once the last one was painted.

        ``calm`` waits until the program is quiet before each key, as whoever measures it has to.
        """
        _ = self._words
        press = self._terminal.press_until if calm else self._terminal.type_until
        tap = f"{uid_of(next(self._cards)).hex().upper()}\r"
        tapped = press(tap, _NAME, _("Record"))
        items = 0.0
        for key, fen in zip(choice.keys, choice.sums_fen, strict=True):
            items += press(key, _("Chosen {amount}").format(amount=price(fen)))
        end = _CASH if choice.topped_up else "\r"
        recorded = press(end, RECORDED)
        self.drawn_fen += choice.fund_fen - (_SET_ASIDE_FEN if choice.topped_up else 0)
        return Served(tapped, items, recorded)


def bench(folder: Path, scale: Scale) -> list[Figure]:
    """Serve by turns with a key of the least that Textual can show; then thirty in a row.

    Raises:
        Skipped: nobody is served in the minute before midnight.
    """
    cards = _WARM + scale.presses + WORKERS
    home = ready_home(folder / "home", _SETTINGS, lambda till, at: _prepare(till, at, cards))
    zone = ZoneInfo(home.settings.day.timezone)
    if datetime.now(zone).strftime("%H:%M") == "23:59":
        raise Skipped("it is the last minute of the day")
    plain, mixed = choices(home, topped_up=False), choices(home, topped_up=True)
    with ExitStack() as programs:
        terminal = programs.enter_context(Terminal([str(TILL), str(home.path)]))
        trivial = programs.enter_context(Terminal([str(_TRIVIAL)]))
        terminal.first_paint(price(_FUND_FEN))  # the books are open
        trivial.first_paint("READY")
        counter = Counter(home, terminal)
        for _warm in range(_WARM):
            counter.serve(next(mixed))
        cpu = terminal.cpu_s()
        pairs = interleave(
            scale.presses,
            lambda _: counter.serve(next(plain)),
            lambda n: Served(*[trivial.press(str(n % 10))] * 3),
        )
        cpu = (terminal.cpu_s() - cpu) / len(pairs)
        began = time.perf_counter()
        for _worker in range(WORKERS):
            counter.serve(next(mixed), calm=False)
        whole = time.perf_counter() - began
    _settled(home, counter.drawn_fen, cards)
    floor = percentile([b.tap for _, b in pairs], 50) * 1e3
    taps, records = [a.tap for a, _ in pairs], [a.record for a, _ in pairs]
    return [
        Figure("breakfast, tap to screen, p50", percentile(taps, 50) * 1e3, "ms", None, floor),
        Figure("breakfast, tap to screen, p95", percentile(taps, 95) * 1e3, "ms", "<= 50"),
        Figure("breakfast, Enter to recorded, p50", percentile(records, 50) * 1e3, "ms"),
        Figure("breakfast, Enter to recorded, p95", percentile(records, 95) * 1e3, "ms", "<= 50"),
        Figure("breakfast, CPU of the program", cpu * 1e3, "ms"),
        Figure(f"{WORKERS} workers served in a row", whole, "s"),
    ]


def choices(home: Home, *, topped_up: bool) -> Iterator[Choice]:
    """Choose for ever: one to three items of the first page; ``topped_up``: a fifth pays on top."""
    cap_fen = home.settings.breakfast.cap_fen
    page = breakfast_pages(home.catalogue, home.settings.language, "")[0].products
    items = {KEYS[n]: each.price_fen for n, each in enumerate(page) if not each.options}
    dear = max(items, key=items.__getitem__)
    keys = list(items)
    for number in count():
        chosen = ""
        for place in range(number % 3 + 1):
            key = keys[(number + place) % len(keys)]
            if _worth(chosen + key, items) <= cap_fen:
                chosen += key
        while topped_up and number % 5 == 4 and _worth(chosen, items) <= cap_fen:
            chosen += dear
        sums = tuple(_worth(chosen[: n + 1], items) for n in range(len(chosen)))
        yield Choice(chosen, sums, min(sums[-1], cap_fen))


def _worth(keys: str, items: dict[str, int]) -> int:
    return sum(items[key] for key in keys)


def _prepare(till: Till, at: datetime, cards: int) -> None:
    grant(till, _FUND_FEN, at)
    issue(till, cards, at)


def _settled(home: Home, drawn_fen: int, breakfasts: int) -> None:
    """Hold the books to what was keyed: so many breakfasts, and the fund to the fen."""
    database = open_database(open_home(home.path))
    till, now = Till(database, home.settings), datetime.now(UTC)
    assert till.fund(now).balance_fen == _FUND_FEN - drawn_fen
    assert till.served_today(now).count == breakfasts
    database.close()
    audit = verify(home.database, PROJECTORS)
    assert audit.clean, audit.findings
