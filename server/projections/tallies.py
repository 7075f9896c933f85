"""Keeps the map's counts true while reports change: what a report adds to which count, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, select, tuple_

from server.database.prepared import Prepared
from server.database.upsert import upsert
from server.projections.contents import INCIDENT, PRESENCE_KINDS
from server.projections.counts import CoveredRow, IncidentCountRow, VisitCountRow, VisitRow
from server.projections.reports import ReportRow

Cell = tuple[str, str, str, int, int, str, str, str]
Pair = tuple[str, str]
_CELL_COLUMNS = ("scope", "grain", "type", "severity", "quarter", "finding", "governorate", "organisation")
_COUNT_COLUMNS = ("scope", "organisation", "governorate", "quarter")
NO_QUARTER = -1
_COUNTED = itemgetter(*_COUNT_COLUMNS)

def _drop_empty(table: Table, count: str) -> Prepared:
    """Removes a count that came to nothing, by its whole key: a search for zeros would read every count there is."""
    key = [column == bindparam(column.name) for column in table.primary_key.columns]
    return Prepared(delete(table).where(*key, table.c[count] == 0))


_DROP_EMPTY_INCIDENTS = _drop_empty(IncidentCountRow.__table__, "incidents")
_DROP_EMPTY_VISITS = _drop_empty(VisitCountRow.__table__, "visits")
# Asked in every fold, hence put together once.
_VISITS = Prepared(
    select(VisitRow.__table__).where(
        tuple_(VisitRow.observer, VisitRow.station).in_(bindparam("pairs", expanding=True))
    )
)
_SEEN = (
    ReportRow.author, ReportRow.station, ReportRow.governorate, ReportRow.organisation, ReportRow.finding,
    ReportRow.released_to,
)  # fmt: skip
_PRESENT = Prepared(
    select(*_SEEN, func.min(ReportRow.quarter).label("quarter"))
    .where(tuple_(ReportRow.author, ReportRow.station).in_(bindparam("pairs", expanding=True)))
    .where(ReportRow.kind.in_(PRESENCE_KINDS), ReportRow.status == "live")
    .group_by(*_SEEN)
)
_PLACES = (VisitRow.scope, VisitRow.station, VisitRow.governorate)
_FIRST_VISITS = Prepared(
    select(*_PLACES, func.min(VisitRow.quarter).label("quarter"))
    .where(tuple_(VisitRow.scope, VisitRow.station).in_(bindparam("stations", expanding=True)))
    .group_by(*_PLACES)
)


def scopes(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Who may see a report: its own organisation, those it was released to, and the public once it is upheld."""
    released = row["released_to"].split()
    return (
        row["organisation"],
        *(to for to in released if to != row["organisation"] and (to != "public" or row["finding"] == "verified")),
    )


def cells(row: Mapping[str, Any]) -> list[Cell]:
    """The counts that one report row belongs to; none unless it is a live incident in a known governorate."""
    if row["kind"] != INCIDENT or row["status"] != "live" or not row["governorate"]:
        return []
    tail = (row["finding"], row["governorate"], row["organisation"])
    found: list[Cell] = []
    for scope in scopes(row):
        found.append((scope, "quarter", "", 0, row["quarter"], *tail))
        found.append((scope, "type", row["type"], row["severity"], NO_QUARTER, *tail))
        found.append((scope, "severity", "", row["severity"], row["quarter"], *tail))
        found.append((scope, "both", row["type"], row["severity"], row["quarter"], *tail))
    return found


def presence(row: Mapping[str, Any]) -> Pair | None:
    """The (observer, station) that a live report proves present."""
    if row["kind"] in PRESENCE_KINDS and row["status"] == "live" and row["station"]:
        return row["author"], row["station"]
    return None


def retally(
    connection: Connection, before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> None:
    """Moves the counts from the rows as they were to the rows as they are; the new rows are stored already."""
    before, after = list(before), list(after)
    change: Counter[tuple] = Counter()
    for row in before:
        change.subtract(cells(row))
    for row in after:
        change.update(cells(row))
    _add_incidents(connection, change)
    _recount_visits(connection, {pair for row in (*before, *after) if (pair := presence(row))})


def _add_incidents(connection: Connection, change: Counter[tuple]) -> None:
    rows = [
        dict(zip(_CELL_COLUMNS, cell, strict=True), incidents=count) for cell, count in change.items() if count
    ]
    upsert(connection, IncidentCountRow.__table__, rows, add=["incidents"])
    _DROP_EMPTY_INCIDENTS.run(connection, _fewer(change, _CELL_COLUMNS))


def _fewer(change: Counter[tuple], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """The keys of counts that went down: only these may have come to nothing."""
    return [dict(zip(columns, key, strict=True)) for key, count in change.items() if count < 0]


def _recount_visits(connection: Connection, pairs: set[Pair]) -> None:
    if not pairs:
        return
    visits = VisitRow.__table__
    old = {(row.scope, row.observer, row.station): row._asdict() for row in _VISITS.ask(connection, pairs=list(pairs))}
    new = _visits_of(connection, pairs)
    gone = [each for each in old if each not in new]
    if gone:
        whole_key = tuple_(visits.c.scope, visits.c.observer, visits.c.station)
        connection.execute(delete(visits).where(whole_key.in_(gone)))
    changed = [row for each, row in new.items() if old.get(each) != row]
    upsert(connection, visits, changed)
    change: Counter[tuple] = Counter()
    change.subtract(map(_COUNTED, old.values()))
    change.update(map(_COUNTED, new.values()))
    _add_visits(connection, change)
    moved = {each for each in (*old, *new) if old.get(each) != new.get(each)}
    _recover(connection, {(scope, station) for scope, _, station in moved})


def _visits_of(connection: Connection, pairs: set[Pair]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The visit rows that the live reports of `pairs` give now."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in (each._asdict() for each in _PRESENT.ask(connection, pairs=list(pairs))):
        for scope in scopes(row):
            visit = found.setdefault(
                (scope, row["author"], row["station"]),
                {
                    "scope": scope,
                    "observer": row["author"],
                    "station": row["station"],
                    "organisation": row["organisation"],
                    "governorate": row["governorate"],
                    "quarter": row["quarter"],
                },
            )
            visit["quarter"] = min(visit["quarter"], row["quarter"])
    return found


def _add_visits(connection: Connection, change: Counter[tuple]) -> None:
    rows = [dict(zip(_COUNT_COLUMNS, key, strict=True), visits=count) for key, count in change.items() if count]
    upsert(connection, VisitCountRow.__table__, rows, add=["visits"])
    _DROP_EMPTY_VISITS.run(connection, _fewer(change, _COUNT_COLUMNS))


def _recover(connection: Connection, covered: set[tuple[str, str]]) -> None:
    """Finds anew which of these (scope, station) are covered, and since when."""
    if not covered:
        return
    table = CoveredRow.__table__
    now = [row._asdict() for row in _FIRST_VISITS.ask(connection, stations=list(covered))]
    gone = covered - {(row["scope"], row["station"]) for row in now}
    if gone:
        connection.execute(delete(table).where(tuple_(table.c.scope, table.c.station).in_(list(gone))))
    upsert(connection, table, now)
