from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from babel.messages.mofile import read_mo

from config.errors import ConfigError, Refusal
from config.language import LANGUAGES, compiled, words
from config.locale import (
    TRANSLATED,
    marked,
    mo_bytes,
    po_bytes,
    source_path,
    untranslated,
    updated,
    written,
)
from config.rights import ROLE_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from babel.messages.catalog import Catalog

PLACES = re.compile(r"\{[^}]*\}|%\([^)]*\)[a-z]|%[a-z]")


def entries(catalogue: Catalog) -> dict[str, str]:
    return {str(each.id): str(each.string or "") for each in catalogue if each.id}


def test_english_is_the_source() -> None:
    assert words("en")("Change due") == "Change due"


def test_a_text_without_a_translation_stays_english() -> None:
    assert words("zh_CN")("a text that nobody marks") == "a text that nobody marks"


@pytest.mark.parametrize("lang", ["fr", "zh", "", "../en", "EN"])
def test_an_unknown_language_names_the_allowed(lang: str) -> None:
    with pytest.raises(ConfigError) as refused:
        words(lang)
    assert refused.value.key == "language"
    for sentence in (refused.value.zh, refused.value.en):
        assert repr(lang) in sentence
        assert all(each in sentence for each in LANGUAGES)


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_marked_string_is_translated(lang: str) -> None:
    assert untranslated(updated(lang)) == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_catalogue_has_what_is_marked_and_nothing_else(lang: str) -> None:
    assert entries(written(lang)).keys() == entries(marked()).keys()
    in_step = source_path(lang).read_bytes() == po_bytes(updated(lang))
    assert in_step, "python -m config.locale brings the catalogue in step with the code"


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_compiled_catalogue_is_the_written_one(lang: str) -> None:
    with compiled(lang).open("rb") as file:
        assert entries(read_mo(file)) == entries(written(lang))
    say = words(lang)
    for english, translated in entries(written(lang)).items():
        assert say(english) == translated


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_keeps_the_places_to_fill(lang: str) -> None:
    for english, translated in entries(written(lang)).items():
        assert sorted(PLACES.findall(english)) == sorted(PLACES.findall(translated)), english


def test_marked_strings_are_found_in_the_rooms_and_language_codes_are_none(tmp_path: Path) -> None:
    (tmp_path / "kiosk").mkdir()
    source = 'say = words("zh_CN")\nsay_ = self._("Pay now")\nwords("Total")\nother("No")\n'
    (tmp_path / "kiosk" / "screen.py").write_text(source, encoding="utf-8")
    found = marked(tmp_path)
    assert set(entries(found)) == {"Pay now", "Total"}
    assert untranslated(found) == ["Pay now", "Total"]


def test_a_new_string_waits_for_a_translator_and_a_fuzzy_one_too(tmp_path: Path) -> None:
    (tmp_path / "kiosk").mkdir()
    (tmp_path / "kiosk" / "screen.py").write_text('_("Quite new")\n_("Guessed")\n', "utf-8")
    catalogue = updated("zh_CN", tmp_path)
    assert entries(catalogue) == {"Quite new": "", "Guessed": ""}
    catalogue.add("Guessed", "猜的", flags=("fuzzy",))
    assert untranslated(catalogue) == ["Quite new", "Guessed"]


def test_compiling_loses_nothing() -> None:
    catalogue = written("zh_CN")
    catalogue.add("Pay now", "付款")
    assert entries(read_mo(BytesIO(mo_bytes(catalogue))))["Pay now"] == "付款"


def test_a_refusal_speaks_both_languages() -> None:
    refusal = Refusal("不行。", "No.")
    assert (refusal.say("zh_CN"), refusal.say("en")) == ("不行。", "No.")
    assert str(refusal) == "不行。\nNo."


def test_a_role_is_called_the_same_on_every_screen_and_in_every_log() -> None:
    for lang in LANGUAGES:
        _ = words(lang)
        logged = [_("cashier"), _("supervisor"), _("manager"), _("auditor")]
        assert logged == [name.zh if lang == "zh_CN" else name.en for name in ROLE_NAMES.values()]
