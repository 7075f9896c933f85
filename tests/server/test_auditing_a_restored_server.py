"""A server that was restored under new keys is audited like any other: the old server's own note names the new one."""

from __future__ import annotations

import sqlite3

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from server.audit.audit_place import audit_place
from server.log_keys import LogKeys
from server.operations.begin_anew import begin_anew, put_aside, saved_log
from server.operations.seal_checkpoint import seal_checkpoint
from server.server_key import make_key
from server.standalone import verify
from tests.small_log import JoinedPhone, sealed_server


@pytest.fixture(scope="module")
def restored(tmp_path_factory):
    """A data folder whose server lost its last entries; a phone that saw them has written since."""
    folder = tmp_path_factory.mktemp("restored")
    _, held, phone = sealed_server(folder, entries=12)
    saved, old = saved_log(held), held.log_keys
    put_aside(held.log_store)
    held.key = make_key()
    held.log_keys = LogKeys(ed25519.Ed25519PrivateKey.generate(), held.key)
    begin_anew(held, old, saved)
    phone.incident(text="seen before the disk was lost", seen=[saved.size + 5, "A" * 43])
    JoinedPhone(held, 104, "o-3").incident(text="joined after the restore")
    seal_checkpoint(held)
    held.engine.dispose()
    return folder


def verdicts(folder):
    return verify.check(str(folder)), audit_place(str(folder))


def test_it_is_in_order_and_what_was_lost_is_said(restored):
    for found in verdicts(restored):
        assert found.wrong == []
        assert any("was restored from" in each for each in found.unknown)


def test_without_the_handover_the_old_enrolments_are_nobodys(restored):
    with sqlite3.connect(restored / "sanad.db") as database:
        kept = database.execute("SELECT number, made_ms, note FROM handovers").fetchall()
        for change in ("DELETE FROM handovers", "UPDATE handovers SET note = replace(note, 'sanad-handover', 'x')"):
            database.execute(change)
            database.commit()
            for found in verdicts(restored):
                assert found.wrong
            database.execute("DELETE FROM handovers")
            database.executemany("INSERT INTO handovers VALUES (?, ?, ?)", kept)
            database.commit()
    for found in verdicts(restored):
        assert found.wrong == []
