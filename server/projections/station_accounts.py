"""What everybody said about one station: each observer's account by itself, never merged into another's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.database.entries import EntryRow
from server.projections.counts import CoveredRow, VisitRow
from server.projections.inbox import AssignmentRow
from server.projections.report_list import ReportLine, visible
from server.projections.reports import ReportRow
from sync.entry import read_body

# A station with more reports than this has been flooded; the newest are shown and the page says so.
MOST_REPORTS = 300


@dataclass(frozen=True)
class Account:
    """One standing version of one report. An observer who contradicts himself has several of the same report."""

    report: ReportRow
    head: str
    body: dict[str, Any]


def reports_at(session: Session, organisation: str, station: str) -> Sequence[ReportRow]:
    """Every report of the station that `organisation` may see, newest first, withdrawn ones too."""
    query = select(ReportRow).where(ReportRow.station == station, visible(organisation))
    return session.execute(query.order_by(ReportRow.first_index.desc()).limit(MOST_REPORTS)).scalars().all()


def accounts_of(session: Session, reports: Iterable[ReportRow]) -> list[Account]:
    """Each standing version of these reports, in the order given."""
    reports = list(reports)
    bodies = _bodies(session, [head for report in reports if report.is_conflicted for head in report.heads.split()])
    accounts = []
    for report in reports:
        heads = report.heads.split()
        if report.is_conflicted:
            accounts += [Account(report, head, bodies.get(head, {})) for head in heads]
        else:
            accounts.append(Account(report, heads[0] if heads else "", read_value(report)))
    return accounts


def read_value(report: ReportRow | ReportLine) -> dict[str, Any]:
    """The fields of the shown head."""
    found = json.loads(report.value or "{}")
    return found if isinstance(found, dict) else {}


def assigned_observers(session: Session, organisation: str, station: str) -> Sequence[str]:
    query = select(AssignmentRow.observer).where(
        AssignmentRow.station == station, AssignmentRow.organisation == organisation
    )
    return session.execute(query.order_by(AssignmentRow.observer)).scalars().all()


def visits_by_station(session: Session, organisation: str, stations: Iterable[str]) -> dict[str, int]:
    """How many observers visited each station, as `organisation` may see it."""
    rows = session.execute(
        select(VisitRow.station, func.count())
        .where(VisitRow.scope == organisation, VisitRow.station.in_(list(stations)))
        .group_by(VisitRow.station)
    )
    return {str(station): count for station, count in rows}


def covered_stations(organisation: str) -> Select:
    """The question for the codes of the stations that anybody visited, as `organisation` may see it."""
    return select(CoveredRow.station).where(CoveredRow.scope == organisation)


def incidents_by_station(session: Session, organisation: str, stations: Iterable[str]) -> dict[str, int]:
    """How many standing incidents each station has, as `organisation` may see it."""
    rows = session.execute(
        select(ReportRow.station, func.count())
        .where(
            ReportRow.station.in_(list(stations)),
            ReportRow.kind == "incident.report",
            ReportRow.status == "live",
            visible(organisation),
        )
        .group_by(ReportRow.station)
    )
    return {str(station): count for station, count in rows}


def _bodies(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    if not ids:
        return {}
    rows = session.execute(select(EntryRow.id, EntryRow.body).where(EntryRow.id.in_(ids)))
    return {row.id: _without_salt(read_body(row.body)) for row in rows if row.body is not None}


def _without_salt(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "salt"}
