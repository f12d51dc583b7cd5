"""``kiosk cards list`` and ``stats``: which cards there are, and what is counted of them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from config.language import words
from kiosk.card_commands.books import reading
from kiosk.card_commands.called import card_states
from kiosk.card_commands.sitting import now, plain
from kiosk.ledger_commands.desk import out, out_json, table
from kiosk.sale.card_errors import rule_title
from kiosk.sale.cards import CardState
from kiosk.till import card_rows
from kiosk.till.card_figures import last_used, refusals, served_since, state_on
from receipts.layout import TRAINING

if TYPE_CHECKING:
    import argparse

    from config.settings import Settings
    from kiosk.card_commands.books import Books
    from kiosk.sale.cards import BreakfastCard

DAYS: Final = 30
"""How many service days back, today included, a card counts as used lately."""


def list_cards(arguments: argparse.Namespace) -> int:
    """List the cards, those that changed last at the end; names are masked.

    ``--json`` gives a list of ``card``, ``holder``, ``name`` (masked), ``type``, ``level``,
    ``key_version``, ``state``, ``expires``, ``issued`` (UTC) and ``last_used`` (a service day).

    Raises:
        Refusal: the books cannot be read.
    """
    with reading(arguments.home) as books:
        assert books.cursor is not None  # noqa: S101 - the books are needed
        today = books.today(now())
        names = {token: holder.masked for token, holder in books.holders().items()}
        used = last_used(books.cursor, books.book)
        cards = [
            (card, state_on(card, today))
            for card in card_rows.cards_of(books.cursor, books.book)
            if arguments.state in {None, state_on(card, today).value}
        ]
    if arguments.json:
        out_json(
            [
                plain(card)
                | {
                    "state": state.value,
                    "name": names.get(card.holder, ""),
                    "last_used": used[card.card].isoformat() if card.card in used else None,
                }
                for card, state in cards
            ]
        )
        return 0
    lang = arguments.lang or books.settings.language
    _ = words(lang)
    states = card_states(_)
    heading = [_("Breakfast card"), _("Holder"), _("Name"), _("Type"), _("Proven by"), _("State")]
    rows = [
        [
            card.card,
            card.holder,
            names.get(card.holder, ""),
            type_name(books.settings, card.type, lang),
            card.level.value,
            states[state],
            card.expires.isoformat(),
            used[card.card].isoformat() if card.card in used else "",
        ]
        for card, state in cards
    ]
    out(*([TRAINING] if books.training else []))
    out(*table([[*heading, _("Good until"), _("Last used")], *rows], right=()))
    return 0


def type_name(settings: Settings, type_id: str, lang: str) -> str:
    """Give what a type is called; its id where the settings no longer have it."""
    kind = settings.card_type(type_id)
    return kind.name(lang) if kind else type_id


def stats(arguments: argparse.Namespace) -> int:
    """Count the cards by type and state, those issued by month, their use, and the refusals.

    ``--json`` gives ``types`` (type, then state), ``issued`` (month, local), ``used`` (``since``,
    ``cards``, ``breakfasts``) and ``refusals`` (rule).

    Raises:
        Refusal: the books cannot be read.
    """
    with reading(arguments.home) as books:
        assert books.cursor is not None  # noqa: S101 - the books are needed
        today = books.today(now())
        cards = card_rows.cards_of(books.cursor, books.book)
        since = today - timedelta(days=DAYS - 1)
        breakfasts, used = served_since(books.cursor, books.book, since)
        refused = refusals(books.cursor, books.book)
    types: dict[str, Counter[str]] = {each.id: Counter() for each in books.settings.card_types}
    for card in cards:
        types.setdefault(card.type, Counter())[state_on(card, today).value] += 1
    issued = Counter(_month(card, books) for card in cards)
    told: dict[str, Any] = {
        "types": {name: dict(counts) for name, counts in types.items()},
        "issued": dict(sorted(issued.items())),
        "used": {"since": since.isoformat(), "cards": used, "breakfasts": breakfasts},
        "refusals": dict(refused.most_common()),
    }
    if arguments.json:
        out_json(told)
    else:
        out(*([TRAINING] if books.training else []))
        out(*_told(told, books.settings, arguments.lang or books.settings.language))
    return 0


def _month(card: BreakfastCard, books: Books) -> str:
    return f"{card.issued.astimezone(books.zone):%Y-%m}"


def _told(told: dict[str, Any], settings: Settings, lang: str) -> list[str]:
    _ = words(lang)
    names = card_states(_)
    heading = [_("Type"), *(names[state] for state in CardState), _("Total")]
    rows = [
        [
            type_name(settings, kind, lang),
            *(str(counts.get(state.value, 0)) for state in CardState),
            str(sum(counts.values())),
        ]
        for kind, counts in told["types"].items()
    ]
    lines = table([heading, *rows], right=range(1, len(heading)))
    months = [[month, str(count)] for month, count in told["issued"].items()]
    if months:
        lines += ["", *table([[_("Issued in"), _("Cards")], *months], right=(1,))]
    used = told["used"]
    lines += [
        "",
        _("Since {day}: cards used {cards}, breakfasts {breakfasts}").format(
            day=used["since"], cards=used["cards"], breakfasts=used["breakfasts"]
        ),
    ]
    refused = [[_rule_name(rule, lang), str(count)] for rule, count in told["refusals"].items()]
    if refused:
        lines += ["", *table([[_("Refused because"), _("Taps")], *refused], right=(1,))]
    return lines


def _rule_name(rule: str, lang: str) -> str:
    title = rule_title(rule)
    return title.zh if lang == "zh_CN" else title.en
