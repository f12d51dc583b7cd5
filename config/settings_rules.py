"""What the settings must be among each other: ids and keys used once, accounts that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from config.chart import TYPE_NAMES
from config.errors import Phrase
from config.keys import ACTION_NAMES, SIGNS
from config.rights import RIGHT_NAMES, Right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.breakfast import Breakfast
    from config.cards import CardReader
    from config.chart import AccountType, Chart
    from config.reading import Reader
    from config.settings import Settings
    from config.source import Place

# What each account must be for the postings to make sense; tenders hold assets.
_TYPES: Final[dict[tuple[str, str], AccountType]] = {
    ("fund", "debit_account"): "expense",
    ("fund", "payable_account"): "liability",
    ("accounts", "sales"): "income",
    ("accounts", "breakfast_sales"): "income",
    ("accounts", "vat"): "liability",
    ("accounts", "safe"): "asset",
    ("accounts", "bank"): "asset",
    ("accounts", "breakfast_settlement"): "asset",
    ("accounts", "custody"): "asset",
    ("accounts", "over_short"): "asset",
    ("accounts", "rounding"): "expense",
    ("accounts", "fees"): "expense",
    ("accounts", "station_costs"): "expense",
}
# Cash comes from another place or person, and goes there or is spent.
_MOVE_TYPES: Final[dict[str, tuple[AccountType, ...]]] = {
    "paid_in": ("asset", "liability", "equity", "income"),
    "paid_out": ("asset", "liability", "expense"),
}
# What a kind of card reader cannot do without, and what it has not: there only the value of no
# effect may be written. Nobody shall think that a wedge proves a card because the file says so.
_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "wedge": ("format",),
    "serial": ("format", "port"),
    "pcsc": (),
}
_FOREIGN: Final[dict[str, dict[str, str]]] = {
    "wedge": {"port": "", "proof": "uid"},
    "serial": {"proof": "uid"},
    "pcsc": {"format": "", "order": "big", "prefix": ""},
}
_READER_NEEDS: Final = {
    "format": Phrase('读卡器输出的格式，如 "10D"', 'what the reader writes, like "10D"'),
    "port": Phrase('串口设备，如 "/dev/ttyUSB0"', 'a device, like "/dev/ttyUSB0"'),
}
_KEPT: Final = (Right.STAFF, Right.SETTINGS)


_FUND_TENDER: Final = "fund"


class _Use(NamedTuple):
    """A key of the keyboard, where it is stated, and for what."""

    key: str
    place: Place
    what: Phrase


def check_settings(settings: Settings, chart: Chart, reader: Reader) -> None:
    """Refuse settings that do not go together, or not with ``chart``; ``reader`` knows the lines.

    Raises:
        ConfigError: all that is wrong, at once.
    """
    if not settings.tenders:
        none = Phrase("没有任何付款方式", "there is no way to pay")
        reader.fault(("tenders",), none, Phrase("至少一个 [[tenders]]", "at least one [[tenders]]"))
    for table in ("tenders", "tiers", "cash_moves", "card_types", "readers"):
        ids = [each.id for each in getattr(settings, table)]
        _check_ids(ids, table, reader)
    _check_tenders(settings, reader)
    _check_accounts(settings, chart, reader)
    _check_breakfast(settings.breakfast, reader)
    _check_readers(settings, reader)
    _check_manager(settings, reader)
    _check_keys(settings, reader)
    reader.finish()


def _check_ids(ids: list[str], table: str, reader: Reader) -> None:
    for row, each in enumerate(ids):
        if each in ids[:row]:
            wrong = Phrase(f'"{each}" 已被使用', f'"{each}" is taken')
            unique = Phrase("各不相同", "each only once")
            reader.fault((table, row, "id"), wrong, unique)


def _check_tenders(settings: Settings, reader: Reader) -> None:
    """Keep the fund's own tender out of the settings: the books know by it what the fund paid."""
    for row, tender in enumerate(settings.tenders):
        if tender.id == _FUND_TENDER:
            wrong = Phrase('"fund" 是爱心基金自己的', '"fund" is the charity fund itself')
            other = Phrase("另一个名称", "another id")
            reader.fault(("tenders", row, "id"), wrong, other)


