"""What the operator decided, as the books know it: settings and prices, and what changed since."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from config.breakfast import BreakfastChange

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from config.catalogue import Catalogue
    from config.settings import Settings


def changes(
    cursor: sqlite3.Cursor, book: str, settings: Settings, catalogue: Catalogue
) -> list[dict[str, Any]]:
    """Give every setting and price that differs from what ``book`` last recorded, by key.

    Values are JSON texts; ``old`` is null for what is new, ``new`` for what is gone.
    """
    rows = cursor.execute("SELECT key, value FROM policy WHERE book = ?", (book,))
    old: dict[str, str] = dict(rows.fetchall())
    new = dict(_settings(settings, "")) | dict(_prices(catalogue))
    return [
        {"key": key, "new": new.get(key), "old": old.get(key)}
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]


def _settings(value: Any, key: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any setting
    """Walk the settings down to plain values.

    A row of a list is named by its id, or by its day where it is dated, so that its key stays when
    the file is put in another order; a pair by its first part: the key of an action is
    ``keys.sell.help``.
    """
    if is_dataclass(value):
        for field in fields(value):
            yield from _settings(getattr(value, field.name), f"{key}.{field.name}".lstrip("."))
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        for item in value:
            name = item.from_day if isinstance(item, BreakfastChange) else item.id
            yield from _settings(item, f"{key}.{name}")
    elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
        for name, item in value:
            yield f"{key}.{name}", _plain(item)
    else:
        yield key, _plain(value)


def _prices(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Give every figure that a price comes from: products, tiers, costs, and what options add."""
    for product in catalogue:
        yield f"price.{product.sku}", str(product.price_fen)
        for tier, fen in product.tiers:
            yield f"price.{product.sku}.{tier}", str(fen)
        if product.open_price:
            yield f"open_price.{product.sku}", "true"
        if product.combo:
            yield f"combo.{product.sku}", _plain(product.combo)
        if product.cost_fen is not None:
            yield f"cost.{product.sku}", str(product.cost_fen)
    for group in catalogue.options.values():
        for choice in group.choices:
            yield f"option.{group.id}.{choice.id}", str(choice.delta_fen)


def _plain(value: Any) -> str:  # noqa: ANN401 - any setting
    return json.dumps(value, ensure_ascii=False, default=str)
