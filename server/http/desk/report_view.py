"""Gathers all that the page of one report shows, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g
from sqlalchemy import select

from server.access import Reader
from server.comparison import Line, compare, names_in
from server.database import db
from server.database.checkouts import holder
from server.database.organisations import OrganisationRow
from server.database.station_search import Station, find_station
from server.http.desk.asked import read_filter
from server.problems import Problem
from server.projections.countersigned import confirmed_devices
from server.projections.findings import Standing, standing_of
from server.projections.report_history import (
    NamedPhoto,
    Written,
    head_indexes,
    history,
    photos_of,
    reports_of,
)
from server.projections.report_list import neighbours
from server.projections.reports import ReportRow
from server.projections.station_accounts import Account, accounts_of, read_value, reports_at
from server.running import running

# The pages of one report, by the word in their address.
KIND_BY_FAMILY = {
    "incidents": "incident.report",
    "tapes": "tape.submit",
    "observations": "observation.submit",
    "visits": "visit.open",
}
FAMILY_BY_KIND = {kind: family for family, kind in KIND_BY_FAMILY.items()} | {"visit.close": "visits"}
JUDGES = ("administrator", "coordinator")
# What a comparison of an observer's own versions speaks of, in this order; the rest follows.
FIELDS = ("type", "severity", "station", "occurred_ms", "text", "basis", "captured", "count", "checklist")
# Compared on their own, or of no meaning to a reader as text.
NOT_COMPARED = frozenset({"place", "pages", "answers", "figures", "votes", "salt"})


@dataclass(frozen=True)
class View:
    """One report and what surrounds it. For another organisation's report only the released parts are filled."""

    report: ReportRow
    value: dict[str, Any]
    is_own: bool
    may_judge: bool
    station: Station | None
    accounts: list[Account]
    contested: list[Line]
    photos: list[NamedPhoto]
    written: list[Written]
    confirmed: frozenset[str]  # devices whose enrolment their organisation has signed for
    others: Sequence[ReportRow]
    same_subject: Sequence[ReportRow]
    standing: Standing | None
    holder: str | None
    receivers: Sequence[OrganisationRow]
    newer: str | None
    older: str | None

    @property
    def replaced_findings(self) -> frozenset[str]:
        """Findings that a later one names, and so stands instead of."""
        return frozenset(ref for each in self.written if each.kind == "review" for ref in each.refs)


def find_report(subject: str, author: str = "") -> ReportRow:
    """The report the reader asked for. Raises Problem not-found, also for what another organisation keeps to itself."""
    return _pick(_visible(subject), author)


def report_view(subject: str, author: str, fields: dict[str, str]) -> View:
    """Everything about the report. Raises Problem not-found as `find_report` does."""
    reader: Reader = g.reader
    same_subject = _visible(subject)
    report = _pick(same_subject, author)
    is_own = report.organisation == reader.organisation
    accounts = accounts_of(db.session, [report])
    asked = read_filter(report.kind, fields)
    newer, older = neighbours(db.session, reader.organisation, asked, report.first_index)
    may_judge = is_own and reader.role in JUDGES
    written = history(db.session, reader.organisation, subject) if is_own else []
    return View(
        report=report,
        value=read_value(report),
        is_own=is_own,
        may_judge=may_judge,
        station=find_station(db.session, report.station) if report.station else None,
        accounts=accounts,
        contested=_contested(accounts),
        photos=_photos(report),
        written=written,
        confirmed=confirmed_devices(db.session.connection(), [each.device for each in written]),
        others=_others(report),
        same_subject=[each for each in same_subject if each is not report],
        standing=_standing(reader, report) if may_judge else None,
        holder=holder(db.session, reader.organisation, subject, running().clock.now_ms()) if is_own else None,
        receivers=_receivers(reader) if may_judge else [],
        newer=newer,
        older=older,
    )


def _visible(subject: str) -> Sequence[ReportRow]:
    found = reports_of(db.session, g.reader.organisation, subject)
    if g.reader.role == "clerk":
        # Clerks key tapes; what observers met at the station is not theirs to read.
        return [each for each in found if each.kind == "tape.submit"]
    return found


def _pick(reports: Sequence[ReportRow], author: str) -> ReportRow:
    own = [each for each in reports if author and each.author == author and each.organisation == g.reader.organisation]
    if not reports or (author and not own):
        raise Problem("not-found")
    return (own or list(reports))[0]


def _contested(accounts: Sequence[Account]) -> list[Line]:
    """Where an observer's own standing versions say different things."""
    bodies = [{k: v for k, v in each.body.items() if k not in NOT_COMPARED} for each in accounts]
    return [line for line in compare(bodies, names_in(bodies, FIELDS)) if line.is_contested]


def _photos(report: ReportRow) -> list[NamedPhoto]:
    return photos_of(db.session, head_indexes(db.session, report.heads.split())) if report.heads else []


def _others(report: ReportRow) -> list[ReportRow]:
    if not report.station or g.reader.role == "clerk":
        return []
    found = reports_at(db.session, g.reader.organisation, report.station)
    return [each for each in found if each.subject != report.subject and each.status == "live"]


def _standing(reader: Reader, report: ReportRow) -> Standing | None:
    return standing_of(db.session.connection(), reader.organisation, report.subject, report.author)


def _receivers(reader: Reader) -> Sequence[OrganisationRow]:
    query = select(OrganisationRow).where(OrganisationRow.id != reader.organisation)
    return db.session.execute(query.order_by(OrganisationRow.kind, OrganisationRow.id)).scalars().all()
