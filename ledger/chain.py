"""The hash chain: a record's canonical bytes and the hash that the next record builds on.

Canonical form is RFC 8785 (JCS), narrowed to integers, strings, null, lists and objects with ASCII
keys. Within that, the standard library's sorted, unspaced JSON *is* JCS; a test holds it against
an independent JCS library.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from ledger.entries import Record
from ledger.errors import CanonicalFormError
from ledger.money import to_fen

if TYPE_CHECKING:
    from datetime import datetime

    from ledger.entries import Entry, Head

VERSION: Final = 1
"""The body's ``v``: raised when a field of ADR 1 is added or changes its meaning."""

GENESIS: Final = bytes(32)
"""``prev`` of a book's first record."""

INTEGER_LIMIT: Final = 2**53
"""JCS numbers are IEEE doubles: integers at or beyond this are not exact for every reader."""

_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def canonical(value: Any) -> str:  # noqa: ANN401 - any JSON value, checked here
    """Give the RFC 8785 text of ``value``.

    Raises:
        CanonicalFormError: a float, bool, huge integer, non-ASCII key, or text that is no Unicode.
    """
    _check(value)
    return _ENCODER.encode(value)


def _check(value: Any) -> None:  # noqa: ANN401, C901 - one branch a type
    kind = type(value)
    if kind is str:
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError as error:
                raise CanonicalFormError(value) from error
    elif kind is int:
        if not -INTEGER_LIMIT < value < INTEGER_LIMIT:
            raise CanonicalFormError(value)
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise CanonicalFormError(key)
            _check(item)
    elif kind is list:
        for item in value:
            _check(item)
    elif value is not None:
        raise CanonicalFormError(value)


def utc_text(at: datetime) -> str:
    """Write an aware instant as UTC with microseconds: ``2026-11-23T07:30:00.000000Z``.

    Raises:
        CanonicalFormError: a naive time, or one of another zone (convert first).
    """
    offset = at.utcoffset()
    if offset is None or offset:
        raise CanonicalFormError(at)
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def digest(body: str) -> bytes:
    """Give the SHA-256 of a body's canonical bytes (UTF-8)."""
    return sha256(body.encode()).digest()


def seal(entry: Entry, book: str, head: Head) -> Record:
    """Place ``entry`` behind ``head`` in ``book``: the record with its body and hash.

    Raises:
        CanonicalFormError: the entry's document holds a value with no canonical form.
    """
    content = {
        "at": utc_text(entry.at),
        "book": book,
        "by": entry.by,
        "day": entry.day.isoformat(),
        "doc": entry.doc,
        "fund": {move.value: fen for move, fen in entry.fund.items()},
        "kind": entry.kind,
        "postings": [
            {"account": p.account, "amount_fen": to_fen(p.amount), "side": p.side.value}
            for p in entry.postings
        ],
        "prev": head.hash.hex(),
        "ref": str(entry.ref),
        "seq": head.seq + 1,
        "shift": entry.shift,
        "v": VERSION,
    }
    body = canonical(content)
    return Record(book, head.seq + 1, content, body, head.hash, digest(body))
