"""Real servers for tests: a process on a free port, on SQLite or PostgreSQL, that can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path

import urllib3
from flask import Flask

from server import create_app
from server.clock import Clock
from server.config import read_settings
from server.operations.prepare_database import prepare_database
from server.running import Running

ROOT = Path(__file__).parent.parent
STARTS_WITHIN_S, STOPS_WITHIN_S = 60, 30
LOOK_EVERY_S = 0.02


def is_long_run() -> bool:
    """Continuous integration takes its time; somebody who waits for an answer does not have it."""
    return bool(os.environ.get("SANAD_LONG") or os.environ.get("CI"))


def how_often(short: int, in_ci: int, in_long: int) -> int:
    """How often a loop goes round: for somebody who waits, in continuous integration, at night (SANAD_LONG)."""
    if os.environ.get("SANAD_LONG"):
        return in_long
    return in_ci if os.environ.get("CI") else short


@dataclass(frozen=True)
class Place:
    """A data folder and, unless it is SQLite's own file in that folder, a database; `more` settings besides."""

    folder: Path
    database_url: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        given = {"SANAD_DATA": str(self.folder), **self.more}
        return {**given, "SANAD_DATABASE_URL": self.database_url} if self.database_url else given


@contextmanager
def opened(place: Place, clock: Clock | None = None) -> Iterator[tuple[Flask, Running]]:
    """The application in this process, its tables made; for commands run beside a server and for quick tests."""
    app = create_app(read_settings(place.environ), clock)
    held: Running = app.extensions["sanad"]
    with app.app_context():
        prepare_database(held)
    try:
        yield app, held
    finally:
        held.engine.dispose()


@dataclass
class ServerProcess:
    """`sanad serve` on `place`. Starting again keeps the port, so that clients find it."""

    place: Place
    port: int = field(default_factory=lambda: free_port())
    command: Callable[[int], list[str]] = field(default_factory=lambda: serve_command)
    process: subprocess.Popen | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when the server answers."""
        log = (self.place.folder / "server.log").open("ab")
        environ = {**os.environ, **self.place.environ, "SANAD_PUBLIC_URL": self.url, **self.settings}
        with log:
            self.process = subprocess.Popen(
                self.command(self.port), env=environ, stdout=log, stderr=log, cwd=ROOT, start_new_session=True
            )
        self._await_answer()

    def _await_answer(self) -> None:
        assert self.process is not None
        until = time.monotonic() + STARTS_WITHIN_S
        with urllib3.PoolManager(retries=False, timeout=2) as pool:
            while time.monotonic() < until:
                assert self.process.poll() is None, (self.place.folder / "server.log").read_text()
                try:
                    if pool.request("GET", f"{self.url}/healthz").status == 200:
                        return
                except urllib3.exceptions.HTTPError:
                    time.sleep(LOOK_EVERY_S)
        raise AssertionError("the server does not answer: " + (self.place.folder / "server.log").read_text())

    def kill(self) -> None:
        """kill -9 of the whole process group: no handler runs, nothing is flushed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        group, process, self.process = self.process.pid, self.process, None
        _signal_group(group, number)
        try:
            process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            _signal_group(group, signal.SIGKILL)
            process.wait()
        if number == signal.SIGKILL:
            _await_end(group)


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def _await_end(group: int) -> None:
    """Until no process of the group runs: a worker that still did would hold the port and the locks."""
    until = time.monotonic() + STOPS_WITHIN_S
    while time.monotonic() < until:
        if not any(_runs(Path(each), group) for each in glob("/proc/[0-9]*/stat")):
            return
        time.sleep(0.005)
    raise AssertionError("a killed server is still running")


def _runs(stat: Path, group: int) -> bool:
    """A dead process that nobody has asked about yet (state Z) holds nothing any more."""
    try:
        state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
    except OSError:
        return False
    return its_group == str(group) and state not in "ZX"


def serve_command(port: int) -> list[str]:
    return [str(Path(sys.executable).parent / "sanad"), "serve", "--port", str(port)]


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]
