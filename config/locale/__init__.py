"""The catalogues of words, and what keeps them in step with the code (needs Babel)."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config.language import DOMAIN, LANGUAGES, LOCALE

ROOMS = ("config", "ledger", "receipts", "kiosk")
KEYWORDS = {"_": None, "words": None}
TRANSLATED = tuple(lang for lang in LANGUAGES if lang != "en")
_WIDTH = 100
_NOTE = "# Words of the screens, papers and commands; `python -m config.locale` keeps them in step."
# Dates and the tool's version would make every run a change; the rest would be empty forms.
_VOLATILE = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Generated-By",
    "Project-Id-Version",
    "Report-Msgid-Bugs-To",
    "Last-Translator",
    "Language-Team",
)
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def source_path(lang: str) -> Path:
    """Return the place of the catalogue of ``lang`` that people edit."""
    return LOCALE / lang / "LC_MESSAGES" / f"{DOMAIN}.po"


def marked(root: Path = LOCALE.parent.parent) -> Catalog:
    """Return every string that the rooms under ``root`` mark with ``_`` or ``words``."""
    template = Catalog(domain=DOMAIN)
    for room in ROOMS:
        # A language code is the argument of config.language.words, not a text.
        found = extract_from_dir(root / room, keywords=KEYWORDS, comment_tags=("Words:",))
        for file, _line, message, comments, context in found:
            if message not in LANGUAGES:
                template.add(
                    message,
                    locations=[(f"{room}/{Path(file).as_posix()}", 0)],
                    auto_comments=comments,
                    context=context,
                )
    return template


def written(lang: str) -> Catalog:
    """Return the catalogue of ``lang`` as it stands in its file; empty where there is none."""
    path = source_path(lang)
    if not path.exists():
        return Catalog(locale=lang, domain=DOMAIN, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=lang, domain=DOMAIN, abort_invalid=True)


def updated(lang: str, root: Path = LOCALE.parent.parent) -> Catalog:
    """Return the catalogue of ``lang`` with what is newly marked, without what is marked no more.

    Nothing is guessed from similar strings: a new one is empty until someone translates it.
    """
    catalogue = written(lang)
    catalogue.update(marked(root), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = _NOTE
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the English strings that have no translation, or only a fuzzy one."""
    return [str(each.id) for each in catalogue if each.id and (each.fuzzy or not each.string)]


def po_bytes(catalogue: Catalog) -> bytes:
    """Return ``catalogue`` as a .po file; the same catalogue gives the same bytes."""
    file = BytesIO()
    write_po(file, catalogue, width=_WIDTH, sort_by_file=True, include_lineno=False)
    volatile = tuple(f'"{header}:'.encode() for header in _VOLATILE)
    lines = file.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(volatile))


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return ``catalogue`` compiled, as the program reads it."""
    catalogue.creation_date = catalogue.revision_date = _NO_DATE
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()
