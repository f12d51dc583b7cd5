"""What every bench shares: figures with their goals, interleaved rounds, medians and spreads.

Machines are shared and noisy, so nothing is compared across runs: two sides take turns in many
short blocks, the order changing every round, and a ratio is taken within each round.
"""

from __future__ import annotations

import gc
import statistics
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    ``goal`` is ``">= 0.80"`` or ``"<= 2.0"``, None for information. ``floor`` is what the other
    side of the same run reached, in the unit that ``note`` or the name says. ``spread`` holds the
    quartiles over the rounds; it is printed only.
    """

    name: str
    value: float
    unit: str
    goal: str | None = None
    floor: float | None = None
    spread: tuple[float, float] | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        relation, bound = self.goal.split()
        return self.value >= float(bound) if relation == ">=" else self.value <= float(bound)

    def as_json(self) -> dict[str, Any]:
        """Give the figure as ``build/bench.json`` holds it."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "goal": self.goal,
            "unit": self.unit,
            "floor": None if self.floor is None else round(self.floor, 4),
        }


@dataclass(frozen=True, slots=True)
class Scale:
    """How much to measure.

    ``rounds`` of ``block`` sales; ``history`` sales behind the long history; ``starts`` of a
    program and ``presses`` of a key; ``orders`` to replay and in how many ``parts``.
    """

    rounds: int
    block: int
    history: int
    starts: int
    presses: int
    orders: int
    parts: int


FULL: Final = Scale(40, 100, 1_000_000, starts=9, presses=60, orders=70_680, parts=12)
QUICK: Final = Scale(12, 50, 20_000, starts=5, presses=20, orders=4000, parts=4)
SMALLEST: Final = Scale(2, 3, 2000, starts=1, presses=2, orders=200, parts=1)


class Skipped(Exception):  # noqa: N818 - a reason, not an error
    """A bench that cannot run here; the message is the reason."""


def interleave(
    rounds: int,
    first: Callable[[int], T],
    second: Callable[[int], T],
    *,
    alternate: bool = True,
) -> list[tuple[T, T]]:
    """Run both sides once a round, the order alternating; give the pairs (first, second).

    Each is handed the round's number. Garbage of one side is not collected in the other's time.
    ``alternate`` is False where the second needs what the first made.
    """
    pairs = []
    for number in range(rounds):
        gc.collect()
        if alternate and number % 2:
            b = second(number)
            gc.collect()
            a = first(number)
        else:
            a = first(number)
            gc.collect()
            b = second(number)
        pairs.append((a, b))
    return pairs


def say(text: str) -> None:
    """Tell whoever waits how far it is."""
    sys.stderr.write(f"{text}\n")


def percentile(values: Sequence[float], percent: float) -> float:
    """Give the value below which ``percent`` of ``values`` lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def ratio(
    name: str, pairs: Sequence[tuple[float, float]], goal: str | None, *, floor: float | None = None
) -> Figure:
    """Give the median of the rounds' ratios first/second, with its quartiles."""
    ratios = [a / b for a, b in pairs]
    spread = (percentile(ratios, 25), percentile(ratios, 75))
    return Figure(name, statistics.median(ratios), "ratio", goal, floor, spread)
