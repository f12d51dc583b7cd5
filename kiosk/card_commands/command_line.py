"""The words of ``kiosk cards``; imported with every command, so it imports nothing that costs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Everywhere = Callable[[argparse.ArgumentParser], None]

_STATES = ("active", "blocked", "replaced", "expired", "forgotten")
_LONGEST_S = 3600.0
_MOST = 999


def cards_parser(cards: argparse.ArgumentParser, everywhere: Everywhere) -> None:
    """Teach ``cards`` its commands; ``everywhere`` adds what every command understands."""
    everywhere(cards)
    commands = cards.add_subparsers(metavar="COMMAND", required=True, dest="cards_command")

    def add(
        name: str, text: str, *, writes: bool = True, about: tuple[str, str] | None = None
    ) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=text)
        everywhere(parser)
        parser.add_argument("--json", action="store_true", help="one line of JSON")
        if about is not None:
            parser.add_argument(about[0], metavar=about[1], help="ct_…, as kiosk cards list says")
        if writes:
            parser.add_argument(
                "--as", dest="by", metavar="NUMBER", help="who does it: a supervisor or manager"
            )
            parser.add_argument(
                "--pin-stdin",
                action="store_true",
                help="the PIN from standard input, then whatever else would be asked for",
            )
        return parser

    listing = add("list", "名单 · every card, names masked", writes=False)
    listing.add_argument("--state", choices=_STATES)
    add("stats", "统计 · cards by type, state and month, and refusals", writes=False)
    card, holder = ("card", "CARD"), ("holder", "HOLDER")
    _holder_words(add("add", "发卡 · a card for a new holder"))
    new = add("replace", "换卡 · another card for its holder; the old one dies", about=card)
    _chip_words(new)
    new.add_argument("--reason", metavar="TEXT", help="without a name")
    for name, text in (
        ("block", "停用 · stop a card until it is unblocked"),
        ("unblock", "恢复 · let a blocked card be good again"),
        ("expire", "作废 · end a card for good"),
    ):
        add(name, text, about=card).add_argument(
            "--reason", metavar="TEXT", required=name == "block", help="without a name"
        )
    forget = add("forget", "注销 · erase a holder's data for good", about=holder)
    forget.add_argument("--yes", action="store_true", help="without asking for the token again")
    add("show", "查看资料 · a holder's data in full; that is recorded", about=holder)
    photo = add("photo", "取出照片 · a holder's picture; that is recorded", about=holder)
    photo.add_argument("--out", type=Path, required=True, metavar="FILE")
    _import_words(add("import", "导入 · cards from a list, .csv or .xlsx"))
    write = add("personalise", "写卡 · give a chip its keys, on a PC/SC reader")
    _reader_words(write)
    write.add_argument("--count", type=_count, default=1, metavar="N", help="one after another")
    write.add_argument("--key-version", type=_count, metavar="N", help="the newest otherwise")
    add("rotate-keys", "换密钥 · add a version to the master keys")
    add("keys", "密钥版本 · the versions of the master keys", writes=False)


def run(arguments: argparse.Namespace) -> int:
    """Run the command that the words name; its room is imported now."""
    match arguments.cards_command:
        case "list" | "stats" as name:
            from kiosk.card_commands import listing  # noqa: PLC0415

            return (listing.list_cards if name == "list" else listing.stats)(arguments)
        case "import":
            from kiosk.card_commands.importing import import_list  # noqa: PLC0415

            return import_list(arguments)
        case "personalise" | "rotate-keys" | "keys" as name:
            from kiosk.card_commands import chips  # noqa: PLC0415

            ways = {"personalise": chips.personalise, "rotate-keys": chips.rotate}
            return ways.get(name, chips.keys)(arguments)
        case _:
            from kiosk.card_commands.changes import change  # noqa: PLC0415

            return change(arguments)


def _holder_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="sealed; never in the books")
    _chip_words(parser)
    parser.add_argument("--employer", metavar="TEXT")
    parser.add_argument("--phone", metavar="NUMBER")
    parser.add_argument("--photo", type=Path, metavar="FILE", help=".png or .jpg")
    parser.add_argument("--type", metavar="ID", help="of card_types; the only one otherwise")
    parser.add_argument("--expires", metavar="YYYY-MM-DD", help="its last day")


def _chip_words(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--uid", metavar="HEX", help="the chip's number, first byte first")
    which.add_argument("--reading", metavar="TEXT", help="as --reader writes it")
    which.add_argument("--tap", action="store_true", help="tapped twice on a reader")
    _reader_words(parser)


def _reader_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reader", metavar="ID", help="of the readers in kiosk.toml")
    parser.add_argument(
        "--seconds", type=_seconds, default=60.0, metavar="N", help="to wait for a card (60)"
    )


def _import_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="docs/cards.md")
    parser.add_argument("--dry-run", action="store_true", help="say what would be; write nothing")
    parser.add_argument("--skip-bad", action="store_true", help="issue the good lines alone")
    parser.add_argument("--type", metavar="ID", help="of lines that name none")
    parser.add_argument("--reader", metavar="ID", help="card numbers are as this reader writes")
    parser.add_argument(
        "--columns", action="append", metavar="name=HEADER,…", help="headers of your own"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="a new .csv, line by line")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_S:
        raise argparse.ArgumentTypeError(
            f"{text!r} 不行（1 至 {_LONGEST_S:.0f} 秒）· 1 to {_LONGEST_S:.0f} seconds"
        )
    return seconds


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= _MOST):
        raise argparse.ArgumentTypeError(
            f"{text!r} 不行（1 至 {_MOST} 的整数）· a whole number from 1 to {_MOST}"
        )
    return int(text)
