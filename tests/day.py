"""A day at the till, typed into the real program: each act, and what the screen answers to it.

Whatever is typed is told to the second book-keeper of ``tests.day_books``, too.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.day_books import (
    COSTS,
    DENOMINATIONS,
    DRAWER,
    KIOSK,
    SAFE,
    TENDERS,
    Books,
    cli,
    pieces,
    yuan,
)
from tests.tmux import PATIENCE_S, NeverShownError, Tmux

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

_TYPED: Final = re.compile(r"<([^>]+)>|([^<]+)")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works at the till."""

    id: str
    name: str
    pin: str


MANAGER: Final = Person("s01", "站长", "135790")
CASHIER: Final = Person("s02", "李婷", "246802")
SUPERVISOR: Final = Person("s03", "王芳", "975310")
RELIEF: Final = Person("s04", "张强", "864209")


A_QUEUE: Final = (
    ("A", 200),
    ("BC", 500),
    ("2*F", 500),
    ("GGG", 600),
    ("K", 800),
    ("IJ", 400),
    ("E", 500),
)
"""What most customers have; each of them pays by another tender than the one before."""


class Cashier:
    """Types for whoever is signed in, waits for what the screen answers, and tells the books."""

    def __init__(self, terminal: Tmux, books: Books, by: str = "") -> None:
        self.terminal = terminal
        self.books = books
        self.by = by

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.terminal.close()

    def type(self, keys: str) -> None:
        """Type text, with keys by their names: ``3*A<F9>``."""
        for key, text in _TYPED.findall(keys):
            if key:
                self.terminal.press(key)
            else:
                self.terminal.write(text)

    def see(self, *wanted: str, gone: str | None = None) -> str:
        """Wait for what the screen says."""
        return self.terminal.wait(*wanted, gone=gone)

    def another_screen(self, before: str) -> str:
        """Wait until another screen than ``before`` is drawn whole: it looks the same twice."""
        seen = before

        def stands(screen: str) -> bool:
            nonlocal seen
            same, seen = screen == seen, screen
            return same and screen != before

        return self.terminal.until(stands, "another screen")

    # People

    def knock(self, who: Person) -> None:
        """Type number and PIN at the door."""
        self.see("工号")
        self.type(f"{who.id}<Enter>")
        self.see(f"{who.id} {who.name} 的 PIN")
        self.type(f"{who.pin}<Enter>")

    def sign_in(self, who: Person) -> None:
        """Come in, and go on with what is there."""
        self.knock(who)
        self.books.note("session_locked", who.id)
        self.by = who.id
        self.see("F1 帮助", f"{who.id} {who.name}")

    def lock(self) -> None:
        """Lock the till."""
        self.type("<C-l>")
        self.see("已锁定")
        self.books.note("session_locked", self.by)

    def hand_over(self, who: Person) -> None:
        """Lock, and let somebody else in."""
        self.lock()
        self.sign_in(who)

    def hire(self, who: Person, role: int) -> None:
        """Add somebody on the staff screen."""
        self.type("1")
        self.see(f"添加 {who.id}", "姓名")
        self.type(f"{who.name}<Enter>")
        self.see("什么职务")
        self.type(str(role))
        self.see("PIN，回车")
        self.type(f"{who.pin}<Enter>")
        self.see("再输一次")
        self.type(f"{who.pin}<Enter>")
        self.see(f"添加 {who.id} ✓", who.name)
        self.books.note("staff_changed", self.by)

    def approve(self, who: Person, *, wrong: str = "") -> None:
        """Approve in place what the screen asks approval for."""
        self.see("请求授权", "工号")
        self.type(f"{who.id}<Enter>")
        self.see(f"{who.id} {who.name} 的 PIN")
        if wrong:
            self.type(f"{wrong}<Enter>")
            self.see("PIN", "不对")
            self.books.note("login_failed", self.by)
            self.books.note("approval_refused", self.by)
            self.books.tally["failed_logins"] += 1
            self.books.tally["refused_approvals"] += 1
        self.type(f"{who.pin}<Enter>")
        self.see(gone="请求授权")

    # Sales

    def sell(
        self,
        rung: str,
        goods: int,
        paid: str,
        *parts: int,
        off: int = 0,
        rounded: int = 0,
        approved: tuple[str, ...] = (),
        wait: bool = True,
    ) -> int:
        """Ring ``goods`` fen and take them by ``paid``; give the sale's number.

        ``paid`` is typed; its tenders take ``parts`` in order and the last one what is left.
        """
        self.type(rung)
        tenders = re.findall(r"<(F\d)>|([!@#$%])", paid) or [("F9", "")]
        total = goods - off - rounded
        fen = [*parts, total - sum(parts)]
        taken = [(key or "F9", part) for (key, _), part in zip(tenders, fen, strict=True)]
        self.books.sale(goods, taken, off, rounded)
        number = self.books.note("sale", self.by, *approved)
        if paid == "<Enter>":
            self._exact_cash(number)
        else:
            self.type(paid)
        if wait:
            self.sold(number, total)
        return number

    def sold(self, number: int, total: int) -> str:
        """Wait until a sale is in the books."""
        return self.see(f"第 {number} 号 ✓ 已入账 {yuan(total)}")

    def _exact_cash(self, number: int) -> None:
        """Press Enter, again where the till took it for the customer before."""
        end = time.monotonic() + PATIENCE_S
        while f"第 {number} 号 ✓ 已入账" not in self.terminal.screen:
            if time.monotonic() > end:
                raise NeverShownError(self.terminal.screen)
            self.type("<Enter>")

    def removed(self, fen: int, *approved: str) -> None:
        """Tell the books of a line that was taken out of a basket."""
        self.books.note("line_removed", self.by, *approved)
        self.books.count("removals", fen)
        if approved:
            self.books.count("removals_after_total", fen)

    def park(self, note: str = "") -> None:
        """Park what is on the screen."""
        self.type(f"{note}<F4>")
        self.see("已挂单 ✓")
        self.books.note("basket_parked", self.by)

    def recall(self, place: int, item: str, *, parks: bool = False) -> None:
        """Take a parked basket back; what is on the screen is ``parks``-ed in its place."""
        self.type("<F3>")
        self.see("按编号取回")
        self.type(str(place))
        if parks:
            self.books.note("basket_parked", self.by)
        self.books.note("basket_recalled", self.by)
        self.see(f"› {item}", gone="按编号取回")

    # After the sale

    def find(self, number: int) -> None:
        """Open the history at one sale."""
        self.type("<F2>")
        self.see("历史", "R 补打")
        self.type("/")
        self.see("Enter 查找")
        self.type(f"{number}<Enter>")
        self.see("找到 1", "R 补打", f"{number} ")

    def refund(self, number: int, choose: str, fen: int, who: Person, *, whole: bool) -> None:
        """Give back what ``choose`` chooses of a sale, approved by ``who``."""
        self.find(number)
        self.type("t")
        self.see(f"第 {number} 号退款")
        self.type(choose)
        self.see(yuan(fen))
        self.type("<Enter>")
        self.see(f"退款 {yuan(fen)} 元（第 {number} 号）？")
        self._give_back("refund", "refunds", number, fen, who, whole=whole)

    def void(self, number: int, fen: int, who: Person) -> None:
        """Undo a sale of this shift, approved by ``who``."""
        self.find(number)
        self.type("v")
        self.see(f"作废第 {number} 号，退 {yuan(fen)} 元？")
        self._give_back("void", "voids", number, fen, who, whole=True)

    def _give_back(
        self, kind: str, figure: str, number: int, fen: int, who: Person, *, whole: bool
    ) -> None:
        self.type("点错<Enter>")
        self.approve(who)
        [(tender, _)] = self.books.paid[number]
        self.books.give_back(figure, tender, fen, whole=whole)
        own = self.books.note(kind, self.by, who.id)
        # What the search found may be said over it: the paper is what says that it is done.
        self.terminal.until(
            lambda screen: (
                f"No. {own:06}" in screen and (f"第 {own} 号 ✓" in screen or "找到 1" in screen)
            ),
            f"the paper of no. {own}",
        )
        self.type("<Escape>")
        self.see("R 补打", gone="找到 1")
        self.type("<Escape>")
        self.see("F1 帮助")

    # The shift

    def count(self, counts: dict[int, int]) -> None:
        """Fill the table of notes and coins in, and end it."""
        for each in DENOMINATIONS:
            self.type(f"{counts[each] or ''}<Enter>")
        total = sum(fen * found for fen, found in counts.items())
        self.terminal.until(
            lambda screen: any(
                line.startswith("›") and line.rstrip().endswith(f" {yuan(total)}")
                for line in screen.splitlines()
            ),
            f"the total {yuan(total)}, marked",
        )
        self.type("<Enter>")

    def cash_move(self, choice: str, kind: str, place: str, fen: int, *approved: Person) -> None:
        """Pay cash in or out, or drop it; the shift's menu is open."""
        self.type(choice)
        if place:
            self.see("用途？")
            self.type(place)
        self.see("金额（元）")
        self.type(f"{yuan(fen)}<Enter>")
        self.see("可不填")
        self.type("<Enter>")
        for who in approved:
            self.approve(who)
        self.see(f"{yuan(fen)} ✓", "1 … 8")
        self.books.note(kind, self.by, *(who.id for who in approved))
        self.books.count(kind, fen)
        other = COSTS if kind == "paid_out" else SAFE
        self.books.move(DRAWER, other, fen if kind == "paid_in" else -fen)


