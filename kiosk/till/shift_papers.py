"""A shift's records as papers: the only place where a report or a count becomes a document."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.sale.card_errors import rule_title
from kiosk.till.day_tables import DROP, PAID_IN, PAID_OUT, SHIFT_OPENED
from kiosk.till.papers import tender_name
from ledger.money import from_fen
from receipts.documents import PaperNumber
from receipts.shift_report import (
    CountPaper,
    PaperActs,
    PaperBreakfasts,
    PaperClosing,
    PaperDrawer,
    PaperFund,
    PaperMove,
    PaperParked,
    PaperPieces,
    PaperSales,
    PaperTally,
    PaperTender,
    ShiftHead,
    ShiftPaper,
)

if TYPE_CHECKING:
    from config.settings import Settings
    from kiosk.sale.shift_figures import Closing, ShiftFigures, ShiftReport, Tally
    from ledger.entries import Record


def shift_paper(
    report: ShiftReport,
    settings: Settings,
    *,
    reprint: int = 0,
    lang: str | None = None,
    training: bool = False,
) -> ShiftPaper:
    """Give the paper of an X or Z report; ``reprint`` is 0 for the first one.

    Names of shop, tenders and purposes come from ``settings`` in ``lang`` (the settings' language
    where None); what is gone from them keeps its id. ``training`` marks a paper of no real shift.
    """
    lang = lang or settings.language
    figures, zone = report.figures, ZoneInfo(settings.day.timezone)
    head = ShiftHead(
        shop=settings.shop.name(lang),
        station=settings.shop.station,
        number=PaperNumber(report.book, report.seq),
        record_hash=report.record_hash,
        shift=report.number,
        business_date=report.day,
        at=report.at.astimezone(zone),
        by=report.by,
        approved_by=report.approved_by,
        reprint=reprint,
        training=training,
        lang=lang,
    )
    return ShiftPaper(
        head=head,
        first_record=report.first_seq,
        sales=_sales(figures),
        tenders=_tenders(figures, settings, lang),
        fund=PaperFund(
            set_aside=_tally(figures.set_asides),
            reversed=from_fen(figures.reversed_fen),
            kept=from_fen(figures.kept_fen),
            total=from_fen(report.fund_fen),
        ),
        drawer=_drawer(report, settings, lang),
        acts=_acts(figures),
        parked=tuple(
            PaperParked(
                datetime.fromisoformat(each.at).astimezone(zone),
                each.by,
                each.note,
                from_fen(each.total_fen),
            )
            for each in report.parked
        ),
        grand_total=from_fen(report.grand_total_fen),
        outside=from_fen(report.outside_fen),
        closing=_closing(report.closing) if report.closing else None,
        breakfasts=_breakfasts(figures, lang),
    )


def count_paper(
    record: Record, settings: Settings, *, lang: str | None = None, training: bool = False
) -> CountPaper:
    """Give the paper of a ``shift_opened`` or ``shift_counted`` record."""
    lang = lang or settings.language
    content, doc = record.content, record.doc
    opening = record.kind == SHIFT_OPENED
    counted = doc["float_fen"] if opening else doc["counted_fen"]
    if opening:
        expected = from_fen(doc["carried_fen"]) if doc["carried_fen"] else None
        difference = doc["over_short_fen"]
    else:
        expected = from_fen(doc["expected_fen"])
        difference = counted - doc["expected_fen"]
    return CountPaper(
        head=ShiftHead(
            shop=settings.shop.name(lang),
            station=settings.shop.station,
            number=PaperNumber(record.book, record.seq),
            record_hash=record.hash.hex(),
            shift=content["shift"],
            business_date=date.fromisoformat(record.day),
            at=datetime.fromisoformat(content["at"]).astimezone(ZoneInfo(settings.day.timezone)),
            by=content["by"],
            approved_by=doc.get("approved_by", ""),
            training=training,
            lang=lang,
        ),
        opening=opening,
        pieces=tuple(
            PaperPieces(from_fen(e["fen"]), e["pieces"], from_fen(e["fen"] * e["pieces"]))
            for e in doc["counts"]
        ),
        total=from_fen(counted),
        expected=expected,
        difference=from_fen(difference),
        reason=doc.get("reason", ""),
    )


def _tally(tally: Tally) -> PaperTally:
    return PaperTally(tally.count, from_fen(tally.fen))


def _sales(figures: ShiftFigures) -> PaperSales:
    return PaperSales(
        gross=_tally(figures.sales),
        discount=from_fen(figures.discount_fen),
        rounding=from_fen(figures.rounding_fen),
        voids=_tally(figures.voids),
        refunds=_tally(figures.refunds),
        returns=_tally(figures.returns),
        net=from_fen(figures.net_fen),
    )


def _tenders(figures: ShiftFigures, settings: Settings, lang: str) -> tuple[PaperTender, ...]:
    """Give the tenders in the order of the settings; those that they no longer name come last."""
    order = {tender.id: place for place, tender in enumerate(settings.tenders)}
    found = sorted(figures.tenders, key=lambda each: order.get(each.tender, len(order)))
    papers = []
    for each in found:
        name = tender_name(each.tender, settings, lang)
        sums = _tally(each.taken), _tally(each.given_back)
        papers.append(PaperTender(name, *sums, from_fen(each.net_fen)))
    return tuple(papers)


def _breakfasts(figures: ShiftFigures, lang: str) -> PaperBreakfasts | None:
    """Give what cards did; None where they did nothing, as in reports of older programs."""
    refused = []
    for each in figures.cards_refused:
        said = rule_title(each.rule)
        refused.append((said.zh if lang == "zh_CN" else said.en, each.count))
    given, undone = figures.breakfasts, figures.breakfast_voids
    acts = figures.cards_managed + figures.holders_shown
    if not (given.count or undone.count or refused or acts):
        return None
    return PaperBreakfasts(
        given=_tally(given),
        by_fund=from_fen(figures.fund_paid_fen),
        topped_up=_tally(figures.topped_up),
        hand_outs=_tally(figures.hand_outs),
        undone=_tally(undone),
        restored=from_fen(figures.restored_fen),
        refused=tuple(refused),
        cards_managed=figures.cards_managed,
        holders_shown=figures.holders_shown,
    )


def _drawer(report: ShiftReport, settings: Settings, lang: str) -> PaperDrawer:
    opening, figures = report.opening, report.figures
    cash_in, cash_out = figures.cash(report.drawer)

    def moves(kind: str) -> tuple[PaperMove, ...]:
        found = []
        for each in figures.moves:
            if each.kind == kind:
                known = settings.cash_move(each.move)
                name = known.name(lang) if known else each.move
                amount = from_fen(each.fen)
                found.append(PaperMove(name, each.reason, each.by, amount, each.approved_by))
        return tuple(found)

    return PaperDrawer(
        opened_at=report.opened_at.astimezone(ZoneInfo(settings.day.timezone)),
        opened_by=opening.by,
        float_=from_fen(opening.float_fen),
        opening_difference=from_fen(opening.over_short_fen),
        opening_reason=opening.reason,
        cash_in=from_fen(cash_in),
        cash_out=from_fen(cash_out),
        paid_in=moves(PAID_IN),
        paid_out=moves(PAID_OUT),
        drops=moves(DROP),
        expected=from_fen(report.expected_fen),
    )


def _acts(figures: ShiftFigures) -> PaperActs:
    return PaperActs(
        removals=_tally(figures.removals),
        removals_after_total=_tally(figures.removals_after_total),
        overrides=_tally(figures.overrides),
        no_sales=figures.no_sales,
        reprints=figures.reprints,
        refused_approvals=figures.refused_approvals,
        failed_logins=figures.failed_logins,
        clock_jumps=figures.clock_jumps,
        counts=figures.counts,
    )


def _closing(closing: Closing) -> PaperClosing:
    return PaperClosing(
        z=closing.z,
        counted=from_fen(closing.counted_fen),
        over_short=from_fen(closing.over_short_fen),
        reason=closing.reason,
        to_safe=from_fen(closing.to_safe_fen),
        stays=from_fen(closing.stays_fen),
        head=closing.head,
    )
