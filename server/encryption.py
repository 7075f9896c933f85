"""Encrypts to people who are not here: age files, which only the holder of the identity can open again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import pyrage
from pyrage.x25519 import Identity, Recipient

PIECE_BYTES = 1024 * 1024


class NotAKey(ValueError):
    """A text that is no age recipient, or a file without an age identity."""

    code = "not-a-key"


class CannotOpen(RuntimeError):
    """A file that this identity does not open, or that is not what was written."""

    code = "cannot-open"


class Sink(Protocol):
    """Takes what was decrypted, piece by piece."""

    def write(self, piece: bytes, /) -> object: ...


def make_identity() -> Identity:
    """A new X25519 identity, as `age-keygen` makes it."""
    return Identity.generate()


def read_recipient(text: str) -> Recipient:
    """The public half in `text`, such as age1…; raises NotAKey."""
    try:
        return Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise NotAKey(f"not an age recipient: {text.strip()[:70]}") from None


def read_identities(text: str) -> list[Identity]:
    """The identities in a file as `age-keygen` writes it, one a line; raises NotAKey when there is none."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise NotAKey("not a file with an age identity; one that is itself encrypted must be opened with age first")
    return found


def identity_text(identity: Identity) -> str:
    """What stands in an identity's file."""
    return f"# public key: {identity.to_public()}\n{identity}\n"


def encrypt(source: BinaryIO, target: Path, readers: Sequence[Recipient]) -> str:
    """Writes `source` to `target` for these readers, synced to disk; the SHA-256 of what was written, hexadecimal."""
    with target.open("xb") as file:
        os.chmod(target, 0o600)
        written = _Hashing(file)
        try:
            pyrage.encrypt_io(source, written, list(readers))
        except pyrage.EncryptError:
            # The library tells what went wrong in words only; a full disk must be known for what it is.
            if written.fault:
                raise written.fault from None
            raise
        file.flush()
        os.fsync(file.fileno())
    return written.digest.hexdigest()


def decrypt(source: Path, sink: Sink, identities: Sequence[Identity]) -> None:
    """Hands what was encrypted to `sink`. Raises CannotOpen; what came before a fault has then reached the sink."""
    try:
        with source.open("rb") as file:
            pyrage.decrypt_io(file, _Plain(sink), list(identities))
    except FileNotFoundError:
        raise CannotOpen(f"{source.name} is not there") from None
    except pyrage.DecryptError as error:
        raise CannotOpen(f"{source.name} cannot be opened: {error}") from None
    except OSError as error:
        # A damaged piece comes as an OSError without a number; a full disk has one.
        if error.errno is not None:
            raise
        raise CannotOpen(f"{source.name} is damaged") from None


def sha256_of(path: Path) -> str:
    """Of the file as it lies there, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Hashing:
    """Passes on and hashes what it passes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()
        self.fault: OSError | None = None

    def write(self, piece: bytes) -> int:
        self.digest.update(piece)
        try:
            return self._file.write(piece)
        except OSError as error:
            self.fault = error
            raise

    def flush(self) -> None:
        self._file.flush()


class _Plain:
    """What the library asks of a file, around any sink."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, piece: bytes) -> int:
        self._sink.write(piece)
        return len(piece)

    def flush(self) -> None:
        pass
