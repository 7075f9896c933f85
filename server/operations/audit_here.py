"""Audits this server where it runs: its own database, photos and log, wherever each of them is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from server.audit.copy_audit import Photos, audit_database, check_pages
from server.audit.findings import Findings
from server.audit.places import Read, as_of_now, folder_reader
from server.database.engine import reading
from server.database.machines import spooled
from server.photo_store import WrongDigest, photos_in
from server.running import Running

# A photo is registered after its file is durable, and put into a bucket in between.
REGISTERED_WITHIN_S = 60


def audit_here(held: Running, given: Sequence[str] = (), old: bytes | None = None) -> Findings:
    """`given` are keys of the log from somewhere else, `old` an earlier checkpoint that it must have grown from."""
    found = Findings()
    # In this order: what the database holds beyond them is then newer than the checkpoint and the photos, never older.
    log_files = as_of_now(folder_reader(held.log_store.folder))
    in_folder = frozenset(_settled_photos(held))
    with found.reading("the database"), reading(held.engine) as connection:

        def ask(question: str) -> Iterator[Any]:
            return iter(connection.exec_driver_sql(question))

        if held.settings.is_sqlite:
            check_pages(ask, found)
        here = held.settings.machine
        elsewhere = frozenset(digest for digest, machine in spooled(connection).items() if machine != here)
        audit_database(ask, Photos(_photo_reader(held), in_folder, elsewhere), log_files, list(given), old, found)
    found.unknown.append("whether bytes changed that carry nothing: no signed list of files lies here")
    if held.settings.bucket:
        found.unknown.append("what the bucket holds beside the photos that were acknowledged")
    return found


def _settled_photos(held: Running) -> Iterator[str]:
    before_s = held.clock.now_ms() / 1000 - REGISTERED_WITHIN_S
    for path in photos_in(held.settings.photo_folder):
        try:
            # When it was given its name; a photo that is gone again lies in the bucket.
            if path.stat().st_ctime < before_s:
                yield path.name
        except FileNotFoundError:
            continue


def _photo_reader(held: Running) -> Read:
    def photo(digest: str) -> bytes | None:
        try:
            with held.photo_store.read(digest) as file:
                return file.read()
        except FileNotFoundError:
            return None
        except WrongDigest:
            return b""  # the store looked at it itself and does not hand out what it found

    return photo
