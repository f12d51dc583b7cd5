"""Whatever is written in the operator's files, it is read or refused in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.catalogue import CATALOGUE, load_catalogue
from config.errors import ConfigError
from config.settings import DEFAULTS, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VALUES = (
    *("2027-01-01", "2027-01-01T00:00:00", "06:30:00", '"06:30"', '"pcsc"', '"wedge"', '"A="'),
    *("5", "-1", "1.5", "nan", "true", '"x"', '""', '"f1"', "1979-05-27", "[]", "[1]", '["a"]'),
    *("{}", "{ a = 1 }", "{ a = { b = 2 } }", "[[]]", "[{}]", "[{ id = 5 }]", '["F001*2", "F001"]'),
)
EXAMPLE = DEFAULTS.with_name("kiosk.example.toml")
LINES = {path: path.read_text("utf-8").splitlines() for path in (DEFAULTS, CATALOGUE, EXAMPLE)}
# The example with everything switched on has the tables that the defaults leave empty: readers
# and dated rules.
LINES[EXAMPLE] = [re.sub(r"^# +(?=\[|[a-z_.]+ = )", "", line) for line in LINES[EXAMPLE]]


@pytest.mark.parametrize(
    ("shipped", "load"),
    [(DEFAULTS, load_settings), (CATALOGUE, load_catalogue), (EXAMPLE, load_settings)],
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_file_with_some_lines_changed_is_read_or_refused(
    tmp_path: Path, shipped: Path, load: Callable[[Path], object], data: st.DataObject
) -> None:
    lines = list(LINES[shipped])
    places = st.lists(st.integers(0, len(lines) - 1), min_size=1, max_size=3)
    for place in data.draw(places):
        line = lines[place]
        key, stated, value = line.partition(" = ")
        changes = ["", line.replace("e", "x", 1), line.replace("[[", "[").replace("]]", "]")]
        changes += [f"{key} = {each}" for each in VALUES] if stated and value else []
        lines[place] = data.draw(st.sampled_from(changes))
    file = tmp_path / "changed.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    refused = None
    try:
        load(file)
    except ConfigError as error:
        refused = error
    assert refused is None or (refused.path, bool(refused.zh)) == (file, True)
