"""A server in a temporary folder, with a clock that the test turns, one election and one organisation."""

from __future__ import annotations

import atexit
import hashlib
import os
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from server import create_app
from server.clock import Clock
from server.config import Settings, read_settings
from server.database import db
from server.operations.add_organisation import add_organisation
from server.operations.begin_election import begin_election
from server.running import Running
from tests.postgresql import Cluster, postgresql

# What these speak of PostgreSQL has not: a lock file, pages, a file beside the database.
of_sqlite = pytest.mark.skipif(os.environ.get("SANAD_TESTS_ON") == "postgresql", reason="of SQLite alone")
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


def database_of_this_run() -> dict[str, str]:
    """SANAD_TESTS_ON=postgresql runs on PostgreSQL what otherwise runs on SQLite alone."""
    if os.environ.get("SANAD_TESTS_ON") != "postgresql":
        return {}
    return {"SANAD_DATABASE_URL": _cluster().new_database()}


@cache
def _cluster() -> Cluster:
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(postgresql())


def small_settings(folder: Path) -> Settings:
    return read_settings({"SANAD_DATA": str(folder), **database_of_this_run()})


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
