"""Measures what the lights are decided on: asks the database, the disk, the published log and the write probe."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from server.database import log
from server.database.backups import last_backup
from server.database.cosigned import witness_rows
from server.database.engine import reading
from server.database.entries import EntryRow, SignatureCheckRow
from server.database.machines import SpooledPhotoRow
from server.database.organisations import OrganisationRow
from server.database.register import ElectionRow
from server.database.roster import DeviceRow
from server.disk_room import has_room_for_photos, has_room_for_text
from server.projections.claims import ClaimRow, FoldRow
from server.projections.counts import CoveredRow
from server.projections.inbox import AssignmentRow
from server.running import Running
from server.watch.measured import Measured
from server.watch.write_probe import probe_of
from sync.checkpoint import BadNote, read_checkpoint

LATELY_MS = 10 * 60 * 1000
# Entries looked at for what phones say of the clock: an hour of a quiet morning, a second of the closing hour.
HEARD_LAST = 400
# Witnesses are asked again every ten minutes (server/operations/gather_cosignatures.py); three times in vain is away.
WITNESSED_MS = 30 * 60 * 1000
# What a witness says when the log it is shown cannot have grown out of the one it knows.
CONTRADICTIONS = frozenset({"inconsistent", "ahead"})


def measure(held: Running, organisation: str | None = None) -> Measured:
    """As things stand now. Stations, quarantine and signatures of one organisation, or of all of them together."""
    now_ms = held.clock.now_ms()
    write_ms = probe_of(held).took_ms()
    with reading(held.engine) as connection:
        stored = log.stored_size(connection)
        return Measured(
            now_ms=now_ms,
            write_ms=write_ms,
            newest_ms=_received_ms(connection, stored - 1),
            **_day(connection),
            **_backup(connection, stored),
            **_disk(held),
            **_quarantine(connection, organisation, now_ms),
            **_silence(connection, organisation),
            **_log(held, connection, stored),
            **_clock(held, connection, stored),
            **_spool(held, connection),
            **_witnesses(held, connection, now_ms),
            **_signatures(connection, organisation),
            **_fold(connection, stored),
        )


def _day(connection: Connection) -> dict[str, Any]:
    row = connection.execute(select(ElectionRow.opens_ms, ElectionRow.closes_ms)).first()
    return {"opens_ms": row.opens_ms, "closes_ms": row.closes_ms} if row else {}


def _backup(connection: Connection, stored: int) -> dict[str, Any]:
    row = last_backup(connection)
    return {"backup_ms": row.taken_ms if row else None, "unsaved": stored - row.size if row else stored}


def _disk(held: Running) -> dict[str, Any]:
    settings = held.settings
    folders = [settings.folder, settings.photo_folder, settings.log_folder]
    return {
        "disk_free": min(map(free_share, folders)),
        "holds_photos": not has_room_for_photos(settings.folder, settings.photo_folder),
        "holds_text": not has_room_for_text(settings.folder),
    }


def free_share(folder: Path) -> float:
    """Of the disk under `folder`. One that cannot be asked counts as full."""
    try:
        disk = os.statvfs(folder)
    except FileNotFoundError:
        return 1.0  # not begun yet: the log folder, before the first checkpoint
    except OSError:
        return 0.0
    return disk.f_bavail / disk.f_blocks if disk.f_blocks else 0.0


def _of(column: Any, organisation: str | None) -> ColumnElement[bool]:
    # By all names instead of by none, so that the index that begins with the organisation serves both.
    return column.in_(select(OrganisationRow.id)) if organisation is None else column == organisation


def _quarantine(connection: Connection, organisation: str | None, now_ms: int) -> dict[str, Any]:
    """As the page *Needs a look* counts them."""
    review = aliased(ClaimRow)
    is_judged = exists().where(
        review.subject == ClaimRow.subject, review.kind == "review", review.organisation == ClaimRow.organisation
    )
    waits = [_of(ClaimRow.organisation, organisation), ClaimRow.bucket == "quarantined", ~is_judged]
    count = select(func.count()).select_from(ClaimRow).where(*waits)
    lately = count.where(ClaimRow.received_ms > now_ms - LATELY_MS)
    return {
        "quarantined": connection.execute(count).scalar_one(),
        "quarantined_lately": connection.execute(lately).scalar_one(),
    }


def _silence(connection: Connection, organisation: str | None) -> dict[str, Any]:
    assigned = (
        select(AssignmentRow.organisation, AssignmentRow.station)
        .where(_of(AssignmentRow.organisation, organisation))
        .distinct()
        .subquery()
    )
    heard = and_(CoveredRow.scope == assigned.c.organisation, CoveredRow.station == assigned.c.station)
    counts = select(func.count(), func.count(CoveredRow.station))
    query: Select = counts.select_from(assigned).outerjoin(CoveredRow, heard)
    total, reported = connection.execute(query).one()
    return {"assigned": total, "silent": total - reported}


def _log(held: Running, connection: Connection, stored: int) -> dict[str, Any]:
    published, head = held.log_store.checkpoint(), log.head(connection)
    if not published:
        return {"unsealed": stored, "sealed_ms": _received_ms(connection, 0) if stored else None}
    try:
        checkpoint = read_checkpoint(published)
    except BadNote:
        return {"has_log": True, "is_log_refused": True}
    is_other = head is not None and (head.origin != checkpoint.origin or head.size < checkpoint.size)
    return {
        "has_log": True,
        "is_log_refused": is_other or stored < checkpoint.size,
        "unsealed": max(0, stored - checkpoint.size),
        "sealed_ms": _received_ms(connection, checkpoint.size),
    }


def _clock(held: Running, connection: Connection, stored: int) -> dict[str, Any]:
    """By what each phone said last: the server's clock minus its own, at its last contact."""
    query = select(EntryRow.device, EntryRow.header).where(EntryRow.idx >= stored - HEARD_LAST).order_by(EntryRow.idx)
    said = {row.device: _offset(bytes(row.header)) for row in connection.execute(query)}
    offsets = [each for device, each in said.items() if each is not None and device != held.key.device]
    return {"offset_ms": int(median(offsets)) if offsets else None, "phones": len(offsets)}


