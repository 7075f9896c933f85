"""The map's figures by governorate, read from the rollups alone: a few rows for a million incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from maps.coverage import Figures
from server.database.register import StationRow
from server.projections.claims import FoldRow
from server.projections.counts import CoveredRow, IncidentCountRow, VisitCountRow, VisitRow

VERIFIED, DOUBTED = "verified", "doubted"


@dataclass(frozen=True)
class FiguresAsked:
    """Which incidents are counted. Visits are never narrowed by phase, type, severity or finding: they are
    what the incidents are measured against.

    `types` None means any type; an empty tuple means that no type fits what was asked.
    `until` is the last 15-minute step of the day that counts; None is the whole day.
    """

    types: tuple[str, ...] | None = None
    severity: int = 0
    finding: str = ""
    organisation: str = ""
    until: int | None = None


@dataclass(frozen=True)
class AreaFigures:
    """One governorate: the map's figures, and its incidents by finding."""

    figures: Figures
    by_finding: Mapping[str, int] = field(default_factory=dict)

    @property
    def doubted(self) -> int:
        return self.by_finding.get(DOUBTED, 0)


@dataclass(frozen=True)
class Fold:
    """How far the figures have come: the version changes whenever one of them may have."""

    version: int
    as_of_ms: int | None


def fold_now(session: Session) -> Fold:
    row = session.execute(select(FoldRow.version, FoldRow.as_of_ms).limit(1)).first()
    return Fold(row.version, row.as_of_ms or None) if row else Fold(0, None)


def register_size(session: Session) -> int:
    """How many stations the register holds; an import changes it and with it every denominator."""
    return session.execute(select(func.count()).select_from(StationRow)).scalar_one()


def figures_by_governorate(
    session: Session, scope: str, asked: FiguresAsked, codes: tuple[str, ...]
) -> dict[str, AreaFigures]:
    """For each of `codes` what `scope` may see of it; a governorate without anything has zeros."""
    incidents = incidents_by_governorate(session, scope, asked)
    visits = _visits(session, scope, asked)
    covered = _covered(session, scope, asked)
    stations = stations_by_governorate(session)
    return {
        code: AreaFigures(
            Figures(
                visits=visits.get(code, 0),
                covered=covered.get(code, 0),
                stations=stations.get(code, 0),
                incidents=sum(incidents.get(code, {}).values()),
                verified=incidents.get(code, {}).get(VERIFIED, 0),
            ),
            incidents.get(code, {}),
        )
        for code in codes
    }


def incidents_by_governorate(session: Session, scope: str, asked: FiguresAsked) -> dict[str, dict[str, int]]:
    """Live incidents by governorate and finding."""
    counts = IncidentCountRow
    query = (
        select(counts.governorate, counts.finding, func.sum(counts.incidents))
        .where(counts.scope == scope, counts.grain == _grain(asked), *_conditions(asked))
        .group_by(counts.governorate, counts.finding)
    )
    found: dict[str, dict[str, int]] = {}
    for governorate, finding, incidents in session.execute(query):
        if incidents:
            found.setdefault(governorate, {})[finding] = int(incidents)
    return found


def _grain(asked: FiguresAsked) -> str:
    """The smallest of the sums that can still answer."""
    if asked.types is None and not asked.severity:
        return "quarter"
    if asked.until is None:
        return "type"
    return "severity" if asked.types is None else "both"


def _conditions(asked: FiguresAsked) -> list[ColumnElement[bool]]:
    counts = IncidentCountRow
    found: list[ColumnElement[bool]] = []
    if asked.types is not None:
        found.append(counts.type.in_(asked.types))
    if asked.severity:
        found.append(counts.severity >= asked.severity)
    if asked.until is not None:
        found.append(counts.quarter <= asked.until)
    if asked.finding:
        found.append(counts.finding == asked.finding)
    if asked.organisation:
        found.append(counts.organisation == asked.organisation)
    return found


def _visits(session: Session, scope: str, asked: FiguresAsked) -> dict[str, int]:
    counts = VisitCountRow
    query = select(counts.governorate, func.sum(counts.visits)).where(counts.scope == scope)
    if asked.organisation:
        query = query.where(counts.organisation == asked.organisation)
    if asked.until is not None:
        query = query.where(counts.quarter <= asked.until)
    return {code: int(visits) for code, visits in session.execute(query.group_by(counts.governorate))}


def _covered(session: Session, scope: str, asked: FiguresAsked) -> dict[str, int]:
    """Distinct stations; for one organisation of several they must be counted from its own visits."""
    if asked.organisation:
        rows = VisitRow
        query = select(rows.governorate, func.count(rows.station.distinct())).where(
            rows.scope == scope, rows.organisation == asked.organisation
        )
        if asked.until is not None:
            query = query.where(rows.quarter <= asked.until)
        return dict(session.execute(query.group_by(rows.governorate)).tuples().all())
    counts = CoveredRow
    wide = select(counts.governorate, func.count()).where(counts.scope == scope)
    if asked.until is not None:
        wide = wide.where(counts.quarter <= asked.until)
    return dict(session.execute(wide.group_by(counts.governorate)).tuples().all())


def stations_by_governorate(session: Session) -> dict[str, int]:
    query = select(StationRow.governorate, func.count()).group_by(StationRow.governorate)
    return dict(session.execute(query).tuples().all())


def organisations_in(session: Session, scope: str) -> list[str]:
    """Whose observers' visits stand behind the figures of `scope`."""
    query = select(VisitCountRow.organisation).where(VisitCountRow.scope == scope).distinct()
    return sorted(session.execute(query).scalars())


def incidents_by_quarter(session: Session, scope: str, governorate: str = "") -> dict[int, dict[str, int]]:
    """Live incidents by 15-minute step of the day and finding."""
    counts = IncidentCountRow
    query = select(counts.quarter, counts.finding, func.sum(counts.incidents)).where(
        counts.scope == scope, counts.grain == "quarter"
    )
    if governorate:
        query = query.where(counts.governorate == governorate)
    found: dict[int, dict[str, int]] = {}
    for quarter, finding, incidents in session.execute(query.group_by(counts.quarter, counts.finding)):
        if incidents:
            found.setdefault(quarter, {})[finding] = int(incidents)
    return found
