"""Ends a real server between insert, commit, tile, publish and answer, at each of these points again and again.

`python -m tests.durability.named_points --count 40 --json`: runs on SQLite and PostgreSQL in turns.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from tests.durability.crowd import crowd_of
from tests.durability.failing_server import HASTY, POINTS
from tests.durability.log_whole import faults_of_the_log
from tests.durability.verdict import Verdict, run_as_command
from tests.durability.watcher import Watcher
from tests.postgresql import postgresql
from tests.running_server import RunningServer, running_server
from tests.servers import Place, serve_command

REACHED_WITHIN_S = 30
# The first time, and later, when there is more to go wrong.
LATEST_HIT = 12


def end_at_points(server: RunningServer, points: Sequence[str], seed: int = 4) -> Verdict:
    """Each start after an end is also the start that ends at the next point."""
    verdict, random = Verdict("named_points"), Random(seed)
    with crowd_of(server) as crowd, Watcher(server) as watcher:
        for point in points:
            server.process.stop()
            server.process.command = _ending_at(point, random.randint(1, LATEST_HIT))
            server.process.start()
            with crowd:
                if not _ends(server):
                    verdict.broken.append(f"the server never came to the point “{point}”")
            server.process.kill()
            verdict.runs += 1
        server.process.command = serve_command
        server.process.start()
        crowd.judge(server, verdict)
        verdict.broken += faults_of_the_log(server.held)
        watcher.look()
        watcher.judge(crowd.acknowledged(), verdict)
    verdict.measured = {"acknowledged": crowd.acknowledged()}
    return verdict


MOST_CONTROLS = 5


def end_hasty_server(server: RunningServer) -> Verdict:
    """The control, which must lose: the server answers before it commits, and ends in between."""
    verdict = Verdict("hasty server")
    with crowd_of(server) as crowd:
        server.process.stop()
        server.process.command = _ending_at(HASTY, LATEST_HIT)
        server.process.start()
        with crowd:
            _ends(server)
        server.process.kill()
        server.process.command = serve_command
        server.process.start()
        crowd.judge(server, verdict)
    verdict.runs = 1
    return verdict


def _ending_at(point: str, hit: int) -> Callable[[int], list[str]]:
    return lambda port: [sys.executable, "-m", "tests.durability.failing_server", str(port), point, str(hit)]


def _ends(server: RunningServer) -> bool:
    until = time.monotonic() + REACHED_WITHIN_S
    while time.monotonic() < until:
        if server.process.process is not None and server.process.process.poll() is not None:
            return True
        time.sleep(0.01)
    return False


def prove(count: int) -> Verdict:
    verdict = Verdict("named_points")
    names = [name for number, name in zip(range(-(-count // 2)), list(POINTS) * count, strict=False)]
    with postgresql() as cluster, tempfile.TemporaryDirectory(prefix="sanad-points-") as folder:
        for name in ("sqlite", "postgresql"):
            place = Place(Path(folder) / name, cluster.new_database() if name == "postgresql" else "")
            place.folder.mkdir()
            with running_server(place) as server:
                each = end_at_points(server, names)
            verdict.add(each)
            verdict.measured |= {f"{name}_{key}": value for key, value in each.measured.items()}
        verdict.control_runs = 0
        while verdict.control_runs < MOST_CONTROLS and not verdict.control_failed:
            # By chance no phone may have had its answer in the moment before the end: then once more.
            place = Place(Path(folder) / f"control {verdict.control_runs}")
            place.folder.mkdir()
            with running_server(place) as server:
                verdict.control_failed = int(end_hasty_server(server).lost > 0)
            verdict.control_runs += 1
    return verdict


if __name__ == "__main__":
    run_as_command(prove, 2 * len(POINTS))
