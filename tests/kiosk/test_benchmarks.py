"""The benchmarks run, and write what whoever judges them reads; how fast it is, is not asked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.benchmarks.measure import Figure, interleave, percentile, ratio

if TYPE_CHECKING:
    from pathlib import Path


def run(root: Path, out: Path, *options: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.benchmarks", "--smallest", "--out", str(out), *options]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
    for figure in figures:
        assert figure["name"] in " ".join(done.stdout.split()), done.stdout
    return figures


def check(figures: list[dict[str, Any]]) -> None:
    assert len({figure["name"] for figure in figures}) == len(figures)
    for figure in figures:
        assert list(figure) == ["name", "value", "goal", "unit", "floor"]
        assert figure["value"] > 0
        assert figure["unit"]
        assert figure["floor"] is None or figure["floor"] > 0
        assert figure["goal"] is None or re.fullmatch(r"[<>]= \d+(\.\d+)?", figure["goal"])


def test_a_sale_is_measured_against_a_floor_that_writes_the_same_rows(
    root: Path, tmp_path: Path
) -> None:
    figures = run(root, tmp_path / "bench.json", "--only", "sell")
    check(figures)
    asked = {figure["name"]: figure for figure in figures}
    assert asked["Till.sell, rate to floor"]["goal"] == ">= 0.80"
    # The one figure that no neighbour can disturb, so it is a gate.
    assert asked["Till.sell, statements a sale"]["value"] <= 10
    assert asked["Till.sell, commits a sale"]["value"] == 1


def test_a_breakfast_is_measured_against_a_floor_that_writes_the_same_rows(
    root: Path, tmp_path: Path
) -> None:
    figures = run(root, tmp_path / "bench.json", "--only", "redeem")
    check(figures)
    asked = {figure["name"]: figure for figure in figures}
    assert asked["Till.redeem, rate to floor"]["goal"] == ">= 0.75"
    assert asked["Till.redeem, statements a breakfast"]["value"] <= 11
    assert asked["Till.redeem, commits a breakfast"]["value"] == 1


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_bench_runs(root: Path, tmp_path: Path) -> None:
    figures = run(root, tmp_path / "bench.json")
    check(figures)
    assert sum(figure["goal"] is not None for figure in figures) >= 10


def test_a_goal_is_met_on_its_own_side_only() -> None:
    assert Figure("rate", 0.8, "ratio", ">= 0.80").met
    assert not Figure("rate", 0.79, "ratio", ">= 0.80").met
    assert Figure("time", 2.0, "ratio", "<= 2.0").met
    assert not Figure("time", 2.01, "ratio", "<= 2.0").met
    assert Figure("rate", 0.1, "ratio").met is None


def test_sides_take_turns_and_keep_their_places() -> None:
    order: list[str] = []

    def side(name: str, number: int) -> str:
        order.append(name)
        return f"{name}{number}"

    pairs = interleave(3, lambda n: side("a", n), lambda n: side("b", n))
    assert pairs == [("a0", "b0"), ("a1", "b1"), ("a2", "b2")]
    assert order == ["a", "b", "b", "a", "a", "b"]


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    figure = ratio("r", [(1, 2), (3, 1), (1, 1)], None)
    assert (figure.value, figure.spread) == (1.0, (0.5, 3.0))
    assert percentile(range(100), 99) == 99
