"""The ticket on the screen, kept in a file beside the books until it is sold, parked or emptied.

It is no record: whoever pulls the plug in the middle of a ticket finds it among the parked ones at
the next start. It is written after each change on a thread of its own, so that no key waits for
the disk; of several changes during one write, only the last is written.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Condition, Thread
from typing import TYPE_CHECKING, Final

from config.errors import Phrase, Refusal
from kiosk.sale.tenders import Offer
from kiosk.till import docs
from ledger.chain import canonical, digest, utc_text
from ledger.money import from_fen, to_fen

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from kiosk.sale.basket import Basket
    from kiosk.till.parking import Parking

DRAFT_FILE: Final = "draft.json"

_VERSION: Final = 1
_LARGEST: Final = 4_000_000
"""More bytes than a ticket of 500 long lines takes."""
_NONSENSE: Final = (Refusal, ValueError, TypeError, KeyError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Draft:
    """A ticket that is being rung up.

    Attributes:
        book: the till's book; a draft of another one is none of ours.
        by: the staff id of the cashier.
        at: when it changed last, UTC.
        basket: what is on the ticket.
        offers: part payments that were taken already.
    """

    book: str
    by: str
    at: datetime
    basket: Basket
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a start found: the ``basket`` that now waits among the parked ones, by its ref.

    ``said`` is what people must be told, without a full stop: of a file that could not be used.
    """

    basket: UUID | None = None
    said: Phrase | None = None


def encode(draft: Draft) -> bytes:
    """Write ``draft`` as JSON, its basket in the form of a parked one (ADR 1), with its SHA-256."""
    text = canonical(
        {
            "at": utc_text(draft.at.astimezone(UTC)),
            "basket": docs.parked(draft.basket),
            "book": draft.book,
            "by": draft.by,
            "offers": [{"fen": to_fen(o.amount), "tender": o.tender} for o in draft.offers],
            "v": _VERSION,
        }
    )
    return f'{{"draft":{text},"sha256":"{digest(text).hex()}"}}\n'.encode()


def decode(text: bytes) -> Draft:
    """Read what ``encode`` wrote.

    Raises:
        ValueError: it is anything else, one letter of it changed included.
    """
    try:
        whole = json.loads(text)
        value = whole["draft"]
        if digest(canonical(value)).hex() != whole["sha256"] or value["v"] != _VERSION:
            raise ValueError(_VERSION)
        return Draft(
            value["book"],
            value["by"],
            datetime.fromisoformat(value["at"]).astimezone(UTC),
            docs.basket(value["basket"]),
            tuple(Offer(each["tender"], from_fen(each["fen"])) for each in value["offers"]),
        )
    except _NONSENSE as error:
        raise ValueError(str(error)) from error


class DraftFile:
    """The open draft of one till; ``keep`` it after each change.

    The thread starts with the first change, and dies with the program: what it had not written
    yet is lost like a key that was never pressed.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / DRAFT_FILE
        self._wake = Condition()
        self._next: list[Draft | None] = []
        self._busy = self._closed = False
        self._thread: Thread | None = None
        self.failed: str | None = None
        """What the disk said to the last write; None where that went well."""

    def keep(self, draft: Draft | None) -> None:
        """Have ``draft`` on the disk soon, in place of the last one; None has no ticket left.

        Never waits, never fails: a ticket is sold with or without its draft.
        """
        with self._wake:
            if self._closed:
                return
            self._next = [draft]
            if self._thread is None:
                self._thread = Thread(target=self._run, name="draft", daemon=True)
                self._thread.start()
            self._wake.notify_all()

    def flush(self) -> None:
        """Wait until what was kept last is on the disk, or was refused by it."""
        with self._wake:
            self._wake.wait_for(lambda: not self._next and not self._busy)

    def close(self) -> None:
        """Write what was kept last, then end the thread."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._next or self._closed)
                if not self._next:
                    return
                (draft,), self._next, self._busy = self._next, [], True
            try:
                self._write(draft)
                self.failed = None
            except (OSError, Refusal, ValueError) as error:
                self.failed = getattr(error, "strerror", None) or str(error)
            finally:
                with self._wake:
                    self._busy = False
                    self._wake.notify_all()

    def _write(self, draft: Draft | None) -> None:
        if draft is None:
            self._path.unlink(missing_ok=True)
            return
        text = memoryview(encode(draft))
        half = self._path.with_name(f".{DRAFT_FILE}.new")
        half.unlink(missing_ok=True)
        file = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            while text:
                text = text[os.write(file, text) :]
            # Before the rename, lest a power cut leave the new name on a file without content.
            # The folder is not synced: at worst the last change but one comes back.
            os.fdatasync(file)
        finally:
            os.close(file)
        half.replace(self._path)


def recover(till: Parking, home: Path, *, at: datetime) -> Recovered:
    """Park the ticket that a dead program left in ``home``, and remove its draft.

    A file that is broken, or of another book, is renamed and never looked at again.

    Raises:
        Refusal: the books cannot be written.
    """
    path = home / DRAFT_FILE
    try:
        draft = _read(path)
    except FileNotFoundError:
        return Recovered()
    except (OSError, ValueError):
        return Recovered(said=_put_away(path, at, _BROKEN))
    if draft.book != till.book:
        return Recovered(said=_put_away(path, at, _FOREIGN))
    found = till.rescue(draft, at=at)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        return Recovered(found, _stays(path, error))
    return Recovered(found)


def _read(path: Path) -> Draft:
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(file, "rb") as opened:
        text = opened.read(_LARGEST + 1)
    if len(text) > _LARGEST:
        raise ValueError(len(text))
    return decode(text)


_BROKEN: Final = Phrase(
    "上次没结的单子读不出来", "The ticket that was left open last time cannot be read"
)
_FOREIGN: Final = Phrase(
    "上次没结的单子属于另一本账簿", "The ticket that was left open last time is of another book"
)


def _put_away(path: Path, at: datetime, why: Phrase) -> Phrase:
    """Rename a file that is of no use here, and say so."""
    put = path.with_name(f"draft-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.json")
    try:
        path.replace(put)
    except OSError as error:
        said = _stays(path, error)
        return Phrase(f"{why.zh}；{said.zh}", f"{why.en}; {said.en}")
    return Phrase(
        f"{why.zh}，已改名为 {put.name}：请按小票或记忆重新录入",
        f"{why.en} and was renamed to {put.name}: ring it up again from memory",
    )


def _stays(path: Path, error: OSError) -> Phrase:
    said = error.strerror or str(error)
    return Phrase(
        f"文件 {path.name} 删不掉（{said}）：请手工删除",
        f"the file {path.name} cannot be removed ({said}): remove it by hand",
    )
