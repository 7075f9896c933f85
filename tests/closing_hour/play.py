"""Sets the scene, lets everybody return, and compares what the phones were told with what the server holds."""

from __future__ import annotations

import asyncio
import os
import resource
import time
from pathlib import Path

from sqlalchemy import func, select

from server.database.entries import EntryRow, PhotoRow
from server.projections.claims import FoldRow
from server.running import Running
from tests.bench.cores import core_seconds, memory_bytes
from tests.bench.crowd import begin, enrol
from tests.closing_hour.gathering import Photos, Waiting, gather
from tests.closing_hour.phones import Noted, everybody_returns
from tests.servers import Place, ServerProcess, opened

GOAL_TEXT_S, GOAL_P99_S = 300.0, 2.0
FOLDED_WITHIN_S = 900


def play(
    folder: Path, devices: int, entries: int, photos_each: int, photo_bytes: int, within_s: float,
    most_s: float = 3600, poll_s: float = 60,
) -> dict[str, object]:  # fmt: skip
    """`ok`: all text acknowledged, no fault, every entry stored once where its phone was told, every photo here."""
    _allow_descriptors(devices + 500)
    photos, place = Photos(photo_bytes), Place(folder)
    members, waiting = gather(devices, entries, photos_each, photos)
    with opened(place) as (_, held):
        begin(held)
        enrol(held, members)
        process = ServerProcess(place)
        process.start()
        assert process.process is not None
        try:
            own = time.process_time()
            noted = asyncio.run(everybody_returns(waiting, photos, process.port, within_s, most_s, poll_s))
            spent = {
                "server_core_s": round(core_seconds(process.process.pid), 1),
                "generator_core_s": round(time.process_time() - own, 1),
                "server_mb": memory_bytes(process.process.pid) // 2**20,
                "folded_after_s": _await_fold(held, noted.began),
            }
        finally:
            process.kill()
        wrong = _compare(held, waiting, noted)
    return {**_verdict(noted, wrong), **spent, "load": round(os.getloadavg()[0], 2)}


def _allow_descriptors(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


def _await_fold(held: Running, began: float) -> float | None:
    """Seconds after the first phone until the follower had folded everything; None when it does not."""
    until = time.monotonic() + FOLDED_WITHIN_S
    while time.monotonic() < until:
        with held.engine.connect() as connection:
            last = connection.execute(select(func.coalesce(func.max(EntryRow.idx), -1))).scalar_one()
            if (connection.execute(select(FoldRow.next_index)).scalar() or 0) > last:
                return round(time.monotonic() - began, 1)
        time.sleep(0.1)
    return None


def _compare(held: Running, waiting: list[Waiting], noted: Noted) -> dict[str, int]:
    """How often what a phone was told is not so."""
    written = {identity for each in waiting for _, ids in each.frames for identity in ids}
    named = {digest for each in waiting for _, digest in each.photos}
    with held.engine.connect() as connection:
        rows = connection.execute(select(EntryRow.id, EntryRow.idx)).all()
        kept = set(connection.execute(select(PhotoRow.digest)).scalars())
    index_by_id = {row.id: row.idx for row in rows}
    return {
        "unacknowledged": len(written - noted.acknowledged.keys()),
        "lost": sum(index_by_id.get(each) != index for each, index in noted.acknowledged.items()),
        "doubled": len(rows) - len(index_by_id),
        "photos_missing": len(named - kept),
        "photos_on_disk_missing": sum(not held.photo_store.has(digest) for digest in kept),
    }


def _verdict(noted: Noted, wrong: dict[str, int]) -> dict[str, object]:
    waits, done = sorted(noted.text_waits), sorted(noted.text_done)
    beside = sorted(noted.text_waits_beside_photos)
    p99 = _share(waits, 0.99)
    return {
        "ok": not any(wrong.values()) and not noted.faults,
        "all_text_s": round(noted.last_text_s, 2),
        "text_p50_s": _share(waits, 0.5),
        "text_p99_s": p99,
        "text_worst_s": _share(waits, 1.0),
        "text_beside_photos": len(beside),
        "text_beside_photos_p99_s": _share(beside, 0.99),
        "phone_done_p99_s": _share(done, 0.99),
        "all_photos_s": round(noted.last_photo_s, 2),
        "are_goals_reached": noted.last_text_s <= GOAL_TEXT_S and p99 <= GOAL_P99_S,
        **wrong,
        "faults": dict(noted.faults.most_common(5)),
        "answers": {"text 200": len(waits), **dict(sorted(noted.counts.items()))},
    }


def _share(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3) if ordered else 0.0
