"""Checkpoints, keys and proofs as texts: what was written is read back, and nothing else is taken for it."""

from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.checkpoint import (
    COSIGNATURE,
    ED25519,
    BadNote,
    Checkpoint,
    Note,
    Proof,
    SignatureLine,
    VerifierKey,
    cosigned_text,
    proof_text,
    read_checkpoint,
    read_note,
    read_proof,
    read_verifier_key,
    signers,
)

ROOT = bytes(range(32))
CHECKPOINT = Checkpoint("sanad.example/log/a", 70_000, ROOT)
KEY = VerifierKey("sanad.example/log/a", ED25519, b"k" * 32)
WITNESS = VerifierKey("witness.example/w1", COSIGNATURE, b"w" * 32)


def toy_sign(key, text):
    return sha256(key.public + text).digest()


def toy_verify(key, text, signature):
    return signature == toy_sign(key, text)


def signed(checkpoint=CHECKPOINT):
    time = (1_800_000_000).to_bytes(8, "big")
    cosigned = cosigned_text(checkpoint.text, 1_800_000_000)
    lines = (
        SignatureLine(KEY.name, KEY.id, toy_sign(KEY, checkpoint.text.encode())),
        SignatureLine("somebody.else", b"abcd", b"whatever"),
        SignatureLine(WITNESS.name, WITNESS.id, time + toy_sign(WITNESS, cosigned)),
    )
    return str(Note(checkpoint.text, lines))


def test_what_was_signed_is_read_back():
    note = read_note(signed())
    assert read_checkpoint(note) == CHECKPOINT
    assert str(note) == signed()
    assert signers(note, [KEY, WITNESS], toy_verify) == [KEY, WITNESS]


def test_lines_of_strangers_are_passed_over():
    assert signers(read_note(signed()), [WITNESS], toy_verify) == [WITNESS]


def test_a_wrong_line_of_a_known_key_spoils_the_note():
    forged = signed().replace("\n70000\n", "\n69999\n")
    with pytest.raises(BadNote):
        signers(read_note(forged), [KEY], toy_verify)


def test_a_key_is_read_back_and_a_changed_one_is_not():
    assert read_verifier_key(str(KEY)) == KEY
    with pytest.raises(BadNote):
        read_verifier_key(str(KEY).replace("sanad.example", "sanad.examples"))


def test_a_proof_is_read_back_with_or_without_extra_data():
    proof = Proof(73_894 % 70_000, (ROOT, ROOT[::-1]), signed())
    text = proof_text(proof)
    assert read_proof(text) == proof
    assert read_proof(text.replace("@v1\n", "@v1\nextra AAAA\n")) == proof
    assert read_proof(proof_text(Proof(0, (), signed()))).path == ()


@pytest.mark.parametrize(
    "spoiled",
    [
        "",
        CHECKPOINT.text,
        signed()[:-1],
        signed().replace("\n70000\n", "\n070000\n"),
        signed().replace("\n70000\n", "\n-1\n"),
        signed().replace("\n70000\n", "\n\n"),
        signed().replace("AAECAw", "AAEC"),
        signed().replace("— sanad", "- sanad"),
        signed().replace("70000", "7\x000000"),
        signed().replace("sanad.example/log/a\n", "\n", 1),
    ],
)
def test_what_is_no_checkpoint_is_called_that(spoiled):
    with pytest.raises(BadNote):
        read_checkpoint(read_note(spoiled))


@given(st.text(max_size=400))
def test_no_text_does_more_than_fail_to_be_read(text):
    for read in (read_note, read_proof, read_verifier_key):
        with suppress(BadNote):
            read(text)
