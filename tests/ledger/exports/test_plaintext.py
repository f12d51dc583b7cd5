"""What hledger, ledger and beancount make of the plain-text export: they are the judges."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ledger.errors import PeriodError
from ledger.exports.plaintext import fit
from tests.ledger.exports.conftest import BOOKS, ring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.ledger.exports.conftest import Auditors, Days

FIRST, MIDDLE, LAST = date(2026, 11, 21), date(2026, 11, 23), date(2026, 11, 24)
EVERYONE = {"hledger", "ledger", "beancount"}


def agree(balances: dict[str, dict[str, int]], expected: dict[str, int]) -> None:
    assert balances == dict.fromkeys(EVERYONE, expected)


@pytest.mark.parametrize("book", [None, *BOOKS])
def test_three_programs_accept_the_export_and_compute_our_trial_balance(
    days: Days, auditors: Auditors, tmp_path: Path, book: str | None
) -> None:
    days.export("plaintext", tmp_path / "out", book=book)
    assert auditors.refusals(tmp_path / "out") == {}
    expected = days.trial_balance(book)
    assert expected
    agree(auditors.balances(tmp_path / "out"), expected)


@pytest.mark.parametrize("first_day", [FIRST, MIDDLE, LAST, LAST + timedelta(days=1)])
def test_a_period_begins_with_its_openings_and_ends_with_the_same_balances(
    days: Days, auditors: Auditors, tmp_path: Path, first_day: date
) -> None:
    days.export("plaintext", tmp_path / "out", first_day=first_day)
    assert auditors.refusals(tmp_path / "out") == {}
    agree(auditors.balances(tmp_path / "out"), days.trial_balance())
    text = (tmp_path / "out" / "book.journal").read_text(encoding="utf-8")
    assert (" * 期初余额\n" in text) == (first_day > FIRST)


def test_a_period_that_ends_before_today_has_the_balances_of_that_day(
    days: Days, auditors: Auditors, tmp_path: Path
) -> None:
    days.export("plaintext", tmp_path / "till then", last_day=FIRST)
    days.export("plaintext", tmp_path / "that day", first_day=FIRST, last_day=FIRST)
    assert auditors.refusals(tmp_path / "till then") == {}
    day = auditors.balances(tmp_path / "that day")["hledger"]
    agree(auditors.balances(tmp_path / "till then"), day)
    assert day != days.trial_balance()


def test_days_stand_in_order_though_a_clock_was_set_back(days: Days, tmp_path: Path) -> None:
    days.export("plaintext", tmp_path)
    text = (tmp_path / "book.journal").read_text(encoding="utf-8")
    dates = re.findall(r"^(\d{4}-\d\d-\d\d) \* \w", text, re.MULTILINE)
    assert dates == sorted(dates)
    assert {FIRST.isoformat(), LAST.isoformat()} < set(dates)


def move_a_fen(text: str) -> str:
    """Take one fen from the drawer and book it as sales: the transaction still balances."""
    drawer = re.search(r"(Assets:100101-\S+  )8\.50( CNY\n\s+Income:\S+  )-8\.50", text)
    assert drawer
    changed = f"{drawer[1]}8.49{drawer[2]}-8.49"
    return text.replace(drawer[0], changed, 1)


def unbalance(text: str) -> str:
    """Change one side of one transaction by a fen."""
    return text.replace("  8.50 CNY", "  8.51 CNY", 1)


def lose_a_transaction(text: str) -> str:
    blocks = text.split("\n\n")
    at = next(n for n, block in enumerate(blocks) if re.match(r'\d{4}-\S+ \* "?销售', block))
    return "\n\n".join(blocks[:at] + blocks[at + 1 :])


def double_a_transaction(text: str) -> str:
    blocks = text.split("\n\n")
    at = next(n for n, block in enumerate(blocks) if re.match(r'\d{4}-\S+ \* "?销售', block))
    return "\n\n".join([*blocks[: at + 1], *blocks[at:]])


def swap_accounts(text: str) -> str:
    return text.replace("Assets:100101-收银抽屉  8.50", "Assets:101201-微信支付待清算  8.50", 1)


@pytest.mark.parametrize(
    ("harm", "first_day"),
    [
        (move_a_fen, None),
        (unbalance, None),
        (lose_a_transaction, None),
        (lose_a_transaction, MIDDLE),
        (double_a_transaction, None),
        (swap_accounts, None),
    ],
)
def test_every_program_refuses_a_changed_file(
    days: Days,
    auditors: Auditors,
    tmp_path: Path,
    harm: Callable[[str], str],
    first_day: date | None,
) -> None:
    days.export("plaintext", tmp_path, first_day=first_day)
    for name in ("book.journal", "book.beancount"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert harm(text) != text
        (tmp_path / name).write_text(harm(text), encoding="utf-8")
    assert set(auditors.refusals(tmp_path)) >= EVERYONE


def test_a_zero_total_is_counted_and_not_written(days: Days, tmp_path: Path) -> None:
    content = days.export("plaintext", tmp_path).content
    assert content["without_postings"] == 4
    assert content["transactions"] == content["records"] - 4
    text = (tmp_path / "book.journal").read_text(encoding="utf-8")
    assert (
        len(re.findall(r"^    ; hash: [0-9a-f]{64}$", text, re.MULTILINE))
        == (content["transactions"])
    )
    assert content["debit_fen"] == content["credit_fen"] > 0


def said_of(kind: str, seq: int, doc: dict[str, Any]) -> str:
    """What an accountant reads of a record: its kind and number, and what it undoes."""
    name = {"sale": "销售", "void": "作废", "refund": "退款", "return": "退货"}.get(kind, kind)
    return f"{name} No. {seq}" + (f"（原单 {doc['of_seq']}）" if "of_seq" in doc else "")


def text_of(beancount: Path) -> list[str]:
    """The narrations of the transactions that have a record."""
    text = beancount.read_text(encoding="utf-8")
    return re.findall(r'^\S+ \* "(.+)"\n    book: ', text, re.MULTILINE)


def test_a_transaction_leads_to_its_record_and_names_no_item(days: Days, tmp_path: Path) -> None:
    days.export("plaintext", tmp_path)
    with days.database.transaction() as cursor:
        rows = cursor.execute("SELECT book, seq, hex(hash), day, kind, body FROM record").fetchall()
    text = (tmp_path / "book.journal").read_text(encoding="utf-8")
    found = re.findall(
        r"^(\S+) \* (.+)\n    ; book: (\S+)\n    ; seq: (\d+)\n    ; hash: (\S+)$",
        text,
        re.MULTILINE,
    )
    said = {
        (book, seq, hash_, day, said_of(kind, seq, json.loads(body)["doc"]))
        for book, seq, hash_, day, kind, body in rows
    }
    assert {(b, int(s), h.upper(), d, text) for d, text, b, s, h in found} < said
    assert len(found) > len(rows) / 2
    assert text_of(tmp_path / "book.beancount") == [each[1] for each in found]
    assert "小面" not in text
    assert "cashier" not in text


def test_the_same_books_give_the_same_bytes(days: Days, tmp_path: Path) -> None:
    for name in ("one", "two"):
        days.export("plaintext", tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["book.beancount", "book.journal", "manifest.json"]
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_period_without_records_is_an_export_all_the_same(
    days: Days, auditors: Auditors, tmp_path: Path
) -> None:
    days.export("plaintext", tmp_path, last_day=date(2020, 1, 1))
    assert auditors.refusals(tmp_path) == {}
    assert json.loads((tmp_path / "manifest.json").read_bytes())["records"] == 0


@pytest.mark.parametrize("year", [1650, 2150])
def test_a_day_that_beancount_cannot_read_is_refused_and_can_be_left_out(
    days: Days, auditors: Auditors, tmp_path: Path, year: int
) -> None:
    ring(days.tills[BOOKS[0]], datetime(year, 6, 1, tzinfo=UTC))
    with pytest.raises(PeriodError, match="1700-01-01"):
        days.export("plaintext", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    days.export("plaintext", tmp_path / "out", first_day=FIRST, last_day=LAST)
    assert auditors.refusals(tmp_path / "out") == {}


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("sale", "sale"),
        ('a;b|c"d', "a b c d"),
        ("a  b\t\nc", "a b c"),
        ("\x1b[2Ja\u2028b\\", "[2Ja b"),
        (" ; ", ""),
    ],
)
def test_what_the_formats_take_for_their_own_is_left_out(hostile: str, harmless: str) -> None:
    assert fit(hostile) == harmless
