"""What the operator decided, as the books know it: settings and prices, and what changed since."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

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
    """Walk the settings down to plain values; a list's item is named by its id where it has one."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _settings(getattr(value, field.name), f"{key}.{field.name}".lstrip("."))
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        for item in value:
            yield from _settings(item, f"{key}.{getattr(item, 'id', '')}")
    else:
        yield key, json.dumps(value, ensure_ascii=False, default=str)


def _prices(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for product in catalogue:
        yield f"price.{product.sku}", str(product.price_fen)
