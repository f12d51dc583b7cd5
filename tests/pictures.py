"""``python -m tests.pictures``: draw the screens of docs/pictures from a day of a made-up kiosk.

A picture is painted cell by cell, so that Chinese lands exactly where a terminal would put it.
Every screen is reached by the keys that a cashier would press, from the first start to the Z
report. With a folder, every scene is drawn into it in both sizes and both languages.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PIL import Image, ImageDraw, ImageFont
from rich.cells import cell_len

from kiosk.screens import made_up
from kiosk.screens.app import KioskApp
from kiosk.till.home import SETTINGS_FILE, open_home, training_home
from tests.customer_pictures import customer_pictures
from tests.kiosk.screens.conftest import Cashier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.style import Style
    from textual.app import App

    from kiosk.till.home import Home

PICTURES: Final = Path(__file__).resolve().parents[1] / "docs" / "pictures"
FONT: Final = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"
SIMPLIFIED_MONO: Final = 7
SIZE: Final = 16
COLOURS: Final = 64
NIGHT: Final = datetime(2026, 11, 23, 22, 40, tzinfo=UTC)
"""Twenty to seven on 24 November in Chongqing."""

SIZES: Final = ((80, 24), (120, 40))
LANGS: Final = ("zh_CN", "en")

MANAGER_PIN, SUPERVISOR_PIN, CASHIER_PIN = "135790", "8642", "9753"
MADE_UP_PIN: Final = made_up.MANAGER_PIN


class Typed(str):
    """Text that fingers type, a character at a time; any other ``str`` is the name of a key."""

    __slots__ = ()


class Scene(NamedTuple):
    """Some minutes later these keys are pressed; then the screen is drawn, if it has a name."""

    name: str
    minutes: int
    keys: tuple[str, ...]


def answers(*texts: str) -> tuple[str, ...]:
    """Texts, each with its Enter."""
    return tuple(key for text in texts for key in (Typed(text), "enter"))


NEW: Final = (
    Scene("first-start", 0, ()),
    Scene("", 0, (*answers(MANAGER_PIN, MANAGER_PIN), "ctrl+s", "1", *answers("李领班"), "2")),
    Scene("", 0, (*answers(SUPERVISOR_PIN, SUPERVISOR_PIN), "1", *answers("小张"), "1")),
    Scene("staff", 1, answers(CASHIER_PIN, CASHIER_PIN)),
)
OPENING: Final = (
    Scene("sign-in", 5, answers("3")),
    Scene("", 0, (*answers(CASHIER_PIN), "f10")),
    Scene("shift-menu", 1, ()),
    Scene("shift-open", 1, ("1", *answers("", "1", "3", "4", "6", "12", "12", "20"))),
    Scene("", 1, ("enter", "escape")),
)
MORNING: Final = (
    Scene("sell-empty", 5, ()),
    Scene("sell", 4, ("A", "A", "B", "I", "F", "F", "F", Typed("2*bs"), "enter", "up", "up")),
    Scene("search", 0, (Typed("nm"),)),
    Scene("pay-change", 0, ("escape", Typed("50"), "f9")),
    Scene("options", 1, ("right", "A", "c", "f")),
    Scene("pay-split", 0, ("left", "A", Typed("5"), "f9")),
    Scene("", 0, ("f5",)),
    Scene("discount", 1, ("A", "B", "F", Typed("20%"), "ctrl+d")),
    Scene("approval", 0, ("1", *answers("2"))),
    Scene("discounted", 0, answers(SUPERVISOR_PIN)),
    Scene("", 0, ("f9",)),
    Scene("", 1, ("right", "right", Typed("30"), "ctrl+k", "A", "left", "left")),
    Scene("", 0, (Typed("8"), "ctrl+k", "D", "ctrl+k", "J")),
    Scene("tier", 2, ("ctrl+t", "right", "right", "A", "left", "left")),
    Scene("", 0, ("f9", "A", "F", Typed("蓝衣服"), "f4", "A", "B", "I", "f4")),
    Scene("parked", 3, ("H", "f3")),
    Scene("", 0, ("1", "f9", "f3", "1", "f5", "f6")),
    Scene("rounding", 2, ("F", "F", "F", "A", "ctrl+r")),
    Scene("", 0, ("f9",)),
    Scene("removed", 3, ("A", "K", "I", "=", "delete")),
    Scene("", 0, ("2", *answers("2", SUPERVISOR_PIN), "f9")),
    Scene("help", 1, ("A", "f1")),
)
LATER: Final = (
    Scene("", 20, ("f1", "f5", "C", "C", "I", "f7", "f2")),
    Scene("history", 0, ("enter",)),
    Scene("history-search", 0, ("/", *answers("豆浆"))),
    Scene("history-refund", 0, ("escape", "down", "down", "t", "plus", "plus")),
    Scene("", 0, ("enter", *answers("质量问题"))),
    Scene("history-approval", 0, answers("2")),
    Scene("", 0, (*answers(SUPERVISOR_PIN), "escape", "f10", "3", "2")),
    Scene("", 5, (*answers("6"), "enter", *answers("2", SUPERVISOR_PIN))),
    Scene("", 2, ("2", "1", *answers("100"))),
    Scene("shift-x", 0, (*answers("换硬币"), "6", *answers("2", SUPERVISOR_PIN))),
    Scene("locked", 30, ("escape", "A", "ctrl+l")),
    Scene("", 400, (*answers("3", CASHIER_PIN), "f9", "f10", "7")),
    Scene("shift-count", 10, answers("1", "3", "4", "1", "1", "6", "1")),
    Scene("shift-difference", 1, ("enter", "enter")),
    Scene("shift-z", 1, ("1", "enter")),
)
BREAKFASTS: Final = (
    Scene("breakfast", 5, ("`", "A", "A", "B", "F")),
    Scene("breakfast-on-top", 2, ("enter", "`", "D", "K", "B")),
    Scene("", 0, ("f5", "`", "`")),
    Scene("breakfast-refused", 1, ("B", "enter")),
    Scene("breakfast-hand-out", 3, ("escape", "ctrl+o")),
    Scene("", 0, ("escape", "ctrl+b", *answers("1", MADE_UP_PIN))),
    Scene("cards", 2, ("down", "down")),
)
"""On the demo's own home: a key taps a card there."""

