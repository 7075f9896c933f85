"""Folds entries into projections: first come or late, once or again, the rows that result are the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from server.database.authors import authors, standing_by_revoked
from server.database.entries import MarkRow
from server.database.prepared import Prepared
from server.database.upsert import upsert
from server.packs import Pack
from server.projections.claims import ClaimRow, FoldRow
from server.projections.countersigned import note_countersigned
from server.projections.inbox import AssignmentRow, InboxRow
from server.projections.register_view import RegisterView, register_view
from server.projections.reports import ReleaseRow, ReportRow
from server.projections.rules import rules_of
from server.projections.subjects import Settled, settle
from server.projections.tallies import retally
from server.projections.told import Told, told_at, told_between

# Long enough to share its queries, short enough that phones do not wait for it.
ENTRIES_A_FOLD = 250
Subject = tuple[str, str]

# Asked in every fold, hence put together once.
_FOLD = Prepared(select(FoldRow.__table__))
_ADD_CLAIMS = Prepared(insert(ClaimRow.__table__))
_CLAIMS_OF = Prepared(
    select(ClaimRow.idx, ClaimRow.id, ClaimRow.organisation, ClaimRow.subject).where(
        ClaimRow.subject.in_(bindparam("subjects", expanding=True))
    )
)
_BUCKETS_AT = Prepared(
    select(ClaimRow.id, ClaimRow.idx, ClaimRow.bucket, ClaimRow.why).where(
        ClaimRow.idx.in_(bindparam("indexes", expanding=True))
    )
)
_MOVE_CLAIMS = Prepared(
    update(ClaimRow)
    .where(ClaimRow.idx == bindparam("at"))
    .values(bucket=bindparam("to_bucket"), why=bindparam("to_why"))
)
_REPORTS_OF = Prepared(
    select(ReportRow.__table__).where(ReportRow.subject.in_(bindparam("subjects", expanding=True)))
)


def fold_next(connection: Connection, pack: Pack) -> int:
    """Folds the next entries, if any; how many. Runs inside a write transaction and does not commit."""
    fold = next(iter(_FOLD.ask(connection)), None)
    first = fold.next_index if fold else 0
    told = told_between(connection, first, ENTRIES_A_FOLD)
    if not told:
        return 0
    _ADD_CLAIMS.run(connection, [_claim_row(each) for each in told])
    subjects = {(each.organisation, each.subject) for each in told}
    subjects |= _subjects_of_revoked(connection, told)
    fold_subjects(connection, pack, subjects, {each.id: each for each in told})
    _deliver(connection, [each for each in told if each.is_server])
    note_countersigned(connection, [each for each in told if each.is_organisation and each.flaw is None])
    _advance(connection, pack, fold, told)
    return len(told)


def fold_subjects(
    connection: Connection, pack: Pack, subjects: Iterable[Subject], fresh: Mapping[str, Told] | None = None
) -> None:
    """Settles these (organisation, subject) anew from all their entries and stores what results."""
    everyone, settled = settle_subjects(connection, pack, set(subjects), fresh)
    _store_buckets(connection, everyone, settled)
    _store_rows(connection, settled)


def settle_subjects(
    connection: Connection, pack: Pack, subjects: set[Subject], fresh: Mapping[str, Told] | None = None
) -> tuple[list[Told], dict[Subject, Settled]]:
    """What these subjects come to, from all their entries, `fresh` ones already at hand; nothing is written."""
    told_by_subject = _gather(connection, subjects, fresh or {})
    everyone = [each for told in told_by_subject.values() for each in told]
    view = _view(connection, pack, everyone)
    revoked = standing_by_revoked(connection, authors(connection, {each.header.device for each in everyone}))
    return everyone, {subject: settle(told, revoked, view) for subject, told in told_by_subject.items()}


def _claim_row(each: Told) -> dict[str, Any]:
    return {
        "idx": each.index,
        "id": each.id,
        "organisation": each.organisation,
        "author": each.author,
        "device": each.header.device,
        "seq": each.header.seq,
        "kind": each.header.kind,
        "subject": each.subject,
        "refs": " ".join(each.header.refs),
        "flaw": each.flaw,
        "bucket": "",  # settled in the same transaction
        "why": None,
        "received_ms": each.received_ms,
    }


def _subjects_of_revoked(connection: Connection, told: Sequence[Told]) -> set[Subject]:
    """A revocation, or a late entry of a revoked device, may move any entry of that device."""
    devices = {each.header.device for each in told if not each.is_server}
    devices = {device for device, author in authors(connection, devices).items() if author.is_revoked}
    devices |= {str(each.body.get("device")) for each in told if each.is_server and each.header.kind == "device.revoke"}
    if not devices:
        return set()
    rows = connection.execute(
        select(ClaimRow.organisation, ClaimRow.subject).where(ClaimRow.device.in_(devices)).distinct()
    )
    return {(row.organisation, row.subject) for row in rows}


def _gather(
    connection: Connection, subjects: set[Subject], fresh: Mapping[str, Told]
) -> dict[Subject, list[Told]]:
    claims = _CLAIMS_OF.ask(connection, subjects=list({subject for _, subject in subjects}))
    wanted = [row for row in claims if (row.organisation, row.subject) in subjects]
    stored = told_at(connection, [row.idx for row in wanted if row.id not in fresh])
    told_by_subject: dict[Subject, list[Told]] = defaultdict(list)
    for each in (*stored, *(fresh[row.id] for row in wanted if row.id in fresh)):
        told_by_subject[each.organisation, each.subject].append(each)
    return told_by_subject


def _view(connection: Connection, pack: Pack, told: Sequence[Told]) -> RegisterView:
    stations = []
    for each in told:
        value = each.body.get("value")
        stations += [each.body.get("station"), value.get("station") if isinstance(value, dict) else None]
    return register_view(connection, pack, [code for code in stations if isinstance(code, str)])


def _store_buckets(
    connection: Connection, told: Sequence[Told], settled: Mapping[Subject, Settled]
) -> None:
    """Changed buckets are written, and a phone is told when one of its entries is set aside or taken back in."""
    rows = _BUCKETS_AT.ask(connection, indexes=[each.index for each in told])
    before = {row.id: row for row in rows}
    marks = []
    changed = []
    for each in told:
        bucket, why = settled[each.organisation, each.subject].bucket_by_id[each.id]
        was = before[each.id]
        if (bucket, why) == (was.bucket, was.why):
            continue
        changed.append({"at": each.index, "to_bucket": bucket, "to_why": why})
        if not each.is_server and (bucket == "quarantined") != (was.bucket == "quarantined"):
            marks.append((each, "quarantined" if bucket == "quarantined" else "live", why))
    _MOVE_CLAIMS.run(connection, changed)
    _mark(connection, marks)


def _mark(connection: Connection, marks: Sequence[tuple[Told, str, str | None]]) -> None:
    """Marks are told once: a rebuild that ends where it began tells nothing."""
    if not marks:
        return
    rows = connection.execute(
        select(MarkRow.id, MarkRow.bucket)
        .where(MarkRow.id.in_([each.id for each, _, _ in marks]))
        .order_by(MarkRow.number)
    )
    last = {row.id: row.bucket for row in rows}
    number = connection.execute(select(func.coalesce(func.max(MarkRow.number), -1))).scalar_one() + 1
    new = [
        {"device": each.header.device, "id": each.id, "bucket": bucket, "why": why}
        for each, bucket, why in marks
        if last.get(each.id, "live") != bucket
    ]
    if new:
        connection.execute(insert(MarkRow.__table__), [{**row, "number": at} for at, row in enumerate(new, number)])


def _store_rows(connection: Connection, settled: Mapping[Subject, Settled]) -> None:
    table = ReportRow.__table__
    after = [row for each in settled.values() for row in each.rows]
    found = _REPORTS_OF.ask(connection, subjects=list({subject for _, subject in settled}))
    before = [row._asdict() for row in found if (row.organisation, row.subject) in settled]
    upsert(connection, table, after)
    kept = {(row["subject"], row["author"], row["kind"]) for row in after}
    for row in before:
        if (row["subject"], row["author"], row["kind"]) not in kept:
            connection.execute(
                delete(table).where(
                    table.c.subject == row["subject"], table.c.author == row["author"], table.c.kind == row["kind"]
                )
            )
    releases = [
        {"scope": to, "subject": subject, "idx": min(row["first_index"] for row in each.rows)}
        for (_, subject), each in settled.items()
        for to in each.released_to
        if each.rows
    ]
    upsert(connection, ReleaseRow.__table__, releases)
    retally(connection, before, after)


def _deliver(connection: Connection, told: Sequence[Told]) -> None:
    """Puts what the desk decided into the inboxes of the observers it concerns."""
    inbox = []
    for each in told:
        kind, body = each.header.kind, each.body
        if kind == "assignment.set":
            observer = str(body.get("observer"))
            _assign(connection, observer, body.get("stations"), each.organisation)
            inbox.append((observer, each.index))
        elif kind == "message.send":
            inbox.append((str(body.get("to")), each.index))
        elif kind == "review":
            # Whose words it names, and nobody else who ever wrote about the same subject.
            judged = connection.execute(
                select(ClaimRow.author).where(
                    ClaimRow.id.in_(each.header.refs),
                    ClaimRow.organisation == each.organisation,
                    ClaimRow.kind != "review",
                )
            )
            inbox += [(author, each.index) for author in judged.scalars()]
    rows = [{"observer": observer, "idx": index} for observer, index in dict.fromkeys(inbox)]
    upsert(connection, InboxRow.__table__, rows)


def _assign(connection: Connection, observer: str, stations: object, organisation: str) -> None:
    connection.execute(delete(AssignmentRow).where(AssignmentRow.observer == observer))
    codes = dict.fromkeys(code for code in stations if isinstance(code, str)) if isinstance(stations, list) else {}
    upsert(
        connection,
        AssignmentRow.__table__,
        [{"observer": observer, "station": code, "organisation": organisation} for code in codes],
    )


def _advance(connection: Connection, pack: Pack, fold, told: Sequence[Told]) -> None:
    as_of_ms = max(each.received_ms for each in told)
    row = {
        "id": 1,
        "next_index": told[-1].index + 1,
        "as_of_ms": max(as_of_ms, fold.as_of_ms) if fold else as_of_ms,
        "version": fold.version + 1 if fold else 1,
        "rules": fold.rules if fold else rules_of(pack),
    }
    upsert(connection, FoldRow.__table__, [row])
