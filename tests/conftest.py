"""The few fixtures that tests share; tests/README.md says when to take which."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.operations.check_everything import check_everything
from server.running import Running
from tests.fault_proxy import FaultProxy
from tests.postgresql import Cluster, postgresql
from tests.servers import Place, ServerProcess, opened
from tests.world import WirePhone, make_world

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL for the whole run."""
    with postgresql() as running:
        yield running


@pytest.fixture(params=DATABASES)
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Place]:
    """Makes empty places, each with a database of its own; every test that takes it runs on both databases."""
    made: list[Place] = []

    def make() -> Place:
        folder = tmp_path / f"place-{len(made)}"
        folder.mkdir()
        is_sqlite = request.param == "sqlite"
        made.append(Place(folder, "" if is_sqlite else request.getfixturevalue("cluster").new_database()))
        return made[-1]

    return make


@pytest.fixture
def world(new_place: Callable[[], Place]) -> Iterator[tuple[Flask, Running]]:
    """An application in this process with the small world of tests/world.py, on both databases."""
    with opened(new_place()) as (app, held):
        make_world(held)
        yield app, held


@pytest.fixture
def server(new_place: Callable[[], Place]) -> Iterator[RunningServer]:
    """A real server process with the small world, on both databases; checked for broken promises at the end."""
    place = new_place()
    with opened(place) as (_, held):
        make_world(held)
        process = ServerProcess(place)
        process.start()
        try:
            yield RunningServer(process, held)
            process.stop()
            assert check_everything(held)["broken"] == []
        finally:
            process.kill()


class RunningServer:
    """A server process, and the same place opened beside it."""

    def __init__(self, process: ServerProcess, held: Running) -> None:
        self.process, self.held = process, held
        self.url = process.url

    def phone(self, number: int, observer: str = "") -> WirePhone:
        """A newly enrolled phone; its observer is o-<number> unless said otherwise."""
        return WirePhone(self.held, self.url, number, observer or f"o-{number}")


@pytest.fixture
def proxy(server: RunningServer) -> Iterator[FaultProxy]:
    """A bad network in front of the server; clear until a test sets its fault."""
    with FaultProxy(server.process.port) as running:
        yield running
