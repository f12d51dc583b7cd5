"""Settings: read once from TOML at the start, frozen from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time  # noqa: TC003 - the reader evaluates the hints
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from config.breakfast import Breakfast
from config.cards import CardReader, CardType  # noqa: TC001 - the reader evaluates the hints
from config.cashier import (
    CashMove,
    Guards,
    Reasons,
    Rounding,
    Scanner,
    Screen,
    Shift,
    Tier,
)
from config.chart import load_chart
from config.checks import (
    Entries,
    UnfitError,
    account_code,
    clock,
    code,
    guessed,
    one_of,
    rising,
    sku,
    truth,
    unfit,
    visible,
    whole,
)
from config.errors import Phrase, shown
from config.keys import KEYS, key, key_or_none
from config.language import LANGUAGES
from config.reading import Reader
from config.rights import Roles
from config.settings_rules import check_settings
from config.source import read_source

if TYPE_CHECKING:
    from config.chart import Chart

DEFAULTS = Path(__file__).with_name("defaults.toml")
"""The shipped file that states the default of every setting."""

_Name: TypeAlias = Annotated[str, visible(32)]
_Account: TypeAlias = Annotated[str, account_code]


def _timezone(value: object) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones  # noqa: PLC0415

    if not isinstance(value, str):
        raise unfit(value, _TIMEZONE)
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        wrong = Phrase(f"没有时区 {shown(value)}", f"there is no time zone {shown(value)}")
        raise UnfitError(guessed(wrong, value, available_timezones()), _TIMEZONE) from error


_TIMEZONE = Phrase('IANA 时区名，如 "Asia/Shanghai"', 'an IANA name like "Asia/Shanghai"')


@dataclass(frozen=True, slots=True)
class Shop:
    """Who sells: the names on screens and papers, and the parts of the book's id."""

    name_zh: _Name
    name_en: _Name
    station: Annotated[
        str,
        code(
            "[A-Z0-9]{1,12}(?:-[A-Z0-9]{1,12}){0,3}",
            '大写字母、数字和连字符，如 "JB-HQHG"',
            'A-Z, 0-9 and single hyphens, like "JB-HQHG"',
        ),
    ]
    till: Annotated[str, code("[A-Z0-9]{1,8}", '大写字母和数字，如 "01"', 'A-Z and 0-9, like "01"')]
    epoch: Annotated[int, whole(1, 9999)]

    @property
    def book(self) -> str:
        """The id of this till's journal: ``JB-HQHG-01.1``, only A-Z, 0-9, ``-`` and ``.``."""
        return f"{self.station}-{self.till}.{self.epoch}"

    def name(self, lang: str) -> str:
        """Return the shop's name in ``lang``."""
        return self.name_zh if lang == "zh_CN" else self.name_en


@dataclass(frozen=True, slots=True)
class Fund:
    """The charity fund: what a sale sets aside, and the two accounts it moves between.

    ``custody`` says whose the third-party account is: ``A``, the fund's own, which pays the shop
    for its breakfasts later; ``B``, the operator's, restricted to the fund (accounting.md 11, 11B).
    """

    set_aside_fen: Annotated[int, whole(0, 1000)]
    custody: Annotated[str, one_of("A", "B")]
    debit_account: _Account
    payable_account: _Account


@dataclass(frozen=True, slots=True)
class Day:
    """The clock on the wall: an IANA time zone, and the local time when the business date turns."""

    timezone: Annotated[str, _timezone]
    rollover: Annotated[time, clock]


@dataclass(frozen=True, slots=True)
class Paper:
    """The receipt paper, in columns of a half-width character."""

    columns: Annotated[int, one_of(32, 48)]


