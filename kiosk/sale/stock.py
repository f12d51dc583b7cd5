"""What is left of an item today, where somebody counted it: what a line takes of it. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from kiosk.errors import TillError
from kiosk.sale.lines import ONE_MILLI

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kiosk.sale.basket import Basket

MOST_LEFT: Final = 9999
"""No kiosk has more pieces of one item: beyond it a barcode was taken for a count."""


class LeftError(TillError):
    """A number of pieces that cannot be left."""

    def __init__(self, left: object) -> None:
        self.left = left
        super().__init__(
            f"剩余 {left} 份不行：应是 0 到 {MOST_LEFT} 的整数（0 是售罄）。",
            f"{left} pieces cannot be left: a whole number from 0 (sold out) to {MOST_LEFT}.",
        )


class SoldOutError(TillError):
    """More of an item is rung up than is left of it."""

    def __init__(self, sku: str, name: str, left: int) -> None:
        self.sku = sku
        self.left = left
        if left:
            zh, en = f"{name}只剩 {left} 份", f"Only {left} of {name} left"
        else:
            zh, en = f"{name}已售罄", f"{name} is sold out"
        super().__init__(
            f"{zh}：请换一样；如果还有货，请更新剩余份数。",
            f"{en}: choose something else, or set what is left if there is more.",
        )


def check_left(basket: Basket, left: Mapping[str, int]) -> None:
    """Refuse a ``basket`` that takes more of an item, as a combo's part too, than is ``left``.

    ``left`` is in pieces by SKU; what is not in it was not counted, and is never short.

    Raises:
        SoldOutError: by the line that was rung up last.
    """
    if not left:
        return
    taken: Counter[str] = Counter()
    for line in basket.lines:
        for sku, milli in _takes(line.sku, line.qty_milli, dict(line.combo)):
            taken[sku] += milli
    for line in reversed(basket.lines):
        for sku in (line.sku, *dict(line.combo)):
            if sku in left and taken[sku] > left[sku] * ONE_MILLI:
                raise SoldOutError(sku, line.name, left[sku])


def moved(lines: Iterable[Mapping[str, Any]], sold: list[Mapping[str, Any]]) -> Counter[str]:
    """Give what ``lines`` of a document take in all, in thousandths by SKU, combos in parts.

    A line that gives back names the line of the sale, ``sold``, that it is of: only that one says
    what a combo was made of.
    """
    taken: Counter[str] = Counter()
    for line in lines:
        of = sold[line["line"] - 1] if "line" in line else line
        parts = {each["sku"]: each["qty_milli"] // ONE_MILLI for each in of.get("combo", ())}
        for sku, milli in _takes(line["sku"], line["qty_milli"], parts):
            taken[sku] += milli
    return taken


def _takes(sku: str, qty_milli: int, combo: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    yield sku, qty_milli
    for part, pieces in combo.items():
        yield part, qty_milli * pieces
