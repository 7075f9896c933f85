"""Derives every promise anew from what is stored, on the live database, and names each that does not hold."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from server.database.authors import authors, verifier
from server.database.engine import reading
from server.database.entries import EntryRow, JournalRow, NamedPhotoRow, PhotoRow
from server.database.journals import places
from server.database.log_faults import log_faults
from server.database.machines import spooled
from server.object_store import StoreAway
from server.operations.fold_entries import fold_entries
from server.photo_store import WrongDigest
from server.projections.claims import ClaimRow, FoldRow
from server.projections.counts import CoveredRow, IncidentCountRow, VisitCountRow, VisitRow
from server.projections.folding import ENTRIES_A_FOLD, settle_subjects
from server.projections.reports import ReportRow
from server.projections.state import merged_state_digest
from server.projections.tallies import cells, presence, scopes
from server.running import Running
from sync.entry import base64url_decode, digest_of, leaf
from sync.reconcile import journal_state
from sync.signature import signing_input

# A broken database could name a million rows; the first ones are enough to begin with.
MOST_NAMED = 50


def check_everything(held: Running) -> dict[str, Any]:
    """`{"ok", "broken": [sentence], "entries", "state_digest"}` of one snapshot, after folding what is there."""
    fold_entries(held)
    # Before the snapshot: what the sequencer publishes meanwhile covers more than the snapshot holds.
    published = held.log_store.checkpoint()
    with reading(held.engine) as connection:
        broken = [
            *_entries(connection),
            *_journals(connection),
            *_photos(held, connection),
            *_reports(held, connection),
            *_counts(connection),
            *log_faults(connection, published),
        ]
        return {
            "ok": not broken,
            "broken": broken[:MOST_NAMED],
            "entries": connection.execute(select(func.count()).select_from(EntryRow)).scalar_one(),
            "state_digest": merged_state_digest(connection),
        }


def _entries(connection: Connection) -> Iterator[str]:
    """Numbered without gaps, each what its id, leaf and signature say."""
    expected = 0
    by_device: dict[str, dict[str, str]] = {}
    wrong_by_device: dict[str, list[tuple[int, str]]] = {}
    for rows in _in_chunks(connection):
        verify = verifier(authors(connection, {row.device for row in rows}))
        for row in rows:
            if row.idx != expected:
                yield f"log index {expected} is missing"
            expected = row.idx + 1
            header = bytes(row.header)
            if digest_of(header) != row.id:
                yield f"entry {row.idx} is not what its id says"
            if row.body is not None and leaf(header, bytes(row.body)) != bytes(row.leaf):
                yield f"leaf {row.idx} is not of its entry"
            by_device.setdefault(row.device, {})[row.prev] = row.id
            if not row.signature or not verify(row.device, signing_input(header), base64url_decode(row.signature)):
                wrong_by_device.setdefault(row.device, []).append((row.idx, row.id))
    for device, wrong in wrong_by_device.items():
        wrong_ids = {identity for _, identity in wrong}
        for index, identity in wrong:
            if not _is_vouched(identity, by_device[device], wrong_ids):
                yield f"entry {index} is signed by nobody"


def _is_vouched(identity: str, successor_by_id: dict[str, str], wrong: set[str]) -> bool:
    """True when a later entry of the chain, rightly signed, covers it."""
    passed: set[str] = set()
    while identity in successor_by_id and identity not in passed:
        passed.add(identity)
        identity = successor_by_id[identity]
        if identity not in wrong:
            return True
    return False


def _in_chunks(connection: Connection) -> Iterator[list[Any]]:
    following = 0
    while True:
        rows = connection.execute(
            select(EntryRow.__table__).where(EntryRow.idx >= following).order_by(EntryRow.idx).limit(1000)
        ).all()
        if not rows:
            return
        yield list(rows)
        following = rows[-1].idx + 1


def _journals(connection: Connection) -> Iterator[str]:
    for row in connection.execute(select(JournalRow.__table__)).all():
        held = [place for place in places(connection, row.device) if place[0] >= 1]
        state = journal_state(held)
        if (len(held), state.upto) != (row.entries, row.last_seq) or state.forked != row.is_forked:
            yield f"journal of device {row.device[:8]} is not what its entries say"


def _photos(held: Running, connection: Connection) -> Iterator[str]:
    named = set(connection.execute(select(NamedPhotoRow.digest).distinct()).scalars())
    machine_by_digest = spooled(connection)
    for digest in connection.execute(select(PhotoRow.digest)).scalars():
        if digest not in named:
            yield f"photo {digest[:8]} belongs to no entry"
        try:
            with held.photo_store.read(digest) as file:
                found = hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]
                is_itself = found == base64url_decode(digest)
            if digest in machine_by_digest and held.photo_store.is_contradicted(digest):
                yield f"the bucket holds something else under the name of photo {digest[:8]}"
        except FileNotFoundError:
            # On the disk of another machine until the bucket answers it: only that machine can look.
            if machine_by_digest.get(digest, held.settings.machine) == held.settings.machine:
                yield f"photo {digest[:8]} was acknowledged and is not there"
            continue
        except StoreAway:
            yield "the bucket of photos does not answer: they were not looked at"
            return
        except WrongDigest:
            is_itself = False
        if not is_itself:
            yield f"photo {digest[:8]} is not what its digest says"


def _reports(held: Running, connection: Connection) -> Iterator[str]:
    """The incremental fold equals the fold from scratch; every entry is in exactly one bucket."""
    folded = connection.execute(select(FoldRow.next_index)).scalar() or 0
    claims = Counter(connection.execute(select(ClaimRow.id)).scalars())
    stored = set(connection.execute(select(EntryRow.id).where(EntryRow.idx < folded)).scalars())
    if set(claims) != stored or any(count != 1 for count in claims.values()):
        yield "entries and claims are not the same"
    subjects = [tuple(row) for row in connection.execute(select(ClaimRow.organisation, ClaimRow.subject).distinct())]
    for at in range(0, len(subjects), ENTRIES_A_FOLD):
        some = set(subjects[at : at + ENTRIES_A_FOLD])
        yield from _differences(connection, some, settle_subjects(connection, held.pack, some)[1])


def _differences(connection: Connection, subjects: set, settled: dict) -> Iterator[str]:
    table = ReportRow.__table__
    found = connection.execute(select(table).where(table.c.subject.in_({subject for _, subject in subjects})))
    before = {(row["subject"], row["author"], row["kind"]): dict(row) for row in found.mappings()}
    before = {key: row for key, row in before.items() if (row["organisation"], key[0]) in subjects}
    after = {(row["subject"], row["author"], row["kind"]): row for each in settled.values() for row in each.rows}
    for key in before.keys() | after.keys():
        if before.get(key) != after.get(key):
            yield f"report {key[0][:8]} is not what its entries say"
    buckets = connection.execute(
        select(ClaimRow.id, ClaimRow.organisation, ClaimRow.subject, ClaimRow.bucket, ClaimRow.why).where(
            ClaimRow.subject.in_({subject for _, subject in subjects})
        )
    )
    for row in buckets:
        each = settled.get((row.organisation, row.subject))
        if each is not None and each.bucket_by_id.get(row.id) != (row.bucket, row.why):
            yield f"entry {row.id[:8]} is not in the bucket that its subject gives it"


def _counts(connection: Connection) -> Iterator[str]:
    """The map's counts against a recount of every report."""
    cell_count: Counter = Counter()
    visits: dict[tuple[str, str, str], int] = {}
    covered: dict[tuple[str, str], int] = {}
    for row in map(dict, connection.execute(select(ReportRow.__table__)).mappings()):
        cell_count.update(cells(row))
        if pair := presence(row):
            for scope in scopes(row):
                key = (scope, *pair)
                visits[key] = min(visits.get(key, row["quarter"]), row["quarter"])
                covered[scope, pair[1]] = min(covered.get((scope, pair[1]), row["quarter"]), row["quarter"])
    kept = {
        tuple(row)[:-1]: row.incidents
        for row in connection.execute(
            select(*(IncidentCountRow.__table__.c[name] for name in _CELL), IncidentCountRow.incidents)
        )
    }
    if kept != dict(cell_count):
        yield "the counts of incidents are not those of the reports"
    rows = connection.execute(select(VisitRow.scope, VisitRow.observer, VisitRow.station, VisitRow.quarter))
    if {(row.scope, row.observer, row.station): row.quarter for row in rows} != visits:
        yield "the visits are not those of the reports"
    total = connection.execute(select(func.coalesce(func.sum(VisitCountRow.visits), 0))).scalar_one()
    if total != len(visits):
        yield "the counts of visits are not those of the visits"
    stations = connection.execute(select(CoveredRow.scope, CoveredRow.station, CoveredRow.quarter))
    if {(row.scope, row.station): row.quarter for row in stations} != covered:
        yield "the covered stations are not those of the visits"


_CELL = ("scope", "grain", "type", "severity", "quarter", "finding", "governorate", "organisation")
