"""The second book-keeper of a day at the till: plain integers, and nothing of the program.

``Books`` knows what a sale, a refund or a close does to accounts and records; the checks hold what
the program's own commands say against it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

KIOSK: Final = str(Path(sys.executable).parent / "kiosk")
DRAWER, SAFE, OVER_SHORT = "100101", "100102", "190101"
SALES, ROUNDING, SET_ASIDE, FUND, COSTS = "500101", "560109", "560107", "224101", "560108"
TENDERS: Final = {
    "F9": ("cash", DRAWER),
    "F5": ("wechat", "101201"),
    "F6": ("alipay", "101202"),
    "F7": ("unionpay", "101204"),
    "F8": ("ecny", "101205"),
}
DENOMINATIONS: Final = (10000, 5000, 2000, 1000, 500, 100, 50, 10)
USUAL_FLOAT: Final = 20000
SET_ASIDE_FEN: Final = 10


def yuan(fen: int) -> str:
    """Write fen as the screens do: ``1,234.50``."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def pieces(fen: int) -> dict[int, int]:
    """Say which notes and coins make ``fen``, the largest first."""
    found = {}
    for each in DENOMINATIONS:
        found[each], fen = divmod(fen, each)
    assert fen == 0, "no coin is so small"
    return found


@dataclass(frozen=True, slots=True)
class Act:
    """A record as the log must have it."""

    kind: str
    by: str
    approved: tuple[str, ...] = ()


@dataclass(slots=True)
class Books:
    """What the books must say, in fen; debits are above zero."""

    accounts: Counter[str] = field(default_factory=Counter)
    acts: list[Act] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    """Figures of the Z report: how many, and under ``…_fen`` what they come to."""
    taken: Counter[str] = field(default_factory=Counter)
    given_back: Counter[str] = field(default_factory=Counter)
    paid: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    """Tenders by the number of their sale."""

    @property
    def next(self) -> int:
        """The number of the next record."""
        return len(self.acts) + 1

    def note(self, kind: str, by: str, *approved: str) -> int:
        """Expect a record; give its number."""
        self.acts.append(Act(kind, by, approved))
        return len(self.acts)

    def count(self, name: str, fen: int) -> None:
        """Count one more of ``name``, worth ``fen``."""
        self.tally[name] += 1
        self.tally[f"{name}_fen"] += fen

    def move(self, debit: str, credit: str, fen: int) -> None:
        """Post ``fen`` from one account to another."""
        self.accounts[debit] += fen
        self.accounts[credit] -= fen

    def sale(self, goods: int, parts: Sequence[tuple[str, int]], off: int, rounded: int) -> None:
        """Book a sale of food or drink: ``goods`` before what was taken ``off`` and rounded."""
        assert sum(fen for _, fen in parts) == goods - off - rounded, "the script cannot count"
        self.count("sales", goods)
        self.tally["discount_fen"] += off
        self.tally["rounding_fen"] += rounded
        for tender, fen in parts:
            account = TENDERS[tender][1]
            self.accounts[account] += fen
            self.taken[account] += fen
        self.accounts[ROUNDING] += rounded
        self.accounts[SALES] -= goods - off
        self.move(SET_ASIDE, FUND, SET_ASIDE_FEN)
        self.count("set_asides", SET_ASIDE_FEN)
        self.paid[self.next] = list(parts)

    def give_back(self, what: str, tender: str, fen: int, *, whole: bool) -> None:
        """Book a refund or a void of a sale without discounts, paid by one tender."""
        account = TENDERS[tender][1]
        self.move(SALES, account, fen)
        self.given_back[account] += fen
        self.count(what, fen)
        if whole:
            self.move(FUND, SET_ASIDE, SET_ASIDE_FEN)
            self.tally["reversed_fen"] += SET_ASIDE_FEN


def cli(home: Path, *arguments: str, typed: str = "") -> str:
    """Run a command of the kiosk beside the till; give what it printed."""
    command = [KIOSK, "--home", str(home), *arguments]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout


def balances(home: Path) -> dict[str, int]:
    """Read the trial balance, in fen."""
    rows: list[dict[str, Any]] = json.loads(cli(home, "ledger", "balance", "--json"))
    return {row["account"]: row["balance"] for row in rows}


def log(home: Path) -> list[dict[str, Any]]:
    """Read every record."""
    return [json.loads(line) for line in cli(home, "ledger", "log", "--json").splitlines()]


