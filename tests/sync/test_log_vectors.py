"""The examples of the log in tests/vectors hold here as they do on the phone."""

import json
from base64 import b64decode
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sync.checkpoint import BadNote, VerifierKey, read_checkpoint, read_note, read_proof, signers
from sync.handover import read_handover
from sync.tree import check_consistency, check_inclusion, leaf_hash
from tests.vectors.log_cases import ORIGIN, RESTORED, SERVER
from tests.vectors.make import FOLDER

LOG = json.loads((FOLDER / "log.json").read_text())
NOTES = LOG["notes"]


def hashes(path: list[str]) -> list[bytes]:
    return [b64decode(each) for each in path]


def verify(key: VerifierKey, text: bytes, signature: bytes) -> bool:
    public = load_der_public_key(key.public)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    try:
        public.verify(signature, text, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def is_signed(note: str) -> bool:
    try:
        return signers(read_note(note), [SERVER.key(ORIGIN)], verify) != []
    except BadNote:
        return False


@pytest.mark.parametrize("case", LOG["inclusions"], ids=lambda case: f"{case['index']} of {case['size']}")
def test_an_entry_is_where_its_proof_says(case: dict[str, Any]) -> None:
    leaf, root = b64decode(LOG["leaves"][case["index"]]), b64decode(LOG["roots"][str(case["size"])])
    assert check_inclusion(leaf_hash(leaf), case["index"], case["size"], hashes(case["path"]), root)


@pytest.mark.parametrize("case", LOG["wrong_inclusions"], ids=lambda case: case["name"])
def test_an_entry_is_not_where_its_proof_does_not_lead(case: dict[str, Any]) -> None:
    leaf, root = b64decode(LOG["leaves"][case["leaf"]]), b64decode(case["root"])
    assert not check_inclusion(leaf_hash(leaf), case["index"], case["size"], hashes(case["path"]), root)


@pytest.mark.parametrize("case", LOG["consistencies"], ids=lambda case: f"{case['old']} to {case['new']}")
def test_a_log_grew_as_its_proof_says(case: dict[str, Any]) -> None:
    old, new = (b64decode(LOG["roots"][str(case[name])]) for name in ("old", "new"))
    assert check_consistency(case["old"], old, case["new"], new, hashes(case["path"]))


@pytest.mark.parametrize("case", LOG["wrong_consistencies"], ids=lambda case: case["name"])
def test_a_log_did_not_grow_where_the_proof_fails(case: dict[str, Any]) -> None:
    old_root, new_root = b64decode(case["old_root"]), b64decode(case["new_root"])
    assert not check_consistency(case["old"], old_root, case["new"], new_root, hashes(case["path"]))


@pytest.mark.parametrize("name", ["checkpoint", "with_more_lines"])
def test_a_checkpoint_is_read_and_its_signature_holds(name: str) -> None:
    found = read_checkpoint(NOTES[name])
    assert (found.origin, found.size, found.root) == (NOTES["origin"], NOTES["size"], b64decode(NOTES["root"]))
    assert is_signed(NOTES[name])


@pytest.mark.parametrize("name", NOTES["not_signed_by_it"])
def test_a_checkpoint_of_somebody_else_is_not_taken_for_it(name: str) -> None:
    assert not is_signed(NOTES["not_signed_by_it"][name])


@pytest.mark.parametrize("name", NOTES["no_checkpoints"])
def test_what_only_looks_like_a_checkpoint_is_none(name: str) -> None:
    with pytest.raises(BadNote):
        read_checkpoint(NOTES["no_checkpoints"][name])


def test_a_handover_is_read_and_names_the_new_key() -> None:
    said, found = NOTES["handed_over"], read_handover(read_note(NOTES["handover"]))
    assert (found.old.origin, found.old.size, found.origin) == (said["old"], said["size"], said["new"])
    assert found.old.root == b64decode(said["root"]) and found.p256 == RESTORED.key(said["new"])
    assert is_signed(NOTES["handover"])


@pytest.mark.parametrize("name", NOTES["no_handovers"])
def test_what_only_looks_like_a_handover_is_none(name: str) -> None:
    with pytest.raises(BadNote):
        read_handover(read_note(NOTES["no_handovers"][name]))


def test_a_proof_is_read_back_as_it_was_written() -> None:
    proof = read_proof(NOTES["proof"]["text"])
    assert (proof.index, list(proof.path)) == (NOTES["proof"]["index"], hashes(NOTES["proof"]["path"]))
    assert proof.checkpoint == NOTES["checkpoint"]
