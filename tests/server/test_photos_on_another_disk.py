"""The folder of photos may be another disk: parts lie on it too, and what the desk makes of photos does not."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_IMODE
from tempfile import TemporaryDirectory
from typing import cast

import pytest
from flask.testing import FlaskClient

from server.object_store import ObjectStore
from server.operations.check_everything import check_everything
from server.photo_store import PhotoStore, photos_in
from server.running import Running
from server.s3_photos import S3Photos
from sync.entry import digest_of
from tests.builders import BuiltPhone, desk_client, named
from tests.servers import Place, opened
from tests.stories.test_a_photo_is_kept_whole import CONTENT, DIGEST, ask, create, set_token
from tests.world import make_world

MEMORY = Path("/dev/shm")


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    if not MEMORY.is_dir() or MEMORY.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    with TemporaryDirectory(prefix="sanad-photos-", dir=MEMORY) as folder:
        yield Path(folder)


@contextmanager
def photographed(place: Place) -> Iterator[tuple[FlaskClient, FlaskClient, Running]]:
    """A phone whose entry names the photo, the desk, and the server of both."""
    with opened(place) as (app, held):
        make_world(held)
        phone = BuiltPhone(held, 300, "o-300", "shams")
        set_token(held, phone)
        phone.incident(photos=[named(CONTENT)])
        yield app.test_client(), desk_client(app, held), held


def send(phone: FlaskClient, start: int, end: int) -> int:
    piece = {"Upload_Offset": str(start), "Content_Type": "application/offset+octet-stream"}
    return ask(phone, "PATCH", f"/{DIGEST}", CONTENT[start:end], **piece).status_code


def assert_kept(held: Running) -> None:
    (photo,) = photos_in(held.settings.photo_folder)
    assert photo.read_bytes() == CONTENT and S_IMODE(photo.stat().st_mode) == 0o400
    assert list(held.settings.upload_folder.iterdir()) == []
    assert check_everything(held)["broken"] == []


def test_a_photo_comes_in_pieces_to_another_disk_and_is_shown(tmp_path: Path, other_disk: Path) -> None:
    place = Place(tmp_path, more={"SANAD_PHOTO_STORE": str(other_disk / "photos")})
    with photographed(place) as (phone, desk, held):
        assert create(phone).status_code == 201
        assert send(phone, 0, 1000) == send(phone, 1000, len(CONTENT)) == 204
        assert_kept(held)
        with desk.get(f"/photos/{DIGEST}") as shown:
            assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
        # Beside a mount point only its administrator makes anything.
        assert [each.name for each in other_disk.iterdir()] == ["photos"]


@pytest.mark.parametrize(("failure", "status"), [(errno.ENOSPC, 507), (errno.EIO, 500)])
def test_a_photo_whose_rename_failed_arrives_at_the_next_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: int, status: int
) -> None:
    def fail(_source: Path, target: Path) -> None:
        raise OSError(failure, os.strerror(failure), str(target))

    with photographed(Place(tmp_path)) as (phone, _, held):
        assert create(phone).status_code == 201
        with monkeypatch.context() as patches:
            patches.setattr("os.rename", fail)
            assert send(phone, 0, len(CONTENT)) == status
        # Whoever is not root could not open a read-only part again.
        (part,) = held.settings.upload_folder.iterdir()
        assert S_IMODE(part.stat().st_mode) == 0o600
        assert ask(phone, "HEAD", f"/{DIGEST}").headers["Upload-Offset"] == str(len(CONTENT))
        assert_kept(held)


def test_a_disk_that_knows_no_modes_keeps_photos_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, _mode: int) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path))

    with photographed(Place(tmp_path)) as (phone, _, held):
        assert create(phone).status_code == 201
        monkeypatch.setattr("os.chmod", refuse)
        assert send(phone, 0, len(CONTENT)) == 204
        assert held.photo_store.path_of(DIGEST).read_bytes() == CONTENT


def test_a_part_of_a_photo_is_no_photo(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "lost+found" / "#12").touch()
    store = S3Photos(tmp_path, tmp_path / "uploads", cast("ObjectStore", None))
    store.begin(digest_of(b"a part"))
    assert store.waiting() == list(photos_in(tmp_path)) == []


def test_parts_where_an_earlier_version_kept_them_are_cleared_away(tmp_path: Path) -> None:
    former = tmp_path / "uploads"
    PhotoStore(tmp_path / "photos", former).begin(digest_of(b"a part"))
    with opened(Place(tmp_path)):
        assert not former.exists()
    former.mkdir()
    (former / "a list of mine").touch()
    with opened(Place(tmp_path)):
        assert [each.name for each in former.iterdir()] == ["a list of mine"]


@pytest.mark.parametrize("photos", ["", "uploads"])
def test_nothing_of_a_photo_store_of_that_name_is_cleared_away(tmp_path: Path, photos: str) -> None:
    place = Place(tmp_path, more={"SANAD_PHOTO_STORE": str(tmp_path / photos)})
    with photographed(place) as (phone, _, held):
        assert create(phone).status_code == 201
        assert send(phone, 0, 1000) == 204
    with opened(place) as (app, held):
        assert send(app.test_client(), 1000, len(CONTENT)) == 204
    with opened(place) as (_, held):
        assert_kept(held)