def acts(records: Sequence[dict[str, Any]]) -> list[Act]:
    """Give who did what, and who approved it, in order."""
    found = []
    for each in records:
        lent = [one["by"] for one in each["doc"].get("approved", ())]
        if by := each["doc"].get("approved_by"):
            lent.append(by)
        found.append(Act(each["kind"], each["by"], tuple(lent)))
    return found


def check_the_books(home: Path, books: Books) -> None:
    """The trial balance, the proof and the log are what the plain integers say."""
    expected = {account: fen for account, fen in books.accounts.items() if fen}
    assert {account: fen for account, fen in balances(home).items() if fen} == expected
    assert sum(expected.values()) == 0
    proof = json.loads(cli(home, "ledger", "verify", "--json"))
    assert (proof["ok"], proof["findings"], proof["warnings"]) == (True, [], [])
    found = acts(log(home))
    other = [
        (n, a, b) for n, (a, b) in enumerate(zip(found, books.acts, strict=False), 1) if a != b
    ]
    assert not other, f"record {other[0][0]} is {other[0][1]}, expected was {other[0][2]}"
    assert len(found) == len(books.acts), found[len(books.acts) :]


def check_the_z(home: Path, books: Books, closing: dict[str, int], z_shown: str) -> None:
    """The Z is the day's figures, its paper says so, and the books agree with it."""
    z: dict[str, Any] = json.loads(cli(home, "ledger", "z", "1", "--json"))
    assert {key: z[key] for key in closing} == closing
    assert z["report"]["expected_fen"] == closing["expected_fen"]
    figures = z["report"]["figures"]
    tally = books.tally
    for name in ("sales", "voids", "refunds", "set_asides", "removals", "removals_after_total"):
        assert figures[name] == {"count": tally[name], "fen": tally[f"{name}_fen"]}, name
    assert figures["overrides"] == {"count": tally["overrides"], "fen": tally["overrides_fen"]}
    for name in ("discount_fen", "rounding_fen", "reversed_fen", "no_sales"):
        assert figures[name] == tally[name], name
    for name in ("refused_approvals", "failed_logins", "clock_jumps", "reprints"):
        assert figures[name] == tally[name], name
    assert figures["counts"] == 1
    for kind in ("paid_in", "paid_out", "drop"):
        moved = [each["fen"] for each in figures["moves"] if each["kind"] == kind]
        assert (len(moved), sum(moved)) == (tally[kind], tally[f"{kind}_fen"]), kind
    by_account = {each["account"]: each for each in figures["tenders"]}
    assert {a: each["taken"]["fen"] for a, each in by_account.items()} == dict(books.taken)
    back = {a: each["given_back"]["fen"] for a, each in by_account.items()}
    assert {a: fen for a, fen in back.items() if fen} == dict(books.given_back)

    paper = cli(home, "ledger", "z", "1")
    check_the_paper(paper, balances(home))
    missing = [line for line in paper.splitlines() if line.strip() not in z_shown]
    assert not missing, "the screen's Z and the printed one differ"


def check_the_paper(paper: str, kept: dict[str, int]) -> None:
    """What is printed adds up to the balances ``kept``, account by account, to the fen."""
    printed = {label: fen_of(amount) for label, amount in _PRINTED.findall(paper)}
    wanted = {
        "微信": kept["101201"],
        "支付宝": kept["101202"],
        "银联": kept["101204"],
        "数字人民币": kept["101205"],
        "留在钱箱": kept[DRAWER],
        "短款": -kept[OVER_SHORT],
        "抹零": -kept[ROUNDING],
        "净额": -kept[SALES] - kept[ROUNDING],
        "支出": -kept[COSTS],
        "基金余额": -kept[FUND],
    }
    assert {label: printed[label] for label in wanted} == wanted
    assert printed["计提爱心基金"] + printed["冲回爱心基金"] == kept[SET_ASIDE] == -kept[FUND]
    moves = ("备用金", "现金", "存入", "支出", "投库")
    assert sum(printed[label] for label in moves) == printed["账面应有"]
    assert printed["账面应有"] + printed["短款"] == printed["实点"]
    assert printed["实点"] + printed["交班入柜"] == printed["留在钱箱"]
    into_safe = ("备用金", "存入", "投库", "交班入柜")
    assert -sum(printed[label] for label in into_safe) == kept[SAFE]


def fen_of(amount: str) -> int:
    """Read an amount of a paper."""
    return int(amount.replace(",", "").replace(".", ""))


_PRINTED = re.compile(r"^([^\s(（]+)(?: \(\d+\)|（元）)?\s+(-?[\d,]+\.\d\d)$", re.MULTILINE)
"""A label and its amount; what stands farther in is a part of it."""
