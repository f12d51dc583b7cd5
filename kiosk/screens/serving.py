"""What the breakfast screen shows: a breakfast being chosen, a refusal, or a question before it."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from kiosk.screens import signs
from kiosk.screens.approval import Approving
from kiosk.screens.asking import reason_of
from kiosk.screens.breakfast_view import AskedFace, MealFace, Stage
from kiosk.screens.drawn import Bar
from kiosk.screens.entry import Entry
from kiosk.screens.keymap import Keymap
from kiosk.screens.meal import Meal
from kiosk.screens.questions import Question, Questions
from kiosk.screens.refused import Refused
from kiosk.screens.tiles import Tiles, breakfast_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from textual.app import ComposeResult
    from textual.events import Key, ScreenResume
    from textual.timer import Timer

    from config.errors import Refusal
    from config.language import Words
    from config.product import Product
    from kiosk.sale.breakfast import Serving
    from kiosk.sale.card_errors import CardRefusedError
    from kiosk.sale.lines import Line
    from kiosk.screens.desk import Desk
    from kiosk.screens.meal import HandOut


class Calls(NamedTuple):
    """What the screen has the app do, which keeps keys and taps in order meanwhile.

    ``record`` puts a breakfast in the books, ``left`` follows on one that was given up or a refusal
    that was read, ``reason`` is why one is handed out, ``changed`` tells of every change,
    ``keep`` has a key wait until all that is done.
    """

    record: Callable[[Meal], None]
    left: Callable[[], None]
    reason: Callable[[str], None]
    changed: Callable[[], None]
    keep: Callable[[Key], None]
    demo_tap: Callable[[], None]


class ServingView(Approving):
    """Shows one breakfast at a time; mounted once, so that a tap brings it up in one painting."""

    help_about = "breakfast"
    AUTO_FOCUS = ""

    def __init__(
        self,
        desk: Desk,
        *,
        lang: str,
        words: Words,
        clock: Callable[[], datetime],
        calls: Calls,
    ) -> None:
        super().__init__()
        self.desk = desk
        self.lang = lang
        self._ = words
        self.clock = clock
        self.calls = calls
        self.settings = desk.home.settings
        self.catalogue = desk.home.catalogue
        self.keymap = Keymap.of(self.settings, self.catalogue)
        self.meal: Meal | None = None
        """What is being chosen."""
        self.refusal: CardRefusedError | None = None
        """What is shown of a tap that is not served."""
        self.handing: tuple[Serving, int] | None = None
        """What is to be given without a card once it is known why; how many are left today."""
        self.recording = False
        """Whether the meal is on its way into the books."""
        self.waiting: tuple[str, ...] = ()
        """Who comes next, masked."""
        self.marked = 0
        self.began_at = 0.0
        """When what is shown began, by the clock of the keys."""
        self.tiles = Tiles(
            breakfast_pages(self.catalogue, lang, words("Breakfast")),
            0,
            lang,
            sold_out=words("sold out"),
            some_left=words("{count} left"),
        )
        self.questions = Questions(changed=self.draw, refused=self._not_that, hint=False)
        self._said = ("", "text")
        self._zone = ZoneInfo(self.settings.day.timezone)
        self._put_away: Timer | None = None
        self._styled = False

    def compose(self) -> ComposeResult:
        """Lay the screen out; see the style sheet for sizes."""
        yield Stage(id="stage", pick=self.pick, turn=self.turn_to, press=self.press)
        yield Entry(strike=self.strike, command=self.command, placeholder="", id="entry")
        yield Bar(id="tenders", press=self.press)
        yield Bar(id="functions", press=self.press)

    def on_mount(self) -> None:
        """Find the parts once."""
        self.stage = self.query_one(Stage)
        self.entry = self.questions.entry = self.query_one(Entry)
        self.set_focus(self.entry)

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Go on where nothing is shown any more: the till was locked over it meanwhile."""
        # Nothing's style changes while it is unseen, and styling anew is a third of a tap's time.
        event.refresh_styles = not self._styled
        self._styled = True
        if self.is_mounted and not self.busy and self.refusal is None:
            self.calls.left()

    # For the screen that stands on this one

    def pick(self, product: Product) -> None:
        """Choose an item."""
        raise NotImplementedError

    def turn_to(self, page: int) -> None:
        """Turn to page ``page`` (from 0) of the items."""
        raise NotImplementedError

    def strike(self, character: str) -> bool:
        """Take a printable key; say whether it is no part of what is typed."""
        raise NotImplementedError

    def command(self, key: str) -> bool:
        """Take a key that is no character; say whether it meant something."""
        raise NotImplementedError

    def press(self, key: str) -> None:
        """Do what ``key`` does: it was touched where it is shown."""
        self.entry.pressed_at = monotonic()
        if len(key) == 1:
            self.strike(key)
        else:
            self.command(key)

    # What is served

    @property
    def busy(self) -> bool:
        """Whether a breakfast is being chosen, recorded or asked about."""
        return self.meal is not None or self.handing is not None

    def serve(
        self, serving: Serving, left: Mapping[str, int], hand_out: HandOut | None = None
    ) -> None:
        """Begin a breakfast, with nothing chosen; ``left`` is what is left of counted items."""
        self.rest()
        self.tiles = replace(self.tiles.turned_to(0), left=dict(left))
        self.meal = Meal(serving, hand_out=hand_out)
        self._show()

    def refuse(self, refusal: CardRefusedError) -> None:
        """Show why a tap is not served, on the whole screen."""
        self.rest()
        self.refusal = refusal
        self._show()

    def ask_why(self, serving: Serving, left: int) -> None:
        """Ask why a breakfast is given without a card; ``left`` may be so given today."""
        self.rest()
        self.handing = serving, left
        label = self._("Why? A figure, or words and Enter")
        reasons = self.settings.breakfast.hand_out_reasons
        question = Question(label, reason_of, choices=reasons)
        self.questions.ask((question,), lambda answers: self.calls.reason(answers[0]), self.leave)
        self._show()

    def rest(self) -> None:
        """Serve nobody: what was chosen is forgotten."""
        self.meal = self.refusal = self.handing = None
        self.recording = False
        self.marked, self._said = 0, ("", "text")
        self.began_at = monotonic()
        self.questions.early.clear()
        if self.questions.asking or self.questions.busy:
            self.questions.over()
        if self.is_mounted:
            self.entry.value = ""
        if self._put_away is not None:
            self._put_away.stop()
            self._put_away = None

    def leave(self) -> None:
        """Give up what is shown; nothing of it is in the books."""
        self.rest()
        self.calls.changed()
        self.calls.left()

    def leave_after(self, seconds: float) -> None:
        """Give up what is shown in ``seconds``, unless a tap comes until then."""
        if self._put_away is not None:
            self._put_away.stop()
        self._put_away = self.set_timer(seconds, self.leave)

    def chosen(self, meal: Meal) -> None:
        """Go on with ``meal``."""
        self.meal = meal
        self.marked = min(self.marked, max(len(meal.basket.lines) - 1, 0))
        self._show()

    # What is said and drawn

    def say(self, text: str, tone: str = "text") -> None:
        """Say one sentence below what is chosen."""
        self._said = text, tone
        self.draw()

    def follow(self, waiting: tuple[str, ...]) -> None:
        """Show who waits, masked, in order."""
        if waiting != self.waiting:
            self.waiting = waiting
            self.draw()

    def _not_that(self, refusal: Refusal) -> None:
        self.say(refusal.say(self.lang), "bad")

    def _show(self) -> None:
        self.draw()
        self.calls.changed()

    def draw(self) -> None:
        """Draw what is to be seen now; only rows that changed are painted."""
        if not self.is_mounted:
            return
        _ = self._
        tenders: signs.Spans = ()
        keys: signs.Spans = ()
        if self.refusal is not None:
            count = len(self.waiting)
            self.stage.play(Refused(self.refusal, self.lang, self._zone, _, count))
        elif self.meal is not None:
            self.stage.play(self._meal_face(self.meal))
            tenders = signs.tenders(self.settings, self.lang, _)
            keys = self._meal_keys()
        elif self.handing is not None:
            self.stage.play(self._why_face(self.handing[1]))
            keys = signs.keys([("escape", _("Cancel"))])
        self.query_one("#tenders", Bar).show(tenders)
        self.query_one("#functions", Bar).show(keys)

    def _meal_face(self, meal: Meal) -> MealFace:
        said, tone = self._said
        if not said:
            said, tone = self._("A letter chooses, Enter records."), "dim"
            if meal.rest_fen > 0:
                said = self._("On top: the key of a tender takes it, an amount before it a part.")
        return MealFace(
            meal,
            self.tiles,
            self.marked,
            self.waiting,
            said,
            tone,
            self.desk.badges(self._),
            self._line_name,
            self._tender_name,
            self._,
        )

    def _meal_keys(self) -> signs.Spans:
        _ = self._
        keys = [
            ("enter", _("Record")),
            ("escape", _("Cancel")),
            ("-", _("One less")),
            ("delete", _("Remove")),
        ]
        if len(self.tiles.pages) > 1:
            keys.append(("pagedown", _("Page")))
        if self.desk.demo_taps:
            keys.append((self.keymap.key("sell.demo_tap"), _("Tap a demo card")))
        return signs.keys(keys)

    def _why_face(self, left: int) -> AskedFace:
        _, now = self._, self.questions.now
        note = _("{count} left today without a card").format(count=left)
        asked = now.rows() if now is not None else ()
        return AskedFace(_("A breakfast without a card"), note, asked, *self._said)

    def _line_name(self, line: Line) -> str:
        product = self.catalogue.by_sku(line.sku)
        return product.name(self.lang) if product else line.name

    def _tender_name(self, tender_id: str) -> str:
        tender = self.settings.tender(tender_id)
        return tender.name(self.lang) if tender else tender_id
