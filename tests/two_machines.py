"""Two web machines on one PostgreSQL and one bucket, as far as one computer can be two."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3
from sqlalchemy import text

from server.database.engine import FOLDING_LOCK
from server.running import Running
from tests.builders import desk_client
from tests.servers import Place, ServerProcess, opened
from tests.world import make_world

SESSION = {"Cookie": "sanad-session=session-of-s-shams-coordinator", "Accept": "application/json"}


class TwoMachines:
    """`held` is the first machine's place, opened beside it for a look and for enrolling."""

    def __init__(self, first: ServerProcess, second: ServerProcess, held: Running) -> None:
        self.both, self.held = (first, second), held

    def other(self, machine: ServerProcess) -> ServerProcess:
        return next(each for each in self.both if each is not machine)

    def folding(self) -> ServerProcess | None:
        """The machine that holds the folding lock in this very moment."""
        asked = text(
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND granted AND objid = :key"
        )
        with self.held.engine.connect() as connection:
            names = connection.execute(asked, {"key": FOLDING_LOCK}).scalars().all()
        groups = {_group(int(name.removeprefix("sanad "))) for name in names}
        return next((each for each in self.both if each.process and each.process.pid in groups), None)

    def await_folding(self, feed: Callable[[], object]) -> ServerProcess:
        """Feeds entries until one of the machines is caught with the lock in its hand."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            feed()
            for _ in range(50):
                if machine := self.folding():
                    return machine
        raise AssertionError("nobody folds")


def _group(process: int) -> int:
    try:
        return os.getpgid(process)
    except ProcessLookupError:
        return 0


def incidents_on_the_map(machine: ServerProcess) -> int:
    answer = urllib3.request("GET", f"{machine.url}/map.geojson", headers=SESSION, timeout=30)
    assert answer.status == 200, answer.data
    return sum(each["properties"]["incidents"] for each in answer.json()["features"])


def checkpoint_size(machine: ServerProcess) -> int:
    answer = urllib3.request("GET", f"{machine.url}/log/checkpoint", timeout=30)
    return int(answer.data.splitlines()[1]) if answer.status == 200 else 0


def seconds_until(is_so: Callable[[], bool], most_s: float) -> float:
    began = time.monotonic()
    while time.monotonic() - began < most_s:
        if is_so():
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(f"not within {most_s} seconds")


def copy_keys(source: Place, target: Place) -> None:
    shutil.copytree(source.folder / "keys", target.folder / "keys")


@contextmanager
def two_machines(folder: Path, database_url: str, more: dict[str, str]) -> Iterator[TwoMachines]:
    places = [Place(folder / name, database_url, more) for name in ("web-1", "web-2")]
    for place in places:
        place.folder.mkdir()
    with opened(places[0]) as (app, held):
        make_world(held)
        desk_client(app, held)
        copy_keys(*places)
        first, second = map(ServerProcess, places)
        try:
            first.start()
            second.start()
            yield TwoMachines(first, second, held)
        finally:
            first.kill()
            second.kill()
