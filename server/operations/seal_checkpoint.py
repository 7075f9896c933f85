"""Seals what was stored: entries become leaves of the log, and its new size and root are signed and published.

In this order: the database commits, tiles and bundles are written, the checkpoint is published. Killed between any
two, the next round goes on from the published checkpoint. It is kept outside the database, so that a database which
was set back is noticed: such a server goes on taking entries in and signs nothing.
"""

from __future__ import annotations

import threading
from hashlib import sha256

from sqlalchemy import Connection, bindparam, select, update

from server.database import log
from server.database.engine import reading
from server.database.entries import EntryRow
from server.database.log import LogHeadRow
from server.database.prepared import Prepared
from server.database.register import ElectionRow
from server.log_keys import origin_of
from server.log_store import CheckpointMoved, LogStore
from server.running import Running
from sync.checkpoint import Checkpoint, read_checkpoint
from sync.entry import leaf
from sync.tree import HASH_BYTES, TILE_WIDTH, bundle, grow, leaf_hash, root, tile_path, tile_width

# One transaction of the sequencer stays as short as one fold: phones wait behind it.
ENTRIES_A_SEAL = 2_000
# Whoever shows a checkpoint may have to publish it first, beside the sequencer: they write the same files.
_one_at_a_time = threading.Lock()
_LEVELS = 8  # 256^8 is more entries than 64 bits can number

_EPOCH = Prepared(select(ElectionRow.epoch))
_NEXT = Prepared(
    select(EntryRow.idx, EntryRow.header, EntryRow.body, EntryRow.leaf)
    .where(EntryRow.idx >= bindparam("start"))
    .order_by(EntryRow.idx)
    .limit(ENTRIES_A_SEAL)
)


class RefusesToSign(RuntimeError):
    """Signing would contradict what was signed before; the text says what to do."""

    code = "refuses-to-sign"


def seal_checkpoint(held: Running) -> Checkpoint | None:
    """The checkpoint that now covers every stored entry; None before an election was begun.

    Raises RefusesToSign when the database is older than, or not the one of, the published checkpoint, and when a
    stored entry is not what its leaf says.
    """
    while _is_behind(held) and held.write(lambda connection: _grow_once(held, connection), alone=True):
        # Of a long backlog each step: whoever wants to show a checkpoint waits for no more than one of them.
        publish_checkpoint(held)
    return publish_checkpoint(held)


def publish_checkpoint(held: Running) -> Checkpoint | None:
    """The checkpoint of what the tiles in the database cover, published. Raises RefusesToSign as seal_checkpoint."""
    with _one_at_a_time:
        return _publish(held)


def _publish(held: Running) -> Checkpoint | None:
    published = held.log_store.checkpoint()
    with reading(held.engine) as connection:
        head = log.head(connection)
        if head is None:
            return None
        checkpoint = Checkpoint(head.origin, head.size, bytes(head.root))
        before = read_checkpoint(published) if published else Checkpoint(head.origin, 0, b"")
        if published:
            _refuse_contradiction(connection, before, checkpoint)
        elif held.log_store.has("vkeys"):
            raise RefusesToSign("the log folder lacks its checkpoint: put the last one back, or `sanad begin-anew`")
        if published and before.size == checkpoint.size:
            return checkpoint
        _write_tiles(connection, held.log_store, before.size, checkpoint.size)
    try:
        held.log_store.publish(str(held.log_keys.signed(checkpoint.origin, checkpoint.text)), published)
    except CheckpointMoved:
        return checkpoint  # another sequencer has published as much or more
    if not held.log_store.has("vkeys"):
        # After the first checkpoint: where keys lie without one, it was taken away, and with it the guard that it is.
        keys = held.log_keys.verifier_keys(checkpoint.origin)
        held.log_store.put("vkeys", "".join(f"{key}\n" for key in keys).encode())
    # Not before: until then the folder is that of the checkpoint that stands there.
    _drop_partials(held.log_store, before.size, checkpoint.size)
    return checkpoint


