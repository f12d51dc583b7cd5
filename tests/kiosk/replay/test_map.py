"""The map: strict, and every refusal names file, key, what is wrong and what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.errors import ConfigError
from kiosk.replay.map import read_map

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.replay.conftest import Bench

ROWS = "no,item,paid,when\n1,豆浆,3.00,2026-11-23 07:00\n"


@pytest.mark.parametrize("name", ["cn_vending", "breadbasket", "cn_supermarket"])
def test_the_maps_of_the_project_can_be_read(root: Path, name: str) -> None:
    assert read_map(root / "tests" / "data" / "maps" / f"{name}.toml").data_set == name


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('data_set = "stall"', "", "data_set"),
        ('data_set = "stall"', 'data_set = "a b"', "data_set"),
        ('data_set = "stall"', 'dataset = "stall"', "dataset"),
        ("[ticket]", "[tickets]", "tickets"),
        ('column = "paid"', 'colum = "paid"', "price.colum"),
        ('column = "paid"', "column = 0", "price.column"),
        ('column = "paid"', "column = true", "price.column"),
        ('column = "paid"', "", "price.column"),
        ('column = "paid"', 'column = "paid"\nfixed = "3.00"', "price.fixed"),
        ('rule = "total"', 'rule = "totals"', "price.rule"),
        ('rule = "total"', 'rule = "fixed"', "price.column"),
        ('rule = "total"\ncolumn = "paid"', 'rule = "fixed"', "price.fixed"),
        ('rule = "total"\ncolumn = "paid"', 'rule = "fixed"\nfixed = 3.0', "price.fixed"),
        ('rule = "total"\ncolumn = "paid"', 'rule = "catalogue"', "item.match"),
        ('rule = "total"\ncolumn = "paid"', 'rule = "file"\nfile = "p.csv"', "price.file_item"),
        ('rule = "all"', 'rule = "catalogue"', "item.match"),
        ('rule = "all"', 'rule = "column"', "catering.column"),
        ('rule = "all"', 'rule = "column"\ncolumn = "item"', "catering.values"),
        ('rule = "all"', 'rule = "all"\nvalues = ["x"]', "catering.values"),
        ('key = "no"', 'key = "no"\nlines = "many"\nrepeated = "yes"', "ticket.repeated"),
        ('key = "no"', 'lines = "many"', "ticket.key"),
        ('key = "no"', "key = []", "ticket.key"),
        ('key = "no"', 'key = "no"\nrepeated = "quantity"', "ticket.repeated"),
        ('"%Y-%m-%d %H:%M"', '"%H:%M"', "time.formats"),
        ('"%Y-%m-%d %H:%M"', '"%Y-%m-%d %Q"', "time.formats"),
        ('"%Y-%m-%d %H:%M"', '"%Y-%m-%d %"', "time.formats"),
        ('"%Y-%m-%d %H:%M"', '"%Y-%m-%d %Y"', "time.formats"),
        ('"%Y-%m-%d %H:%M"', '"%m-%d %H:%M"', "time.formats"),
        ('"%Y-%m-%d %H:%M"', "[]", "time.formats"),
        ('"%Y-%m-%d %H:%M"', '"%Y-%m-%d %I:%M"', "time.formats"),
        ("[tender]", 'zone = "Asia/Shanghia"\n[tender]', "time.zone"),
        ("[tender]", 'date_only_at = "24:00"\n[tender]', "time.date_only_at"),
        ('fixed = "wechat"', "", "tender"),
        ('fixed = "wechat"', 'fixed = "wechat"\ncolumn = "item"', "tender.column"),
        ('fixed = "wechat"', 'fixed = "wechta"', "tender.fixed"),
        ('fixed = "wechat"', 'column = "item"\nvalues = { a = "wechta" }', "tender.values"),
        ('fixed = "wechat"', 'column = "item"\nother = "gold"', "tender.other"),
        ('fixed = "STALL"', 'fixed = "ST ALL"', "book.fixed"),
        ('fixed = "STALL"', 'fixed = "STALL"\nprefix = "X-"', "book.prefix"),
        ('fixed = "STALL"', 'column = "item"\nvalues = { a = "/" }', "book.values.a"),
        ('rule = "stand-alone"', 'rule = "refund"', "returns.of"),
        ('rule = "stand-alone"', 'rule = "refund"\nof = ["no", "item"]', "returns.of"),
        ('rule = "stand-alone"', 'rule = "reject"\nof = "no"', "returns.of"),
        ('rule = "stand-alone"', 'rule = "reject"\nmixed = "net"', "returns.mixed"),
        ('rule = "stand-alone"', 'rows = { item = "x" }', "returns.rows"),
        ("[ticket]", '[file]\nencoding = "utf-9"\n[ticket]', "file.encoding"),
        ("[ticket]", '[file]\nencoding = "base64"\n[ticket]', "file.encoding"),
        ("[ticket]", '[file]\ndelimiter = ",,"\n[ticket]', "file.delimiter"),
        ("[ticket]", "[file]\ndelimiter = '\"'\n[ticket]", "file.quote"),
        ("[ticket]", "[file]\nheader = false\n[ticket]", "ticket.key"),
        ("[ticket]", "[file]\nskip_lines = -1\n[ticket]", "file.skip_lines"),
        ("[ticket]", "[numbers]\nexponent = 2.0\n[ticket]", "numbers.exponent"),
        ("[ticket]", '[numbers]\ndecimal = ","\nthousands = ","\n[ticket]', "numbers.thousands"),
        ("[ticket]", '[numbers]\naffixes = ["1"]\n[ticket]', "numbers.affixes"),
        ("[ticket]", '[numbers]\naffixes = ["-"]\n[ticket]', "numbers.affixes"),
        ("[ticket]", '[numbers]\naffixes = ["."]\n[ticket]', "numbers.affixes"),
        ("[ticket]", '[file]\nquote = ""\nmultiline = true\n[ticket]', "file.multiline"),
        ("[ticket]", '[ignore]\nitem = "NONE"\n[ticket]', "ignore"),
    ],
)
def test_a_map_that_will_not_do_names_its_key(
    bench: Bench, one_line: str, old: str, new: str, key: str
) -> None:
    assert old in one_line
    said = bench.refused(ROWS, one_line.replace(old, new, 1))
    zh, en = said[: said.index("\n")], said
    assert f"键 {key}" in said
    assert f"key {key}" in en
    assert "map.toml" in zh
    assert "允许" in zh
    assert "Allowed: " in en
    assert not (bench.home / "kiosk.db").exists()


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path, one_line: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(one_line.replace('"total"', '"x"').replace('"all"', '"y"'), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_map(path)
    assert [fault.key for fault in refused.value.faults] == ["price.rule", "catering.rule"]


@pytest.mark.parametrize("content", [b"", b"\xff", b"x = ", b"[[price]]\nrule = 1"])
def test_what_is_no_map_is_refused(bench: Bench, content: bytes) -> None:
    file, made = bench.write("sales.csv", ROWS), bench.write("map.toml", content)
    assert bench.replay(file, made) == {}
    assert "map.toml" in bench.err


def test_a_map_that_is_not_there_is_refused(bench: Bench) -> None:
    assert bench.replay(bench.write("sales.csv", ROWS), bench.folder / "none.toml") == {}
    assert "none.toml" in bench.err
