"""The observers of one organisation as the desk lists them: stations, phones, last exchange, what is still unsent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, exists, func, not_, or_, select

from server.database.entries import JournalRow
from server.database.roster import ContactRow, DeviceRow, ObserverRow
from server.projections.inbox import AssignmentRow
from server.projections.reports import ReportRow
from server.projections.silence import SILENT_AFTER_MS

PAGE = 50
ONLY = ("silent", "none", "waiting", "look")


@dataclass(frozen=True)
class ObserverFilter:
    """`only` is one of ONLY or empty; silence is measured at `now_ms`."""

    organisation: str
    now_ms: int
    search: str = ""
    governorate: str = ""
    only: str = ""


@dataclass(frozen=True)
class ListedObserver:
    """One line. `last_ms` is the latest exchange of any of the phones in use; counts are over those phones."""

    id: str
    badge: str
    governorate: str
    stations: tuple[str, ...]
    phones: int
    last_ms: int | None
    waiting: int
    is_forked: bool
    is_revoked: bool
    is_silent: bool


def observer_page(connection: Connection, asked: ObserverFilter, after: str = "") -> tuple[list[ListedObserver], int]:
    """A page in order of badge, from the one after `after`, and how many there are in all."""
    query = _matching(asked)
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    page = query.where(ObserverRow.badge > after) if after else query
    rows = connection.execute(page.order_by(ObserverRow.badge).limit(PAGE)).all()
    ids = [row.id for row in rows]
    stations, phones = stations_by_observer(connection, ids), _phones(connection, ids)
    return [_listed(row, stations.get(row.id, ()), phones[row.id], asked.now_ms) for row in rows], total


def stations_by_observer(connection: Connection, observers: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    query = select(AssignmentRow.observer, AssignmentRow.station).where(AssignmentRow.observer.in_(observers))
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(query.order_by(AssignmentRow.station)):
        found[row.observer] = (*found.get(row.observer, ()), row.station)
    return found


def latest_reports(connection: Connection, observer: str, organisation: str, most: int = 10) -> Sequence[Row[Any]]:
    query = select(ReportRow.__table__).where(ReportRow.author == observer, ReportRow.organisation == organisation)
    return connection.execute(query.order_by(ReportRow.first_index.desc()).limit(most)).all()


def _matching(asked: ObserverFilter) -> Select:
    query = select(ObserverRow.__table__).where(ObserverRow.organisation == asked.organisation)
    if asked.governorate:
        query = query.where(ObserverRow.governorate == asked.governorate)
    if asked.search:
        query = query.where(
            or_(
                func.lower(ObserverRow.badge).contains(asked.search.lower(), autoescape=True),
                ObserverRow.id.contains(asked.search.lower(), autoescape=True),
            )
        )
    return query.where(_only(asked)) if asked.only in ONLY else query


def _only(asked: ObserverFilter):
    of_observer = DeviceRow.observer == ObserverRow.id
    in_use = and_(of_observer, DeviceRow.revoked_ms.is_(None))
    contact = and_(in_use, ContactRow.device == DeviceRow.id)
    if asked.only == "silent":
        heard = exists().where(and_(contact, ContactRow.last_ms >= asked.now_ms - SILENT_AFTER_MS))
        return and_(exists().where(in_use), not_(heard))
    if asked.only == "none":
        return not_(exists().where(in_use))
    if asked.only == "waiting":
        return exists().where(and_(contact, or_(ContactRow.waiting_entries > 0, ContactRow.waiting_photos > 0)))
    forked = exists().where(and_(of_observer, JournalRow.device == DeviceRow.id, JournalRow.is_forked.is_(True)))
    return or_(forked, exists().where(and_(of_observer, DeviceRow.revoked_ms.is_not(None))))


def _phones(connection: Connection, observers: Sequence[str]) -> Mapping[str, list[Row[Any]]]:
    query = (
        select(
            DeviceRow.observer,
            DeviceRow.revoked_ms,
            JournalRow.is_forked,
            ContactRow.last_ms,
            ContactRow.waiting_entries,
            ContactRow.waiting_photos,
        )
        .outerjoin(JournalRow, JournalRow.device == DeviceRow.id)
        .outerjoin(ContactRow, ContactRow.device == DeviceRow.id)
        .where(DeviceRow.observer.in_(observers))
    )
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.observer].append(row)
    return found


def _listed(row: Row[Any], stations: tuple[str, ...], phones: list[Row[Any]], now_ms: int) -> ListedObserver:
    in_use = [each for each in phones if each.revoked_ms is None]
    last_ms = max((each.last_ms for each in in_use if each.last_ms is not None), default=None)
    return ListedObserver(
        id=row.id,
        badge=row.badge,
        governorate=row.governorate,
        stations=stations,
        phones=len(in_use),
        last_ms=last_ms,
        waiting=sum((each.waiting_entries or 0) + (each.waiting_photos or 0) for each in in_use),
        is_forked=any(each.is_forked for each in phones),
        is_revoked=any(each.revoked_ms is not None for each in phones),
        is_silent=bool(in_use) and (last_ms is None or last_ms < now_ms - SILENT_AFTER_MS),
    )
