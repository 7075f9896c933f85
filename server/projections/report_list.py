"""The lists of the desk: which reports a reader may see and asked for, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, cast

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from server.projections.reports import ReleaseRow, ReportRow

# A coordinator reads about this many before looking up; a page of it weighs under 100 KB.
PAGE = 50
# Counting further would read the whole table at every look; "more than 1,000" says enough.
COUNTED_TO = 1_000

OWN, RELEASED = "own", "released"


@dataclass(frozen=True)
class ReportFilter:
    """What a list was asked for. Empty fields ask nothing."""

    kind: str
    source: str = OWN  # own, or released (to the reader's organisation)
    organisation: str = ""  # of the observers, among released ones
    governorate: str = ""
    types: tuple[str, ...] = ()
    phase: str = ""
    severity: int = 0
    finding: str = ""
    status: str = "live"
    station: str = ""
    observer: str = ""
    from_ms: int | None = None
    until_ms: int | None = None
    is_escalated: bool = False
    is_contested: bool = False
    has_photos: bool = False
    words: tuple[str, ...] = ()  # already in normal letters


def visible(organisation: str) -> ColumnElement[bool]:
    """What `organisation` may see at all: its own reports and those released to it."""
    return or_(ReportRow.organisation == organisation, is_released_to(organisation))


def is_released_to(organisation: str) -> ColumnElement[bool]:
    # A subject may carry reports of several organisations; only the one that released its own is open to the reader.
    named = (literal(" ") + ReportRow.released_to + " ").contains(f" {organisation} ", autoescape=True)
    subjects = select(ReleaseRow.subject).where(ReleaseRow.scope == organisation)
    return and_(ReportRow.subject.in_(subjects), ReportRow.organisation != organisation, named)


def list_reports(
    session: Session, organisation: str, asked: ReportFilter, before: int | None = None, after: int | None = None
) -> Sequence[ReportRow]:
    """Up to a page of reports, newest first: those just older than place `before`, or just newer than `after`."""
    query = _asked(select(ReportRow), organisation, asked)
    if after is not None:
        newer = query.where(ReportRow.first_index > after).order_by(ReportRow.first_index).limit(PAGE)
        return list(reversed(session.execute(newer).scalars().all()))
    if before is not None:
        query = query.where(ReportRow.first_index < before)
    return session.execute(query.order_by(ReportRow.first_index.desc()).limit(PAGE)).scalars().all()


class ReportLine(Protocol):
    """What an export shows of a report, as a row of plain values."""

    subject: str
    author: str
    station: str | None
    governorate: str | None
    at_ms: int | None
    received_ms: int
    type: str | None
    severity: int
    finding: str
    status: str
    is_escalated: bool
    photos: int
    flags: str
    value: str


_LINE = [getattr(ReportRow, name) for name in ReportLine.__annotations__]


def every_report(
    session: Session, organisation: str, asked: ReportFilter, at_once: int
) -> Iterator[Sequence[ReportLine]]:
    """All of them, newest first, fetched `at_once` at a time; rows only, objects would cost more than all the rest."""
    query = _asked(select(*_LINE), organisation, asked).order_by(ReportRow.first_index.desc())
    for rows in session.execute(query.execution_options(yield_per=at_once)).partitions():
        yield cast(Sequence[ReportLine], rows)


def count_reports(session: Session, organisation: str, asked: ReportFilter, after: int | None = None) -> int:
    """How many there are (newer than place `after`), counted no further than one above COUNTED_TO."""
    query = _asked(select(literal(1)).select_from(ReportRow), organisation, asked)
    if after is not None:
        query = query.where(ReportRow.first_index > after)
    return session.execute(select(func.count()).select_from(query.limit(COUNTED_TO + 1).subquery())).scalar_one()


def neighbours(
    session: Session, organisation: str, asked: ReportFilter, place: int
) -> tuple[str | None, str | None]:
    """The subjects just newer and just older than the report at `place` in the list asked for."""
    query = _asked(select(ReportRow.subject), organisation, asked)
    newer = query.where(ReportRow.first_index > place).order_by(ReportRow.first_index).limit(1)
    older = query.where(ReportRow.first_index < place).order_by(ReportRow.first_index.desc()).limit(1)
    return session.execute(newer).scalar(), session.execute(older).scalar()


def releasing_organisations(session: Session, organisation: str) -> Sequence[str]:
    """Who released anything to `organisation`, for the choice in the filter."""
    query = select(ReportRow.organisation).where(is_released_to(organisation)).distinct()
    return session.execute(query.order_by(ReportRow.organisation)).scalars().all()


def limited_to_own(asked: ReportFilter) -> ReportFilter:
    """The same question, asked of the reader's own observers only: what may be exported."""
    return replace(asked, source=OWN, organisation="")


def _asked(query: Select, organisation: str, asked: ReportFilter) -> Select:
    source = ReportRow.organisation == organisation if asked.source == OWN else is_released_to(organisation)
    return query.where(source, ReportRow.kind == asked.kind, *_conditions(asked))


def _conditions(asked: ReportFilter) -> list[ColumnElement[bool]]:
    equal = {
        ReportRow.status: asked.status,
        ReportRow.governorate: asked.governorate,
        ReportRow.phase: asked.phase,
        ReportRow.finding: asked.finding,
        # Who observed is never a question of another organisation.
        ReportRow.author: asked.observer if asked.source == OWN else "",
        ReportRow.organisation: asked.organisation if asked.source == RELEASED else "",
    }
    found = [column == wanted for column, wanted in equal.items() if wanted]
    if asked.types:
        found.append(ReportRow.type.in_(asked.types))
    if asked.station:
        found.append(ReportRow.station.startswith(asked.station, autoescape=True))
    if asked.severity:
        found.append(ReportRow.severity >= asked.severity)
    if asked.from_ms is not None:
        found.append(ReportRow.at_ms >= asked.from_ms)
    if asked.until_ms is not None:
        found.append(ReportRow.at_ms < asked.until_ms)
    return found + _marks(asked) + [ReportRow.search.contains(word, autoescape=True) for word in asked.words]


def _marks(asked: ReportFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.is_escalated:
        found.append(ReportRow.is_escalated.is_(True))
    if asked.is_contested:
        found.append(
            or_(ReportRow.finding == "contested", ReportRow.is_conflicted.is_(True), ReportRow.disputes > 0)
        )
    if asked.has_photos:
        found.append(ReportRow.photos > 0)
    return found
