"""Proofs out of the stored tiles: where an entry stands in the published log, and how that log grew."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from server.database import log
from sync.checkpoint import Checkpoint, Proof
from sync.tree import check_inclusion, consistency_path, inclusion_path, leaf_hash, root

# What there is no proof of, and why.
UNKNOWN, NOT_YET_LOGGED = "unknown", "not-yet-logged"


def proofs(
    connection: Connection, note: str, published: Checkpoint, ids: Sequence[str]
) -> dict[str, Proof | str]:
    """The proof by id under `published`, which `note` signs; or why there is none."""
    read = log.tile_reader(connection)
    places = log.places(connection, ids)
    found: dict[str, Proof | str] = {}
    for identity in ids:
        index, leaf = places.get(identity, (-1, b""))
        if index < 0:
            found[identity] = UNKNOWN
        elif index >= published.size:
            found[identity] = NOT_YET_LOGGED
        else:
            path = inclusion_path(index, published.size, read)
            # Tiles and entries are kept in different tables; a proof that does not hold must never leave the server.
            if not check_inclusion(leaf_hash(leaf), index, published.size, path, published.root):
                found[identity] = NOT_YET_LOGGED
            else:
                found[identity] = Proof(index, tuple(path), note)
    return found


def growth(connection: Connection, old: int, published: Checkpoint) -> list[bytes] | None:
    """How the log of `old` entries became the published one; None when it is not that long."""
    return consistency_path(old, published.size, log.tile_reader(connection)) if old <= published.size else None


def holds(connection: Connection, published: Checkpoint) -> bool:
    """Whether the tiles are those of the published log. Of a database that was set back and grew again they are not."""
    try:
        return root(published.size, log.tile_reader(connection)) == published.root
    except ValueError:
        return False