def _check_accounts(settings: Settings, chart: Chart, reader: Reader) -> None:
    for (group, field), type_ in _TYPES.items():
        code: str = getattr(getattr(settings, group), field)
        _check_account(code, (type_,), (group, field), chart, reader)
    for row, tender in enumerate(settings.tenders):
        _check_account(tender.account, ("asset",), ("tenders", row, "account"), chart, reader)
    drawers = {each.account for each in settings.tenders if each.confirmed_by == "count"}
    for row, move in enumerate(settings.cash_moves):
        place: Place = ("cash_moves", row, "account")
        _check_account(move.account, _MOVE_TYPES[move.kind], place, chart, reader)
        if move.account in drawers:
            wrong = Phrase(f"{move.account} 就是钱箱", f"{move.account} is the drawer itself")
            allowed = Phrase("钱的来处或去处", "the account that the money comes from or goes to")
            reader.fault(place, wrong, allowed)


def _check_account(
    code: str, types: tuple[AccountType, ...], place: Place, chart: Chart, reader: Reader
) -> None:
    account = chart.get(code)
    if account is None:
        wrong = Phrase(f"科目表中没有 {code}", f"the chart of accounts has no {code}")
    elif account.type not in types:
        kind = TYPE_NAMES[account.type].zh
        wrong = Phrase(f"{code} 是{kind}科目", f"{code} is an account of type {account.type}")
    elif not chart.is_leaf(code):
        wrong = Phrase(f"{code} 有下级科目", f"{code} has sub-accounts")
    else:
        return
    fitting = " ".join(
        each.code for each in chart if each.type in types and chart.is_leaf(each.code)
    )
    zh = "、".join(TYPE_NAMES[each].zh for each in types)
    allowed = Phrase(
        f"{zh}末级科目：{fitting}", f"one of the {' or '.join(types)} accounts {fitting}"
    )
    reader.fault(place, wrong, allowed)


def _check_breakfast(breakfast: Breakfast, reader: Reader) -> None:
    """Hold the rules of today, and of every day from which others are dated, to the same."""
    at: Place = ("breakfast",)
    _check_window(breakfast, (*at, "window_to"), (*at, "service_day_from"), reader)
    days = [each.from_day for each in breakfast.changes]
    for row, change in enumerate(breakfast.changes):
        at = ("breakfast", "changes", row)
        if change.from_day in days[:row]:
            wrong = Phrase(
                f"{change.from_day} 已有一条规则", f"{change.from_day} has a rule already"
            )
            once = Phrase("每个日期一条", "each day only once")
            reader.fault((*at, "from_day"), wrong, once)
        if not change.stated:
            wrong = Phrase("没有写改什么", "it does not say what changes")
            names = "cap_fen, window_from, window_to"
            reader.fault(at, wrong, Phrase(f"至少一项：{names}", f"at least one of {names}"))
        if "window_from" in change.stated or "window_to" in change.stated:
            # Else the window is as another row left it, and is said to be wrong there.
            _check_window(breakfast.on(change.from_day), (*at, "window_to"), at, reader)


def _check_window(rules: Breakfast, end: Place, turn: Place, reader: Reader) -> None:
    """Refuse a window that ends before it begins, or in which a card is good for two breakfasts."""
    begins, ends = f"{rules.window_from:%H:%M}", f"{rules.window_to:%H:%M}"
    if begins >= ends:
        wrong = Phrase("早餐时段的结束不晚于开始", "the window does not end after it begins")
        reader.fault(end, wrong, Phrase(f"晚于 {begins} 的时刻", f"a time after {begins}"))
    elif rules.window_from < rules.service_day_from < rules.window_to:
        turns = f"{rules.service_day_from:%H:%M}"
        wrong = Phrase(
            f"服务日在早餐时段 {begins}–{ends} 之中的 {turns} 换日，一张卡可领两次",
            f"the service day turns at {turns}, inside the window {begins}–{ends}, "
            "so that a card would be good twice",
        )
        allowed = Phrase("换日时刻不在早餐时段之中", "a turn of the service day outside the window")
        reader.fault(turn, wrong, allowed)


def _check_readers(settings: Settings, reader: Reader) -> None:
    """Hold the card readers to their kinds and apart; a wedge takes keys, so there is one."""
    wedges = 0
    for row, each in enumerate(settings.readers):
        at: Place = ("readers", row)
        _check_reader(each, at, reader)
        wedges += each.kind == "wedge"
        if each.kind == "wedge" and wedges > 1:
            wrong = Phrase("键盘式读卡器多于一个", "there is more than one wedge reader")
            reader.fault(
                (*at, "kind"), wrong, Phrase("最多一个 wedge", "at most one of kind wedge")
            )
        for other in settings.readers[:row]:
            if _same_wire(each, other):
                wrong = Phrase(f"和 {other.id} 是同一个设备", f"it is the device of {other.id} too")
                allowed = Phrase("每个读卡器各自的设备", "a device of its own for each reader")
                reader.fault((*at, "port"), wrong, allowed)
    if wedges and settings.scanner.card:
        wrong = Phrase("读卡器写了两次", "the card reader is stated twice")
        allowed = Phrase("只写 [[readers]]，scanner.card 留空", "[[readers]] alone; leave it empty")
        reader.fault(("scanner", "card"), wrong, allowed)