def _offset(header: bytes) -> int | None:
    try:
        said = json.loads(header).get("offset")
    except (ValueError, AttributeError, RecursionError):
        return None
    return said if type(said) is int else None


def _spool(held: Running, connection: Connection) -> dict[str, Any]:
    table = SpooledPhotoRow.__table__
    count, since_ms = connection.execute(select(func.count(), func.min(table.c.since_ms)).select_from(table)).one()
    return {"has_object_store": held.settings.bucket is not None, "spooled": count, "spooled_ms": since_ms}


def _witnesses(held: Running, connection: Connection, now_ms: int) -> dict[str, Any]:
    rows: Mapping[str, Any] = witness_rows(connection) if held.policy.witnesses else {}
    asked = {name: row for name, row in rows.items() if name in held.policy.names}
    lately = {name for name, row in asked.items() if row.cosigned_ms and row.cosigned_ms > now_ms - WITNESSED_MS}
    return {
        "witnesses": len(held.policy.witnesses),
        "cosigned": len(lately),
        "is_witnessed": held.policy.is_met(lately),
        "contradicted": sum(row.fault in CONTRADICTIONS for row in asked.values()),
    }


def _signatures(connection: Connection, organisation: str | None) -> dict[str, Any]:
    # The words of the partial indexes, so that the databases find the few among a million.
    wrong = (
        select(func.count())
        .select_from(SignatureCheckRow)
        .join(EntryRow, EntryRow.idx == SignatureCheckRow.idx)
        .join(DeviceRow, DeviceRow.id == EntryRow.device)
        .where(SignatureCheckRow.is_valid.is_(False), SignatureCheckRow.later_signature.is_(None))
    )
    if organisation is not None:
        wrong = wrong.where(DeviceRow.organisation == organisation)
    oldest = select(func.min(SignatureCheckRow.idx)).where(SignatureCheckRow.is_valid.is_(None))
    unchecked = connection.execute(oldest).scalar()
    return {
        "wrong_signatures": connection.execute(wrong).scalar_one(),
        "unchecked_ms": None if unchecked is None else _received_ms(connection, unchecked),
    }


def _fold(connection: Connection, stored: int) -> dict[str, Any]:
    following = connection.execute(select(FoldRow.next_index)).scalar() or 0
    return {"unfolded": max(0, stored - following), "unfolded_ms": _received_ms(connection, following)}


def _received_ms(connection: Connection, index: int) -> int | None:
    """When the entry with that place in the log came; None where none stands."""
    return connection.execute(select(EntryRow.received_ms).where(EntryRow.idx == index)).scalar()
