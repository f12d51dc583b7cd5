"""What is typed before it means something: an amount, a quantity and an item, or a search."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.geometry import Size
from textual.reactive import Reactive, reactive
from textual.widgets import Input

from config.errors import shown
from config.text import ascii_digits
from kiosk.devices.scanner import masked
from kiosk.errors import TillError

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.events import Key, Paste

LONGEST: Final = 64
"""Characters the entry takes: more than any name, barcode or amount."""

BARCODE_DIGITS: Final = 8
"""So many digits, or more, are a barcode."""

_QUANTITY: Final = re.compile(r"([^*]*)\*(.*)", re.DOTALL)
_COUNT: Final = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,3}))?")
_AMOUNT: Final = re.compile(r"([0-9]{0,6})(?:\.([0-9]{1,2}))?")
_CODE: Final = re.compile(r"[0-9.]*[%％]?")
_POINT: Final = re.compile(r"(?<=[0-9])[。．](?=[0-9]|$)")
_TIMES: Final = str.maketrans("×✕", "**")


class NotAQuantityError(TillError):
    """What stands before the ``*`` is no quantity; a barcode for one."""

    def __init__(self, text: str) -> None:
        self.text = text = masked(text)
        super().__init__(
            f"数量 {shown(text)} 不行：* 前面最多四位整数、三位小数，如 3* 或 0.5*。",
            f"{shown(text)} is no quantity: before the * at most four whole digits and three "
            "decimals, like 3* or 0.5*.",
        )


class NotAnAmountError(TillError):
    """What was typed before a tender's key is no amount of money; a barcode for one."""

    def __init__(self, text: str) -> None:
        self.text = text = masked(text)
        super().__init__(
            f"金额 {shown(text)} 不行：最多六位整数、两位小数，如 20 或 12.50。",
            f"{shown(text)} is no amount: at most six whole digits and two decimals, like 20 or "
            "12.50.",
        )


@dataclass(frozen=True, slots=True)
class Entered:
    """The entry, read: how many thousandths (None: nothing said), and of what (may be empty)."""

    qty_milli: int | None
    text: str
    forced: bool = False

    @property
    def searching(self) -> bool:
        """Whether the text is a search rather than figures."""
        return bool(self.text) and (self.forced or not _CODE.fullmatch(self.text))


def normal(text: str) -> str:
    """Return ``text`` as a keyboard without an input method would have sent it."""
    return _POINT.sub(".", ascii_digits(text).translate(_TIMES)).strip()


def read(text: str) -> Entered:
    """Read what was typed as a quantity and an item.

    Raises:
        NotAQuantityError: what stands before the ``*`` is no quantity.
    """
    text = normal(text)
    if text.startswith("/"):
        return Entered(None, text[1:].strip(), forced=True)
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return Entered(None, text)
    count = _COUNT.fullmatch(found[1].strip())
    if count is None:
        raise NotAQuantityError(found[1])
    milli = int(count[1]) * 1000 + int((count[2] or "").ljust(3, "0"))
    what = found[2].strip()
    return Entered(milli, what.removeprefix("/").strip(), forced=what.startswith("/"))


def amount_fen(text: str) -> int | None:
    """Read what was typed as money received, in fen; None where nothing was typed.

    Raises:
        NotAnAmountError: it is no amount.
    """
    text = normal(text)
    if not text:
        return None
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise NotAnAmountError(text)
    return int(found[1] or 0) * 100 + int((found[2] or "").ljust(2, "0"))


def discount_of(text: str) -> tuple[int | None, int | None]:
    """Read ``10%`` as hundredths of a per cent, or ``2.50`` as fen; the other one is None.

    Raises:
        NotAnAmountError: it is neither.
    """
    text = normal(text).replace("％", "%")
    value = amount_fen(text.removesuffix("%"))
    if value is None:
        raise NotAnAmountError(text)
    return (value, None) if text.endswith("%") else (None, value)


def is_amount(text: str) -> bool:
    """Whether ``text`` is an amount of money, so that a tile's key may follow it."""
    text = normal(text)
    return bool(text) and _AMOUNT.fullmatch(text) is not None


def ready_for_item(text: str) -> bool:
    """Whether the next capital letter rings a tile: nothing typed yet, or only a quantity."""
    text = normal(text)
    return not text or text.endswith("*")


class Entry(Input):
    """The one place for typing: always focused, so input methods and scanners find it.

    Every key is offered to the screen here, in the order in which it was pressed: a binding would
    be looked up a message later, when the next key may be text already. ``command`` is asked for
    a key by name, ``strike`` for a printable one while an item may begin; both say whether they
    took it. While nothing is typed, the keys that edit text are the screen's.
    """

    # The widget's own are laid out anew at each character: half of what a key costs, and this one
    # never changes its size.
    value = reactive("", layout=False, init=False)
    virtual_size = Reactive(Size(0, 0), layout=False)

    _EDITING: Final = frozenset({"left", "right", "backspace", "delete"})

    def __init__(
        self,
        *,
        strike: Callable[[str], bool],
        command: Callable[[str], bool],
        placeholder: str,
        id: str,  # noqa: A002 - Textual's own word
    ) -> None:
        super().__init__(
            placeholder=placeholder,
            id=id,
            compact=True,
            max_length=LONGEST,
            select_on_focus=False,
        )
        self._strike = strike
        self._command = command
        self.cursor_blink = False
        self.pressed_at = 0.0
        """When the last key was read, in seconds of a clock that does not go back."""

    def on_key(self, event: Key) -> None:
        """Offer a key to the screen before it becomes text."""
        self.pressed_at = event.time
        if event.character is not None and event.is_printable:
            character = ascii_digits(event.character)
            begins = ready_for_item(self.value) or (character.isupper() and is_amount(self.value))
            taken = begins and self._strike(character)
        else:
            editing = self.value and event.key in self._EDITING
            taken = not editing and self._command(event.key)
        if taken:
            event.stop()
            event.prevent_default()

    def on_blur(self) -> None:
        """Take the focus back from whatever was touched; another entry may keep it."""
        if self.screen.is_current and self.screen.focused is None:
            self.focus()

    def _on_paste(self, event: Paste) -> None:
        if event.text.strip():  # the widget takes the first line of nothing for granted
            super()._on_paste(event)
        event.prevent_default()
        event.stop()
