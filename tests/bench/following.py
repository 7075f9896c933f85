"""How fast the follower is, and a rebuild of everything: core time of this process, nothing else running in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from server.operations.check_signatures import check_signatures
from server.operations.fold_entries import fold_entries, rebuild_projections
from server.operations.store_entries import store_entries
from server.running import Running
from sync.entry import read_entry
from tests.bench.cores import Spent
from tests.bench.crowd import Member
from tests.bench.storing import Rate, prepare
from tests.servers import Place, opened
from tests.sync.phones import ELECTION
from tests.world import MORNING_MS

BATCH = 50


def follow(place: Place, crowd: Sequence[Member]) -> dict[str, Rate]:
    """Folding, checking signatures and rebuilding, in entries by core time."""
    prepare(place, crowd)
    with opened(place) as (_, held):
        for member in crowd:
            _take_in(held, member)
        entries = sum(len(member.entries) for member in crowd)
        return {
            "fold": _spend(lambda: fold_entries(held), entries),
            "check": _spend(lambda: _check_all(held), entries),
            "rebuild": _spend(lambda: rebuild_projections(held), entries),
        }


def _take_in(held: Running, member: Member) -> None:
    readings = [read_entry(each, ELECTION) for each in member.entries]
    for start in range(0, len(readings), BATCH):

        def store(connection: Connection, start: int = start) -> None:
            store_entries(connection, readings[start : start + BATCH], member.key.device, MORNING_MS)

        held.write(store)


def _check_all(held: Running) -> None:
    while check_signatures(held):
        pass


def _spend(work: Callable[[], object], entries: int) -> Rate:
    began, before = time.monotonic(), time.process_time()
    work()
    return Rate(entries, Spent(time.monotonic() - began, time.process_time() - before))
