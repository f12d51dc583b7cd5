"""The keys of card holders: what they hide, how they are lost, and what a kiosk says then."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.chart import load_chart
from kiosk.sale.breakfast import Rule
from kiosk.sale.card_errors import CardError, NoSuchHolderError, VaultError
from kiosk.sale.cards import Holder, Tap, masked
from kiosk.till.cards import Wanted
from kiosk.till.vault import HOLDERS_FILE, READINGS_FILE, Vault
from ledger.exports import FORMATS, Asked, export
from tests.kiosk.card_desk import LI, NEW, WANG, fill, give, refused, reopened, served, tapped
from tests.kiosk.conftest import bilingual, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.kiosk.conftest import Counter

NAME, EMPLOYER, PHONE = "欧阳䶮", "渝中区环卫所三中队", "13983456789"
PHOTO = b"\x89PNG\r\n\x1a\n" + b"a face" * 50


def made(folder: Path, *holders: str) -> Vault:
    vault = Vault(folder, make=True)
    vault.add(holders)
    return vault


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王秀英", "王*"),
        ("䶮", "䶮*"),
        ("𬀩文", "𬀩*"),
        ("e\u0301mile", "e\u0301*"),
        ("O'Brien", "O*"),
        ("  李 国强 ", "李*"),
        ("", "*"),
        (" ", "*"),
    ],
)
def test_a_masked_name_is_its_first_sign_and_a_star(name: str, shown: str) -> None:
    assert masked(name) == shown
    assert name.strip() == "" or repr(Holder(name)) == f"Holder({shown})"


@pytest.mark.parametrize("name", ["王秀英", "䶮", "𬀩文", "e\u0301mile", "", '"\\\n'])
@pytest.mark.parametrize("photo", [None, b"", PHOTO])
def test_what_is_sealed_is_read_back_with_its_own_key_only(
    tmp_path: Path, name: str, photo: bytes | None
) -> None:
    vault = made(tmp_path, "ht_1", "ht_2")
    holder = Holder(name, EMPLOYER, PHONE, photo)
    data, picture = vault.seal("ht_1", holder)
    again = Vault(tmp_path, make=False)
    assert again.read("ht_1", data, picture) == holder
    for whose, sealed in (
        ("ht_2", data),
        ("ht_1", data[:-1] + bytes([data[-1] ^ 1])),
        ("ht_1", b""),
        ("ht_3", data),
    ):
        with pytest.raises(NoSuchHolderError):
            again.read(whose, sealed)
    if picture is not None:
        with pytest.raises(NoSuchHolderError):
            again.read("ht_1", picture)  # a photo is no name
    assert vault.seal("ht_1", holder)[0] != data, "never the same noise twice"


def test_a_chips_mac_and_proof_belong_to_this_home_and_this_card(tmp_path: Path) -> None:
    here, there = (made(tmp_path / name, "ht_1", "ht_2") for name in home(tmp_path, "a", "b"))
    assert here.mac(WANG) == Vault(tmp_path / "a", make=False).mac(WANG)
    assert len({here.mac(WANG), here.mac(LI), there.mac(WANG)}) == 3
    proofs = {
        here.proof(holder, card, uid)
        for holder in ("ht_1", "ht_2")
        for card in ("ct_1", "ct_2")
        for uid in (WANG, LI)
    }
    assert len(proofs) == 8


def home(folder: Path, *names: str) -> tuple[str, ...]:
    for name in names:
        (folder / name).mkdir()
    return names


def test_key_files_are_ours_alone_and_never_printed(tmp_path: Path) -> None:
    vault = made(tmp_path, "ht_1")
    for name in (HOLDERS_FILE, READINGS_FILE):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    key = (tmp_path / HOLDERS_FILE).read_text().split()[1]
    assert key not in repr(vault)
    vault.drop(["ht_1"])
    assert (tmp_path / HOLDERS_FILE).stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in tmp_path.iterdir()) == [HOLDERS_FILE, READINGS_FILE]


def test_a_key_that_was_struck_out_is_in_no_file_of_the_home(tmp_path: Path) -> None:
    vault = made(tmp_path, "ht_1", "ht_2")
    data, _ = vault.seal("ht_1", Holder(NAME))
    key = dict(line.split() for line in lines(tmp_path))["ht_1"]
    vault.drop(["ht_1"])
    for again in (vault, Vault(tmp_path, make=False)):
        assert "ht_1" not in again
        assert "ht_2" in again
        with pytest.raises(NoSuchHolderError):
            again.read("ht_1", data)
    assert all(key not in each.read_text() for each in tmp_path.iterdir())


def test_what_another_program_added_is_seen_and_outlasts_a_strike(tmp_path: Path) -> None:
    here, there = made(tmp_path, "ht_1"), Vault(tmp_path, make=False)
    there.add(["ht_2", "ht_3"])
    assert "ht_2" in here
    there.add(["ht_4"])
    here.drop(["ht_1"])
    assert {line.split()[0] for line in lines(tmp_path)} == {"ht_2", "ht_3", "ht_4"}


def lines(folder: Path) -> list[str]:
    return (folder / HOLDERS_FILE).read_text().splitlines()


@pytest.mark.parametrize("torn", ["ht", "ht_3 00ff", "ht_3 " + "0f" * 31, "\x00" * 40])
def test_a_torn_last_line_is_nobodys_and_is_gone_with_the_next(tmp_path: Path, torn: str) -> None:
    made(tmp_path, "ht_1", "ht_2")
    with (tmp_path / HOLDERS_FILE).open("a") as file:
        file.write(torn)
    vault = Vault(tmp_path, make=False)
    vault.add(["ht_4"])
    vault.add(["ht_5"])
    again = Vault(tmp_path, make=False)
    assert all(holder in again for holder in ("ht_1", "ht_2", "ht_4", "ht_5"))
    assert [line.split()[0] for line in lines(tmp_path)] == ["ht_1", "ht_2", "ht_4", "ht_5"]


def test_a_last_line_without_its_end_is_kept_when_it_is_whole(tmp_path: Path) -> None:
    """Some editors leave it like that."""
    made(tmp_path, "ht_1", "ht_2")
    path = tmp_path / HOLDERS_FILE
    path.write_text(path.read_text().rstrip("\n"))
    Vault(tmp_path, make=False).add(["ht_3"])
    assert [line.split()[0] for line in lines(tmp_path)] == ["ht_1", "ht_2", "ht_3"]


def _torn_middle(path: Path) -> None:
    whole = path.read_text().splitlines()
    path.write_text("\n".join([whole[0][:-9], *whole[1:]]) + "\n")


def _linked(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HARM: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (lambda path: path.unlink(), "backup"),
    "open to others": (lambda path: path.chmod(0o644), "chmod 600"),
    "a link": (_linked, "who owns"),
    "a folder": (_folder, ""),
    "torn within": (_torn_middle, "backup"),
    "garbage": (lambda path: path.write_bytes(b"\xff\x00" * 400 + b"\n\n"), "backup"),
}


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("file", [HOLDERS_FILE, READINGS_FILE])
def test_a_key_file_that_cannot_be_used_stops_breakfasts_and_no_sale(
    counter: Counter, file: str, harm: str
) -> None:
    fill(counter, 5000)
    give(counter)
    give(counter, LI, "李国强")
    path = counter.home.path / file
    act, advice = HARM[harm]
    if harm == "torn within" and file == READINGS_FILE:
        path.write_text(path.read_text()[:20] + "\n")
    else:
        act(path)
    reopened(counter)
    assert counter.sell("F001").new
    for tap in (WANG, NEW):
        with pytest.raises(VaultError) as refusal:
            tapped(counter, tap)
        bilingual(refusal.value, str(path))
        assert advice in refusal.value.en
    with pytest.raises(VaultError):
        give(counter, NEW, "张三")
    serving = counter.till.handing_out(counter.tick())
    done = counter.till.hand_out(
        serving, counter.basket("F001"), reason="卡读不出", at=counter.tick()
    )
    assert done.new, "a supervisor can still hand one out"
    assert counter.audit().findings == []
    if harm == "open to others":
        path.chmod(0o600)
        served(counter)


def test_an_empty_key_file_of_a_new_home_is_filled_and_of_an_old_one_is_damage(
    counter: Counter,
) -> None:
    for name in (HOLDERS_FILE, READINGS_FILE):
        (counter.home.path / name).touch(0o600)
    fill(counter, 1000)
    give(counter)
    served(counter)
    (counter.home.path / READINGS_FILE).write_text("")
    reopened(counter)
    with pytest.raises(VaultError):
        tapped(counter)
    assert (counter.home.path / READINGS_FILE).read_text() == "", "and is never made anew"


@pytest.mark.parametrize("count", [1, 3])
def test_a_full_disk_issues_nobody(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    give(counter)
    before = (counter.home.path / HOLDERS_FILE).read_text()
    real = os.pwrite
    wanted = [Wanted(Holder("张三"), bytes((4, n)), "worker", uuid4()) for n in range(count)]
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", lambda file, data, offset: real(file, data[:30], offset))
        with pytest.raises(VaultError) as refusal:
            counter.till.issue_many(wanted, at=counter.tick())
    bilingual(refusal.value, HOLDERS_FILE)
    assert os.strerror(errno.ENOSPC) in refusal.value.en
    assert (counter.home.path / HOLDERS_FILE).read_text() == before
    assert len(counter.till.cards()) == 1
    assert len(counter.till.issue_many(wanted, at=counter.tick())) == count


def test_a_refused_issue_leaves_no_key_behind(counter: Counter) -> None:
    give(counter)
    wanted = [Wanted(Holder("张三"), uid, "worker", uuid4()) for uid in (LI, WANG)]
    with pytest.raises(CardError):
        counter.till.issue_many(wanted, at=counter.tick())
    assert len(lines(counter.home.path)) == 1


def test_a_key_of_nobody_is_gone_with_the_next_start(counter: Counter) -> None:
    """A crash between the key and the record."""
    card = give(counter)
    counter.till.vault.add(["ht_nobody"])
    reopened(counter)
    assert [line.split()[0] for line in lines(counter.home.path)] == [card.holder]


def _everything(folder: Path) -> bytes:
    """All bytes of the books and what stands beside them, but for the key files."""
    files = [each for each in folder.rglob("*") if each.is_file() and not each.name.endswith("key")]
    return b"".join(each.read_bytes() for each in files if each.name != HOLDERS_FILE)


def _spellings(secret: str | bytes) -> list[bytes]:
    if isinstance(secret, bytes):
        digits = secret.hex()
        turned = secret[::-1].hex()
        number = int.from_bytes(secret, "big")
        texts = [digits, digits.upper(), turned, turned.upper(), str(number)]
        return [secret, secret[::-1], *(text.encode() for text in texts)]
    return [secret.encode(codec) for codec in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")] + [
        secret.encode().hex().encode(),
        ascii(secret)[1:-1].encode(),
    ]


def test_no_name_phone_or_number_is_in_any_byte_of_books_or_exports(counter: Counter) -> None:
    fill(counter, 5000)
    holder = Holder(NAME, EMPLOYER, PHONE, PHOTO)
    till = counter.till
    card = till.issue(holder, Tap("desk", WANG), type_id="worker", ref=uuid4(), at=counter.tick())
    served(counter)
    refused(counter)
    till.show_holder(card.holder, ref=uuid4(), at=counter.tick())
    till.block(card.card, reason="丢失", ref=uuid4(), at=counter.tick())
    refused(counter)
    till.replace(card.card, Tap("desk", NEW), ref=uuid4(), at=counter.tick())
    refused(counter, WANG[::-1])
    out = counter.home.path / "out"
    for form in FORMATS:
        export(counter.home.database, form, out / form, Asked(load_chart()), program="kiosk")
    found = _everything(counter.home.path)
    assert card.card.encode() in found, "what is looked through is what is written"
    assert b"redemption" in found
    secrets = (NAME, EMPLOYER, PHONE, PHOTO[:40], WANG, NEW)
    left = [(each, said) for each in secrets for said in _spellings(each) if said in found]
    assert left == []


def test_forgetting_makes_every_copy_of_the_database_noise(
    counter: Counter, tmp_path: Path
) -> None:
    """Even one that was taken before, put back with all that the home holds now."""
    fill(counter, 5000)
    till = counter.till
    holder = Holder(NAME, EMPLOYER, PHONE, PHOTO)
    card = till.issue(holder, Tap("desk", WANG), type_id="worker", ref=uuid4(), at=counter.tick())
    give(counter, LI, "李国强")
    served(counter)
    backup = tmp_path / "backup.db"
    with closing(sqlite3.connect(counter.home.database)) as source:
        source.execute("VACUUM INTO ?", (str(backup),))
    ref = uuid4()
    till.forget(card.holder, ref=ref, at=counter.tick())
    till.forget(card.holder, ref=ref, at=counter.tick())  # a retry
    with pytest.raises(NoSuchHolderError) as refusal:
        till.forget(card.holder, ref=uuid4(), at=counter.tick())
    bilingual(refusal.value, card.holder)
    assert till.card(card.card).state == "forgotten"
    assert list(till.masked_names()) == [
        each.holder for each in till.cards() if each.holder != card.holder
    ]
    with pytest.raises(NoSuchHolderError):
        till.show_holder(card.holder, ref=uuid4(), at=counter.tick())
    with closing(sqlite3.connect(backup)) as connection:
        data, photo = connection.execute(
            "SELECT data, photo FROM holder WHERE holder = ?", (card.holder,)
        ).fetchone()
    with pytest.raises(NoSuchHolderError):
        till.vault.read(card.holder, data, photo)
    with pytest.raises(NoSuchHolderError):
        till.vault.proof(card.holder, card.card, WANG)
    assert counter.audit().findings == []
    assert served(counter, uid=LI).new
    restored = tmp_path / "restored"
    shutil.copytree(counter.home.path, restored)
    for leftover in restored.glob("kiosk.db*"):
        leftover.unlink()
    (restored / "kiosk.heads").unlink()
    shutil.copyfile(backup, restored / "kiosk.db")
    old = opened(restored)
    old.now = counter.now
    assert refused(old).rule is Rule.TAMPERED
    assert old.till.masked_names()[card.holder] == ""
    old.database.close()


def test_a_crash_between_forgetting_and_the_key_is_made_good_by_the_next_start(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = give(counter)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Vault, "drop", crash)
        with pytest.raises(KeyboardInterrupt):
            counter.till.forget(card.holder, ref=uuid4(), at=counter.tick())
    assert card.holder in (counter.home.path / HOLDERS_FILE).read_text()
    reopened(counter)
    assert (counter.home.path / HOLDERS_FILE).read_text() == ""


def test_an_emptied_table_of_holders_costs_no_key(counter: Counter) -> None:
    """Whoever deletes rows by hand has not forgotten anybody: a backup brings them back."""
    fill(counter, 1000)
    card = give(counter)
    with closing(sqlite3.connect(counter.home.database)) as connection:
        kept = connection.execute("SELECT * FROM holder").fetchall()
        connection.execute("DELETE FROM holder")
        connection.commit()
    reopened(counter)
    assert tapped(counter).name == ""
    with closing(sqlite3.connect(counter.home.database)) as connection:
        connection.executemany("INSERT INTO holder VALUES (?,?,?,?)", kept)
        connection.commit()
    assert counter.till.masked_names() == {card.holder: "王*"}
    assert tapped(counter).name == "王*"
