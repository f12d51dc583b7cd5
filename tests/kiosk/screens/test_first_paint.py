"""What the screen may not load before it is painted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.screens import app

LATER = {"sqlalchemy", "alembic", "sqlite3", "pypinyin", "pyte", "PIL", "argon2"}
STYLES = Path(app.__file__).with_name("kiosk.tcss")
PROGRAM = """
import json, sys
from pathlib import Path
from kiosk.screens.app import KioskApp
from kiosk.till.home import open_home

class Painted(KioskApp):
    CSS_PATH = str(Path(sys.argv[2]))
    async def _open(self):
        text = "".join(strip.text for strip in self.screen._compositor.render_strips())
        sys.stderr.write(json.dumps([text, sorted({n.partition(".")[0] for n in sys.modules})]))
        self.exit()

Painted(open_home(Path(sys.argv[1])), signed_in=sys.argv[3] or None).run(headless=True)
"""


@pytest.mark.parametrize(("signed_in", "seen"), [("", "Ctrl+Q 退出"), ("s01", "豆浆")])
def test_the_screen_is_painted_before_the_database_is_loaded(
    root: Path, tmp_path: Path, signed_in: str, seen: str
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "home"), str(STYLES), signed_in],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    painted, loaded = json.loads(run.stderr)
    assert seen in painted
    assert "正在打开账簿" in painted
    assert "登录" not in painted  # whether anybody works here stands in the books
    assert set(loaded) & LATER == set()
