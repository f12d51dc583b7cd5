"""Whether the settings and the catalogue go together: each names things of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.checks import guessed
from config.errors import Phrase
from config.reading import Reader
from config.source import read_source

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from config.catalogue import Catalogue
    from config.settings import Settings


def check_agreement(
    settings: Settings, settings_file: Path, catalogue: Catalogue, catalogue_file: Path
) -> None:
    """Refuse quick keys of products that are not there, and prices for tiers that are not.

    The files are read again only to say the line of what is wrong.

    Raises:
        ConfigError: with the file that names what is not there, and all that it names so.
    """
    skus = [each.sku for each in catalogue]
    keys = [(key, sku) for key, sku in settings.quick_keys if catalogue.by_sku(sku) is None]
    if keys:
        reader = Reader(read_source(settings_file, may_be_missing=True))
        for key, sku in keys:
            wrong = Phrase(f'商品目录中没有 "{sku}"', f'the catalogue has no product "{sku}"')
            allowed = Phrase(
                f"{catalogue_file} 中的编号", f"the SKU of a product in {catalogue_file}"
            )
            reader.fault(("quick_keys", key), guessed(wrong, sku, skus), allowed)
        reader.finish()
    tiers = [each.id for each in settings.tiers]
    prices = [
        (row, tier)
        for row, product in enumerate(catalogue)
        for tier, _ in product.tiers
        if tier not in tiers
    ]
    if prices:
        reader = Reader(read_source(catalogue_file))
        for row, tier in prices:
            _no_such_tier(reader, row, tier, tiers)
        reader.finish()


def _no_such_tier(reader: Reader, row: int, tier: str, tiers: Collection[str]) -> None:
    wrong = Phrase(f'设置中没有优惠价 "{tier}"', f'the settings have no tier "{tier}"')
    names = ", ".join(tiers) or "-"
    allowed = Phrase(f"{names}（kiosk.toml 的 tiers）", f"{names} (tiers in kiosk.toml)")
    reader.fault(("product", row, "prices", tier), guessed(wrong, tier, tiers), allowed)
