"""The log: what was stored is signed, served and proved; what contradicts it is not signed."""

import re
import time
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

import pytest
from sqlalchemy import bindparam, select, text

from server.access import Reader
from server.audit.audit_place import audit_place
from server.database.engine import reading, writing
from server.database.entries import EntryRow
from server.database.log_faults import log_faults
from server.database.prepared import Prepared
from server.database.proofs import growth
from server.log_keys import is_signed_by
from server.log_store import CheckpointMoved
from server.operations import seal_checkpoint as seal_checkpoint_module
from server.operations.exchange_entries import exchange_entries
from server.operations.seal_checkpoint import RefusesToSign, seal_checkpoint
from server.tokens import digest_token
from sync.checkpoint import (
    ECDSA_P256,
    ED25519,
    Checkpoint,
    read_checkpoint,
    read_note,
    read_proof,
    read_verifier_key,
    signers,
)
from sync.tree import check_consistency, check_inclusion, grow, leaf_hash, root, tile_path
from tests.builders import BuiltPhone, store

_FIRST_TEN = (
    select(EntryRow.idx, EntryRow.header, EntryRow.body, EntryRow.leaf)
    .where(EntryRow.idx >= bindparam("start"))
    .order_by(EntryRow.idx)
    .limit(10)
)
MANY = 600  # two full tiles and a partial one


@pytest.fixture
def phone(world):
    _, held = world
    return BuiltPhone(held, 77, "o-77", "shams")


def hand_in(world, phone, count):
    written = [phone.phone.write("visit.open", {"station": "138450-03", "at_ms": 1}) for _ in range(count)]
    for start in range(0, count, 100):
        store(world[1], written[start : start + 100], phone.phone.key.device)
    return written


def signed_by(held):
    note = read_note(held.log_store.checkpoint())
    keys = [read_verifier_key(line) for line in (held.log_store.folder / "vkeys").read_text().splitlines()]
    return [key.kind for key in signers(note, keys, is_signed_by)]


def change(held, statement):
    with writing(held.engine, held.settings.folder / "write.lock") as connection:
        connection.execute(text(statement))
        connection.commit()


