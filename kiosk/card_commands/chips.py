"""The keys of cards: ``keys`` lists their versions, ``rotate-keys`` adds one, ``personalise``.

Keys are never shown. A card that is written is on a PC/SC reader; one that was torn away in the
middle is simply written again.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from config.language import words
from kiosk.card_commands.books import reading
from kiosk.card_commands.sitting import sitting
from kiosk.card_commands.tapping import reader_of, say
from kiosk.devices import ntag424
from kiosk.devices.card_keys import read_card_keys, rotate_card_keys
from kiosk.ledger_commands.desk import out, out_json
from kiosk.sale.cards import CardState, Tap
from kiosk.till import card_rows

if TYPE_CHECKING:
    import argparse


def keys(arguments: argparse.Namespace) -> int:
    """List the versions of the master keys, and how many good cards each has; make none.

    ``--json`` gives ``versions`` and ``newest`` (null for none), and ``cards`` by version.

    Raises:
        CardKeyError: the keys cannot be used.
    """
    found = read_card_keys(arguments.home)
    with reading(arguments.home, needed=False) as books:
        cards = [] if books.cursor is None else card_rows.cards_of(books.cursor, books.book)
    good = {CardState.ACTIVE, CardState.BLOCKED}
    counts = Counter(each.key_version for each in cards if each.state in good)
    versions = found.versions if found else ()
    if arguments.json:
        out_json(
            {
                "versions": list(versions),
                "newest": found.newest if found else None,
                "cards": {str(each): counts[each] for each in counts if each is not None},
            }
        )
        return 0
    _ = words(arguments.lang or books.settings.language)
    if found is None:
        out(_("No card keys yet: kiosk cards personalise makes the first."))
        return 0
    line = _("Version {version}: {count} cards")
    newest = _("newest")
    for each in versions:
        said = line.format(version=each, count=counts[each])
        out(f"{said} ({newest})" if each == found.newest else said)
    return 0


def rotate(arguments: argparse.Namespace) -> int:
    """Add a version of the master key; cards that have an older one are still good.

    ``--json`` gives ``newest`` and ``versions``.

    Raises:
        Refusal: no key was added.
    """
    with sitting(arguments, screen=False) as sat:
        made = rotate_card_keys(sat.home.path)
    if arguments.json:
        out_json({"newest": made.newest, "versions": list(made.versions)})
    else:
        line = sat.words(
            "Version {version} is the newest: write the cards again with kiosk cards personalise, "
            "and keep a copy of the key file apart from the database"
        )
        out(line.format(version=made.newest))
    return 0


def personalise(arguments: argparse.Namespace) -> int:
    """Give keys to ``--count`` cards, one after the other, on a PC/SC reader.

    A card of ours gets the keys of the newest version, or of ``--key-version``. ``--json`` gives a
    line for each: ``card`` (its token, null for none of ours), ``key_version`` and ``shown``.

    Raises:
        Refusal: this card was not written; the cards before it were.
    """
    from kiosk.devices.pcsc import next_card  # noqa: PLC0415 - its libraries may not be there

    with sitting(arguments, screen=False) as sat:
        reader = reader_of(sat.home.settings.readers, arguments.reader, frozenset({"pcsc"}))
        made = read_card_keys(sat.home.path, make=True)
        assert made is not None  # noqa: S101 - it was made
        version = made.newest if arguments.key_version is None else arguments.key_version
        for number in range(arguments.count):
            say(*(("请放卡", "put a card on the reader") if number == 0 else _NEXT))
            with next_card(reader, timeout_s=arguments.seconds, fresh=number > 0) as transmit:
                uid = ntag424.personalise(transmit, made, version)
            known = sat.till.card_of(uid)
            told: dict[str, Any] = {
                "card": known.card if known else None,
                "key_version": version,
                "shown": Tap(reader.id, uid).shown,
            }
            if arguments.json:
                out_json(told)
            else:
                line = sat.words("Card {shown} has the keys of version {version}")
                said = line.format(shown=told["shown"], version=version)
                out(f"{said}  {known.card}" if known else said)
    return 0


_NEXT = ("请换下一张卡", "put the next card on the reader")
