"""What a cut of the power leaves of the ticket on the screen: all of it, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.till.draft import DRAFT_FILE, decode
from kiosk.till.till import Till
from ledger.errors import StorageError
from tests.kiosk.screens.test_hard_days import SlowDisk

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    import pytest

    from kiosk.sale.basket import Basket
    from tests.kiosk.screens.conftest import Cashier, Opened


def kept(cashier: Cashier) -> list[str]:
    """The SKUs that the draft on the disk remembers."""
    drafts = cashier.app.desk._drafts
    assert drafts is not None
    drafts.flush()
    path = cashier.app.desk.home.path / DRAFT_FILE
    return [line.sku for line in decode(path.read_bytes()).basket.lines] if path.exists() else []


async def test_every_change_is_remembered_and_a_sale_forgotten(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "B")
        assert kept(cashier) == ["F001", "F002"]
        await cashier.press("delete")
        assert kept(cashier) == ["F001"]
        await cashier.press("f9")
        assert kept(cashier) == []
        await cashier.press("A", "f4")
        assert kept(cashier) == []
        await cashier.press("B", "f3", "1")
        assert kept(cashier) == ["F001"]


async def test_a_paid_ticket_is_remembered_until_it_is_in_the_books(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "B")
        disk = SlowDisk(cashier)
        await cashier.pilot.press("f9")
        assert kept(cashier) == ["F001", "F002"]
        await cashier.pilot.press("C")
        assert kept(cashier) == ["F001", "F002"]
        disk.release()
        await cashier.settle()
        assert kept(cashier) == ["F003"]


async def test_the_ticket_comes_back_after_a_crash(opened: Opened) -> None:
    async with opened() as cashier:
        await cashier.press("A", "A", "B", "1", "f5")
        assert kept(cashier) == ["F001", "F002"]
        draft = (cashier.app.desk.home.path / DRAFT_FILE).read_bytes()
        path = cashier.app.desk.home.path
        await cashier.press("backspace", "delete", "1", "delete", "1")
    (path / DRAFT_FILE).write_bytes(draft)  # as if it had died before the last keys
    async with opened() as cashier:
        assert cashier.rung == [("F001", 2000), ("F002", 1000)]
        assert "已恢复" in cashier.said
        assert cashier.sell.ticket.rest.amount == 5  # what was paid already is paid
        await cashier.press("f9")
        assert await cashier.sold() == [600]


async def test_a_recalled_basket_is_on_the_disk_before_it_waits_no_more(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    async with opened() as cashier:
        await cashier.press("A", "f4", "B")
        recall = Till.recall

        def looking(till: Till, basket: UUID, *, ref: UUID, at: datetime) -> Basket:
            seen.append(kept(cashier))
            return recall(till, basket, ref=ref, at=at)

        monkeypatch.setattr(Till, "recall", looking)
        await cashier.press("f3", "1")
        assert seen == [["F001"]]  # and 油条, which was on the screen, is parked by then
        assert cashier.rung == [("F001", 1000)]
        assert (await cashier.kinds())[-3:] == ["basket_parked", "basket_parked", "basket_recalled"]


async def test_a_basket_that_cannot_be_parked_stays_and_nothing_is_recalled(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageError(tmp_path, "磁盘已满")

    async with opened() as cashier:
        await cashier.press("A", "f4", "B")
        monkeypatch.setattr(Till, "park", full)
        await cashier.press("f3", "1")
        assert cashier.rung == [("F002", 1000)]
        assert "磁盘已满" in cashier.said
        assert await cashier.kinds() == ["basket_parked"]
