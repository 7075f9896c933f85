"""Fills the disk under a real server while phones send, empties it again, and kills the server while it is full.

`python -m tests.durability.full_disk --count 10 --json`. Each round leaves less and less room: photos are refused
first, then text, then nothing can be written at all; then there is room again, and all must go on by itself.
"""

from __future__ import annotations

import time
from random import Random

from server.field_day.line import Answer
from tests.durability.crowd import Crowd, crowd_of
from tests.durability.small_disk import SmallDisk, small_disk
from tests.durability.verdict import Verdict, run_as_command
from tests.running_server import RunningServer, running_server
from tests.servers import Place

MEGABYTES = 64
# Free room in percent, with what the server must refuse there.
PHOTOS_REFUSED, TEXT_REFUSED, NOTHING_LEFT, ROOM = 6, 2, 0, 60
STAYS_S = 0.6
RECOVERS_WITHIN_S = 60


def prove(count: int) -> Verdict:
    """Raises NotMounted where no disk can be made. One disk serves ten rounds: what phones send stays on it."""
    verdict, recoveries = Verdict("full_disk"), list[float]()
    for first in range(0, count, 10):
        with small_disk(MEGABYTES) as disk, running_server(Place(disk.folder / "data")) as server:
            random = Random(first)
            with crowd_of(server) as crowd:
                for number in range(first, min(first + 10, count)):
                    recoveries.append(fill_and_free(disk, server, crowd, verdict, is_killed=number % 3 == 2))
                    verdict.runs += 1
                    time.sleep(random.uniform(0, 0.2))
                crowd.judge(server, verdict)
    verdict.measured = {"recovery_s_worst": round(max(recoveries), 2)}
    return verdict


def fill_and_free(disk: SmallDisk, server: RunningServer, crowd: Crowd, verdict: Verdict, is_killed: bool) -> float:
    """One round; seconds from room to the first acknowledged entry."""
    with crowd:
        for percent in (PHOTOS_REFUSED, TEXT_REFUSED, NOTHING_LEFT):
            disk.leave(percent)
            time.sleep(STAYS_S)
        if is_killed:
            server.process.kill()
        disk.leave(ROOM)
        crowd.first_acknowledged.clear()
        began = time.monotonic()
        if is_killed:
            server.process.start()
        if not crowd.first_acknowledged.wait(RECOVERS_WITHIN_S):
            verdict.broken.append("nothing was acknowledged within a minute of room")
        return time.monotonic() - began


def is_try_later(answer: Answer) -> bool:
    """507 with a problem that says so, and when to come again."""
    said = answer.read() or {}
    return answer.status == 507 and said.get("code") == "storage-full" and answer.retry_after_s > 0


if __name__ == "__main__":
    run_as_command(prove, 10)
