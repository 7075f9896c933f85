"""Makes a server out of a backup: the record as it was, projections to be folded, and a log that begins anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from server.config import Settings
from server.database.engine import reading
from server.database.row_copy import copy_rows
from server.operations.back_up import NAMES_KEY
from server.operations.begin_anew import begin_anew
from server.operations.open_backup import Opened, put_photos
from server.running import Running
from server.tables import METADATA

Open = Callable[[Settings], Running]


class NotEmpty(RuntimeError):
    """Something is there already: a restore never writes over anything."""

    code = "not-empty"


@dataclass(frozen=True)
class Restored:
    """`lost_photos` were known as whole and not in the backup: the phones that hold them are asked again."""

    origin: str
    entries: int
    photos: int
    lost_photos: int


def refuse_full(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(f"{folder} is not empty: restore into a new folder, and keep what is left of the old one")


def restore_backup(opened: Opened, work: Path, settings: Settings, open_held: Open) -> Restored:
    """Fills the new data folder `work` (the database lies there already) and, for PostgreSQL, its empty database.

    A photo folder elsewhere is filled where it is: photos that survived in it stay.

    `settings` are those that the server will have; `open_held` opens a place and brings its tables up to date.
    """
    photos = settings.photo_folder
    if photos.is_relative_to(settings.folder):
        # For a bucket this is the spool, out of which registered photos are carried.
        photos = work / photos.relative_to(settings.folder)
    lost = put_photos(opened, photos)
    here = replace(
        settings,
        folder=work,
        database_url=f"sqlite:///{work / 'sanad.db'}",
        photo_folder=photos,
        log_folder=work / "log",
    )
    _keep_names_key(work / "keys", opened.names_key)
    held = open_held(here)
    try:
        origin = begin_anew(held, opened.keys, opened.saved, lost)
        if not settings.is_sqlite:
            _move_over(held, open_held(replace(here, database_url=settings.database_url)))
    finally:
        held.engine.dispose()
    if not settings.is_sqlite:
        for each in work.glob("sanad.db*"):
            each.unlink()
    return Restored(origin, opened.manifest.size, len(opened.examined.digests) - len(lost), len(lost))


def _keep_names_key(keys: Path, names_key: bytes) -> None:
    """The one key that goes on: with another one every photo would be saved again under another name."""
    keys.mkdir(mode=0o700)
    with os.fdopen(os.open(keys / NAMES_KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(names_key)
        file.flush()
        os.fsync(file.fileno())


def _move_over(source: Running, target: Running) -> None:
    """In one transaction: a restore that breaks off leaves an empty database."""

    def copy(connection) -> None:
        for table in METADATA.sorted_tables:
            if connection.execute(table.select().limit(1)).first() is not None:
                raise NotEmpty(f"the database to restore into is not empty: {table.name} has rows")
        with reading(source.engine) as snapshot:
            copy_rows(snapshot, connection, METADATA.sorted_tables)

    try:
        target.write(copy, alone=True)
    finally:
        target.engine.dispose()
