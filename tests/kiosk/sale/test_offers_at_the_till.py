"""Options, tiers, overrides, discounts and rounding in the books, on paper, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.language import words
from config.rights import Right, Role
from kiosk.cli import main
from kiosk.errors import ApprovalNeededError, ShortPaymentError
from kiosk.sale.approval import Approved
from kiosk.sale.basket import Basket
from kiosk.sale.discounts import Discount
from kiosk.sale.lines import Line, Picked
from kiosk.sale.tenders import Offer
from kiosk.till.home import TRAINING_MARK
from kiosk.till.shift_state import OpenShift
from kiosk.till.till import Till
from ledger.money import from_fen
from receipts.layout import TRAINING, lay_out
from tests.kiosk.conftest import MORNING

if TYPE_CHECKING:
    from kiosk.till.core import Done
    from tests.kiosk.conftest import Counter

REGULAR = Discount(percent_bp=1000, reason="老顾客")
STALE = Discount(fen=50, reason="临期")


def noodles(counter: Counter, qty: int = 2000) -> Line:
    """Large hot noodles, as the shipped catalogue has them: 10.00."""
    product = counter.home.catalogue.by_sku("F011")
    assert product is not None
    groups = counter.home.catalogue.options_of(product)
    spicy, size = ({c.id: c for c in group.choices} for group in groups)
    picked = (Picked.of(groups[0], spicy["hot"]), Picked.of(groups[1], size["large"]))
    return Line.of(product, qty, picked=picked)


def rich(counter: Counter) -> Basket:
    """A basket with everything in it: 18.65 in lines after their own discounts, 16.50 to pay."""
    meal = counter.home.catalogue.by_sku("C002")
    soup = counter.home.catalogue.by_sku("F021")
    assert meal is not None
    assert soup is not None
    return (
        Basket()
        .add(Line.of(meal))
        .with_tier("certified", counter.home.catalogue)
        .add(Line.of(soup, price_fen=315))
        .add(Line.of(soup, price_fen=600))
        .with_discount(2, STALE)
        .with_sale_discount(REGULAR)
        .rounded(50)
    )


def pay(counter: Counter, basket: Basket) -> Done:
    offers = [Offer("wechat", from_fen(1000)), Offer("cash", basket.total - from_fen(1000))]
    return counter.till.sell(basket, offers, at=counter.tick())


@pytest.fixture
def guarded(counter: Counter) -> Counter:
    """The app's own kind of till with a cashier signed in and a shift open."""
    counter.till = Till(counter.database, counter.home.settings, guarded=True, by="s01")
    counter.till.role = Role.CASHIER
    counter.till.shift = OpenShift(1, counter.till.business_date(MORNING), 1, MORNING, "s01", 20000)
    return counter


def test_options_and_their_prices_are_on_the_record_and_on_the_paper(counter: Counter) -> None:
    basket = Basket().add(noodles(counter))
    done = counter.till.sell(basket, [Offer("cash", basket.total)], at=counter.tick())
    assert done.total == from_fen(2000)
    (line,) = done.record.doc["lines"]
    assert [option["id"] for option in line["options"]] == ["spicy.hot", "size.large"]
    text = lay_out(counter.till.receipt(done.number), 32, words("zh_CN")).text()
    assert "\n  特辣、大份\n" in text


def test_a_rounded_sale_debits_what_was_rounded_off_to_its_own_account(counter: Counter) -> None:
    done = pay(counter, rich(counter))
    doc = done.record.doc
    assert (done.total, doc["rounding_fen"], doc["discount_fen"]) == (from_fen(1650), 28, 237)
    assert counter.trial_balance() == {
        "101201": 1000,
        "100101": 650,
        "560109": 28,
        "500101": -1678,
        "560107": 10,
        "224101": -10,
    }
    assert doc["lines"][0]["price_tier"] == "certified"
    assert counter.audit().findings == []


def test_the_paper_adds_up_from_the_lines_to_what_was_paid(counter: Counter) -> None:
    done = pay(counter, rich(counter))
    text = lay_out(counter.till.receipt(done.number), 32, words("zh_CN")).text()
    for row in (
        "价格档                  社区认定",
        "爱心套餐    10.00     1    10.00",
        "  折扣：临期               -0.50",
        "小计                       18.65",
        "整单折扣：老顾客           -1.87",
        "抹零                       -0.28",
        "合计（元）                 16.50",
    ):
        assert f"\n{row}\n" in text


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
def test_all_of_a_rounded_sale_given_back_leaves_nothing_on_any_account(
    counter: Counter, order: tuple[int, ...]
) -> None:
    number = pay(counter, rich(counter)).number
    back = [counter.refund(number, {line: 1000}) for line in order]
    assert sum(int(done.total.amount * 100) for done in back) == 1650
    assert sum(done.record.doc.get("rounding_fen", 0) for done in back) == 28
    assert counter.trial_balance() == {}
    assert counter.audit().findings == []


def test_a_void_of_a_rounded_sale_undoes_its_rounding(counter: Counter) -> None:
    number = pay(counter, rich(counter)).number
    done = counter.void(number)
    assert (done.total, done.record.doc["rounding_fen"]) == (from_fen(1650), 28)
    assert counter.trial_balance() == {}
    text = lay_out(counter.till.receipt(done.number), 32, words("zh_CN")).text()
    assert "\n抹零                       -0.28\n" in text


