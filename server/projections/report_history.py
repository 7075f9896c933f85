"""Everything that was ever written about one subject: each entry, who wrote it, where it stands, and its photos."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.database.entries import EntryRow, NamedPhotoRow, PhotoRow, SignatureCheckRow
from server.projections.claims import ClaimRow
from server.projections.report_list import visible
from server.projections.reports import ReportRow
from sync.entry import digest_of, read_body


@dataclass(frozen=True)
class Written:
    """One entry as it lies in the journal, with where the fold put it."""

    id: str
    index: int
    kind: str
    author: str
    device: str
    seq: int
    bucket: str
    why: str | None
    refs: tuple[str, ...]
    received_ms: int
    at_ms: int | None
    role: str
    header_text: str
    signature: str
    body_text: str | None  # None once erased
    body_digest: str
    is_signature_valid: bool | None  # None: vouched for by a later entry, not checked by itself yet
    body: dict[str, Any]


@dataclass(frozen=True)
class NamedPhoto:
    """A photo that an entry names, and whether it has arrived."""

    digest: str
    size: int
    media_type: str
    has_arrived: bool


def reports_of(session: Session, organisation: str, subject: str) -> Sequence[ReportRow]:
    """The accounts of one subject that `organisation` may see; the one that opened it first."""
    query = select(ReportRow).where(ReportRow.subject == subject, visible(organisation))
    return session.execute(query.order_by(ReportRow.first_index)).scalars().all()


def history(session: Session, organisation: str, subject: str) -> list[Written]:
    """Every entry about `subject` inside `organisation`, in the order of the log."""
    rows = session.execute(
        select(ClaimRow, EntryRow, SignatureCheckRow.is_valid, SignatureCheckRow.idx.label("checked"))
        .join(EntryRow, EntryRow.idx == ClaimRow.idx)
        .outerjoin(SignatureCheckRow, SignatureCheckRow.idx == ClaimRow.idx)
        .where(ClaimRow.subject == subject, ClaimRow.organisation == organisation)
        .order_by(ClaimRow.idx)
    )
    return [_written(claim, entry, checked is None or is_valid) for claim, entry, is_valid, checked in rows]


def written_by_index(session: Session, indexes: Iterable[int]) -> dict[int, Written]:
    """Entries by their place in the log; the caller has made sure that they are the reader's."""
    rows = session.execute(
        select(ClaimRow, EntryRow)
        .join(EntryRow, EntryRow.idx == ClaimRow.idx)
        .where(ClaimRow.idx.in_(list(indexes)))
    )
    return {claim.idx: _written(claim, entry, None) for claim, entry in rows}


def photos_of(session: Session, indexes: Iterable[int]) -> list[NamedPhoto]:
    """The photos that these entries name, each once."""
    rows = session.execute(
        select(NamedPhotoRow, PhotoRow.digest)
        .outerjoin(PhotoRow, PhotoRow.digest == NamedPhotoRow.digest)
        .where(NamedPhotoRow.idx.in_(list(indexes)))
        .order_by(NamedPhotoRow.idx, NamedPhotoRow.digest)
    )
    found = {
        named.digest: NamedPhoto(named.digest, named.size, named.media_type, arrived is not None)
        for named, arrived in rows
    }
    return list(found.values())


def head_indexes(session: Session, heads: Sequence[str]) -> list[int]:
    """The places in the log of these entries."""
    query = select(ClaimRow.idx).where(ClaimRow.id.in_(list(heads)))
    return list(session.execute(query.order_by(ClaimRow.idx)).scalars())


def _written(claim: ClaimRow, entry: EntryRow, is_valid: bool | None) -> Written:
    header = _header(entry.header)
    return Written(
        id=claim.id,
        index=claim.idx,
        kind=claim.kind,
        author=claim.author,
        device=claim.device,
        seq=claim.seq,
        bucket=claim.bucket,
        why=claim.why or claim.flaw,
        refs=tuple(claim.refs.split()),
        received_ms=claim.received_ms,
        at_ms=header["at"] if isinstance(header.get("at"), int) else None,
        role=str(header.get("role") or ""),
        header_text=entry.header.decode("utf-8", "replace"),
        signature=entry.signature,
        body_text=None if entry.body is None else entry.body.decode("utf-8", "replace"),
        body_digest="" if entry.body is None else digest_of(entry.body),
        is_signature_valid=is_valid,
        body={} if entry.body is None else read_body(entry.body),
    )


def _header(header: bytes) -> dict[str, Any]:
    # Read without the strict rules: a flawed header is shown for what it is.
    try:
        found = json.loads(header)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
