"""The hash chain: a record's canonical bytes and the hash that the next record builds on.

Canonical form is RFC 8785 (JCS), narrowed to integers, strings, null, lists and objects with ASCII
keys. Within that, orjson's sorted, unspaced JSON *is* JCS; a test holds it against an independent
JCS library.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import orjson

from ledger.entries import Record
from ledger.errors import CanonicalFormError

if TYPE_CHECKING:
    from datetime import datetime

    from ledger.entries import Entry, Head

VERSION: Final = 1
"""The body's ``v``: raised when a field of ADR 1 is added or changes its meaning."""

GENESIS: Final = bytes(32)
"""``prev`` of a book's first record."""

INTEGER_LIMIT: Final = 2**53
"""JCS numbers are IEEE doubles: integers at or beyond this are not exact for every reader."""

# Ours are exact types, so what orjson would turn into JSON by itself must not come this far.
_AS_THEY_ARE: Final = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)


def canonical(value: Any) -> str:  # noqa: ANN401 - any JSON value, checked here
    """Give the RFC 8785 text of ``value``.

    Raises:
        CanonicalFormError: a float, bool, huge integer, non-ASCII key, or text that is no Unicode.
    """
    _check(value)
    return _encode(value).decode()


def _check(value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Refuse types, keys and integers without canonical form; ``_encode`` sees to the texts."""
    kind = type(value)
    if kind is dict:
        for key in value:
            if type(key) is not str or not key.isascii():
                raise CanonicalFormError(key)
        value = value.values()
    elif kind is not list:
        value = (value,)
    for item in value:
        kind = type(item)
        if kind is int:
            if not -INTEGER_LIMIT < item < INTEGER_LIMIT:
                raise CanonicalFormError(item)
        elif kind is dict or kind is list:
            _check(item)
        elif kind is not str and item is not None:
            raise CanonicalFormError(item)


def _encode(value: Any) -> bytes:  # noqa: ANN401 - any JSON value, checked before
    try:
        return orjson.dumps(value, option=_AS_THEY_ARE)
    except orjson.JSONEncodeError as error:  # half of a surrogate pair, or nested without end
        raise CanonicalFormError(value) from error


def utc_text(at: datetime) -> str:
    """Write an aware instant as UTC with microseconds: ``2026-11-23T07:30:00.000000Z``.

    Raises:
        CanonicalFormError: a naive time, or one of another zone (convert first).
    """
    offset = at.utcoffset()
    if offset is None or offset:
        raise CanonicalFormError(at)
    return at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def digest(body: str) -> bytes:
    """Give the SHA-256 of a body's canonical bytes (UTF-8)."""
    return sha256(body.encode()).digest()


def seal(entry: Entry, book: str, head: Head) -> Record:
    """Place ``entry`` behind ``head`` in ``book``: the record with its body and hash.

    Raises:
        CanonicalFormError: the entry's document holds a value with no canonical form.
    """
    fund = {str(move): fen for move, fen in entry.fund.items()}
    # All else is texts and integers of our own making, within their bounds.
    _check(entry.doc)
    _check(fund)
    content = {
        "at": utc_text(entry.at),
        "book": book,
        "by": entry.by,
        "day": entry.day.isoformat(),
        "doc": entry.doc,
        "fund": fund,
        "kind": entry.kind,
        "postings": [
            {"account": p.account, "amount_fen": fen, "side": str(p.side)}
            for p, fen in zip(entry.postings, entry.amounts_fen, strict=True)
        ],
        "prev": head.hash.hex(),
        "ref": str(entry.ref),
        "seq": head.seq + 1,
        "shift": entry.shift,
        "v": VERSION,
    }
    body = _encode(content)
    return Record(book, head.seq + 1, content, body.decode(), head.hash, sha256(body).digest())
