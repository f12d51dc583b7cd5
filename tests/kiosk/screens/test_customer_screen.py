"""What a customer sees: every face in both languages and two sizes, and what a till makes of it."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from config.errors import Phrase
from config.language import words
from kiosk.sale.standing import Standing
from kiosk.screens.customer import CLOSED, CustomerApp, NoDisplayError, run_display
from kiosk.screens.customer_faces import Customer, closed_rows
from kiosk.screens.customer_frame import Frame
from kiosk.screens.customer_view import IDLE, CustomerItem, CustomerKind, CustomerView
from kiosk.screens.themes import LIGHT
from tests.kiosk.screens.test_customer_frame import PHRASES, STANDINGS, VIEWS
from tests.screen import text_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LATER_S = 3600.0
"""It does not look for a till again while a test shows it frames."""
GOLDEN = Path(__file__).with_name("golden")
STANDING = Standing(1_234_550, 123_455, 1203, 128_934)
FRAME = Frame(Phrase("环卫驿站", "Station"), "zh_CN", "dark", None, 10, STANDING)
ITEMS = (
    CustomerItem(Phrase("豆浆", "Soy milk"), 2000, 400),
    CustomerItem(Phrase("鲜肉包子", "Pork bun"), 1000, 250),
    CustomerItem(Phrase("花生", "Peanuts"), 544, 816),
)
CAME_DEARER = CustomerView(CustomerKind.BREAKFAST, ITEMS, 1466, 1000, 466, 0)
FACES = {
    "idle": IDLE,
    "sale": CustomerView(
        CustomerKind.SALE,
        (*ITEMS, CustomerItem(Phrase("优惠", "Discount"), 0, -66)),
        1400,
        due_fen=1400,
    ),
    "part paid": CustomerView(CustomerKind.SALE, ITEMS * 12, 17_592, due_fen=7592),
    "breakfast": CustomerView(CustomerKind.BREAKFAST, ITEMS[:2], 650, 1000, 0, 350),
    "above the cap": CAME_DEARER,
    "refused": CustomerView(
        CustomerKind.REFUSED,
        title=Phrase("今天已领过早餐", "Today's breakfast was taken"),
        message=Phrase("明天再来，谢谢", "come again tomorrow, thank you"),
    ),
    "enjoy": replace(
        CAME_DEARER, kind=CustomerKind.THANKS, due_fen=0, title=Phrase("请慢用", "Enjoy your meal")
    ),
    "change": CustomerView(
        CustomerKind.THANKS,
        (),
        1466,
        due_fen=-534,
        title=Phrase("谢谢惠顾", "Thank you"),
        message=Phrase("取餐号 3", "Pick-up number 3"),
    ),
}


@asynccontextmanager
async def display(
    home: Path, size: tuple[int, int] = (80, 24), lang: str | None = None
) -> AsyncIterator[CustomerApp]:
    app = CustomerApp(home, lang, again_s=LATER_S)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_customer_sees_what_was_drawn(
    tmp_path: Path, size: tuple[int, int], lang: str
) -> None:
    drawn = []
    async with display(tmp_path, size, lang) as app:
        drawn.append(text_of(app))
        for name, view in FACES.items():
            app.heard(replace(FRAME, view=view))
            await app.animator.wait_for_idle()
            drawn += [f"=== {name}\n", text_of(app)]
    path = GOLDEN / f"customer-{size[0]}x{size[1]}-{lang}.txt"
    shown = "".join(drawn)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


async def test_without_a_till_it_says_so_in_both_languages(tmp_path: Path) -> None:
    async with display(tmp_path) as app:
        assert "收 银 台 未 开" in text_of(app)
        assert "The till is closed" in text_of(app)
        app.heard(FRAME)
        assert "收 银 台" not in text_of(app)
        app.lost(CLOSED)
        assert "12345.50" not in text_of(app)
        assert "收 银 台 未 开" in text_of(app)


async def test_it_speaks_the_shops_language_and_wears_its_theme(tmp_path: Path) -> None:
    async with display(tmp_path) as app:
        app.heard(replace(FRAME, lang="en", theme="light"))
        assert "from 123,455 sales" in text_of(app)
        assert app.theme == LIGHT.name
        app.heard(replace(FRAME, lang="tlh", theme="plaid"))
        assert "来自 123,455 笔" in text_of(app)


async def test_a_language_that_was_asked_for_stays(tmp_path: Path) -> None:
    async with display(tmp_path, lang="en") as app:
        app.heard(FRAME)
        assert "from 123,455 sales" in text_of(app)


async def test_markup_and_steering_in_names_are_harmless_text(tmp_path: Path) -> None:
    names = ("[red]包子[/]", "[@click=app.quit]x[/]", "\x1b[2J豆浆", "\u202eabc")
    items = tuple(CustomerItem(Phrase(name, name), 1000, 100) for name in names)
    async with display(tmp_path) as app:
        app.heard(replace(FRAME, view=CustomerView(CustomerKind.SALE, items, 400, due_fen=400)))
        shown = text_of(app)
        assert "[red]包子[/]" in shown
        assert "[@click=app.quit]x[/]" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


async def test_nothing_but_the_key_that_ends_it_does_anything(tmp_path: Path) -> None:
    app = CustomerApp(tmp_path, again_s=LATER_S)
    async with app.run_test() as pilot:
        app.heard(FRAME)
        before = text_of(app)
        await pilot.press("a", "enter", "f1", "escape", "tab", "ctrl+p", "f9")
        assert text_of(app) == before
        assert app.is_running
        await pilot.press("ctrl+q")
        assert app.return_code == 0


async def test_few_breakfasts_are_not_told(tmp_path: Path) -> None:
    async with display(tmp_path, lang="en") as app:
        app.heard(replace(FRAME, standing=replace(STANDING, breakfasts=None)))
        assert "breakfasts" not in text_of(app)


async def test_before_the_books_are_read_it_says_welcome(tmp_path: Path) -> None:
    async with display(tmp_path) as app:
        app.heard(replace(FRAME, standing=None, badge=Phrase("练习", "TRAINING")))
        assert "欢 迎 光 临" in text_of(app)
        assert "练习" in text_of(app)


@given(
    VIEWS,
    st.none() | STANDINGS,
    PHRASES,
    st.integers(1, 200),
    st.integers(1, 70),
    st.sampled_from(["zh_CN", "en"]),
)
def test_every_face_fits_every_window(  # noqa: PLR0917 - a value for each of its words
    view: CustomerView, standing: Standing | None, shop: Phrase, width: int, height: int, lang: str
) -> None:
    frame = replace(FRAME, view=view, standing=standing, shop=shop)
    for rows in (
        Customer(frame, lang, words(lang)).rows(width, height),
        closed_rows(CLOSED, width, height),
    ):
        assert len(rows) == height
        assert all(sum(cell_len(span.text) for span in row) <= width for row in rows if width >= 40)


def test_a_display_without_a_terminal_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoDisplayError, match="终端"):
        run_display(tmp_path)
