"""The keymap: what each action of the sell screen is called, and which key it has by default.

Keys are named as Textual names them (``f1``, ``ctrl+d``), printable signs by themselves (``=``).
"""

from __future__ import annotations

import re
from typing import Final

from config.checks import UnfitError, unfit
from config.errors import Phrase, shown

KEYS: Final[dict[str, str]] = {
    "sell.help": "f1",
    "sell.history": "f2",
    "sell.recall": "f3",
    "sell.park": "f4",
    "sell.shift": "f10",
    "sell.options": "f11",
    "sell.record": "f12",
    "sell.price": "ctrl+p",
    "sell.discount": "ctrl+d",
    "sell.sale_discount": "ctrl+e",
    "sell.rounding": "ctrl+r",
    "sell.tier": "ctrl+t",
    "sell.counts": "ctrl+k",
    "sell.no_sale": "ctrl+n",
    "sell.lock": "ctrl+l",
    "sell.total": "=",
    "sell.staff": "ctrl+s",
    "sell.cards": "ctrl+b",
    "sell.hand_out": "ctrl+o",
    "sell.demo_tap": "`",
}
"""The id of every action whose key the settings may change, with its default key."""

ACTION_NAMES: Final[dict[str, Phrase]] = {
    "sell.help": Phrase("帮助", "help"),
    "sell.history": Phrase("销售记录", "history"),
    "sell.recall": Phrase("取单", "recall a parked basket"),
    "sell.park": Phrase("挂单", "park the basket"),
    "sell.shift": Phrase("班次", "the shift: float, drop, X report, close"),
    "sell.options": Phrase("选项", "options of the marked line"),
    "sell.record": Phrase("导出操作记录", "export the flight record"),
    "sell.price": Phrase("改价", "change the marked line's price"),
    "sell.discount": Phrase("行折扣", "discount on the marked line"),
    "sell.sale_discount": Phrase("整单折扣", "discount on the whole sale"),
    "sell.rounding": Phrase("抹零", "round the total down"),
    "sell.tier": Phrase("优惠价", "price tier of the customer"),
    "sell.counts": Phrase("剩余份数", "what is left of an item"),
    "sell.no_sale": Phrase("开钱箱", "open the drawer without a sale"),
    "sell.lock": Phrase("锁定", "lock the till"),
    "sell.total": Phrase("报总价", "tell the customer the total"),
    "sell.staff": Phrase("人员", "staff"),
    "sell.cards": Phrase("早餐卡", "breakfast cards"),
    "sell.hand_out": Phrase("无卡早餐", "a breakfast without a card"),
    "sell.demo_tap": Phrase("刷演示卡（仅试用）", "tap a demo card (demo only)"),
}
"""What each action is called in refusals and in the manual."""

SIGNS: Final = "=;,'[]\\`?:\"<>{}|_~"
"""Signs that mean nothing on the sell screen by themselves, so that an action may have them."""

_LETTERS: Final = "abdefgklnoprstuvwxy"
_FITS: Final = re.compile(
    rf"f(?:[1-9]|1[0-9]|2[0-4])|ctrl\+[{_LETTERS}]|insert|[{re.escape(SIGNS)}]"
)
_TAKEN: Final = {
    "ctrl+c": Phrase("复制和退出用", "it copies"),
    "ctrl+h": Phrase("终端把它当作退格键", "terminals send it for Backspace"),
    "ctrl+i": Phrase("终端把它当作制表键", "terminals send it for Tab"),
    "ctrl+j": Phrase("终端把它当作换行", "terminals send it for a line feed"),
    "ctrl+m": Phrase("终端把它当作回车键", "terminals send it for Enter"),
    "ctrl+[": Phrase("终端把它当作 Esc 键", "terminals send it for Escape"),
    "ctrl+q": Phrase("退出程序用", "it ends the program"),
    "ctrl+z": Phrase("终端用它挂起程序", "terminals suspend the program with it"),
}
KEY_ALLOWED: Final = Phrase(
    f'"f1" 至 "f24"、"insert"、"ctrl+" 加 {_LETTERS} 之一，或符号 {SIGNS} 之一',
    f'"f1" to "f24", "insert", "ctrl+" and one of {_LETTERS}, or one of the signs {SIGNS}',
)
"""What a key may be, for the refusals."""


def key(value: object) -> str:
    """Accept the name of a key that an action or a product may have."""
    if isinstance(value, str) and (why := _TAKEN.get(value)):
        wrong = Phrase(f"{shown(value)} 不可用：{why.zh}", f"{shown(value)} will not do: {why.en}")
        raise UnfitError(wrong, KEY_ALLOWED)
    if not isinstance(value, str) or not _FITS.fullmatch(value):
        raise unfit(value, KEY_ALLOWED)
    return value


def key_or_none(value: object) -> str:
    """Accept the name of a key, or an empty text: the action has no key."""
    return "" if value == "" else key(value)
