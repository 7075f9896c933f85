"""A small invented election day over the wire, with all that a desk can meet: findings, disputes, tapes, strays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from server.access import Reader
from server.clock import Clock
from server.database.roster import DeviceRow, ObserverRow
from server.demo import DemoStaff, make_demo
from server.field_day.acts import INCIDENT, OBSERVATION, TAPE
from server.field_day.command import Plan, simulate
from server.field_day.exchanging import exchange
from server.field_day.joining import join
from server.field_day.line import CLEAR, Line
from server.field_day.phone import Phone
from server.field_day.tally import Tally
from server.field_day.uploading import upload_photos
from server.operations.fold_entries import fold_entries
from server.operations.make_enrolment_code import make_enrolment_code
from server.operations.preview_import import Uploaded, preview_import
from server.operations.release_report import release_report
from server.operations.review_report import review_report
from server.projections.reports import ReportRow
from server.running import Running
from tests.servers import Place, ServerProcess, opened

ORGANISATION = "meezan"
OBSERVERS = 12
LONG_TEXT = (
    "وصل صندوق الاقتراع مفتوحاً وقال مدير المحطة إن القفل «سقط في الطريق»، ثم VO03/138450-03 في 07:45؛ "
    "سندووقەکە کرابووەوە و کەس نەیزانی بۆچی. " + "بلاتوقف" * 20
)
LIST = "station code,centre name,governorate,registered voters\n999001-01,Test School,Baghdad,512\n12,,Nowhere,many\n"


@dataclass
class ElectionDay:
    """A server in the evening of that day. `paths` leads to one page of every kind, by a word for it."""

    url: str
    held: Running
    staff: list[DemoStaff]
    paths: dict[str, str]

    def password_of(self, role: str, organisation: str = ORGANISATION) -> tuple[str, str]:
        """Name and password of one person at the desk."""
        (found,) = (each for each in self.staff if (each.organisation, each.role) == (organisation, role))
        return found.name, found.password


@contextmanager
def election_day(folder: Path) -> Iterator[ElectionDay]:
    place = Place(folder)
    with opened(place) as (_, held):
        made = make_demo(held, stations=140, observers=30)
        process = ServerProcess(place)
        process.start()
        try:
            simulate(process.url, Plan(speed=0, lively=8.0, is_calm=True), held=held, observers=OBSERVERS)
            (staff,) = (each.id for each in made.staff if each.name == f"{ORGANISATION}-coordinator")
            reader = Reader("desk", staff, ORGANISATION, "coordinator")
            paths = _add_what_is_rare(held, process.url, reader)
            yield ElectionDay(process.url, held, made.staff, paths)
        finally:
            process.kill()


def _add_what_is_rare(held: Running, url: str, reader: Reader) -> dict[str, str]:
    fold_entries(held)
    first = next(row for row in _reports(held, OBSERVATION) if row.type == "opening@1")
    observer = _write_beside(held, url, first)
    fold_entries(held)
    incidents = _reports(held, INCIDENT)
    for finding, row in zip(("uphold", "uphold", "doubt", "correct"), incidents, strict=False):
        value = {"severity": "5"} if finding == "correct" else None
        review_report(held, reader, row.subject, row.author, finding, LONG_TEXT if finding != "uphold" else "", value)
    release_report(held, reader, incidents[0].subject, incidents[0].author, "commission")
    fold_entries(held)
    handed_in = Uploaded("stations", "محطات bağdat list (1).csv", LIST.encode(), ORGANISATION, reader.id)
    preview = preview_import(held, handed_in)
    return {
        "incident": f"/incidents/{next(row.subject for row in incidents if row.author == observer)}",
        "judged": f"/incidents/{incidents[3].subject}",
        "tape": f"/tapes/{next(row.subject for row in _reports(held, TAPE) if row.author == observer)}",
        "observation": f"/observations/{first.subject}",
        "governorate": f"/governorates/{first.governorate}",
        "station": f"/stations/{first.station}",
        "observer": f"/observers/{observer}",
        "import": f"/imports/{preview}",
    }


def _write_beside(held: Running, url: str, first: ReportRow) -> str:
    """A colleague who sees the same station otherwise, writes long, names a station that is none, and adds up wrong."""
    observer = _idle_observer(held)
    line, clock, tally = Line(url, connections=1), Clock(), Tally()
    try:
        phone = join(line, make_enrolment_code(held, observer, made_by="test").code)
        now_ms = phone.member.opens_ms + 3_600_000
        said = {"captured": "here", "basis": "direct", "severity": 4, "type": "OP03", "occurred_ms": now_ms}
        answers = {"OP1": "09:59", "OP2": 9, "OP4": "no"}
        form = {"checklist": first.type, "answers": answers, "started_ms": now_ms, "ended_ms": now_ms + 60_000}
        figures = {"registered": 500, "verified": 300, "ballots": 299, "valid": 200, "invalid": 9}
        votes = {"101": 99, "102": 12}
        tape = {"count": "machine", "figures": figures, "votes": votes, "pages": [], "captured": "paper"}
        here = {"station": first.station}
        phone.write(clock, now_ms, OBSERVATION, {**form, **here, "captured": "here"})
        phone.write(clock, now_ms, INCIDENT, {**said, **here, "text": LONG_TEXT})
        phone.write(clock, now_ms, INCIDENT, {**said, "station": "000000-99", "text": LONG_TEXT})
        phone.write(clock, now_ms, TAPE, {**tape, **here}, photos=[f"RESULTS|page {page}" for page in (1, 2)])
        _send(phone, line, tally)
    finally:
        line.close()
    return observer


def _send(phone: Phone, line: Line, tally: Tally) -> None:
    assert exchange(phone, line, CLEAR, tally) is not None
    assert upload_photos(phone, line, lambda: CLEAR, tally)


def _idle_observer(held: Running) -> str:
    with held.engine.connect() as connection:
        busy = select(DeviceRow.observer)
        idle = select(ObserverRow.id).where(ObserverRow.organisation == ORGANISATION, ObserverRow.id.not_in(busy))
        return connection.execute(idle.order_by(ObserverRow.id)).scalars().first() or ""


def _reports(held: Running, kind: str) -> list[ReportRow]:
    """The organisation's own of that kind, those in force, in a lasting order."""
    with held.engine.connect() as connection:
        query = select(ReportRow.__table__).where(
            ReportRow.organisation == ORGANISATION, ReportRow.kind == kind, ReportRow.status == "live"
        )
        return list(connection.execute(query.order_by(ReportRow.first_index)))  # type: ignore[arg-type]
