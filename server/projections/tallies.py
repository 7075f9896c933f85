"""Keeps the map's counts true while reports change: what a report adds to which count, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, select, tuple_

from server.database.upsert import upsert
from server.projections.contents import INCIDENT, PRESENCE_KINDS
from server.projections.counts import CoveredRow, IncidentCountRow, VisitCountRow, VisitRow
from server.projections.reports import ReportRow

Cell = tuple[str, str, str, int, int, str, str, str]
Pair = tuple[str, str]
_CELL_COLUMNS = ("scope", "grain", "type", "severity", "quarter", "finding", "governorate", "organisation")
_COUNT_COLUMNS = ("scope", "organisation", "governorate", "quarter")
NO_QUARTER = -1


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
    change: Counter[Cell] = Counter()
    for row in before:
        change.subtract(cells(row))
    for row in after:
        change.update(cells(row))
    _add_incidents(connection, change)
    _recount_visits(connection, {pair for row in (*before, *after) if (pair := presence(row))})


def _add_incidents(connection: Connection, change: Counter[Cell]) -> None:
    rows = [
        dict(zip(_CELL_COLUMNS, cell, strict=True), incidents=count) for cell, count in change.items() if count
    ]
    upsert(connection, IncidentCountRow.__table__, rows, add=["incidents"])
    if any(count < 0 for count in change.values()):
        connection.execute(delete(IncidentCountRow).where(IncidentCountRow.incidents == 0))


def _recount_visits(connection: Connection, pairs: set[Pair]) -> None:
    if not pairs:
        return
    visits = VisitRow.__table__
    key = tuple_(visits.c.observer, visits.c.station)
    stored = connection.execute(select(visits).where(key.in_(pairs)))
    old = {(row.scope, row.observer, row.station): row for row in stored}
    new = _visits_of(connection, pairs)
    gone = [each for each in old if each not in new]
    if gone:
        whole_key = tuple_(visits.c.scope, visits.c.observer, visits.c.station)
        connection.execute(delete(visits).where(whole_key.in_(gone)))
    changed = [row for each, row in new.items() if each not in old or old[each]._mapping != row]
    upsert(connection, visits, changed)
    change: Counter[tuple] = Counter()
    change.subtract(tuple(row._mapping[name] for name in _COUNT_COLUMNS) for row in old.values())
    change.update(tuple(row[name] for name in _COUNT_COLUMNS) for row in new.values())
    _add_visits(connection, change)
    _recover(connection, {(scope, station) for scope, _, station in (*old, *new)})


def _visits_of(connection: Connection, pairs: set[Pair]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The visit rows that the live reports of `pairs` give now."""
    reports = ReportRow.__table__
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    rows = connection.execute(
        select(
            reports.c.author, reports.c.station, reports.c.governorate, reports.c.organisation,
            reports.c.finding, reports.c.released_to, func.min(reports.c.quarter).label("quarter"),
        )
        .where(tuple_(reports.c.author, reports.c.station).in_(pairs))
        .where(reports.c.kind.in_(PRESENCE_KINDS), reports.c.status == "live")
        .group_by(
            reports.c.author, reports.c.station, reports.c.governorate, reports.c.organisation,
            reports.c.finding, reports.c.released_to,
        )
    )  # fmt: skip
    for row in map(dict, rows.mappings()):
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
    if any(count < 0 for count in change.values()):
        connection.execute(delete(VisitCountRow).where(VisitCountRow.visits == 0))


def _recover(connection: Connection, covered: set[tuple[str, str]]) -> None:
    """Finds anew which of these (scope, station) are covered, and since when."""
    visits, table = VisitRow.__table__, CoveredRow.__table__
    rows = connection.execute(
        select(visits.c.scope, visits.c.station, visits.c.governorate, func.min(visits.c.quarter).label("quarter"))
        .where(tuple_(visits.c.scope, visits.c.station).in_(covered))
        .group_by(visits.c.scope, visits.c.station, visits.c.governorate)
    )
    now = [dict(row) for row in rows.mappings()]
    gone = covered - {(row["scope"], row["station"]) for row in now}
    if gone:
        connection.execute(delete(table).where(tuple_(table.c.scope, table.c.station).in_(list(gone))))
    upsert(connection, table, now)
