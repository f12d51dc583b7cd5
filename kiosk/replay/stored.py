"""Whether a record in the books is the ticket that a file says now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from kiosk.till.tables import REFUND, RETURN, SALE
from ledger.money import to_fen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiosk.replay.map import Map
    from kiosk.replay.tickets import Ticket
    from ledger.entries import Record


def is_stored(ticket: Ticket, record: Record, made: Map) -> bool:
    """Whether ``record`` says of ``ticket`` what its file and map say.

    What came from the home when it was rung does not count, because it may be another today: the
    set-aside, accounts, catering flags, and names and prices where the catalogue gives them. Of a
    refund the till itself compares what was asked back.
    """
    content = record.content
    kind = (REFUND if ticket.of else RETURN) if ticket.back else SALE
    if (content["kind"], record.book) != (kind, ticket.book):
        return False
    if datetime.fromisoformat(content["at"]) != ticket.at:
        return False
    return bool(ticket.of) or _same_goods(ticket, record.doc, made)


def _same_goods(ticket: Ticket, doc: Mapping[str, Any], made: Map) -> bool:
    keys = ["sku", "qty_milli"]
    if made.item.match == "none":
        keys.append("name")
    priced = made.price.rule != "catalogue"
    if priced:
        keys += ["unit_fen", "amount_fen"]
    said = [[getattr(line, key) for key in keys] for line in ticket.basket.lines]
    if said != [[line[key] for key in keys] for line in doc["lines"]]:
        return False
    # A total of zero was paid by nothing: the document has no tenders then.
    offered = {each.tender: to_fen(each.amount) for each in ticket.offers}
    paid = {each["tender"]: each["amount_fen"] for each in doc["tenders"]}
    if not priced:
        return not paid or offered.keys() == paid.keys()
    return {tender: fen for tender, fen in offered.items() if fen} == paid
