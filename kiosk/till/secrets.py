"""What no record may hold: PIN hashes, the key file that seals them, and card tokens.

A PIN has a few thousand values, so a hash alone, however slow, falls in minutes to whoever has a
copy of the database. So a PIN is sealed with the key in ``staff.key`` first: a database without
that file says nothing about PINs or cards. docs/adr/0005-staff-and-pins.md has the reasons.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from contextlib import suppress
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kiosk.sale.people_errors import StaffKeyError

if TYPE_CHECKING:
    from pathlib import Path

    from argon2 import PasswordHasher

KEY_FILE: Final = "staff.key"
"""The key's name beside the database; mode 0600, 32 random bytes in hex."""

TIME_COST: Final = 2
MEMORY_KIB: Final = 46 * 1024
LANES: Final = 1
"""Argon2id: 85 ms on the machine of ADR 5. Raise them, and each hash follows at a sign-in."""

_BYTES: Final = 32
_OTHERS: Final = 0o077


@cache
def hasher() -> PasswordHasher:
    """Give the one hasher; its library is loaded when somebody first types a PIN."""
    from argon2 import PasswordHasher  # noqa: PLC0415

    return PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES)


def fingerprint(hashed: str) -> str:
    """Give what the books hold of a hashed PIN: SHA-256 of the whole text with its salt, in hex."""
    return sha256(hashed.encode()).hexdigest()


class StaffKey:
    """The home's own key: it seals PINs, and turns cards into tokens."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def hash_pin(self, staff: str, pin: str) -> str:
        """Give the text to keep of ``pin``: argon2id's own (PHC), with salt and parameters."""
        return hasher().hash(self._sealed(staff, pin))

    def fits(self, staff: str, pin: str, hashed: str | None) -> bool:
        """Say whether ``pin`` is the one of ``hashed``; None takes as long, and never fits."""
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415

        if hashed is None:
            hasher().hash(self._sealed(staff, pin))
            return False
        try:
            return hasher().verify(hashed, self._sealed(staff, pin))
        except (VerificationError, InvalidHashError):
            return False

    def card_token(self, number: str) -> str:
        """Give what stands for the card ``number`` in the books: nobody finds the card from it."""
        return self._mac(b"card", number)

    def _sealed(self, staff: str, pin: str) -> str:
        return self._mac(b"pin", f"{staff}:{pin}")

    def _mac(self, purpose: bytes, text: str) -> str:
        # What is typed may be no text at all (bytes from a pipe), and is then simply wrong.
        plain = text.encode(errors="surrogatepass")
        return hmac.new(self._key, purpose + b"\0" + plain, sha256).hexdigest()


def outdated(hashed: str) -> bool:
    """Say whether ``hashed`` was made with other parameters than today's."""
    return hasher().check_needs_rehash(hashed)


def read_key(path: Path, *, make: bool) -> StaffKey:
    """Give the key in the file at ``path``; with ``make``, make one where there is no file.

    Raises:
        StaffKeyError: there is none, others could read it, or it is not a key of ours.
    """
    try:
        # Without blocking: opening a pipe that somebody put there would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        if not make:
            raise StaffKeyError(
                path,
                "不见了，没有它谁也不能登录：请从备份里找回这个文件（不要新建）。",
                "it is gone, and nobody can sign in without it: bring it back from a backup; do "
                "not make a new one.",
            ) from None
        return _make(path)
    except OSError as error:
        raise _refused(path, error) from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise StaffKeyError(
            path,
            "不是文件：请查明谁动过它，并从备份里找回原来的文件。",
            "it is no file: find out who touched it, and bring the file back from a backup.",
        )
    with os.fdopen(descriptor, "rb") as file:
        if found.st_uid != os.geteuid() or found.st_mode & _OTHERS:
            raise StaffKeyError(
                path,
                "别人也能读：请运行 chmod 600，并查明谁读过；若可能泄露，请重设所有 PIN。",
                "others can read it: run chmod 600 on it and find out who did; where it may have "
                "leaked, reset every PIN.",
            )
        text = file.read(4 * _BYTES)
    key = b""
    with suppress(ValueError):
        key = bytes.fromhex(text.decode("ascii", "replace").strip())
    if len(key) != _BYTES:
        raise StaffKeyError(
            path,
            "内容已损坏：请从备份里找回这个文件。",
            "its content is damaged: bring the file back from a backup.",
        )
    return StaffKey(key)


def _make(path: Path) -> StaffKey:
    """Make a new key, whole and on disk before it has its name."""
    key = secrets.token_bytes(_BYTES)
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, f"{key.hex()}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        half.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise _refused(path, error) from error
    return StaffKey(key)


def _refused(path: Path, error: OSError) -> StaffKeyError:
    return StaffKeyError(
        path, f"系统拒绝（{error.strerror}）。", f"the system refused it ({error.strerror})."
    )
