"""The centres of one governorate: what was seen in each, what happened there, and what nobody has heard of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from server.database.register import CentreRow, StationRow
from server.projections.counts import CoveredRow, VisitRow
from server.projections.inbox import AssignmentRow
from server.projections.report_list import is_released_to
from server.projections.reports import ReportRow

# From here on an incident touches the outcome or somebody's safety.
SEVERE_FROM = 4
INCIDENT = "incident.report"


@dataclass
class CentreFigures:
    """One centre. `silent` of its `assigned` stations were never heard of."""

    centre: CentreRow
    stations: int = 0
    assigned: int = 0
    silent: int = 0
    visits: int = 0
    covered: int = 0
    incidents: int = 0
    severe: int = 0


def centre_figures(session: Session, scope: str, governorate: str) -> list[CentreFigures]:
    """Every centre of the governorate, the most incidents first, as `scope` may see it."""
    centres = session.execute(select(CentreRow).where(CentreRow.governorate == governorate)).scalars()
    found = {row.code: CentreFigures(row) for row in centres}
    _add_stations(session, scope, governorate, found)
    _add_visits(session, scope, governorate, found)
    _add_incidents(session, scope, governorate, found)
    return sorted(found.values(), key=lambda each: (-each.incidents, -each.silent, each.centre.code))


def _add_stations(session: Session, scope: str, governorate: str, found: dict[str, CentreFigures]) -> None:
    """Three plain questions, joined here: joined in the database they took minutes where nothing was analysed."""
    covered = set(
        session.execute(
            select(CoveredRow.station).where(CoveredRow.scope == scope, CoveredRow.governorate == governorate)
        ).scalars()
    )
    assigned = set(
        session.execute(
            select(AssignmentRow.station)
            .join(StationRow, StationRow.code == AssignmentRow.station)
            .where(StationRow.governorate == governorate, AssignmentRow.organisation == scope)
        ).scalars()
    )
    for station, centre in _centres_of(session, governorate).items():
        each = found.get(centre)
        if each is None:
            continue
        each.stations += 1
        each.covered += station in covered
        each.assigned += station in assigned
        each.silent += station in assigned and station not in covered


def _add_visits(session: Session, scope: str, governorate: str, found: dict[str, CentreFigures]) -> None:
    query = (
        select(StationRow.centre, func.count())
        .join(VisitRow, and_(VisitRow.scope == scope, VisitRow.station == StationRow.code))
        .where(StationRow.governorate == governorate)
        .group_by(StationRow.centre)
    )
    for code, visits in session.execute(query):
        if code in found:
            found[code].visits = visits


def _add_incidents(session: Session, scope: str, governorate: str, found: dict[str, CentreFigures]) -> None:
    """Own and released apart: joined by "or" the database would read every report of the country."""
    centre_by_station = _centres_of(session, governorate)
    for source in (ReportRow.organisation == scope, is_released_to(scope)):
        query = (
            select(
                ReportRow.station, func.count(), func.sum(case((ReportRow.severity >= SEVERE_FROM, 1), else_=0))
            )
            .where(
                source,
                ReportRow.kind == INCIDENT,
                ReportRow.governorate == governorate,
                ReportRow.status == "live",
                ReportRow.station.is_not(None),
            )
            .group_by(ReportRow.station)
        )
        for station, incidents, severe in session.execute(query):
            each = found.get(centre_by_station.get(station, ""))
            if each:
                each.incidents += incidents
                each.severe += int(severe)


def _centres_of(session: Session, governorate: str) -> dict[str, str]:
    query = select(StationRow.code, StationRow.centre).where(StationRow.governorate == governorate)
    return dict(session.execute(query).tuples().all())
