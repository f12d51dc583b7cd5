"""The keys of card holders: whose card it is, unreadable without this home, and erasable.

Two files beside the database, mode 0600, neither of which any backup of the database holds:

- ``readings.key`` turns what a chip says into the value that finds its card: a database alone says
  nothing about chips.
- ``holders.keys`` has a key of its own for every holder. What the database holds of somebody is
  sealed with it (AES-256-GCM); striking the line out makes all of it noise, in every copy of the
  database there is. The books keep a token that means nothing.
"""

from __future__ import annotations

import errno
import fcntl
import hmac
import json
import os
import secrets
import stat
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kiosk.sale.card_errors import NoSuchHolderError, VaultError
from kiosk.sale.cards import Holder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

READINGS_FILE: Final = "readings.key"
HOLDERS_FILE: Final = "holders.keys"
KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_OTHERS: Final = 0o077


class Vault:
    """The home's keys of card holders; belongs to the till thread.

    ``make`` lets missing files be made: where the books know no card yet.

    Raises:
        VaultError: a file is missing, open to others, or damaged.
    """

    def __init__(self, folder: Path, *, make: bool) -> None:
        self._holders_file = folder / HOLDERS_FILE
        self._reading_key = _reading_key(folder / READINGS_FILE, make=make)
        text = _read(self._holders_file, make=make)
        self._keys = _parsed(self._holders_file, text)

    def __contains__(self, holder: str) -> bool:
        if holder not in self._keys:
            # Another program of this home may have issued the card since.
            self._reload()
        return holder in self._keys

    @property
    def holders(self) -> frozenset[str]:
        """The tokens of everybody who has a key here."""
        return frozenset(self._keys)

    def mac(self, uid: bytes) -> str:
        """Give what finds the card of ``uid`` in this home, in hex."""
        return hmac.new(self._reading_key, b"uid\0" + uid, sha256).hexdigest()

    def proof(self, holder: str, card: str, uid: bytes) -> str:
        """Give what the books hold of the chip of ``card``: it fits no other chip or token.

        Once the holder is forgotten nobody can compute it again.

        Raises:
            NoSuchHolderError: the holder has no key here.
        """
        message = b"reading\0" + card.encode() + b"\0" + uid
        return hmac.new(self._key(holder), message, sha256).hexdigest()

    def add(self, holders: Iterable[str]) -> None:
        """Make a key for each of ``holders``, on the disk before this returns.

        Raises:
            VaultError: the disk refuses.
        """
        new = {each: secrets.token_bytes(KEY_BYTES) for each in holders if each not in self._keys}
        if not new:
            return
        try:
            with _alone(self._holders_file):
                _append(self._holders_file, _lines(new))
        except OSError as error:
            raise _refused(self._holders_file, error) from error
        self._keys |= new

    def drop(self, holders: Collection[str]) -> None:
        """Strike out the keys of ``holders``: what was sealed with them can never be read again.

        Raises:
            VaultError: the disk refuses; the keys are all still there.
        """
        gone = frozenset(holders)
        with _alone(self._holders_file):
            # What another program of this home added meanwhile is kept.
            self._reload()
            kept = {holder: key for holder, key in self._keys.items() if holder not in gone}
            if len(kept) < len(self._keys):
                _overwrite(self._holders_file, _lines(kept))
                self._keys = kept

    def _reload(self) -> None:
        self._keys = _parsed(self._holders_file, _read(self._holders_file, make=False))

    def seal(self, whose: str, holder: Holder) -> tuple[bytes, bytes | None]:
        """Seal what there is of the holder ``whose``: the data, and the photo if there is one.

        Raises:
            NoSuchHolderError: the holder has no key here.
        """
        # Which fields somebody left empty is nobody's business either.
        plain = {"employer": holder.employer, "name": holder.name, "phone": holder.phone}
        data = json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()
        photo = None if holder.photo is None else self._sealed(whose, b"photo", holder.photo)
        return self._sealed(whose, b"data", data), photo

    def read(self, whose: str, data: bytes, photo: bytes | None = None) -> Holder:
        """Read what ``seal`` sealed.

        Raises:
            NoSuchHolderError: there is no key, or it was not sealed with it.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - not on the start's way

        try:
            found = json.loads(self._opened(whose, b"data", data))
            picture = None if photo is None else self._opened(whose, b"photo", photo)
        except (InvalidTag, ValueError) as error:
            raise NoSuchHolderError(whose) from error
        return Holder(found["name"], found["employer"], found["phone"], picture)

    def _key(self, holder: str) -> bytes:
        if holder not in self:
            raise NoSuchHolderError(holder)
        return self._keys[holder]

    def _sealed(self, whose: str, what: bytes, plain: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self._key(whose)).encrypt(nonce, plain, what + whose.encode())

    def _opened(self, whose: str, what: bytes, sealed: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return AESGCM(self._key(whose)).decrypt(nonce, body, what + whose.encode())


def _reading_key(path: Path, *, make: bool) -> bytes:
    text = _read(path, make=make)
    if make and not text:
        text = secrets.token_hex(KEY_BYTES) + "\n"
        _overwrite(path, text)
    key = _hex(text.strip())
    if key is None:
        raise _damaged(path)
    return key


def _lines(keys: Mapping[str, bytes]) -> str:
    return "".join(f"{holder} {key.hex()}\n" for holder, key in keys.items())


def _parsed(path: Path, text: str) -> dict[str, bytes]:
    """Read the lines ``holder key``.

    A last line without its end was torn by a crash and belongs to nobody: no card is issued before
    its line is whole. Whatever else is no such line is damage.
    """
    keys: dict[str, bytes] = {}
    *lines, last = text.split("\n")
    for line in (*lines, last):
        holder, _, figures = line.partition(" ")
        key = _hex(figures)
        if key is not None and holder:
            keys[holder] = key
        elif line and line is not last:
            raise _damaged(path)
    return keys


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let no other program add to ``path`` or replace it meanwhile; its folder is locked for that.

    Raises:
        VaultError: the disk refuses.
    """
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise _refused(path, error) from error
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
        except OSError as error:
            raise _refused(path, error) from error
        yield
    finally:
        os.close(folder)


