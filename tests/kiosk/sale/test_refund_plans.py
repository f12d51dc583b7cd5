"""What goes back of a sale with discounts and rounding: what was paid, and never another fen."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from config.settings import load_settings
from kiosk.sale.basket import Basket
from kiosk.sale.discounts import Discount
from kiosk.sale.lines import Line
from kiosk.sale.refunds import plan_refund, refunded_milli, sold_lines
from kiosk.sale.tenders import Offer, settle
from kiosk.till import docs
from ledger import rules
from ledger.entries import Side
from ledger.money import from_fen, to_fen
from tests.kiosk.sale.conftest import baskets

TENDERS = load_settings().tenders
ACCOUNTS = rules.SaleAccounts("500101", "560107", "224101", "560109")


def sold(basket: Basket, *offers: tuple[str, int]) -> dict[str, Any]:
    """Write the document of a sale paid by ``offers``; the rest is paid in cash."""
    due = to_fen(basket.total)
    taken, rest = [], due
    for tender, fen in offers:
        taken.append(Offer(tender, from_fen(min(fen, rest))))
        rest -= min(fen, rest)
    paid = settle(basket.total, [*taken, Offer("cash", from_fen(rest))], TENDERS)
    lines = basket.priced
    return docs.sale(lines, paid, due, 0) | docs.particulars(basket, lines, basket.approvals)


def postings_of(back: dict[str, Any]) -> Counter[str]:
    """Give what a refund debits less what it credits, by account, in fen."""
    made: Counter[str] = Counter()
    tendered = [rules.Tendered(t["account"], from_fen(t["amount_fen"])) for t in back["tenders"]]
    total, rounding = from_fen(back["total_fen"]), back.get("rounding_fen", 0)
    for posting in rules.money_back(tendered, total, 0, ACCOUNTS, rounding):
        fen = to_fen(posting.amount)
        made[posting.account] += fen if posting.side is Side.DEBIT else -fen
    return made


def given_back(sale: dict[str, Any], earlier: list[dict[str, Any]], asked: Any) -> dict[str, Any]:  # noqa: ANN401
    plan = plan_refund(sale, earlier, asked)
    return docs.give_back(1, plan, asked, reversed_fen=0, kept_fen=0, reason="")


def test_a_refund_pays_back_what_was_paid_and_not_what_was_rung() -> None:
    basket = Basket().add(Line("A", "小面", from_fen(705), 2000)).add(Line("B", "糖", from_fen(95)))
    sale = sold(basket.rounded(100))
    assert (sale["total_fen"], sale["rounding_fen"]) == (1500, 5)
    first = given_back(sale, [], {1: 1000})
    # 705 of the 1505 rung: 702.66 of the 1500 paid.
    assert (first["total_fen"], first["rounding_fen"]) == (703, 2)
    rest = given_back(sale, [first], None)
    assert (rest["total_fen"], rest["rounding_fen"], rest["completes"]) == (797, 3, 1)


def test_a_discount_is_given_back_with_the_line_that_bore_it() -> None:
    basket = (
        Basket().add(Line("A", "小面", from_fen(700), 2000)).add(Line("B", "糖", from_fen(100)))
    )
    sale = sold(basket.with_sale_discount(Discount(percent_bp=1000, reason="节日")))
    assert sale["discount_fen"] == 150
    assert [given_back(sale, [], {n: 1000})["total_fen"] for n in (1, 2)] == [630, 90]


def test_a_plain_refund_says_nothing_of_rounding() -> None:
    sale = sold(Basket().add(Line("A", "小面", from_fen(700), 2000)))
    assert "rounding_fen" not in given_back(sale, [], {1: 1000})


@given(baskets(), st.integers(0, 4000), st.data())
def test_giving_everything_back_in_any_order_gives_back_what_was_paid(
    basket: Basket, wallet_fen: int, data: st.DataObject
) -> None:
    sale = sold(basket, ("wechat", wallet_fen))
    earlier: list[dict[str, Any]] = []
    posted: Counter[str] = Counter()
    while True:
        gone = refunded_milli(earlier)
        left = {
            n: line["qty_milli"] - gone[n]
            for n, line in enumerate(sale["lines"], 1)
            if line["qty_milli"] > gone[n]
        }
        if not left:
            break
        chosen = data.draw(st.lists(st.sampled_from(sorted(left)), min_size=1, unique=True))
        asked = {n: data.draw(st.integers(max(left[n] // 3, 1), left[n])) for n in chosen}
        seen = sold_lines(sale, earlier, None).refund_fen(asked)
        back = given_back(sale, earlier, asked)
        worth = sum(line["amount_fen"] for line in back["lines"])
        assert back["total_fen"] == seen == sum(t["amount_fen"] for t in back["tenders"])
        assert back["total_fen"] + back.get("rounding_fen", 0) == worth
        assert back.get("rounding_fen", 1) > 0
        made = postings_of(back)
        assert sum(made.values()) == 0
        posted.update(made)
        earlier.append(back)
    assert earlier[-1]["completes"] == 1
    assert all(not back["completes"] for back in earlier[:-1])
    assert sum(back["total_fen"] for back in earlier) == sale["total_fen"]
    paid = {place: t["amount_fen"] for place, t in enumerate(sale["tenders"])}
    returned: Counter[int] = Counter()
    for back in earlier:
        for tender in back["tenders"]:
            returned[tender["of"]] += tender["amount_fen"]
    assert dict(returned) == paid
    rounding = sale.get("rounding_fen", 0)
    assert sum(back.get("rounding_fen", 0) for back in earlier) == rounding == -posted["560109"]
    assert posted["500101"] == sale["total_fen"] + rounding


@given(baskets())
def test_a_sale_balances_and_its_accounts_are_found_again(basket: Basket) -> None:
    sale = sold(basket)
    total, rounding = basket.total, sale.get("rounding_fen", 0)
    tendered = [rules.Tendered(t["account"], from_fen(t["amount_fen"])) for t in sale["tenders"]]
    for set_aside in (0, 10):
        made = rules.sale(tendered, total, set_aside, ACCOUNTS, rounding)
        sides = Counter[str]()
        for posting in made:
            sides[posting.side.value] += to_fen(posting.amount)
        assert sides["D"] == sides["C"]
        rows = [{"account": p.account, "side": p.side.value} for p in made]
        today = rules.SaleAccounts("x", "y", "z", "r")
        found = rules.accounts_of(rows, today, rounded=bool(rounding))
        if made:
            assert found.sales == "500101"
            assert found.rounding == ("560109" if rounding else "r")
            assert found.fund_payable == ("224101" if set_aside else "z")
            assert found.set_aside_expense == ("560107" if set_aside else "y")
        else:
            assert found is today
