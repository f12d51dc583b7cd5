"""What is refused of breakfast cards. No sentence here holds a name or a card's number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from config.errors import Phrase
from kiosk.errors import TillError
from kiosk.sale.breakfast import Rule

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from config.breakfast import Breakfast
    from kiosk.sale.breakfast import Used
    from kiosk.sale.cards import CardState

_TITLES: Final[dict[Rule, Phrase]] = {
    Rule.UNKNOWN: Phrase("不认识这张卡", "Unknown card"),
    Rule.BLOCKED: Phrase("此卡已停用", "This card is blocked"),
    Rule.REPLACED: Phrase("此卡已换新卡", "This card was replaced"),
    Rule.EXPIRED: Phrase("此卡已过期", "This card has expired"),
    Rule.FORGOTTEN: Phrase("此卡已注销", "This card was forgotten"),
    Rule.USED_TODAY: Phrase("今天已领过早餐", "Today's breakfast was taken"),
    Rule.WINDOW: Phrase("现在不是早餐时间", "It is not breakfast time"),
    Rule.FUND_LOW: Phrase("爱心基金不够", "The fund is too low"),
    Rule.LEVEL: Phrase("此卡未能证明真伪", "This card did not prove itself"),
    Rule.COUNTER: Phrase("读到的是旧信息", "This is an old message"),
    Rule.INELIGIBLE: Phrase("此卡不含早餐", "This card has no breakfasts"),
    Rule.HALF: Phrase("卡号只读到一半", "Only a part of the card was read"),
    Rule.ORDER: Phrase("读卡器设置反了", "The reader reads backwards"),
    Rule.SEVERAL: Phrase("读到不止一张卡", "More than one card was read"),
    Rule.TAMPERED: Phrase("卡的资料被改过", "The card's data was altered"),
    Rule.CLOCK: Phrase("时钟的日期早于账簿", "The clock is a day behind the books"),
    Rule.STALE: Phrase("刷卡已过了太久", "The tap was too long ago"),
    Rule.NETWORK: Phrase("需要联网", "The network is needed"),
}
_ADVICE: Final[dict[Rule, Phrase]] = {
    Rule.UNKNOWN: Phrase("请领班查看是否已登记", "ask the supervisor whether it was registered"),
    Rule.BLOCKED: Phrase(
        "请找领班；确实需要时可由领班发放", "ask the supervisor, who may hand one out"
    ),
    Rule.REPLACED: Phrase("请用新卡", "use the new card"),
    Rule.EXPIRED: Phrase("请领班换新卡", "ask the supervisor for a new card"),
    Rule.FORGOTTEN: Phrase("请领班重新登记", "ask the supervisor to register it again"),
    Rule.USED_TODAY: Phrase("明天再来，谢谢", "come again tomorrow, thank you"),
    Rule.FUND_LOW: Phrase("请先自付，并告诉站长", "pay for now, and tell the manager"),
    Rule.LEVEL: Phrase("请再刷一次；还不行请找领班", "tap again; else ask the supervisor"),
    Rule.COUNTER: Phrase("请把卡再刷一次", "tap the card itself again"),
    Rule.INELIGIBLE: Phrase("请领班查看卡的类型", "ask the supervisor about the card's type"),
    Rule.HALF: Phrase("请把卡放平，再刷一次", "hold the card flat and tap again"),
    Rule.ORDER: Phrase(
        "请站长改 kiosk.toml 的 readers.order", "have the manager set readers.order in kiosk.toml"
    ),
    Rule.SEVERAL: Phrase("请一张一张刷", "tap one card at a time"),
    Rule.TAMPERED: Phrase(
        "请告诉站长，并运行 kiosk doctor", "tell the manager, and run kiosk doctor"
    ),
    # It cannot tell a clock that went back from books that were written while it ran ahead.
    Rule.CLOCK: Phrase(
        "时钟错了请站长校准；时钟没错，是账上早餐的日期晚了：作废那几份，或由领班发放",
        "if it is wrong, have the manager set it; if it is right, breakfasts stand under a later "
        "day: void those, or have the supervisor hand out",
    ),
    Rule.STALE: Phrase("请再刷一次卡", "tap the card again"),
    Rule.NETWORK: Phrase("请稍后再试，或请领班发放", "try later, or ask the supervisor"),
}


def rule_title(rule: str) -> Phrase:
    """Say in a few words why a tap was refused, by the value of a ``Rule``; else the value."""
    known = {each.value: said for each, said in _TITLES.items()}
    return known.get(rule, Phrase(rule, rule))


class CardRefusedError(TillError):
    """A tap that is not served (domain rule 8): which rule, and what to do about it.

    Attributes:
        rule: why.
        card: the card's token; None where it is none of ours.
        used: where and when the holder had today's breakfast; None for other rules.
        title: the reason, short enough for large type.
        advice: what to do; both without a full stop.
    """

    def __init__(
        self,
        rule: Rule,
        *,
        card: str | None = None,
        used: Used | None = None,
        window: Breakfast | None = None,
        zone: ZoneInfo | None = None,
    ) -> None:
        self.rule = rule
        self.card = card
        self.used = used
        self.title = _TITLES[rule]
        if rule is Rule.USED_TODAY and used is not None and zone is not None:
            at = f"{used.at.astimezone(zone):%H:%M}"
            title = Phrase(
                f"{self.title.zh}：{at} 在 {used.station}",
                f"{self.title.en}: {at} at {used.station}",
            )
        else:
            title = self.title
        if rule is Rule.WINDOW and window is not None:
            since, until = f"{window.window_from:%H:%M}", f"{window.window_to:%H:%M}"
            self.advice = Phrase(
                f"早餐时间是 {since}–{until}", f"breakfast is served {since} to {until}"
            )
        elif rule is Rule.INELIGIBLE and window is not None and not window.cap_fen:
            self.advice = Phrase(
                "今天基金不付早餐，请自付", "the fund pays for none today: pay for it"
            )
        else:
            self.advice = _ADVICE[rule]
        self.detail = title
        super().__init__(f"{title.zh}：{self.advice.zh}。", f"{title.en}: {self.advice.en}.")


class CardError(TillError):
    """Something about the management of cards is refused."""


class NoSuchCardError(CardError):
    """A token that no card has."""

    def __init__(self, card: str) -> None:
        self.card = card
        super().__init__(
            f"没有卡 {card!r}：用 kiosk cards list 查看。",
            f"There is no card {card!r}: see kiosk cards list.",
        )


class CardRowError(CardError):
    """A card's row in the database that no till wrote."""

    def __init__(self, card: str) -> None:
        self.card = card
        super().__init__(
            f"卡 {card} 的资料被改过：请运行 kiosk ledger verify 查明。",
            f"The data of card {card} was altered: run kiosk ledger verify to see everything that "
            "is wrong.",
        )


