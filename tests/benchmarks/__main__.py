"""``python -m tests.benchmarks``: print a table, and write it to ``build/bench.json``."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    breakfast_keys,
    four_keys,
    history,
    proving,
    redeeming,
    replaying,
    screens,
    selling,
)
from tests.benchmarks.measure import FULL, QUICK, SMALLEST, Skipped, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.benchmarks.measure import Figure, Scale

BUILD: Final = Path(__file__).resolve().parents[2] / "build"
"""On the checkout's own disk: a temporary folder may be memory, where a commit costs nothing."""

BENCHES: Final[dict[str, Callable[[Path, Path, Scale], list[Figure]]]] = {
    "sell": lambda folder, _, scale: selling.bench(folder, scale),
    "redeem": lambda folder, _, scale: redeeming.bench(folder, scale),
    "history": lambda _, cache, scale: history.bench(cache, scale),
    "replay": lambda folder, _, scale: replaying.bench(folder, scale),
    "paint": lambda folder, _, scale: screens.first_paint(folder, scale),
    "keys": lambda folder, _, scale: screens.keys(folder, scale),
    "four": lambda folder, _, scale: four_keys.bench(folder, scale),
    "breakfast": lambda folder, _, scale: breakfast_keys.bench(folder, scale),
    "verify": lambda _, cache, scale: proving.bench(cache, scale),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the chosen benches; give 0. A missed goal is said, and is no failure of the program."""
    arguments = _parser().parse_args(argv)
    scale: Scale = arguments.scale
    BUILD.mkdir(exist_ok=True)
    cache = arguments.out.parent / "bench"
    cache.mkdir(parents=True, exist_ok=True)
    figures: list[Figure] = []
    for name in arguments.only or BENCHES:
        say(f"{name} …")
        with tempfile.TemporaryDirectory(dir=BUILD, prefix="bench-") as folder:
            try:
                figures += BENCHES[name](Path(folder), cache, scale)
            except Skipped as reason:
                say(f"{name}: skipped, {reason}")
    table = json.dumps([figure.as_json() for figure in figures], ensure_ascii=False, indent=1)
    arguments.out.write_text(f"{table}\n", encoding="utf-8")
    _print(figures)
    return 0


def _print(figures: Sequence[Figure]) -> None:
    table = Table(title="goals are of this one run; quartiles over its rounds")
    for column in ("figure", "value", "quartiles", "floor", "unit", "goal", ""):
        table.add_column(column, justify="right" if column in {"value", "floor"} else "left")
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.value:,.3g}" if figure.value < 1000 else f"{figure.value:,.0f}",
            "" if figure.spread is None else "{:.2f} to {:.2f}".format(*figure.spread),
            "" if figure.floor is None else f"{figure.floor:,.4g}",
            figure.unit,
            figure.goal or "",
            {True: "reached", False: "MISSED", None: ""}[figure.met],
        )
    Console(width=130).print(table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=tuple(BENCHES), help="these benches only")
    parser.add_argument("--out", type=Path, default=BUILD / "bench.json", metavar="FILE")
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--quick", dest="scale", action="store_const", const=QUICK, help="minutes less, rougher"
    )
    size.add_argument(
        "--smallest", dest="scale", action="store_const", const=SMALLEST, help="does it run"
    )
    parser.set_defaults(scale=FULL)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
