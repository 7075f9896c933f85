"""Both verifiers say which phones an organisation confirmed with its own key, and which only the server speaks for."""

import subprocess
import sys
from pathlib import Path

import pytest

from server.audit.audit_place import audit_place
from server.operations.countersign import bring_confirmed, trust_organisation_key, unconfirmed_batch
from server.operations.enrol_device import enrol_device
from server.operations.make_enrolment_code import make_enrolment_code
from server.operations.seal_checkpoint import seal_checkpoint
from server.organisation_key import entries_needed, sign_batch
from server.server_key import make_key
from tests.servers import ROOT, Place, opened
from tests.world import make_world

VERIFY = ROOT / "server/standalone/verify.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two phones that shams confirmed, one that it has not, and one of tammuz, which has no key."""
    with opened(Place(tmp_path)) as (_, held):
        make_world(held)
        key = make_key()
        trust_organisation_key(held, "shams", key.jwk)
        for observer in ("o-1", "o-3", "o-5", "o-2"):
            phone, code = make_key(), make_enrolment_code(held, observer, made_by="test").code
            enrol_device(held, {"code": code, "jwk": phone.jwk, "proof": phone.sign(code.encode()), "app": "test"})
            if observer == "o-3":
                batch = unconfirmed_batch(held, "shams")
                salts = [held.clock.random_text(16) for _ in range(entries_needed(batch))]
                bring_confirmed(held, sign_batch(batch, key, held.clock.now_ms(), salts))
        seal_checkpoint(held)
        held.engine.dispose()
    return tmp_path


def by_the_command(folder: Path):
    found = audit_place(str(folder), [], None)
    return found.wrong, found.checked, found.unknown


def by_the_file(folder: Path):
    done = subprocess.run([sys.executable, VERIFY, str(folder)], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    return [] if done.returncode == 0 else lines, lines, lines


@pytest.mark.parametrize("verify", [by_the_command, by_the_file])
def test_confirmed_phones_are_told_from_those_that_only_the_server_knows(folder, verify):
    wrong, checked, unknown = verify(folder)
    assert wrong == []
    assert any("2 phones that their organisations confirmed" in line for line in checked)
    assert any("whether 1 phones of shams are real" in line for line in unknown)
    assert any("whether 1 phones of tammuz are real" in line for line in unknown)
