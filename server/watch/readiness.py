"""Should requests be sent to this server? Only what another server would do better is a reason against.

An old backup or a full quarantine is none: the server that is told apart for it would be missed. They are lights.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from server.database.engine import reading
from server.disk_room import has_room_for_text
from server.running import Running
from server.watch.write_probe import probe_of

# By the names of the files: the library that migrates is not loaded in a server that has nothing to migrate.
MIGRATIONS = Path(__file__).parent.parent / "database" / "migrations" / "versions"
_VERSION = text("SELECT version_num FROM alembic_version")


def reasons(held: Running) -> list[str]:
    """Why not: write, schema, disk, key. Empty when the server is ready."""
    found = []
    if probe_of(held).took_ms() is None:
        found.append("write")
    if not _is_at_head(held):
        found.append("schema")
    if not has_room_for_text(held.settings.folder):
        found.append("disk")
    if not (held.settings.key_file.is_file() and held.settings.log_key_file.is_file()):
        # Loaded they are, or nothing would run; whoever took the files away would find out at the next start.
        found.append("key")
    return found


def _is_at_head(held: Running) -> bool:
    try:
        with reading(held.engine) as connection:
            return _version(connection) == head()
    except SQLAlchemyError:
        return False


def _version(connection: Connection) -> str:
    return str(connection.execute(_VERSION).scalar() or "")


@cache
def head() -> str:
    """The newest migration of this program, as of when this process first looked."""
    return max(path.name[:4] for path in MIGRATIONS.glob("[0-9]*.py"))