def till(home: Path, books: Books, *arguments: str, columns: int = 80, rows: int = 24) -> Cashier:
    """Start the program in a terminal."""
    # What pytest's plugins say of a terminal's size would be believed over the terminal's own word.
    own_size = ("env", "-u", "COLUMNS", "-u", "LINES")
    command = [*own_size, KIOSK, "--home", str(home), *arguments]
    return Cashier(Tmux(command, home.parent, columns=columns, rows=rows), books)


def leave(cashier: Cashier) -> None:
    cashier.type("<C-q>")
    cashier.see("[exit 0]")


def open_shift(cashier: Cashier, fen: int) -> None:
    """Open the first shift with a float out of the safe."""
    cashier.type("<F10>")
    cashier.see("1 … 8")
    cashier.type("1")
    cashier.see("清点备用金")
    cashier.count(pieces(fen))
    cashier.see(f"班已开 ✓ 备用金 {yuan(fen)}")
    cashier.books.note("shift_opened", cashier.by)
    cashier.books.move(DRAWER, SAFE, fen)
    cashier.type("<Escape>")
    cashier.see("F1 帮助")


def first_start(home: Path, books: Books) -> None:
    """One PIN, twice; then the staff: two on the screen, one from a shell."""
    with till(home, books) as cashier:
        cashier.see("第一次启动", "s01 站长 的 PIN")
        books.note("settings", "cashier")
        cashier.type(f"{MANAGER.pin}<Enter>")
        cashier.see("再输一次")
        cashier.type(f"{MANAGER.pin}<Enter>")
        cashier.see("还没有开班", "s01 站长")
        books.note("staff_changed", "cashier")
        books.note("session_locked", MANAGER.id)
        cashier.by = MANAGER.id
        cashier.type("<C-s>")
        cashier.see("添加人员")
        cashier.hire(CASHIER, 1)
        cashier.hire(SUPERVISOR, 2)
        cashier.type("<Escape>")
        cashier.see("F1 帮助")
        leave(cashier)
    typed = f"{MANAGER.pin}\n{RELIEF.pin}\n{RELIEF.pin}\n"
    add = ("staff", "add", RELIEF.name, "--role", "cashier", "--as", MANAGER.id, "--pin-stdin")
    cli(home, *add, typed=typed)
    books.note("staff_changed", MANAGER.id)


def queue(cashier: Cashier, customers: int, *, start: int) -> None:
    """Serve ordinary customers, one by each tender in turn."""
    for each in range(start, start + customers):
        rung, goods = A_QUEUE[each % len(A_QUEUE)]
        tender = list(TENDERS)[each % len(TENDERS)]
        cashier.sell(rung, goods, f"<{tender}>")
