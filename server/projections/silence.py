"""Who is silent: stations somebody is assigned to and nobody reported from, and observers not heard of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from server.database.register import CentreRow, StationRow
from server.database.roster import ContactRow, DeviceRow, ObserverRow
from server.projections.counts import CoveredRow
from server.projections.inbox import AssignmentRow
from server.projections.reports import ReportRow

# An observer is asked to report at opening, about every two hours of voting, and at closing.
SILENT_AFTER_MS = 2 * 60 * 60 * 1000


@dataclass(frozen=True)
class Silence:
    """`silent` of `assigned` stations from which nothing was heard."""

    assigned: int = 0
    silent: int = 0


def silence_by_governorate(session: Session, organisation: str) -> dict[str, Silence]:
    """For the organisation's own assignments: stations assigned, and those without any report."""
    assigned = (
        select(AssignmentRow.station).where(AssignmentRow.organisation == organisation).distinct().subquery()
    )
    heard = and_(CoveredRow.scope == organisation, CoveredRow.station == assigned.c.station)
    query = (
        select(StationRow.governorate, func.count(), func.count(CoveredRow.station))
        .select_from(assigned)
        .join(StationRow, StationRow.code == assigned.c.station)
        .outerjoin(CoveredRow, heard)
        .group_by(StationRow.governorate)
    )
    return {code: Silence(total, total - reported) for code, total, reported in session.execute(query)}


@dataclass(frozen=True)
class SilentStation:
    """An assigned station and who is assigned to it; `was_heard` before the doors opened, not since."""

    code: str
    centre: CentreRow | None
    observers: tuple[str, ...]
    was_heard: bool


def silent_stations(
    session: Session, organisation: str, governorate: str, since_ms: int | None, limit: int, offset: int = 0
) -> tuple[list[SilentStation], int]:
    """A page of the assigned stations with no report since `since_ms` (or at all), and how many there are."""
    silent = _silent(organisation, governorate, since_ms)
    total = session.execute(select(func.count()).select_from(silent.subquery())).scalar_one()
    codes = session.execute(silent.order_by(StationRow.code).limit(limit).offset(offset)).all()
    observers = _observers_of(session, organisation, [row.code for row in codes])
    centres = {row.code: row for row in _centres(session, [row.centre for row in codes])}
    heard = _heard(session, organisation, [row.code for row in codes])
    return [
        SilentStation(row.code, centres.get(row.centre), observers.get(row.code, ()), row.code in heard)
        for row in codes
    ], total


def _silent(organisation: str, governorate: str, since_ms: int | None) -> Select:
    is_assigned = exists().where(
        AssignmentRow.station == StationRow.code, AssignmentRow.organisation == organisation
    )
    return select(StationRow.code, StationRow.centre).where(
        StationRow.governorate == governorate, is_assigned, ~_reported_since(organisation, since_ms)
    )


def _reported_since(organisation: str, since_ms: int | None) -> ColumnElement[bool]:
    """Heard in the sense of a visit; from the opening on, the report must say so itself."""
    if since_ms is None:
        return exists().where(CoveredRow.scope == organisation, CoveredRow.station == StationRow.code)
    return exists().where(
        ReportRow.station == StationRow.code,
        ReportRow.organisation == organisation,
        ReportRow.status == "live",
        or_(ReportRow.at_ms >= since_ms, ReportRow.at_ms.is_(None)),
    )


def _observers_of(session: Session, organisation: str, codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = select(AssignmentRow.station, AssignmentRow.observer).where(
        AssignmentRow.organisation == organisation, AssignmentRow.station.in_(codes)
    )
    found: dict[str, tuple[str, ...]] = {}
    for station, observer in session.execute(query.order_by(AssignmentRow.observer)):
        found[station] = (*found.get(station, ()), observer)
    return found


def _centres(session: Session, codes: Sequence[str]) -> Sequence[CentreRow]:
    return session.execute(select(CentreRow).where(CentreRow.code.in_(codes))).scalars().all()


def _heard(session: Session, organisation: str, codes: Sequence[str]) -> set[str]:
    query = select(CoveredRow.station).where(CoveredRow.scope == organisation, CoveredRow.station.in_(codes))
    return set(session.execute(query).scalars())


@dataclass(frozen=True)
class SilentObservers:
    """Of the observers with an assignment: never in contact, not for two hours, and the longest silent."""

    assigned: int
    never: int
    long_ago: int
    first: tuple[tuple[str, str, int | None], ...]  # pseudonym, governorate, last contact

    @property
    def silent(self) -> int:
        return self.never + self.long_ago


def silent_observers(session: Session, organisation: str, now_ms: int, limit: int = 5) -> SilentObservers:
    """Contacts are written down within seconds (note_contacts); two hours do not ask for more."""
    heard = _last_heard(organisation).subquery()
    is_late = and_(heard.c.last_ms.is_not(None), heard.c.last_ms < now_ms - SILENT_AFTER_MS)
    is_never = heard.c.last_ms.is_(None)
    counted = session.execute(
        select(func.count(), func.sum(case((is_never, 1), else_=0)), func.sum(case((is_late, 1), else_=0)))
        .select_from(heard)
    ).one()
    longest = (
        select(heard.c.id, heard.c.governorate, heard.c.last_ms)
        .where(or_(is_never, is_late))
        .order_by(func.coalesce(heard.c.last_ms, 0), heard.c.id)
        .limit(limit)
    )
    first = tuple((row.id, row.governorate, row.last_ms) for row in session.execute(longest))
    assigned, never, long_ago = (int(each or 0) for each in counted)
    return SilentObservers(assigned, never, long_ago, first)


def _last_heard(organisation: str) -> Select:
    """Every observer with an assignment, and when any of their phones was last heard."""
    assigned = select(AssignmentRow.observer).where(AssignmentRow.organisation == organisation)
    return (
        select(ObserverRow.id, ObserverRow.governorate, func.max(ContactRow.last_ms).label("last_ms"))
        .outerjoin(DeviceRow, DeviceRow.observer == ObserverRow.id)
        .outerjoin(ContactRow, ContactRow.device == DeviceRow.id)
        .where(ObserverRow.organisation == organisation, ObserverRow.id.in_(assigned))
        .group_by(ObserverRow.id, ObserverRow.governorate)
    )
