"""What exactly a device signs, and how a device is named by its key."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sync.digest import base64url_encode, digest_of

# Constant, so that nothing an attacker chooses (algorithm, key address) is ever parsed (RFC 7515 §4).
PROTECTED = base64url_encode(b'{"alg":"ES256","typ":"sanad-entry+jws"}')

# (device, signing input, 64 bytes r‖s) → whether the key of that device signed it.
Verify = Callable[[str, bytes, bytes], bool]

_COORDINATE = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_SIGNING_PREFIX = PROTECTED.encode() + b"."


def signing_input(header_bytes: bytes) -> bytes:
    """The bytes under the signature: RFC 7515 §5.1 with the constant protected header."""
    return _SIGNING_PREFIX + base64url_encode(header_bytes).encode()


def compact_jws(header_bytes: bytes, signature: str) -> str:
    """The entry's header as a compact JWS that any JOSE library verifies."""
    return f"{signing_input(header_bytes).decode()}.{signature}"


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """RFC 7638 name of a P-256 public key; ValueError if it is not such a key."""
    x, y = jwk.get("x"), jwk.get("y")
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise ValueError("not a P-256 key")
    if not all(isinstance(c, str) and _COORDINATE.fullmatch(c) for c in (x, y)):
        raise ValueError("coordinates are not 32 bytes of base64url")
    return digest_of(f'{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}'.encode())
