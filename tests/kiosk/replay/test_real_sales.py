"""Real sales that nobody on the project wrote come to the fen they are known to come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.replay.conftest import Bench

MACHINES = {
    "VM-A": (10486, 4254260, 32, 104540),
    "VM-B": (13482, 5397030, 37, 134450),
    "VM-C": (14493, 6156810, 44, 144490),
    "VM-D": (8713, 3324330, 41, 86720),
    "VM-E": (23505, 9565540, 48, 234570),
}


def maps(root: Path, name: str) -> Path:
    return root / "tests" / "data" / "maps" / f"{name}.toml"


def test_the_supermarket_with_its_weights_and_returns(
    bench: Bench, root: Path, shared: Path
) -> None:
    file = shared / "data" / "cn_supermarket" / "order-14.3.csv.gz"
    totals = bench.replay(file, maps(root, "cn_supermarket"))
    assert (totals["accepted"], totals["rejected"], totals["rows"]) == (919, 0, 3478)
    assert (totals["gross_fen"], totals["set_aside_fen"]) == (2927014, 9140)
    assert (totals["refunds"], totals["refund_fen"]) == (5, 31995)
    again = bench.replay(file, maps(root, "cn_supermarket"))
    assert (again["accepted"], again["already_there"]) == (0, 919)
    assert bench.is_clean()


def test_the_bakery_with_its_repeated_rows(bench: Bench, root: Path, shared: Path) -> None:
    file = shared / "data" / "breadbasket" / "BreadBasket_DMS.csv.gz"
    totals = bench.replay(file, maps(root, "breadbasket"))
    assert (totals["accepted"], totals["rejected"]) == (9465, 0)
    assert (totals["rows"], totals["ignored"]) == (21293, 786)
    assert (totals["gross_fen"], totals["set_aside_fen"]) == (6152100, 94650)
    assert bench.is_clean()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("book", [None, "ALL"])
def test_a_year_of_vending_machines(
    bench: Bench, root: Path, shared: Path, book: str | None
) -> None:
    file = shared / "data" / "cn_vending" / "orders_all.csv.gz"
    options = ["--book", book] if book else []
    totals = bench.replay(file, maps(root, "cn_vending"), *options)
    assert (totals["accepted"], totals["rejected"], totals["zero_total"]) == (70679, 1, 202)
    assert (totals["gross_fen"], totals["set_aside_fen"]) == (28697970, 704770)
    assert bench.rejected("orders_all.csv.gz")[0][0] == 70681
    found = {
        name: (of["accepted"], of["gross_fen"], of["zero_total"], of["set_aside_fen"])
        for name, of in totals["books"].items()
    }
    assert found == ({"ALL": (70679, 28697970, 202, 704770)} if book else MACHINES)
    again = bench.replay(file, maps(root, "cn_vending"), *options)
    assert (again["accepted"], again["already_there"], again["gross_fen"]) == (0, 70679, 0)
    assert bench.is_clean()
