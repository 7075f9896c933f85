"""Revokes a phone: what it handed in until now stands, whatever else comes from it is set aside for a person."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from server.access import Reader
from server.database.engine import lock_numbering
from server.database.journals import heads
from server.database.roster import DeviceRow
from server.operations.fold_entries import fold_entries
from server.operations.sign_entry import append_entry
from server.problems import Problem
from server.running import Running

LONGEST_REASON = 500
# A body holds 32 KiB; a phone that forks itself a thousand times must not thereby become irrevocable.
HEADS_AN_ENTRY = 500


def revoke_device(held: Running, device: str, reason: str, by: Reader) -> str:
    """The id of the (first) entry. Raises Problem not-found (another organisation's), already-revoked or bad-field.

    The entry names every head held at that moment (wire.md §4): under the numbering lock, so that no entry of the
    device slips in between.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Problem("bad-field", "reason")
    now_ms = held.clock.now_ms()
    entry = held.write(lambda connection: _revoke(held, connection, device, reason, by, now_ms))
    fold_entries(held)
    return entry


def _revoke(held: Running, connection: Connection, device: str, reason: str, by: Reader, now_ms: int) -> str:
    lock_numbering(connection)
    row = connection.execute(select(DeviceRow.__table__).where(DeviceRow.id == device)).first()
    if row is None or not row.observer or row.organisation != by.organisation:
        raise Problem("not-found")
    if row.revoked_ms is not None:
        raise Problem("already-revoked")
    named = heads(connection, device)
    revoked = {"revoked_ms": now_ms, "revoked_heads": " ".join(named)}
    connection.execute(update(DeviceRow).where(DeviceRow.id == device).values(**revoked))
    parts = [named[at : at + HEADS_AN_ENTRY] for at in range(0, len(named), HEADS_AN_ENTRY)] or [()]
    written = [
        append_entry(
            held,
            connection,
            kind="device.revoke",
            body={"device": device, "heads": list(part), "reason": reason},
            by=by.id,
            organisation=row.organisation,
            role=by.role,
        )
        for part in parts
    ]
    return written[0]
