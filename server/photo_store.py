"""Photos on disk, named by their digest: a name never holds half a file, and originals stay byte for byte."""

from __future__ import annotations

import hashlib
import os
from base64 import urlsafe_b64encode
from pathlib import Path


class WrongDigest(ValueError):
    """The bytes received are not the photo that the entry named."""

    code = "wrong-digest"


class PhotoStore:
    """`folder` holds whole photos for ever, `uploads` the parts that are still coming."""

    def __init__(self, folder: Path, uploads: Path) -> None:
        self.folder, self.uploads = folder, uploads
        for each in (folder, uploads):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path_of(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def has(self, digest: str) -> bool:
        return self.path_of(digest).exists()

    def offset(self, upload: str) -> int | None:
        """Bytes held of an upload, or None when it was never begun or has expired."""
        try:
            return (self.uploads / upload).stat().st_size
        except FileNotFoundError:
            return None

    def begin(self, upload: str) -> None:
        (self.uploads / upload).touch(mode=0o600)

    def append(self, upload: str, offset: int, chunk: bytes) -> int:
        """Writes `chunk` at `offset`, synced; the new offset."""
        descriptor = os.open(self.uploads / upload, os.O_WRONLY)
        try:
            written = 0
            while written < len(chunk):
                written += os.pwrite(descriptor, chunk[written:], offset + written)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return offset + len(chunk)

    def finish(self, upload: str, digest: str) -> None:
        """Keeps a whole upload under its digest for ever. Raises WrongDigest, and forgets the bytes, when it is not it."""
        partial = self.uploads / upload
        with partial.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").digest()
        if urlsafe_b64encode(found).decode().rstrip("=") != digest:
            os.truncate(partial, 0)
            raise WrongDigest(digest)
        target = self.path_of(digest)
        if target.exists():
            partial.unlink()
            return
        target.parent.mkdir(exist_ok=True, mode=0o700)
        os.chmod(partial, 0o400)
        os.rename(partial, target)
        # The rename is durable only when both folders are: the one that names the photo, and the one that names it.
        _sync_folder(target.parent)
        _sync_folder(self.folder)

    def drop_stale(self, before_ms: int) -> int:
        """Removes parts untouched since `before_ms`; how many."""
        stale = [each for each in self.uploads.iterdir() if each.stat().st_mtime * 1000 < before_ms]
        for each in stale:
            each.unlink(missing_ok=True)
        return len(stale)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
