"""Two web machines on one PostgreSQL and one bucket: either may die at any moment, and the other goes on at once."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.database.engine import lock_folding, lock_numbering, writing
from server.operations.check_everything import check_everything
from server.operations.newest_checkpoint import newest_checkpoint
from sync.checkpoint import read_checkpoint
from sync.entry import digest_of
from tests import tus
from tests.builders import named, photo
from tests.postgresql import Cluster
from tests.s3_server import S3Server, name_of, s3_server
from tests.servers import ROOT, Place, ServerProcess, how_often, opened, serve_command
from tests.two_machines import (
    TwoMachines,
    checkpoint_size,
    copy_keys,
    incidents_on_the_map,
    seconds_until,
    two_machines,
)
from tests.world import WirePhone, make_world

HANDED_OVER_WITHIN_S = 10
TURNS = how_often(40, 100, 1000)
ROUNDS = how_often(1, 2, 10)


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster, bucket: S3Server) -> Iterator[TwoMachines]:
    with two_machines(tmp_path_factory.mktemp("two"), cluster.new_database(), bucket.environ) as running:
        yield running
        for each in running.both:
            each.stop()
        assert check_everything(running.held)["broken"] == []


def feed(phone: WirePhone) -> None:
    phone.hand_in([phone.incident(severity=2) for _ in range(20)])


def test_the_machine_that_folds_is_killed_and_the_other_shows_the_next_entry_within_ten_seconds(
    machines: TwoMachines,
) -> None:
    phone = WirePhone(machines.held, machines.both[0].url, 4000, "o-1")
    for _ in range(ROUNDS):
        dying = machines.await_folding(lambda: feed(phone))
        dying.kill()
        try:
            await_everything(phone, machines.other(dying))
        finally:
            dying.start()
    assert len({incidents_on_the_map(each) for each in machines.both} | {len(phone.phone.chain)}) == 1


def await_everything(phone: WirePhone, living: ServerProcess) -> None:
    """What the phone wrote so far and one more entry, handed to `living`, is on its map and in its log."""
    phone.through(living.url)
    phone.incident(severity=4)
    assert phone.try_to_hand_in()
    count = len(phone.phone.chain)
    map_s = seconds_until(lambda: incidents_on_the_map(living) == count, HANDED_OVER_WITHIN_S)
    log_s = seconds_until(lambda: checkpoint_size(living) >= count, HANDED_OVER_WITHIN_S)
    print(f"the folding machine was killed: on the other's map after {map_s:.2f} s, in its log {log_s:.2f} s later")


def test_a_phone_that_goes_from_machine_to_machine_never_sees_the_log_shrink(machines: TwoMachines) -> None:
    phone = WirePhone(machines.held, machines.both[0].url, 4005, "o-7")
    seen = []
    for turn in range(TURNS):
        phone.through(machines.both[turn % 2].url)
        answer = phone.send([phone.incident(severity=2).texts])
        said = answer.read()
        assert answer.status == 200 and said is not None, answer.body
        seen.append(read_checkpoint(said["checkpoint"]).size if said["checkpoint"] else 0)
    assert seen == sorted(seen) and seen[-1] > seen[0]


def test_a_machine_that_cannot_publish_what_another_did_shows_no_checkpoint_and_takes_entries_in(
    machines: TwoMachines, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = WirePhone(machines.held, machines.both[0].url, 4006, "o-9")
    phone.hand_in([phone.incident(severity=2)])
    seconds_until(lambda: checkpoint_size(machines.both[0]) > 0, HANDED_OVER_WITHIN_S)

    def refuse(*_given: object) -> None:
        raise OSError("no room for tiles")

    monkeypatch.setattr(machines.held.log_store, "publish", refuse)
    monkeypatch.setattr(machines.held.log_store, "checkpoint", lambda: "")
    assert newest_checkpoint(machines.held) == ""


def test_a_machine_that_hangs_with_every_lock_in_its_hands_holds_nobody_up_for_long(machines: TwoMachines) -> None:
    phone = WirePhone(machines.held, machines.both[1].url, 4001, "o-3")
    before = incidents_on_the_map(machines.both[1])
    holding, released = Event(), Event()

    def hang() -> None:
        with writing(machines.held.engine, Path("none")) as connection:
            lock_numbering(connection)
            lock_folding(connection)
            holding.set()
            released.wait(60)
            with pytest.raises(DBAPIError):
                connection.execute(text("SELECT 1"))
            connection.invalidate()

    hanging = Thread(target=hang)
    hanging.start()
    assert holding.wait(10)

    def is_shown() -> bool:
        phone.try_to_hand_in()
        return incidents_on_the_map(machines.both[1]) == before + 1

    phone.incident(severity=4)
    waited_s = seconds_until(is_shown, HANDED_OVER_WITHIN_S)
    print(f"a machine hung with the locks in its hands: shown by the other after {waited_s:.1f} s")
    released.set()
    hanging.join()


def test_an_upload_that_comes_to_the_other_machine_begins_again_there_and_is_whole(
    machines: TwoMachines, bucket: S3Server
) -> None:
    first, second = machines.both
    phone, content = WirePhone(machines.held, first.url, 4002, "o-5"), photo() + bytes(200_000)
    phone.hand_in([phone.incident(photos=[list(named(content))])])
    path = urlsplit(tus.create(phone.line, phone.token, content).headers["Location"]).path
    assert tus.append(phone.line, phone.token, path, 0, content[:100_000]).status == 204
    phone.through(second.url)
    # As the phone does it: a piece that is not taken, a question, and a new beginning (web/device/photos.ts).
    assert tus.append(phone.line, phone.token, path, 100_000, content[100_000:]).status == 404
    assert tus.ask(phone.line, phone.token, digest_of(content)).status == 404
    tus.send_photo(phone, content)
    assert bucket.objects()[name_of(digest_of(content))] == content
    phone.through(first.url)
    assert tus.ask(phone.line, phone.token, digest_of(content)).headers["Upload-Offset"] == str(len(content))
    assert phone.have()["photos"] == []


def test_a_machine_with_another_key_does_not_start_and_says_which_to_copy(
    tmp_path: Path, cluster: Cluster
) -> None:
    url = cluster.new_database()
    first, second = Place(tmp_path / "web-1", url), Place(tmp_path / "web-2", url)
    with opened(first) as (_, held):
        make_world(held)
    server = ServerProcess(second)
    second.folder.mkdir()
    refused = subprocess.run(
        serve_command(server.port), env={"PATH": "/usr/bin", **second.environ}, cwd=ROOT, capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert "server.pem and log.pem" in refused.stderr and "copy the folder keys" in refused.stderr
    assert "Traceback" not in refused.stderr
    (second.folder / "keys").rename(tmp_path / "wrong keys")
    copy_keys(first, second)
    server.start()
    server.stop()


def test_two_machines_that_start_at_once_on_an_empty_database_both_come_up(tmp_path: Path, cluster: Cluster) -> None:
    url = cluster.new_database()
    servers = []
    for name in ("web-1", "web-2"):
        (tmp_path / name).mkdir()
        servers.append(ServerProcess(Place(tmp_path / name, url)))
    try:
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(ServerProcess.start, servers))
    finally:
        for server in servers:
            server.kill()
