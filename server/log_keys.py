"""The keys under the log: Ed25519 for verifiers everywhere, P-256 for the WebCrypto of old phones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from server.server_key import ES256, ServerKey, keep_private_key
from sync.checkpoint import COSIGNATURE, ECDSA_P256, ED25519, Note, SignatureLine, VerifierKey


def origin_of(public_url: str, epoch: str) -> str:
    """The name of the log that a server begins at this address; another database there has another epoch."""
    return f"{urlsplit(public_url).netloc}/log/{epoch}"


@dataclass(frozen=True)
class LogKeys:
    """Both private halves. The P-256 one is the server's own key, which every phone knows since it joined."""

    log: ed25519.Ed25519PrivateKey
    server: ServerKey

    def verifier_keys(self, origin: str) -> list[VerifierKey]:
        """The public halves under the log's name, Ed25519 first."""
        raw = self.log.public_key().public_bytes_raw()
        spki = self.server.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return [VerifierKey(origin, ED25519, raw), VerifierKey(origin, ECDSA_P256, spki)]

    def signed(self, origin: str, text: str) -> Note:
        """`text` with both lines under it. What it says must have been checked before."""
        message = text.encode()
        signatures = (self.log.sign(message), self.server.private.sign(message, ES256))
        keys = self.verifier_keys(origin)
        lines = (SignatureLine(key.name, key.id, made) for key, made in zip(keys, signatures, strict=True))
        return Note(text, tuple(lines))


def open_log_keys(path: Path, server: ServerKey) -> LogKeys:
    """The log's key in `path`, made and synced to disk when there is none yet, beside the server's."""
    if path.exists():
        return LogKeys(serialization.load_pem_private_key(path.read_bytes(), None), server)  # type: ignore[arg-type]
    key = ed25519.Ed25519PrivateKey.generate()
    keep_private_key(path, key)
    return LogKeys(key, server)


def is_signed_by(key: VerifierKey, message: bytes, signature: bytes) -> bool:
    """Whether `key` signed `message`; false for keys and signatures that are none (sync.checkpoint.Verify)."""
    try:
        if key.kind in (ED25519, COSIGNATURE):
            ed25519.Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
            return True
        if key.kind != ECDSA_P256:
            return False
        public = serialization.load_der_public_key(key.public)
        if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
            return False
        public.verify(signature, message, ES256)
    except (InvalidSignature, ValueError):
        return False
    return True
