"""Approval in place: a second person's word for one act, on the cashier's own screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.rights import Right
from kiosk.sale.approval import Approved
from tests.kiosk.screens.conftest import CASHIER, MANAGER, MORNING, PINS, SUPERVISOR
from tests.kiosk.screens.test_hard_days import SlowDisk

if TYPE_CHECKING:
    from tests.kiosk.screens.conftest import Cashier, Opened

CARDS = '[scanner]\ncard = "8H"\n'


async def asked(cashier: Cashier, right: Right = Right.DISCOUNT) -> asyncio.Task[Approved | None]:
    """Ask on the sell screen, as one of its acts does."""
    asking = asyncio.ensure_future(cashier.sell.approved(right, "打九折"))
    await cashier.pilot.pause()
    while cashier.sell.approval is None:
        await cashier.pilot.pause()
    await cashier.settle()
    return asking


async def test_a_supervisor_approves_with_a_pin_while_the_ticket_stays_in_sight(
    opened: Opened,
) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("A", "A")
        asking = await asked(cashier)
        assert "s03 小张 请求授权：打九折" in cashier.screen
        assert "豆浆" in cashier.screen
        await cashier.type("2")
        await cashier.press("enter")
        assert "s02 李领班 的 PIN" in cashier.screen
        await cashier.type(PINS[SUPERVISOR])
        assert PINS[SUPERVISOR] not in cashier.screen
        await cashier.press("enter")
        assert await asking == Approved(Right.DISCOUNT, SUPERVISOR)
        await cashier.press("B", "f9")  # the cashier was never signed out
        assert (await cashier.doc("sale"))[0] == CASHIER


async def test_no_key_of_the_basket_acts_while_approval_is_asked(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("A")
        asking = await asked(cashier)
        await cashier.press("B", "plus", "f9", "delete", "f10", "ctrl+s", "f2")
        assert cashier.rung == [("F001", 1000)]
        assert cashier.selling
        await cashier.press("escape")
        assert await asking is None
        await cashier.press("B")
        assert cashier.rung == [("F001", 1000), ("F002", 1000)]
        assert await cashier.kinds() == []


async def test_a_wrong_pin_says_how_many_tries_are_left(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        asking = await asked(cashier)
        await cashier.type("2")
        await cashier.press("enter")
        for left in ("再错 2 次", "再错 1 次", "已锁定"):
            await cashier.type("0000")
            await cashier.press("enter")
            assert "Backspace 换人" in cashier.screen or left == "已锁定"
            assert left in cashier.screen
        assert "s02 李领班 的 PIN" not in cashier.screen  # somebody else may approve meanwhile
        await cashier.type("1")
        await cashier.press("enter")
        await cashier.type(PINS[MANAGER])
        await cashier.press("enter")
        assert await asking == Approved(Right.DISCOUNT, MANAGER)
        assert (await cashier.kinds()).count("approval_refused") == 3


async def test_nobody_approves_what_they_may_not_do(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        asking = await asked(cashier, Right.STAFF)
        assert "s01 站长 的 PIN" in cashier.screen  # only one can: the number need not be typed
        await cashier.press("backspace")
        await cashier.type("3")
        await cashier.press("enter")
        await cashier.type(PINS[CASHIER])
        await cashier.press("enter")
        assert "没有" in cashier.screen
        assert "s03 小张 的 PIN" not in cashier.screen  # another PIN of theirs would not help
        await cashier.type("1")
        await cashier.press("enter")
        await cashier.type(PINS[MANAGER])
        await cashier.press("enter")
        assert await asking == Approved(Right.STAFF, MANAGER)


async def test_a_card_approves(opened: Opened) -> None:
    async with opened(signed_in=CASHIER, settings=CARDS) as cashier:
        await cashier.books(lambda till: setattr(till, "guarded", False))
        await cashier.books(
            lambda till: till.set_card(SUPERVISOR, "04A2B3C4", ref=uuid4(), at=MORNING)
        )
        asking = await asked(cashier)
        cashier.scan("04A2B3C4", "enter")
        await cashier.settle()
        assert await asking == Approved(Right.DISCOUNT, SUPERVISOR)


async def test_keys_typed_while_the_pin_is_checked_come_to_the_basket_after_it(
    opened: Opened,
) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        asking = await asked(cashier)
        cashier.slowly("2", "enter")
        await cashier.pilot.pause()
        disk = SlowDisk(cashier)
        cashier.slowly(PINS[SUPERVISOR], "enter", "AB")
        await cashier.pilot.pause()
        assert cashier.rung == []
        disk.release()
        assert await asking is not None
        await cashier.settle()
        assert cashier.rung == [("F001", 1000), ("F002", 1000)]


async def test_a_lock_gives_the_approval_up(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("A")
        asking = await asked(cashier)
        await cashier.press("ctrl+l")
        assert await asking is None
        assert "请求授权" not in cashier.screen
        await cashier.sign_in(CASHIER)
        assert cashier.rung == [("F001", 1000)]
        await cashier.press("f9")
        assert await cashier.sold() == [200]


@pytest.mark.parametrize(
    ("keys", "said"), [("10% ctrl+d", "折扣 10% ✓"), ("= delete", "删除 1 豆浆 ✓")]
)
async def test_what_was_approved_is_said_to_be_done_and_its_question_is_gone(
    opened: Opened, keys: str, said: str
) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        await cashier.press("A")
        typed, *pressed = keys.split()
        await cashier.type(typed)
        await cashier.press(*pressed)
        assert "为什么" in cashier.said
        await cashier.press("1")
        assert cashier.sell.approval is not None
        assert cashier.said == ""
        await cashier.press("2", "enter")
        await cashier.type(PINS[SUPERVISOR])
        await cashier.press("enter")
        assert cashier.said == said


async def test_a_product_that_is_touched_instead_of_an_answer_ends_the_question(
    opened: Opened,
) -> None:
    async with opened() as cashier:
        await cashier.press("A")
        await cashier.type("10%")
        await cashier.press("ctrl+d")
        await cashier.pilot.click("#board", offset=(15, 1))
        await cashier.settle()
        assert cashier.rung == [("F001", 1000), ("F002", 1000)]
        assert "为什么" not in cashier.said


async def test_a_wrong_pin_leaves_who_asks_for_what_in_sight(opened: Opened) -> None:
    async with opened(signed_in=CASHIER) as cashier:
        asking = await asked(cashier)
        await cashier.press("2", "enter")
        await cashier.type("0000")
        await cashier.press("enter")
        for row in ("s03 小张 请求授权：打九折", "s02 李领班 的 PIN", "再错 2 次"):
            assert row in cashier.screen
        await cashier.press("escape")
        assert await asking is None
