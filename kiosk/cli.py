"""Every command of ``kiosk``: the words on the command line, and which room answers them.

Rooms are imported when their command runs, so that no command pays for another's libraries.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from config.errors import Refusal
from config.language import LANGUAGES
from config.rights import Role
from kiosk import __version__
from kiosk.card_commands.command_line import cards_parser
from kiosk.card_commands.command_line import run as run_cards

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Command = Callable[[argparse.Namespace], int]

REFUSED = 1
"""Exit code of a refusal: said on standard error in both languages, nothing half done."""

_LONGEST_NUMBER = 18
"""Digits of a receipt's number: SQLite's integers hold them all."""

_LONGEST_WAIT = 5
"""Digits of how many seconds may be waited: more than a day."""

USAGE = 2
"""Exit code of a command line that cannot be understood."""


class Parser(argparse.ArgumentParser):
    """A parser whose refusals are bilingual."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and where to look; exit with 2."""
        sys.stderr.write(
            f"命令写法不对：{message}。用 {self.prog} --help 查看用法。\n"
            f"The command is not understood: {message}. See {self.prog} --help.\n"
        )
        raise SystemExit(USAGE)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give the process's exit code.

    0: done. 1: refused, with a sentence in Chinese and English. 2: not understood.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding than ours shows what it cannot write, and goes on.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args(argv)
    command: Command = arguments.command
    try:
        code = command(arguments)
        sys.stdout.flush()
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return REFUSED
    except BrokenPipeError:
        # The reader of our output has gone (``… | head``); Python would complain at exit.
        sys.stderr.close()
        return REFUSED
    except OSError as error:
        sys.stderr.write(f"系统拒绝：{error}。\nThe system refused: {error}.\n")
        return REFUSED
    except KeyboardInterrupt:
        return 130
    return code


def default_home() -> Path:
    """Give the home of a user who names none: ``kiosk`` in the platform's data folder."""
    from platformdirs import user_data_path  # noqa: PLC0415

    return user_data_path("kiosk", appauthor=False)


def _display(arguments: argparse.Namespace) -> int:
    from kiosk.screens.customer import run_display  # noqa: PLC0415
    from kiosk.till.home import TRAINING  # noqa: PLC0415

    home = arguments.home or default_home()
    return run_display(home / TRAINING if arguments.training else home, lang=arguments.lang)


def _sell(arguments: argparse.Namespace) -> int:
    if arguments.display:
        return _display(arguments)
    from kiosk.screens.app import run, run_training  # noqa: PLC0415

    way = run_training if arguments.training else run
    return way(arguments.home or default_home(), lang=arguments.lang)


def _demo(arguments: argparse.Namespace) -> int:
    from kiosk.screens.app import run_demo  # noqa: PLC0415

    return run_demo(lang=arguments.lang)


def _replay(arguments: argparse.Namespace) -> int:
    from kiosk.replay.command import replay  # noqa: PLC0415

    arguments.home = arguments.home or default_home()
    return replay(arguments)


