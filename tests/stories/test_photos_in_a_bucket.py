"""Photos live in an S3 store, and no phone notices when it is away: nothing fails, nothing is lost, all arrives."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from server.access import Reader
from server.operations.check_everything import check_everything
from server.operations.receive_photo import begin_photo, receive_photo
from server.running import Running
from sync.entry import base64url_encode, digest_of
from tests.builders import BuiltPhone, desk_client, named, photo
from tests.running_server import RunningServer, running_server
from tests.s3_server import BUCKET, S3Server, name_of, s3_server
from tests.servers import Place, opened
from tests.tus import send_photo
from tests.world import WirePhone, make_world

DRAINED_WITHIN_S = 90


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[S3Server]:
    with s3_server(tmp_path) as running:
        yield running


@pytest.fixture
def photographed(new_place: Callable[[], Place], bucket: S3Server) -> Iterator[RunningServer]:
    with running_server(replace(new_place(), more=bucket.environ)) as running:
        yield running


def picture(number: int) -> bytes:
    return photo("teal") + os.urandom(90_000) + b"%d" % number


def report_with(phone: WirePhone, *pictures: bytes) -> None:
    verdicts = phone.hand_in([phone.incident(photos=[list(named(each)) for each in pictures])])
    assert [each["verdict"] for each in verdicts] == ["stored"]


def await_empty_spool(server: RunningServer) -> float:
    began = time.monotonic()
    while time.monotonic() - began < DRAINED_WITHIN_S:
        if server.held.photo_store.waiting() == []:
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError("the spool is not carried to the bucket")


def are_themselves(objects: dict[str, bytes]) -> bool:
    return all(name.endswith(base64url_encode(hashlib.sha256(each).digest())) for name, each in objects.items())


def test_a_photo_is_in_the_bucket_when_it_is_acknowledged(photographed: RunningServer, bucket: S3Server) -> None:
    phone, content = photographed.phone(), picture(1)
    report_with(phone, content)
    send_photo(phone, content)
    assert bucket.objects() == {name_of(digest_of(content)): content}
    assert photographed.held.photo_store.waiting() == []
    send_photo(phone, content)  # asked again, the server knows without asking the bucket
    assert check_everything(photographed.held)["broken"] == []


def test_the_desk_sees_photos_from_the_spool_and_from_the_bucket(
    new_place: Callable[[], Place], bucket: S3Server
) -> None:
    with opened(replace(new_place(), more=bucket.environ)) as (app, held):
        make_world(held)
        phone = BuiltPhone(held, 700, "o-700", "shams")
        contents = [photo("navy"), photo("red")]
        phone.incident(photos=[named(each) for each in contents])
        client = desk_client(app, held)
        take_in(held, phone, contents[0])
        bucket.kill()
        take_in(held, phone, contents[1])
        away, spooled = (f"/photos/{digest_of(each)}" for each in contents)
        assert (looked(client, f"{away}/original")[0], looked(client, f"{spooled}/original")[0]) == (503, 200)
        assert looked(client, spooled)[1]["Content-Type"] == "image/jpeg"
        bucket.start()
        bucket.spoil(digest_of(contents[0]), contents[0])  # it was in memory; put back as it was
        _, headers, content = looked(client, f"{away}/original")
        assert (content, headers["Content-Length"]) == (contents[0], str(len(contents[0])))
        assert looked(client, away)[1]["Content-Type"] == "image/jpeg"


def looked(client: FlaskClient, path: str) -> tuple[int, Headers, bytes]:
    with client.get(path) as answer:
        return answer.status_code, answer.headers, answer.data


def take_in(held: Running, phone: BuiltPhone, content: bytes) -> None:
    carrier = Reader("device", id=phone.phone.key.device, organisation=phone.organisation)
    begin_photo(held, carrier, digest_of(content), len(content))
    assert receive_photo(held, carrier, digest_of(content), 0, [content]) == len(content)


def test_while_the_bucket_hangs_phones_notice_nothing_and_later_everything_is_in_it(
    photographed: RunningServer, bucket: S3Server
) -> None:
    phone, contents = photographed.phone(), [picture(number) for number in range(6)]
    report_with(phone, *contents)
    send_photo(phone, contents[0])
    bucket.freeze()
    for content in contents[1:]:
        send_photo(phone, content)
        report_with(phone)
    assert len(photographed.held.photo_store.waiting()) == 5
    assert phone.have()["photos"] == []
    bucket.thaw()
    print(f"spool of 5 drained in {await_empty_spool(photographed):.1f} s after the bucket woke")
    assert sorted(bucket.objects()) == sorted(name_of(digest_of(each)) for each in contents)
    assert are_themselves(bucket.objects())
    assert check_everything(photographed.held)["broken"] == []


def test_what_came_while_the_bucket_was_down_arrives_even_when_the_server_was_killed_meanwhile(
    photographed: RunningServer, bucket: S3Server
) -> None:
    phone, contents = photographed.phone(), [picture(number) for number in range(6)]
    report_with(phone, *contents)
    send_photo(phone, contents[0])
    bucket.kill()
    for content in contents[1:4]:
        send_photo(phone, content)
    photographed.process.kill()
    photographed.process.start()
    for content in contents[4:]:
        send_photo(phone, content)
    said = "the bucket of photos does not answer: they were not looked at"
    assert check_everything(photographed.held)["broken"] == [said]
    bucket.start()
    await_empty_spool(photographed)
    assert sorted(bucket.objects()) == sorted(name_of(digest_of(each)) for each in contents[1:])
    assert are_themselves(bucket.objects())
    # The control: what only the bucket held went with it, and is missed.
    lost = digest_of(contents[0])
    assert check_everything(photographed.held)["broken"] == [f"photo {lost[:8]} was acknowledged and is not there"]


def test_a_photo_that_was_changed_in_the_bucket_is_named_and_shown_to_nobody(
    new_place: Callable[[], Place], bucket: S3Server
) -> None:
    with opened(replace(new_place(), more=bucket.environ)) as (app, held):
        make_world(held)
        phone, content = BuiltPhone(held, 700, "o-700", "shams"), photo("navy")
        phone.incident(photos=[named(content)])
        take_in(held, phone, content)
        digest = digest_of(content)
        bucket.spoil(digest, content[:-1] + b"\0")
        assert check_everything(held)["broken"] == [f"photo {digest[:8]} is not what its digest says"]
        assert looked(desk_client(app, held), f"/photos/{digest}/original")[0] == 404


def test_what_stands_in_the_bucket_under_a_photos_name_is_neither_believed_nor_written_over(
    new_place: Callable[[], Place], bucket: S3Server
) -> None:
    content = photo("navy")
    digest = digest_of(content)
    # The control: this store takes any object with our SHA-256 beside it and would say so afterwards.
    client = bucket.client()
    stated = {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    client.put_object(Bucket=BUCKET, Key=name_of(digest), Body=b"x" * len(content), **stated)
    with pytest.raises(ClientError):
        client.put_object(Bucket=BUCKET, Key=name_of(digest), Body=content, IfNoneMatch="*")
    with opened(replace(new_place(), more=bucket.environ)) as (_, held):
        make_world(held)
        phone = BuiltPhone(held, 700, "o-700", "shams")
        phone.incident(photos=[named(content)])
        take_in(held, phone, content)
        assert held.photo_store.waiting() == [digest]
        assert bucket.objects()[name_of(digest)] == b"x" * len(content)
        said = f"the bucket holds something else under the name of photo {digest[:8]}"
        assert check_everything(held)["broken"] == [said]