def bundled_leaves(folder: Path, size: int) -> list[bytes]:
    found = []
    for number in range(-(-size // 256)):
        path = folder / tile_path("entries", number, min(256, size - number * 256))
        content = path.read_bytes()
        while content:
            length = int.from_bytes(content[:2], "big")
            found.append(content[2 : 2 + length])
            content = content[2 + length :]
    return found


def test_every_stored_entry_is_a_leaf_under_a_root_that_both_keys_signed(world, phone):
    _, held = world
    hand_in(world, phone, MANY)
    checkpoint = seal_checkpoint(held)
    leaves = bundled_leaves(held.log_store.folder, checkpoint.size)
    hashes = [leaf_hash(each) for each in leaves]
    assert checkpoint.size == len(leaves) >= MANY
    assert read_checkpoint(held.log_store.checkpoint()) == checkpoint
    tiles = grow(0, lambda level, number: b"", hashes)
    assert root(len(hashes), lambda level, number: tiles[level, number]) == checkpoint.root
    assert signed_by(held) == [ED25519, ECDSA_P256]


def test_a_partial_tile_stays_as_a_file_until_the_whole_one_is_there(world, phone):
    """Whoever reads the log by a checkpoint of a moment ago finds what it covers (c2sp.org/tlog-tiles)."""
    _, held = world
    sizes = []
    for count in (3, 4, 5):
        hand_in(world, phone, count)
        sizes.append(seal_checkpoint(held).size)
    for place in ("tile/0/000.p", "tile/entries/000.p"):
        assert {str(size) for size in sizes} <= {each.name for each in (held.log_store.folder / place).iterdir()}
    hand_in(world, phone, 300)
    seal_checkpoint(held)
    assert not (held.log_store.folder / "tile/0/000.p").exists()


def test_a_receipt_proves_an_entry_to_whoever_holds_the_keys(world, phone):
    app, held = world
    written = hand_in(world, phone, MANY)
    checkpoint = seal_checkpoint(held)
    client = app.test_client()
    for each in written[::97]:
        proof = read_proof(client.get(f"/api/v1/receipts/{each.id}").text)
        leaf = b"\x01" + sha256(each.texts[0].encode()).digest() + sha256(each.texts[2].encode()).digest()
        assert check_inclusion(leaf_hash(leaf), proof.index, checkpoint.size, proof.path, checkpoint.root)
        assert proof.checkpoint == held.log_store.checkpoint()


def test_an_entry_is_not_proved_before_it_is_signed_and_an_unknown_one_never(world, phone):
    app, held = world
    client = app.test_client()
    seal_checkpoint(held)
    (written,) = hand_in(world, phone, 1)
    answer = client.get(f"/api/v1/receipts/{written.id}")
    assert (answer.status_code, answer.json["code"]) == (503, "not-yet-logged")
    assert int(answer.headers["Retry-After"]) > 0
    assert client.get(f"/api/v1/receipts/{'A' * 43}").status_code == 404
    assert client.get("/api/v1/receipts/x").status_code == 404


def test_the_log_grows_and_proves_that_it_only_grew(world, phone):
    _, held = world
    checkpoints = []
    for count in (1, 200, 60, 300):
        hand_in(world, phone, count)
        checkpoints.append(seal_checkpoint(held))
    last = checkpoints[-1]
    with reading(held.engine) as connection:
        for each in checkpoints:
            path = growth(connection, each.size, last)
            assert check_consistency(each.size, each.root, last.size, last.root, path)
        assert growth(connection, last.size + 1, last) is None


def test_tiles_are_served_as_they_lie_in_the_folder_and_no_further_than_signed(world, phone):
    app, held = world
    hand_in(world, phone, MANY)
    size = seal_checkpoint(held).size
    hand_in(world, phone, 10)
    client, folder = app.test_client(), held.log_store.folder
    files = [str(each.relative_to(folder)) for each in folder.rglob("tile/**/*") if each.is_file()]
    assert len(files) >= 7
    for name in files:
        answer = client.get(f"/log/{name}")
        assert (answer.data, answer.mimetype) == ((folder / name).read_bytes(), "application/octet-stream")
        assert "immutable" in answer.headers["Cache-Control"]
    beyond = [tile_path(0, size // 256, size % 256 + 1), tile_path(0, 9), "tile/9/000", "tile/0/1", "tile/0/000.p/256"]
    others = ["tile/00/000.p/1", "tile/0/x000/000.p/1", "tile/entries/x000/000.p/1"]
    assert client.get("/log/tile/0/000.p/1").status_code == 200
    for name in beyond + others:
        assert client.get(f"/log/{name}").status_code == 404
    assert client.get(f"/log/{tile_path('entries', 0, 7)}").data == (folder / "tile/entries/000").read_bytes()[: 7 * 67]
    assert client.get("/log/checkpoint").content_type == "text/plain; charset=utf-8"
    assert client.get("/log/vkeys").text == (folder / "vkeys").read_text()


def test_a_database_that_was_set_back_is_not_signed_again(world, phone):
    app, held = world
    hand_in(world, phone, 20)
    signed = seal_checkpoint(held)
    note = held.log_store.checkpoint()
    for table in ("entries", "signature_checks"):
        change(held, f"DELETE FROM {table} WHERE idx >= {signed.size - 5}")
    for table in ("log_tiles", "log_head"):
        change(held, f"DELETE FROM {table}")
    device = phone.phone.key.device
    change(held, f"UPDATE devices SET token_digest = '{digest_token('let me in')}' WHERE id = '{device}'")
    asking = {"json": {"ids": [], "from": 3}, "headers": {"Authorization": "Bearer let me in"}}
    asked = [app.test_client().post("/api/v1/proofs", **asking)]
    with pytest.raises(RefusesToSign, match="sanad restore"):
        seal_checkpoint(held)
    hand_in(world, phone, 30)
    with pytest.raises(RefusesToSign, match="not those that were signed"):
        seal_checkpoint(held)
    assert held.log_store.checkpoint() == note
    # No phone takes the growth of another log for a history that was rewritten.
    asked.append(app.test_client().post("/api/v1/proofs", **asking))
    assert [each.json for each in asked] == [{"checkpoint": "", "consistency": [], "proofs": []}] * 2


@pytest.mark.parametrize("column", ["header", "body", "leaf"])
def test_an_entry_that_is_not_what_was_stored_is_not_signed(world, phone, column):
    _, held = world
    size = seal_checkpoint(held).size
    hand_in(world, phone, 3)
    hexed = {"sqlite": "x'00'", "postgresql": r"'\x00'::bytea"}[held.engine.dialect.name]
    change(held, f"UPDATE entries SET {column} = {hexed} WHERE idx = {size + 1}")
    with pytest.raises(RefusesToSign, match=re.escape(f"entry {size + 1}")):
        seal_checkpoint(held)
    assert read_checkpoint(held.log_store.checkpoint()).size == size


def test_a_missing_entry_is_not_signed_over(world, phone):
    _, held = world
    size = seal_checkpoint(held).size
    hand_in(world, phone, 3)
    change(held, f"DELETE FROM entries WHERE idx = {size + 1}")
    with pytest.raises(RefusesToSign):
        seal_checkpoint(held)


def test_an_erased_body_keeps_its_place(world, phone):
    _, held = world
    written = hand_in(world, phone, 2)
    change(held, f"UPDATE entries SET body = NULL WHERE id = '{written[0].id}'")
    assert seal_checkpoint(held).size >= 2


def test_a_sequencer_killed_before_it_published_goes_on_where_it_was(world, phone):
    _, held = world
    hand_in(world, phone, 30)
    seal_checkpoint(held)
    note = held.log_store.checkpoint()
    hand_in(world, phone, 300)
    whole = seal_checkpoint(held)
    for partial in (held.log_store.folder / "tile").rglob("*"):
        if partial.is_file():
            partial.unlink()
    # As if power had gone after the commit: the old checkpoint stands, and not all tiles were written.
    held.log_store.put("checkpoint", note.encode())
    hand_in(world, phone, 5)
    again = seal_checkpoint(held)
    assert again.size == whole.size + 5
    assert (held.log_store.folder / "tile/entries/000").exists()


def test_a_checkpoint_is_published_only_in_place_of_the_one_that_was_read(world, phone):
    _, held = world
    seal_checkpoint(held)
    note = held.log_store.checkpoint()
    with pytest.raises(CheckpointMoved):
        held.log_store.publish("another", instead_of="an older one")
    assert held.log_store.checkpoint() == note


def test_phones_prove_many_in_one_round_trip(server):
    phone = server.phone("o-1")
    first = phone.incident()
    phone.hand_in([first])
    told = await_proof(phone, [first.id], 0)
    seen = read_checkpoint(told["checkpoint"])
    second = phone.incident()
    phone.hand_in([second])
    told = await_proof(phone, [first.id, second.id, "A" * 43], seen.size)
    now = read_checkpoint(told["checkpoint"])
    path = [b64decode(each) for each in told["consistency"]]
    assert check_consistency(seen.size, seen.root, now.size, now.root, path)
    assert told["proofs"][2] == {"id": "A" * 43, "why": "unknown"}
    for written, said in zip((first, second), told["proofs"], strict=False):
        leaf = b"\x01" + sha256(written.texts[0].encode()).digest() + sha256(written.texts[2].encode()).digest()
        beside = [b64decode(each) for each in said["path"]]
        assert check_inclusion(leaf_hash(leaf), said["index"], now.size, beside, now.root)
    beyond = phone.line.post("/api/v1/proofs", {"ids": [], "from": now.size + 10_000}, phone.token).read()
    assert beyond["consistency"] is None


def await_proof(phone, ids, since):
    """What the server says once every known id is proved: a real sequencer does it within a second."""
    for _ in range(200):
        told = phone.line.post("/api/v1/proofs", {"ids": ids, "from": since}, phone.token).read()
        if all(said.get("why") != "not-yet-logged" for said in told["proofs"]):
            return told
        time.sleep(0.05)
    raise AssertionError("not proved within ten seconds")


def test_a_checkpoint_that_was_taken_away_is_not_signed_over(world, phone):
    _, held = world
    hand_in(world, phone, 3)
    seal_checkpoint(held)
    for spoil in (lambda path: path.write_text(""), lambda path: path.unlink()):
        spoil(held.log_store.folder / "checkpoint")
        with pytest.raises(RefusesToSign, match="put the last one back"):
            seal_checkpoint(held)


@pytest.mark.parametrize("spoiled", ["", "half a chec", "a\n1\n"])
def test_a_checkpoint_that_cannot_be_read_is_shown_to_nobody(world, phone, spoiled):
    app, held = world
    (written,) = hand_in(world, phone, 1)
    seal_checkpoint(held)
    (held.log_store.folder / "checkpoint").write_text(spoiled)
    client = app.test_client()
    for address in ("/log/checkpoint", "/log/vkeys", "/log/tile/0/000.p/1", f"/api/v1/receipts/{written.id}"):
        answer = client.get(address)
        assert (answer.status_code, answer.json["code"]) == (503, "not-yet-logged")
    assert client.get("/proofs").status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log_tiles WHERE level = 0",
        "UPDATE log_tiles SET hashes = (SELECT leaf FROM entries WHERE idx = 0) WHERE level = 0 AND number = 0",
        "UPDATE log_head SET root = (SELECT leaf FROM entries WHERE idx = 0)",
        "UPDATE entries SET leaf = (SELECT leaf FROM entries WHERE idx = 0) WHERE idx = 2",
        "UPDATE log_head SET size = size + 9",
    ],
)
def test_the_check_names_a_log_that_is_not_that_of_the_entries(world, phone, statement):
    _, held = world
    hand_in(world, phone, 20)
    seal_checkpoint(held)
    assert faults(held) == []
    change(held, statement)
    assert faults(held)


def test_the_check_names_a_checkpoint_of_another_log(world, phone):
    _, held = world
    hand_in(world, phone, 20)
    checkpoint = seal_checkpoint(held)
    for size in (checkpoint.size, checkpoint.size + 1):
        other = Checkpoint(checkpoint.origin, size, bytes(32))
        held.log_store.put("checkpoint", str(held.log_keys.signed(other.origin, other.text)).encode())
        assert faults(held)


def faults(held):
    with reading(held.engine) as connection:
        return list(log_faults(connection, held.log_store.checkpoint()))


def test_a_log_folder_that_was_taken_away_is_written_anew(world, phone):
    _, held = world
    hand_in(world, phone, MANY)
    seal_checkpoint(held)
    rmtree(held.log_store.folder)
    hand_in(world, phone, 1)
    checkpoint = seal_checkpoint(held)
    assert len(bundled_leaves(held.log_store.folder, checkpoint.size)) == checkpoint.size
    assert read_checkpoint(held.log_store.checkpoint()) == checkpoint


@pytest.mark.parametrize("stands_there", [b"\xff\xfe", b"half a check", None], ids=["other bytes", "half", "a folder"])
def test_a_checkpoint_that_cannot_be_read_keeps_no_phone_from_handing_in(world, phone, stands_there):
    _, held = world
    hand_in(world, phone, 1)
    seal_checkpoint(held)
    path = held.log_store.folder / "checkpoint"
    path.unlink()
    if stands_there is None:
        path.mkdir()
    else:
        path.write_bytes(stands_there)
    carrier = Reader("device", phone.phone.key.device, "shams", token_digest="token of 77")
    visit = phone.phone.write("visit.open", {"station": "138450-03", "at_ms": 1})
    answer = exchange_entries(held, carrier, {"protocol": 1, "entries": [visit.texts]})
    assert answer["verdicts"][0]["verdict"] == "stored"
    assert answer["checkpoint"] == ""  # rather none than one that makes every phone raise its alarm


def test_a_checkpoint_that_could_not_be_published_leaves_the_folder_of_the_one_before_whole(world, phone, monkeypatch):
    _, held = world
    hand_in(world, phone, 10)
    seal_checkpoint(held)
    hand_in(world, phone, 10)

    def full(*_):
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(held.log_store, "publish", full)
        with pytest.raises(OSError, match="no space"):
            seal_checkpoint(held)
    assert audit_place(str(held.log_store.folder)).wrong == []
    seal_checkpoint(held)
    assert audit_place(str(held.log_store.folder)).wrong == []


def test_every_step_of_a_long_backlog_is_published(world, phone, monkeypatch):
    """On PostgreSQL an exchange publishes what the tiles are ahead: that must never be a whole backlog."""
    _, held = world
    hand_in(world, phone, 50)
    monkeypatch.setattr(seal_checkpoint_module, "_NEXT", Prepared(_FIRST_TEN))
    sizes, publish = [], held.log_store.publish

    def published(note, instead_of):
        publish(note, instead_of)
        sizes.append(read_checkpoint(note).size)

    monkeypatch.setattr(held.log_store, "publish", published)
    checkpoint = seal_checkpoint(held)
    assert checkpoint.size == sizes[-1] >= 50
    assert all(after - before <= 10 for before, after in zip([0, *sizes], sizes, strict=False))
