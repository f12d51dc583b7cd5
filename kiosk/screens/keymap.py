"""Which key does what on the sell screen: the settings decide; bars and help show the real keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from config.catalogue import Catalogue, Product
    from config.settings import Settings, Tender


@dataclass(frozen=True, slots=True)
class Keymap:
    """Key to tender, action id or product; a key means one thing (the settings are checked)."""

    actions: Mapping[str, str]
    tenders: Mapping[str, Tender]
    products: Mapping[str, Product]
    keys: Mapping[str, str]

    @classmethod
    def of(cls, settings: Settings, catalogue: Catalogue) -> Self:
        """Read the keymap of ``settings``; quick keys of items that are not sold are left out."""
        products = {
            key: product
            for key, sku in settings.quick_keys
            if (product := catalogue.by_sku(sku)) is not None
        }
        return cls(
            {key: action for action, key in settings.keys if key},
            {tender.key: tender for tender in settings.tenders},
            products,
            dict(settings.keys),
        )

    def key(self, action: str) -> str:
        """Return the key of ``action``, empty where it has none."""
        return self.keys.get(action, "")

    def shown(self, action: str) -> str:
        """Return the key of ``action`` as bars and help write it."""
        return shown(self.key(action))


def shown(key: str) -> str:
    """Return a key as it is written on keyboards: ``F1``, ``Ctrl+D``, ``=``."""
    if len(key) > 1:
        return "+".join(part.capitalize() for part in key.split("+"))
    return key
