"""The order of the house: sizes, names, locks and papers, checked over every file of it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import kiosk

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("kiosk", "ledger", "receipts", "config")
FILE_LINES = 400
FUNCTION_LINES = 70

# Functions that may be longer, as "path:name", each with the reason beside it.
LONGER: frozenset[str] = frozenset()

# Written so that no pattern finds itself here.
NEVER = {
    "a path of one machine": r"(?<![\w.])/(?:wor[k]|roo[t]|far[m]|hom[e]/\w+)/",
    "a package index": r"--(?:extra-)?index-ur[l]|--find-link[s]|pyp[i]\.org|pythonhoste[d]",
    "a number of the tracker": r"(?i)\bissues? [#]?\d+\b",
    "how it was written": r"(?i:\bclaud[e]\b|\banthropi[c]\b|\bcopilo[t]\b)|\bA[I]\b|\bLL[M]\b",
}
VAGUE = re.compile(r"(?:Manager|Helper|Helpers|Util|Utils)$")


def house_files() -> list[Path]:
    """Every file that is, or could be, committed."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = [ROOT / name for name in listing.split("\0") if name]
    return [path for path in paths if path.is_file()]


FILES = house_files()
SOURCES = [path for path in FILES if path.suffix == ".py"]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_there_are_files_to_check() -> None:
    assert {place(path).partition("/")[0] for path in SOURCES} >= {*ROOMS, "tests"}


def test_no_file_is_too_long_to_see_at_a_glance() -> None:
    lines = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: count for name, count in lines.items() if count > FILE_LINES} == {}


def test_no_function_is_too_long_to_hold_in_the_head() -> None:
    lengths = {
        f"{place(path)}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name for name, lines in lengths.items() if lines > FUNCTION_LINES} == LONGER


@pytest.mark.parametrize("what", NEVER)
def test_no_file_names(what: str) -> None:
    found = []
    for path in FILES:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a compiled catalogue
        found += [f"{place(path)}: {hit.group()}" for hit in re.finditer(NEVER[what], text)]
    assert found == []


def test_no_class_or_module_has_a_vague_name() -> None:
    named = {place(path): path.stem.title() for path in SOURCES}
    for path in SOURCES:
        classes = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
        named |= {f"{place(path)}:{node.name}": node.name for node in classes}
    assert {where for where, name in named.items() if VAGUE.search(name)} == set()


def pins(lock: str) -> dict[str, Requirement]:
    """What a lock pins, by canonical name."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    asked = [Requirement(line.rstrip(" \\")) for line in text.splitlines() if line[:1].isalnum()]
    return {canonicalize_name(pin.name): pin for pin in asked}


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "requirements-pcsc.lock"]
)
def test_a_lock_holds_versions_and_hashes_and_nothing_else(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    kinds = (
        r"[a-z0-9][a-z0-9._-]*==[\w.]+(?: ; [^\\]+)? \\",
        r"    --hash=sha256:[0-9a-f]{64}(?: \\)?",
        r"    #.*",
    )
    assert [line for line in text.splitlines() if not re.fullmatch("|".join(kinds), line)] == []
    bare = re.findall(r"^[a-z0-9].*\n(?!    --hash=)", text, flags=re.MULTILINE)
    assert bare == []


@pytest.mark.parametrize(
    ("lock", "group"), [("requirements.lock", "build"), ("requirements-dev.lock", "dev")]
)
def test_a_lock_holds_what_the_project_asks_for(lock: str, group: str) -> None:
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    asked += [item for item in PROJECT["dependency-groups"][group] if isinstance(item, str)]
    locked = pins(lock)
    for requirement in map(Requirement, asked):
        (pinned,) = locked[canonicalize_name(requirement.name)].specifier
        assert requirement.specifier.contains(pinned.version), requirement


def test_the_lock_of_the_readers_holds_what_they_ask_for() -> None:
    locked = pins("requirements-pcsc.lock")
    for requirement in map(Requirement, PROJECT["dependency-groups"]["pcsc"]):
        (pinned,) = locked[canonicalize_name(requirement.name)].specifier
        assert requirement.specifier.contains(pinned.version), requirement


def test_the_checks_run_on_the_very_versions_that_the_till_runs_on() -> None:
    runtime = {name: str(pin) for name, pin in pins("requirements.lock").items()}
    development = {name: str(pin) for name, pin in pins("requirements-dev.lock").items()}
    assert runtime.items() <= development.items()


def test_the_rooms_import_only_what_the_project_declares() -> None:
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["pcsc"]]
    declared = {canonicalize_name(Requirement(line).name) for line in asked}
    providers = {"smartcard": ["pyscard"], **packages_distributions()}  # it may not be installed
    undeclared = set()
    for path in SOURCES:
        if place(path).partition("/")[0] not in ROOMS:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            tops = {name.partition(".")[0] for name in names} - {*ROOMS} - sys.stdlib_module_names
            undeclared |= {
                f"{place(path)}: {top}"
                for top in tops
                if not declared & {canonicalize_name(name) for name in providers.get(top, [])}
            }
    assert undeclared == set()


def test_every_module_that_an_import_contract_names_exists() -> None:
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in SOURCES}
    modules |= {name.removesuffix(".__init__") for name in modules}
    named = set()
    for contract in PROJECT["tool"]["importlinter"]["contracts"]:
        named |= {*contract.get("source_modules", [])}
        named |= {name for name in contract.get("forbidden_modules", []) if "*" in name}
    missing = {
        name
        for name in named
        if not any(fnmatchcase(module, name.replace("**", "*")) for module in modules)
    }
    assert missing == set()


def test_the_changelog_tells_of_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d[^\]]*)\]", text, flags=re.MULTILINE)
    assert released[0] == kiosk.__version__


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_make_command_of_the_readme_exists() -> None:
    asked = set(re.findall(r"(?m)(?:^|`)make ([a-z]+)", README))
    targets = re.findall(
        r"^([a-z]+):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {"run", "test"} <= asked <= set(targets)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`kiosk((?: [a-z]+)*)[^`]*`", README))))
def test_every_kiosk_command_of_the_readme_exists(command: str) -> None:
    words = command.split()
    program = "from kiosk.cli import main; raise SystemExit(main())"
    run = subprocess.run(
        [sys.executable, "-c", program, *words, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "--help" in run.stdout
    assert set(words[-1:]) <= set(re.findall(r"\w+", run.stdout))
