"""A basket of fifteen rows as a stock DataTable; any key redraws it from its values."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import DataTable

if TYPE_CHECKING:
    from textual.app import ComposeResult

ROWS = 15


class Table(App[None]):
    """Fifteen rows of item, quantity, price and amount."""

    def compose(self) -> ComposeResult:
        """Make the table."""
        yield DataTable()

    def on_mount(self) -> None:
        """Fill it for the first time."""
        self.quantities = count(1)
        table = self.query_one(DataTable[str])
        for name, width in (("商品", 30), ("数量", 8), ("单价", 10), ("金额", 12)):
            table.add_column(name, width=width)
        self.fill()

    def on_key(self) -> None:
        """Redraw."""
        self.fill()

    def fill(self) -> None:
        """Draw every row anew, the last with a quantity that grows."""
        table = self.query_one(DataTable[str])
        table.clear()
        last = next(self.quantities)
        for row in range(ROWS):
            quantity = last if row == ROWS - 1 else 1
            table.add_row(f"矿泉水 {row}", str(quantity), "2.00", f"{2 * quantity}.00")
        table.move_cursor(row=ROWS - 1)


if __name__ == "__main__":
    Table().run()
