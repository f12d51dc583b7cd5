"""``python -m config.locale``: bring the catalogues in step with the code, name what is open."""

from __future__ import annotations

import sys

from config.language import compiled
from config.locale import TRANSLATED, mo_bytes, po_bytes, source_path, untranslated, updated


def main() -> int:
    """Extract, update and compile; return 1 where a string still waits for a translator."""
    waiting = 0
    for lang in TRANSLATED:
        catalogue = updated(lang)
        source_path(lang).parent.mkdir(parents=True, exist_ok=True)
        source_path(lang).write_bytes(po_bytes(catalogue))
        compiled(lang).write_bytes(mo_bytes(catalogue))
        for message in untranslated(catalogue):
            sys.stdout.write(f"{lang}: {message!r}\n")
            waiting += 1
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
