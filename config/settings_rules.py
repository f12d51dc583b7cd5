"""What the settings must be among each other: ids and keys used once, accounts that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from config.chart import TYPE_NAMES
from config.errors import Phrase
from config.keys import ACTION_NAMES
from config.rights import RIGHT_NAMES, Right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.breakfast import Breakfast
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
_KEPT: Final = (Right.STAFF, Right.SETTINGS)


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
    _check_accounts(settings, chart, reader)
    _check_window(settings.breakfast, reader)
    _check_changes(settings.breakfast, reader)
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


def _check_window(breakfast: Breakfast, reader: Reader) -> None:
    if breakfast.window_from >= breakfast.window_to:
        wrong = Phrase("早餐时段的结束不晚于开始", "the window does not end after it begins")
        later = f"{breakfast.window_from:%H:%M}"
        allowed = Phrase(f"晚于 {later} 的时刻", f"a time after {later}")
        reader.fault(("breakfast", "window_to"), wrong, allowed)


def _check_changes(breakfast: Breakfast, reader: Reader) -> None:
    """Hold every rule of the future to the same: its window ends after it begins."""
    days = [each.from_day for each in breakfast.changes]
    for row, day in enumerate(days):
        if day in days[:row]:
            wrong = Phrase(f"{day} 已有一条规则", f"{day} has a rule already")
            once = Phrase("每个日期一条", "each day only once")
            reader.fault(("breakfast", "changes", row, "from_day"), wrong, once)
        on = breakfast.on(day)
        if on.window_from >= on.window_to:
            wrong = Phrase("早餐时段的结束不晚于开始", "the window does not end after it begins")
            later = f"{on.window_from:%H:%M}"
            allowed = Phrase(f"晚于 {later} 的时刻", f"a time after {later}")
            reader.fault(("breakfast", "changes", row), wrong, allowed)


def _check_readers(settings: Settings, reader: Reader) -> None:
    """Hold every card reader to what its kind needs; a wedge takes keys, so there is one."""
    wedges = 0
    for row, each in enumerate(settings.readers):
        wedges += each.kind == "wedge"
        if each.kind != "pcsc" and not each.format:
            wrong = Phrase("缺少 format", "the format is missing")
            allowed = Phrase('读卡器输出的格式，如 "10D"', 'what the reader writes, like "10D"')
            reader.fault(("readers", row, "format"), wrong, allowed)
        if each.kind == "serial" and not each.port:
            wrong = Phrase("缺少 port", "the port is missing")
            allowed = Phrase('串口设备，如 "/dev/ttyUSB0"', 'a device, like "/dev/ttyUSB0"')
            reader.fault(("readers", row, "port"), wrong, allowed)
        if each.kind == "wedge" and wedges > 1:
            wrong = Phrase("键盘式读卡器多于一个", "there is more than one wedge reader")
            allowed = Phrase("最多一个 wedge", "at most one of kind wedge")
            reader.fault(("readers", row, "kind"), wrong, allowed)
    if wedges and settings.scanner.card:
        wrong = Phrase("读卡器写了两次", "the card reader is stated twice")
        allowed = Phrase("只写 [[readers]]，scanner.card 留空", "[[readers]] alone; leave it empty")
        reader.fault(("scanner", "card"), wrong, allowed)


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
        if each.prefix and each.prefix != settings.scanner.prefix:
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
