"""The words of the screens and papers: English in the code, Chinese from the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from gettext import GNUTranslations
from pathlib import Path
from typing import TypeAlias

from config.errors import ConfigError, Fault, Phrase, shown

LANGUAGES = ("zh_CN", "en")
DOMAIN = "kiosk"
LANGUAGES_ALLOWED = Phrase(" / ".join(LANGUAGES), " or ".join(LANGUAGES))
LOCALE = Path(__file__).with_name("locale")

Words: TypeAlias = Callable[[str], str]
"""Gives the words of one language for an English text marked with ``_`` or ``words``."""


def words(lang: str) -> Words:
    """Return the words of ``lang``; an English text that has no translation stays English.

    Raises:
        ConfigError: ``lang`` is none of ``LANGUAGES``.
    """
    if lang not in LANGUAGES:
        wrong = Phrase(f"没有语言 {shown(lang)}", f"there is no language {shown(lang)}")
        raise ConfigError(None, [Fault("language", wrong, LANGUAGES_ALLOWED)])
    if lang == "en":
        return str
    with compiled(lang).open("rb") as catalogue:
        return GNUTranslations(catalogue).gettext


def compiled(lang: str) -> Path:
    """Return the place of the compiled catalogue of ``lang``."""
    return LOCALE / lang / "LC_MESSAGES" / f"{DOMAIN}.mo"
