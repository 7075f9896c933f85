"""Cuts the power under the real server, replayed from a record of its disk, and reads what the next start finds.

`python -m tests.durability.power_cuts --count 5000 --json` says how many acknowledged entries were lost. The control
runs with synchronous=NORMAL, where a commit is acknowledged before it is on the disk: it must lose.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from unittest.mock import patch

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Engine, event

from server.access import Reader
from server.database.engine import prepare
from server.operations.exchange_entries import exchange_entries
from server.operations.fold_entries import fold_entries
from server.operations.note_contacts import note_contacts
from server.operations.seal_checkpoint import seal_checkpoint
from server.running import Running
from sync.tree import root
from tests.durability.apsw_driver import Driver
from tests.durability.recorded_disk import Asked, RecordedDisk
from tests.durability.torn import FATES, TornFile
from tests.durability.verdict import Verdict, run_as_command
from tests.servers import Place, opened
from tests.sync.phones import Key, Phone
from tests.world import add_device, make_world

# Enough for several checkpoints of the write-ahead log (each after 1000 pages) and its beginning anew.
EXCHANGES = 260
MOST_A_BATCH = 12
LONGEST_TEXT = 1500
DATABASE = "sanad.db"
Row = tuple[int, str, bytes, bytes]
_TILES = "SELECT level, number, hashes FROM log_tiles"


@dataclass
class Recording:
    """One morning of a server: what it asked of the disk, what it had stored in the end, and at which commits."""

    asked: list[Asked]
    rows: list[Row]
    commits: set[int] = field(default_factory=set)


def record(synchronous: str = "FULL", exchanges: int = EXCHANGES, seed: int = 1) -> Recording:
    """The server's own tables, statements and transactions; only the driver under SQLAlchemy is another."""
    disk, random = RecordedDisk(), Random(seed)
    acknowledged = [0]
    with tempfile.TemporaryDirectory(prefix="sanad-power-") as folder, on_recorded_disk(disk, synchronous):
        with opened(Place(Path(folder))) as (_, held):
            make_world(held)
            phones = [_phone(held, number) for number in (1, 3, 5)]
            for number in range(exchanges):
                acknowledged.append(_exchange(held, random.choice(phones), random))
                disk.note("acknowledged", at=acknowledged[-1])
                if number % 7 == 0:
                    fold_entries(held)
                    note_contacts(held)
                if number % 3 == 0 and (checkpoint := seal_checkpoint(held)):
                    disk.note("published", at=checkpoint.size)
        with closing(sqlite.connect(Path(folder) / DATABASE)) as connection:
            rows = _rows(connection)
    disk.unregister()
    return Recording(disk.asked, rows, set(acknowledged))


@contextmanager
def on_recorded_disk(disk: RecordedDisk, synchronous: str) -> Iterator[None]:
    """Applications built meanwhile keep their database on `disk`, opened as the server's but for `synchronous`."""
    options = {"module": Driver(disk.name), "pool_size": 4, "max_overflow": 4}

    def weaken(connection, _record) -> None:
        connection.execute(f"PRAGMA synchronous={synchronous}")

    def listen(engine: Engine) -> None:
        prepare(engine)
        if synchronous != "FULL":
            event.listen(engine, "connect", weaken)

    with patch("server.building.engine_options", lambda _url: options), patch("server.building.prepare", listen):
        yield


def _phone(held: Running, number: int) -> Phone:
    phone = Phone(Key(number), f"o-{number}")
    add_device(held, phone.key, phone.observer)
    return phone


def carrier_of(phone: Phone) -> Reader:
    """The phone as the gate lets it in, enrolled by `add_device`."""
    device = phone.key.device
    return Reader("device", device, "shams", observer=phone.observer, token_digest=f"token of {device}")


def _exchange(held: Running, phone: Phone, random: Random) -> int:
    """How many entries the server has acknowledged after this exchange."""
    batch = [
        phone.write("incident.report", {"station": "138450-03", "text": "x" * random.randrange(LONGEST_TEXT)})
        for _ in range(random.randint(1, MOST_A_BATCH))
    ]
    said = exchange_entries(held, carrier_of(phone), {"entries": [list(each.texts) for each in batch], "cursor": ""})
    verdicts: list = said["verdicts"]  # type: ignore[assignment]
    assert all(verdict["index"] is not None for verdict in verdicts), verdicts
    return max(verdict["index"] for verdict in verdicts) + 1


