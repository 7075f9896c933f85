"""The server's own P-256 key: it signs the journal in which enrolments, assignments and findings stand."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from sync.entry import base64url_decode, base64url_encode
from sync.signature import thumbprint

ES256 = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True)
class ServerKey:
    """`device` is the thumbprint under which the server's own entries stand."""

    private: ec.EllipticCurvePrivateKey
    jwk: dict
    device: str

    def sign(self, signing_input: bytes) -> str:
        """ES256 as base64url of r‖s, 64 bytes."""
        r, s = decode_dss_signature(self.private.sign(signing_input, ES256))
        return base64url_encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def make_key(private: ec.EllipticCurvePrivateKey | None = None) -> ServerKey:
    private = private or ec.generate_private_key(ec.SECP256R1())
    numbers = private.public_key().public_numbers()
    x, y = (urlsafe_b64encode(n.to_bytes(32, "big")).decode().rstrip("=") for n in (numbers.x, numbers.y))
    jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    return ServerKey(private, jwk, thumbprint(jwk))


def open_key(path: Path) -> ServerKey:
    """The key in `path`, made and synced to disk when there is none yet."""
    if path.exists():
        loaded = serialization.load_pem_private_key(path.read_bytes(), None)
        return make_key(loaded)  # type: ignore[arg-type]
    key = make_key()
    keep_private_key(path, key.private)
    return key


def keep_private_key(path: Path, private: PrivateKeyTypes) -> None:
    """Writes a new key whole or not at all, durably, for nobody else to read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    partial = path.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    # The names too: a journal signed by a key that a power cut took away could never be continued.
    for folder in (path.parent, path.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_public_key(jwk: dict) -> ec.EllipticCurvePublicKey:
    """Raises ValueError when `jwk` is not a P-256 public key."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise ValueError("not a P-256 key")
    parts = [base64url_decode(jwk[part]) if isinstance(jwk.get(part), str) else b"" for part in ("x", "y")]
    if any(len(part) != 32 for part in parts):
        raise ValueError("coordinates are not 32 bytes")
    x, y = (int.from_bytes(part, "big") for part in parts)
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def is_signed(key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    """True when `signature` (r‖s) over `message` is by `key`."""
    if len(signature) != 64:
        return False
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        key.verify(der, message, ES256)
    except InvalidSignature:
        return False
    return True


def read_jwk(text: str) -> ec.EllipticCurvePublicKey:
    return read_public_key(json.loads(text))
