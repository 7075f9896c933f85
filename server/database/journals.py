"""What is held of each device's journal: its length, its gaps, whether it forked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from server.database.entries import EntryRow, JournalRow
from server.database.prepared import Prepared
from server.database.upsert import upsert
from sync.entry import Entry
from sync.reconcile import JournalState, Place, journal_state

# Asked for every batch of every phone, hence put together once.
_JOURNALS = Prepared(
    select(JournalRow.__table__).where(JournalRow.device.in_(bindparam("devices", expanding=True)))
)
# Runs of places in one question: a phone hands in one run, and the one place beside it is all that is ever found.
_BESIDE_COLUMNS = [EntryRow.idx, EntryRow.id, EntryRow.device, EntryRow.seq, EntryRow.prev]
_BESIDE = Prepared(
    {
        "sqlite": text(
            "SELECT e.idx, e.id, e.device, e.seq, e.prev FROM json_each(:runs) r CROSS JOIN entries e"
            " ON e.device = json_extract(r.value, '$[0]') AND e.seq BETWEEN json_extract(r.value, '$[1]')"
            " AND json_extract(r.value, '$[2]')"
        ).columns(*_BESIDE_COLUMNS),
        "postgresql": text(
            "SELECT e.idx, e.id, e.device, e.seq, e.prev FROM json_array_elements(CAST(:runs AS json)) r,"
            " LATERAL (SELECT idx, id, device, seq, prev FROM entries WHERE device = r ->> 0"
            # Without OFFSET 0 the planner may read the whole table once instead of each run by its index.
            " AND seq BETWEEN (r ->> 1)::bigint AND (r ->> 2)::bigint OFFSET 0) e"
        ).columns(*_BESIDE_COLUMNS),
    }
)
_WITHOUT_PLACE = Prepared(
    select(*_BESIDE_COLUMNS).where(EntryRow.id.in_(bindparam("ids", expanding=True)))
)


class Beside:
    """What is stored at the places of some entries and at the places beside them; grows with what is stored.

    A stored entry has the place that its header says, so the same entry is never stored elsewhere.
    """

    def __init__(self, rows: Iterable[Any] = ()) -> None:
        self.index_by_id: dict[str, int] = {}
        self._ids: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._prevs: dict[tuple[str, int], set[str]] = defaultdict(set)
        for row in rows:
            self._put(row.idx, row.id, row.device, row.seq, row.prev)

    def add(self, index: int, entry: Entry) -> None:
        header = entry.header
        self._put(index, entry.id, header.device, header.seq, header.prev)

    def _put(self, index: int, identity: str, device: str, seq: int, prev: str) -> None:
        self.index_by_id[identity] = index
        if seq >= 1:
            self._ids[device, seq].add(identity)
            self._prevs[device, seq].add(prev)

    def is_named(self, entry: Entry) -> bool:
        """Whether a stored entry of the same device names this one as its past. Another device vouches for nothing."""
        return entry.id in self._prevs.get((entry.header.device, entry.header.seq + 1), ())

    def is_forked(self, entry: Entry) -> bool:
        """Whether two stand at its place, or its own link or the link to it is not to what is held there."""
        device, seq = entry.header.device, entry.header.seq
        here, before = self._ids.get((device, seq), set()), self._ids.get((device, seq - 1))
        if len(here) > 1 or (before and not self._prevs[device, seq] <= before):
            return True
        return not self._prevs.get((device, seq + 1), set()) <= here


def beside(connection: Connection, entries: Sequence[Entry]) -> Beside:
    """What is stored at and beside the places of `entries`, asked at once."""
    seqs_by_device: dict[str, set[int]] = defaultdict(set)
    without_place = []
    for entry in entries:
        seqs_by_device[entry.header.device].add(max(1, entry.header.seq))
        if entry.header.seq < 1:
            without_place.append(entry.id)
    rows = _WITHOUT_PLACE.ask(connection, ids=without_place) if without_place else []
    runs = [run for device, seqs in seqs_by_device.items() for run in _runs(device, seqs)]
    return Beside(rows + _BESIDE.ask(connection, runs=json.dumps(runs)) if runs else [])


def _runs(device: str, seqs: Iterable[int]) -> list[tuple[str, int, int]]:
    """(device, first, last) of every unbroken run, each widened by one place to both sides."""
    runs: list[tuple[str, int, int]] = []
    first = last = -1
    for seq in sorted(seqs):
        if seq != last + 1:
            if last > 0:
                runs.append((device, max(1, first - 1), last + 1))
            first = seq
        last = seq
    return [*runs, (device, max(1, first - 1), last + 1)]


def places(connection: Connection, device: str) -> list[Place]:
    """Every stored entry of `device` as (seq, id, prev)."""
    rows = connection.execute(select(EntryRow.seq, EntryRow.id, EntryRow.prev).where(EntryRow.device == device))
    return [(row.seq, row.id, row.prev) for row in rows]


def note_places(connection: Connection, entries: Sequence[Entry], around: Beside | None = None) -> None:
    """Keeps each device's journal row true after `entries` were inserted in this transaction.

    `around` is what stands beside them, these entries included, if somebody has it.
    """
    new_by_device: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.header.seq >= 1:
            new_by_device[entry.header.device].append(entry)
    if not new_by_device:
        return
    around = around or beside(connection, entries)
    before = {row.device: row for row in _JOURNALS.ask(connection, devices=list(new_by_device))}
    after = [_after(device, before.get(device), new, around) for device, new in new_by_device.items()]
    upsert(connection, JournalRow.__table__, after)


def _after(device: str, before, new: Sequence[Entry], around: Beside) -> dict[str, object]:
    return {
        "device": device,
        "entries": (before.entries if before else 0) + len(new),
        "last_seq": max(before.last_seq if before else 0, *(entry.header.seq for entry in new), 0),
        "is_forked": bool(before and before.is_forked) or any(map(around.is_forked, new)),
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
