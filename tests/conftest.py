"""What every test may ask for: the shared folder, and how hard hypothesis tries."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI", "").lower() == "true"

PCSCD = Path(tempfile.gettempdir()) / f"pcscd-{secrets.token_hex(8)}"
"""Where this process's own pcscd keeps its things (tests.pcscd); a socket's path must be short."""

# Its library reads this once in a process. Set before anything can, it keeps every test away from
# the readers of the machine that it runs on.
os.environ["PCSCLITE_CSOCK_NAME"] = str(PCSCD / "run" / "pcscd" / "pcscd.comm")

# No deadline: the machines are shared, and a slow example is not a wrong one. Fresh examples in CI
# too, where hypothesis would otherwise repeat the same ones for ever.
settings.register_profile(
    "local",
    deadline=None,
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("local"), max_examples=200)
settings.load_profile("ci" if IN_CI else "local")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real sales that lies beside the checkout: $KIOSK_SHARED, else ../shared.

    Nothing in it may be copied into the project, so a checkout alone does not have it: tests
    that need it are skipped there. Where every check must run (CI=true) they fail instead.
    """
    folder = Path(os.environ.get("KIOSK_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        reason = "the folder of real sales is not beside this checkout; KIOSK_SHARED may name it"
        if IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT
