"""What waits for a coordinator: severe incidents nobody judged, contested reports, quarantine, and one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.database.organisations import CheckoutRow
from server.projections.centres import INCIDENT, SEVERE_FROM
from server.projections.claims import ClaimRow
from server.projections.counts import IncidentCountRow
from server.projections.reports import ReportRow

# Looking further back than this for severe incidents would read the whole day at every look.
LOOKED_AT = 2_000


@dataclass(frozen=True)
class Waiting:
    unjudged_severe: int
    contested: int
    quarantined: int
    mine: int


def waiting_for(session: Session, organisation: str, staff: str, now_ms: int) -> Waiting:
    counts = IncidentCountRow
    own = (counts.scope == organisation, counts.organisation == organisation, counts.grain == "type")
    total = select(func.coalesce(func.sum(counts.incidents), 0))
    quarantined = select(func.count()).where(
        ClaimRow.organisation == organisation, ClaimRow.bucket == "quarantined"
    )
    mine = select(func.count()).where(CheckoutRow.staff == staff, CheckoutRow.until_ms > now_ms)
    unjudged = total.where(*own, counts.finding == "unverified", counts.severity >= SEVERE_FROM)
    return Waiting(
        unjudged_severe=int(session.execute(unjudged).scalar_one()),
        contested=int(session.execute(total.where(*own, counts.finding == "contested")).scalar_one()),
        quarantined=session.execute(quarantined.select_from(ClaimRow)).scalar_one(),
        mine=session.execute(mine.select_from(CheckoutRow)).scalar_one(),
    )


def latest_severe(session: Session, organisation: str, limit: int) -> Sequence[ReportRow]:
    """The organisation's own severe incidents that arrived last, the newest first."""
    latest = (
        select(ReportRow.first_index)
        .where(
            ReportRow.organisation == organisation, ReportRow.kind == INCIDENT, ReportRow.status == "live"
        )
        .order_by(ReportRow.first_index.desc())
        .limit(1)
        .offset(LOOKED_AT)
        .scalar_subquery()
    )
    query = (
        select(ReportRow)
        .where(
            ReportRow.organisation == organisation,
            ReportRow.kind == INCIDENT,
            ReportRow.status == "live",
            ReportRow.severity >= SEVERE_FROM,
            ReportRow.first_index > func.coalesce(latest, -1),
        )
        .order_by(ReportRow.first_index.desc())
        .limit(limit)
    )
    return session.execute(query).scalars().all()


def checked_out_by(session: Session, organisation: str, staff: str, now_ms: int) -> Sequence[ReportRow]:
    """The reports this member of staff is working on."""
    query = (
        select(ReportRow)
        .join(CheckoutRow, CheckoutRow.subject == ReportRow.subject)
        .where(
            CheckoutRow.staff == staff, CheckoutRow.until_ms > now_ms, ReportRow.organisation == organisation
        )
        .order_by(CheckoutRow.until_ms)
        .limit(5)
    )
    return session.execute(query).scalars().all()