def test_what_is_left_of_a_rounded_sale_says_what_would_be_paid_back(counter: Counter) -> None:
    number = pay(counter, rich(counter)).number
    for asked in ({1: 1000}, {3: 400}, {2: 1000, 3: 600}):
        seen = counter.till.sold(number).refund_fen(asked)
        assert counter.refund(number, asked).total == from_fen(seen)
    assert counter.till.sold(number).refund_fen({}) == 0


def test_a_return_without_a_sale_rounds_like_one(counter: Counter) -> None:
    basket = Basket().add(Line("X", "伞", from_fen(1999), catering=False)).rounded(100)
    done = counter.till.take_back(basket, "cash", at=counter.tick())
    assert done.total == from_fen(1900)
    assert counter.trial_balance() == {"500101": 1999, "100101": -1900, "560109": -99}


def test_paying_what_was_rung_before_the_discount_is_no_payment_short(counter: Counter) -> None:
    basket = rich(counter)
    with pytest.raises(ShortPaymentError):
        counter.till.sell(basket, [Offer("cash", from_fen(1649))], at=counter.tick())
    done = counter.till.sell(basket, [Offer("cash", from_fen(1700))], at=counter.tick())
    assert done.change == from_fen(50)


def test_the_same_basket_again_is_the_same_sale(counter: Counter) -> None:
    basket = rich(counter).approved(Approved(Right.DISCOUNT, "s02"))
    first, again = pay(counter, basket), pay(counter, basket)
    assert (again.new, again.number) == (False, first.number)


def test_a_discount_takes_a_right_or_a_colleagues_word_and_the_record_has_both(
    guarded: Counter,
) -> None:
    basket = Basket().add(noodles(guarded)).with_sale_discount(REGULAR)
    with pytest.raises(ApprovalNeededError) as asked:
        guarded.till.sell(basket, [Offer("cash", basket.total)], at=guarded.tick())
    assert asked.value.right is Right.DISCOUNT
    basket = basket.approved(Approved(Right.DISCOUNT, "s02"))
    record = guarded.till.sell(basket, [Offer("cash", basket.total)], at=guarded.tick()).record
    assert record.content["by"] == "s01"
    assert record.doc["approved"] == [{"by": "s02", "right": "discount"}]


def test_a_right_of_ones_own_needs_no_word(guarded: Counter) -> None:
    basket = Basket().add(noodles(guarded)).add(Line("T", "糖", from_fen(5))).rounded(10)
    record = guarded.till.sell(basket, [Offer("cash", basket.total)], at=guarded.tick()).record
    assert "approved" not in record.doc


def test_a_word_that_was_not_needed_is_not_on_the_record(guarded: Counter) -> None:
    basket = Basket().add(noodles(guarded)).with_discount(0, STALE)
    basket = basket.approved(Approved(Right.DISCOUNT, "s02")).with_discount(0, None)
    record = guarded.till.sell(basket, [Offer("cash", basket.total)], at=guarded.tick()).record
    assert "approved" not in record.doc


def test_an_auditor_sells_nothing(guarded: Counter) -> None:
    guarded.till.role = Role.AUDITOR
    with pytest.raises(ApprovalNeededError):
        guarded.sell("F001")


def test_a_return_and_a_removal_after_the_total_take_a_word(guarded: Counter) -> None:
    basket = guarded.basket("F001*2")
    line = basket.lines[0]
    with pytest.raises(ApprovalNeededError):
        guarded.till.take_back(basket, "cash", at=guarded.tick())
    lent = Approved(Right.RETURN, "s02")
    done = guarded.till.take_back(basket, "cash", at=guarded.tick(), approved=lent)
    assert done.record.doc["approved"] == [{"by": "s02", "right": "return"}]
    free = guarded.till.remove_line(basket, line, ref=uuid4(), at=guarded.tick())
    assert set(free.record.doc) == {"basket", "line"}
    with pytest.raises(ApprovalNeededError):
        guarded.till.remove_line(basket, line, ref=uuid4(), at=guarded.tick(), after_total=True)
    lent = Approved(Right.REMOVE_AFTER_TOTAL, "s02")
    late = guarded.till.remove_line(
        basket, line, ref=uuid4(), at=guarded.tick(), after_total=True, reason="点错", approved=lent
    )
    said = {key: late.record.doc[key] for key in ("after_total", "reason", "approved_by")}
    assert said == {"after_total": 1, "reason": "点错", "approved_by": "s02"}


def test_a_trainees_paper_says_so_wherever_it_is_printed(
    counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    counter.till.training = True
    number = counter.sell("F001").number
    paper = lay_out(counter.till.receipt(number), 32, words("zh_CN"))
    assert [paper.rows[place].text for place in (0, -1)] == [TRAINING, TRAINING]
    command = ["--home", str(counter.home.path), "receipt", str(number)]
    assert main(command) == 0
    assert TRAINING not in capsys.readouterr().out
    (counter.home.path / TRAINING_MARK).touch()
    assert main(command) == 0
    assert capsys.readouterr().out.count(TRAINING) == 2


def test_a_refund_goes_to_the_rounding_account_of_its_sale(counter: Counter) -> None:
    number = pay(counter, rich(counter)).number
    accounts = counter.till._accounts
    counter.till._accounts = type(accounts)("500102", "560199", "224199", "560110")
    counter.refund(number)
    assert counter.trial_balance() == {}
