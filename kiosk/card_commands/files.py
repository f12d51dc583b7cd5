"""Files that go out: new, whole, and for nobody else's eyes."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from kiosk.errors import TillError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class OutFileError(TillError):
    """A file that cannot be written; ``path`` is the file."""

    def __init__(self, path: Path, zh: str, en: str) -> None:
        self.path = path
        super().__init__(f"文件 {path}：{zh}", f"File {path}: {en}")


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Give a new file that only its owner can read; it is gone again where the block fails.

    Raises:
        OutFileError: it is there already, or the system refuses.
    """
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise OutFileError(
            path,
            "已经有这个文件，不会覆盖：请换一个名字。",
            "it is there already and is never overwritten: choose another name.",
        ) from error
    except OSError as error:
        raise OutFileError(
            path,
            f"不能写入（{error.strerror}）。",
            f"it cannot be written ({error.strerror}).",
        ) from error
    try:
        with os.fdopen(opened, "wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
