"""Audits this server where it runs: its own database, photos and log, wherever each of them is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from server.audit.copy_audit import audit_database
from server.audit.findings import Findings
from server.audit.places import Read, folder_reader
from server.database.engine import reading
from server.running import Running


def audit_here(held: Running, given: Sequence[str] = (), old: bytes | None = None) -> Findings:
    """`given` are keys of the log from somewhere else, `old` an earlier checkpoint that it must have grown from."""
    found = Findings()
    # In this order: what the database holds beyond them is then newer than the checkpoint and the photos, never older.
    log_files = _as_of_now(folder_reader(held.log_store.folder))
    in_folder = {path.name for path in held.settings.photo_folder.glob("*/*")}
    with found.reading("the database"), reading(held.engine) as connection:

        def ask(question: str) -> Iterator[Any]:
            return iter(connection.exec_driver_sql(question))

        audit_database(ask, _photo_reader(held), in_folder, log_files, list(given), old, found)
    found.unknown.append("whether bytes changed that carry nothing: no signed list of files lies here")
    if held.settings.bucket:
        found.unknown.append("what the bucket holds beside the photos that were acknowledged")
    return found


def _as_of_now(read: Read) -> Read:
    """The log goes on growing while it is audited: its checkpoint is the one of the beginning."""
    checkpoint = read("checkpoint")
    return lambda name: checkpoint if name == "checkpoint" else read(name)


def _photo_reader(held: Running) -> Read:
    def photo(digest: str) -> bytes | None:
        try:
            with held.photo_store.read(digest) as file:
                return file.read()
        except FileNotFoundError:
            return None

    return photo
