"""Derives everything in a database, its photos and its log again from the bytes that phones signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite

from server.audit.findings import Findings
from server.audit.journal_audit import Stored, check_authors, read_rows
from server.audit.log_audit import AuditedLog, audit_log, places_of
from server.audit.places import Read, as_of_now, folder_reader
from server.photo_store import photos_in
from sync.entry import base64url_encode, digest_of

# Asks the database one question; an answer row is a tuple.
Ask = Callable[[str], Iterable[Any]]


def open_copy(folder: Path) -> Ask:
    """Reads a SQLite file in one snapshot, without writing anything, not even beside it."""
    path = folder / "sanad.db"
    how = "mode=ro" if path.with_name("sanad.db-wal").exists() else "immutable=1"
    database = sqlite.connect(f"{path.absolute().as_uri()}?{how}", uri=True)
    database.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    database.execute("BEGIN")
    return database.execute


def audit_copy(folder: Path, given: list[str], old: bytes | None, found: Findings) -> AuditedLog:
    """A copy of a data folder, or one that no settings tell us more about (server/operations/audit_here.py)."""
    # In this order: what the database holds beyond the checkpoint is then newer, never older.
    log_files = as_of_now(folder_reader(folder / "log"))
    ask = open_copy(folder)
    check_pages(ask, found)
    held = {path.name: path for path in sorted(photos_in(folder / "photos"))}

    def photo(digest: str) -> bytes | None:
        return held[digest].read_bytes() if digest in held else None

    return audit_database(ask, Photos(photo, frozenset(held)), log_files, given, old, found)


def check_pages(ask: Ask, found: Findings) -> None:
    with found.reading("sanad.db"):
        found.wrong += [f"sanad.db: {row[0]}" for row in ask("PRAGMA integrity_check") if row[0] != "ok"]


@dataclass(frozen=True)
class Photos:
    """`read` one by its digest. `held` must all be registered; those `elsewhere` need not be readable from here."""

    read: Read
    held: frozenset[str]
    elsewhere: frozenset[str] = frozenset()


def audit_database(
    ask: Ask, photos: Photos, log_files: Read, given: list[str], old: bytes | None, found: Findings
) -> AuditedLog:
    """`ask` answers out of one snapshot, which is not older than the checkpoint in `log_files`."""
    entries: list[Stored] = []
    with found.reading("the table of entries"):
        entries = read_rows(ask, found)
    log = audit_log(log_files, given, old, found, [entry.leaf for entry in entries])
    with found.reading("the tables of the log"):
        _check_tables_of_log(ask, log, found)
    lost_from: list[int] = []
    with found.reading("the devices"):
        lost_from = check_authors(ask, entries, log.keys, found)
    _check_seen(entries, log, min(lost_from, default=None), found)
    with found.reading("the photos"):
        _check_photos(ask, entries, photos, found)
    if len(entries) > log.size:
        found.unknown.append(f"whether all is there after entry {log.size - 1}: no signed checkpoint covers it yet")
    found.unknown.append("carrier and time of receipt of an entry: the server's own notes, which nobody signed")
    found.checked.append(f"{len(entries)} entries: bytes, ids, leaves, flaws, signatures, and the checkpoints they saw")
    return log


def _check_tables_of_log(ask: Ask, log: AuditedLog, found: Findings) -> None:
    ((origin, size, root),) = ask("SELECT origin, size, root FROM log_head")
    if log.root(size) != bytes(root) or size < log.size:
        found.wrong.append("log_head is not what the entries give")
    if any(key.name != origin for key in log.keys[:2]):
        found.wrong.append("log_head names another log than the keys do")
    rows = ask("SELECT level, number, hashes FROM log_tiles")
    kept = {(level, number): bytes(hashes) for level, number, hashes in rows}
    expected = set(places_of(min(size, log.leaves)))
    for level, number in sorted(expected | set(kept)):
        if (level, number) not in expected or kept.get((level, number)) != log.tile(level, number, size):
            found.wrong.append(f"log_tiles: tile {number} of level {level} is not what its entries give")


def _check_seen(entries: list[Stored], log: AuditedLog, lost_from: int | None, found: Findings) -> None:
    """A phone that saw another log than this one has evidence of a split view in its own signed entries.

    What it saw beyond `lost_from` entries of a server that was lost and restored cannot be told from that.
    """
    roots: dict[int, str] = {}
    for entry in entries:
        size, root = entry.seen
        if size and size not in roots:
            roots[size] = base64url_encode(log.root(size) or b"")
        if size and roots[size] != root:
            what = f"entry {entry.index}: its phone saw a log of {size} entries that this one never was"
            if lost_from is not None and size > lost_from:
                found.unknown.append(f"{what}; this server was restored from {lost_from} entries")
            else:
                found.wrong.append(what)


def _check_photos(ask: Ask, entries: list[Stored], photos: Photos, found: Findings) -> None:
    named = {digest for entry in entries for digest in entry.photos}
    rows = dict(ask("SELECT digest, size FROM photos"))
    for digest in sorted({*photos.held, *rows}, key=str):
        content = photos.read(digest)
        if content is None and digest in photos.elsewhere:
            found.unknown.append(f"whether photo {digest} is whole: it lies on the disk of another machine")
        elif content is None:
            found.wrong.append(f"photo {digest} was acknowledged and is missing")
        elif digest_of(content) != digest or rows.get(digest, len(content)) != len(content):
            found.wrong.append(f"photo {digest} is not what its digest and size say")
        if digest not in rows or digest not in named:
            found.wrong.append(f"photo {digest} is {'not registered' if digest in named else 'named by no entry'}")
    expected = {
        (digest, entry.index, entry.device, *about) for entry in entries for digest, about in entry.photos.items()
    }
    listed = {tuple(row) for row in ask("SELECT digest, idx, device, size, media_type FROM named_photos")}
    for row in sorted(expected ^ listed, key=str):
        found.wrong.append(f"named_photos: what entry {row[1]} names is not what stands there")
    found.checked.append(f"{len(rows)} photos byte for byte")
    if missing := len(named - set(rows)):
        found.unknown.append(f"{missing} photos that entries name: they have not arrived")
