"""Stores what phones hand in: every entry judged, numbered and committed before anyone is told that it is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, func, insert, select, update

from server.database.authors import Author, authors, standing_by_revoked, verifier
from server.database.engine import lock_numbering
from server.database.entries import EntryRow, HeldRow, NamedPhotoRow, PhotoRow, SignatureCheckRow
from server.database.journals import note_places
from server.database.prepared import Prepared
from sync.entry import Entry, Refusal, leaf_of
from sync.judge import Judgement, Known, judge

# A carrier with more strangers' entries than this waits until some of them are enrolled (wire.md §3, held).
MOST_HELD_A_CARRIER = 2_000
RETRY_HELD_S = 3_600
# A header may claim any size; a number that PostgreSQL's column cannot hold would refuse the whole batch for ever.
LARGEST_NAMED_BYTES = 2**31 - 1

# Asked for every batch, hence put together once: building a statement anew costs more than running it.
_INDEX_BY_ID = Prepared(select(EntryRow.id, EntryRow.idx).where(EntryRow.id.in_(bindparam("ids", expanding=True))))
_PREV_AT = Prepared(
    select(EntryRow.prev).where(
        EntryRow.device == bindparam("device"), EntryRow.seq.in_(bindparam("seqs", expanding=True))
    )
)
_UNSIGNED = Prepared(
    select(SignatureCheckRow.idx).where(
        SignatureCheckRow.idx.in_(bindparam("indexes", expanding=True)),
        SignatureCheckRow.is_valid.is_(False),
        SignatureCheckRow.later_signature.is_(None),
    )
)
_LAST_INDEX = Prepared(select(func.coalesce(func.max(EntryRow.idx), -1).label("index")))
_WHOLE = Prepared(select(PhotoRow.digest).where(PhotoRow.digest.in_(bindparam("digests", expanding=True))))
_ADD_ENTRIES, _ADD_CHECKS = Prepared(insert(EntryRow.__table__)), Prepared(insert(SignatureCheckRow.__table__))
_ADD_PHOTOS, _ADD_HELD = Prepared(insert(NamedPhotoRow.__table__)), Prepared(insert(HeldRow.__table__))


def store_entries(
    connection: Connection, readings: Sequence[Entry | Refusal], carrier: str, now_ms: int
) -> list[dict[str, object]]:
    """One verdict a position, in order, as the wire shows it. Runs inside a write transaction and does not commit."""
    lock_numbering(connection)
    entries = [reading for reading in readings if isinstance(reading, Entry)]
    people = authors(connection, {entry.header.device for entry in entries})
    judgements = judge(readings, _known(connection, entries, people), verifier(people))
    index_by_id = _insert(connection, judgements, carrier, people, now_ms)
    _keep_better_signatures(connection, judgements)
    is_full = _hold(connection, judgements, carrier, now_ms)
    missing = _missing_photos(connection, judgements)
    return [_verdict(judgement, index_by_id, missing, is_full) for judgement in judgements]


def _known(connection: Connection, entries: Sequence[Entry], people: Mapping[str, Author]) -> Known:
    rows = _INDEX_BY_ID.ask(connection, ids=[entry.id for entry in entries])
    index_by_id: dict[str, int | None] = {row.id: row.idx for row in rows}
    return Known(
        authors=frozenset(people),
        index_by_id=index_by_id,
        vouched=_vouched(connection, [entry for entry in entries if entry.id not in index_by_id]),
        unsigned=_unsigned(connection, index_by_id),
        standing_by_revoked=standing_by_revoked(connection, people),
    )


def _vouched(connection: Connection, entries: Sequence[Entry]) -> frozenset[str]:
    """Ids among `entries` that a stored entry of the same device names as its predecessor."""
    after: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        after[entry.header.device].append(entry.header.seq + 1)
    named: set[tuple[str, str]] = set()
    for device, seqs in after.items():
        found = _PREV_AT.ask(connection, device=device, seqs=seqs)
        # With the device: another one may name any id it likes as its past, and must not vouch by it.
        named.update((device, row.prev) for row in found)
    return frozenset(entry.id for entry in entries if (entry.header.device, entry.id) in named)


def _unsigned(connection: Connection, index_by_id: Mapping[str, int | None]) -> frozenset[str]:
    if not index_by_id:
        return frozenset()
    id_by_index = {index: identity for identity, index in index_by_id.items()}
    return frozenset(id_by_index[row.idx] for row in _UNSIGNED.ask(connection, indexes=list(id_by_index)))


def _insert(
    connection: Connection, judgements: Sequence[Judgement], carrier: str, people: Mapping[str, Author], now_ms: int
) -> dict[str, int]:
    """Numbers and inserts what is to be stored; the index of each by id."""
    stored = [judgement for judgement in judgements if judgement.outcome == "store" and judgement.entry]
    if not stored:
        return {}
    following = _LAST_INDEX.ask(connection)[0].index + 1
    rows, checks, photos, index_by_id = [], [], [], {}
    for index, judgement in enumerate(stored, following):
        entry = judgement.entry
        assert entry is not None
        index_by_id[entry.id] = index
        rows.append(_row(index, entry, judgement.why, carrier, now_ms))
        if judgement.signature != "valid":
            checks.append(
                {"idx": index, "is_valid": False if judgement.signature == "wrong" else None, "later_signature": None}
            )
        photos += _named_photos(index, entry, people[entry.header.device].organisation)
    _ADD_ENTRIES.run(connection, rows)
    _ADD_CHECKS.run(connection, checks)
    _ADD_PHOTOS.run(connection, photos)
    note_places(connection, [judgement.entry for judgement in stored if judgement.entry])
    return index_by_id


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


def _keep_better_signatures(connection: Connection, judgements: Sequence[Judgement]) -> None:
    for judgement in judgements:
        if judgement.outcome == "duplicate" and judgement.signature == "valid" and judgement.entry:
            connection.execute(
                update(SignatureCheckRow)
                .where(SignatureCheckRow.idx == judgement.index)
                .values(later_signature=judgement.entry.signature)
            )


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
