"""What a cut of the power leaves of the ticket on the screen: all of it, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.till.draft import DRAFT_FILE, decode
from tests.kiosk.screens.test_hard_days import SlowDisk

if TYPE_CHECKING:
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
