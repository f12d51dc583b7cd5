"""A list of cards that somebody typed, line by line: what may be issued, and what is wrong.

Nothing here reads a file or asks the books: rows go in, cards to issue and findings come out. No
finding quotes a name, a telephone number or a card's number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from config.errors import Phrase, Refusal, shown
from config.text import ascii_digits
from kiosk.errors import TillError
from kiosk.sale.card_cells import Cell, CellError, day_of, number_of, text_of
from kiosk.sale.cards import Holder, reversed_of
from kiosk.sale.holders import PhoneError, employer_of, holder_name, phone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


class Column(StrEnum):
    """What a column of the list is; the value is its English header."""

    NAME = "name"
    CARD = "card"
    EMPLOYER = "employer"
    PHONE = "phone"
    TYPE = "type"
    EXPIRES = "expires"
    PHOTO = "photo"


HEADERS: Final[dict[Column, tuple[str, ...]]] = {
    Column.NAME: ("姓名", "name", "持卡人", "holder"),
    Column.CARD: ("卡号", "card", "uid", "card number"),
    Column.EMPLOYER: ("单位", "employer", "工作单位", "company"),
    Column.PHONE: ("电话", "phone", "手机", "手机号", "telephone"),
    Column.TYPE: ("类型", "type", "卡类型", "card type"),
    Column.EXPIRES: ("有效期", "expires", "有效期至", "valid until"),
    Column.PHOTO: ("照片", "photo", "picture"),
}
"""The headers that are known, in any letter case; the first two are those that sentences name."""

_NEEDED: Final = (Column.NAME, Column.CARD)
_LONGEST: Final = timedelta(days=36_600)
_Meant = TypeVar("_Meant")


class Row(NamedTuple):
    """One row of a list: the line it begins on, its cells, and what is wrong with it as a whole."""

    line: int
    cells: Sequence[Cell]
    fault: Phrase | None = None


class HeaderError(TillError):
    """The first row of a list does not say what its columns are."""


class Entry(NamedTuple):
    """A card to issue, as line ``line`` asks for it; ``expires`` None for as long as its type."""

    line: int
    holder: Holder
    uid: bytes
    type: str
    expires: date | None


class Finding(NamedTuple):
    """What was noticed on a line; ``bad`` where its card cannot be issued."""

    line: int
    bad: bool
    what: Phrase


@dataclass(frozen=True, slots=True)
class Rules:
    """What the lines of a list are held to.

    Attributes:
        uid_of: gives a card's bytes from what the list says of it; raises a ``Refusal``.
        types: the id of each card type by what the list may call it, in small letters.
        type_id: the type of lines that name none; None where they have to.
        today: the service day on which they are issued.
        known: gives the card's token of a chip that the books know as a good card, else None.
        photo_of: gives a picture by the name that the list says; raises a ``Refusal``.
    """

    uid_of: Callable[[str], bytes]
    types: Mapping[str, str]
    type_id: str | None
    today: date
    known: Callable[[bytes], str | None]
    photo_of: Callable[[str], bytes]


@dataclass(slots=True)
class CardList:
    """A list that was read: the cards that may be issued, and the findings, by line."""

    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lines: int = 0

    @property
    def bad_lines(self) -> set[int]:
        """The lines whose cards cannot be issued."""
        return {each.line for each in self.findings if each.bad}

    @property
    def warnings(self) -> int:
        """How many findings are no more than a hint."""
        return sum(not each.bad for each in self.findings)


def column_of(header: str) -> Column | None:
    """Give what a column with this header is; None for a header that is not known."""
    plain = " ".join(ascii_digits(header).split()).casefold()
    return next((column for column, names in HEADERS.items() if plain in names), None)


def columns_of(header: Sequence[Cell], named: Mapping[Column, str]) -> dict[Column, int]:
    """Find the columns of a list by its header; ``named`` are headers that the operator gave.

    Raises:
        HeaderError: there is no column of names or of cards, a header stands twice, or one that
            the operator named is not there.
    """
    texts = [cell.text.strip() for cell in header]
    meant = [column_of(text) for text in texts]
    for column, wanted in named.items():
        if wanted.strip() not in texts:
            raise _no_such_header(wanted, texts)
        meant = [None if each is column else each for each in meant]
        for place, text in enumerate(texts):
            if text == wanted.strip():
                meant[place] = column
    places: dict[Column, int] = {}
    for place, column_here in enumerate(meant):
        if column_here is None:
            continue
        if column_here in places:
            raise _twice(column_here)
        places[column_here] = place
    if missing := [column for column in _NEEDED if column not in places]:
        raise _missing(missing)
    return places


def _no_such_header(wanted: str, texts: Sequence[str]) -> HeaderError:
    there = ", ".join(filter(None, texts))
    there = f"{there[:200]}…" if len(there) > 200 else there  # noqa: PLR2004 - a sentence
    return HeaderError(
        f"表头里没有 {shown(wanted)}：这份名单的表头是 {there}。",
        f"The header has no {shown(wanted)}: the headers of this list are {there}.",
    )


def _twice(column: Column) -> HeaderError:
    zh, en = HEADERS[column][:2]
    return HeaderError(
        f"表头里有两列都是“{zh}”：请删掉一列，或用 --columns {en}=表头 指定。",
        f'Two columns of the list are "{en}": delete one, or name it with --columns {en}=HEADER.',
    )


def _missing(missing: Sequence[Column]) -> HeaderError:
    zh = "、".join(f"“{HEADERS[column][0]}”" for column in missing)
    en = " and ".join(f'"{HEADERS[column][1]}"' for column in missing)
    known_zh = "、".join(f"{names[0]}（{names[1]}）" for names in HEADERS.values())
    known_en = ", ".join(f"{names[1]} ({names[0]})" for names in HEADERS.values())
    first = missing[0].value
    return HeaderError(
        f"名单缺少{zh}列。第一行应是表头；认得的表头：{known_zh}；"
        f"别的表头用 --columns {first}=表头 指定。",
        f"The list has no column {en}. Its first row has to be the header; known headers are "
        f"{known_en}; name another with --columns {first}=HEADER.",
    )


def read_list(rows: Iterable[Row], places: Mapping[Column, int], rules: Rules) -> CardList:
    """Hold every row to the rules; a row with anything bad is not in ``entries``.

    Of lines with one card none is good: nobody here knows whose it is. The same name and employer
    twice is a hint: two people may share them.
    """
    found = CardList()
    chips: dict[bytes, int] = {}
    people: dict[tuple[str, str], int] = {}
    for row in rows:
        found.lines += 1
        if row.fault is not None:
            found.findings.append(Finding(row.line, bad=True, what=row.fault))
            continue
        reader = _RowReader(row, places, rules)
        entry = reader.entry(chips, people)
        found.findings += reader.findings
        if reader.same_as is not None:
            found.findings.append(Finding(reader.same_as, bad=True, what=_same_card(row.line)))
        if entry is not None:
            found.entries.append(entry)
    found.findings.sort(key=lambda each: each.line)
    bad = found.bad_lines
    found.entries = [each for each in found.entries if each.line not in bad]
    return found


class _RowReader:
    """Reads one row, and notes everything wrong with it at once."""

    def __init__(self, row: Row, places: Mapping[Column, int], rules: Rules) -> None:
        self._row = row
        self._places = places
        self._rules = rules
        self.findings: list[Finding] = []
        self.same_as: int | None = None
        """The first line with the same card."""

    def entry(self, chips: dict[bytes, int], people: dict[tuple[str, str], int]) -> Entry | None:
        name = self._read(Column.NAME, _name)
        uid = self._read(Column.CARD, self._uid)
        employer = self._read(Column.EMPLOYER, _employer)
        phone = self._read(Column.PHONE, self._phone)
        kind = self._read(Column.TYPE, self._type)
        expires = self._read(Column.EXPIRES, self._expires)
        photo = self._read(Column.PHOTO, self._photo)
        if uid is not None:
            line = chips.setdefault(uid, self._row.line)
            if line != self._row.line:
                self.same_as = line
                self._bad(_same_card(line))
        if any(each.bad for each in self.findings) or name is None or uid is None or kind is None:
            return None
        holder = Holder(name, employer or "", phone or "", photo)
        first = people.setdefault((name, holder.employer), self._row.line)
        if first != self._row.line:
            self._hint(
                Phrase(
                    f"姓名和单位和第 {first} 行一样：请确认不是同一个人",
                    f"name and employer are those of line {first}: make sure that it is another",
                )
            )
        return Entry(self._row.line, holder, uid, kind, expires)

    def _bad(self, what: Phrase) -> None:
        self.findings.append(Finding(self._row.line, bad=True, what=what))

    def _hint(self, what: Phrase) -> None:
        self.findings.append(Finding(self._row.line, bad=False, what=what))

    def _read(self, column: Column, meaning: Callable[[Cell], _Meant]) -> _Meant | None:
        place = self._places.get(column)
        here = place is not None and place < len(self._row.cells)
        cell = self._row.cells[place] if here and place is not None else Cell("")
        try:
            return meaning(cell)
        except Refusal as refusal:
            self._bad(Phrase(refusal.zh.rstrip("。"), refusal.en.rstrip(".")))
            return None

    def _uid(self, cell: Cell) -> bytes:
        text = number_of(cell)
        if not text:
            raise CellError("没有卡号。", "there is no card number.")
        uid = self._rules.uid_of(text)
        for each in (uid, reversed_of(uid)):
            card = self._rules.known(each)
            if card is not None and each == uid:
                raise CellError(
                    f"这张卡已登记为 {card}：请先作废那张，或删掉这一行。",
                    f"this card is registered already, as {card}: expire that one first, or "
                    "delete the line.",
                )
            if card is not None:
                raise CellError(
                    f"倒过来读，这张卡已登记为 {card}：名单里的字节顺序反了。",
                    f"read backwards this card is registered already, as {card}: the list has "
                    "the bytes in the other order.",
                )
        return uid

    def _phone(self, cell: Cell) -> str:
        try:
            return phone_of(text_of(cell, phone=True))
        except PhoneError as error:
            raise CellError(
                "电话不对：3 至 24 位数字，可有 +、空格和 -；没有就留空。",
                "the telephone number is none: 3 to 24 digits, with +, blanks and - between; "
                "leave it empty where there is none.",
            ) from error

    def _type(self, cell: Cell) -> str:
        text = text_of(cell)
        found = self._rules.types.get(text.casefold()) if text else self._rules.type_id
        if found is None:
            known = ", ".join(dict.fromkeys(self._rules.types.values()))
            raise CellError(
                f"没有这种卡类型：可用 {known}。" if text else f"没有写卡类型：可用 {known}。",
                f"there is no such card type: use one of {known}."
                if text
                else f"the card type is missing: use one of {known}.",
            )
        return found

    def _expires(self, cell: Cell) -> date | None:
        text = text_of(cell)
        if not text:
            return None
        day = day_of(text)
        if day < self._rules.today:
            raise CellError("有效期已过。", "the day it expires is over already.")
        if day > self._rules.today + _LONGEST:
            raise CellError(
                "有效期超过一百年：请核对年份。",
                "it would expire in more than a hundred years: look at the year.",
            )
        return day

    def _photo(self, cell: Cell) -> bytes | None:
        text = text_of(cell)
        return self._rules.photo_of(text) if text else None


def _same_card(line: int) -> Phrase:
    return Phrase(f"卡号和第 {line} 行一样", f"the card is the same as on line {line}")


def _name(cell: Cell) -> str:
    return holder_name(text_of(cell))


def _employer(cell: Cell) -> str:
    return employer_of(text_of(cell))
