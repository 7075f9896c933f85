"""A server is upgraded while phones of the last release hold full outboxes: nothing is lost, nothing is refused."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest
import urllib3
from sqlalchemy import func, select

from server.database.entries import EntryRow
from server.operations.check_everything import check_everything
from server.operations.fold_entries import fold_entries
from server.operations.seal_checkpoint import seal_checkpoint
from server.running import Running
from tests.released import Asked, full_outbox, put_back, recorded, rows_by_table
from tests.servers import Place, ServerProcess, opened


@pytest.fixture
def left(new_place: Callable[[], Place]) -> Place:
    """A place as the last release left it, on each of the two databases."""
    place = new_place()
    put_back(place)
    return place


def read_all(held: Running) -> dict[str, list[tuple]]:
    with held.engine.connect() as connection:
        return rows_by_table(connection)


def test_every_row_of_the_last_release_is_there_after_the_upgrade(left: Place) -> None:
    from server import create_app
    from server.config import read_settings

    held = create_app(read_settings(left.environ)).extensions["sanad"]
    before = read_all(held)
    held.engine.dispose()
    assert len(before["entries"]) == recorded()["entries"]
    with opened(left) as (_, held):
        after = read_all(held)
        lost = {name: set(rows) - set(_narrow(after[name], rows)) for name, rows in before.items()}
        assert {name: rows for name, rows in lost.items() if rows} == {}
        found = check_everything(held)
        assert found["broken"] == []
        assert found["state_digest"] == recorded()["state_digest"]
        # And what was taken in before there was a log is in it now.
        assert seal_checkpoint(held).size == recorded()["entries"]


def _narrow(rows: list[tuple], old: list[tuple]) -> list[tuple]:
    """New columns are added at the end of a table."""
    return [row[: len(old[0])] for row in rows] if old else []


def test_a_full_outbox_of_the_last_phone_is_taken_whole(left: Place) -> None:
    server = ServerProcess(left)
    server.start()
    try:
        first = [ask(server, each) for each in full_outbox()]
        again = [ask(server, each) for each in full_outbox()]
    finally:
        server.stop()
    told = [verdict for said in first for verdict in said.get("verdicts", ())]
    assert len(told) == 109 and {each["verdict"] for each in told} == {"stored"}
    assert {each["verdict"] for said in again for each in said.get("verdicts", ())} == {"duplicate"}
    with opened(left) as (_, held):
        fold_entries(held)
        assert check_everything(held)["broken"] == []
        with held.engine.connect() as connection:
            stored = connection.execute(select(func.count()).select_from(EntryRow)).scalar_one()
        # Whatever the server itself wrote on its way is on top.
        assert stored >= recorded()["entries"] + 109
        for digest in {digest for said in first for verdict in said.get("verdicts", ()) for digest in
                       verdict.get("want", ())}:  # fmt: skip
            with held.photo_store.read(digest) as photo:
                assert photo.read(1)


def ask(server: ServerProcess, asked: Asked) -> dict:
    """The answer, which must have the status that the old server gave: the old phone knows what to do with it."""
    # A photo that is there already is not read again, and the server hangs up: each question has a line of its own.
    headers = {**asked.headers, "Connection": "close"}
    answer = urllib3.request(
        asked.method, server.url + asked.path, headers=headers, body=asked.body, retries=False, timeout=30
    )
    assert answer.status == asked.status, answer.data
    if "json" not in answer.headers.get("Content-Type", ""):
        assert int(answer.headers["Upload-Offset"]) == int(asked.headers["upload-length"])
        return {}
    content = answer.data if answer.data[:2] != b"\x1f\x8b" else gzip.decompress(answer.data)
    return json.loads(content)


def test_the_recorded_outbox_is_what_it_is_called() -> None:
    """Entries from before there was a log: each says that it has seen none."""
    asked = [each for each in full_outbox() if each.path == "/api/v1/sync"]
    frames = [json.loads(gzip.decompress(each.body)) for each in asked]
    headers = [json.loads(texts[0]) for frame in frames for texts in frame["entries"]]
    assert [len(frame["entries"]) for frame in frames] == [100, 9]
    assert all(header["seen"] == [0, ""] for header in headers)
    assert sum(len(header["photos"]) for header in headers) == 4
