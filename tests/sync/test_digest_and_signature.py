"""Things are named by their content, and devices by their keys, the same way everywhere."""

import pytest

from sync.digest import base64url_decode, base64url_encode, state_digest
from sync.signature import PROTECTED, signing_input, thumbprint
from tests.sync.phones import Key


def test_base64url_goes_there_and_back_without_padding() -> None:
    for length in range(70):
        raw = bytes(range(length))
        assert "=" not in base64url_encode(raw)
        assert base64url_decode(base64url_encode(raw)) == raw


def test_the_order_of_keys_does_not_change_the_digest_of_a_state() -> None:
    assert state_digest({"a": [1, "ب"], "b": None}) == state_digest({"b": None, "a": [1, "ب"]})
    assert state_digest({"a": [1, 2]}) != state_digest({"a": [2, 1]})
    assert state_digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_a_state_with_infinity_has_no_digest() -> None:
    with pytest.raises(ValueError, match="JSON"):
        state_digest({"rate": float("inf")})


def test_the_protected_header_is_the_constant_text() -> None:
    assert base64url_decode(PROTECTED) == b'{"alg":"ES256","typ":"sanad-entry+jws"}'
    assert signing_input(b"{}") == PROTECTED.encode() + b".e30"


def test_only_a_p256_key_names_a_device() -> None:
    jwk = Key(1).jwk
    for odd in ({"kty": "OKP"}, {"crv": "P-384"}, {"x": "short"}, {"y": None}, {"x": jwk["x"] + "="}):
        with pytest.raises(ValueError, match=r"key|coordinates"):
            thumbprint({**jwk, **odd})
    assert thumbprint({**jwk, "use": "sig", "d": "never sent"}) == Key(1).device
