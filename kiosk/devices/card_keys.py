"""The master keys that cards are made with, by version; each card has keys of its own.

They lie in ``card-masters.json`` in the home (mode 0600) or in the environment variable
``KIOSK_CARD_KEYS`` with the same text: never in the database, a record, a log or an error. A card
holds no master: its keys are computed from one and from its UID (AN10922), so a card that was taken
apart gives away itself only. docs/adr/0007-card-security.md has the reasons.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kiosk.devices.card_crypto import KEY_BYTES, UID_BYTES, ZEROS, diversified
from kiosk.devices.card_device_errors import CardKeyError, NoKeyVersionError, WrongChipError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MASTERS_FILE: Final = "card-masters.json"
"""The name of the keys in the home; a backup of the database does not hold them."""
VARIABLE: Final = "KIOSK_CARD_KEYS"
"""The environment variable that stands in for the file."""

FIRST_VERSION: Final = 0x51
"""Others number their keys 0, 1, 2 or 255: a card of theirs is not asked for a proof of ours."""
LAST_VERSION: Final = 0xFF

APP, PROOF, META, FILE, SPARE = range(5)
"""Which key of a chip does what: changes the card; EV2; hides and signs SUN; nothing."""

_FORMAT: Final = 1
_AID: Final = b"BK"
_SYSTEM: Final = b"kiosk\x01"
_OTHERS: Final = 0o077
_LONGEST: Final = 65_536


@dataclass(frozen=True, slots=True, repr=False)
class ChipKeys:
    """The five keys of one card, 16 bytes each, by their number on the chip.

    Attributes:
        version: of the master that they come from; the chip tells it to anybody.
        keys: key ``APP`` first.
    """

    version: int
    keys: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"ChipKeys(version {self.version})"


class CardKeys:
    """The master keys that this machine has."""

    __slots__ = ("_masters",)

    def __init__(self, masters: Mapping[int, bytes]) -> None:
        self._masters = dict(sorted(masters.items()))

    @property
    def versions(self) -> tuple[int, ...]:
        """All versions, the oldest first."""
        return tuple(self._masters)

    @property
    def newest(self) -> int:
        """The version that new cards are made with."""
        return self.versions[-1]

    def __contains__(self, version: object) -> bool:
        return version in self._masters

    def of(self, version: int, uid: bytes) -> ChipKeys:
        """Compute the keys of the card ``uid`` (7 bytes, first byte first).

        Raises:
            NoKeyVersionError: there is no such version here.
            WrongChipError: a ``uid`` that no card of this kind has.
        """
        if version not in self._masters:
            raise NoKeyVersionError(version)
        if len(uid) != UID_BYTES:
            raise WrongChipError
        master = self._masters[version]
        who = (uid + _AID + bytes([number]) + _SYSTEM for number in range(SPARE + 1))
        return ChipKeys(version, tuple(diversified(master, each) for each in who))

    def longer(self, master: bytes) -> CardKeys:
        """Give these keys and ``master`` (16 bytes) as the version after the newest."""
        return CardKeys({**self._masters, self.newest + 1: master})

    def __repr__(self) -> str:
        return f"CardKeys(versions {', '.join(map(str, self.versions))})"

    def _text(self) -> str:
        masters = {str(version): key.hex() for version, key in self._masters.items()}
        return json.dumps({"format": _FORMAT, "masters": masters}, indent=1) + "\n"


def read_card_keys(home: Path, *, make: bool = False) -> CardKeys | None:
    """Give the master keys of the ``home``, or of the environment where that names some.

    Args:
        home: the folder.
        make: make a first key where there is none; else None says that there is none.

    Raises:
        CardKeyError: others could read them, they are damaged, or the system refused the file.
    """
    text = os.environ.get(VARIABLE, "")
    if text:
        return _understood(text, VARIABLE)
    path = home / MASTERS_FILE
    found = _read(path)
    if found is not None or not make:
        return found
    with _alone(path):
        # Another program may have made it meanwhile.
        return _read(path) or _first(path)


def rotate_card_keys(home: Path) -> CardKeys:
    """Add a master key to the ``home``: new cards get it, and the old ones still prove theirs.

    Raises:
        CardKeyError: as for ``read_card_keys``; or the environment has the keys, or no more fit.
    """
    if os.environ.get(VARIABLE, ""):
        raise CardKeyError(
            VARIABLE,
            "密钥来自环境变量：请在那里加一版。",
            "the keys come from the environment: add a version there.",
        )
    path = home / MASTERS_FILE
    with _alone(path):
        keys = _read(path)
        if keys is None:
            return _first(path)
        if keys.newest == LAST_VERSION:
            raise CardKeyError(
                path,
                f"已到第 {LAST_VERSION} 版，不能再加：请先停用旧卡，再从头编号。",
                f"version {LAST_VERSION} is the last: take the old cards out of use, then number "
                "the keys anew.",
            )
        return _write(path, keys.longer(secrets.token_bytes(KEY_BYTES)))


def _first(path: Path) -> CardKeys:
    return _write(path, CardKeys({FIRST_VERSION: secrets.token_bytes(KEY_BYTES)}))


def _understood(text: str, where: object) -> CardKeys:
    """Read the JSON of the keys; no error may show any of it."""
    damaged = CardKeyError(
        where,
        "内容已损坏：请从备份里找回原样。",
        "the content is damaged: bring it back from a backup.",
    )
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        # Not "from error": the text of the error would quote the keys.
        raise damaged from None
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise damaged
    masters = found.get("masters")
    if not isinstance(masters, dict) or not masters:
        raise damaged
    keys: dict[int, bytes] = {}
    for version, key in masters.items():
        if not re.fullmatch("[1-9][0-9]{0,2}", version) or int(version) > LAST_VERSION:
            raise damaged
        if not isinstance(key, str) or not re.fullmatch(f"[0-9a-fA-F]{{{2 * KEY_BYTES}}}", key):
            raise damaged
        keys[int(version)] = bytes.fromhex(key)
    # The key of blank cards proves nothing, and a key under two names would end no old card.
    if ZEROS in keys.values() or len(set(keys.values())) != len(keys):
        raise damaged
    return CardKeys(keys)


def _read(path: Path) -> CardKeys | None:
    try:
        # Without blocking: opening a pipe that somebody put there would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refused(path, error) from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise CardKeyError(
                path,
                "不是文件：请查明谁动过它，并从备份里找回原来的文件。",
                "it is no file: find out who touched it, and bring the file back from a backup.",
            )
        if found.st_uid != os.geteuid() or found.st_mode & _OTHERS:
            raise CardKeyError(
                path,
                "别人也能读：请运行 chmod 600，并查明谁读过；若可能泄露，请加一版密钥并换卡。",
                "others can read it: run chmod 600 on it and find out who did; where it may have "
                "leaked, add a version and give out new cards.",
            )
        return _understood(os.read(descriptor, _LONGEST).decode("utf-8", "replace"), path)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the folder, so that of two programs that make a key one finds the other's."""
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _refused(path, error) from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _write(path: Path, keys: CardKeys) -> CardKeys:
    """Write the keys, whole and on disk before they have their name."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(keys._text())  # noqa: SLF001 - nobody else may have the text
            file.flush()
            os.fsync(descriptor)
        half.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise _refused(path, error) from error
    return keys


def _refused(path: Path, error: OSError) -> CardKeyError:
    if path.is_symlink():
        return CardKeyError(
            path,
            "是指向别处的链接：请查明谁放的，并从备份里找回原来的文件。",
            "it is a link to somewhere else: find out who put it there, and bring the file back "
            "from a backup.",
        )
    return CardKeyError(
        path, f"系统拒绝（{error.strerror}）。", f"the system refused it ({error.strerror})."
    )
