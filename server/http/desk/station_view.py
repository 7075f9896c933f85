"""Sorts what was reported of one station into accounts that can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g

from server.comparison import Line, compare, names_in
from server.database import db
from server.database.station_search import Station
from server.http.desk.tape_table import TapeTable, tape_columns
from server.projections.reports import ReportRow
from server.projections.station_accounts import (
    MOST_REPORTS,
    Account,
    accounts_of,
    assigned_observers,
    reports_at,
)
from server.running import running


@dataclass(frozen=True)
class Comparison:
    """One checklist as everybody filled it in."""

    checklist: str
    accounts: list[Account]
    lines: list[Line]

    @property
    def contested(self) -> int:
        return sum(line.is_contested for line in self.lines)


@dataclass(frozen=True)
class StationView:
    """All accounts of one station. `is_cut` when there are more reports than are shown."""

    observers: list[str]
    assigned: Sequence[str]
    incidents: list[ReportRow]
    comparisons: list[Comparison]
    tapes: TapeTable | None
    timeline: list[ReportRow]
    is_cut: bool


def station_view(station: Station) -> StationView:
    """What the reader's organisation may see of `station`."""
    reports = list(reports_at(db.session, g.reader.organisation, station.code))
    live = [each for each in reports if each.status == "live"]
    return StationView(
        observers=sorted({who(each) for each in live}),
        assigned=assigned_observers(db.session, g.reader.organisation, station.code),
        incidents=[each for each in live if each.kind == "incident.report"],
        comparisons=_comparisons([each for each in live if each.kind == "observation.submit"]),
        tapes=_tapes([each for each in live if each.kind == "tape.submit"], station.registered),
        timeline=sorted(reports, key=lambda each: each.at_ms or each.received_ms),
        is_cut=len(reports) == MOST_REPORTS,
    )


def who(report: ReportRow) -> str:
    """Who said it: the observer's pseudonym inside their organisation, to others the organisation only."""
    return report.author if report.organisation == g.reader.organisation else report.organisation


def _comparisons(reports: Sequence[ReportRow]) -> list[Comparison]:
    accounts = accounts_of(db.session, sorted(reports, key=lambda each: (who(each), each.first_index)))
    known = running().pack.checklists_by_id
    checklists = {each.report.type or "": None for each in accounts}
    ordered = [*[each for each in known if each in checklists], *[each for each in checklists if each not in known]]
    return [_comparison(each, [a for a in accounts if (a.report.type or "") == each]) for each in ordered]


def _comparison(checklist: str, accounts: list[Account]) -> Comparison:
    answers = [_answers(each.body) for each in accounts]
    found = running().pack.checklists_by_id.get(checklist)
    questions = [each.id for each in found.questions] if found else []
    return Comparison(checklist, accounts, compare(answers, names_in(answers, questions)))


def _answers(body: dict[str, Any]) -> dict[str, Any]:
    found = body.get("answers")
    return found if isinstance(found, dict) else {}


def _tapes(reports: Sequence[ReportRow], registered: int | None) -> TapeTable | None:
    accounts = accounts_of(db.session, sorted(reports, key=lambda each: (who(each), each.first_index)))
    return tape_columns([(each.report, each.body) for each in accounts], registered) if accounts else None
