"""What lies in a home beside the books: settings, catalogue, keys, drafts, and room on the disk."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from config.agreement import check_agreement
from config.catalogue import load_catalogue
from config.chart import load_chart
from config.errors import Phrase
from config.settings import load_settings
from kiosk.devices.readers import wedge_of
from kiosk.doctor.check import Finding, Level, good
from kiosk.till.draft import DRAFT_FILE
from kiosk.till.home import CATALOGUE_FILE, SETTINGS_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from config.settings import Settings

_MEGABYTE: Final = 1_000_000
_NEARLY_NONE_MB: Final = 20
"""With less, SQLite may refuse the next sale."""

_LOCK: Final = "till.lock"


def folder(home: Path) -> Finding:
    """Look at the home itself: there, a folder, ours, writable, and closed to others."""
    if not home.exists():
        return Finding(
            Level.RED,
            Phrase(f"没有目录 {home}", f"there is no folder {home}"),
            Phrase(
                "请先用 kiosk 开张，或用 --home 指定", "start kiosk first, or name it with --home"
            ),
        )
    if not home.is_dir():
        return Finding(
            Level.RED,
            Phrase(f"{home} 不是目录", f"{home} is not a folder"),
            Phrase("请用 --home 指定一个目录", "name a folder with --home"),
        )
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        return Finding(
            Level.RED,
            Phrase(f"{home} 不能写", f"{home} cannot be written to"),
            Phrase(
                "请用目录的主人登录，或检查磁盘是否只读",
                "log in as its owner, or see whether the disk is read-only",
            ),
        )
    if home.stat().st_mode & 0o077:
        return Finding(
            Level.YELLOW,
            Phrase(f"别的用户也能进 {home}", f"other users can look into {home}"),
            Phrase(f"请运行 chmod 700 {home}", f"run chmod 700 {home}"),
        )
    pid = running(home)
    now = f"，收银程序正开着（进程 {pid}）" if pid else ""
    open_now = f"; a till is open on it (process {pid})" if pid else ""
    return good(f"{home}{now}", f"{home}{open_now}")


def running(home: Path) -> int | None:
    """Give the process of the till that is open on ``home``, as far as its lock file tells."""
    try:
        pid = int((home / _LOCK).read_text("ascii"))
        os.kill(pid, 0)
    except PermissionError:
        return pid
    except (OSError, ValueError, OverflowError):
        return None
    return pid


def settings_file(home: Path) -> Finding:
    """Look at ``kiosk.toml``.

    Raises:
        ConfigError: with all that is wrong in it.
    """
    load_settings(home / SETTINGS_FILE)
    return _readable(home / SETTINGS_FILE)


def catalogue_file(home: Path) -> Finding:
    """Look at ``catalogue.toml``, and whether the settings name what is in it.

    Raises:
        ConfigError: with all that is wrong in it.
    """
    path = home / CATALOGUE_FILE
    if not path.exists():
        return _readable(path)
    catalogue = load_catalogue(path)
    check_agreement(load_settings(home / SETTINGS_FILE), home / SETTINGS_FILE, catalogue, path)
    count = len(list(catalogue))
    return good(f"{path.name} 可用，{count} 种商品", f"{path.name} can be used: {count} products")


def _readable(path: Path) -> Finding:
    if path.exists():
        return good(f"{path.name} 可用", f"{path.name} can be used")
    return Finding(
        Level.YELLOW,
        Phrase(f"没有 {path.name}，按默认值", f"there is no {path.name}: the defaults hold"),
        Phrase("下次启动时会放一份", "the next start puts one there"),
    )


def chart() -> Finding:
    """Look at the chart of accounts that came with the program.

    Raises:
        ConfigError: the installation is damaged.
    """
    count = len(list(load_chart()))
    return good(f"{count} 个科目", f"{count} accounts")


def disk(home: Path, settings: Settings) -> Finding:
    """Look at the room that is left where the books lie."""
    there = next(each for each in (home, *home.absolute().parents) if each.exists())
    free = shutil.disk_usage(there).free // _MEGABYTE
    said = Phrase(f"剩余 {free} MB", f"{free} MB are free")
    least = settings.guards.least_free_mb
    if free >= max(least, _NEARLY_NONE_MB):
        return Finding(Level.GREEN, said)
    return Finding(
        Level.RED if free < _NEARLY_NONE_MB else Level.YELLOW,
        said,
        Phrase(f"请腾出空间，至少 {least} MB", f"free some space: {least} MB at least"),
    )


def draft(home: Path) -> Finding:
    """Look for the ticket of a program that died, and for those that could not be used."""
    put_away = sorted(each.name for each in home.glob("draft-*.json"))
    if put_away:
        names = ", ".join(put_away)
        return Finding(
            Level.YELLOW,
            Phrase(f"有读不出来的单子：{names}", f"there are tickets that cannot be read: {names}"),
            Phrase("查明后请删除这些文件", "delete these files once they are explained"),
        )
    if not os.path.lexists(home / DRAFT_FILE):
        return good("没有没结的单子", "no ticket was left open")
    if running(home):
        return good("收银程序正开着一单", "the open till has a ticket on the screen")
    return Finding(
        Level.YELLOW,
        Phrase("上次有一单没结", "a ticket was left open last time"),
        Phrase(
            "下次启动时会进入挂单，请在那里取单",
            "the next start parks it: recall it from there",
        ),
    )


def printer() -> Finding:
    """Say that there is none yet: papers are shown on the screen."""
    return Finding(
        Level.GREY,
        Phrase(
            "没有配置打印机，小票显示在屏幕上", "none is set up: papers are shown on the screen"
        ),
    )


def reader(settings: Settings) -> Finding:
    """Look at what tells a scanner and a card reader from fingers."""
    scanner = settings.scanner
    wedge = wedge_of(settings.readers)
    if wedge is not None:
        return good(
            f"扫码枪即插即用；员工卡由 {wedge.id} 读",
            f"a scanner works as it is; {wedge.id} reads staff cards",
        )
    if not scanner.card:
        return Finding(
            Level.GREY,
            Phrase(
                "扫码枪即插即用；没有配置员工卡读卡器（scanner.card）",
                "a scanner works as it is; no reader of staff cards is set up (scanner.card)",
            ),
        )
    return good(f"员工卡格式 {scanner.card}", f"staff cards look like {scanner.card}")
