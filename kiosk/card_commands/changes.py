"""One card or one holder at a time: given, replaced, stopped, forgotten, shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from kiosk.card_commands.called import card_states
from kiosk.card_commands.files import new_file
from kiosk.card_commands.photos import photo_in
from kiosk.card_commands.sitting import plain, sitting
from kiosk.card_commands.tapping import card_from
from kiosk.errors import TillError
from kiosk.ledger_commands.desk import out, out_json, table
from kiosk.sale.card_cells import day_of
from kiosk.sale.cards import Holder
from kiosk.sale.holders import employer_of, holder_name, phone_of
from kiosk.sale.refs import new_ref

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from kiosk.card_commands.sitting import Sitting
    from kiosk.sale.cards import BreakfastCard

_LAST: Final = 4


class TypeNeededError(TillError):
    """There are several types of card, and none was named."""

    def __init__(self, types: list[str]) -> None:
        names = ", ".join(types)
        super().__init__(
            f"有几种卡：请用 --type 说明是哪一种（{names}）。",
            f"There are several types of card: say which with --type ({names}).",
        )


class NotConfirmedError(TillError):
    """Whoever was to confirm typed something else."""

    def __init__(self) -> None:
        super().__init__(
            "和要注销的编号不一样：什么都没有改。",
            "That is not the token that was to be forgotten: nothing was changed.",
        )


class ExpiredNowError(TillError):
    """A new card that would have expired already."""

    def __init__(self) -> None:
        super().__init__(
            "有效期已过：请写今天或以后的日期。",
            "It would have expired already: give today or a later day.",
        )


class NoPhotoError(TillError):
    """There is no picture of the holder."""

    def __init__(self) -> None:
        super().__init__("这位持卡人没有照片。", "There is no picture of this holder.")


def change(arguments: argparse.Namespace) -> int:
    """Run one command that changes one card, or looks at one holder; tell what is true now.

    Raises:
        Refusal: nothing was changed.
    """
    with sitting(arguments) as sat:
        told, lines = _CHANGES[arguments.cards_command](sat, arguments)
    if arguments.json:
        out_json(told)
    else:
        out(*lines)
    return 0


_Told: TypeAlias = tuple[dict[str, Any], list[str]]


def default_type(types: list[str], wanted: str | None) -> str:
    """Give the type ``wanted``, or the only one there is.

    Raises:
        TypeNeededError: there are several.
    """
    if wanted is not None:
        return wanted
    if len(types) != 1:
        raise TypeNeededError(types)
    return types[0]


def _add(sat: Sitting, arguments: argparse.Namespace) -> _Told:
    types = [each.id for each in sat.home.settings.card_types]
    kind = default_type(types, arguments.type)
    expires = None if arguments.expires is None else day_of(arguments.expires)
    if expires is not None and expires < sat.till.service_day(sat.at):
        raise ExpiredNowError
    holder = Holder(
        holder_name(arguments.name),
        employer_of(arguments.employer or ""),
        phone_of(arguments.phone or ""),
        None if arguments.photo is None else photo_in(arguments.photo),
    )
    tap = card_from(sat, arguments)
    card = sat.till.issue(
        holder,
        tap,
        type_id=kind,
        ref=new_ref(),
        at=sat.at,
        expires=expires,
        approved=sat.approved,
    )
    return _told(sat, card, holder.masked)


def _replace(sat: Sitting, arguments: argparse.Namespace) -> _Told:
    sat.till.card(arguments.card)  # a wrong token is said before anybody taps
    tap = card_from(sat, arguments)
    card = sat.till.replace(
        arguments.card,
        tap,
        ref=new_ref(),
        at=sat.at,
        reason=arguments.reason or "",
        approved=sat.approved,
    )
    return _told(sat, card)


def _stop(sat: Sitting, arguments: argparse.Namespace) -> _Told:
    ways: dict[str, Callable[..., BreakfastCard]] = {
        "block": sat.till.block,
        "unblock": sat.till.unblock,
        "expire": sat.till.expire,
    }
    card = ways[arguments.cards_command](
        arguments.card,
        reason=arguments.reason or "",
        ref=new_ref(),
        at=sat.at,
        approved=sat.approved,
    )
    return _told(sat, card)


def _forget(sat: Sitting, arguments: argparse.Namespace) -> _Told:
    holder = sat.holder(arguments.holder)
    if not arguments.yes:
        typed = sat.secrets.ask(
            f"要注销 {holder}：资料无法恢复，卡全部作废，账不变。请输入编号的最后四位",
            f"Forgetting {holder} for good: the cards die, the books stay. Type the last four "
            "signs of the token",
        )
        if typed.strip().lower() not in {holder[-_LAST:], holder}:
            raise NotConfirmedError
    sat.till.forget(holder, ref=new_ref(), at=sat.at, approved=sat.approved)
    line = sat.words("{holder} is forgotten: nothing of the holder can be read any more")
    return {"holder": holder, "forgotten": True}, [line.format(holder=holder)]


def _show(sat: Sitting, arguments: argparse.Namespace) -> _Told:
    token = sat.holder(arguments.holder)
    shown = sat.till.show_holder(token, ref=new_ref(), at=sat.at, approved=sat.approved)
    told = {
        "holder": token,
        "name": shown.name,
        "employer": shown.employer,
        "phone": shown.phone,
        "photo": shown.photo is not None,
    }
    _ = sat.words
    rows = [
        [_("Name"), shown.name],
        [_("Employer"), shown.employer],
        [_("Phone"), shown.phone],
        [_("Photo"), _("no") if shown.photo is None else _("yes")],
    ]
    return told, table(rows, right=())


def _photo(sat: Sitting, arguments: argparse.Namespace) -> _Told:
    token = sat.holder(arguments.holder)
    shown = sat.till.show_holder(token, ref=new_ref(), at=sat.at, approved=sat.approved)
    if shown.photo is None:
        raise NoPhotoError
    with new_file(arguments.out) as file:
        file.write(shown.photo)
    return {"holder": token, "out": str(arguments.out)}, [str(arguments.out)]


def _told(sat: Sitting, card: BreakfastCard, name: str = "") -> _Told:
    kind = sat.home.settings.card_type(card.type)
    state = card_states(sat.words)[card.state]
    until = sat.words("until {day}").format(day=card.expires.isoformat())
    said = [card.card, name, kind.name(sat.lang) if kind else card.type, state, until]
    return plain(card), ["  ".join(filter(None, said))]


_CHANGES: Final[dict[str, Callable[[Sitting, argparse.Namespace], _Told]]] = {
    "add": _add,
    "replace": _replace,
    "block": _stop,
    "unblock": _stop,
    "expire": _stop,
    "forget": _forget,
    "show": _show,
    "photo": _photo,
}
