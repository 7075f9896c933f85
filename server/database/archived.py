"""What may be forgotten on a phone: entries that would survive the loss of this server's disk."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

from sqlalchemy import Connection, bindparam, func, select, text

from server.database.backups import BackupRow, SavedPhotoRow
from server.database.entries import EntryRow, NamedPhotoRow
from server.database.prepared import Prepared
from server.database.register import ElectionRow

# A standby is a few milliseconds behind; who asks again a minute later loses nothing.
LOOKS, LOOK_EVERY_S = 5, 0.02

_EPOCH = select(ElectionRow.epoch).scalar_subquery()
_SAVED = Prepared(select(func.coalesce(func.max(BackupRow.size), 0).label("size")).where(BackupRow.epoch == _EPOCH))
_SAFE = Prepared(
    select(EntryRow.id).where(
        EntryRow.id.in_(bindparam("ids", expanding=True)),
        EntryRow.idx < bindparam("size"),
        ~select(NamedPhotoRow.digest)
        .outerjoin(SavedPhotoRow, SavedPhotoRow.digest == NamedPhotoRow.digest)
        .where(NamedPhotoRow.idx == EntryRow.idx, SavedPhotoRow.digest.is_(None))
        .exists(),
    )
)
_HERE = text("SELECT pg_current_wal_lsn()")
_THERE = text(
    "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"
    " AND state = 'streaming' AND flush_lsn >= CAST(:here AS pg_lsn)"
)
# Everything, in any log that anybody will ever have.
_ALL = 2**62


def archived(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of `ids` whose entry and all photos it names lie in a verified backup of this epoch.

    On PostgreSQL with a synchronous standby the entry itself is safe without a backup, once the standby has
    written to its disk everything that this server had written when it was asked. Photos are not in the database:
    they always wait for a backup.
    """
    if not ids:
        return set()
    size = _ALL if _has_standby(connection) else _SAVED.ask(connection)[0].size
    return {row.id for row in _SAFE.ask(connection, ids=list(ids), size=size)}


def _has_standby(connection: Connection) -> bool:
    """True when a synchronous standby holds on disk all that this connection can see.

    What is seen was committed before now, so its place in the write-ahead log lies before the present one. Without
    the role pg_monitor the state of standbys is hidden, and the answer is no.
    """
    if connection.dialect.name != "postgresql":
        return False
    if connection.execute(text("SHOW synchronous_standby_names")).scalar_one() == "":
        return False
    if connection.execute(text("SHOW synchronous_commit")).scalar_one() not in ("on", "remote_apply"):
        return False
    here = connection.execute(_HERE).scalar_one()
    for _ in range(LOOKS):
        if connection.execute(_THERE, {"here": here}).scalar_one():
            return True
        Event().wait(LOOK_EVERY_S)
    return False
