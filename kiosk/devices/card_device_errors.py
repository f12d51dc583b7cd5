"""What a card, its keys or its chip can be refused for; each says what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import Refusal

if TYPE_CHECKING:
    from config.errors import Phrase


class CardGoneError(Refusal):
    """The card left the reader in the middle of an exchange; nothing is known of it."""

    def __init__(self) -> None:
        super().__init__(
            "卡拿开得太早：请把卡在读卡器上放稳，再刷一次。",
            "The card was taken away too soon: hold it still on the reader and tap again.",
        )


class UnprovenError(Exception):
    """A card's answer does not prove the key; whoever asked decides what that means."""


class CardKeyError(Refusal):
    """The master keys of the cards cannot be used.

    Attributes:
        where: the file, or the environment variable.
    """

    def __init__(self, where: object, zh: str, en: str) -> None:
        super().__init__(f"发卡密钥 {where}：{zh}", f"Card keys {where}: {en}")
        self.where = str(where)


class NoKeyVersionError(Refusal):
    """There is no master key of this version here.

    Attributes:
        version: the one that was asked for.
    """

    def __init__(self, version: int) -> None:
        super().__init__(
            f"这里没有第 {version} 版发卡密钥：请从备份里找回 card-masters.json，或换发新卡。",
            f"There is no card key of version {version} here: bring card-masters.json back from a "
            "backup, or give out a new card.",
        )
        self.version = version


class WrongChipError(Refusal):
    """A card that cannot hold keys."""

    def __init__(self) -> None:
        super().__init__(
            "这张卡不能写入密钥：请换一张 NTAG 424 DNA（AES 模式、固定卡号）。",
            "No keys can be written to this card: take an NTAG 424 DNA (AES mode, fixed UID).",
        )


class ForeignCardError(Refusal):
    """A card that holds keys which are not ours."""

    def __init__(self) -> None:
        super().__init__(
            "这张卡里是别人的密钥，没有改动：请换一张空白卡；若是本站的卡，请找回发卡时的密钥。",
            "This card holds the keys of somebody else and was left as it is: take a blank card; "
            "if it is one of ours, bring back the keys that it was made with.",
        )


class BlankCardError(Refusal):
    """A card without keys, where one with keys was expected."""

    def __init__(self) -> None:
        super().__init__(
            "这是空白卡，还没有密钥：请先发卡。",
            "This card is blank and has no keys yet: issue it first.",
        )


class CardWriteError(Refusal):
    """The card would not take what was written; it can be written again from the start.

    Attributes:
        status: the chip's own word for it (SW1 SW2).
    """

    def __init__(self, status: int) -> None:
        super().__init__(
            f"写卡失败（状态 {status:04X}）：请重新放卡，再写一次；仍不行就换一张卡。",
            f"Writing the card failed (status {status:04X}): put it on the reader and write it "
            "again; where that does not help, take another card.",
        )
        self.status = status


class ReaderError(Refusal):
    """A card reader cannot be used now.

    Attributes:
        what: why, and what to do, without a full stop.
    """

    def __init__(self, what: Phrase) -> None:
        super().__init__(f"{what.zh}。", f"{what.en[0].upper()}{what.en[1:]}.")
        self.what = what


class NoCardError(Refusal):
    """No card came in time; ``seconds`` is how long it was waited for."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"等了 {seconds:g} 秒，读卡器上没有卡：请把卡放上去，再来一次。",
            f"No card was put on the reader within {seconds:g} s: put one there and try again.",
        )
        self.seconds = seconds
