"""A kiosk's home: the folder with its settings, catalogue, database and backups.

A home that does not exist is made without a question, with a starter catalogue (the operator's
own from then on). Everything wrong with a folder is one clear sentence.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from config.agreement import check_agreement
from config.catalogue import CATALOGUE, load_catalogue
from config.chart import load_chart
from config.settings import DEFAULTS, load_settings
from kiosk.errors import TillError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.catalogue import Catalogue
    from config.chart import Chart
    from config.settings import Settings

SETTINGS_FILE: Final = "kiosk.toml"
CATALOGUE_FILE: Final = "catalogue.toml"
DATABASE_FILE: Final = "kiosk.db"
BACKUPS: Final = "backups"
TRAINING: Final = "training"
"""The folder of the training home inside the real one."""
TRAINING_MARK: Final = "TRAINING"
"""The file that makes a home a training home, whoever opens it and however."""
_LOCK: Final = "till.lock"
_EXAMPLE: Final = DEFAULTS.with_name("kiosk.example.toml")


class HomeError(TillError):
    """The home folder cannot be used."""

    def __init__(self, path: Path, zh: str, en: str) -> None:
        self.path = path
        super().__init__(f"目录 {path}：{zh}", f"Folder {path}: {en}")


class HomeInUseError(HomeError):
    """Another process writes to this home."""

    def __init__(self, path: Path, pid: str) -> None:
        self.pid = pid
        super().__init__(
            path,
            f"另一个收银程序（进程 {pid}）正在使用。请在那个窗口操作，或先退出它；"
            "查账用 kiosk ledger …，随时可用。",
            f"another till (process {pid}) is using it. Work in that window, or close it first; "
            "kiosk ledger … reads the books at any time.",
        )


def _refused(path: Path, error: OSError) -> HomeError:
    """Say what the system refused, and what to do about it."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return HomeError(
            path, "磁盘已满：请腾出空间后重试。", "the disk is full: free some space, then retry."
        )
    if error.errno == errno.EROFS:
        return HomeError(
            path,
            "磁盘是只读的：请换一个目录（--home），或重新挂载为可写。",
            "the disk is read-only: choose another folder (--home), or mount it writable.",
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return HomeError(
            path,
            "没有权限：请用目录的主人登录，或用 --home 换一个目录。",
            "permission denied: log in as its owner, or choose another folder with --home.",
        )
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return HomeError(
            path,
            "不是目录：请用 --home 指定一个文件夹。",
            "it is not a folder: name a folder with --home.",
        )
    return HomeError(
        path, f"不能使用（{error.strerror}）。", f"it cannot be used ({error.strerror})."
    )


@dataclass(frozen=True, slots=True)
class Home:
    """An opened home: where things lie, and what the operator decided.

    In a ``training`` home nothing is real; its book's id, its screens and its papers say so.
    """

    path: Path
    settings: Settings
    catalogue: Catalogue
    chart: Chart
    training: bool = False

    @property
    def database(self) -> Path:
        """The database file."""
        return self.path / DATABASE_FILE

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return self.path / BACKUPS


def open_home(path: Path) -> Home:
    """Open the home at ``path``; make it first where it is missing.

    Raises:
        HomeError: not a folder, read-only, full, or another user's.
        ConfigError: a file of the operator's cannot be used, or names what the other has not.
    """
    try:
        _make(path)
        settings = path / SETTINGS_FILE
        catalogue = path / CATALOGUE_FILE
        catalogue = catalogue if catalogue.exists() else CATALOGUE
        chart = load_chart()
        home = Home(path, load_settings(settings, chart=chart), load_catalogue(catalogue), chart)
        check_agreement(home.settings, settings, home.catalogue, catalogue)
        marked = (path / TRAINING_MARK).exists()
    except OSError as error:
        raise _refused(path, error) from error
    return replace(home, settings=as_training(home.settings), training=True) if marked else home


def as_training(settings: Settings) -> Settings:
    """Give ``settings`` a book of their own, ``LX`` before the till's number.

    The files stay as the operator wrote them: the mark alone decides, so that no command ever
    takes a training home for the till that it was copied from.
    """
    shop = settings.shop
    return replace(settings, shop=replace(shop, till=f"LX{shop.till}"[:8]))


def training_home(real: Path) -> Home:
    """Open the training home inside the home at ``real``, with what the operator decided there.

    Settings and catalogue are copied anew; nothing else in the real home is read or written.

    Raises:
        HomeError: see ``open_home``.
        ConfigError: see ``open_home``.
    """
    decided = open_home(real)
    folder = decided.path / TRAINING
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / TRAINING_MARK).touch(mode=0o600)
        for name in (SETTINGS_FILE, CATALOGUE_FILE):
            half = folder / f".{name}.new"
            shutil.copyfile(decided.path / name, half)
            half.replace(folder / name)
    except OSError as error:
        raise _refused(folder, error) from error
    return open_home(folder)


def _make(path: Path) -> None:
    """Make the folder and the operator's own files where they are missing."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_uid != os.geteuid():
        raise HomeError(
            path,
            "属于另一个用户：请用它的主人登录，或用 --home 换一个目录。",
            "it belongs to another user: log in as its owner, or choose another with --home.",
        )
    for name, source in ((SETTINGS_FILE, _EXAMPLE), (CATALOGUE_FILE, CATALOGUE)):
        if not (path / name).exists():
            # A crash between the two steps must not leave half a file under the real name.
            half = path / f".{name}.new"
            shutil.copyfile(source, half)
            half.replace(path / name)
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Hold the home's writer lock: one writer (decision 9); any exit frees it, SIGKILL too.

    Raises:
        HomeInUseError: another process holds it.
        HomeError: the lock file cannot be made.
    """
    file = _locked(path)
    try:
        yield
    finally:
        os.close(file)


def _locked(path: Path) -> int:
    """Open and lock the lock file; give its descriptor, which holds the lock while it is open."""
    lock = path / _LOCK
    try:
        file = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A lock file that was deleted meanwhile locks nobody out.
            if not os.path.samestat(os.fstat(file), lock.stat()):
                raise BlockingIOError  # noqa: TRY301 - the same as being too late
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError as error:
            pid = os.pread(file, 32, 0).decode("ascii", "replace").strip() or "?"
            os.close(file)
            raise HomeInUseError(path, pid) from error
        except OSError:
            os.close(file)
            raise
    except OSError as error:
        raise _refused(path, error) from error
    return file
