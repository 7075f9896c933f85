"""Carries photos from this machine's disk into the bucket, once it answers again after it was away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import Connection, select

from server.database.engine import reading
from server.database.entries import PhotoRow
from server.database.machines import note_carried
from server.object_store import OtherObject
from server.running import Running
from server.s3_photos import S3Photos

# Few enough to leave the bucket's line to photos that arrive just now.
CARRIED_AT_ONCE = 4
PHOTOS_A_COMMIT = 32


def carry_photos(held: Running) -> int:
    """How many photos went. Raises StoreAway when the bucket does not answer; what went before stays carried.

    Only registered photos go: another request is still at work on the others, or a phone will ask for them again.
    """
    store = held.photo_store
    if not isinstance(store, S3Photos) or not store.is_due(held.clock.now_ms()):
        return 0
    return sum(_carry(held, store, some) for some in _registered(held, store.waiting()))


def _registered(held: Running, waiting: Sequence[str]) -> Iterator[list[str]]:
    for at in range(0, len(waiting), PHOTOS_A_COMMIT):
        some = waiting[at : at + PHOTOS_A_COMMIT]
        with reading(held.engine) as connection:
            found = list(connection.execute(select(PhotoRow.digest).where(PhotoRow.digest.in_(some))).scalars())
        # Outside: no snapshot of the database is held while a bucket is waited for.
        yield found


def _carry(held: Running, store: S3Photos, digests: Sequence[str]) -> int:
    # The first goes alone: while the bucket is away it is asked once a round and not by several at a time.
    found = [_carry_one(held, store, digest) for digest in digests[:1]]
    with ThreadPoolExecutor(CARRIED_AT_ONCE) as threads:
        found += threads.map(partial(_carry_one, held, store), digests[1:])
    carried = [digest for digest, is_there in zip(digests, found, strict=True) if is_there]

    def note(connection: Connection) -> None:
        for digest in carried:
            note_carried(connection, digest)

    if carried:
        held.write(note)
    for digest in carried:
        store.forget(digest)
    return len(carried)


def _carry_one(held: Running, store: S3Photos, digest: str) -> bool:
    try:
        store.carry(digest, held.clock.now_ms())
    except OtherObject:
        # It stays here and is shown from here; somebody has to look (`sanad check` names it).
        return False
    return True
