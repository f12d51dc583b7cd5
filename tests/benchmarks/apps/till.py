"""The till on the home that is named, with the manager at it: no PIN between two measurements."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.screens.app import KioskApp
from kiosk.till.home import open_home, writing

if __name__ == "__main__":
    home = open_home(Path(sys.argv[1]))
    with writing(home.path):
        app = KioskApp(home, signed_in="s01")
        app.run()
        app.desk.close()
