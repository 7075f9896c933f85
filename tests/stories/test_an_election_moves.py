"""An election outgrows its laptop and comes home again: every row arrives, and phones notice nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from server.database.engine import reading
from server.database.entries import EntryRow
from server.operations import move_election as moving
from server.operations.check_everything import check_everything
from server.operations.fold_entries import fold_entries
from server.operations.move_election import NotMoved, contents, move_election
from server.operations.prepare_database import ElectionMoved
from server.operations.seal_checkpoint import seal_checkpoint
from server.operations.send_message import send_message
from server.projections.state import merged_state_digest
from server.running import Running
from server.tables import METADATA
from tests.builders import BuiltPhone, desk_reader, keep_photo, named, photo
from tests.postgresql import Cluster
from tests.servers import ROOT, Place, ServerProcess, opened, serve_command
from tests.world import WirePhone, make_world


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root_by_definition(leaves[:k]) + root_by_definition(leaves[k:])).digest()


def everything(held: Running) -> dict[str, list[Any]]:
    with reading(held.engine) as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
            if table.name != "moved"
        }


def root_and_state(held: Running) -> tuple[bytes, str]:
    with reading(held.engine) as connection:
        leaves = connection.execute(select(EntryRow.leaf).order_by(EntryRow.idx)).scalars()
        return root_by_definition([bytes(each) for each in leaves]), merged_state_digest(connection)


def live_through_a_morning(held: Running) -> None:
    make_world(held)
    phones = [BuiltPhone(held, 800 + number, f"o-8{number}", "shams") for number in range(3)]
    for number, phone in enumerate(phones):
        phone.visit()
        first = phone.incident(severity=number + 1, photos=[named(photo())])
        phone.correct(first, text="two of them, not one")
        phone.observation({"materials": "yes"})
        send_message(held, phone.observer, "Stay until the count.", desk_reader())
    keep_photo(held, photo())
    fold_entries(held)
    seal_checkpoint(held)


def sanad(place: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [serve_command(1)[0], *arguments]
    environ = {"PATH": "/usr/bin", "PYTHONPATH": str(ROOT), **place.environ}
    return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "data").mkdir()
    return Place(tmp_path / "data")


def test_an_election_moves_to_postgresql_and_back_and_phones_notice_nothing(laptop: Place, cluster: Cluster) -> None:
    hall = replace(laptop, database_url=cluster.new_database())
    home = replace(laptop, database_url=f"sqlite:///{laptop.folder / 'home.db'}")
    with opened(laptop) as (_, held):
        live_through_a_morning(held)
        before, known = everything(held), root_and_state(held)
    assert len(before["entries"]) > 12 and len(before["log_tiles"]) > 0
    for old, new in ((laptop, hall), (hall, home)):
        said = sanad(old, "move", "--to", new.database_url)
        assert said.returncode == 0, said.stderr
        assert known[0].hex() in said.stdout and known[1] in said.stdout
        with opened(new) as (_, held):
            assert everything(held) == before
            assert root_and_state(held) == known
            assert check_everything(held)["broken"] == []
        refused = sanad(old, "serve", "--port", "1")
        assert refused.returncode == 1 and "was moved to" in refused.stderr, refused.stderr


def test_a_phone_goes_on_after_the_move_with_the_cursor_it_had(laptop: Place, cluster: Cluster) -> None:
    hall = replace(laptop, database_url=cluster.new_database())
    with opened(laptop) as (_, held):
        make_world(held)
        server = ServerProcess(laptop)
        server.start()
        phone = WirePhone(held, server.url, 900, "o-1")
        phone.hand_in([phone.incident()])
        assert "a server is already running" in sanad(laptop, "move", "--to", hall.database_url).stderr
        server.stop()
        assert sanad(laptop, "move", "--to", hall.database_url).returncode == 0
    server = ServerProcess(hall, port=server.port)
    server.start()
    try:
        said = phone.send([phone.incident().texts]).read()
        assert said is not None and [each["verdict"] for each in said["verdicts"]] == ["stored"]
        assert "refetch" not in said
    finally:
        server.kill()


def test_a_move_that_is_broken_off_anywhere_is_done_again(
    laptop: Place, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = replace(laptop, database_url=cluster.new_database())
    with opened(laptop) as (_, held), opened(hall) as (_, there):
        live_through_a_morning(held)
        before = everything(held)
        copy_rows, insert = moving.copy_rows, moving.insert

        def cut_in_the_middle(source: Connection, target: Connection, tables: list) -> None:
            copy_rows(source, target, tables[: len(tables) // 2])
            raise ConnectionError("cut")

        monkeypatch.setattr(moving, "copy_rows", cut_in_the_middle)
        with pytest.raises(ConnectionError):
            move_election(held, there)
        assert not any(everything(there).values())
        monkeypatch.setattr(moving, "copy_rows", copy_rows)

        def cut_before_the_mark(_table: object) -> None:
            raise ConnectionError("cut")

        monkeypatch.setattr(moving, "insert", cut_before_the_mark)
        with pytest.raises(ConnectionError):
            move_election(held, there)
        monkeypatch.setattr(moving, "insert", insert)
        move_election(held, there)
        assert everything(there) == before
    with pytest.raises(ElectionMoved), opened(laptop):
        pass


def test_nothing_is_moved_over_something_else_or_away_from_a_running_server(laptop: Place, cluster: Cluster) -> None:
    hall = replace(laptop, database_url=cluster.new_database())
    with opened(laptop) as (_, held), opened(hall) as (_, there):
        live_through_a_morning(held)
        make_world(there)
        before = everything(there)
        with pytest.raises(NotMoved, match="not empty"):
            move_election(held, there)
        with pytest.raises(NotMoved, match="no move"):
            move_election(held, held)
        assert everything(there) == before
    server = ServerProcess(hall)
    server.start()
    try:
        said = sanad(hall, "move", "--to", f"sqlite:///{laptop.folder / 'home.db'}")
        assert said.returncode == 1 and "stop the servers first" in said.stderr
    finally:
        server.kill()


def test_rows_that_arrive_changed_are_not_kept(
    laptop: Place, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = replace(laptop, database_url=cluster.new_database())
    copy_rows = moving.copy_rows

    def spoil(source: Connection, target: Connection, tables: list) -> None:
        copy_rows(source, target, tables)
        target.execute(EntryRow.__table__.update().where(EntryRow.idx == 3).values(leaf=b"\1" + bytes(64)))

    monkeypatch.setattr(moving, "copy_rows", spoil)
    with opened(laptop) as (_, held), opened(hall) as (_, there):
        live_through_a_morning(held)
        with pytest.raises(NotMoved, match="not what was sent"):
            move_election(held, there)
        assert not any(everything(there).values())
        with reading(held.engine) as connection:
            assert contents(connection).root == root_and_state(held)[0]
