"""The folder of an export: a whole set of files, or the set that was there before.

Files are written into ``.part`` beside their places and renamed when all are done, the manifest
last: a folder without a manifest holds no export, and one with a manifest holds a whole one.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from ledger.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MANIFEST: Final = "manifest.json"
_PART: Final = ".part"


@contextmanager
def whole_set(folder: Path, format_: str, names: Sequence[str]) -> Iterator[Path]:
    """Give the place to write ``names`` and the manifest; put them into ``folder`` on leaving.

    ``folder`` is made where it is missing. Files of an earlier export of the same format are
    replaced; all others stay. On an error nothing changes.

    Raises:
        OutputError: ``folder`` or one above it is a file, a file of such a name is not of an
            earlier export of this format, another export is writing there, or the system refuses.
    """
    for place in (folder, *folder.parents):
        if place.exists() and not place.is_dir():
            raise OutputError(
                folder,
                f"{place} 是文件，不是目录：请换一个目录。",
                f"{place} is a file, not a folder: name a folder.",
            )
    made = not folder.exists()
    part = folder / _PART
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            _lock(folder, stack)
            _check(folder, format_, names)
            _clear(part)
            part.mkdir()
            stack.callback(_clear, part)
            yield part
            _place(folder, part, names)
            made = False
    except OSError as error:
        raise OutputError.refused(folder, error.strerror or str(error)) from error
    finally:
        if made:
            with suppress(OSError):
                folder.rmdir()


def _lock(folder: Path, stack: ExitStack) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    stack.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError(
            folder,
            "另一个导出正在写这个目录：请等它完成。",
            "another export is writing to this folder: wait until it is done.",
        ) from error


def _check(folder: Path, format_: str, names: Sequence[str]) -> None:
    """Refuse to replace what is no earlier export of this format; ``.part`` says one broke off."""
    there = [name for name in (MANIFEST, *names) if (folder / name).exists()]
    if not there or (folder / _PART).exists():
        return
    try:
        held = json.loads((folder / MANIFEST).read_bytes())
        # An earlier program may have written fewer files than this one.
        ours = held["format"] == format_
        known = {MANIFEST, *(file["name"] for file in held["files"])} if ours else set()
    except (OSError, ValueError, TypeError, KeyError):
        known = set()
    if strange := next((name for name in there if name not in known), ""):
        raise OutputError(
            folder,
            f"这里已有别的 {strange}，不会覆盖：请换一个空目录。",
            f"there is another {strange} here, which is not overwritten: choose an empty folder.",
        )


def _clear(part: Path) -> None:
    if part.exists():
        shutil.rmtree(part)


def _place(folder: Path, part: Path, names: Sequence[str]) -> None:
    for name in (*names, MANIFEST):
        _sync(part / name)
    (folder / MANIFEST).unlink(missing_ok=True)
    for name in (*names, MANIFEST):
        (part / name).replace(folder / name)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
