"""The settings of breakfast cards and their readers."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from config.cards import FORMATS, CardReader, Level
from config.errors import ConfigError
from config.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

WEDGE = '[[readers]]\nid = "desk"\nkind = "wedge"\nformat = "10D"\n'
SERIAL = '[[readers]]\nid = "window"\nkind = "serial"\nport = "/dev/ttyUSB0"\nformat = "8H"\n'
PCSC = '[[readers]]\nid = "door"\nkind = "pcsc"\n'
CARD = (
    '[[card_types]]\nid = "worker"\nname_zh = "环卫工"\nname_en = "Worker"\nlevel = "ev2"\n'
    "breakfast = true\nvalid_days = 30\n"
)


@pytest.fixture
def home_file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.toml"


def readers(home_file: Path, text: str) -> tuple[CardReader, ...]:
    home_file.write_text(text, encoding="utf-8")
    return load_settings(home_file).readers


def assert_refused(home_file: Path, text: str, *wanted: tuple[str, int, str]) -> None:
    """Assert that exactly ``wanted`` is refused: key, line, words; each in both languages."""
    home_file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(home_file)
    error = refused.value
    assert [(fault.key, fault.line) for fault in error.faults] == [each[:2] for each in wanted]
    chinese, english = error.say("zh_CN").split("\n"), error.say("en").split("\n")
    for (key, line, said), zh, en in zip(wanted, chinese, english, strict=True):
        assert en.startswith(f"{home_file}, line {line}, key {key}: ")
        assert said in en
        assert ". Allowed: " in en
        assert zh.startswith(f"{home_file} 第 {line} 行，键 {key}：")
        assert "。允许：" in zh


def test_a_level_reaches_itself_and_what_is_weaker() -> None:
    reached = [
        (one.value, other.value) for one, other in product(Level, Level) if one.reaches(other)
    ]
    assert reached == [
        ("uid", "uid"),
        ("sun", "uid"),
        ("sun", "sun"),
        ("ev2", "uid"),
        ("ev2", "sun"),
        ("ev2", "ev2"),
    ]


def test_a_new_home_gives_out_one_kind_of_card_and_has_no_reader() -> None:
    settings = load_settings()
    assert [each.id for each in settings.card_types] == ["worker"]
    worker = settings.card_type("worker")
    assert worker is not None
    assert (worker.name("zh_CN"), worker.name("en")) == ("环卫工早餐卡", "Sanitation worker")
    assert (worker.needs, worker.breakfast, worker.valid_days) == (Level.UID, True, 365)
    assert settings.card_type("nobody") is None
    assert settings.readers == ()


def test_stated_card_types_take_the_place_of_the_shipped_one(home_file: Path) -> None:
    home_file.write_text(CARD.replace("worker", "helper"), encoding="utf-8")
    settings = load_settings(home_file)
    assert [(each.id, each.needs) for each in settings.card_types] == [("helper", Level.EV2)]
    assert settings.card_type("worker") is None
    home_file.write_text("card_types = []\n", encoding="utf-8")
    assert load_settings(home_file).card_types == ()


@pytest.mark.parametrize(
    ("stated", "line", "said"),
    [
        ('id = "Worker"', 2, "a-z"),
        ('id = "worker_of_a_long_name"', 2, "a-z"),
        ('name_zh = ""', 3, "it is empty"),
        ('name_zh = "一二三四五六七八九"', 3, "16 columns"),
        ('name_en = "a\\u001b"', 4, "U+001B"),
        ('level = "EV2"', 5, '"uid" / "sun" / "ev2"'),
        ('level = "none"', 5, '"uid" / "sun" / "ev2"'),
        ("level = 2", 5, "2 will not do"),
        ('breakfast = "yes"', 6, "true or false"),
        ("valid_days = 0", 7, "from 1 to 36600"),
        ("valid_days = 36601", 7, "from 1 to 36600"),
        ("valid_days = 30.5", 7, "30.5 will not do"),
    ],
)
def test_a_wrong_card_type_names_its_line_and_what_is_allowed(
    home_file: Path, stated: str, line: int, said: str
) -> None:
    field, _, value = stated.partition(" = ")
    lines = CARD.splitlines()
    lines[line - 1] = stated
    name = value.strip('"') if field == "id" else "worker"
    wanted = (f"card_types[{name}].{field}", line, said)
    assert_refused(home_file, "\n".join(lines), wanted)


def test_a_card_type_says_everything_and_two_are_not_called_the_same(home_file: Path) -> None:
    assert_refused(
        home_file,
        CARD.replace('level = "ev2"\n', ""),
        ("card_types[worker].level", 1, "level is missing"),
    )
    assert_refused(home_file, CARD + CARD, ("card_types[worker].id", 9, '"worker" is taken'))


def test_several_readers_may_be_wired_each_in_its_own_way(home_file: Path) -> None:
    other = SERIAL.replace("window", "gate").replace("USB0", "USB1") + "baud = 115200\n"
    found = readers(home_file, WEDGE + SERIAL + other + PCSC + 'proof = "sun"\nagain_ms = 0\n')
    assert [(each.id, each.kind) for each in found] == [
        ("desk", "wedge"),
        ("window", "serial"),
        ("gate", "serial"),
        ("door", "pcsc"),
    ]
    assert [each.baud for each in found] == [9600, 9600, 115200, 9600]
    assert (found[0].order, found[0].prefix, found[0].again_ms) == ("big", "", 2000)
    assert (found[3].port, found[3].format, found[3].proof, found[3].again_ms) == ("", "", "sun", 0)


def test_a_pcsc_reader_asks_for_all_that_a_card_can_prove_unless_it_is_told_less(
    home_file: Path,
) -> None:
    assert [Level(each.proof) for each in readers(home_file, PCSC)] == [Level.EV2]


@pytest.mark.parametrize("form", FORMATS)
def test_a_wedge_and_a_serial_reader_may_write_in_every_format(home_file: Path, form: str) -> None:
    text = WEDGE.replace("10D", form) + SERIAL.replace("8H", form)
    assert [each.format for each in readers(home_file, text)] == [form, form]


@pytest.mark.parametrize(
    ("text", "key", "line", "said"),
    [
        (WEDGE.replace("desk", "Desk"), "readers[Desk].id", 2, "a-z"),
        (WEDGE.replace("wedge", "usb"), "readers[desk].kind", 3, '"wedge" / "serial" / "pcsc"'),
        (WEDGE.replace('kind = "wedge"\n', ""), "readers[desk].kind", 1, "kind is missing"),
        (WEDGE.replace("10D", "10X"), "readers[desk].format", 4, '"10H12D"'),
        (WEDGE + 'order = "Big"', "readers[desk].order", 5, '"big" / "little"'),
        (WEDGE + 'prefix = "~~~~~~~~~"', "readers[desk].prefix", 5, "at most 8"),
        (WEDGE + 'prefix = "~ "', "readers[desk].prefix", 5, "visible ASCII"),
        (WEDGE + 'prefix = "卡"', "readers[desk].prefix", 5, "visible ASCII"),
        (WEDGE + "again_ms = -1", "readers[desk].again_ms", 5, "from 0 to 60000"),
        (WEDGE + "again_ms = 60001", "readers[desk].again_ms", 5, "from 0 to 60000"),
        (WEDGE + 'lenght = "4"', "readers[desk].lenght", 5, "no such key"),
        (SERIAL + "baud = 9601", "readers[window].baud", 6, "9600 / 19200"),
        (SERIAL + 'baud = "9600"', "readers[window].baud", 6, "'9600' will not do"),
        (SERIAL.replace("/dev/ttyUSB0", " "), "readers[window].port", 4, "a device's name"),
        (SERIAL.replace("/dev/ttyUSB0", "a\\nb"), "readers[window].port", 4, "a device's name"),
        (SERIAL.replace("/dev/ttyUSB0", "p" * 121), "readers[window].port", 4, "at most 120"),
        (PCSC + 'proof = "EV2"', "readers[door].proof", 4, '"uid" / "sun" / "ev2"'),
        ("readers = 5", "readers", 1, "[[readers]]"),
        ('readers = ["desk"]', "readers[1]", 1, "not a table"),
    ],
)
def test_a_value_that_no_reader_has_names_its_line_and_what_is_allowed(
    home_file: Path, text: str, key: str, line: int, said: str
) -> None:
    assert_refused(home_file, text, (key, line, said))


@pytest.mark.parametrize(
    ("text", "key", "line", "said"),
    [
        (WEDGE.replace("10D", ""), "readers[desk].format", 4, "the format is missing"),
        (SERIAL.replace('format = "8H"\n', ""), "readers[window].format", 1, 'like "10D"'),
        (SERIAL.replace('port = "/dev/ttyUSB0"\n', ""), "readers[window].port", 1, "/dev/ttyUSB0"),
        (WEDGE + 'port = "/dev/ttyUSB0"', "readers[desk].port", 5, "a wedge reader has no port"),
        (WEDGE + 'proof = "ev2"', "readers[desk].proof", 5, "a wedge reader has no proof"),
        (SERIAL + 'proof = "sun"', "readers[window].proof", 6, "a serial reader has no proof"),
        (PCSC + 'format = "8H"', "readers[door].format", 4, "a pcsc reader has no format"),
        (PCSC + 'order = "little"', "readers[door].order", 4, "a pcsc reader has no order"),
        (PCSC + 'prefix = "~"', "readers[door].prefix", 4, "leave it out"),
        (WEDGE + 'prefix = "a~"', "readers[desk].prefix", 5, "a has a use on the sell screen"),
        (WEDGE + 'prefix = "1"', "readers[desk].prefix", 5, "whose first sign is one of"),
    ],
)
def test_a_reader_states_what_its_kind_needs_and_nothing_that_it_has_not(
    home_file: Path, text: str, key: str, line: int, said: str
) -> None:
    assert_refused(home_file, text, (key, line, said))


def test_a_reader_may_state_what_it_has_not_as_nothing(home_file: Path) -> None:
    wedge = WEDGE + 'port = ""\nproof = "uid"\n'
    pcsc = PCSC + 'format = ""\norder = "big"\nprefix = ""\n'
    assert [each.kind for each in readers(home_file, wedge + pcsc)] == ["wedge", "pcsc"]


def test_a_serial_reader_may_begin_with_any_sign_for_it_types_on_no_screen(home_file: Path) -> None:
    for prefix in ("A=", "=", "7"):
        assert readers(home_file, f'{SERIAL}prefix = "{prefix}"')[0].prefix == prefix


def test_two_readers_are_not_called_the_same(home_file: Path) -> None:
    text = WEDGE + PCSC.replace("door", "desk")
    assert_refused(home_file, text, ("readers[desk].id", 6, '"desk" is taken'))


def test_there_is_one_keyboard_reader_at_most(home_file: Path) -> None:
    text = WEDGE + PCSC + WEDGE.replace("desk", "second")
    said = "there is more than one wedge reader. Allowed: at most one of kind wedge"
    assert_refused(home_file, text, ("readers[second].kind", 10, said))


def test_two_readers_do_not_share_a_serial_line(home_file: Path) -> None:
    text = SERIAL + SERIAL.replace("window", "gate")
    said = "it is the device of window too"
    assert_refused(home_file, text, ("readers[gate].port", 9, said))


@pytest.mark.parametrize(
    ("first", "second", "line"),
    [("", "", 4), ("ACR122U", "", 5), ("", "ACR122U", 7), ("ACR122U", "ACR122U 01", 8)],
)
def test_the_name_of_a_pcsc_reader_fits_no_other(
    home_file: Path, first: str, second: str, line: int
) -> None:
    text = PCSC + (f'port = "{first}"\n' if first else "")
    text += PCSC.replace("door", "gate") + (f'port = "{second}"\n' if second else "")
    said = "it is the device of door too. Allowed: a device of its own for each reader"
    assert_refused(home_file, text, ("readers[gate].port", line, said))


def test_two_pcsc_readers_of_different_names_are_two(home_file: Path) -> None:
    text = PCSC + 'port = "00 00"\n' + PCSC.replace("door", "gate") + 'port = "01 00"\n'
    assert [each.port for each in readers(home_file, text)] == ["00 00", "01 00"]


def test_the_keyboard_reader_is_stated_once(home_file: Path) -> None:
    text = '[scanner]\ncard = "10D"\n'
    said = "the card reader is stated twice. Allowed: [[readers]] alone; leave it empty"
    assert_refused(home_file, text + WEDGE, ("scanner.card", 2, said))
    assert len(readers(home_file, text + SERIAL + PCSC)) == 2


def test_the_prefix_of_a_wedge_is_the_key_of_nothing_else(home_file: Path) -> None:
    said = '"=" is both the action sell.total (tell the customer the total) and the prefix of the'
    text = WEDGE + 'prefix = "=1"\n'
    assert_refused(home_file, text, ("readers[desk].prefix", 5, said))
    said = '"~" is both the prefix of the reader desk and the product F001'
    text = WEDGE + "prefix = '~'\n[quick_keys]\n'~' = 'F001'\n"
    assert_refused(home_file, text, ("quick_keys.'~'", 7, said))


def test_scanner_and_wedge_may_send_the_same_prefix_and_not_two_that_begin_alike(
    home_file: Path,
) -> None:
    scanner = '[scanner]\nprefix = "~1"\n'
    assert readers(home_file, scanner + WEDGE + 'prefix = "~1"')[0].prefix == "~1"
    said = '"~" is both the scanner\'s prefix and the prefix of the reader desk'
    text = scanner + WEDGE + 'prefix = "~2"'
    assert_refused(home_file, text, ("readers[desk].prefix", 7, said))
