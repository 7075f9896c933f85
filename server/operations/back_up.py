"""Copies what cannot be rebuilt while the server runs: the database as of one moment, and every photo."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite

from server.photo_store import PhotoStore
from server.running import Running


class NotCopied(RuntimeError):
    """The backup could not be made, or the copy is not what it should be."""

    code = "not-copied"


@dataclass(frozen=True)
class Backup:
    """`missing` photos are named by the database as whole and are not in the photo folder."""

    entries: int
    photos: int
    missing: int


def back_up(held: Running, folder: Path) -> Backup:
    """Raises NotCopied. The database first: every photo it names is then in the photo folder already.

    The key stays behind: two servers must never sign one journal. The copy gets an epoch of its own, by which
    phones find out that they talk to a restored server.
    """
    if not held.settings.is_sqlite:
        raise NotCopied(
            "PostgreSQL has its own backup, which must be the one: pg_dump --format=custom "
            f"--file={folder / 'sanad.dump'} $SANAD_DATABASE_URL, and then copy {held.settings.photo_folder}"
        )
    if folder.resolve() == held.settings.folder.resolve():
        raise NotCopied("the copy must be in another folder than the data")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial, target = folder / "sanad.db.partial", folder / "sanad.db"
    partial.unlink(missing_ok=True)
    _copy_database(held, partial)
    entries, digests = _open_again(partial)
    missing = _copy_photos(held.photo_store, PhotoStore(folder / "photos", folder / "uploads"), digests)
    partial.rename(target)
    _sync(folder)
    return Backup(entries, len(digests) - missing, missing)


def _copy_database(held: Running, partial: Path) -> None:
    source = sqlite.connect(held.settings.database_url.removeprefix("sqlite:///"))
    target = sqlite.connect(str(partial))
    os.chmod(partial, 0o600)
    try:
        source.backup(target)  # one snapshot, however long it takes and whoever writes meanwhile
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute("UPDATE election SET epoch = ?", (held.clock.random_text(9),))
        target.commit()
    finally:
        source.close()
        target.close()
    _sync(partial)


def _open_again(partial: Path) -> tuple[int, list[str]]:
    """Entries and photo digests of the copy. Raises NotCopied when SQLite finds a fault in it."""
    copy = sqlite.connect(f"file:{partial}?mode=ro", uri=True)
    try:
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise NotCopied(f"the copy is damaged: {found}")
        entries = copy.execute("SELECT count(*) FROM entries").fetchone()[0]
        return entries, [row[0] for row in copy.execute("SELECT digest FROM photos")]
    finally:
        copy.close()


def _copy_photos(source: PhotoStore, target: PhotoStore, digests: list[str]) -> int:
    """How many are not there. What an earlier backup already copied is not copied again: names are digests."""
    missing = 0
    for digest in digests:
        if target.has(digest):
            continue
        if not source.has(digest):
            missing += 1
            continue
        whole = target.path_of(digest)
        whole.parent.mkdir(exist_ok=True, mode=0o700)
        partial = target.uploads / digest
        shutil.copyfile(source.path_of(digest), partial)
        _sync(partial)
        partial.rename(whole)
    return missing


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