def _rows(connection: sqlite.Connection) -> list[Row]:
    found = connection.execute("SELECT idx, id, header, body FROM entries ORDER BY idx")
    return [(index, identity, bytes(header), bytes(body)) for index, identity, header, body in found]


def cut(recording: Recording, count: int, seed: int = 1) -> Verdict:
    """`count` cuts at random places, each with its own fate of what was not synced."""
    random, verdict = Random(seed), Verdict("power_cuts")
    files: dict[str, TornFile] = {}
    promised, done = {"acknowledged": 0, "published": 0}, 0
    with tempfile.TemporaryDirectory(prefix="sanad-power-", dir=memory()) as folder:
        for place in sorted(random.randint(1, len(recording.asked)) for _ in range(count)):
            for asked in recording.asked[done:place]:
                if asked.kind in promised:
                    promised[asked.kind] = asked.at
                _carry_out(files, asked)
            done = place
            _write_images(Path(folder), files, random)
            _examine(Path(folder), recording, promised, verdict)
            verdict.runs += 1
    return verdict


def memory() -> str | None:
    """A folder in memory for disks that are only played, so that no real disk is worn out by them."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _carry_out(files: dict[str, TornFile], asked: Asked) -> None:
    file = files.setdefault(asked.file, TornFile()) if asked.file else TornFile()
    if asked.kind == "write":
        file.write(asked.at, asked.data)
    elif asked.kind == "truncate":
        file.truncate(asked.at)
    elif asked.kind == "sync":
        file.sync()
    elif asked.kind == "delete":
        del files[asked.file]


def _write_images(folder: Path, files: dict[str, TornFile], random: Random) -> None:
    fate = random.choice(FATES)
    for old in folder.iterdir():
        old.unlink()
    for name, file in files.items():
        if name.endswith("-shm"):
            continue  # memory shared between processes; a start after a power cut makes it anew
        if file.is_named or random.random() < 0.5:
            (folder / name).write_bytes(file.after_cut(fate, random))


def _examine(folder: Path, recording: Recording, promised: Mapping[str, int], verdict: Verdict) -> None:
    """Read by the SQLite that the server runs on, as its next start would."""
    try:
        with closing(sqlite.connect(folder / DATABASE)) as connection:
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            is_made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'log_head'").fetchone()
            rows = _rows(connection) if is_made else []
            sealed = _sealed(connection) if is_made else 0
    except sqlite.DatabaseError as error:
        faults, rows, sealed = [str(error)], [], 0
    lost = max(0, promised["acknowledged"] - len(rows))
    verdict.lost += lost
    # A database that is behind what it had signed may never sign again.
    is_stale = sealed < promised["published"]
    verdict.stale += is_stale
    verdict.doubled += len(rows) - len({row[1] for row in rows})
    # All that is there is what was stored, in its place, and no batch is there by half.
    is_whole = faults == ["ok"] and rows == recording.rows[: len(rows)] and len(rows) in recording.commits
    verdict.corrupt += not is_whole
    verdict.failed += bool(lost) or is_stale or not is_whole


def _sealed(connection: sqlite.Connection) -> int:
    """How far the log reaches, whose tiles and root must be of one moment: -1 when they are not."""
    head = connection.execute("SELECT size, root FROM log_head").fetchone()
    if head is None:
        return 0
    tiles = {(level, number): bytes(hashes) for level, number, hashes in connection.execute(_TILES)}
    return head[0] if root(head[0], lambda level, number: tiles.get((level, number), b"")) == bytes(head[1]) else -1


def prove(count: int, control_count: int | None = None) -> Verdict:
    """The cuts, and the control that must lose."""
    verdict = cut(record(), count)
    control = cut(record("NORMAL"), control_count or max(20, count // 10))
    verdict.control_runs, verdict.control_failed = control.runs, control.failed
    return verdict


if __name__ == "__main__":
    run_as_command(prove, 5000)
