"""A pcscd of a test's own, with two virtual readers; the machine's own pcscd is left alone.

pcscd knows one place for its socket. Here it sees a ``/run`` of its own (a mount namespace), so any
number of them run at once, and clients find it by ``PCSCLITE_CSOCK_NAME``, which the library reads
once in a process: ``tests.conftest`` sets it, and a process has one pcscd, however often that is
killed and started.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import IN_CI, PCSCD

if TYPE_CHECKING:
    from collections.abc import Iterator

READERS = ("Virtual PCD 00 00", "Virtual PCD 00 01")
"""What the two virtual readers are called."""

_PATIENCE_MS = 60_000
_DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_IN_OWN_RUN = 'mount --bind "$0" /run && exec pcscd --foreground --error --config "$1"'
_CONFIG = """\
FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:{port:#x}
LIBPATH {driver}
CHANNELID {port:#x}
"""


def _namespace() -> list[str]:
    """The command that gives a program mounts of its own: root may, others as root of theirs."""
    return (
        ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    )


@cache
def missing() -> str | None:
    """What keeps a pcscd from being started here, or None."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    for program in ("pcscd", "unshare", "mount"):
        if shutil.which(program, path=path) is None:
            return f"{program} is not installed (make tools brings it)"
    if not _DRIVER.exists():
        return "vsmartcard-vpcd is not installed (make tools brings it)"
    if subprocess.run([*_namespace(), "true"], capture_output=True, check=False).returncode:
        return "this machine lets nobody have mounts of their own"
    try:
        import smartcard.scard  # noqa: F401, PLC0415 - it comes by make readers alone
    except ImportError:
        return "pyscard is not installed (make readers brings it)"
    return None


def two_free_ports() -> int:
    """A port that is free, as is the one above it."""
    while True:
        with closing(socket.socket()) as first, closing(socket.socket()) as second:
            first.bind(("", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("", port + 1))
            except (OSError, OverflowError):
                continue
            return port


class Pcscd:
    """One pcscd: ``start``, ``kill`` and ``start`` again, on the same ports and socket.

    Attributes:
        port: of the first virtual reader; the second one's is the next.
    """

    def __init__(self, folder: Path) -> None:
        self.port = two_free_ports()
        self._config = folder / "config"
        self._run = folder / "run"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """Where its clients find it."""
        return self._run / "pcscd" / "pcscd.comm"

    @property
    def ports(self) -> tuple[int, int]:
        """The ports of the two virtual readers."""
        return self.port, self.port + 1

    def start(self) -> None:
        """Start it, unless it runs, and wait until it answers."""
        if self._process is not None:
            return
        shutil.rmtree(self._run, ignore_errors=True)
        self._run.mkdir(parents=True)
        self._config.mkdir(exist_ok=True)
        text = _CONFIG.format(port=self.port, driver=_DRIVER)
        (self._config / "vpcd").write_text(text, encoding="ascii")
        command = [*_namespace(), "sh", "-c", _IN_OWN_RUN, str(self._run), str(self._config)]
        path = f"{os.environ.get('PATH', '')}:/usr/sbin"
        self._process = subprocess.Popen(
            command, env={**os.environ, "PATH": path}, stdin=subprocess.DEVNULL
        )
        while not self._answers():
            if self._process.poll() is not None:
                pytest.fail(f"pcscd ended with {self._process.returncode}")
            time.sleep(0.01)  # its socket tells nobody when it is there

    def _answers(self) -> bool:
        with closing(socket.socket(socket.AF_UNIX)) as line:
            return line.connect_ex(str(self.socket)) == 0

    def kill(self) -> None:
        """Kill it outright, as a crash would, and wait until it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def await_card(self, slot: int = 0, *, there: bool) -> None:
        """Wait until it knows that a card lies on the reader ``slot``, or that none does."""
        from smartcard import scard  # noqa: PLC0415 - it comes by make readers alone

        wanted = scard.SCARD_STATE_PRESENT if there else scard.SCARD_STATE_EMPTY
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        state = scard.SCARD_STATE_UNAWARE
        while not state & wanted:
            result, [(_, state, _)] = scard.SCardGetStatusChange(
                context, _PATIENCE_MS, [(READERS[slot], state & ~scard.SCARD_STATE_CHANGED)]
            )
            assert result == scard.SCARD_S_SUCCESS
        scard.SCardReleaseContext(context)


@pytest.fixture(scope="session")
def pcscd_of_the_session() -> Iterator[Pcscd]:
    """The pcscd that every test of this process shares; ask for ``pcscd``."""
    reason = missing()
    if reason is not None:
        if IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)
    daemon = _of_this_process()
    yield daemon
    daemon.kill()
    shutil.rmtree(PCSCD, ignore_errors=True)


@cache
def _of_this_process() -> Pcscd:
    """The one pcscd, whichever conftest brought the fixture in."""
    return Pcscd(PCSCD)


@pytest.fixture
def pcscd(pcscd_of_the_session: Pcscd) -> Pcscd:
    """A running pcscd; the socket is the session's, so a test may kill it."""
    pcscd_of_the_session.start()
    return pcscd_of_the_session
