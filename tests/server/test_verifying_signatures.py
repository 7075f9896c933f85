"""The curves of verify.py, written from the standards, agree with the library, and refuse what is no signature."""

import os

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from server.standalone import verify

ES256 = ec.ECDSA(hashes.SHA256())
ORDER = verify.N
EDGES = (0, 1, ORDER - 1, ORDER, ORDER + 1, verify.P, 2**256 - 1)


def point(number: int) -> tuple[int, int]:
    public = ec.derive_private_key(number, ec.SECP256R1()).public_key().public_numbers()
    return public.x, public.y


def library_says(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@settings(max_examples=40, deadline=None)
@given(st.integers(1, ORDER - 1), st.binary(max_size=300))
def test_whatever_a_p256_key_signs_is_accepted_and_anything_else_is_not(number, message):
    private = ec.derive_private_key(number, ec.SECP256R1())
    r, s = decode_dss_signature(private.sign(message, ES256))
    x, y = point(number)
    assert verify.p256(x, y, message, r, s)
    assert not verify.p256(x, y, message + b"\0", r, s)
    assert not verify.p256(x, y, message, r ^ 1, s)
    assert not verify.p256(x, y, message, r, s ^ 1)
    assert not verify.p256(*point(number % (ORDER - 2) + 1), message, r, s)
    assert verify.from_der(private_der := private.sign(message, ES256)) == decode_dss_signature(private_der)


@pytest.mark.parametrize("r", EDGES)
@pytest.mark.parametrize("s", EDGES)
def test_numbers_at_the_edge_of_the_curve_sign_nothing(r, s):
    assert not verify.p256(*point(7), b"message", r, s)


def test_numbers_beyond_the_order_are_not_taken_for_the_small_ones():
    r, s = decode_dss_signature(ec.derive_private_key(7, ec.SECP256R1()).sign(b"message", ES256))
    assert verify.p256(*point(7), b"message", r, s)
    assert not verify.p256(*point(7), b"message", r + ORDER, s)
    assert not verify.p256(*point(7), b"message", r, s + ORDER)
    assert not verify.p256(*point(7), b"message", -r, s)


def test_a_point_beside_the_curve_is_no_key():
    x, y = point(7)
    r, s = decode_dss_signature(ec.derive_private_key(7, ec.SECP256R1()).sign(b"message", ES256))
    for wrong in ((x, y + 1), (x + verify.P, y), (0, 0), (x, verify.P - y)):
        assert not verify.p256(*wrong, b"message", r, s)


def test_keys_that_meet_the_base_point_are_added_rightly():
    """With the keys 1 and -1 the sum that the check prepares doubles, or vanishes."""
    for number in (1, 2, ORDER - 1, ORDER - 2):
        r, s = decode_dss_signature(ec.derive_private_key(number, ec.SECP256R1()).sign(b"message", ES256))
        assert verify.p256(*point(number), b"message", r, s)


@pytest.mark.parametrize(
    "change",
    [
        lambda der: der + b"\0",
        lambda der: der[:-1],
        lambda der: b"\x31" + der[1:],
        lambda der: bytes([0x30, 0x81, der[1]]) + der[2:],
        lambda der: bytes([0x30, der[1] + 1, 2, der[3] + 1, 0]) + der[4:],
        lambda der: b"",
    ],
)
def test_a_der_signature_has_one_spelling(change):
    der = ec.derive_private_key(7, ec.SECP256R1()).sign(b"message", ES256)
    with pytest.raises((ValueError, IndexError)):
        verify.from_der(change(der))


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300), st.integers(0, 511))
def test_whatever_an_ed25519_key_signs_is_accepted_and_one_bit_off_is_not(seed, message, bit):
    private = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify.ed25519(public, message, signature)
    assert not verify.ed25519(public, message + b"\0", signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not verify.ed25519(public, message, bytes(flipped))


def test_the_example_of_rfc_8032():
    """Section 7.1, test 3."""
    public = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
    signature = bytes.fromhex(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )
    assert verify.ed25519(public, bytes.fromhex("af82"), signature)


def test_an_ed25519_signature_in_another_spelling_is_refused():
    """s + L verifies by the equation and is malleable (RFC 8032 §5.1.7)."""
    private = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"message")
    s = int.from_bytes(signature[32:], "little") + verify.L
    malleable = signature[:32] + s.to_bytes(32, "little")
    assert not verify.ed25519(public, b"message", malleable)
    assert not library_says(public, b"message", malleable)


@pytest.mark.parametrize("spelled", [verify.Q, verify.Q + 1, 2**255 - 1, 2**255 + 1, 2])
def test_bytes_that_are_no_point_in_its_one_spelling_are_no_key(spelled):
    with pytest.raises(ValueError, match="not a point"):
        verify.edwards_point(spelled.to_bytes(32, "little"))
    assert not verify.ed25519(spelled.to_bytes(32, "little"), b"", bytes(64))


def test_noise_signs_nothing_and_breaks_nothing():
    for _ in range(50):
        assert not verify.ed25519(os.urandom(32), b"message", os.urandom(64))
    for length in (0, 1, 31, 63, 65):
        assert not verify.ed25519(bytes(32), b"", bytes(length))
        assert not verify.entry_is_signed(point(7), b"{}", "A" * length)


def test_a_key_is_read_as_the_log_writes_it():
    from server.log_keys import LogKeys
    from server.server_key import make_key

    keys = LogKeys(ed25519.Ed25519PrivateKey.generate(), make_key())
    for key in keys.verifier_keys("log.example/1"):
        name, kind, public, key_id = verify.read_vkey(str(key))
        assert (name, kind, public, key_id) == (key.name, key.kind, key.public, key.id)
        # The id of a P-256 key does not cover its name (signed-note, type 2): there the name is only compared.
        for at in range(0 if kind == verify.ED25519 else len(name), len(str(key))):
            with pytest.raises((ValueError, IndexError, UnicodeError)):
                verify.read_vkey(str(key)[:at] + "~" + str(key)[at + 1 :])
    spki = keys.server.private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert spki.startswith(verify.SPKI) and len(spki) == 91
