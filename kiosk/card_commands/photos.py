"""Pictures of card holders: small PNG or JPEG files, known by their first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.sale.card_cells import CellError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MOST_BYTES: Final = 200_000
"""A passport picture has less; each is sealed into the database."""
MOST_IN_A_LIST: Final = 200_000_000
_KINDS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def photo_in(path: Path) -> bytes:
    """Read the picture at ``path``.

    Raises:
        CellError: it cannot be read, is too large, or is neither PNG nor JPEG.
    """
    try:
        # A pipe would be waited for, and no picture is one.
        data = _beginning(path) if path.is_file() else None
    except (OSError, ValueError) as error:
        raise _unread() from error
    if data is None:
        raise _unread()
    if len(data) > MOST_BYTES:
        raise CellError(
            f"照片超过 {MOST_BYTES // 1000} KB：请缩小。",
            f"the picture has more than {MOST_BYTES // 1000} KB: make it smaller.",
        )
    if not data.startswith(_KINDS):
        raise CellError("照片应是 PNG 或 JPEG 图片。", "the picture has to be a PNG or JPEG file.")
    return data


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _unread() -> CellError:
    return CellError(
        "照片无法读取：请核对文件名。", "the picture cannot be read: check the file's name."
    )


def photos_beside(file: Path) -> Callable[[str], bytes]:
    """Give what reads the pictures that the list ``file`` names: files of its own folder.

    Whoever sends a list does not say what else of this machine is read.
    """
    folder = file.resolve().parent
    read = 0

    def photo_of(name: str) -> bytes:
        nonlocal read
        try:
            place = (folder / name).resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise _unread() from error
        if not place.is_relative_to(folder):
            raise CellError(
                "照片要放在名单旁边的目录里。", "pictures have to lie in the folder of the list."
            )
        data = photo_in(place)
        read += len(data)
        if read > MOST_IN_A_LIST:
            raise CellError(
                f"照片加起来超过 {MOST_IN_A_LIST // 1_000_000} MB：请把名单分成几份。",
                f"the pictures together have more than {MOST_IN_A_LIST // 1_000_000} MB: split "
                "the list.",
            )
        return data

    return photo_of
