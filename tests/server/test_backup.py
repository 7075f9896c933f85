"""A backup holds everything that cannot be rebuilt, shows it to nobody but its recipient, and is whole or not there."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import traceback
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from server import create_app
from server.backup_folder import BackupBusy, BackupFolder, NoBackup, find_backup
from server.backup_manifest import WrongManifest, read_manifest
from server.clock import Clock
from server.config import Settings
from server.database import log
from server.database.archived import archived
from server.database.backups import last_backup
from server.database.engine import reading
from server.database.entries import EntryRow
from server.encryption import CannotOpen, make_identity
from server.object_store import StoreAway
from server.operations import back_up as made
from server.operations.back_up import Backup, NotCopied, back_up
from server.operations.copy_record import record_tables
from server.operations.examine_copy import NotWhole
from server.operations.open_backup import check_photos, open_backup, prove_receipts
from server.operations.seal_checkpoint import seal_checkpoint
from server.photo_store import WrongDigest
from server.running import Running
from tests.builders import BuiltPhone, keep_photo, named, photo
from tests.servers import Place, is_long_run
from tests.servers import opened as place_opened
from tests.world import make_world

SECRET = "a word that nobody but the recipient may read"
IDENTITY = make_identity()
PICTURE = photo("teal")


@pytest.fixture
def held(tmp_path_factory) -> Iterator[Running]:
    """A place on SQLite with three entries."""
    with place_opened(Place(tmp_path_factory.mktemp("place"))) as (_, held):
        make_world(held)
        write_three(held)
        yield held


@pytest.fixture
def on_both(world) -> Running:
    """The same, on each of the two databases."""
    write_three(world[1])
    return world[1]


def write_three(held: Running) -> None:
    """The second entry names a photo that is here, the third one that is not."""
    phone = BuiltPhone(held, 77, "o-77", "shams")
    phone.incident(text=SECRET)
    phone.incident(text="with a photo", photos=[named(PICTURE)])
    phone.incident(text="its photo is on its way", photos=[named(photo("red"))])
    keep_photo(held, PICTURE)
    seal_checkpoint(held)


def saved(held: Running, folder: Path, keep: int = 0) -> Backup:
    return back_up(held, folder, [IDENTITY.to_public()], keep)


def opened(folder: Path, tmp_path: Path):
    work = tmp_path / f"opened {len(list(tmp_path.iterdir()))}"
    work.mkdir()
    return open_backup(folder, [IDENTITY], work)


def test_a_backup_holds_every_row_that_cannot_be_rebuilt_and_the_same_root(on_both, tmp_path):
    held = on_both
    saved(held, tmp_path / "stick")
    found = opened(tmp_path / "stick", tmp_path)
    with reading(held.engine) as connection:
        counts = {each.name: connection.execute(text(f"SELECT count(*) FROM {each.name}")).scalar() for each in
                  record_tables()}  # fmt: skip
        head = log.head(connection)
        assert {**counts, "backups": 0} == found.examined.rows
        assert (head.origin, head.size, bytes(head.root)) == (found.saved.origin, found.saved.size, found.saved.root)
    assert found.checkpoint == found.saved
    assert prove_receipts(found, Clock()) > 0
    assert check_photos(found) == []


def test_nothing_in_the_folder_can_be_read_or_recognised_without_the_identity(held, tmp_path):
    saved(held, tmp_path / "stick")
    files = [each for each in (tmp_path / "stick").rglob("*") if each.is_file()]
    content = b"".join(each.read_bytes() for each in files)
    digest = hashlib.sha256(PICTURE)
    for mark in (SECRET.encode(), b"PRIVATE KEY", PICTURE[:64], digest.hexdigest().encode(), b"SQLite"):
        assert mark not in content
    names = " ".join(each.name for each in files)
    assert named(PICTURE)[0] not in names and digest.hexdigest() not in names
    with pytest.raises(CannotOpen):
        open_backup(tmp_path / "stick", [make_identity()], tmp_path)


def test_nothing_in_clear_is_left_behind(held, tmp_path):
    before = set(held.settings.folder.rglob("*"))
    saved(held, tmp_path / "stick")
    new = {each.name for each in set(held.settings.folder.rglob("*")) - before}
    assert new - {"sanad.db-wal", "sanad.db-shm", "write.lock"} == {"backup.lock", "backup-names"}


def test_a_key_half_written_by_a_run_that_was_ended_stops_no_backup(held, tmp_path):
    (held.settings.folder / "keys" / "backup-names.partial").write_text("half of a ke")
    assert saved(held, tmp_path / "stick").photos == 1


def test_a_photo_is_saved_once(held, tmp_path):
    first = saved(held, tmp_path / "stick")
    files = {each: each.stat().st_mtime_ns for each in (tmp_path / "stick" / "photos").rglob("*.age")}
    second = saved(held, tmp_path / "stick")
    assert (first.new_photos, second.new_photos, second.photos, len(files)) == (1, 0, 1, 1)
    assert {each: each.stat().st_mtime_ns for each in (tmp_path / "stick" / "photos").rglob("*.age")} == files


def test_another_recipient_gets_photos_that_he_can_open(held, tmp_path):
    saved(held, tmp_path / "stick")
    other = make_identity()
    assert back_up(held, tmp_path / "stick", [other.to_public()]).new_photos == 1
    assert check_photos(open_backup(tmp_path / "stick", [other], tmp_path)) == []


@pytest.mark.parametrize("name", ["manifest", "database.age", "keys.age"])
def test_one_changed_byte_is_refused(held, tmp_path, name):
    path = saved(held, tmp_path / "stick").path / name
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 4
    path.write_bytes(content)
    with pytest.raises((CannotOpen, WrongManifest)):
        opened(tmp_path / "stick", tmp_path)


def test_a_whole_file_of_another_backup_is_refused(held, tmp_path):
    older, newer = (saved(held, tmp_path / "stick").path for _ in range(2))
    (newer / "database.age").write_bytes((older / "database.age").read_bytes())
    with pytest.raises(CannotOpen, match="not the file that the manifest names"):
        opened(tmp_path / "stick", tmp_path)


def test_a_whole_photo_in_the_place_of_another_is_named(held, tmp_path):
    keep_photo(held, photo("red"))
    saved(held, tmp_path / "stick")
    one, other = (tmp_path / "stick" / "photos").rglob("*.age")
    one.write_bytes(other.read_bytes())
    assert len(check_photos(opened(tmp_path / "stick", tmp_path))) == 1


def test_a_manifest_that_says_something_else_is_not_signed(held, tmp_path):
    path = saved(held, tmp_path / "stick").path / "manifest"
    manifest = read_manifest(path.read_text())
    path.write_text(path.read_text().replace(f'"taken_ms":{manifest.taken_ms}', f'"taken_ms":{manifest.taken_ms + 1}'))
    with pytest.raises(WrongManifest, match="not signed"):
        opened(tmp_path / "stick", tmp_path)


def test_a_photo_that_is_damaged_or_gone_is_named(held, tmp_path):
    saved(held, tmp_path / "stick")
    (path,) = (tmp_path / "stick" / "photos").rglob("*.age")
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    assert check_photos(opened(tmp_path / "stick", tmp_path)) == [named(PICTURE)[0]]
    path.unlink()
    assert check_photos(opened(tmp_path / "stick", tmp_path)) == [named(PICTURE)[0]]


def test_a_damaged_entry_is_not_called_saved(on_both, tmp_path):
    held = on_both
    held.write(lambda connection: connection.execute(update(EntryRow).where(EntryRow.idx == 1).values(body=b"{}")))
    with pytest.raises(NotWhole, match="entry 1"):
        saved(held, tmp_path / "stick")
    with pytest.raises(NoBackup):
        find_backup(tmp_path / "stick")


def test_a_photo_that_is_not_itself_any_more_is_not_called_saved(held, tmp_path):
    held.photo_store.path_of(named(PICTURE)[0]).write_bytes(PICTURE + b"!")
    made = saved(held, tmp_path / "stick")
    assert (made.photos, made.missing) == (0, 1)
    assert list((tmp_path / "stick").rglob("*.partial*")) == []


class BadSector(io.BytesIO):
    def read(self, *_) -> bytes:
        raise OSError(errno.EIO, "Input/output error")


def spoil(held: Running, monkeypatch, read_by_digest: dict) -> list[str]:
    """The photo store reads these photos so; the digests that it was asked for since."""
    asked: list[str] = []
    whole = held.photo_store.read
    monkeypatch.setattr(held.photo_store, "read", lambda digest: asked.append(digest) or
                        read_by_digest.get(digest, whole)(digest))  # fmt: skip
    return asked


def raising(error: Exception):
    def read(_digest: str):
        raise error

    return read


@pytest.mark.parametrize(
    "read",
    [
        raising(WrongDigest("spoiled in the bucket")),
        raising(StoreAway("no answer")),
        raising(OSError(errno.EIO, "Input/output error")),
        lambda _: BadSector(),
    ],
    ids=["spoiled", "away", "cannot be opened", "breaks off"],
)
def test_a_photo_that_cannot_be_read_is_missing_and_the_rest_is_saved(held, tmp_path, monkeypatch, read):
    keep_photo(held, photo("red"))
    with monkeypatch.context() as spoiled:
        spoil(held, spoiled, {named(PICTURE)[0]: read})
        first = saved(held, tmp_path / "stick")
    assert (first.entries, first.photos, first.missing) == (3, 1, 1)
    assert check_photos(opened(tmp_path / "stick", tmp_path)) == [named(PICTURE)[0]]
    with reading(held.engine) as connection:
        ids = list(connection.execute(select(EntryRow.id).order_by(EntryRow.idx)).scalars())
        assert archived(connection, ids) == {ids[0], ids[2]}
    second = saved(held, tmp_path / "stick")
    assert (second.photos, second.new_photos, second.missing) == (2, 1, 0)


def test_a_bucket_that_is_away_is_asked_once_and_what_waits_for_it_here_is_saved(held, tmp_path, monkeypatch):
    carried = [keep_photo(held, PICTURE + bytes([number])) for number in range(12)]
    for digest in carried:
        held.photo_store.path_of(digest).unlink()
    here = {named(PICTURE)[0], *(keep_photo(held, photo(colour)) for colour in ("red", "blue", "olive"))}
    asked = spoil(held, monkeypatch, dict.fromkeys(carried, raising(StoreAway("no answer"))))
    made = saved(held, tmp_path / "stick")
    assert (made.photos, made.missing) == (len(here), len(carried))
    assert here <= set(asked) and len(set(asked) & set(carried)) == 1


def test_a_full_stick_is_no_missing_photo(held, tmp_path, monkeypatch):
    encrypt = made.encrypt

    def full(source, target, readers):
        if "photos" in target.parts:
            raise OSError(errno.ENOSPC, "No space left on device")
        return encrypt(source, target, readers)

    monkeypatch.setattr(made, "encrypt", full)
    with pytest.raises(OSError, match="No space left"):
        saved(held, tmp_path / "stick")
    with pytest.raises(NoBackup):
        find_backup(tmp_path / "stick")
    with reading(held.engine) as connection:
        assert last_backup(connection) is None


def test_old_ones_go_and_the_newest_stay(held, tmp_path):
    for _ in range(4):
        saved(held, tmp_path / "stick", keep=2)
    assert [each.name[:6] for each in BackupFolder(tmp_path / "stick").whole()] == ["000003", "000004"]
    assert check_photos(opened(tmp_path / "stick", tmp_path)) == []


def test_an_entry_is_archived_when_it_and_its_photos_are_in_a_verified_backup(on_both, tmp_path):
    held = on_both
    with reading(held.engine) as connection:
        ids = list(connection.execute(select(EntryRow.id).order_by(EntryRow.idx)).scalars())
        assert archived(connection, ids) == set()
    saved(held, tmp_path / "stick")
    later = BuiltPhone(held, 88, "o-88", "shams").incident()
    keep_photo(held, photo("red"))
    with reading(held.engine) as connection:
        # The third names a photo that came after the backup, and the last entry came after it itself.
        assert archived(connection, [*ids, later.id, "x" * 43]) == set(ids[:2])
        assert last_backup(connection).size == 3
    saved(held, tmp_path / "stick")
    with reading(held.engine) as connection:
        assert archived(connection, [*ids, later.id]) == {*ids, later.id}


def test_only_one_backup_into_a_folder_at_a_time(held, tmp_path):
    folder = BackupFolder(tmp_path / "stick")
    with folder.locked(), pytest.raises(BackupBusy):
        saved(held, tmp_path / "stick")


def test_the_data_folder_is_no_place_for_a_backup(held):
    with pytest.raises(NotCopied):
        saved(held, held.settings.folder)


def test_a_backup_that_is_killed_at_any_step_is_not_there_and_leaves_the_one_before_whole(held, tmp_path):
    """Killed before each call that writes, one after the other, until one run comes through."""
    stick = tmp_path / "stick"
    before = saved(held, stick).entries
    for step in range(1, 60, 1 if is_long_run() else 4):
        BuiltPhone(held, 100 + step, f"o-{100 + step}", "shams").incident(photos=[named(PICTURE + bytes([step]))])
        keep_photo(held, PICTURE + bytes([step]))
        ended = in_a_child(lambda step=step: back_up_until(step, held.settings, stick))
        found = opened(stick, tmp_path)
        assert found.examined.size >= before
        with reading(held.engine) as connection:
            assert last_backup(connection).size <= found.examined.size, "told archived, and not in the backup"
        if ended == 0:
            break
        assert ended == KILLED
        before = saved(held, stick, keep=1).entries
    assert ended == 0 and step > 15
    assert check_photos(found) == []
    assert len(BackupFolder(stick).whole()) == 1
    assert not list(held.settings.folder.glob("backup-*/")) and not list(stick.rglob(".partial*"))


KILLED = 9


def back_up_until(step: int, settings: Settings, stick: Path) -> None:
    """A backup that ends at the step with this number as a killed process does: nothing is tidied up."""
    calls = count(1)

    def counted(call):
        def run(*arguments, **named):
            if next(calls) == step:
                os._exit(KILLED)
            return call(*arguments, **named)

        return run

    for name in ("encrypt", "decrypt", "copy_record", "examine_copy", "note_backup"):
        setattr(made, name, counted(getattr(made, name)))
    for name in ("rename", "unlink", "mkdir"):
        setattr(Path, name, counted(getattr(Path, name)))
    made.back_up(create_app(settings).extensions["sanad"], stick, [IDENTITY.to_public()], keep=1)


def in_a_child(call) -> int:
    """How a copy of this process that runs `call` ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        call()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
