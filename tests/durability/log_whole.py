"""Builds the whole log anew from the stored leaves and compares it, file for file, with what is published."""

from __future__ import annotations

import time
from collections.abc import Iterator

from server.database import log as stored
from server.database.engine import reading
from server.running import Running
from sync.checkpoint import read_checkpoint
from sync.tree import HASH_BYTES, TILE_WIDTH, bundle, grow, leaf_hash, root, tile_path, tile_width

SEALED_WITHIN_S = 30


def faults_of_the_log(held: Running) -> list[str]:
    """What is wrong with it; waits until everything stored is sealed, which takes a running server half a second."""
    until = time.monotonic() + SEALED_WITHIN_S
    while time.monotonic() < until:
        with reading(held.engine) as connection:
            size = stored.stored_size(connection)
            leaves = stored.leaves(connection, 0, size)
        published = held.log_store.checkpoint()
        if published and read_checkpoint(published).size == size:
            return list(_compare(held, leaves))
        time.sleep(0.1)
    return [f"of {size} entries {read_checkpoint(published).size if published else 0} were sealed"]


def _compare(held: Running, leaves: list[bytes]) -> Iterator[str]:
    size = len(leaves)
    tiles = grow(0, lambda level, number: b"", [leaf_hash(each) for each in leaves])
    if root(size, lambda level, number: tiles[level, number]) != read_checkpoint(held.log_store.checkpoint()).root:
        yield "the published root is not that of what is stored"
    for (level, number), hashes in tiles.items():
        width = tile_width(level, number, size)
        if width and not _is_held(held, tile_path(level, number, width), hashes[: width * HASH_BYTES]):
            yield f"tile {level}/{number} is not what it should be"
    for number in range(-(-size // TILE_WIDTH)):
        start, width = number * TILE_WIDTH, tile_width(0, number, size)
        if not _is_held(held, tile_path("entries", number, width), bundle(leaves[start : start + width])):
            yield f"bundle {number} is not what it should be"


def _is_held(held: Running, name: str, content: bytes) -> bool:
    path = held.settings.log_folder / name
    return path.exists() and path.read_bytes() == content
