"""Rebuilds the log from the stored leaves and names whatever tiles, head or published checkpoint say otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from server.database import log
from server.database.log import LogTileRow
from sync.checkpoint import BadNote, read_checkpoint
from sync.tree import TILE_WIDTH, grow, leaf_hash, root

# A bundle at a time would ask a million entries four thousand questions; this many leaves are half a megabyte.
LEAVES_AT_ONCE = 32 * TILE_WIDTH


def log_faults(connection: Connection, published: str) -> Iterator[str]:
    """`published` is the signed note outside the database, or "". Nothing to say before the log began."""
    head = log.head(connection)
    if head is None:
        return
    tiles: dict[tuple[int, int], bytes] = {}
    size = 0
    while size < head.size:
        leaves = log.leaves(connection, size, min(head.size, size + LEAVES_AT_ONCE))
        if not leaves:
            yield f"log: {head.size} entries were signed and only {size} are stored"
            return
        tiles.update(grow(size, lambda level, number: tiles[level, number], [leaf_hash(each) for each in leaves]))
        size += len(leaves)
    if root(size, lambda level, number: tiles[level, number]) != bytes(head.root):
        yield "log: its root is not that of the stored entries"
    for (level, number), hashes in tiles.items():
        if log.tile_reader(connection)(level, number) != hashes:
            yield f"log: tile {number} of level {level} is not what the entries give"
    count = connection.execute(select(func.count()).select_from(LogTileRow)).scalar_one()
    if count != len(tiles):
        yield f"log: {count} tiles are stored, the entries give {len(tiles)}"
    yield from _published_faults(published, tiles, size)


def _published_faults(published: str, tiles: dict[tuple[int, int], bytes], size: int) -> Iterator[str]:
    if not published:
        return
    try:
        checkpoint = read_checkpoint(published)
    except BadNote:
        yield "log: the published checkpoint cannot be read"
        return
    if checkpoint.size > size:
        yield f"log: a checkpoint of {checkpoint.size} entries is published, the database holds {size}"
    elif root(checkpoint.size, lambda level, number: tiles[level, number]) != checkpoint.root:
        yield f"log: the published root of {checkpoint.size} entries is not theirs"
