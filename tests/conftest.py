"""The few fixtures that tests share; tests/README.md says when to take which."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from server.operations.check_everything import check_everything
from server.running import Running
from tests.fault_proxy import FaultProxy
from tests.postgresql import Cluster, postgresql
from tests.running_server import RunningServer, running_server
from tests.servers import Place, opened
from tests.world import make_world

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL for the whole run."""
    with postgresql() as running:
        yield running


@pytest.fixture(scope="module", params=DATABASES)
def new_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Place]:
    """Makes empty places, each with a database of its own; every test that takes it runs on both databases."""

    def make() -> Place:
        folder = tmp_path_factory.mktemp("place")
        is_sqlite = request.param == "sqlite"
        return Place(folder, "" if is_sqlite else request.getfixturevalue("cluster").new_database())

    return make


@pytest.fixture
def world(new_place: Callable[[], Place]) -> Iterator[tuple[Flask, Running]]:
    """An application in this process with the small world of tests/world.py, on both databases."""
    with opened(new_place()) as (app, held):
        make_world(held)
        yield app, held


@pytest.fixture(scope="module")
def server(new_place: Callable[[], Place]) -> Iterator[RunningServer]:
    """A real server process with the small world, on both databases, shared by the tests of a module.

    What its tests left behind is checked for broken promises at the end.
    """
    with running_server(new_place()) as running:
        yield running
        running.await_fold()
        assert check_everything(running.held)["broken"] == []


@pytest.fixture
def proxy(server: RunningServer) -> Iterator[FaultProxy]:
    """A bad network in front of the server; clear until a test sets its fault."""
    with FaultProxy(server.process.port) as running:
        yield running
