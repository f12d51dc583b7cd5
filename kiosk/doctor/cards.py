"""Breakfast cards: chips, holders and their keys, held against what the books say of cards.

Which chip a card is, only the chip itself can prove, when it is tapped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from config.errors import Phrase
from kiosk.doctor.books import reading
from kiosk.doctor.check import Finding, Level, good
from kiosk.till.card_rows import altered_cards
from kiosk.till.vault import Vault

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

_SHOWN: Final = 5
_STRAY: Final = (
    "SELECT r.card FROM card_reading r LEFT JOIN card c USING (book, card)"
    " WHERE c.card IS NULL OR c.state = 'forgotten' ORDER BY r.card"
)
_UNREAD: Final = (
    "SELECT c.card FROM card c LEFT JOIN card_reading r USING (book, card)"
    " WHERE c.state = 'active' AND r.card IS NULL ORDER BY c.card"
)
_KNOWN: Final = "SELECT holder, min(state = 'forgotten') FROM card GROUP BY holder"
_HELD: Final = "SELECT holder FROM holder"

_RESTORE_KEYS: Final = Phrase(
    "请从备份里找回 holders.keys；找不回就给这些人重新办卡",
    "bring holders.keys back from a backup; where there is none, register these people again",
)
_RESTART: Final = Phrase("启动一次 kiosk，它会清除", "start kiosk once: it strikes them out")
_LOOK: Final = Phrase(
    "请查明谁动过数据库（kiosk ledger verify），并给这些卡换卡（kiosk cards replace）",
    "find out who was at the database (kiosk ledger verify), and replace these cards (kiosk cards "
    "replace)",
)
_REBUILD: Final = Phrase(
    "请查明谁动过数据库（kiosk ledger verify），再用 kiosk ledger rebuild 重建",
    "find out who was at the database (kiosk ledger verify), then rebuild it (kiosk ledger "
    "rebuild)",
)
_SHRED: Final = Phrase(
    "请查明谁把旧资料放了回来：没有密钥谁也读不出，请换上没有它的备份",
    "find out who put old data back: without keys nobody reads it; restore a backup without it",
)


def cards(database: Path, home: Path) -> Finding:
    """Look at the cards, which chips they are, whose they are, and the keys of both.

    Raises:
        DatabaseError: the file cannot be read.
        VaultError: a key file is gone, open to others, or damaged.
    """
    with reading(database) as cursor:
        known = {holder: bool(forgotten) for holder, forgotten in cursor.execute(_KNOWN)}
        if not known:
            return good("还没有发过早餐卡", "no breakfast card was issued yet")
        stray, unread, held = (_column(cursor, query) for query in (_STRAY, _UNREAD, _HELD))
        altered = altered_cards(cursor)
        active = cursor.execute("SELECT count(*) FROM card WHERE state = 'active'").fetchone()[0]
    keys = Vault(home, make=False).holders  # what was added since the books were read is nobody's
    forgotten = {holder for holder, gone in known.items() if gone}
    wrong = (
        # First, since what else is wrong may follow from it.
        (altered, "卡和账簿不符", "cards are not what the books say", _REBUILD),
        (stray, "读数指向不存在或已注销的卡", "chips are said to be cards that are none", _LOOK),
        (unread, "卡没有读数，刷不出来", "cards have no chip and are unknown when tapped", _LOOK),
        (
            set(held) - known.keys(),
            "有人的资料没有对应的卡",
            "there is data of people who have no card",
            _REBUILD,
        ),
        (
            set(held) & forgotten,
            "已注销的人资料还在",
            "data of people who were forgotten is still there",
            _SHRED,
        ),
        (keys & forgotten, "已注销的人密钥还在", "keys of forgotten people are there", _RESTART),
        (
            (known.keys() - forgotten) - keys,
            "持卡人没有密钥，读不出资料",
            "holders have no key, and their cards are refused",
            _RESTORE_KEYS,
        ),
        (
            (known.keys() - forgotten) - set(held),
            "持卡人的资料不见了",
            "the data of holders is gone",
            Phrase(
                "请从备份里找回，或给这些人重新办卡",
                "bring it back from a backup, or register these people again",
            ),
        ),
    )
    for which, zh, en, do in wrong:
        if which:
            names = _named(which)
            return Finding(Level.RED, Phrase(f"{zh}：{names}", f"{en}: {names}"), do)
    if nobodys := keys - known.keys():
        names = _named(nobodys)
        said = Phrase(f"有没人用的密钥：{names}", f"there are keys of nobody: {names}")
        return Finding(Level.YELLOW, said, _RESTART)
    return good(
        f"{active} 张卡可用，密钥文件只有自己能读",
        f"{active} cards are good; the keys are ours alone",
    )


def _column(cursor: sqlite3.Cursor, query: str) -> list[str]:
    return [value for (value,) in cursor.execute(query)]


def _named(tokens: Iterable[str]) -> str:
    """Name a few of ``tokens``, and say how many more there are."""
    found = sorted(tokens)
    more = f" +{len(found) - _SHOWN}" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more
