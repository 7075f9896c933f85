"""Whatever anybody changes in a copy is named, by the server's own audit and by the file that needs nothing of ours."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from server.audit.audit_place import audit_place
from server.log_keys import LogKeys
from server.server_key import make_key
from server.standalone import verify
from sync.checkpoint import Checkpoint
from tests.servers import how_often
from tests.tampering import make_copy, tamper


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return make_copy(tmp_path_factory.mktemp("evidence"))


def test_every_change_of_a_copy_is_named_by_both_verifiers(copy):
    tallies = tamper(copy, how_often(12, 100, 1000), seed=20261122)
    assert {name: tally.unnamed for name, tally in tallies.items()} == {"copy": [], "values": [], "raw": []}
    for tally in tallies.values():
        assert set(tally.named.values()) == {tally.tried}
    assert tallies["copy"].tried == tallies["values"].tried == how_often(12, 100, 1000)


def test_both_verifiers_say_what_they_checked_and_what_they_cannot_know(copy):
    for found in (verify.check(str(copy)), audit_place(str(copy))):
        assert not found.wrong
        assert any("photos byte for byte" in each for each in found.checked)
        assert any("get them elsewhere" in each.lower() for each in found.unknown)


def test_a_log_is_audited_by_itself(copy):
    for found in (verify.check(str(copy / "log")), audit_place(str(copy / "log"))):
        assert not found.wrong and "bundle" in found.checked[0]


def test_a_log_signed_by_a_stranger_is_not_taken_for_ours(copy):
    keys = (copy / "log" / "vkeys").read_text().splitlines()
    name = keys[0].split("+")[0]
    strange = [str(key) for key in LogKeys(ed25519.Ed25519PrivateKey.generate(), make_key()).verifier_keys(name)]
    for given in (strange, [keys[0], strange[1]], [strange[0], keys[1]]):
        assert verify.check(str(copy / "log"), given).wrong
        assert audit_place(str(copy / "log"), given).wrong
    assert not verify.check(str(copy / "log"), keys).wrong
    assert not audit_place(str(copy / "log"), keys).wrong


def test_garbage_is_named_and_breaks_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "noise.zip").write_bytes(bytes(range(256)) * 20)
    made = tmp_path / "data"
    (made / "photos").mkdir(parents=True)
    (made / "sanad.db").write_bytes(b"SQLite format 3\0" + bytes(4096))
    for place in ("empty", "noise.zip", "data", "nothing"):
        assert verify.check(str(tmp_path / place)).wrong
        assert audit_place(str(tmp_path / place)).wrong


def test_a_log_that_claims_to_be_endless_is_named_at_once(tmp_path):
    keys = LogKeys(ed25519.Ed25519PrivateKey.generate(), make_key())
    endless = Checkpoint("log.example/log/e", 999_999_999_999_999, bytes(32))
    (tmp_path / "checkpoint").write_text(str(keys.signed(endless.origin, endless.text)))
    (tmp_path / "vkeys").write_text("".join(f"{key}\n" for key in keys.verifier_keys(endless.origin)))
    for found in (verify.check(str(tmp_path)), audit_place(str(tmp_path))):
        assert 1 <= len(found.wrong) < 10
