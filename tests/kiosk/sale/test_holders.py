"""What may be kept of a card's holder."""

from __future__ import annotations

import pytest

from config.errors import TextError
from kiosk.sale.holders import PhoneError, employer_of, holder_name, phone_of


@pytest.mark.parametrize(
    "name", ["王秀英", "䶮", "𬀩", "[red]王[/]", "=1+1", "O’Brien", "买买提·艾力"]
)
def test_a_name_is_kept_as_it_is_written(name: str) -> None:
    assert holder_name(f" {name} ") == name


@pytest.mark.parametrize("name", ["", "  ", "王\u202e秀", "王\x1b[2J", "王\u200b", "宽" * 31])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(TextError, match="姓名"):
        holder_name(name)


def test_an_employer_and_a_telephone_may_be_left_out() -> None:
    assert employer_of("  ") == ""
    assert phone_of("  ") == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "13800138000"),
        ("１３８", "138"),
        ("+86 138-0013-8000", "+86 138-0013-8000"),
        ("12345", "12345"),
    ],
)
def test_a_telephone_is_digits_however_they_are_grouped(typed: str, kept: str) -> None:
    assert phone_of(typed) == kept


@pytest.mark.parametrize("typed", ["王", "138x", "-138", "138-", "1" * 25, "=138", "13"])
def test_what_is_no_telephone_is_refused_in_both_languages(typed: str) -> None:
    with pytest.raises(PhoneError) as refused:
        phone_of(typed)
    assert "电话" in refused.value.zh
    assert "telephone" in refused.value.en