@dataclass(frozen=True, slots=True)
class Tax:
    """The VAT regime; the rate in basis points (100 is one percent)."""

    regime: Annotated[str, one_of("small-scale")]
    rate_bp: Annotated[int, whole(0, 1300)]


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts that the posting rules book to, beside those of tenders and fund."""

    sales: _Account
    breakfast_sales: _Account
    vat: _Account
    safe: _Account
    bank: _Account
    breakfast_settlement: _Account
    custody: _Account
    over_short: _Account
    rounding: _Account
    fees: _Account
    station_costs: _Account


@dataclass(frozen=True, slots=True)
class Tender:
    """One way to pay.

    Attributes:
        id: what records call it: ``cash``.
        name_zh: its Chinese name.
        name_en: its English name.
        account: where the money arrives.
        key: the function key that takes it: ``f9``.
        gives_change: whether more may be handed over than is due.
        confirmed_by: ``count`` when the money itself is in the hand, ``cashier`` when the cashier
            has seen that it was paid.
    """

    id: Annotated[str, code("[a-z][a-z0-9_]{0,15}", '小写字母，如 "cash"', 'a-z, like "cash"')]
    name_zh: Annotated[str, visible(16)]
    name_en: Annotated[str, visible(16)]
    account: _Account
    key: Annotated[str, code("f(?:[1-9]|1[0-2])", '"f1" 至 "f12"', '"f1" to "f12"')]
    gives_change: Annotated[bool, truth]
    confirmed_by: Annotated[str, one_of("count", "cashier")]

    def name(self, lang: str) -> str:
        """Return the tender's name in ``lang``."""
        return self.name_zh if lang == "zh_CN" else self.name_en


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the operator has decided, beside the catalogue and the chart of accounts.

    Attributes:
        language: ``zh_CN`` or ``en``.
        quick_notes_fen: the banknotes that the cash screen offers, rising.
        tenders: the ways to pay, in the order of the screen; ids and keys are unique.
        tiers: the groups of customers that have prices of their own.
        cash_moves: what cash is put into the drawer for, or taken out of it.
        card_types: the kinds of breakfast cards that the station gives out.
        readers: the card readers; none where there is none.
        keys: action and key, ``("sell.help", "f1")``, for each of ``config.keys.KEYS``; an empty
            key is none.
        quick_keys: key and SKU, ``("insert", "F001")``: keys that ring a product.
    """

    language: Annotated[str, one_of(*LANGUAGES)]
    quick_notes_fen: Annotated[tuple[int, ...], rising(10, 1_000_000, count=8)]
    shop: Shop
    fund: Fund
    breakfast: Breakfast
    day: Day
    paper: Paper
    tax: Tax
    accounts: Accounts
    tenders: tuple[Tender, ...]
    roles: Roles
    shift: Shift
    guards: Guards
    rounding: Rounding
    scanner: Scanner
    screen: Screen
    tiers: tuple[Tier, ...]
    cash_moves: tuple[CashMove, ...]
    card_types: tuple[CardType, ...]
    readers: tuple[CardReader, ...]
    reasons: Reasons
    keys: Annotated[tuple[tuple[str, str], ...], Entries(KEYS, str, key_or_none)]
    quick_keys: Annotated[tuple[tuple[str, str], ...], Entries(None, key, sku)]

    @property
    def book(self) -> str:
        """The id of this till's journal: ``JB-HQHG-01.1``."""
        return self.shop.book

    def tender(self, tender_id: str) -> Tender | None:
        """Return the tender called ``tender_id``, or None."""
        return next((each for each in self.tenders if each.id == tender_id), None)

    def tier(self, tier_id: str) -> Tier | None:
        """Return the tier called ``tier_id``, or None."""
        return next((each for each in self.tiers if each.id == tier_id), None)

    def cash_move(self, move_id: str) -> CashMove | None:
        """Return the cash move called ``move_id``, or None."""
        return next((each for each in self.cash_moves if each.id == move_id), None)

    def card_type(self, type_id: str) -> CardType | None:
        """Return the card type called ``type_id``, or None."""
        return next((each for each in self.card_types if each.id == type_id), None)

    def key(self, action: str) -> str:
        """Return the key of ``action``, one of ``config.keys.KEYS``; empty where it has none."""
        return dict(self.keys)[action]


_GROUPS: dict[str, type] = {
    "shop": Shop,
    "fund": Fund,
    "breakfast": Breakfast,
    "day": Day,
    "paper": Paper,
    "tax": Tax,
    "accounts": Accounts,
    "roles": Roles,
    "shift": Shift,
    "guards": Guards,
    "rounding": Rounding,
    "scanner": Scanner,
    "screen": Screen,
    "reasons": Reasons,
}


def load_settings(home_file: Path | None = None, *, chart: Chart | None = None) -> Settings:
    """Read the settings: what ``home_file`` says, and the shipped defaults for the rest.

    A group is taken over key by key; lists and arrays of tables (``tenders``, ``tiers``,
    ``cash_moves``, ``card_types``, ``readers``, ``quick_notes_fen``) as a whole.

    Args:
        home_file: the home's ``kiosk.toml``; None or a file that is not there: only defaults.
        chart: the chart that the accounts must be in; the shipped one where it is not given.

    Raises:
        ConfigError: the file cannot be read, a key is unknown, a value has the wrong type or is
            out of range, an id or a key of the keyboard is used twice, an account is not in the
            chart, or the manager is without a right that must stay; all that is wrong is said at
            once.
    """
    chart = chart or load_chart()
    reader = Reader(read_source(DEFAULTS))
    values = reader.values(Settings, reader.source.tables)
    reader.finish()
    if home_file is not None:
        reader = Reader(read_source(home_file, may_be_missing=True))
        own = reader.values(Settings, reader.source.tables)
        reader.finish()
        values = {key: _over(value, own.get(key)) for key, value in values.items()}
    settings = Settings(**{key: _group(key, value) for key, value in values.items()})
    check_settings(settings, chart, reader)
    return settings


def _over(default: Any, own: Any) -> Any:  # noqa: ANN401 - a value or a group of values
    if own is None:
        return default
    return default | own if isinstance(default, dict) else own


def _group(key: str, value: Any) -> Any:  # noqa: ANN401 - a value or a group of values
    if isinstance(value, dict):
        return _GROUPS[key](**value) if key in _GROUPS else tuple(value.items())
    return value
