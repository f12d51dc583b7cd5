"""Every act of a shift again, as after a crash: the same record, and the same answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from kiosk.till.till import Till
from ledger.errors import RefConflictError
from ledger.money import from_fen

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kiosk.conftest import Counter


def acts_of(counter: Counter, ref: UUID) -> dict[str, Callable[[], object]]:
    """Every act of a shift, each with its own arguments and the same ref."""
    till = counter.till
    return {
        "paid_in": lambda: till.paid_in("change", from_fen(100), "x", ref=ref, at=counter.tick()),
        "paid_out": lambda: till.paid_out("water", from_fen(100), ref=ref, at=counter.tick()),
        "drop": lambda: till.drop(from_fen(100), ref=ref, at=counter.tick()),
        "no_sale": lambda: till.no_sale("清点", ref=ref, at=counter.tick()),
        "x_report": lambda: till.x_report(ref=ref, at=counter.tick()),
        "count": lambda: till.count_shift({10000: 2}, ref=ref, at=counter.tick()),
        "close": lambda: till.close_shift(ref=ref, at=counter.tick(), to_safe_fen=100),
        "open": lambda: till.open_shift({10000: 2}, ref=ref, at=counter.tick()),
    }


@pytest.mark.parametrize("name", ["paid_in", "paid_out", "drop", "no_sale", "x_report", "count"])
def test_an_act_again_after_a_crash_is_the_same_record_and_the_same_answer(
    counter: Counter, name: str
) -> None:
    counter.open_shift(20000)
    ref = uuid4()
    first = acts_of(counter, ref)[name]()
    counter.sell("F001")  # the books go on before the retry
    records, balance = counter.audit().records, counter.trial_balance()
    counter.till = Till(counter.database, counter.home.settings)
    again = acts_of(counter, ref)[name]()
    if hasattr(again, "new"):
        again = replace(again, new=True)  # type: ignore[type-var]
    assert again == first
    assert (counter.audit().records, counter.trial_balance()) == (records, balance)
    others = [act for other, act in acts_of(counter, ref).items() if other != name]
    for act in others:
        with pytest.raises(RefConflictError):
            act()
    assert counter.audit().records == records


def test_opening_and_closing_again_after_a_crash_change_nothing(counter: Counter) -> None:
    opened, closed = uuid4(), uuid4()
    first = acts_of(counter, opened)["open"]()
    counter.count(20000)
    again = acts_of(counter, opened)["open"]()
    assert not again.new  # type: ignore[attr-defined]
    assert again.record == first.record  # type: ignore[attr-defined]
    report = acts_of(counter, closed)["close"]()
    counter.till = Till(counter.database, counter.home.settings)
    assert acts_of(counter, closed)["close"]() == report
    assert not acts_of(counter, opened)["open"]().new  # type: ignore[attr-defined]
    assert counter.till.shift is None
    with pytest.raises(RefConflictError):
        counter.till.close_shift(ref=closed, at=counter.tick(), to_safe_fen=0)
    counter.open_shift(19900)
    assert acts_of(counter, closed)["close"]() == report
    assert counter.till.shift is not None, "an old close closes no new shift"
