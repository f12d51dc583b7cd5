"""`kiosk cards`, one card at a time, as a supervisor in a shell runs it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from config.keys import KEYS
from kiosk.cli import USAGE
from kiosk.till.home import writing
from tests.kiosk.card_desk import fill, served
from tests.kiosk.card_desk import refused as turned_away
from tests.kiosk.cards.conftest import done, golden, refused, told
from tests.kiosk.conftest import opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kiosk.cards.conftest import Ask

WANG, LI = "04A1B2C3D4E5F6", "04:11:12:13:14:15:16"


def records(home: Path, kind: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(home / "kiosk.db")) as connection:
        rows = connection.execute("SELECT body FROM record WHERE kind = ? ORDER BY seq", (kind,))
        return [json.loads(body)["doc"] for (body,) in rows]


def given(desk: Ask, uid: str = WANG, name: str = "王秀英") -> dict[str, Any]:
    card = told(desk("add", name, "--uid", uid, "--json", by="1"))
    assert isinstance(card, dict)
    return card


def cards(ask: Ask) -> dict[str, dict[str, Any]]:
    return {each["card"]: each for each in told(ask("list", "--json"))}


def test_a_card_is_given_and_listed_with_a_masked_name(desk: Ask, home: Path) -> None:
    words = ("--employer", "市容环卫所", "--phone", "+86 138 0000 1234", "--expires", "2027-06-30")
    card = told(desk("add", "王秀英", "--uid", WANG, *words, "--json", by="1"))
    assert (card["type"], card["level"], card["state"]) == ("worker", "uid", "active")
    assert card["expires"] == "2027-06-30"
    assert cards(desk) == {card["card"]: card | {"name": "王*", "last_used": None}}
    issued = records(home, "card_issued")
    assert [(each["card"], each["approved_by"]) for each in issued] == [(card["card"], "s01")]


def test_a_card_is_blocked_unblocked_replaced_and_ended(desk: Ask, home: Path) -> None:
    card = given(desk)["card"]
    assert "已停用" in done(desk("block", card, "--reason", "卡丢失", by="1"))
    refused(desk("block", card, "--reason", "再来", by="1"), card)
    done(desk("unblock", card, by="1"))
    new = told(desk("replace", card, "--uid", LI, "--reason", "磨损", "--json", by="1"))["card"]
    assert {each["state"] for each in cards(desk).values()} == {"replaced", "active"}
    done(desk("expire", new, by="1"))
    assert cards(desk)[new]["state"] == "expired"
    assert [each["reason"] for each in records(home, "card_blocked")] == ["卡丢失"]
    assert [each["old"] for each in records(home, "card_replaced")] == [card]


def test_a_reason_never_holds_the_name(desk: Ask, home: Path) -> None:
    refused(desk("block", given(desk)["card"], "--reason", "王秀英离职", by="1"))
    assert records(home, "card_blocked") == []


def test_a_holder_is_shown_in_full_and_that_is_recorded(desk: Ask, home: Path) -> None:
    card = given(desk)
    shown = told(desk("show", card["card"], "--json", by="1"))
    assert (shown["name"], shown["photo"]) == ("王秀英", False)
    assert "王秀英" in done(desk("show", card["holder"], by="1"))
    assert [each["holder"] for each in records(home, "holder_shown")] == [card["holder"]] * 2


def test_a_holder_is_forgotten_once_the_end_of_the_token_is_typed(desk: Ask) -> None:
    card = given(desk)
    holder = card["holder"]
    refused(desk("forget", holder, typed=("王秀英",), by="1"))
    assert cards(desk)[card["card"]]["name"] == "王*"
    done(desk("forget", holder, typed=(holder[-4:],), by="1"))
    assert cards(desk)[card["card"]] == card | {"state": "forgotten", "name": "", "last_used": None}
    refused(desk("show", holder, by="1"), holder)
    other = given(desk)["holder"]
    assert told(desk("forget", other, "--yes", "--json", by="1"))["forgotten"]


def test_a_picture_goes_in_and_comes_out_for_its_owner_alone(desk: Ask, tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(100)
    (tmp_path / "wang.png").write_bytes(picture)
    words = ("--uid", WANG, "--photo", tmp_path / "wang.png", "--json")
    holder = told(desk("add", "王秀英", *words, by="1"))["holder"]
    out = tmp_path / "out.png"
    done(desk("photo", holder, "--out", out, by="1"))
    assert out.read_bytes() == picture
    assert out.stat().st_mode & 0o777 == 0o600
    refused(desk("photo", holder, "--out", out, by="1"), str(out))
    refused(desk("photo", given(desk, LI)["holder"], "--out", tmp_path / "no.png", by="1"))
    assert not (tmp_path / "no.png").exists()
    (tmp_path / "wang.txt").write_text("not a picture")
    refused(desk("add", "丙", "--uid", "04A1B2C4", "--photo", tmp_path / "wang.txt", by="1"))


@pytest.mark.parametrize(
    "words",
    [
        ("add", "王\u202e秀英", "--uid", WANG),
        ("add", "", "--uid", WANG),
        ("add", "王秀英", "--uid", "04A1B2"),
        ("add", "王秀英", "--uid", "no number"),
        ("add", "王秀英", "--uid", "00000000"),
        ("add", "王秀英", "--uid", WANG, "--phone", "x"),
        ("add", "王秀英", "--uid", WANG, "--type", "guest"),
        ("add", "王秀英", "--uid", WANG, "--expires", "2020-01-01"),
        ("add", "王秀英", "--uid", WANG, "--expires", "soon"),
        ("add", "王秀英", "--reading", "0123456789"),
        ("add", "王秀英", "--reading", "0123456789", "--reader", "nowhere"),
        ("add", "王秀英", "--tap"),
        ("block", "ct_0000000000000000", "--reason", "x"),
        ("show", "ht_0000000000000000"),
        ("forget", "ht_0000000000000000", "--yes"),
        ("personalise",),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_issued(
    desk: Ask, home: Path, words: tuple[str, ...]
) -> None:
    refused(desk(*words, by="1"))
    assert records(home, "card_issued") == []


def test_a_chip_that_is_somebodys_is_not_given_twice(desk: Ask) -> None:
    card = given(desk)["card"]
    refused(desk("add", "李", "--uid", WANG, by="1"), card)


def test_nothing_changes_without_somebody_who_may(desk: Ask, home: Path) -> None:
    words = ("add", "王秀英", "--uid", WANG)
    refused(desk(*words), "--as")
    refused(desk(*words, "--as", "1", "--pin-stdin", typed=("0000",)))
    refused(desk(*words, "--as", "1"), "--pin-stdin")
    assert records(home, "card_issued") == []


def test_a_home_without_a_manager_gets_no_cards(ask: Ask) -> None:
    refused(ask("add", "王秀英", "--uid", WANG, by="1"), "--role manager")


def test_beside_an_open_till_it_lists_and_for_changes_it_names_the_screen(
    desk: Ask, home: Path
) -> None:
    card = given(desk)["card"]
    with writing(home):
        assert list(cards(desk)) == [card]
        assert told(desk("stats", "--json"))["types"] == {"worker": {"active": 1}}
        refused(desk("block", card, "--reason", "x", by="1"), KEYS["sell.cards"])
    assert cards(desk)[card]["state"] == "active"


def test_a_number_as_a_reader_writes_it_is_the_same_card_as_its_bytes(
    desk: Ask, home: Path
) -> None:
    reader = '[[readers]]\nid = "desk"\nkind = "wedge"\nformat = "10D"\norder = "little"\n'
    with (home / "kiosk.toml").open("a", encoding="utf-8") as file:
        file.write(reader)
    card = told(desk("add", "王", "--reading", "0000000258", "--json", by="1"))["card"]
    refused(desk("add", "李", "--uid", "02010000", by="1"), card)
    refused(desk("add", "李", "--reading", "000000025", by="1"), "9", "10")


def test_at_a_wedge_a_card_is_enrolled_by_two_equal_readings(desk: Ask, home: Path) -> None:
    with (home / "kiosk.toml").open("a", encoding="utf-8") as file:
        file.write('[[readers]]\nid = "desk"\nkind = "wedge"\nformat = "8H"\n')
    readings = ("04A1B2C3", "04A1B2C4")
    code, out, err = desk("add", "王", "--tap", typed=readings, by="1")
    assert (code, out) == (1, "")
    assert "04 A1 B2 C3" in err
    assert "04 A1 B2 C4" in err
    assert records(home, "card_issued") == []
    code, out, err = desk("add", "王", "--tap", typed=("04A1B2C3", "04a1b2c3"), by="1")
    assert (code, err.count("04 A1 B2 C3")) == (0, 4)
    assert len(records(home, "card_issued")) == 1


def a_breakfast_and_a_refusal(home: Path) -> None:
    """The holder of ``LI`` has a breakfast, and comes once more."""
    counter = opened(home)
    fill(counter, 5000)
    uid = bytes.fromhex(LI.replace(":", ""))
    served(counter, uid=uid)
    turned_away(counter, uid)
    counter.database.close()


def test_a_list_of_cards_and_their_figures_are_told(desk: Ask, home: Path) -> None:
    first = given(desk)["card"]
    given(desk, LI, "䶮一")
    a_breakfast_and_a_refusal(home)
    done(desk("replace", first, "--uid", "04212223242526", by="1"))
    third = given(desk, "04313233343536", "Zoë [b]x[/b]")["card"]
    done(desk("block", third, "--reason", "离职", by="1"))
    golden("list.txt", done(desk("list")))
    golden("list_en.txt", done(desk("list", "--lang", "en")))
    golden("stats.txt", done(desk("stats")))
    golden("stats_en.txt", done(desk("stats", "--lang", "en")))
    blocked = told(desk("list", "--state", "blocked", "--json"))
    assert [each["card"] for each in blocked] == [third]


def test_the_versions_of_the_keys_are_told_and_no_key_is(desk: Ask, home: Path) -> None:
    assert told(desk("keys", "--json")) == {"versions": [], "newest": None, "cards": {}}
    assert not (home / "card-masters.json").exists()
    made = told(desk("rotate-keys", "--json", by="1"))
    more = told(desk("rotate-keys", "--json", by="1"))
    assert more["versions"] == [made["newest"], made["newest"] + 1]
    said = done(desk("keys")) + done(desk("keys", "--json"))
    masters = json.loads((home / "card-masters.json").read_text())["masters"]
    assert not any(key in said for key in masters.values())


@pytest.mark.parametrize(
    "words", [("add", "王"), ("list", "--state", "x"), ("add", "王", "--tap", "--seconds", "0"), ()]
)
def test_words_that_are_none_are_said(ask: Ask, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as left:
        ask(*words)
    assert left.value.code == USAGE
