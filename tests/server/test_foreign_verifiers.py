"""A log of ours is accepted whole by verifiers that we did not write, and a forged one is not."""

from __future__ import annotations

import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from server.audit.audit_place import audit_place
from server.standalone import verify
from sync.checkpoint import Note, read_note, read_proof
from tests.foreign.big_log import BigLog, forge, new_keys
from tests.foreign.verifying import PYTHON, REBUILD, commands, missing_go, verdict
from tests.foreign.witnessing import foreign_witness, is_right, witness_story
from tests.servers import how_often

ENTRIES = how_often(5_000, 70_000, 70_000)
FORGED = ENTRIES // 5


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    folder = tmp_path_factory.mktemp("foreign")
    made = BigLog(ENTRIES, new_keys())
    made.write(folder / "log")
    shutil.copytree(folder / "log", folder / "forged")
    forge(folder / "forged", FORGED)
    made.folder = folder
    return made


def test_what_continuous_integration_installs_is_there():
    if not os.environ.get("CI"):
        pytest.skip("installed by .ci/run: tests/foreign/prepare")
    assert missing_go() == "" and "@sigstore/verify" in commands()


@pytest.mark.parametrize("name", ["go x/mod", "@sigstore/verify", "pymerkle", "tlog-scales", "aics-tlog"])
def test_the_log_is_accepted_by(name, log):
    if name not in commands():
        pytest.skip(f"{name} is not installed here: tests/foreign/prepare")
    found = verdict(name, log.folder / "log")
    assert found.accepts, found.said


@pytest.mark.parametrize("name", sorted(REBUILD))
def test_a_leaf_and_its_tile_forged_together_are_refused_by(name, log):
    if name not in commands():
        pytest.skip(f"{name} is not installed here: tests/foreign/prepare")
    found = verdict(name, log.folder / "forged")
    assert not found.accepts and found.said.startswith("refused:")


def test_our_own_two_verifiers_say_the_same(log):
    for found in (verify.check(str(log.folder / "log")), audit_place(str(log.folder / "log"))):
        assert found.wrong == []
    for found in (verify.check(str(log.folder / "forged")), audit_place(str(log.folder / "forged"))):
        assert any("root" in each for each in found.wrong)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_a_log_is_audited_by_its_address(log):
    """A mirror on any web server does: the log is files."""
    served = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(log.folder)))
    threading.Thread(target=served.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{served.server_port}"
        for audit in (verify.check, audit_place):
            assert audit(f"{address}/log/").wrong == []
            assert audit(address).wrong == []
            assert audit(f"{address}/forged/log").wrong
    finally:
        served.shutdown()
        served.server_close()


def test_growth_is_checked_from_an_older_checkpoint(log):
    place, old = str(log.folder / "log"), log.note(ENTRIES - 700).encode()
    other = BigLog(ENTRIES - 700, log.keys, other=ENTRIES - 900).note().encode()
    for audit in (verify.check, audit_place):
        assert audit(place, (), old).wrong == []
        assert any("did not grow" in each for each in audit(place, (), other).wrong)
        assert audit(place, (), b"nonsense").wrong


def test_a_receipt_is_read_by_the_file_alone(log):
    proof = read_proof(log.receipt(FORGED))
    assert isinstance(read_note(proof.checkpoint), Note)
    keys = [verify.read_vkey(str(key)) for key in log.keys.verifier_keys("sanad.example.org/log/foreign")]
    found = verify.Findings()
    _, size, root = verify.open_checkpoint(proof.checkpoint.encode(), keys, "checkpoint", found)
    assert verify.is_included(log.leaves[FORGED], FORGED, size, proof.path, root) and not found.wrong
    assert not verify.is_included(log.leaves[FORGED], FORGED + 1, size, proof.path, root)
    assert not verify.is_included(log.leaves[FORGED + 1], FORGED, size, proof.path, root)


def test_a_witness_cosigns_and_refuses_a_split_view_and_a_rollback(log, tmp_path):
    if not PYTHON.exists():
        pytest.skip("aics-witness needs Python 3.12: tests/foreign/prepare")
    with foreign_witness(tmp_path, log) as witness:
        story = witness_story(witness, log)
    assert is_right(story, log), story
