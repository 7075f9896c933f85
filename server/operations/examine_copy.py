"""Reads a copy of the record as a stranger would: every leaf derived again, every row counted, the root computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite

from server.operations.copy_record import record_tables
from sync.entry import digest_of, leaf
from sync.tree import ReadTile, grow, leaf_hash, root

ENTRIES_AT_ONCE = 4_096


class NotWhole(RuntimeError):
    """The copy is not what was stored; the text says where."""

    code = "not-whole"


@dataclass(frozen=True)
class Examined:
    """What a copy holds. `read` gives the tiles of the log grown from its entries."""

    election: str
    epoch: str
    size: int
    root: bytes
    rows: dict[str, int]
    digests: list[str]
    read: ReadTile


def examine_copy(path: Path) -> Examined:
    """Raises NotWhole when SQLite finds a fault in the file, or an entry is missing or not what its leaf says."""
    with closing(sqlite.connect(f"file:{path}?mode=ro", uri=True)) as copy:
        try:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise NotWhole(f"the database is damaged: {found}")
            size, tiles = _grown(copy)
            election = copy.execute("SELECT id, epoch FROM election").fetchone()
            present = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            rows = {each.name: _count(copy, each.name) for each in record_tables() if each.name in present}
            digests = [row[0] for row in copy.execute("SELECT digest FROM photos ORDER BY digest")]
        except sqlite.DatabaseError as error:
            raise NotWhole(f"the database is damaged: {error}") from None

    def read(level: int, number: int) -> bytes:
        return tiles.get((level, number), b"")

    if election is None:
        raise NotWhole("no election has begun in it")
    return Examined(election[0], election[1], size, root(size, read), rows, digests, read)


def _grown(copy: sqlite.Connection) -> tuple[int, dict[tuple[int, int], bytes]]:
    tiles: dict[tuple[int, int], bytes] = {}
    size = 0
    for hashes in _leaf_hashes(copy):
        tiles.update(grow(size, lambda level, number: tiles.get((level, number), b""), hashes))
        size += len(hashes)
    return size, tiles


def _leaf_hashes(copy: sqlite.Connection) -> Iterator[list[bytes]]:
    cursor = copy.execute("SELECT idx, id, header, body, leaf FROM entries ORDER BY idx")
    expected = 0
    while rows := cursor.fetchmany(ENTRIES_AT_ONCE):
        hashes = []
        for index, identity, header, body, stored in rows:
            # An erased body leaves its half of the leaf, which nothing but the signed root can vouch for.
            derived = leaf(header, body) if body is not None else b"\x01" + sha256(header).digest() + stored[33:65]
            if index != expected or digest_of(header) != identity or derived != stored:
                raise NotWhole(f"entry {expected} is missing or not what its leaf says")
            hashes.append(leaf_hash(stored))
            expected += 1
        yield hashes


def _count(copy: sqlite.Connection, table: str) -> int:
    return copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
