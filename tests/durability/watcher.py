"""Somebody at the desk and somebody outside who look again and again, and notice when a figure or the log goes back."""

from __future__ import annotations

import json
import threading

from server.database.staff import staff_by_name
from server.field_day.line import Answer, Line, NoAnswer
from server.operations.add_staff import add_staff
from server.operations.make_staff_token import make_staff_token
from sync.checkpoint import read_checkpoint
from tests.durability.verdict import Verdict
from tests.running_server import RunningServer

LOOKS_EVERY_S = 0.2
NAME = "Watcher"


class Watcher:
    """While entered, looks at the map's figures and at the published checkpoint without a pause."""

    def __init__(self, server: RunningServer) -> None:
        self._line = Line(server.url, connections=1)
        self._token = _token(server)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watcher")
        self.incidents = self.size = 0
        self.root = b""
        self.stale: list[str] = []
        self.looks = 0

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._line.close()

    def _watch(self) -> None:
        while not self._over.wait(LOOKS_EVERY_S):
            self.look()

    def look(self) -> None:
        try:
            self._look_at_the_map(self._get("/map.geojson"))
            self._look_at_the_log(self._get("/log/checkpoint"))
        except NoAnswer:
            return
        self.looks += 1

    def _get(self, path: str) -> Answer:
        return self._line.send("GET", path, {"Authorization": f"Bearer {self._token}"})

    def _look_at_the_map(self, answer: Answer) -> None:
        if answer.status != 200:
            return
        incidents = sum(each["properties"]["incidents"] for each in json.loads(answer.body)["features"])
        if incidents < self.incidents:
            self.stale.append(f"the map shows {incidents} incidents after {self.incidents}")
        self.incidents = max(incidents, self.incidents)

    def _look_at_the_log(self, answer: Answer) -> None:
        if answer.status != 200:
            return
        found = read_checkpoint(answer.body.decode())
        if found.size < self.size or (found.size == self.size and self.root and found.root != self.root):
            self.stale.append(f"the log shows {found.size} entries after {self.size}, or another root")
        self.size, self.root = found.size, found.root

    def judge(self, acknowledged: int, verdict: Verdict) -> None:
        """Once everything is folded: the figures hold everything that was acknowledged since the watch began."""
        verdict.stale += len(self.stale)
        verdict.broken += self.stale[:5]
        if self.incidents < acknowledged:
            verdict.stale += 1
            verdict.broken.append(f"the map shows {self.incidents} incidents of {acknowledged} that were acknowledged")


def _token(server: RunningServer) -> str:
    with server.held.engine.connect() as connection:
        found = staff_by_name(connection, NAME)
    staff = found.id if found else add_staff(server.held, NAME, "shams", "coordinator", "a long walk to the river")
    return make_staff_token(server.held, staff)