def _is_behind(held: Running) -> bool:
    with reading(held.engine) as connection:
        head = log.head(connection)
        return bool(_EPOCH.ask(connection)) and (head is None or head.size < log.stored_size(connection))


def _grow_once(held: Running, connection: Connection) -> int:
    """Takes the next entries into the tiles; how many. Nothing while another process is at it."""
    if not log.try_lock_sealing(connection):
        return 0
    head = log.head(connection)
    if head is None:
        origin = origin_of(held.settings.public_url, _EPOCH.ask(connection)[0].epoch)
        connection.execute(LogHeadRow.__table__.insert(), [{"origin": origin, "size": 0, "root": sha256(b"").digest()}])
        head = log.head(connection)
    hashes = [leaf_hash(_checked_leaf(row, index)) for index, row in enumerate(_next(connection, head.size), head.size)]
    read = log.tile_reader(connection)
    tiles = grow(head.size, read, hashes)
    log.keep_tiles(connection, tiles)
    size = head.size + len(hashes)
    after = {"size": size, "root": root(size, lambda level, number: tiles.get((level, number)) or read(level, number))}
    fenced = update(LogHeadRow).where(LogHeadRow.origin == head.origin, LogHeadRow.size == head.size).values(after)
    if connection.execute(fenced).rowcount != 1:
        raise RefusesToSign("another sequencer has moved the head of the log")
    return len(hashes)


def _next(connection: Connection, size: int):
    return _NEXT.ask(connection, start=size)


def _checked_leaf(row, index: int) -> bytes:
    """The leaf, derived again from what is stored: one flipped bit that is signed is in the log for ever."""
    stored = bytes(row.leaf)
    header = bytes(row.header)
    derived = stored[:33] if row.body is None else leaf(header, bytes(row.body))
    if row.idx != index or not stored.startswith(derived) or stored[1:33] != sha256(header).digest():
        raise RefusesToSign(f"entry {index} is missing or not what was stored: compare with a backup by `sanad verify`")
    return stored


def _refuse_contradiction(connection: Connection, published: Checkpoint, head: Checkpoint) -> None:
    advice = "restore the newest backup by `sanad restore`; entries are still taken in, and phones keep theirs"
    if published.origin != head.origin:
        raise RefusesToSign(f"the log folder holds the log {published.origin}, the database {head.origin}: {advice}")
    if published.size > head.size:
        raise RefusesToSign(
            f"the database holds {head.size} entries and {published.size} were signed: it is an older one: {advice}"
        )
    if root(published.size, log.tile_reader(connection)) != published.root:
        raise RefusesToSign(f"the first {published.size} entries are not those that were signed: {advice}")


def _write_tiles(connection: Connection, store: LogStore, old: int, new: int) -> None:
    """Every tile and bundle that a log of `new` entries has and one of `old` had not, from the lowest level up."""
    read = log.tile_reader(connection)
    for number in range(old // TILE_WIDTH, -(-new // TILE_WIDTH)):
        start, width = number * TILE_WIDTH, tile_width(0, number, new)
        _put(store, "entries", number, width, bundle(log.leaves(connection, start, start + width)))
    for level in range(_LEVELS):
        first, last = old >> 8 * (level + 1), -(-(new >> 8 * level) // TILE_WIDTH)
        for number in range(first, last):
            width = tile_width(level, number, new)
            _put(store, level, number, width, read(level, number)[: width * HASH_BYTES])


def _put(store: LogStore, level: int | str, number: int, width: int, content: bytes) -> None:
    store.put(tile_path(level, number, width), content)


def _drop_partials(store: LogStore, old: int, new: int) -> None:
    """Of tiles that became whole: until then somebody may read by an older checkpoint (c2sp.org/tlog-tiles)."""
    for level in range(_LEVELS):
        first, last = old >> 8 * (level + 1), (new >> 8 * level) // TILE_WIDTH
        # Only the tile that was partial before can have partial versions now.
        if first < last:
            for place in (level, "entries") if level == 0 else (level,):
                store.drop_partials(tile_path(place, first))
