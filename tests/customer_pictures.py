"""Pictures of the customer's screen, of made-up moments; drawn by ``python -m tests.pictures``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kiosk.screens.customer import CustomerApp
from kiosk.screens.customer_view import IDLE
from tests.kiosk.screens.test_customer_screen import FACES, FRAME, LATER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

    from kiosk.screens.customer_view import CustomerView

NOWHERE: Final = Path("/nonexistent")
MOMENTS: Final[dict[str, CustomerView]] = {
    "customer-idle": IDLE,
    "customer-sale": FACES["sale"],
    "customer-breakfast": FACES["breakfast"],
    "customer-refused": FACES["refused"],
    "customer-thanks": FACES["enjoy"],
}


async def customer_pictures(
    size: tuple[int, int], lang: str, draw: Callable[[App[Any], str], None]
) -> None:
    """Give ``draw`` the app and a name at every moment."""
    app = CustomerApp(NOWHERE, lang, again_s=LATER_S)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for name, view in MOMENTS.items():
            app.heard(replace(FRAME, view=view))
            await pilot.pause()
            draw(app, name)