class BreakfastRowError(CardError):
    """A breakfast's row in the database that no till wrote."""

    def __init__(self, whose: str) -> None:
        self.whose = whose
        super().__init__(
            f"{whose} 的早餐记录被改过：请运行 kiosk ledger verify 查明。",
            f"A breakfast of {whose} was altered: run kiosk ledger verify to see everything that "
            "is wrong.",
        )


class NoSuchHolderError(CardError):
    """A token that no holder has, or whose data is gone."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(
            f"没有持卡人 {holder!r} 的资料：用 kiosk cards list 查看。",
            f"There is no data of a holder {holder!r}: see kiosk cards list.",
        )


class NoSuchCardTypeError(CardError):
    """A type of card that the settings do not name."""

    def __init__(self, type_id: str, allowed: list[str]) -> None:
        self.type = type_id
        names = ", ".join(allowed)
        super().__init__(
            f"没有卡类型 {type_id!r}：可用 {names}（kiosk.toml 的 card_types）。",
            f"There is no card type {type_id!r}: use one of {names} (card_types in kiosk.toml).",
        )


class ReadingTakenError(CardError):
    """The card is somebody's already."""

    def __init__(self, card: str) -> None:
        self.card = card
        super().__init__(
            f"这张卡已登记为 {card}：请换一张，或先把它作废。",
            f"This card is registered already, as {card}: take another, or expire that one first.",
        )


