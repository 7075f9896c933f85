"""Entries stored: by the whole server, by the path of a request alone, beside the framework's and the disk's limits."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from server.config import read_settings
from server.database.entries import EntryRow, SignatureCheckRow
from server.projections.claims import FoldRow
from tests.bench import load, served
from tests.bench.cores import Spent, memory_bytes, on_one_core, spending
from tests.bench.crowd import Member, begin, enrol
from tests.servers import Place, ServerProcess, opened

FOLLOWED_WITHIN_S = 120
# The first answers over each line pay for imports, connections and prepared statements.
WARM_UP = 16


@dataclass(frozen=True)
class Rate:
    """`entries` in so much time; of several runs the one in the middle by core time."""

    entries: int
    spent: Spent
    memory_bytes: int = 0

    @property
    def per_core_s(self) -> float:
        return self.entries / self.spent.core_s

    @property
    def per_s(self) -> float:
        return self.entries / self.spent.wall_s

    @property
    def core_us(self) -> float:
        return self.spent.core_s / self.entries * 1e6


def middle(rates: Sequence[Rate]) -> Rate:
    return sorted(rates, key=lambda each: each.core_us)[len(rates) // 2]


def prepare(place: Place, crowd: Sequence[Member]) -> None:
    place.folder.mkdir(parents=True, exist_ok=True)
    with opened(place) as (_, held):
        begin(held)
        enrol(held, crowd)


def lanes_of(crowd: Sequence[Member], batch: int, lanes: int) -> list[list[bytes]]:
    """Every phone's chain in batches, in order; the phones shared out over connections."""
    found: list[list[bytes]] = [[] for _ in range(lanes)]
    for place, member in enumerate(crowd):
        starts = range(0, len(member.entries), batch)
        parts = [member.entries[start : start + batch] for start in starts]
        found[place % lanes] += [load.exchange(member.token, part) for part in parts]
    return [lane for lane in found if lane]


def store(place: Place, crowd: Sequence[Member], batch: int, lanes: int, factory: str = "", *more: int) -> Rate:
    """A fresh server takes all entries of the crowd. Without a `factory` it is the real one, followed to the end."""
    prepare(place, crowd)
    process = ServerProcess(place, **({"command": served.command(factory)} if factory else {}))
    with on_one_core():
        process.start()
    assert process.process is not None
    try:
        ask = load.exchange(crowd[0].token, [])
        load.send(process.port, [[ask] * WARM_UP] * lanes)
        entries = sum(len(member.entries) for member in crowd)
        with spending(process.process.pid, *more) as spent:
            sent = load.send(process.port, lanes_of(crowd, batch, lanes))
            if not factory:
                _await_follower(place, entries)
        if factory != "bare":
            assert sent.verdicts() == ["stored"] * entries, sent.answers[:3]
        # The generator's own start is not the server's.
        spent.wall_s = sent.wall_s if factory else max(sent.wall_s, spent.wall_s)
        return Rate(entries, spent, memory_bytes(process.process.pid))
    finally:
        process.kill()


def _await_follower(place: Place, entries: int) -> None:
    """Until everything is folded and every signature looked at."""
    engine = create_engine(read_settings(place.environ).database_url, poolclass=NullPool)
    unchecked = select(func.count()).where(SignatureCheckRow.is_valid.is_(None))
    until = time.monotonic() + FOLLOWED_WITHIN_S
    while time.monotonic() < until:
        with engine.connect() as connection:
            last = connection.execute(select(func.max(EntryRow.idx))).scalar_one()
            is_folded = connection.execute(select(FoldRow.next_index)).scalar() == last + 1
            if is_folded and not connection.execute(unchecked).scalar_one():
                return
        time.sleep(0.05)
    raise AssertionError(f"the follower did not come to the end of {entries} entries")


def raw_rows(folder: Path, crowd: Sequence[Member], batch: int) -> Rate:
    """The limit of the database: the same bytes in the same batches, full sync, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        (number, member.key.device, header.encode(), signature, body.encode())
        for member in crowd
        for number, (header, signature, body) in enumerate(member.entries)
    ]
    with closing(sqlite.connect(str(folder / "raw.db"), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(
            "CREATE TABLE raw (idx INTEGER PRIMARY KEY, id TEXT UNIQUE, device TEXT, header BLOB, signature TEXT,"
            " body BLOB)"
        )
        began, before = time.monotonic(), time.process_time()
        for start in range(0, len(rows), batch):
            some = enumerate(rows[start : start + batch], start)
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?)",
                [(at, f"{device}{number}", device, *rest) for at, (number, device, *rest) in some],
            )
            connection.execute("COMMIT")
        return Rate(len(rows), Spent(time.monotonic() - began, time.process_time() - before))
