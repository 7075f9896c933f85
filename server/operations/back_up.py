"""Saves what cannot be rebuilt while the server runs: encrypted, and opened again before it is called a backup.

Every file is encrypted to the recipients and to a reader of this one run, whose identity never leaves its memory and
is forgotten with it. So the very files that were written are read again and judged by what they hold, and yet no
server can open a backup afterwards.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from pyrage.x25519 import Identity, Recipient

from server.backup_folder import DATABASE, KEYS, MANIFEST, BackupFolder, only_one, photo_name
from server.backup_manifest import Manifest
from server.database import log
from server.database.backups import note_backup
from server.database.engine import reading
from server.encryption import decrypt, encrypt, make_identity, sha256_of
from server.log_keys import origin_of
from server.object_store import StoreAway
from server.operations.copy_record import copy_record
from server.operations.examine_copy import Examined, examine_copy
from server.photo_store import PhotoStore, WrongDigest
from server.running import Running
from sync.entry import base64url_encode

NAMES_KEY = "backup-names"
_WORK = "backup-"


class NotCopied(RuntimeError):
    """The backup could not be made, or what was written is not what was read."""

    code = "not-copied"


@dataclass(frozen=True)
class Backup:
    """`new_photos` were encrypted now, the others lay there. `missing` ones are known as whole and could not be had."""

    path: Path
    entries: int
    photos: int
    new_photos: int
    missing: int
    dropped: int


@dataclass(frozen=True)
class _Run:
    held: Running
    target: BackupFolder
    readers: tuple[Recipient, ...]
    this_run: Identity
    work: Path

    @property
    def everybody(self) -> list[Recipient]:
        return [*self.readers, self.this_run.to_public()]


def back_up(held: Running, folder: Path, readers: Sequence[Recipient], keep: int = 0) -> Backup:
    """Raises NotCopied and BackupBusy. With `keep`, all but the newest that many are dropped from `folder`.

    The database first: every photo that it knows as whole is then in the store.
    """
    if folder.resolve() == held.settings.folder.resolve():
        raise NotCopied("the backup must be in another folder than the data, best on another machine")
    target = BackupFolder(folder)
    with target.locked(), _workplace(held) as work:
        run = _Run(held, target, tuple(readers), make_identity(), work)
        taken_ms = held.clock.now_ms()
        partial, name = target.begin(taken_ms)
        files = {KEYS: encrypt(io.BytesIO(_keys(held)), partial / KEYS, run.everybody)}
        rows = copy_record(held, work / "copy.db")
        files[DATABASE] = _encrypt_file(work / "copy.db", partial / DATABASE, run.everybody)
        found = _open_again(run, partial, files, rows)
        saved, new_photos = _save_photos(run, found.digests)
        manifest = _manifest(run, taken_ms, found, len(saved), files)
        _write(partial / MANIFEST, manifest.signed(held.log_keys))
        path = target.finish(partial, name)
        _note(run, manifest, saved)
        missing = manifest.missing_photos
        return Backup(path, found.size, len(saved), new_photos, missing, target.prune(keep))


@contextmanager
def _workplace(held: Running) -> Iterator[Path]:
    """A folder beside the data: what lies there in clear for a moment lies in clear on that disk anyway.

    One backup of this data at a time: another one would take this one's files for what a broken run left behind.
    """
    with only_one(held.settings.folder / "backup.lock", "another backup of this server is going on"):
        for left in held.settings.folder.glob(f"{_WORK}*/"):
            rmtree(left, ignore_errors=True)
        work = Path(mkdtemp(prefix=_WORK, dir=held.settings.folder))
        try:
            yield work
        finally:
            rmtree(work, ignore_errors=True)


def _keys(held: Running) -> bytes:
    """The server's keys and the last checkpoint that it signed, as a tar."""
    _names_key(held)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for each in sorted((held.settings.folder / "keys").iterdir()):
            if each.is_file() and each.suffix != ".partial":
                tar.add(each, f"keys/{each.name}", recursive=False)
        note = held.log_store.checkpoint().encode()
        about = tarfile.TarInfo("checkpoint")
        about.size = len(note)
        tar.addfile(about, io.BytesIO(note))
    return packed.getvalue()


