"""Stores what phones hand in: every entry judged, numbered and committed before anyone is told that it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from server.database.added_rows import add_checks, add_entries
from server.database.authors import Author, authors, standing_by_revoked, verifier
from server.database.engine import lock_numbering
from server.database.entries import EntryRow, HeldRow, NamedPhotoRow, PhotoRow, SignatureCheckRow
from server.database.journals import Beside, beside, note_places
from server.database.prepared import Prepared
from sync.entry import Entry, Refusal, leaf_of
from sync.judge import Judgement, Known, judge

# A carrier with more strangers' entries than this waits until some of them are enrolled (wire.md §3, held).
MOST_HELD_A_CARRIER = 2_000
RETRY_HELD_S = 3_600
# A header may claim any size; a number that PostgreSQL's column cannot hold would refuse the whole batch for ever.
LARGEST_NAMED_BYTES = 2**31 - 1

# Asked for every batch, hence put together once: building a statement anew costs more than running it.
_UNSIGNED = Prepared(
    select(SignatureCheckRow.idx).where(
        SignatureCheckRow.idx.in_(bindparam("indexes", expanding=True)),
        SignatureCheckRow.is_valid.is_(False),
        SignatureCheckRow.later_signature.is_(None),
    )
)
_LAST_INDEX = Prepared(select(func.coalesce(func.max(EntryRow.idx), -1).label("index")))
_WHOLE = Prepared(select(PhotoRow.digest).where(PhotoRow.digest.in_(bindparam("digests", expanding=True))))
_ADD_PHOTOS, _ADD_HELD = Prepared(insert(NamedPhotoRow.__table__)), Prepared(insert(HeldRow.__table__))


@dataclass(frozen=True)
class Batch:
    """What one phone handed in at once."""

    readings: Sequence[Entry | Refusal]
    carrier: str
    now_ms: int


def store_entries(
    connection: Connection, readings: Sequence[Entry | Refusal], carrier: str, now_ms: int
) -> list[dict[str, object]]:
    """One verdict a position, in order, as the wire shows it. Runs inside a write transaction and does not commit."""
    return store_batches(connection, [Batch(readings, carrier, now_ms)])[0]


def store_batches(connection: Connection, batches: Sequence[Batch]) -> list[list[dict[str, object]]]:
    """The verdicts of each batch, as if it had come alone and after those before it. Does not commit."""
    lock_numbering(connection)
    entries = [reading for batch in batches for reading in batch.readings if isinstance(reading, Entry)]
    people = authors(connection, {entry.header.device for entry in entries})
    intake = _Intake(people, beside(connection, entries), standing_by_revoked(connection, people))
    intake.unsigned = _unsigned(connection, intake.around.index_by_id, entries)
    intake.next_index = _LAST_INDEX.ask(connection)[0].index + 1
    verify = verifier(people)
    judged = []
    for batch in batches:
        judgements = judge(batch.readings, intake.known(batch), verify)
        intake.take(batch, judgements)
        judged.append((judgements, _hold(connection, judgements, batch.carrier, batch.now_ms)))
    intake.insert(connection)
    missing = _missing_photos(connection, [each for judgements, _ in judged for each in judgements])
    index_by_id = intake.around.index_by_id
    return [[_verdict(each, index_by_id, missing, is_full) for each in some] for some, is_full in judged]


@dataclass
class _Intake:
    """What is held and what is to be stored, growing batch by batch, written to the database at the end."""

    people: Mapping[str, Author]
    around: Beside
    standing: Mapping[str, frozenset[str]]
    next_index: int = 0
    unsigned: set[str] = field(default_factory=set)
    _entries: list[Entry] = field(default_factory=list)
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _checks: list[dict[str, object]] = field(default_factory=list)
    _photos: list[dict[str, object]] = field(default_factory=list)
    _better: list[tuple[int, str]] = field(default_factory=list)

    def known(self, batch: Batch) -> Known:
        is_named = self.around.is_named
        return Known(
            authors=self.people.keys(),
            index_by_id=self.around.index_by_id,
            vouched={each.id for each in batch.readings if isinstance(each, Entry) and is_named(each)},
            unsigned=self.unsigned,
            standing_by_revoked=self.standing,
        )

    def take(self, batch: Batch, judgements: Sequence[Judgement]) -> None:
        """Numbers what is to be stored; the batches that follow find it as stored."""
        for judgement in judgements:
            entry = judgement.entry
            if judgement.outcome == "store" and entry:
                self._store(batch, entry, judgement)
            elif judgement.outcome == "duplicate" and judgement.signature == "valid" and entry:
                self._better.append((self.around.index_by_id[entry.id], entry.signature))
                self.unsigned.discard(entry.id)

    def _store(self, batch: Batch, entry: Entry, judgement: Judgement) -> None:
        index, signature = self.next_index, judgement.signature
        self.next_index += 1
        self.around.add(index, entry)
        self._entries.append(entry)
        self._rows.append(_row(index, entry, judgement.why, batch.carrier, batch.now_ms))
        if signature != "valid":
            is_valid = False if signature == "wrong" else None
            self._checks.append({"idx": index, "is_valid": is_valid, "later_signature": None})
            if signature == "wrong":
                self.unsigned.add(entry.id)
        if entry.header.photos:
            self._photos += _named_photos(index, entry, self.people[entry.header.device].organisation)

    def insert(self, connection: Connection) -> None:
        add_entries(connection, self._rows)
        add_checks(connection, self._checks)
        _ADD_PHOTOS.run(connection, self._photos)
        note_places(connection, self._entries, self.around)
        for index, signature in self._better:
            better = update(SignatureCheckRow).where(SignatureCheckRow.idx == index).values(later_signature=signature)
            connection.execute(better)


def _unsigned(connection: Connection, index_by_id: Mapping[str, int], entries: Sequence[Entry]) -> set[str]:
    id_by_index = {index_by_id[entry.id]: entry.id for entry in entries if entry.id in index_by_id}
    if not id_by_index:
        return set()
    return {id_by_index[row.idx] for row in _UNSIGNED.ask(connection, indexes=list(id_by_index))}


def _row(index: int, entry: Entry, flaw: str | None, carrier: str, now_ms: int) -> dict[str, object]:
    header = entry.header
    # Revocation is a function of the whole set and is decided by the fold; only the envelope's own flaw stays here.
    return {
        "idx": index,
        "id": entry.id,
        "device": header.device,
        "seq": header.seq,
        "prev": header.prev,
        "header": entry.header_bytes,
        "signature": entry.signature,
        "body": entry.body_bytes,
        "leaf": leaf_of(entry),
        "flaw": flaw if entry.flaws else None,
        "carrier": carrier,
        "received_ms": now_ms,
    }


def _named_photos(index: int, entry: Entry, organisation: str) -> list[dict[str, object]]:
    by_digest = {photo.digest: photo for photo in entry.header.photos}
    return [
        {
            "digest": photo.digest,
            "idx": index,
            "device": entry.header.device,
            "organisation": organisation,
            "size": min(photo.size, LARGEST_NAMED_BYTES),
            "media_type": photo.media_type,
        }
        for photo in by_digest.values()
    ]


def _hold(connection: Connection, judgements: Sequence[Judgement], carrier: str, now_ms: int) -> bool:
    """Keeps entries of unknown authors apart; True when this carrier may bring no more of them for now."""
    strangers = {j.entry.id: j.entry for j in judgements if j.outcome == "held" and j.entry}
    if not strangers:
        return False
    present = connection.execute(select(HeldRow.id).where(HeldRow.id.in_(list(strangers)))).scalars()
    for identity in present.all():
        del strangers[identity]
    count = connection.execute(select(func.count()).where(HeldRow.carrier == carrier)).scalar_one()
    if count + len(strangers) > MOST_HELD_A_CARRIER:
        return True
    _ADD_HELD.run(connection, [_held_row(entry, carrier, now_ms) for entry in strangers.values()])
    return False


def _held_row(entry: Entry, carrier: str, now_ms: int) -> dict[str, object]:
    return {
        "id": entry.id,
        "device": entry.header.device,
        "carrier": carrier,
        "header": entry.header_bytes,
        "signature": entry.signature,
        "body": entry.body_bytes,
        "received_ms": now_ms,
    }


def _missing_photos(connection: Connection, judgements: Sequence[Judgement]) -> frozenset[str]:
    named = frozenset(
        photo.digest
        for judgement in judgements
        if judgement.entry and judgement.outcome in ("store", "duplicate")
        for photo in judgement.entry.header.photos
    )
    if not named:
        return frozenset()
    return named.difference(row.digest for row in _WHOLE.ask(connection, digests=list(named)))


def _verdict(
    judgement: Judgement, index_by_id: Mapping[str, int], missing: frozenset[str], is_full: bool
) -> dict[str, object]:
    if judgement.outcome == "refused":
        return {"id": judgement.id, "verdict": "refused", "why": judgement.why}
    if judgement.outcome == "held":
        if is_full:
            return {"id": judgement.id, "verdict": "retry", "after_s": RETRY_HELD_S}
        return {"id": judgement.id, "verdict": "held", "why": judgement.why}
    index = judgement.index if judgement.index is not None else index_by_id.get(judgement.id or "")
    said: dict[str, object] = {"id": judgement.id, "verdict": judgement.outcome, "index": index}
    if judgement.outcome == "store":
        said["verdict"] = "quarantined" if judgement.why else "stored"
    if judgement.why:
        said["why"] = judgement.why
    photos = judgement.entry.header.photos if judgement.entry else ()
    if want := [photo.digest for photo in photos if photo.digest in missing]:
        said["want"] = want
    return said
