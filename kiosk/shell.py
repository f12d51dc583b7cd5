"""What commands that write have in common: the home to themselves, and PINs that are asked for."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from getpass import getpass
from typing import TYPE_CHECKING

from kiosk.errors import TillError
from kiosk.till.home import HomeError, HomeInUseError, writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.errors import Phrase


class TillOpenError(HomeError):
    """A till is open on this home, and has a screen for what was asked."""

    def __init__(self, path: Path, pid: str, key: str, screen: Phrase) -> None:
        self.pid = pid
        zh = f"按 {key}（{screen.zh}）" if key else f"打开“{screen.zh}”画面"
        en = f"press {key} ({screen.en})" if key else f"open its {screen.en} screen"
        super().__init__(
            path,
            f"收银程序（进程 {pid}）正开着：请在那个窗口{zh}操作，或先退出它。",
            f"the till (process {pid}) is open: {en} in that window, or close it first.",
        )


class NoTerminalError(TillError):
    """There is nobody to ask for a PIN."""

    def __init__(self) -> None:
        super().__init__(
            "这里不是终端，没法询问 PIN：请在终端里运行，或用 --pin-stdin 从标准输入逐行给出。",
            "This is no terminal to ask for a PIN in: run it in one, or give the PINs on standard "
            "input, a line each, with --pin-stdin.",
        )


class PinMissingError(TillError):
    """Standard input ended before all that was to be asked."""

    def __init__(self) -> None:
        super().__init__(
            "标准输入里的 PIN 不够：每个要问的一行（先是 --as 的，再是新的）。",
            "Standard input holds too few PINs: a line for each that would be asked (that of --as "
            "first, then the new one).",
        )


class PinsDifferError(TillError):
    """The two entries of a new PIN are not the same."""

    def __init__(self) -> None:
        super().__init__(
            "两次输入的 PIN 不一样：什么都没有改，请重来。",
            "The two PINs are not the same: nothing was changed, start again.",
        )


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where PINs come from: a person who is asked, or ``lines`` of standard input."""

    lines: bool

    def ask(self, zh: str, en: str) -> str:
        """Give one secret; nothing of it is shown.

        Raises:
            NoTerminalError: there is no terminal.
            PinMissingError: there is no further line.
        """
        if self.lines:
            line = sys.stdin.readline()
            if not line:
                raise PinMissingError
            return line.rstrip("\r\n")
        if not sys.stdin.isatty():
            raise NoTerminalError
        try:
            return getpass(f"{zh} · {en}: ")
        except EOFError as error:
            raise PinMissingError from error

    def ask_twice(self, staff: str) -> str:
        """Give a new PIN, typed twice by a person.

        Raises:
            PinsDifferError: the two are not the same.
        """
        pin = self.ask(f"{staff} 的新 PIN", f"New PIN of {staff}")
        if not self.lines and pin != self.ask("再输一次", "Once more"):
            raise PinsDifferError
        return pin


@contextmanager
def alone(path: Path, key: str, screen: Phrase) -> Iterator[None]:
    """Hold the writer lock of the home at ``path``, or name the ``screen`` that does the same.

    ``key`` opens that screen in the till; empty where no key does.

    Raises:
        TillOpenError: a till is open there.
        HomeError: the lock file cannot be made.
    """
    with ExitStack() as held:
        try:
            held.enter_context(writing(path))
        except HomeInUseError as error:
            raise TillOpenError(path, error.pid, key, screen) from error
        yield
