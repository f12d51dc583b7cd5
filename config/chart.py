"""The chart of accounts: 小企业会计准则 with the sub-accounts of a kiosk."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from config.checks import UnfitError, code, one_of
from config.errors import Phrase
from config.reading import Reader
from config.source import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

CHART = Path(__file__).with_name("chart.toml")
"""The shipped chart."""

AccountType: TypeAlias = Literal["asset", "liability", "equity", "income", "expense"]
Side: TypeAlias = Literal["D", "C"]

TYPE_NAMES: dict[AccountType, Phrase] = {
    "asset": Phrase("资产类", "Assets"),
    "liability": Phrase("负债类", "Liabilities"),
    "equity": Phrase("权益类", "Equity"),
    "income": Phrase("收入类", "Income"),
    "expense": Phrase("费用类", "Expenses"),
}
"""The types: by their Chinese name, and by the root that beancount, hledger and ledger know."""

_NORMAL_SIDES: dict[AccountType, Side] = {
    "asset": "D",
    "liability": "C",
    "equity": "C",
    "income": "C",
    "expense": "D",
}
_CODE = code(
    "[0-9]{4}(?:[0-9]{2}){0,3}",
    "四位科目编码，下级各加两位",
    "an account code of four digits, two more for each level below",
)


_TOP_DIGITS = 4
_PARENT = Phrase("上级科目在同一表中", "the account above it in the same table")


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    Attributes:
        code: four digits, and two more for each level below: ``500101``.
        name_zh: its Chinese name; letters, digits and hyphens only.
        name_en: its English name.
        type: what kind of account it is.
        side: its normal side, ``D`` or ``C``: where its balance stands when it is positive.
        parent: the code one level above, or None at the top.
    """

    code: str
    name_zh: str
    name_en: str
    type: AccountType
    side: Side
    parent: str | None

    @property
    def root(self) -> str:
        """The root that plain-text ledgers use: Assets, Liabilities, Equity, Income, Expenses."""
        return TYPE_NAMES[self.type].en

    def name(self, lang: str) -> str:
        """Return the account's name in ``lang``."""
        return self.name_zh if lang == "zh_CN" else self.name_en


@dataclass(frozen=True, slots=True)
class Chart:
    """All accounts, in the order of their codes."""

    accounts: tuple[Account, ...]
    _by_code: dict[str, Account] = field(init=False, repr=False, compare=False)
    _parents: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.accounts, key=lambda account: account.code))
        object.__setattr__(self, "accounts", ordered)
        object.__setattr__(self, "_by_code", {each.code: each for each in ordered})
        parents = frozenset(each.parent for each in ordered if each.parent)
        object.__setattr__(self, "_parents", parents)

    def __iter__(self) -> Iterator[Account]:
        return iter(self.accounts)

    def __len__(self) -> int:
        return len(self.accounts)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Account:
        """Return the account ``code``; KeyError where the chart has none."""
        return self._by_code[code]

    def get(self, code: str) -> Account | None:
        """Return the account ``code``, or None."""
        return self._by_code.get(code)

    def name(self, code: str, lang: str) -> str:
        """Return the name of the account ``code`` in ``lang``; KeyError where there is none."""
        return self._by_code[code].name(lang)

    def is_leaf(self, code: str) -> bool:
        """Whether ``code`` has no account below it, so that entries may be booked to it."""
        return code in self._by_code and code not in self._parents


@dataclass(frozen=True, slots=True)
class _Row:
    # Plain-text ledgers refuse other characters inside a name (beancount the most of them).
    name_zh: Annotated[
        str,
        code(
            "[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff-]{0,29}",
            "1 至 30 个汉字、字母、数字或连字符",
            "1 to 30 Chinese characters, letters, digits or hyphens",
        ),
    ]
    name_en: Annotated[
        str,
        code(
            "[A-Za-z][A-Za-z0-9-]*(?: [A-Za-z0-9-]+)*",
            "英文单词，以单个空格隔开",
            "English words with single spaces",
        ),
    ]
    side: Annotated[Side | None, one_of("D", "C")] = None


def load_chart(path: Path | None = None) -> Chart:
    """Read a chart of accounts from TOML; the shipped one where no ``path`` is given.

    Raises:
        ConfigError: the file cannot be read, or it has an unknown type, a code that is none or
            stands twice, an account without its parent, or a name that ledgers would refuse; all
            that is wrong is said at once.
    """
    reader = Reader(read_source(path or CHART))
    tables = reader.source.tables
    for key in tables.keys() - TYPE_NAMES.keys():
        reader.unknown((key,), TYPE_NAMES)
    accounts: dict[str, Account] = {}
    for type_ in TYPE_NAMES:
        rows = tables.get(type_, {})
        if isinstance(rows, dict):
            for account_code, row in rows.items():
                _read_account(reader, accounts, type_, account_code, row)
        else:
            reader.not_a_table((type_,), rows)
    reader.finish()
    _check_parents(reader, accounts)
    reader.finish()
    return Chart(tuple(accounts.values()))


def _read_account(
    reader: Reader, accounts: dict[str, Account], type_: AccountType, code: str, table: object
) -> None:
    place = (type_, code)
    try:
        _CODE(code)
    except UnfitError as error:
        reader.fault(place, error.wrong, error.allowed)
        return
    if code in accounts:
        wrong = Phrase(f"科目 {code} 出现两次", f"account {code} stands twice")
        reader.fault(place, wrong, Phrase("每个科目一次", "each account once"))
    row = reader.row(_Row, table, place)
    if row is not None:
        parent = code[:-2] if len(code) > _TOP_DIGITS else None
        side = row.side or _NORMAL_SIDES[type_]
        accounts[code] = Account(code, row.name_zh, row.name_en, type_, side, parent)


def _check_parents(reader: Reader, accounts: dict[str, Account]) -> None:
    for account in accounts.values():
        parent = accounts.get(account.parent or account.code)
        if parent is None or parent.type != account.type:
            wrong = Phrase(
                f"没有同类的上级科目 {account.parent}",
                f"there is no {account.type} account {account.parent} above it",
            )
            reader.fault((account.type, account.code), wrong, _PARENT)
