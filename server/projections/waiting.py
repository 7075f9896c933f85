"""What waits for a coordinator: severe incidents nobody judged, contested reports, quarantine, and one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from server.database.organisations import CheckoutRow
from server.projections.centres import INCIDENT, SEVERE_FROM
from server.projections.claims import ClaimRow
from server.projections.counts import IncidentCountRow
from server.projections.report_list import is_released_to
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


def latest_severe(session: Session, scope: str, limit: int) -> Sequence[ReportRow]:
    """The severe incidents that arrived last, the newest first: the organisation's own and those released to it."""
    # Own and released apart: joined by "or" the database would read every report of the country.
    found = [
        *session.execute(_severe(limit).where(*_own(scope), ReportRow.first_index > _far_back(scope))).scalars(),
        *session.execute(_severe(limit).where(is_released_to(scope), *_LIVE_INCIDENT)).scalars(),
    ]
    return sorted(found, key=lambda row: row.first_index, reverse=True)[:limit]


_LIVE_INCIDENT = (ReportRow.kind == INCIDENT, ReportRow.status == "live")


def _own(scope: str) -> tuple[ColumnElement[bool], ...]:
    return (ReportRow.organisation == scope, *_LIVE_INCIDENT)


def _severe(limit: int) -> Select[tuple[ReportRow]]:
    severe = select(ReportRow).where(ReportRow.severity >= SEVERE_FROM)
    return severe.order_by(ReportRow.first_index.desc()).limit(limit)


def _far_back(scope: str) -> ColumnElement[int]:
    """The place of the own incident LOOKED_AT ago; nothing before it is looked at."""
    newest = select(ReportRow.first_index).where(*_own(scope)).order_by(ReportRow.first_index.desc())
    return func.coalesce(newest.limit(1).offset(LOOKED_AT).scalar_subquery(), -1)


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
