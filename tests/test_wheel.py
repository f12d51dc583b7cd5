"""The product as it is installed: one wheel with all its data, on the runtime lock alone."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import kiosk

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("kiosk", "ledger", "receipts", "config")
IMPORT_EVERYTHING = """
from importlib import import_module
from pkgutil import walk_packages

for room in {rooms}:
    for module in walk_packages(import_module(room).__path__, room + "."):
        if not {{"migrations", "__main__"}} & set(module.name.split(".")):
            import_module(module.name)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the backend of the locked set and so without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def locked(lock: str) -> list[str]:
    """The names that a lock asks for on this machine."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line.rstrip(" \\")) for line in lines if line[:1].isalnum()]
    return [pin.name for pin in pins if pin.marker is None or pin.marker.evaluate()]


def lend(site: Path, names: list[str]) -> None:
    """Link the installed files of these distributions, and of no others, into ``site``."""
    here = Path(sysconfig.get_path("purelib"))
    for name in names:
        tops = {file.parts[0] for file in distribution(name).files or []}
        for top in tops - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(here / top)


def test_the_wheel_holds_every_file_of_the_rooms_and_no_others(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = {path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()}
    assert shipped == {
        path.relative_to(ROOT).as_posix() for path in files if path.parent.name != "__pycache__"
    }
    assert {".py", ".toml", ".po", ".mo", ".tcss"} <= {Path(name).suffix for name in shipped}


def test_the_wheel_runs_on_the_runtime_lock_alone(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home)
    python = home / "bin" / "python"
    (site,) = (home / "lib").glob("python*/site-packages")
    lend(site, locked("requirements.lock"))
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*install, "--no-index", "--no-deps", str(wheel)], check=True)

    said = subprocess.check_output([home / "bin" / "kiosk", "--version"], cwd=tmp_path, text=True)
    assert said.split()[-1] == kiosk.__version__

    program = IMPORT_EVERYTHING.format(rooms=ROOMS)
    subprocess.run([python, "-c", program], cwd=tmp_path, check=True)
