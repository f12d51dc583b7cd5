"""``kiosk --display`` beside the real till, each in a terminal of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kiosk.screens.customer_frame import SOCKET
from tests.benchmarks.ready import TILL, ready_home
from tests.tmux import Tmux

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

KIOSK = (sys.executable, "-m", "kiosk.cli")


def till(home: Path, folder: Path) -> Tmux:
    paths = {"PYTHONPATH": os.pathsep.join(sys.path)}
    return Tmux([sys.executable, str(TILL), str(home)], folder, environment=paths)


def test_a_display_follows_the_till_through_a_power_cut(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Tmux([*KIOSK, "--display", "--home", str(home)], tmp_path) as display:
        display.wait("收 银 台 未 开", "The till is closed")
        assert not home.exists()
        ready_home(home)
        with till(home, tmp_path) as first:
            first.wait("豆浆")
            display.wait("爱心基金余额", "来自 0 笔", gone="未 开")
            first.write("AA")
            display.wait("豆浆", "× 2", "4.00")
            first.press("F9")
            display.wait("谢 谢 惠 顾", "您已付")
            first.kill()
            display.wait("未 开", gone="谢 谢")
        assert (home / SOCKET).is_socket()
        with till(home, tmp_path) as again:
            again.wait("豆浆")
            display.wait("爱心基金余额", "来自 1 笔", gone="未 开")
            again.press("C-q")
            again.wait("[exit 0]")
        display.wait("未 开")
        assert not (home / SOCKET).exists()
        display.resize(120, 40)
        display.wait("未 开")
        display.press("C-q")
        display.wait("[exit 0]")


def test_without_a_terminal_it_is_refused_in_both_languages(tmp_path: Path) -> None:
    run = subprocess.run(
        [*KIOSK, "--display", "--home", str(tmp_path / "home")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "没有终端" in run.stderr
    assert "There is no terminal" in run.stderr
    assert run.stdout == ""
    assert not (tmp_path / "home").exists()
