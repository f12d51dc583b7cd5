"""What the catalogue is made of: products, their options, the categories and the grid's pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from config.checks import visible


@dataclass(frozen=True, slots=True)
class Product:
    """One thing that is sold.

    Attributes:
        sku: the shop's own number: ``F001``; unique.
        name_zh: its Chinese name.
        name_en: its English name.
        category: the id of its category: ``breakfast``.
        price_fen: what one costs, in fen; zero is a gift, or typed in where ``open_price``.
        barcode: 8, 12 or 13 digits with the right check digit, or None; unique.
        catering: food or drink, so a sale of it sets aside.
        breakfast: what a breakfast card may take.
        initials: the first letters of the name's pinyin, a-z and 0-9: ``dj`` for 豆浆.
        open_price: the cashier types the price.
        pickup: made to order: the sale gets a number slip.
        options: the ids of the option groups that are asked for, in their order.
        tiers: tier and price in fen for the tiers that pay another price.
        combo: SKU and pieces of what a combo is made of; empty: it is no combo.
        cost_fen: what one costs the shop, in fen; None where that is not known.
    """

    sku: str
    name_zh: str
    name_en: str
    category: str
    price_fen: int
    barcode: str | None
    catering: bool
    breakfast: bool
    initials: str
    open_price: bool = False
    pickup: bool = False
    options: tuple[str, ...] = ()
    tiers: tuple[tuple[str, int], ...] = ()
    combo: tuple[tuple[str, int], ...] = ()
    cost_fen: int | None = None

    def name(self, lang: str) -> str:
        """Return the product's name in ``lang``."""
        return self.name_zh if lang == "zh_CN" else self.name_en

    def price_for(self, tier: str | None) -> int:
        """Return the price in fen for a customer of ``tier``; None is everybody else."""
        return next((fen for each, fen in self.tiers if each == tier), self.price_fen)


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the catalogue, for the tabs of the screen."""

    id: Annotated[str, visible(24)]
    name_zh: Annotated[str, visible(16)]
    name_en: Annotated[str, visible(24)]

    def name(self, lang: str) -> str:
        """Return the category's name in ``lang``."""
        return self.name_zh if lang == "zh_CN" else self.name_en


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of an option group, and what it adds to the price in fen (or takes from it)."""

    id: str
    name_zh: str
    name_en: str
    delta_fen: int

    def name(self, lang: str) -> str:
        """Return the choice's name in ``lang``."""
        return self.name_zh if lang == "zh_CN" else self.name_en


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """A question that a product raises: 辣度, with its answers.

    Attributes:
        id: what products and records call it: ``spicy``.
        name_zh: its Chinese name.
        name_en: its English name.
        pick: ``one`` answer, or ``many`` (none included).
        choices: the answers, in the order of the file; no id twice.
    """

    id: str
    name_zh: str
    name_en: str
    pick: Literal["one", "many"]
    choices: tuple[Choice, ...]

    def name(self, lang: str) -> str:
        """Return the group's name in ``lang``."""
        return self.name_zh if lang == "zh_CN" else self.name_en

    def choice(self, choice_id: str) -> Choice | None:
        """Return the answer called ``choice_id``, or None."""
        return next((each for each in self.choices if each.id == choice_id), None)


@dataclass(frozen=True, slots=True)
class GridPage:
    """A page of tiles that the operator laid out: its names, and the SKUs in their order."""

    name_zh: str
    name_en: str
    skus: tuple[str, ...]

    def name(self, lang: str) -> str:
        """Return the page's name in ``lang``."""
        return self.name_zh if lang == "zh_CN" else self.name_en
