"""Cuts the power under the folder of the log at every write, sync and rename: what is published stays provable.

`python -m tests.durability.log_cuts --count 3000 --json`. After each cut the checkpoint is the last one published or a
later one, and every tile and bundle under it is there whole. The control has no syncs.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from random import Random

from server.database import log as stored
from server.database.engine import reading
from server.operations.exchange_entries import exchange_entries
from server.operations.seal_checkpoint import seal_checkpoint
from sync.checkpoint import read_checkpoint
from sync.tree import HASH_BYTES, TILE_WIDTH, bundle, grow, leaf_hash, root, tile_path, tile_width
from tests.durability.power_cuts import carrier_of, memory
from tests.durability.recorded_folder import Asked, RecordedFolder, StrictDisk
from tests.durability.torn import FATES
from tests.durability.verdict import Verdict, run_as_command
from tests.servers import Place, opened
from tests.sync.phones import Key, Phone
from tests.world import add_device, make_world

# So many seals of so many entries go over the end of two tiles, where partial ones are thrown away.
SEALS, ENTRIES_A_SEAL = 15, 40


@dataclass
class Recording:
    asked: list[Asked]
    leaves: list[bytes]


def record(seals: int = SEALS) -> Recording:
    with tempfile.TemporaryDirectory(prefix="sanad-log-") as folder:
        recorded = RecordedFolder(Path(folder), ("log",))
        with recorded, opened(Place(Path(folder))) as (_, held):
            make_world(held)
            phone = Phone(Key(1), "o-1")
            add_device(held, phone.key, phone.observer)
            size = 0
            for _ in range(seals):
                batch = [list(phone.write().texts) for _ in range(ENTRIES_A_SEAL)]
                exchange_entries(held, carrier_of(phone), {"entries": batch, "cursor": ""})
                checkpoint = seal_checkpoint(held)
                size = checkpoint.size if checkpoint else 0
                recorded.note_promised(b"%d" % size)
            with reading(held.engine) as connection:
                leaves = stored.leaves(connection, 0, size)
    return Recording(recorded.asked, leaves)


def cut(recording: Recording, count: int, seed: int = 1) -> Verdict:
    random, verdict = Random(seed), Verdict("log_cuts")
    tiles = grow(0, lambda level, number: b"", [leaf_hash(each) for each in recording.leaves])
    rounds, places = range(-(-count // len(recording.asked))), range(1, len(recording.asked) + 1)
    for number in rounds:
        disk, promised, done = StrictDisk(), 0, 0
        for place in places if number < rounds[-1] else sorted(random.sample(places, count - number * len(places))):
            for asked in recording.asked[done:place]:
                disk.carry_out(asked)
                promised = int(asked.data) if asked.kind == "promised" else promised
            done = place
            with tempfile.TemporaryDirectory(prefix="sanad-log-", dir=memory()) as folder:
                disk.after_cut(FATES[(place + number) % len(FATES)], random, Path(folder))
                _examine(Path(folder) / "log", recording, tiles, promised, verdict)
    return verdict


def _examine(
    folder: Path, recording: Recording, tiles: dict[tuple[int, int], bytes], promised: int, verdict: Verdict
) -> None:
    note = (folder / "checkpoint").read_text() if (folder / "checkpoint").exists() else ""
    size, faults = 0, 0
    if note:
        try:
            found = read_checkpoint(note)
            size = found.size
            faults += found.root != root(size, lambda level, number: tiles[level, number])
        except ValueError:
            faults += 1
    missing = 0
    for level, number in tiles:
        width = tile_width(level, number, size)
        if width:
            missing += not _is_held(folder, level, number, width, tiles[level, number][: width * HASH_BYTES])
    for number in range(-(-size // TILE_WIDTH)):
        start, width = number * TILE_WIDTH, tile_width(0, number, size)
        missing += not _is_held(folder, "entries", number, width, bundle(recording.leaves[start : start + width]))
    verdict.runs += 1
    verdict.lost += missing
    verdict.stale += size < promised
    verdict.corrupt += faults
    verdict.failed += bool(missing or faults or size < promised)


def _is_held(folder: Path, level: int | str, number: int, width: int, content: bytes) -> bool:
    """This tile, or a longer one that begins with it: a server answers from any."""
    whole = folder / tile_path(level, number)
    partials = [each for each in whole.with_name(f"{whole.name}.p").glob("*") if re.fullmatch(r"\d+", each.name)]
    longer = [each for each in partials if int(each.name) >= width] + ([whole] if whole.exists() else [])
    return bool(longer) and all(each.read_bytes().startswith(content) for each in longer)


def without_syncs(recording: Recording) -> Recording:
    return Recording([each for each in recording.asked if each.kind != "sync"], recording.leaves)


def prove(count: int) -> Verdict:
    recording = record()
    verdict = cut(recording, count)
    control = cut(without_syncs(recording), max(20, count // 10))
    verdict.control_runs, verdict.control_failed = control.runs, control.failed
    verdict.measured = {"calls": len(recording.asked), "entries": len(recording.leaves)}
    return verdict


if __name__ == "__main__":
    run_as_command(prove, 3000)