def _check_reader(each: CardReader, at: Place, reader: Reader) -> None:
    for name in _NEEDED[each.kind]:
        if not getattr(each, name):
            wrong = Phrase(f"缺少 {name}", f"the {name} is missing")
            reader.fault((*at, name), wrong, _READER_NEEDS[name])
    for name, nothing in _FOREIGN[each.kind].items():
        if _states(reader.source.tables, (*at, name)) and getattr(each, name) != nothing:
            wrong = Phrase(f"{each.kind} 读卡器没有 {name}", f"a {each.kind} reader has no {name}")
            reader.fault((*at, name), wrong, Phrase("不写这一项", "leave it out"))
    if each.kind == "wedge" and each.prefix and each.prefix[0] not in SIGNS:
        sign = each.prefix[0]
        wrong = Phrase(f"{sign} 在销售屏上另有用处", f"{sign} has a use on the sell screen")
        allowed = Phrase(f"以 {SIGNS} 之一开头", f"a prefix whose first sign is one of {SIGNS}")
        reader.fault((*at, "prefix"), wrong, allowed)


def _same_wire(one: CardReader, other: CardReader) -> bool:
    """Whether a tap could come from both: one serial line, or a PC/SC name that fits both."""
    if one.kind != other.kind or one.kind == "wedge":
        return False
    if one.kind == "serial":
        return one.port == other.port != ""
    return one.port in other.port or other.port in one.port


def _check_manager(settings: Settings, reader: Reader) -> None:
    for right in _KEPT:
        if right not in settings.roles.manager:
            zh, en = RIGHT_NAMES[right]
            wrong = Phrase(
                f'站长没有 "{right}"（{zh}）', f'the manager is without "{right}" ({en})'
            )
            allowed = Phrase('站长保留 "staff" 和 "settings"', '"staff" and "settings" among them')
            reader.fault(("roles", "manager"), wrong, allowed)


def _check_keys(settings: Settings, reader: Reader) -> None:
    """Refuse a key with two uses, at the one of them that the operator's file states."""
    first: dict[str, _Use] = {}
    for use in _uses(settings, reader):
        before = first.setdefault(use.key, use)
        if before is not use:
            wrong = Phrase(
                f'"{use.key}" 既是{before.what.zh}，又是{use.what.zh}',
                f'"{use.key}" is both {before.what.en} and {use.what.en}',
            )
            allowed = Phrase("每个键只做一件事", "each key for one thing only")
            stated = _states(reader.source.tables, use.place)
            reader.fault(use.place if stated else before.place, wrong, allowed)


def _uses(settings: Settings, reader: Reader) -> Iterator[_Use]:
    for row, tender in enumerate(settings.tenders):
        what = Phrase(f"付款方式 {tender.id}", f"the tender {tender.id}")
        yield _Use(tender.key, ("tenders", row, "key"), what)
    for action, key in settings.keys:
        zh, en = ACTION_NAMES[action]
        if key:
            what = Phrase(f"动作 {action}（{zh}）", f"the action {action} ({en})")
            yield _Use(key, _key_place(reader, action), what)
    if settings.scanner.prefix:
        what = Phrase("扫码前缀", "the scanner's prefix")
        yield _Use(settings.scanner.prefix[0], ("scanner", "prefix"), what)
    for row, each in enumerate(settings.readers):
        # Only a wedge's prefix comes by the keyboard; the one that the scanner has is known.
        if each.kind == "wedge" and each.prefix and each.prefix != settings.scanner.prefix:
            what = Phrase(f"读卡器 {each.id} 的前缀", f"the prefix of the reader {each.id}")
            yield _Use(each.prefix[0], ("readers", row, "prefix"), what)
    for key, sku in settings.quick_keys:
        yield _Use(key, ("quick_keys", key), Phrase(f"商品 {sku}", f"the product {sku}"))


def _key_place(reader: Reader, action: str) -> Place:
    """Give the place of an action's key: written ``"sell.help"`` or ``sell.help``."""
    dotted: Place = ("keys", *action.split("."))
    return dotted if _states(reader.source.tables, dotted) else ("keys", action)


def _states(tables: object, place: Place) -> bool:
    """Whether the file says something at ``place``."""
    for part in place:
        if isinstance(tables, list) and isinstance(part, int):
            tables = dict(enumerate(tables))
        if not isinstance(tables, dict) or part not in tables:
            return False
        tables = tables[part]
    return True
