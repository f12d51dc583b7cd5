"""``python -m tests.pictures``: draw the screens of docs/pictures from a day of a made-up kiosk.

A picture is painted cell by cell, so that Chinese lands exactly where a terminal would put it.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageFont
from rich.cells import cell_len

from kiosk.screens.app import KioskApp
from kiosk.till.home import open_home

if TYPE_CHECKING:
    from rich.style import Style
    from textual.pilot import Pilot

    from config.errors import Refusal

PICTURES: Final = Path(__file__).resolve().parents[1] / "docs" / "pictures"
FONT: Final = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"
SIMPLIFIED_MONO: Final = 7
SIZE: Final = 20
COLOURS: Final = 64
MORNING: Final = datetime(2026, 11, 23, 23, 26, tzinfo=UTC)

RING: Final = ("A", "A", "B", "I", "F", "F", "F", "right", "B", "left", "2", "*", "b", "s")
STEPS: Final[dict[str, tuple[str, ...]]] = {
    "empty": (),
    "sell": (*RING, "enter"),
    "search": ("backspace", "n", "m"),
    "change": ("escape", "1", "0", "0", "f9"),
    "split": ("A", "D", "J", "5", "f9"),
    "help": ("f5", "f1"),
    "history": ("f1", "f2", "enter"),
    "refund": ("t", "plus", "down", "plus"),
}
KEPT: Final = ("sell", "change", "history")
"""The pictures that the papers show; the others are drawn when a folder is named."""


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
        draw.text((at[0], at[1] - 3), character, font=font(weight), fill=front)


def paint(app: KioskApp, path: Path) -> None:
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


async def settled(pilot: Pilot[Refusal]) -> None:
    """Wait until everything asked of the till is on the screen."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def day(folder: Path, size: tuple[int, int], lang: str, names: tuple[str, ...]) -> None:
    """Live through ``STEPS`` on a new home, and draw those in ``names`` into ``folder``."""
    with TemporaryDirectory() as home:
        app = KioskApp(open_home(Path(home) / "home"), lang=lang, clock=lambda: MORNING)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            for name, keys in STEPS.items():
                for key in keys:
                    await pilot.press(key)
                await settled(pilot)
                if name in names:
                    suffix = "" if folder == PICTURES else f"-{size[0]}-{lang}"
                    paint(app, folder / f"{name}{suffix}.png")
        app.desk.close()


def main(arguments: list[str]) -> None:
    """Draw the pictures that are kept, or all in every size and language into a named folder."""
    if not arguments:
        asyncio.run(day(PICTURES, (100, 30), "zh_CN", KEPT))
        return
    for size in ((80, 24), (120, 40)):
        for lang in ("zh_CN", "en"):
            asyncio.run(day(Path(arguments[0]), size, lang, tuple(STEPS)))


if __name__ == "__main__":
    main(sys.argv[1:])
