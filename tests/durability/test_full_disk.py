"""A disk that fills up refuses photos first, then text, loses nothing, and goes on by itself when there is room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.disk_room import FOR_DESK, FOR_TEXT_AND_DESK, Reserve, has_room_for_photos, has_room_for_text
from server.field_day.line import CLEAR
from server.field_day.pictures import take_picture
from server.field_day.uploading import CREATE
from sync.digest import digest_of
from tests.durability.full_disk import (
    NOTHING_LEFT,
    PHOTOS_REFUSED,
    ROOM,
    TEXT_REFUSED,
    is_try_later,
    prove,
)
from tests.durability.small_disk import NotMounted, SmallDisk, small_disk
from tests.running_server import RunningServer, running_server
from tests.servers import Place, how_often
from tests.world import WirePhone

ROUNDS = how_often(2, 4, 30)


@pytest.fixture(scope="module")
def disk() -> Iterator[SmallDisk]:
    try:
        with small_disk(64) as made:
            yield made
    except NotMounted as error:
        pytest.skip(f"no file system can be mounted here, which takes root: {error}")


@pytest.fixture(scope="module")
def full_server(disk: SmallDisk) -> Iterator[RunningServer]:
    disk.leave(ROOM)
    with running_server(Place(disk.folder / "data")) as server:
        yield server
        disk.leave(ROOM)


@pytest.fixture
def phone(disk: SmallDisk, full_server: RunningServer) -> WirePhone:
    disk.leave(ROOM)
    return full_server.phone()


def test_photos_are_refused_first_and_text_goes_on(disk: SmallDisk, phone: WirePhone) -> None:
    picture = take_picture("photo|full disk|1")
    entry = phone.incident(photos=[[digest_of(picture), len(picture), "image/jpeg"]])
    disk.leave(PHOTOS_REFUSED)
    answer = phone.send([entry.texts])
    said = answer.read() or {}
    assert (answer.status, said["verdicts"][0]["verdict"], said["hints"]["photos"]) == (200, "stored", "hold")
    assert is_try_later(_create(phone, picture))
    disk.leave(ROOM)
    assert (phone.send([]).read() or {})["hints"]["photos"] == "go"
    assert _create(phone, picture).status == 201


def test_a_photo_that_is_under_way_waits_where_it_is(disk: SmallDisk, phone: WirePhone) -> None:
    picture = take_picture("photo|full disk|2")
    phone.hand_in([phone.incident(photos=[[digest_of(picture), len(picture), "image/jpeg"]])])
    assert _create(phone, picture).status == 201
    assert _append(phone, picture, 0, 1000).status == 204
    disk.leave(PHOTOS_REFUSED)
    assert is_try_later(_append(phone, picture, 1000, len(picture)))
    disk.leave(ROOM)
    assert _append(phone, picture, 1000, len(picture)).status == 204


def test_then_text_is_refused_and_what_waits_is_still_handed_out(disk: SmallDisk, phone: WirePhone) -> None:
    entry = phone.incident()
    disk.leave(TEXT_REFUSED)
    assert is_try_later(phone.send([entry.texts]))
    assert phone.send([]).status == 200
    disk.leave(ROOM)
    assert phone.hand_in([entry])[0]["verdict"] == "stored"


def test_a_disk_without_one_free_byte_still_answers_try_later(disk: SmallDisk, phone: WirePhone) -> None:
    entry = phone.incident()
    disk.leave(NOTHING_LEFT)
    assert disk.free == 0
    assert is_try_later(phone.send([entry.texts]))
    disk.leave(ROOM)
    assert phone.hand_in([entry])[0]["verdict"] == "stored"


@pytest.mark.timeout(900)
def test_nothing_acknowledged_is_lost_by_a_disk_that_fills_up_again_and_again(disk: SmallDisk) -> None:
    verdict = prove(ROUNDS)
    assert verdict.is_ok and verdict.runs == ROUNDS, str(verdict) + str(verdict.broken)


def test_of_a_large_disk_no_more_is_kept_free_than_an_evening_needs(tmp_path: Path) -> None:
    assert FOR_TEXT_AND_DESK.most_bytes > FOR_DESK.most_bytes and FOR_TEXT_AND_DESK.percent > FOR_DESK.percent
    assert not Reserve(101, 10**18).is_kept(tmp_path) and Reserve(101, 0).is_kept(tmp_path)
    assert has_room_for_photos(tmp_path / "not there") and has_room_for_text(tmp_path / "not there")


def _create(phone: WirePhone, picture: bytes):
    from base64 import b64encode

    metadata = f"sha256 {b64encode(digest_of(picture).encode()).decode()}"
    headers = {**_tus(phone), "Upload-Length": str(len(picture)), "Upload-Metadata": metadata}
    return phone.line.send("POST", CREATE, headers, weather=CLEAR)


def _append(phone: WirePhone, picture: bytes, start: int, end: int):
    headers = {**_tus(phone), "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
    return phone.line.send("PATCH", f"{CREATE}/{digest_of(picture)}", headers, picture[start:end])


def _tus(phone: WirePhone) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {phone.token}"}