def _names_key(held: Running) -> bytes:
    path = held.settings.folder / "keys" / NAMES_KEY
    if not path.exists():
        _write(path.with_suffix(".partial"), held.clock.random_text(32))
        path.with_suffix(".partial").rename(path)
    return path.read_bytes()


def _encrypt_file(source: Path, target: Path, readers: Sequence[Recipient]) -> str:
    with source.open("rb") as file:
        digest = encrypt(file, target, readers)
    source.unlink()
    return digest


def _open_again(run: _Run, partial: Path, files: dict[str, str], rows: dict[str, int]) -> Examined:
    """What the written files hold. Raises NotCopied unless that is what was read from the database."""
    decrypt(partial / KEYS, io.BytesIO(), [run.this_run])
    for name, digest in files.items():
        if sha256_of(partial / name) != digest:
            raise NotCopied(f"{name} is not what was written")
    again = run.work / "again.db"
    with again.open("xb") as file:
        decrypt(partial / DATABASE, file, [run.this_run])
    found = examine_copy(again)
    again.unlink()
    if found.rows != rows:
        raise NotCopied("the copy does not hold the rows that were read")
    return found


def _save_photos(run: _Run, digests: Sequence[str]) -> tuple[list[str], int]:
    """The photos that lie in the backup now, and how many of them are new there."""
    secret = _names_key(run.held)
    readers = [str(each) for each in run.readers]
    store = _Store(run.held.photo_store)
    saved, names = [], set()
    for digest in digests:
        name = photo_name(secret, readers, digest)
        if not run.target.photo(name).exists():
            content = store.read(digest)
            if content is None:
                continue
            _save_photo(run, content, name)
            names.add(name)
        saved.append(digest)
    run.target.sync_photos(names)
    return saved, len(names)


class _Store:
    """The photo store as a backup reads it: one spoiled photo, or no bucket, must not keep the rest from being saved.

    A photo is read whole before anything is written, so that a fault in here is never one of the backup's own disk.
    """

    def __init__(self, photos: PhotoStore) -> None:
        self._photos, self._is_away = photos, False

    def read(self, digest: str) -> bytes | None:
        """The photo, or None when it is not to be had now or not itself any more."""
        try:
            # A bucket that is away is not asked once more for each photo; what still waits here for it can be read.
            if self._is_away and self._photos.size(digest) is None:
                return None
            with self._photos.read(digest) as file:
                content = file.read()
        except StoreAway:
            self._is_away = True
            return None
        except (OSError, WrongDigest):
            return None
        return content if base64url_encode(hashlib.sha256(content).digest()) == digest else None


def _save_photo(run: _Run, content: bytes, name: str) -> None:
    partial = run.target.begin_photo(name)
    encrypt(io.BytesIO(content), partial, run.everybody)
    again = io.BytesIO()
    decrypt(partial, again, [run.this_run])
    if again.getvalue() != content:
        raise NotCopied("a photo is not what was written")
    run.target.finish_photo(partial, name)


def _manifest(run: _Run, taken_ms: int, found: Examined, photos: int, files: dict[str, str]) -> Manifest:
    with reading(run.held.engine) as connection:
        head = log.head(connection)
    return Manifest(
        taken_ms=taken_ms,
        election=found.election,
        epoch=found.epoch,
        origin=head.origin if head else origin_of(run.held.settings.public_url, found.epoch),
        size=found.size,
        root=found.root,
        rows=found.rows,
        photos=photos,
        missing_photos=len(found.digests) - photos,
        readers=tuple(str(each) for each in run.readers),
        files=files,
    )


def _note(run: _Run, manifest: Manifest, saved: Sequence[str]) -> None:
    """Only now, when all of it lies there and was read again, may phones be told that they need not keep it."""
    row: dict[str, object] = {
        "epoch": manifest.epoch,
        "taken_ms": manifest.taken_ms,
        "verified_ms": run.held.clock.now_ms(),
        "size": manifest.size,
        "root": manifest.root,
        "photos": manifest.photos,
        "missing_photos": manifest.missing_photos,
        "destination": str(run.target.folder),
    }
    run.held.write(lambda connection: note_backup(connection, row, saved), alone=True)


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
