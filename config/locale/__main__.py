"""``python -m config.locale``: bring the catalogues in step with the code, name what is open."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

from config.language import compiled
from config.locale import TRANSLATED, mo_bytes, po_bytes, source_path, untranslated, updated

_MODE = 0o644


def main() -> int:
    """Extract, update and compile; return 1 where a string still waits for a translator."""
    waiting = 0
    for lang in TRANSLATED:
        catalogue = updated(lang)
        source_path(lang).parent.mkdir(parents=True, exist_ok=True)
        _replace(source_path(lang), po_bytes(catalogue))
        _replace(compiled(lang), mo_bytes(catalogue))
        for message in untranslated(catalogue):
            sys.stdout.write(f"{lang}: {message!r}\n")
            waiting += 1
    return 1 if waiting else 0


def _replace(path: Path, content: bytes) -> None:
    """Write ``path`` whole or not at all: a program that starts meanwhile reads the old words."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        half = Path(file.name)
        try:
            file.write(content)
            file.flush()
            half.chmod(_MODE)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