BOTH: Final = (
    "sell",
    "pay-change",
    "pay-split",
    "approval",
    "history",
    "shift-open",
    "shift-difference",
)
"""Kept in both sizes; everything else with a name at 80×24 alone."""


class Brush(NamedTuple):
    """What draws a day: where to, at which size, in which language, and everything or not."""

    folder: Path
    size: tuple[int, int]
    lang: str
    all: bool = False

    def draws(self, name: str) -> bool:
        """Whether a scene is kept at this size."""
        return bool(name) and (self.all or self.size == SIZES[0] or name in BOTH)

    def path(self, name: str) -> Path:
        return self.folder / f"{name}-{self.size[0]}x{self.size[1]}-{self.lang}.png"


@lru_cache
def font(weight: str, size: int = SIZE) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT.format(weight), size, index=SIMPLIFIED_MONO)


def colours(style: Style | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Foreground and background of a style."""
    front = style.color.get_truecolor() if style and style.color else (220, 220, 220)
    back = style.bgcolor.get_truecolor() if style and style.bgcolor else (0, 0, 0)
    return (tuple(back), tuple(front)) if style and style.reverse else (tuple(front), tuple(back))


def block(character: str, x: int, y: int, wide: int, high: int) -> tuple[int, int, int, int] | None:
    """The part of a cell that a block character fills: a terminal draws these without a font."""
    match character:
        case "█":
            return x, y, x + wide - 1, y + high - 1
        case "▀":
            return x, y, x + wide - 1, y + high // 2 - 1
        case "▄":
            return x, y + high // 2, x + wide - 1, y + high - 1
        case _:
            return None


def write(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    character: str,
    weight: str,
    front: tuple[int, ...],
) -> None:
    """Write one character; one that the font makes wider than its cells is set smaller."""
    room = cell_len(character) * SIZE // 2
    needed = font(weight).getlength(character)
    if needed > room + 1:
        size = round(SIZE * room / needed * 1.2)
        lower = (SIZE - size) // 2
        draw.text((at[0] - 1, at[1] + lower), character, font=font(weight, size), fill=front)
    else:
        draw.text((at[0], at[1] - 2), character, font=font(weight), fill=front)


def paint(app: App[Any], path: Path) -> None:
    """Draw what ``app`` shows into a PNG."""
    wide, high = SIZE // 2, round(SIZE * 1.3)
    columns, rows = app.size
    image = Image.new("RGB", (columns * wide, rows * high))
    draw = ImageDraw.Draw(image)
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        x = 0
        for text, style, _ in (each for each in strip if each.text):
            front, back = colours(style)
            end = (x + cell_len(text)) * wide - 1
            draw.rectangle((x * wide, y * high, end, (y + 1) * high - 1), fill=back)
            weight = "Bold" if style and style.bold else "Regular"
            for character in text:
                if part := block(character, x * wide, y * high, wide, high):
                    draw.rectangle(part, fill=front)
                else:
                    write(draw, (x * wide, y * high), character, weight, front)
                x += cell_len(character)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


class Clock:
    """Stands still between the scenes, so that pictures do not depend on the machine."""

    def __init__(self) -> None:
        self.now = NIGHT

    def __call__(self) -> datetime:
        return self.now


async def live(
    home: Home, scenes: tuple[Scene, ...], brush: Brush, clock: Clock, *, demo: bool = False
) -> None:
    """Live through ``scenes``, drawing those that ``brush`` keeps."""
    app = KioskApp(home, lang=brush.lang, clock=clock, demo=demo)
    try:
        async with app.run_test(size=brush.size) as pilot:
            cashier = Cashier(app, pilot)
            await cashier.settle()
            for scene in scenes:
                clock.now += timedelta(minutes=scene.minutes)
                for key in scene.keys:
                    if isinstance(key, Typed):
                        await cashier.type(key)
                    else:
                        await cashier.press(key)
                if tick := getattr(app.screen, "tick", None):
                    tick()
                await cashier.settle()
                if brush.draws(scene.name):
                    paint(app, brush.path(scene.name))
    finally:
        app.desk.close()


async def day(brush: Brush) -> None:
    """Live through a day, a crash and its recovery, training, and a look at the light theme."""
    come_in = answers("3", CASHIER_PIN)
    with TemporaryDirectory() as folder:
        path, clock = Path(folder) / "home", Clock()
        await live(open_home(path), NEW, brush, clock)
        await live(open_home(path), (*OPENING, *MORNING), brush, clock)
        # The ticket under the help was never paid: whoever starts the till again finds it.
        await live(open_home(path), (Scene("recovered", 2, come_in), *LATER), brush, clock)
        training = Scene("training", 1, (*come_in, "A", "B"))
        await live(training_home(path), (training,), brush, clock)
        (path / SETTINGS_FILE).write_text('[screen]\ntheme = "light"\n', encoding="utf-8")
        again = Scene(
            "", 1, (*come_in, "f10", "1", *answers("2"), *["down"] * 7, "enter", "escape")
        )
        light = Scene("light", 0, ("A", "A", "B", "I", Typed("2*bs"), "enter"))
        await live(open_home(path), (again, light, Scene("", 0, ("f9",))), brush, clock)
        made_up, early = open_home(Path(folder) / "demo"), Clock()
        await live(made_up, BREAKFASTS, brush, early, demo=True)


async def customer(brush: Brush) -> None:
    """Draw what the customer sees."""

    def draw(app: App[Any], name: str) -> None:
        if brush.draws(name):
            paint(app, brush.path(name))

    await customer_pictures(brush.size, brush.lang, draw)


def brushes(arguments: list[str]) -> Iterator[Brush]:
    """Give each size and language; into a named folder everything is drawn in all of them."""
    folder = Path(arguments[0]) if arguments else PICTURES
    for size in SIZES:
        for lang in LANGS:
            yield Brush(folder, size, lang, all=bool(arguments))


def main(arguments: list[str]) -> None:
    """Draw all pictures."""
    for brush in brushes(arguments):
        asyncio.run(day(brush))
        asyncio.run(customer(brush))


if __name__ == "__main__":
    main(sys.argv[1:])
