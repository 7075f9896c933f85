"""The log outside the database: tiles, bundles and the last signed checkpoint as plain files that anyone may mirror."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree


class CheckpointMoved(RuntimeError):
    """Another process has published since: what was about to be published is not."""

    code = "checkpoint-moved"


class LogStore:
    """A folder laid out as c2sp.org/tlog-tiles says, so that it can be served or copied as it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: tuple[tuple[int, int] | None, str] = (None, "")
        self._made: set[Path] = set()

    def checkpoint(self) -> str:
        """The published note, or "" while there is none."""
        path = self.folder / "checkpoint"
        try:
            found = path.stat()
        except FileNotFoundError:
            return ""
        # Asked in every exchange: the file is read again only when it is another one.
        stamp = (found.st_ino, found.st_mtime_ns)
        if self._seen[0] != stamp:
            self._seen = stamp, path.read_text()
        return self._seen[1]

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def publish(self, note: str, instead_of: str) -> None:
        """Replaces the published note by `note`; CheckpointMoved unless `instead_of` is what stands there."""
        with self._locked():
            path = self.folder / "checkpoint"
            if (path.read_text() if path.exists() else "") != instead_of:
                raise CheckpointMoved
            self.put("checkpoint", note.encode())

    def put(self, name: str, content: bytes) -> None:
        """Writes one file whole or not at all, and durably."""
        try:
            self._put(self.folder / name, content)
        except FileNotFoundError:
            # Somebody took the folder away while the server ran: what is published next stands in a new one.
            self._made.clear()
            self._put(self.folder / name, content)

    def _put(self, path: Path, content: bytes) -> None:
        self._make(path.parent)
        # Named by the process: two that write the same tile must not write into each other's file.
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
        _sync_folder(path.parent)

    def _make(self, folder: Path) -> None:
        """The folder, its own name on the disk: a tile in a folder that a power cut takes away is gone with it.

        Once a process, even if it is there already: the process before may have been cut off between the two.
        """
        if folder in self._made or folder == self.folder.parent:
            return
        self._make(folder.parent)
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)
        self._made.add(folder)

    def drop_partials(self, name: str) -> None:
        """Forgets the partial versions of the tile `name`, which is whole by now and says all that they said."""
        rmtree(self.folder / f"{name}.p", ignore_errors=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
