"""Witnesses: outsiders cosign what only grew, refuse what did not, and are named when they are missing."""

import socket
import threading
import time

import pytest
from sqlalchemy import text

from server import witnesses
from server.database.cosigned import newest_cosigned, witness_rows
from server.database.engine import reading, writing
from server.log_keys import is_signed_by
from server.operations.gather_cosignatures import gather_cosignatures
from server.operations.seal_checkpoint import seal_checkpoint
from sync.checkpoint import Checkpoint, read_checkpoint, read_note, read_proof, signers
from sync.policy import NOBODY, read_policy
from sync.policy import Witness as Asked
from tests.builders import BuiltPhone
from tests.witness import Witness, serving


@pytest.fixture
def three(world):
    """Three witnesses that know this log, and a policy that two of them are enough."""
    _, held = world
    origin = seal_checkpoint(held).origin
    keys = held.log_keys.verifier_keys(origin)[:1]
    names = ("a", "b", "c")
    with (
        serving(Witness("a.example", keys)) as a,
        serving(Witness("b.example", keys)) as b,
        serving(Witness("c.example", keys)) as c,
    ):
        found = dict(zip(names, (a, b, c), strict=True))
        lines = [f"witness {name} {each.key} {each.url}" for name, each in found.items()]
        held.policy = read_policy("\n".join([*lines, "group two 2 a b c", "quorum two"]))
        yield found


def cosigned(held):
    with reading(held.engine) as connection:
        return newest_cosigned(connection)


def faults(held):
    with reading(held.engine) as connection:
        return {name: row.fault for name, row in witness_rows(connection).items()}


def grow(held, count=1):
    phone = BuiltPhone(held, grow.number, f"o-{grow.number}", "shams")
    grow.number += 1
    written = [phone.visit() for _ in range(count)]
    return written, seal_checkpoint(held)


grow.number = 500


def test_every_witness_cosigns_a_log_that_only_grew(world, three):
    app, held = world
    for count in (1, 3, 2):
        written, checkpoint = grow(held, count)
        assert gather_cosignatures(held) == set(three)
    note = read_note(cosigned(held).note)
    assert read_checkpoint(note) == checkpoint
    keys = [each.key for each in three.values()]
    assert signers(note, keys, is_signed_by) == keys
    client = app.test_client()
    assert client.get("/log/witnessed").text == str(note)
    assert read_proof(client.get(f"/api/v1/receipts/{written[0].id}").text).checkpoint == str(note)


def test_nothing_new_is_not_asked_again(world, three):
    _, held = world
    assert gather_cosignatures(held) == set(three)
    assert gather_cosignatures(held) == set()


def test_a_checkpoint_counts_only_once_enough_have_seen_it(world, three):
    _, held = world
    three["a"].mood = three["b"].mood = "broken"
    grow(held)
    assert gather_cosignatures(held) == {"c"}
    assert cosigned(held) is None
    assert faults(held) == {"a": "status-500", "b": "status-500", "c": ""}
    three["a"].mood = ""
    assert gather_cosignatures(held) == {"a", "c"}
    assert cosigned(held).witnesses.split() == ["a", "c"]


def test_a_line_that_is_not_the_witness_s_own_is_not_kept(world, three):
    _, held = world
    three["b"].mood = "signs something else"
    assert gather_cosignatures(held) == {"a", "c"}
    assert faults(held)["b"] == "not-its-signature"


def test_a_witness_that_knows_another_size_is_asked_from_there(world, three):
    _, held = world
    grow(held, 3)
    gather_cosignatures(held)
    with writing(held.engine, held.settings.folder / "write.lock") as connection:
        connection.execute(text("UPDATE witnesses SET size = 1"))
        connection.commit()
    grow(held, 2)
    assert gather_cosignatures(held) == set(three)


def test_a_split_view_is_refused_by_whoever_saw_the_other_side(world, three):
    _, held = world
    grow(held, 3)
    gather_cosignatures(held)
    origin, (size, _) = next(iter(three["a"].seen.items()))
    three["a"].seen[origin] = size, bytes(32)
    grow(held, 1)
    assert gather_cosignatures(held) == {"b", "c"}
    assert faults(held)["a"] == "inconsistent"


def test_a_witness_does_not_follow_a_log_that_was_set_back(world, three):
    _, held = world
    grow(held, 3)
    gather_cosignatures(held)
    origin = next(iter(three["a"].seen))
    older = held.log_keys.signed(origin, Checkpoint(origin, 1, bytes(32)).text)
    held.log_store.put("checkpoint", str(older).encode())
    assert gather_cosignatures(held) == set()
    assert set(faults(held).values()) == {"ahead"}


def test_without_a_policy_nobody_is_asked(world):
    _, held = world
    seal_checkpoint(held)
    held.policy = NOBODY
    assert gather_cosignatures(held) == set()


def test_a_line_under_more_than_our_checkpoint_is_not_kept(world, three):
    """A blank line before its own makes the whole signed note the text: a right signature, over something else."""
    _, held = world
    three["b"].mood = "signs all of the note"
    assert gather_cosignatures(held) == {"a", "c"}
    keys = [each.key for each in three.values()]
    assert signers(read_note(cosigned(held).note), keys, is_signed_by) == [three["a"].key, three["c"].key]


@pytest.mark.parametrize("drop", [b"X-A: b\r\n", b"\r\n" + b"x" * 99], ids=["in the head", "in the body"])
def test_a_witness_that_answers_by_drops_is_cut_off(drop, monkeypatch):
    monkeypatch.setattr(witnesses, "LONGEST_S", 0.5)
    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer():
            line, _ = door.accept()
            with line:
                line.recv(65536)
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n")
                while not is_over.wait(0.05):
                    try:
                        line.sendall(drop)
                    except OSError:
                        return  # as it should

        dripping = threading.Thread(target=answer)
        dripping.start()
        slow = Asked("slow", Witness("slow.example", []).key, f"http://127.0.0.1:{door.getsockname()[1]}")
        began_s = time.monotonic()
        with witnesses.connections() as http:
            said = witnesses.ask_witness(http, slow, 0, [], "a note\n")
        took_s = time.monotonic() - began_s
        is_over.set()
        dripping.join()
    assert said.fault in ("unreachable", "not-its-signature")
    assert took_s < 4  # all of the body at this pace would take longer by far
