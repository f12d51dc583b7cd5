"""What goes to the customer's screen over the wire: one frame a line of JSON, and where.

A frame is the whole state, so that whoever comes late, or misses some, needs the last one only.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from config.errors import Phrase
from kiosk.sale.standing import Standing
from kiosk.screens.customer_view import IDLE, CustomerItem, CustomerKind, CustomerView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOCKET: Final = "customer.sock"
"""The socket in a home, beside its database: 0600, there while the till runs."""
VERSION: Final = 1
MOST_ITEMS: Final = 30
"""More lines than any screen has room for; of a longer basket the last ones are sent."""
LONGEST: Final = 65_536
"""No frame is as long, in bytes; whatever sends more is no till."""

_AMOUNTS: Final = ("total_fen", "limit_fen", "due_fen", "remaining_fen")


@dataclass(frozen=True, slots=True)
class Frame:
    """All that a customer's screen draws from; it reads nothing else.

    Attributes:
        shop: the shop's name.
        lang: the language of the shop, one of ``LANGUAGES``.
        theme: the setting ``screen.theme``.
        badge: what says that nothing here is real (a demo, a training); None where it is.
        set_aside_fen: what a sale of food or drink puts into the fund, in fen.
        standing: what the fund holds; None until the books were read.
        view: what is going on at the till.
        earlier: how many items of ``view`` were left out before those that it has.
    """

    shop: Phrase
    lang: str
    theme: str
    badge: Phrase | None = None
    set_aside_fen: int = 0
    standing: Standing | None = None
    view: CustomerView = IDLE
    earlier: int = 0


def encode(frame: Frame) -> bytes:
    """Write ``frame`` as one line of JSON, its newline included."""
    view, standing = frame.view, frame.standing
    wire = {
        "v": VERSION,
        "shop": frame.shop,
        "lang": frame.lang,
        "theme": frame.theme,
        "badge": frame.badge,
        "set_aside_fen": frame.set_aside_fen,
        "standing": None
        if standing is None
        else (standing.fund_fen, standing.sales, standing.breakfasts, standing.seq),
        "kind": view.kind.value,
        "items": view.items[-MOST_ITEMS:],
        "earlier": frame.earlier + len(view.items[:-MOST_ITEMS]),
        "fund_fen": view.fund_fen,
        "title": view.title,
        "message": view.message,
    } | {name: getattr(view, name) for name in _AMOUNTS}
    return json.dumps(wire, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Frame:
    """Read what ``encode`` wrote.

    Raises:
        ValueError: it is anything else, a frame of another version included.
    """
    try:
        wire = json.loads(line)
        if _whole(wire["v"]) != VERSION:
            raise ValueError(wire["v"])
        standing = wire["standing"]
        view = CustomerView(
            CustomerKind(wire["kind"]),
            items=tuple(_item(*each) for each in wire["items"]),
            fund_fen=_whole_or_none(wire["fund_fen"]),
            title=_phrase_or_none(wire["title"]),
            message=_phrase_or_none(wire["message"]),
            **{name: _whole(wire[name]) for name in _AMOUNTS},
        )
        return Frame(
            shop=_phrase(wire["shop"]),
            lang=_text(wire["lang"]),
            theme=_text(wire["theme"]),
            badge=_phrase_or_none(wire["badge"]),
            set_aside_fen=_whole(wire["set_aside_fen"]),
            standing=None if standing is None else _standing(*standing),
            view=view,
            earlier=_whole(wire["earlier"]),
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from error


@contextmanager
def short_path(home: Path, name: str = SOCKET) -> Iterator[str]:
    """Give a path to ``name`` in the folder ``home`` that fits a socket's 107 bytes, however deep.

    It is good within the block.

    Raises:
        OSError: there is no such folder, or it may not be used.
    """
    folder = os.open(home, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{name}"
    finally:
        os.close(folder)


def _item(name: Any, qty_milli: Any, fen: Any) -> CustomerItem:  # noqa: ANN401 - from outside
    return CustomerItem(_phrase(name), _whole(qty_milli), _whole(fen))


def _standing(fund_fen: Any, sales: Any, breakfasts: Any, seq: Any) -> Standing:  # noqa: ANN401
    return Standing(_whole(fund_fen), _whole(sales), _whole_or_none(breakfasts), _whole(seq))


def _phrase(value: Any) -> Phrase:  # noqa: ANN401 - from outside
    zh, en = value
    return Phrase(_text(zh), _text(en))


def _phrase_or_none(value: Any) -> Phrase | None:  # noqa: ANN401 - from outside
    return None if value is None else _phrase(value)


def _whole(value: Any) -> int:  # noqa: ANN401 - from outside
    if type(value) is not int:
        raise TypeError(value)
    return value


def _whole_or_none(value: Any) -> int | None:  # noqa: ANN401 - from outside
    return None if value is None else _whole(value)


def _text(value: Any) -> str:  # noqa: ANN401 - from outside
    if not isinstance(value, str):
        raise TypeError(value)
    return value
