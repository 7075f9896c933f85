"""A server comes back from its backup with everything that was in it, under new keys that the old ones vouch for."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copy, copytree

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from server.cli import main
from server.database import log
from server.database.archived import archived
from server.database.backups import handovers, last_backup
from server.database.engine import reading
from server.database.entries import EntryRow, PhotoRow
from server.database.lacking import lacking
from server.database.register import ElectionRow
from server.encryption import identity_text, make_identity
from server.log_keys import is_signed_by
from server.operations.back_up import back_up
from server.operations.check_everything import check_everything
from server.operations.seal_checkpoint import RefusesToSign, seal_checkpoint
from server.running import Running
from sync.checkpoint import read_checkpoint, read_note, signers
from sync.handover import read_handover
from sync.tree import check_consistency, consistency_path
from tests.builders import BuiltPhone, keep_photo, named, photo
from tests.servers import Place, opened
from tests.world import make_world

IDENTITY = make_identity()
PICTURE, OTHER = photo("teal"), photo("red")


@pytest.fixture
def lost(world, tmp_path) -> Running:
    """A server on either database with a backup in `stick`, and one entry and one photo that are in no backup."""
    held = world[1]
    phone = BuiltPhone(held, 77, "o-77", "shams")
    for text in ("one", "two", "three"):
        phone.incident(text=text)
    phone.incident(photos=[named(PICTURE), named(OTHER)])
    keep_photo(held, PICTURE)
    seal_checkpoint(held)
    back_up(held, tmp_path / "stick", [IDENTITY.to_public()])
    (tmp_path / "identity").write_text(identity_text(IDENTITY))
    keep_photo(held, OTHER)
    phone.incident(text="after the backup")
    seal_checkpoint(held)
    return held


def command(*arguments: object, **environ: str) -> Result:
    cleared = {"SANAD_PUBLIC_URL": "", "SANAD_DATABASE_URL": "", "SANAD_DATA": ""}
    return CliRunner().invoke(main, [str(each) for each in arguments], env={**cleared, **environ})


def restored(tmp_path: Path, *options: object, stick: str = "stick", **environ: str) -> dict:
    given = ("restore", tmp_path / stick, "--identity", tmp_path / "identity", *options, "--json")
    answer = command(*given, **environ)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def root_and_size(held: Running):
    with reading(held.engine) as connection:
        head = log.head(connection)
        return head.origin, head.size, bytes(head.root)


def test_a_drill_proves_everything_and_leaves_nothing_behind(lost, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    before = sorted(tmp_path.rglob("*"))
    told = restored(tmp_path, "--verify")
    assert (told["entries"], told["photos"], told["lost_photos"]) == (4, 1, 0) and told["proved"] > 0
    assert sorted(tmp_path.rglob("*")) == before


def test_the_restored_server_holds_what_was_saved_and_every_promise(lost, tmp_path):
    told = restored(tmp_path, "--to", tmp_path / "new", "--verify")
    assert (told["entries"], told["photos"], told["broken"]) == (4, 1, [])
    assert told["log"] != told["origin"]
    with opened(Place(tmp_path / "new")) as (_, held):
        assert check_everything(held)["broken"] == []
        with held.photo_store.read(named(PICTURE)[0]) as file:
            assert file.read() == PICTURE
        with reading(held.engine) as new, reading(lost.engine) as old:
            assert new.execute(select(ElectionRow.epoch)).scalar() != old.execute(select(ElectionRow.epoch)).scalar()
            ids = select(EntryRow.id, EntryRow.leaf, EntryRow.received_ms).order_by(EntryRow.idx)
            assert new.execute(ids).all() == old.execute(ids).all()[:4]


def test_the_new_log_begins_with_the_old_one_and_the_old_keys_hand_over_to_it(lost, tmp_path):
    told = restored(tmp_path, "--to", tmp_path / "new")
    with opened(Place(tmp_path / "new")) as (_, held):
        checkpoint = seal_checkpoint(held)
        with reading(held.engine) as connection:
            (text,) = handovers(connection)
            path = consistency_path(4, checkpoint.size, log.tile_reader(connection))
        note = read_note(text)
        found = read_handover(note)
        origin, size, _ = root_and_size(lost)
        assert (found.old.origin, found.old.size, size) == (origin, 4, 5)
        # Both keys that phones knew have signed it, and it names both that sign from now on.
        assert len(signers(note, lost.log_keys.verifier_keys(origin), is_signed_by)) == 2
        assert [found.ed25519, found.p256] == held.log_keys.verifier_keys(told["origin"])
        assert held.key.device != lost.key.device
        assert check_consistency(4, found.old.root, checkpoint.size, checkpoint.root, path)
        assert len(signers(read_note(held.log_store.checkpoint()), [found.p256, found.ed25519], is_signed_by)) == 2


def test_a_server_restored_twice_shows_the_whole_chain(lost, tmp_path):
    restored(tmp_path, "--to", tmp_path / "second")
    with opened(Place(tmp_path / "second")) as (_, second):
        seal_checkpoint(second)
        assert back_up(second, tmp_path / "stick 2", [IDENTITY.to_public()]).photos == 1
    restored(tmp_path, "--to", tmp_path / "third", stick="stick 2")
    with opened(Place(tmp_path / "third")) as (_, third), reading(third.engine) as connection:
        first, last = (read_note(each) for each in handovers(connection))
        told = read_handover(first)
        assert len(signers(last, [told.p256, told.ed25519], is_signed_by)) == 2
        assert read_handover(last).old.origin == told.origin
        assert read_handover(last).origin == root_and_size(third)[0]


def test_nothing_is_archived_on_a_restored_server_until_it_is_saved_itself(lost, tmp_path):
    # The second backup knows of the first.
    back_up(lost, tmp_path / "stick", [IDENTITY.to_public()])
    restored(tmp_path, "--to", tmp_path / "new")
    with opened(Place(tmp_path / "new")) as (_, held):
        with reading(held.engine) as connection:
            ids = list(connection.execute(select(EntryRow.id)).scalars())
            assert archived(connection, ids) == set() and last_backup(connection) is None
        back_up(held, tmp_path / "stick", [IDENTITY.to_public()])
        with reading(held.engine) as connection:
            assert archived(connection, ids) == set(ids)


def test_photos_stay_saved_where_they_were(lost, tmp_path):
    restored(tmp_path, "--to", tmp_path / "new")
    with opened(Place(tmp_path / "new")) as (_, held):
        made = back_up(held, tmp_path / "stick", [IDENTITY.to_public()])
    assert (made.photos, made.new_photos) == (1, 0)


def test_a_photo_that_the_backup_does_not_give_back_is_asked_for_again(lost, tmp_path):
    for each in (tmp_path / "stick" / "photos").rglob("*.age"):
        each.unlink()
    told = restored(tmp_path, "--to", tmp_path / "new")
    assert told["lost_photos"] == 1
    device = BuiltPhone(lost, 78, "o-78", "shams").phone.key.device
    with opened(Place(tmp_path / "new")) as (_, held), reading(held.engine) as connection:
        author = connection.execute(select(EntryRow.device).where(EntryRow.idx == 3)).scalar_one()
        wanted = lacking(connection, author, "shams", {})["photos"]
        assert set(wanted) == {named(PICTURE)[0], named(OTHER)[0]} and device != author
        assert connection.execute(select(PhotoRow.digest)).all() == []


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_it_comes_back_on_either_database(lost, tmp_path, cluster, database):
    url = cluster.new_database() if database == "postgresql" else ""
    told = restored(tmp_path, "--to", url or tmp_path / "new", SANAD_DATA=str(tmp_path / "new"))
    with opened(Place(tmp_path / "new", url)) as (_, held):
        assert check_everything(held)["broken"] == []
        assert seal_checkpoint(held).origin == told["origin"]
    assert (tmp_path / "new" / "sanad.db").exists() == (database == "sqlite")
    if url:
        again = command("restore", tmp_path / "stick", "--identity", tmp_path / "identity", "--to", url,
                        SANAD_DATA=str(tmp_path / "another"))  # fmt: skip
        assert again.exit_code == 1 and "not empty" in again.output and not (tmp_path / "another").exists()


def test_photos_that_survived_elsewhere_stay_and_damaged_ones_come_back(lost, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    digest = named(PICTURE)[0]
    (elsewhere / digest[:2]).mkdir(parents=True)
    (elsewhere / digest[:2] / digest).write_bytes(PICTURE[:-1])
    (elsewhere / "aa").mkdir(exist_ok=True)
    (elsewhere / "aa" / "another").write_bytes(b"another")
    restored(tmp_path, "--to", tmp_path / "new", SANAD_PHOTO_STORE=str(elsewhere))
    assert (elsewhere / digest[:2] / digest).read_bytes() == PICTURE
    assert (elsewhere / "aa" / "another").read_bytes() == b"another"


def test_a_restore_never_writes_over_anything(lost, tmp_path):
    answer = command("restore", tmp_path / "stick", "--identity", tmp_path / "identity", "--to", tmp_path / "stick")
    assert answer.exit_code == 1 and "not empty" in answer.output


def test_a_restore_that_breaks_off_leaves_no_data_folder(lost, tmp_path, monkeypatch):
    monkeypatch.setattr("server.operations.restore_backup.begin_anew", lambda *_: 1 / 0)
    command("restore", tmp_path / "stick", "--identity", tmp_path / "identity", "--to", tmp_path / "new")
    assert not (tmp_path / "new").exists() and not list(tmp_path.glob(".new*"))


def test_another_identity_opens_nothing(lost, tmp_path):
    (tmp_path / "identity").write_text(identity_text(make_identity()))
    answer = command("restore", tmp_path / "stick", "--identity", tmp_path / "identity", "--verify")
    assert answer.exit_code == 1 and "cannot be opened" in answer.output


def test_what_was_signed_after_the_backup_is_told_when_the_published_log_survived(lost, tmp_path):
    copytree(lost.settings.log_folder, tmp_path / "log")
    told = restored(tmp_path, "--to", tmp_path / "new", SANAD_LOG_STORE=str(tmp_path / "log"))
    assert told["signed_after_the_backup"] == 1
    assert not (tmp_path / "log" / "checkpoint").exists()
    (before,) = (tmp_path / "log").glob("before-*")
    assert read_checkpoint((before / "checkpoint").read_text()).size == 5


def test_a_database_put_back_by_hand_signs_nothing_until_it_begins_anew(tmp_path):
    with opened(Place(tmp_path / "data")) as (_, held):
        make_world(held)
        phone = BuiltPhone(held, 77, "o-77", "shams")
        phone.incident()
        seal_checkpoint(held)
        held.engine.dispose()
        copy(tmp_path / "data" / "sanad.db", tmp_path / "older.db")
        phone.incident(text="signed, and not in the older one")
        keys = held.log_keys
        origin = seal_checkpoint(held).origin
    for each in (tmp_path / "data").glob("sanad.db*"):
        each.unlink()
    copy(tmp_path / "older.db", tmp_path / "data" / "sanad.db")
    with opened(Place(tmp_path / "data")) as (_, held), pytest.raises(RefusesToSign, match="sanad restore"):
        seal_checkpoint(held)
    answer = command("begin-anew", "--yes", SANAD_DATA=str(tmp_path / "data"))
    assert answer.exit_code == 0, answer.output
    with opened(Place(tmp_path / "data")) as (_, held):
        assert seal_checkpoint(held).origin != origin
        assert check_everything(held)["broken"] == []
        with reading(held.engine) as connection:
            note = read_note(handovers(connection)[0])
        assert len(signers(note, keys.verifier_keys(origin), is_signed_by)) == 2
        assert read_handover(note).old.size == 1
    assert not (tmp_path / "data" / "keys-before").exists()


BROKEN_OFF = {
    "never": "",
    "renamed": "cli.saving._keep_names_key",
    "names kept": "operations.begin_anew.begin_anew",
    "committed": "operations.begin_anew.put_aside",
    "put aside": "cli.saving.rmtree",
}


@pytest.mark.parametrize("step", BROKEN_OFF)
def test_after_a_new_beginning_no_photo_is_saved_again(tmp_path, monkeypatch, step):
    stick, readers = tmp_path / "stick", [IDENTITY.to_public()]
    with opened(Place(tmp_path / "data")) as (_, held):
        make_world(held)
        BuiltPhone(held, 77, "o-77", "shams").incident(photos=[named(PICTURE)])
        keep_photo(held, PICTURE)
        assert back_up(held, stick, readers).new_photos == 1
    if BROKEN_OFF[step]:
        with monkeypatch.context() as broken:
            broken.setattr(f"server.{BROKEN_OFF[step]}", lambda *_: 1 / 0)
            assert command("begin-anew", "--yes", SANAD_DATA=str(tmp_path / "data")).exit_code == 1
    if step in ("committed", "put aside"):
        # Such a server starts, and may be saved before anybody ends what was begun.
        with opened(Place(tmp_path / "data")) as (_, held):
            assert back_up(held, stick, readers).new_photos == 0
    assert command("begin-anew", "--yes", SANAD_DATA=str(tmp_path / "data")).exit_code == 0
    with opened(Place(tmp_path / "data")) as (_, held):
        made = back_up(held, stick, readers)
    assert (made.photos, made.new_photos) == (1, 0)
    assert not (tmp_path / "data" / "keys-before").exists()


@pytest.mark.parametrize("step", ["renamed", "committed", "put aside"])
def test_a_beginning_that_was_broken_off_is_finished_by_the_next(tmp_path, monkeypatch, step):
    with opened(Place(tmp_path / "data")) as (_, held):
        make_world(held)
        BuiltPhone(held, 77, "o-77", "shams").incident()
        keys, origin = held.log_keys, seal_checkpoint(held).origin
    at = {"renamed": "begin_anew.begin_anew", "committed": "begin_anew.put_aside", "put aside": ""}[step]
    with monkeypatch.context() as broken:
        broken.setattr(f"server.operations.{at}" if at else "server.cli.saving.rmtree", lambda *_: 1 / 0)
        assert command("begin-anew", "--yes", SANAD_DATA=str(tmp_path / "data")).exit_code == 1
    assert command("begin-anew", "--yes", SANAD_DATA=str(tmp_path / "data")).exit_code == 0
    with opened(Place(tmp_path / "data")) as (_, held):
        assert seal_checkpoint(held).size == 1
        with reading(held.engine) as connection:
            (text,) = handovers(connection)
        assert len(signers(read_note(text), keys.verifier_keys(origin), is_signed_by)) == 2
        found = read_handover(read_note(text))
        assert [found.ed25519, found.p256] == held.log_keys.verifier_keys(root_and_size(held)[0])
