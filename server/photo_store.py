"""Photos on disk, named by their digest: a name never holds half a file, and originals stay byte for byte."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sync.entry import base64url_encode
from sync.header import is_digest


class WrongDigest(ValueError):
    """The bytes received are not the photo that the entry named."""

    code = "wrong-digest"


class UploadBusy(RuntimeError):
    """Another request is writing the same upload at this moment."""

    code = "upload-busy"


class PhotoStore:
    """`folder` holds whole photos for ever, `uploads` in it the parts that are still coming.

    A photo lies in a folder of the first two characters of its name, so `photos_in` never meets a part.

    What others may ask of any store: `size`, `read`, `settle`, `forget`, and the parts of uploads. server/s3_photos.py
    is a store whose folder only holds what still waits for its way into a bucket.
    """

    keeps_elsewhere = False

    def __init__(self, folder: Path, uploads: Path) -> None:
        self.folder, self.uploads = folder, uploads
        # What this process has synced and nobody need sync again: photos just kept, and names of folders.
        self._kept_now: set[str] = set()
        self._named: set[str] = set()
        for each in (folder, uploads):
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
            # At every start: the one before may have been cut off between the two.
            _sync_folder(each.parent)

    def path_of(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def has(self, digest: str) -> bool:
        return self.path_of(digest).exists()

    def size(self, digest: str) -> int | None:
        """Bytes of a whole photo in the folder, or None when it is not there."""
        try:
            return self.path_of(digest).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, digest: str) -> BinaryIO:
        """The whole photo, a real file open for reading. Raises FileNotFoundError when it is not there."""
        return self.path_of(digest).open("rb")

    def offset(self, upload: str) -> int | None:
        """Bytes held of an upload, or None when it was never begun or has expired."""
        try:
            return (self.uploads / upload).stat().st_size
        except FileNotFoundError:
            return None

    def begin(self, upload: str) -> None:
        (self.uploads / upload).touch(mode=0o600)

    def receive(self, upload: str, digest: str, length: int, offset: int, pieces: Iterable[bytes]) -> int:
        """Writes `pieces` at `offset` and syncs them; the new offset. At `length` the photo is kept for ever.

        What arrived before the sender went away is kept. Raises UploadBusy while another request writes the same
        upload, FileNotFoundError when there is none, WrongDigest (and forgets the bytes) when whole but not it.
        """
        with self._locked(upload) as descriptor:
            held = os.fstat(descriptor).st_size
            if held != offset:
                return held
            # Of a photo that comes in one piece the digest is known when it has come; others are read once more.
            found = hashlib.sha256() if offset == 0 else None
            try:
                for piece in pieces:
                    piece = piece[: length - offset]
                    offset += _write_at(descriptor, piece, offset)
                    if found:
                        found.update(piece)
            finally:
                _sync_or_forget(descriptor)
            if offset == length:
                self._keep(upload, digest, found.digest() if found else None)
            return offset

    @contextmanager
    def _locked(self, upload: str) -> Iterator[int]:
        path = self.uploads / upload
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UploadBusy(upload) from error
            # Another request may have kept this very file as evidence between our open and our lock.
            if path.stat().st_ino != os.fstat(descriptor).st_ino:
                raise FileNotFoundError(upload)
            yield descriptor
        finally:
            os.close(descriptor)

    def _keep(self, upload: str, digest: str, found: bytes | None) -> None:
        partial = self.uploads / upload
        if found is None:
            with partial.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").digest()
        if base64url_encode(found) != digest:
            os.truncate(partial, 0)
            raise WrongDigest(digest)
        target = self.path_of(digest)
        if target.exists():
            partial.unlink()
            return
        target.parent.mkdir(exist_ok=True, mode=0o700)
        os.rename(partial, target)
        # Only now: a part that is read-only could not be opened again after a rename that failed. And no more than a
        # guard against a slip of the hand: a file system that knows no such mode keeps photos too.
        with suppress(PermissionError):
            os.chmod(target, 0o400)
        self.make_durable(digest)
        self._kept_now.add(digest)

    def make_durable(self, digest: str) -> None:
        """The rename is durable only when both folders are: the one that names the photo, and the one that names it."""
        if digest in self._kept_now:
            self._kept_now.discard(digest)
            return
        folder = self.path_of(digest).parent
        _sync_folder(folder)
        if folder.name not in self._named:
            # Once a process: its name does not change, and nothing takes the folder away.
            _sync_folder(self.folder)
            self._named.add(folder.name)

    def settle(self, digest: str, now_ms: int) -> bool:
        """Makes a whole photo durable; False when it waits here to be carried elsewhere."""
        self.make_durable(digest)
        return True

    def is_contradicted(self, digest: str) -> bool:
        """True when something else than this photo lies under its name where it is to be carried."""
        return False

    def forget(self, digest: str) -> None:
        """What was settled elsewhere and is registered need not lie here any longer."""

    def drop_stale(self, before_ms: int) -> int:
        """Removes parts untouched since `before_ms`; how many."""
        stale = [each for each in self.uploads.iterdir() if each.stat().st_mtime * 1000 < before_ms]
        for each in stale:
            each.unlink(missing_ok=True)
        return len(stale)


def photos_in(folder: Path) -> Iterator[Path]:
    """The files of whole photos. What else lies in the folder, `uploads` or lost+found of a disk, is none."""
    return folder.glob("??/*")


def forget_former_uploads(former: Path, uploads: Path) -> None:
    """Clears away where parts lay before they lay beside the photos; phones begin those again.

    Only what has the name of a part is removed, in case an administrator has put something else there. Rubbish that
    cannot be removed is no reason not to start.
    """
    with suppress(OSError):
        if former.samefile(uploads):
            return
        for each in former.iterdir():
            if is_digest(each.name):
                each.unlink(missing_ok=True)
        former.rmdir()


def _write_at(descriptor: int, piece: bytes, offset: int) -> int:
    written = 0
    while written < len(piece):
        written += os.pwrite(descriptor, piece[written:], offset + written)
    return written


def _sync_or_forget(descriptor: int) -> None:
    """After a failed sync the system takes the bytes for written and never tries again, though the disk lacks them.

    A later sync would then succeed and half a photo would be kept; so what is held is forgotten and sent again.
    """
    try:
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, 0)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
