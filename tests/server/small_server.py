"""A server in a temporary folder, with a clock that the test turns, one election and one organisation."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask

from server import create_app
from server.clock import Clock
from server.config import Settings, read_settings
from server.database import db
from server.operations.add_organisation import add_organisation
from server.operations.begin_election import begin_election
from server.running import Running

PASSWORD = "a long walk to the river"
# 2026-11-22 09:00 in Baghdad, two hours after the stations opened.
ELECTION_MORNING_MS = 1_795_327_200_000


class SetClock(Clock):
    """Time stands until the test turns it; chance is a counter, so that every run is alike."""

    def __init__(self, now_ms: int = ELECTION_MORNING_MS) -> None:
        self.at_ms, self._drawn = now_ms, 0

    def now_ms(self) -> int:
        return self.at_ms

    def pass_s(self, seconds: float) -> None:
        self.at_ms += int(seconds * 1000)

    def random_bytes(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(b"chance %d" % self._drawn).digest(count)


def small_settings(folder: Path) -> Settings:
    return read_settings({"SANAD_DATA": str(folder)})


def small_server(folder: Path) -> tuple[Flask, Running, SetClock]:
    clock = SetClock()
    app = create_app(small_settings(folder), clock)
    app.testing = True
    held: Running = app.extensions["sanad"]
    with app.app_context():
        db.metadata.create_all(held.engine)
    begin_election(held, "iq-2026", "2026-11-22")
    for organisation in ("shams", "tammuz"):
        add_organisation(held, organisation)
    return app, held, clock
