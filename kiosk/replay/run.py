"""One run over a file: every ticket is rung, counted, announced, or listed with its reason."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from config.errors import Phrase
from kiosk.replay.errors import OriginalMissingError, RowError
from kiosk.replay.tickets import BadTicket
from ledger.errors import RefConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import FrameType

    from kiosk.replay.report import Outcome, Report
    from kiosk.replay.ring import Ringer
    from kiosk.replay.tickets import Ticket
    from kiosk.till.till import Done

_SHOWN_EVERY: Final = 50
_TWICE: Final = Phrase(
    "单号在文件里出现两次：请在 ticket.key 里加上日期等列，用新的 home 重记",
    "the ticket's key stands twice in the file; add a column such as the date to ticket.key, and "
    "ring the file into a fresh home",
)


class Stop:
    """Whether the run was asked to end, and by which signal (0 for none)."""

    signal = 0


@contextmanager
def stopping() -> Iterator[Stop]:
    """Let Ctrl-C and SIGTERM end the run between two tickets, never within one."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def asked(number: int, _frame: FrameType | None) -> None:
        stop.signal = number

    before = {each: signal.signal(each, asked) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class Run:
    """Rings tickets until they, or the operator's patience, are at an end.

    ``announce`` hears of each ticket that was recorded, once it is durable; ``show`` is called
    now and then for the progress bar.
    """

    def __init__(
        self,
        ringer: Ringer,
        report: Report,
        outcome: Outcome,
        *,
        announce: Callable[[Done], None],
        show: Callable[[], None],
    ) -> None:
        self._ringer = ringer
        self._report = report
        self._outcome = outcome
        self._announce = announce
        self._show = show

    def ring(self, tickets: Iterable[Ticket | BadTicket], stop: Stop) -> None:
        """Ring all tickets; a refund whose original stands further down waits for the end.

        A key that stands twice would be the same sale twice, or hide another one. The refs that
        tell are all that is kept of a ticket, about 100 bytes each.
        """
        waiting: list[Ticket] = []
        met: set[bytes] = set()
        for number, ticket in enumerate(tickets):
            if stop.signal:
                self._outcome.stopped = True
                return
            if isinstance(ticket, BadTicket):
                self._reject(ticket)
                continue
            ref = ticket.basket.ref.bytes
            if ref in met:
                self._refuse(ticket, _TWICE)
                continue
            met.add(ref)
            try:
                self._one(ticket)
            except OriginalMissingError:
                waiting.append(ticket)
            if number % _SHOWN_EVERY == 0:
                self._show()
        for ticket in waiting:
            if stop.signal:
                self._outcome.stopped = True
                return
            try:
                self._one(ticket)
            except OriginalMissingError as error:
                self._refuse(ticket, error.reason)

    def _one(self, ticket: Ticket) -> None:
        try:
            done = self._ringer.ring(ticket)
        except OriginalMissingError:
            raise
        except RowError as error:
            self._refuse(ticket, error.reason)
        except RefConflictError as error:
            self._outcome.conflicts += 1
            self._report.reject(ticket.line, ticket.key, Phrase(error.zh, error.en))
        else:
            self._outcome.add(done, back=ticket.back)
            if done.new:
                self._announce(done)
        self._outcome.last_line = ticket.line

    def _refuse(self, ticket: Ticket, reason: Phrase) -> None:
        self._outcome.rejected += 1
        self._report.reject(ticket.line, ticket.key, reason)

    def _reject(self, ticket: BadTicket) -> None:
        self._outcome.rejected += 1
        for row in ticket.rows:
            self._report.reject(row.line, ticket.key, row.reason)
            self._outcome.last_line = row.line
