"""Phones for tests: real keys and real signatures, no browser."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from sync.entry import base64url_encode, compose, digest_of
from sync.signature import Verify, signing_input, thumbprint

ELECTION = "iq-2026"
# The same salt in every test body keeps the examples readable; a phone draws 16 random bytes.
SALT = "AAAAAAAAAAAAAAAAAAAAAA"
_ALGORITHM = ec.ECDSA(SHA256(), deterministic_signing=True)


class Key:
    """A P-256 device key made from a small number, so that every run has the same devices."""

    def __init__(self, number: int) -> None:
        self._private = ec.derive_private_key(number, ec.SECP256R1())
        self.public = self._private.public_key()
        point = self.public.public_numbers()
        coordinates = {"x": point.x, "y": point.y}
        self.jwk = {"kty": "EC", "crv": "P-256"} | {
            name: base64url_encode(value.to_bytes(32, "big")) for name, value in coordinates.items()
        }
        self.device = thumbprint(self.jwk)

    def sign(self, header_text: str) -> str:
        """The 86 characters of ES256 over a header."""
        der = self._private.sign(signing_input(header_text.encode()), _ALGORITHM)
        r, s = utils.decode_dss_signature(der)
        return base64url_encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def verifier(keys: Iterable[Key]) -> Verify:
    """Checks signatures against these devices; an unknown device signs nothing."""
    key_by_device = {key.device: key for key in keys}

    def verify(device: str, signed: bytes, signature: bytes) -> bool:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        try:
            key_by_device[device].public.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
        except (KeyError, InvalidSignature):
            return False
        return True

    return verify


@dataclass(frozen=True)
class Written:
    """One entry as its phone keeps it, with the three texts that travel."""

    id: str
    seq: int
    kind: str
    subject: str
    author: str
    texts: tuple[str, str, str]


@dataclass
class Phone:
    """A phone: a key, an observer, a chain of entries, and what it carries for others."""

    key: Key
    observer: str
    chain: list[Written] = field(default_factory=list)
    carried: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    clock_ms: int = 1_791_700_000_000
    backup: tuple[Written, ...] = ()

    def write(
        self,
        kind: str = "incident.report",
        body: Mapping[str, Any] | None = None,
        *,
        subject: str = "",
        refs: Iterable[str] = (),
        **header: Any,
    ) -> Written:
        """Appends a signed entry to the journal; further header fields replace the usual ones."""
        self.clock_ms += 1000
        last = self.chain[-1] if self.chain else None
        fields = {
            "election": ELECTION,
            "device": self.key.device,
            "seq": last.seq + 1 if last else 1,
            "prev": last.id if last else "",
            "kind": kind,
            "subject": subject,
            "refs": list(refs),
            "at": self.clock_ms,
        }
        header_text, body_text = compose({**fields, **header}, {"salt": SALT, **(body or {})})
        return self.keep(header_text, body_text)

    def keep(self, header_text: str, body_text: str) -> Written:
        """Signs and keeps texts as they are, however odd they may be."""
        identity = digest_of(header_text.encode())
        last = self.chain[-1] if self.chain else None
        texts = (header_text, self.key.sign(header_text), body_text)
        kind, subject = _between(header_text, '"kind":"'), _between(header_text, '"subject":"')
        seq = last.seq + 1 if last else 1
        written = Written(identity, seq, kind, subject or identity, self.observer, texts)
        self.chain.append(written)
        return written

    def waiting(self) -> list[tuple[str, str, str]]:
        """Texts that no answer has acknowledged: its own in order, then what it carries."""
        own = [written.texts for written in self.chain if written.id not in self.acknowledged]
        return own + [texts for i, texts in self.carried.items() if i not in self.acknowledged]


def _between(text: str, start: str) -> str:
    return text.split(start, 1)[1].split('"', 1)[0] if start in text else ""
