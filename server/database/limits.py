"""How full each rate limit's bucket is."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from server.database.organisations import LimitRow
from server.database.upsert import upsert

# A bucket untouched this long has leaked empty whatever its limit.
FORGOTTEN_AFTER_MS = 24 * 60 * 60 * 1000


def level_of(connection: Connection, name: str, key: str) -> tuple[int, int] | None:
    """Level and when it was written, or None for a bucket never used."""
    query = select(LimitRow.level, LimitRow.changed_ms).where(LimitRow.name == name, LimitRow.key == key)
    row = connection.execute(query.with_for_update()).first()
    return (row.level, row.changed_ms) if row else None


def keep_level(connection: Connection, name: str, key: str, level: int, now_ms: int, is_new: bool) -> None:
    if is_new:
        connection.execute(delete(LimitRow).where(LimitRow.changed_ms < now_ms - FORGOTTEN_AFTER_MS))
    # Another server on the same PostgreSQL may have made the bucket in this very moment.
    row = {"name": name, "key": key, "level": level, "changed_ms": now_ms}
    upsert(connection, LimitRow.__table__, [row])
