"""What is held of each device's journal: its length, its gaps, whether it forked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select

from server.database.entries import EntryRow, JournalRow
from server.database.prepared import Prepared
from server.database.upsert import upsert
from sync.entry import Entry
from sync.reconcile import JournalState, Place, journal_state

# Asked for every batch of every phone, hence put together once.
_JOURNALS = Prepared(
    select(JournalRow.__table__).where(JournalRow.device.in_(bindparam("devices", expanding=True)))
)
_AROUND = Prepared(
    select(EntryRow.seq, EntryRow.id, EntryRow.prev).where(
        EntryRow.device == bindparam("device"), EntryRow.seq.in_(bindparam("seqs", expanding=True))
    )
)


def places(connection: Connection, device: str) -> list[Place]:
    """Every stored entry of `device` as (seq, id, prev)."""
    rows = connection.execute(select(EntryRow.seq, EntryRow.id, EntryRow.prev).where(EntryRow.device == device))
    return [(row.seq, row.id, row.prev) for row in rows]


def note_places(connection: Connection, entries: Sequence[Entry]) -> None:
    """Keeps each device's journal row true after `entries` were inserted in this transaction."""
    new_by_device: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.header.seq >= 1:
            new_by_device[entry.header.device].append(entry)
    if not new_by_device:
        return
    before = {row.device: row for row in _JOURNALS.ask(connection, devices=list(new_by_device))}
    after = [_after(connection, device, before.get(device), new) for device, new in new_by_device.items()]
    upsert(connection, JournalRow.__table__, after)


def _after(connection: Connection, device: str, before, new: Sequence[Entry]) -> dict[str, object]:
    seqs = {entry.header.seq for entry in new}
    around = {near for seq in seqs for near in (seq - 1, seq, seq + 1)}
    rows = _AROUND.ask(connection, device=device, seqs=list(around))
    near = journal_state((row.seq, row.id, row.prev) for row in rows)
    return {
        "device": device,
        "entries": (before.entries if before else 0) + len(new),
        "last_seq": max(seqs | {before.last_seq if before else 0}),
        "is_forked": near.forked or bool(before and before.is_forked),
    }


def states(connection: Connection, devices: Iterable[str]) -> dict[str, JournalState]:
    """The state of each device's journal; read in full only where it has gaps or forks."""
    rows = _JOURNALS.ask(connection, devices=list(devices))
    found = {}
    for row in rows:
        if row.is_forked or row.entries != row.last_seq:
            found[row.device] = journal_state(places(connection, row.device))
        else:
            found[row.device] = JournalState(upto=row.last_seq, gaps=(), forked=False, heads=())
    return found


def heads(connection: Connection, device: str) -> tuple[str, ...]:
    """Every entry of `device` that no other names as its predecessor."""
    return journal_state(places(connection, device)).heads


def last_place(connection: Connection, device: str) -> tuple[int, str]:
    """Sequence and id of the last entry of an unforked journal; (0, "") for an empty one."""
    row = connection.execute(
        select(EntryRow.seq, EntryRow.id).where(EntryRow.device == device).order_by(EntryRow.seq.desc()).limit(1)
    ).first()
    return (row.seq, row.id) if row else (0, "")
