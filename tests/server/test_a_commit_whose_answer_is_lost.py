"""A commit that fails may stand in the database all the same: nothing that was decided is then written twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from server.access import Reader
from server.database.engine import reading
from server.database.entries import EntryRow
from server.operations.check_everything import check_everything
from server.operations.exchange_entries import exchange_entries
from server.operations.fold_entries import fold_entries
from server.operations.send_message import send_message
from server.running import Running
from tests.builders import BuiltPhone, desk_reader, incident_body
from tests.postgresql import Cluster
from tests.servers import Place, opened
from tests.world import make_world


@pytest.fixture
def on_postgresql(cluster: Cluster, tmp_path: Path) -> Iterator[Running]:
    with opened(Place(tmp_path, cluster.new_database())) as (_, held):
        make_world(held)
        yield held


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Running]:
    with opened(Place(tmp_path)) as (_, held):
        make_world(held)
        yield held


def outcomes(held: Running, spoil: Callable[[], None]) -> list:
    """Of two messages of the desk and a phone's exchange, whose one commit fails; an error stands for itself."""
    phone = BuiltPhone(held, 77, "o-77", "shams")
    written = phone.phone.write("incident.report", incident_body(held))
    carrier = Reader("device", id=phone.phone.key.device, organisation="shams", token_digest="token of 77")
    frame = {"protocol": 1, "app": "test", "entries": [written.texts], "cursor": ""}
    return together(
        held,
        lambda: send_message(held, "o-77", "come back", desk_reader()),
        lambda: exchange_entries(held, carrier, frame)["verdicts"][0]["verdict"],
        lambda: send_message(held, "o-77", "stay there", desk_reader()),
        before=spoil,
    )


def together(held: Running, *asked: Callable[[], object], before: Callable[[], None]) -> list:
    """What these answer or raise when the writer takes them into one commit, the second after `before`."""
    is_held, go = Event(), Event()

    def hold(_connection: Connection) -> None:
        is_held.set()
        assert go.wait(30)

    with ThreadPoolExecutor(len(asked) + 1) as threads:
        before()
        threads.submit(held.write, hold, True)
        assert is_held.wait(30)
        found = []
        for waiting, each in enumerate(asked, 1):
            found.append(threads.submit(each))
            while held.writer._asked.qsize() < waiting:
                time.sleep(0.001)
        go.set()
        return [each.exception(30) or each.result() for each in found]


def fail_the_second_commit(monkeypatch: pytest.MonkeyPatch, is_applied: bool) -> None:
    commit, commits = Connection.commit, count(1)

    def failing(connection: Connection) -> None:
        is_lost = next(commits) == 2
        if is_applied or not is_lost:
            commit(connection)
        if is_lost:
            raise OperationalError("COMMIT", {}, Exception("server closed the connection unexpectedly"))

    monkeypatch.setattr(Connection, "commit", failing)


def break_on_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second commit is applied and answered; then the line is gone, and letting go of the connection fails."""
    commit, close, commits, broken = Connection.commit, Connection.close, count(1), list[Connection]()

    def committing(connection: Connection) -> None:
        commit(connection)
        if next(commits) == 2:
            broken.append(connection)

    def closing(connection: Connection) -> None:
        close(connection)
        if connection in broken:
            broken.clear()
            raise OperationalError("ROLLBACK", {}, Exception("server closed the connection unexpectedly"))

    monkeypatch.setattr(Connection, "commit", committing)
    monkeypatch.setattr(Connection, "close", closing)


def kinds(held: Running) -> list[str]:
    fold_entries(held)
    assert check_everything(held)["broken"] == []
    with reading(held.engine) as connection:
        headers = connection.execute(select(EntryRow.header)).scalars()
        found = [json.loads(each)["kind"] for each in headers]
    return sorted(each for each in found if each in ("incident.report", "message.send"))


@pytest.mark.parametrize("is_applied", [True, False])
def test_what_was_decided_is_not_written_again_and_its_author_is_told(on_postgresql, monkeypatch, is_applied):
    first, exchanged, second = outcomes(
        on_postgresql, lambda: fail_the_second_commit(monkeypatch, is_applied)
    )
    assert isinstance(first, OperationalError) and isinstance(second, OperationalError)
    assert exchanged == ("duplicate" if is_applied else "stored")
    assert kinds(on_postgresql) == ["incident.report", *["message.send"] * (2 if is_applied else 0)]


def test_a_line_that_breaks_after_the_commit_writes_nothing_again(on_postgresql, monkeypatch):
    first, exchanged, second = outcomes(on_postgresql, lambda: break_on_the_way_out(monkeypatch))
    assert isinstance(first, OperationalError) and isinstance(second, OperationalError) and exchanged == "duplicate"
    assert kinds(on_postgresql) == ["incident.report", "message.send", "message.send"]


def test_on_sqlite_it_is_rolled_back_and_everything_is_done_again(on_sqlite, monkeypatch):
    first, exchanged, second = outcomes(on_sqlite, lambda: fail_the_second_commit(monkeypatch, False))
    assert isinstance(first, str) and isinstance(second, str) and exchanged == "stored"
    assert kinds(on_sqlite) == ["incident.report", "message.send", "message.send"]
