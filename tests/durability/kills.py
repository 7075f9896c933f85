"""Kills a real server at random moments while phones send and a desk looks on, and gives the verdict.

`python -m tests.durability.kills --count 1000 --json`: half of the kills on SQLite, half on PostgreSQL. Lost is what
was acknowledged and is not there, doubled what stands twice in the log, stale an answer, a figure or a checkpoint that
knows less than one given before it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.durability.crowd import Crowd, crowd_of
from tests.durability.verdict import Verdict, run_as_command
from tests.durability.watcher import Watcher
from tests.postgresql import postgresql
from tests.running_server import RunningServer, running_server
from tests.servers import Place

LONGEST_LIFE_S = 1.2
STARTS_WITHIN_S = 60
# One kill in so many comes before anything was acknowledged, in the middle of starting or of the first exchanges.
EARLY_EVERY = 4
# Phones with ever longer journals would slow the harness down, not the server.
KILLS_A_CROWD = 50


def kill_again_and_again(server: RunningServer, kills: int, seed: int = 9) -> Verdict:
    verdict, random, waits = Verdict("kills"), Random(seed), list[float]()
    acknowledged = 0
    for first in range(0, kills, KILLS_A_CROWD):
        with crowd_of(server) as crowd, Watcher(server) as watcher:
            with crowd:
                for number in range(first, min(first + KILLS_A_CROWD, kills)):
                    waits += _kill(server, crowd, random, is_early=number % EARLY_EVERY == EARLY_EVERY - 1)
                    verdict.runs += 1
            crowd.judge(server, verdict)
            acknowledged += crowd.acknowledged()
            watcher.look()
            watcher.judge(acknowledged, verdict)
        # A night is long: whoever looks in wants to see how it goes.
        print(verdict, file=sys.stderr, flush=True)
    verdict.measured = {"acknowledged": acknowledged, **_quantiles(waits)}
    return verdict


def _kill(server: RunningServer, crowd: Crowd, random: Random, is_early: bool) -> list[float]:
    """Kills and starts again; seconds from the start to the first acknowledgement, unless the next kill is early."""
    time.sleep(random.uniform(0, LONGEST_LIFE_S))
    server.process.kill()
    crowd.first_acknowledged.clear()
    began = time.monotonic()
    server.process.start()
    if is_early or not crowd.first_acknowledged.wait(STARTS_WITHIN_S):
        return []
    return [time.monotonic() - began]


def _quantiles(waits: list[float]) -> dict[str, float]:
    if len(waits) < 2:
        return {}
    cuts = statistics.quantiles(waits, n=20, method="inclusive")
    found = {"p50": statistics.median(waits), "p95": cuts[18], "worst": max(waits)}
    return {f"first_acknowledgement_s_{name}": round(value, 2) for name, value in found.items()}


def prove(count: int) -> Verdict:
    verdict = Verdict("kills")
    with postgresql() as cluster, tempfile.TemporaryDirectory(prefix="sanad-kills-") as folder:
        for name, kills in (("sqlite", count - count // 2), ("postgresql", count // 2)):
            place = Place(Path(folder) / name, cluster.new_database() if name == "postgresql" else "")
            place.folder.mkdir()
            with running_server(place) as server:
                each = kill_again_and_again(server, kills)
            verdict.add(each)
            verdict.measured |= {f"{name}_{key}": value for key, value in each.measured.items()}
    return verdict


if __name__ == "__main__":
    run_as_command(prove, 1000)
