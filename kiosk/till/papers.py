"""Records as papers: the only place where a record's document becomes a receipt."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from config.language import words
from kiosk.sale.breakfast import FUND
from kiosk.till.tables import REDEMPTION_VOID, REFUND, VOID
from ledger.money import from_fen
from receipts.documents import FundNote, Kind, PaperLine, PaperNumber, PaperPayment, Receipt

if TYPE_CHECKING:
    from config.settings import Settings
    from ledger.entries import Record
    from ledger.money import Money


def receipt(
    record: Record,
    fund_fen: int,
    settings: Settings,
    *,
    reprint: int = 0,
    lang: str | None = None,
    training: bool = False,
    breakfasts: int = 0,
) -> Receipt:
    """Give the paper of a sale, breakfast, return, void or refund.

    ``fund_fen`` is the fund after the record, ``breakfasts`` how many it had paid for by then (0
    where the paper does not say); ``reprint`` 0 for the first paper. Names of shop and tenders come
    from ``settings`` in ``lang`` (the settings' language where None). ``training`` marks a paper on
    which nothing was sold.
    """
    lang = lang or settings.language
    doc, content = record.doc, record.content
    back = record.kind in {VOID, REFUND, REDEMPTION_VOID}
    return Receipt(
        kind=Kind(record.kind),
        number=PaperNumber(record.book, record.seq),
        record_hash=record.hash.hex(),
        shop=settings.shop.name(lang),
        station=settings.shop.station,
        cashier=content["by"],
        at=datetime.fromisoformat(content["at"]).astimezone(ZoneInfo(settings.day.timezone)),
        business_date=date.fromisoformat(record.day),
        lines=tuple(_line(line) for line in doc["lines"]),
        total=from_fen(doc["total_fen"]),
        payments=tuple(_payment(tender, settings, lang) for tender in doc["tenders"]),
        fund=FundNote(
            set_aside=from_fen(0 if back else doc["set_aside_fen"]),
            reversed=from_fen(doc["reversed_fen"] if back else 0),
            kept=from_fen(doc["kept_fen"] if back else 0),
            total=from_fen(fund_fen),
            breakfasts=breakfasts,
        ),
        original=PaperNumber(record.book, doc["of_seq"]) if back else None,
        reprint=reprint,
        discount=_money(sum([line.get("shared_fen", 0) for line in doc["lines"]])),
        discount_reason=doc.get("discount_reason", ""),
        rounding=_money(doc.get("rounding_fen", 0)),
        tier=_tier(doc["lines"], settings, lang),
        slip=doc.get("slip"),
        training=training,
        lang=lang,
    )


def _line(line: dict[str, Any]) -> PaperLine:
    """Show a sold line before its discounts; one that went back, at what it was worth then."""
    own = line.get("discount_fen", 0)
    return PaperLine(
        line["name"],
        line["qty_milli"],
        from_fen(line["unit_fen"]),
        from_fen(line["amount_fen"] + own + line.get("shared_fen", 0)),
        tuple(option["name"] for option in line.get("options", ())),
        _money(own),
        line.get("discount_reason", ""),
    )


def _money(fen: int) -> Money | None:
    return from_fen(fen) if fen else None


def _tier(lines: list[dict[str, Any]], settings: Settings, lang: str) -> str:
    """Name the tier as today's settings do; one that is gone from them keeps its id."""
    tier = next((line["price_tier"] for line in lines if "price_tier" in line), "")
    return next((each.name(lang) for each in settings.tiers if each.id == tier), tier)


def _payment(tender: dict[str, Any], settings: Settings, lang: str) -> PaperPayment:
    """Give a tender's part; the change only where there was some."""
    change = tender.get("change_fen", 0)
    return PaperPayment(
        tender_name(tender["tender"], settings, lang),
        from_fen(tender["amount_fen"]),
        from_fen(tender["received_fen"]) if change else None,
        from_fen(change) if change else None,
        by_fund=tender["tender"] == FUND,
    )


def tender_name(tender: str, settings: Settings, lang: str) -> str:
    """Name a tender as today's settings do; one that is gone from them keeps its id.

    The fund, which no setting names, is called so.
    """
    if tender == FUND:
        return words(lang)("Charity fund")
    known = settings.tender(tender)
    return known.name(lang) if known else tender