class CardStateError(CardError):
    """A card that is not in the state in which this can be done to it."""

    def __init__(self, card: str, state: CardState) -> None:
        self.card = card
        self.state = state
        zh, en = _STATES[state.value]
        super().__init__(
            f"卡 {card} 现在是“{zh}”：这样做不行。用 kiosk cards list 查看。",
            f"Card {card} is {en} now, so this cannot be done. See kiosk cards list.",
        )


class WeakCardError(CardError):
    """A card that proved less than its type needs is not given out."""

    def __init__(self, needed: str, proved: str) -> None:
        self.needed = needed
        self.proved = proved
        super().__init__(
            f"这类卡要求 {needed}，这张只到 {proved}：请先写卡（kiosk cards personalise）。",
            f"Cards of this type need {needed}, this one proves {proved}: personalise it first "
            "(kiosk cards personalise).",
        )


class NameInTextError(CardError):
    """A reason that holds the holder's name: it would stand in the books for thirty years."""

    def __init__(self) -> None:
        super().__init__(
            "原因里不要写姓名：账簿里只有卡的编号，请改写原因。",
            "Leave the name out of the reason: the books know tokens only. Word it anew.",
        )


class NumberInTextError(CardError):
    """A reason that holds a long number: a telephone, or what stands on a card."""

    def __init__(self) -> None:
        super().__init__(
            "原因里不要写电话或卡号：六位以上的数字不能写进账簿，请改写原因。",
            "Leave telephones and card numbers out of the reason: six figures in a row may not "
            "stand in the books. Word it anew.",
        )


class ChipServedError(CardError):
    """The chip served another holder's breakfast today."""

    def __init__(self, card: str) -> None:
        self.card = card
        super().__init__(
            f"这张卡今天已作为 {card} 领过早餐：请明天再发给别人，或换一张卡。",
            f"This card was served today, as {card}: give it to somebody else tomorrow, or take "
            "another card.",
        )


class WholeBreakfastError(TillError):
    """A breakfast is not refunded: it is undone whole."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            f"第 {number} 号是早餐，不能退货：请在当班内整份作废，号码在小票上。",
            f"Number {number} is a breakfast and is not refunded: void it whole, in its own shift, "
            "by the number on its slip.",
        )


class NotBreakfastError(TillError):
    """An item that a breakfast card may not take, or a price that was changed by hand."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"“{name}”不能用早餐卡：请按普通销售收款。",
            f"A breakfast card may not take {name}: sell it the ordinary way.",
        )


class HandOutsUsedError(TillError):
    """No more breakfasts may be handed out today."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(
            f"今天的无卡早餐已用完（每天 {most} 份）：请明天再来，或请站长改设置。",
            f"Today's breakfasts without a card are used up ({most} a day): come again tomorrow, "
            "or have the manager change the setting.",
        )


class VaultError(CardError):
    """A key file of the card holders cannot be used; ``path`` is the file."""

    def __init__(self, path: Path, zh: str, en: str) -> None:
        self.path = path
        super().__init__(f"持卡人密钥 {path}：{zh}", f"The holders' key {path}: {en}")


_STATES: Final = {
    "active": ("正常", "active"),
    "blocked": ("已停用", "blocked"),
    "replaced": ("已换新卡", "replaced"),
    "expired": ("已过期", "expired"),
    "forgotten": ("已注销", "forgotten"),
}
