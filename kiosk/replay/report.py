"""What came of a replay: the totals, and the file that lists every rejected row."""

from __future__ import annotations

import csv
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kiosk.replay.errors import ReplayError
from ledger.money import to_fen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from config.errors import Phrase
    from kiosk.replay.rows import Key
    from kiosk.till.till import Done

_FORMULA: Final = tuple("=+-@\t\r＝＋－＠")
_COLUMNS: Final = ("line", "ticket", "reason_zh", "reason_en")
_ENCODING: Final = "utf-8-sig"  # the mark lets a spreadsheet read the Chinese
_FIRST_LINE: Final = f"{','.join(_COLUMNS)}\r\n".encode(_ENCODING)
_FOLDER: Final = "reports"


@dataclass(slots=True)
class Totals:
    """Tickets newly recorded in this run, in all or in one book.

    ``accepted`` counts sales and refunds (stand-alone returns among them), ``gross_fen`` sums
    the sales alone.
    """

    accepted: int = 0
    zero_total: int = 0
    gross_fen: int = 0
    set_aside_fen: int = 0
    refunds: int = 0
    refund_fen: int = 0

    def add(self, done: Done, *, back: bool) -> None:
        """Count a ticket that was recorded just now."""
        total_fen = to_fen(done.total)
        self.accepted += 1
        if back:
            self.refunds += 1
            self.refund_fen += total_fen
            return
        self.zero_total += total_fen == 0
        self.gross_fen += total_fen
        self.set_aside_fen += to_fen(done.set_aside)


@dataclass(slots=True)
class Outcome:
    """What one run did. ``stopped`` says that it was asked to end before the end of the file."""

    totals: Totals = field(default_factory=Totals)
    books: dict[str, Totals] = field(default_factory=dict)
    rows: int = 0
    ignored: int = 0
    already_there: int = 0
    rejected: int = 0
    conflicts: int = 0
    stopped: bool = False
    last_line: int = 0

    def add(self, done: Done, *, back: bool) -> None:
        """Count a ticket that the till has answered for."""
        if not done.new:
            self.already_there += 1
            return
        self.totals.add(done, back=back)
        self.books.setdefault(done.record.book, Totals()).add(done, back=back)

    def as_json(self, report: Path) -> dict[str, Any]:
        """Give the totals as ``--json`` prints them."""
        return {
            **asdict(self.totals),
            "already_there": self.already_there,
            "rejected": self.rejected,
            "conflicts": self.conflicts,
            "rows": self.rows,
            "ignored": self.ignored,
            "books": {book: asdict(totals) for book, totals in sorted(self.books.items())},
            "report": str(report),
            "stopped": self.stopped,
        }


class Report:
    """The file of rejected rows; written beside its place, and put there when it is whole.

    Raises:
        ReplayError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._half = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Made anew: what lies there may be a link to somewhere else.
            self._half.unlink(missing_ok=True)
            self._file = self._half.open("x", encoding=_ENCODING, newline="")
        except OSError as error:
            raise self._refused(error) from error
        self._rows = csv.writer(self._file)
        self._write(_COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Put the file in its place, whatever ended the run."""
        try:
            self._file.close()
            self._half.replace(self.path)
        except OSError as refused:
            with suppress(OSError):
                self._half.unlink()
            if error is None:
                raise self._refused(refused) from refused

    def reject(self, line: int, key: Key | None, reason: Phrase) -> None:
        """List one row, or the first row of a ticket, with its reason."""
        self._write((line, _plain(" ".join(key or ())), _plain(reason.zh), _plain(reason.en)))

    def _write(self, row: tuple[object, ...]) -> None:
        try:
            self._rows.writerow(row)
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> ReplayError:
        said = error.strerror or type(error).__name__
        return ReplayError(
            self.path,
            f"写不了拒收清单（{said}）：用 --report 指定可写的文件。",
            f"the list of rejected rows cannot be written ({said}): name a file that can be "
            "with --report.",
        )


def report_path(given: Path | None, file: Path, home: Path, read: Iterable[Path]) -> Path:
    """Give the place of the list of ``file``: ``given``, or its own in the folder of ``home``.

    ``read`` are the files that this run reads.

    Raises:
        ReplayError: a file would be lost there that is no list of rejected rows.
    """
    folder = home / _FOLDER
    if given is None:
        return folder / f"{file.name}.rejected.csv"
    place = given.resolve()
    if place in {each.resolve() for each in read}:
        raise ReplayError(
            given,
            "这是要读的文件，不能写清单：请换一个 --report。",
            "it is read here, and cannot be the list: name another --report.",
        )
    inside = place.is_relative_to(home.resolve())
    if inside and folder.resolve() not in place.parents:
        raise ReplayError(
            given,
            f"在 home 里，清单只能放在 {_FOLDER}：请换一个 --report。",
            f"inside the home the list can only lie in {_FOLDER}: name another --report.",
        )
    if not _replaceable(place):
        raise ReplayError(
            given,
            "那里已有别的文件，清单不会覆盖它：请换一个 --report。",
            "another file is there, and the list will not replace it: name another --report.",
        )
    return given


def _replaceable(place: Path) -> bool:
    """Whether nothing is there, or an empty file, or a list of an earlier run."""
    try:
        if not place.exists():
            return True
        if not place.is_file():
            return False
        with place.open("rb") as file:
            return file.read(len(_FIRST_LINE)) in {b"", _FIRST_LINE}
    except OSError:
        return False


def _plain(text: str) -> str:
    """Give a text as a spreadsheet shows it: no formula, nothing invisible."""
    shown = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
