"""A folder of backups: each whole or not there, photos beside them once for all, old ones dropped.

    HOW-TO-RESTORE.txt
    photos/ab/<name>.age                       every photo once, under a name that does not give it away
    000123-2026-11-22T160500Z/manifest         what it holds, signed by the server
                              database.age     the tables of record, one SQLite file
                              keys.age         keys and last checkpoint, a tar
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

from sync.entry import base64url_encode

DATABASE, KEYS, MANIFEST, PHOTOS = "database.age", "keys.age", "manifest", "photos"
_WHOLE = re.compile(r"(\d{6,})-\d{4}-\d\d-\d\dT\d{6}Z")
_PARTIAL = ".partial-"
_HOW_TO = """These are backups of a Sanad server. They are encrypted (age-encryption.org): only who keeps the identity
file that belongs to the recipient named in a manifest can open them, and the server cannot.

    sanad restore THIS-FOLDER --identity IDENTITY-FILE               is it whole? Leaves nothing behind.
    sanad restore THIS-FOLDER --identity IDENTITY-FILE --to FOLDER   a new data folder to start a server on

The folder with the highest number is the newest. Each needs the folder "photos" beside it.
"""


class BackupBusy(RuntimeError):
    """Another backup into the same folder is going on."""

    code = "backup-busy"


class NoBackup(RuntimeError):
    """There is no whole backup at that place."""

    code = "no-backup"


@dataclass(frozen=True)
class BackupFolder:
    folder: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One backup at a time; what an interrupted one left behind is removed. Raises BackupBusy."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with only_one(self.folder / ".lock", f"another backup into {self.folder} is going on"):
            self._sweep()
            try:
                yield
            finally:
                self._sweep()

    def _sweep(self) -> None:
        for left in list(self.folder.rglob(f"{_PARTIAL}*")):
            rmtree(left) if left.is_dir() else left.unlink()

    def begin(self, taken_ms: int) -> tuple[Path, str]:
        """An empty folder to fill, and the name it will have when it is whole."""
        number = max((_number(each) for each in self.whole()), default=0) + 1
        name = f"{number:06}-{datetime.fromtimestamp(taken_ms / 1000, UTC):%Y-%m-%dT%H%M%SZ}"
        partial = self.folder / f"{_PARTIAL}{name}"
        partial.mkdir(mode=0o700)
        return partial, name

    def finish(self, partial: Path, name: str) -> Path:
        """From now on it is there. All that it names was synced before."""
        (self.folder / "HOW-TO-RESTORE.txt").write_text(_HOW_TO, encoding="utf-8")
        sync_folder(partial)
        target = self.folder / name
        partial.rename(target)
        sync_folder(self.folder)
        return target

    def whole(self) -> list[Path]:
        """Oldest first."""
        return sorted((each for each in self.folder.iterdir() if _WHOLE.fullmatch(each.name)), key=_number)

    def prune(self, keep: int) -> int:
        """Drops all but the newest `keep`; how many. Photos stay: no entry that names one is ever dropped."""
        old = self.whole()[:-keep] if keep else []
        for each in old:
            # Under another name first: half of it removed, it must not look whole.
            dropped = each.with_name(f"{_PARTIAL}{each.name}")
            each.rename(dropped)
            rmtree(dropped)
        return len(old)

    def photo(self, name: str) -> Path:
        return self.folder / PHOTOS / name[:2] / f"{name}.age"

    def begin_photo(self, name: str) -> Path:
        """A file to write into, which `finish_photo` gives its name."""
        path = self.photo(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path.with_name(f"{_PARTIAL}{name}")

    def finish_photo(self, partial: Path, name: str) -> None:
        """Durable when the folders are synced: `sync_photos`."""
        partial.rename(self.photo(name))

    def sync_photos(self, names: set[str]) -> None:
        """Once for many photos: the folders that name them, and the one that names those."""
        for each in {self.photo(name).parent for name in names}:
            sync_folder(each)
        if names:
            sync_folder(self.folder / PHOTOS)
            sync_folder(self.folder)


@contextmanager
def only_one(lock: Path, otherwise: str) -> Iterator[None]:
    """Raises BackupBusy with these words while somebody else holds the lock, which ends with its process."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupBusy(otherwise) from None
        yield
    finally:
        os.close(descriptor)


def find_backup(path: Path) -> tuple[BackupFolder, Path]:
    """The backup at `path`, or the newest one in that folder. Raises NoBackup."""
    if (path / MANIFEST).is_file():
        return BackupFolder(path.resolve().parent), path.resolve()
    if path.is_dir() and (found := BackupFolder(path).whole()):
        return BackupFolder(path), found[-1]
    raise NoBackup(f"there is no whole backup in {path}")


def photo_name(secret: bytes, readers: list[str], digest: str) -> str:
    """Under which name a photo lies: whoever holds both the photo and the folder must not learn that it is in there.

    It depends on the readers, so that photos are encrypted anew when another recipient shall be able to read them.
    """
    said = "\n".join([*sorted(readers), digest])
    return base64url_encode(hmac.new(secret, said.encode(), hashlib.sha256).digest())


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _number(path: Path) -> int:
    found = _WHOLE.fullmatch(path.name)
    return int(found[1]) if found else 0