def _receipt(arguments: argparse.Namespace) -> int:
    from kiosk.ledger_commands import receipt  # noqa: PLC0415

    arguments.home = arguments.home or default_home()
    return receipt(arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from kiosk.doctor.command import doctor  # noqa: PLC0415

    arguments.home = arguments.home or default_home()
    return doctor(arguments)


def _ledger(arguments: argparse.Namespace) -> int:
    from kiosk import ledger_commands  # noqa: PLC0415

    arguments.home = arguments.home or default_home()
    command: Command = getattr(ledger_commands, arguments.ledger_command)
    return command(arguments)


def _staff(arguments: argparse.Namespace) -> int:
    from kiosk.people_commands import staff  # noqa: PLC0415

    arguments.home = arguments.home or default_home()
    return staff(arguments)


def _readers(arguments: argparse.Namespace) -> int:
    from kiosk.readers_command import readers  # noqa: PLC0415

    arguments.home = arguments.home or default_home()
    return readers(arguments)


def _cards(arguments: argparse.Namespace) -> int:
    arguments.home = arguments.home or default_home()
    return run_cards(arguments)


def _parser() -> Parser:
    parser = Parser(
        prog="kiosk", description="爱心驿站小卖部收银与账簿 · Till and books of a station kiosk"
    )
    parser.add_argument("--version", action="version", version=f"kiosk {__version__}")
    _everywhere(parser, default=None)
    parser.add_argument("--training", action="store_true", help="练习 · the same as training")
    parser.add_argument(
        "--display", action="store_true", help="顾客屏 · the customer's screen beside an open till"
    )
    parser.set_defaults(command=_sell)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")

    training = commands.add_parser(
        "training", help="练习：另设账簿，不入账 · practise, in a book of its own"
    )
    _everywhere(training)
    training.set_defaults(command=_sell, training=True)

    demo = commands.add_parser(
        "demo", help="试用：临时目录，退出即删 · the till on a throw-away home"
    )
    _everywhere(demo)
    demo.set_defaults(command=_demo)

    replay = commands.add_parser(
        "replay", help="把真实销售逐笔记入 · ring real sales from a CSV file"
    )
    _everywhere(replay)
    replay.add_argument("file", type=Path, metavar="FILE", help=".csv or .csv.gz")
    replay.add_argument(
        "--map", type=Path, required=True, metavar="MAP.toml", help="docs/replay.md"
    )
    replay.add_argument("--book", help="ring everything into this book")
    replay.add_argument("--report", type=Path, help="where rejected rows are listed")
    replay.add_argument(
        "--announce",
        action="store_true",
        help="one line per ticket on standard output, once durable",
    )
    replay.add_argument("--json", action="store_true", help="one line of totals")
    replay.set_defaults(command=_replay)

    receipt = commands.add_parser("receipt", help="查看小票 · show the paper of a number as text")
    _everywhere(receipt)
    receipt.add_argument("number", type=_number, metavar="NUMBER")
    receipt.add_argument("--book")
    receipt.add_argument("--columns", type=int, choices=(32, 48))
    receipt.set_defaults(command=_receipt)

    _staff_parser(commands.add_parser("staff", help="人员 · who may work at the till"))
    _readers_parser(commands.add_parser("readers", help="读卡器 · the card readers, and taps"))
    cards = commands.add_parser("cards", help="早餐卡 · breakfast cards and their holders")
    cards_parser(cards, _everywhere)
    cards.set_defaults(command=_cards)
    doctor = commands.add_parser(
        "doctor", help="自检：能不能收银 · whether this kiosk is fit to sell"
    )
    _everywhere(doctor)
    doctor.add_argument("--full", action="store_true", help="every index entry, too: slower")
    doctor.add_argument("--json", action="store_true", help="one line of JSON")
    doctor.set_defaults(command=_doctor)

    _ledger_parser(commands.add_parser("ledger", help="查账 · read, prove and export the books"))
    return parser


def _staff_parser(staff: argparse.ArgumentParser) -> None:
    _everywhere(staff)
    staff.set_defaults(command=_staff)
    commands = staff.add_subparsers(metavar="COMMAND", required=True, dest="staff_command")

    def add(
        name: str, text: str, *, one: bool = True, writes: bool = True
    ) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=text)
        _everywhere(parser)
        parser.add_argument("--json", action="store_true", help="one line of JSON")
        if one:
            parser.add_argument("staff", metavar="NUMBER", help="s02, or just 2")
        if writes:
            parser.add_argument(
                "--as", dest="by", metavar="NUMBER", help="whose PIN lets this be done: a manager's"
            )
            parser.add_argument(
                "--pin-stdin",
                action="store_true",
                help="PINs from standard input, a line each: that of --as, then the new one",
            )
        return parser

    def role(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--role", choices=[each.value for each in Role], required=True)

    add("list", "名单 · who there is", one=False, writes=False)
    new = add("add", "添加 · a new member", one=False)
    new.add_argument("name", metavar="NAME", help="on screens only, never in the books")
    new.add_argument("--id", metavar="NUMBER", help="the next free one otherwise")
    role(new)
    add("disable", "停用 · may work here no longer")
    add("enable", "恢复 · may work here again")
    role(add("role", "换角色 · another role"))
    add("reset-pin", "重设 PIN · a new PIN, which ends a lock-out")
    card = add("card", "登记员工卡 · register a staff card, read by the card reader")
    card.add_argument("--remove", action="store_true", help="take the card away instead")


def _readers_parser(readers: argparse.ArgumentParser) -> None:
    _everywhere(readers)
    readers.set_defaults(command=_readers)
    readers.add_argument(
        "--seconds", type=_seconds, metavar="N", help="listen so long; until Ctrl+C otherwise"
    )
    readers.add_argument("--show", action="store_true", help="whole numbers of cards")
    readers.add_argument("--json", action="store_true", help="a line of JSON for each tap")


def _ledger_parser(ledger: argparse.ArgumentParser) -> None:
    _everywhere(ledger)
    ledger.set_defaults(command=_ledger)
    commands = ledger.add_subparsers(metavar="COMMAND", required=True, dest="ledger_command")

    def add(
        name: str, text: str, *, book: bool = True, json: str = "one line of JSON"
    ) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=text)
        _everywhere(parser)
        if book:
            parser.add_argument("--book", help="one book; all of them otherwise")
        if json:
            parser.add_argument("--json", action="store_true", help=json)
        return parser

    add("balance", "科目余额 · trial balance")
    _days(add("fund", "爱心基金 · the fund, or its statement over a period"))
    served = add("breakfasts", "爱心早餐 · breakfasts by day, hour, item or station")
    served.add_argument("--by", choices=("day", "hour", "item", "station"), default="day")
    served.add_argument(
        "--public", action="store_true", help="公示 · without what could point at somebody"
    )
    _days(served)
    add("shifts", "班次 · every shift, and what its count said")
    z = add("z", "Z 报表 · a Z report as it was printed")
    z.add_argument("number", type=_number, metavar="NUMBER")
    z.add_argument("--columns", type=int, choices=(32, 48))
    add("verify", "校验 · prove that nothing was altered", book=False)
    log = add("log", "操作日志 · every record, filtered", json="one line of JSON a record")
    log.add_argument("--kind")
    log.add_argument("--by", help="staff id: who did it, approved it, or was refused")
    _days(log)
    rebuild = add("rebuild", "重建 · projections from records, into a new database", book=False)
    rebuild.add_argument(
        "--out", type=Path, metavar="FILE", help="a new file; DIR/rebuilt-<UTC>.db otherwise"
    )
    export = add("export", "导出 · files for auditors", json="")
    export.add_argument("format", choices=("plaintext", "csv"))
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    _days(export)


def _everywhere(parser: argparse.ArgumentParser, default: object = argparse.SUPPRESS) -> None:
    """Let --home and --lang stand before or after a command."""
    parser.add_argument(
        "--home", type=Path, default=default, metavar="DIR", help="the kiosk's folder"
    )
    parser.add_argument("--lang", choices=LANGUAGES, default=default)


def _days(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="first_day", type=_day, metavar="YYYY-MM-DD")
    parser.add_argument("--to", dest="last_day", type=_day, metavar="YYYY-MM-DD")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise argparse.ArgumentTypeError(
            f"{text!r} 不是小票号码（应如 128）· not the number of a receipt (like 128)"
        )
    return int(text)


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_WAIT):
        raise argparse.ArgumentTypeError(
            f"{text!r} 不是秒数（应如 30）· not a number of seconds (like 30)"
        )
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} 不是日期（应如 2026-11-23）· not a date (like 2026-11-23)"
        ) from error


if __name__ == "__main__":
    raise SystemExit(main())
