"""Cards on a reader: enrolled by two taps, and given their keys through a real pcscd."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from config.cards import Level
from config.errors import Phrase
from kiosk.card_commands import tapping
from kiosk.devices.readers import ReaderState
from kiosk.sale.cards import Tap
from tests.kiosk.cards.conftest import told
from tests.listener import PATIENCE_S
from tests.pcscd import READERS, pcscd, pcscd_of_the_session
from tests.virtual_card import UID, VirtualCard
from tests.vpcd_card import VpcdCard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from config.cards import CardReader
    from kiosk.devices.readers import Told
    from tests.kiosk.cards.conftest import Ask
    from tests.pcscd import Pcscd

__all__ = ["pcscd", "pcscd_of_the_session"]

OTHER = bytes.fromhex("04111213141516")
READY = ReaderState("door", ok=True, what=Phrase("已就绪", "ready"))


@pytest.fixture
def door(home: Path, desk: Ask) -> Ask:
    """`kiosk cards` at a kiosk with a PC/SC reader, whose worker's cards prove themselves."""
    with (home / "kiosk.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[[readers]]\nid = "door"\nkind = "pcsc"\nport = "{READERS[0]}"\n'
            '[[card_types]]\nid = "worker"\nname_zh = "环卫工"\nname_en = "Worker"\n'
            'level = "ev2"\nbreakfast = true\nvalid_days = 30\n'
        )
    return desk


@pytest.fixture
def told_by(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the reader tell the given things, as soon as somebody listens."""

    def will_tell(*things: Told) -> None:
        class Readers:
            def __init__(
                self, readers: Sequence[CardReader], _keys: object, tell: Callable[[Told], None]
            ) -> None:
                assert [each.id for each in readers] == ["door"]
                self._tell = tell

            def start(self) -> None:
                for each in things:
                    self._tell(each)

            def stop(self) -> None:
                return

        monkeypatch.setattr(tapping, "Readers", Readers)

    return will_tell


def proved(uid: bytes, **more: Any) -> Tap:  # noqa: ANN401 - what a tap says
    return replace(Tap("door", uid, Level.EV2, key_version=81), **more)


def test_a_card_is_enrolled_once_two_taps_agree(door: Ask, told_by: Callable[..., None]) -> None:
    told_by(READY, proved(UID), READY, proved(UID))
    code, out, err = door("add", "王", "--tap", "--json", by="1")
    assert code == 0
    assert '"key_version": 81' in out
    assert err.count(f"{UID.hex(' ').upper()} (ev2)") == 4


@pytest.mark.parametrize(
    ("taps", "said"),
    [
        ((proved(UID), proved(OTHER)), "differ"),
        ((proved(UID), proved(UID, others=1)), "one card"),
        ((Tap("door", UID), Tap("door", UID)), "ev2"),
        ((proved(UID), proved(UID, failed=True)), "ev2"),
        ((proved(UID),), "No card"),
        ((READY,), "No card"),
    ],
)
def test_a_card_that_is_in_doubt_is_not_enrolled(
    door: Ask, told_by: Callable[..., None], taps: tuple[Told, ...], said: str
) -> None:
    told_by(*taps)
    code, out, err = door("add", "王", "--tap", "--seconds", "0.01", by="1")
    assert (code, out) == (1, "")
    assert said in err
    assert told(door("list", "--json")) == []


@pytest.fixture
def lying(pcscd: Pcscd) -> Iterator[VpcdCard]:
    """A blank card on the first reader, which pcscd knows of."""
    pcscd.await_card(there=False)
    with VpcdCard(VirtualCard(), port=pcscd.ports[0]) as laid:
        pcscd.await_card(there=True)
        yield laid
    pcscd.await_card(there=False)


def test_a_blank_card_gets_keys_and_after_a_rotation_those_of_the_new_version(
    door: Ask, lying: VpcdCard, told_by: Callable[..., None]
) -> None:
    words = ("personalise", "--seconds", str(PATIENCE_S), "--json")
    code, out, _ = door(*words, by="1")
    assert code == 0
    assert '"key_version": 81' in out
    assert UID.hex().upper() not in out
    assert set(lying.card.versions) == {81}
    told_by(proved(UID), proved(UID))
    assert door("add", "王", "--tap", by="1")[0] == 0
    assert told(door("rotate-keys", "--json", by="1"))["newest"] == 82
    assert told(door("keys", "--json"))["cards"] == {"81": 1}
    code, out, _ = door(*words, by="1")
    assert code == 0
    assert '"card": "ct_' in out
    assert set(lying.card.versions) == {82}
    card = told(door("list", "--json"))[0]["card"]
    told_by(proved(UID, key_version=82), proved(UID, key_version=82))
    assert door("replace", card, "--tap", by="1")[0] == 0
    assert told(door("keys", "--json"))["cards"] == {"82": 1}


def test_an_empty_reader_is_waited_for_no_longer_than_asked(
    door: Ask,
    pcscd: Pcscd,
) -> None:
    pcscd.await_card(there=False)
    code, out, err = door("personalise", "--seconds", "0.05", by="1")
    assert (code, out) == (1, "")
    assert "0.05" in err