def _append(path: Path, text: str) -> None:
    """Write ``text`` behind the last whole line of ``path``, on the disk before this returns."""
    file = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        there = os.pread(file, os.fstat(file).st_size, 0)
        end = there.rfind(b"\n") + 1
        if there[end:] and _hex(there[end:].decode("ascii", "replace").partition(" ")[2]):
            text, end = f"\n{text}", len(there)  # an editor left the last line without its end
        os.ftruncate(file, end)
        written = os.pwrite(file, text.encode(), end)
        if written != len(text):
            os.ftruncate(file, end)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file)
    finally:
        os.close(file)


def _hex(figures: str) -> bytes | None:
    try:
        key = bytes.fromhex(figures)
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None


def _read(path: Path, *, make: bool) -> str:
    """Give the text of a key file; with ``make``, an empty one where there is none.

    Raises:
        VaultError: there is none, others could read it, or it is no file of ours.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        if make and not path.exists():
            _overwrite(path, "")
        file = os.open(path, flags)
    except FileNotFoundError:
        raise VaultError(
            path,
            "不见了，没有它一张早餐卡也认不出：请从备份里找回这个文件（不要新建）。",
            "it is gone, and no breakfast card is known without it: bring it back from a backup; "
            "do not make a new one.",
        ) from None
    except OSError as error:
        raise _refused(path, error) from error
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise _damaged(path)
        if found.st_uid != os.geteuid() or found.st_mode & _OTHERS:
            raise VaultError(
                path,
                "别人也能读：请运行 chmod 600，并查明谁读过。",
                "others can read it: run chmod 600 on it, and find out who did.",
            )
        with os.fdopen(os.dup(file), "rb") as opened:
            return opened.read().decode("ascii", "replace")
    finally:
        os.close(file)


def _overwrite(path: Path, text: str) -> None:
    """Put ``text`` in the place of what ``path`` holds, whole and on the disk."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        file = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(file, "wb") as opened:
            opened.write(text.encode())
            opened.flush()
            os.fsync(opened.fileno())
        half.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise _refused(path, error) from error


def _damaged(path: Path) -> VaultError:
    return VaultError(
        path,
        "内容已损坏：请从备份里找回这个文件。",
        "its content is damaged: bring the file back from a backup.",
    )


def _refused(path: Path, error: OSError) -> VaultError:
    return VaultError(
        path,
        f"系统拒绝（{error.strerror}）：请检查磁盘空间和这个文件的权限。",
        f"the system refused it ({error.strerror}): look at the room on the disk and at who owns "
        "this file.",
    )
