"""An hour without the bucket, minute by minute: uploads go on, attempts are few, and afterwards everything is in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from server import create_app
from server.access import Reader
from server.config import read_settings
from server.database import db
from server.database.machines import SpooledPhotoRow, note_spooled
from server.object_store import NoClient, ObjectStore, OtherObject, StoreAway
from server.operations.add_organisation import add_organisation
from server.operations.begin_election import begin_election
from server.operations.carry_photos import carry_photos
from server.operations.check_everything import check_everything
from server.operations.receive_photo import begin_photo, receive_photo
from server.running import Running
from sync.entry import digest_of
from tests.builders import BuiltPhone, add_register, named, photo
from tests.s3_server import S3Server, name_of, s3_server
from tests.server.small_server import SetClock


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[S3Server]:
    with s3_server(tmp_path) as running:
        yield running


@pytest.fixture
def held(tmp_path: Path, bucket: S3Server) -> Iterator[Running]:
    settings = read_settings({"SANAD_DATA": str(tmp_path / "data"), **bucket.environ})
    app = create_app(settings, SetClock())
    running: Running = app.extensions["sanad"]
    with app.app_context():
        db.metadata.create_all(running.engine)
    begin_election(running, "iq-2026", "2026-11-22")
    add_organisation(running, "shams")
    add_register(running)
    yield running
    running.engine.dispose()


def take_in(held: Running, phone: BuiltPhone, content: bytes) -> None:
    phone.incident(photos=[named(content)])
    carrier = Reader("device", id=phone.phone.key.device, organisation=phone.organisation)
    begin_photo(held, carrier, digest_of(content), len(content))
    assert receive_photo(held, carrier, digest_of(content), 0, [content]) == len(content)


def spooled(held: Running) -> set[str]:
    with held.engine.connect() as connection:
        return set(connection.execute(select(SpooledPhotoRow.digest)).scalars())


def test_an_hour_without_the_bucket_fails_no_upload_and_ends_with_every_photo_in_it(
    held: Running, bucket: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = BuiltPhone(held, 700, "o-700", "shams")
    contents = [photo("teal") + b"%d" % minute for minute in range(60)]
    attempts: list[int] = []
    put_once, pool = ObjectStore.put_once, held.engine.pool
    # With each attempt: how many connections to the database somebody holds meanwhile.
    monkeypatch.setattr(ObjectStore, "put_once", lambda *given: attempts.append(pool.checkedout()) or put_once(*given))
    bucket.kill()
    for content in contents:
        take_in(held, phone, content)
        for _ in range(60):
            held.clock.pass_s(1)
            with suppress(StoreAway):
                carry_photos(held)
    assert spooled(held) == set(held.photo_store.waiting()) == {digest_of(each) for each in contents}
    assert 50 <= len(attempts) <= 75, "the bucket is asked all the time while it is away"
    assert set(attempts) == {0}, "a snapshot of the database is held while the bucket is waited for"
    bucket.start()
    for _ in range(60):
        held.clock.pass_s(1)
        carry_photos(held)
    assert bucket.objects() == {name_of(digest_of(each)): each for each in contents}
    assert spooled(held) == set(held.photo_store.waiting()) == set()
    assert check_everything(held)["broken"] == []


def test_a_clock_that_is_set_back_does_not_keep_photos_from_the_bucket(held: Running, bucket: S3Server) -> None:
    bucket.kill()
    take_in(held, BuiltPhone(held, 700, "o-700", "shams"), photo())
    assert carry_photos(held) == 0
    bucket.start()
    held.clock.pass_s(-3600)
    assert carry_photos(held) == 1


def test_a_photo_on_the_disk_of_another_machine_is_not_called_lost(held: Running, bucket: S3Server) -> None:
    take_in(held, BuiltPhone(held, 700, "o-700", "shams"), photo())
    digest = digest_of(photo())
    bucket.client().delete_object(Bucket="sanad", Key=name_of(digest))
    assert check_everything(held)["broken"] == [f"photo {digest[:8]} was acknowledged and is not there"]
    held.write(lambda connection: note_spooled(connection, digest, "web-2:/srv/sanad", held.clock.now_ms()))
    assert check_everything(held)["broken"] == []


def test_a_spooled_photo_whose_bytes_rotted_is_not_carried(held: Running, bucket: S3Server) -> None:
    bucket.kill()
    take_in(held, BuiltPhone(held, 700, "o-700", "shams"), photo())
    digest = digest_of(photo())
    path = held.photo_store.path_of(digest)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    bucket.start()
    held.clock.pass_s(120)
    assert carry_photos(held) == 0
    assert bucket.objects() == {}
    assert check_everything(held)["broken"] == [f"photo {digest[:8]} is not what its digest says"]


def test_a_store_that_states_other_checksums_or_forgets_is_not_believed(
    held: Running, bucket: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = held.settings.bucket
    assert settings is not None
    store = ObjectStore(settings)
    ask = store._ask

    def lying(operation, name, **arguments):
        found = ask(operation, name, **arguments)
        if operation != "head_object":
            return found
        return {**found, **lie} if lie else None

    monkeypatch.setattr(store, "_ask", lying)
    for lie, raised in (
        ({"ChecksumSHA256": "AAAA"}, OtherObject),
        ({"ContentLength": 3}, OtherObject),
        (None, StoreAway),
    ):
        with pytest.raises(raised):
            store.put_once(f"photos/{raised.__name__}{lie}", b"what was put")
    lie = {"ChecksumSHA256": None}
    store.put_once("photos/read-back", b"what was put")  # a store without checksums is read back instead
    monkeypatch.setattr(store, "read", lambda name: b"what was not")
    with pytest.raises(OtherObject):
        store.put_once("photos/read-back", b"what was put")


def test_without_its_client_a_bucket_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.object_store.find_spec", lambda name: None)
    with pytest.raises(NoClient, match="pip install"):
        create_app(read_settings({"SANAD_DATA": str(tmp_path), "SANAD_PHOTO_STORE": "s3://sanad"}))
