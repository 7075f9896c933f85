"""The door to the database: which SQLite is safe, how it is opened, and how one write transaction is made."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Connection, Engine, event, text

from server.database.prepared import driver

# The WAL-reset bug (SQLite 3.7.0 to 3.51.2) can lose commits when two connections write: sqlite.org/changes, 3.51.3.
SAFE_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 15_000
# Any number, as long as everything that numbers entries on one PostgreSQL takes the same one.
NUMBERING_LOCK = 7_236_001
FOLDING_LOCK = 7_236_002
CHECKING_LOCK = 7_236_004
MIGRATING_LOCK = 7_236_005
# A machine that froze or fell off the network in the middle of a transaction holds its locks no longer than this.
# The database itself notices: nobody else can know.
HELD_AT_MOST_MS = 6_000
_ON_POSTGRESQL = {
    "connect_timeout": 5,
    # A database machine that vanished is noticed as quickly, so that the next connection finds the one in its place.
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": HELD_AT_MOST_MS,
}


class UnsafeDatabase(RuntimeError):
    """The database engine or its settings could lose what was acknowledged."""

    code = "unsafe-database"


def engine_options(url: str) -> dict:
    """What Flask-SQLAlchemy hands to create_engine for `url`."""
    if not url.startswith("sqlite"):
        return {
            "pool_size": 16,
            "max_overflow": 64,
            "pool_pre_ping": True,
            "connect_args": {**_ON_POSTGRESQL, "application_name": f"sanad {os.getpid()}"},
        }
    refuse_unsafe_sqlite(sqlite.sqlite_version_info)
    return {"module": sqlite, "pool_size": 16, "max_overflow": 64, "connect_args": {"check_same_thread": False}}


def refuse_unsafe_sqlite(version: tuple[int, ...]) -> None:
    if version < SAFE_SQLITE:
        found = ".".join(map(str, version))
        raise UnsafeDatabase(f"SQLite {found} can lose commits in WAL mode; 3.51.3 or later is needed")


def prepare(engine: Engine) -> None:
    """Full-sync WAL and explicit transactions on SQLite; a refusal of unsafe settings on PostgreSQL."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            if connection.execute(text(f"SHOW {setting}")).scalar() == "off":
                raise UnsafeDatabase(f"PostgreSQL runs with {setting} off: an acknowledged entry could be lost")


def _open_sqlite(connection, _record) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}", "cache_size=-16000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_write = connection.get_execution_options().get("sanad_write", False)
    command = "BEGIN IMMEDIATE" if is_write else "BEGIN"
    with driver(connection, command) as cursor:
        cursor.execute(command)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot: everything read inside is of the same moment."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            connection.execution_options(isolation_level="REPEATABLE READ")
        # Ended by closing: a commit would be one more errand for nothing.
        connection.begin()
        yield connection


@contextmanager
def writing(engine: Engine, lock_file: Path) -> Iterator[Connection]:
    """One write transaction, rolled back unless the caller commits.

    On SQLite one writer at a time over all processes: the lock file is taken before BEGIN, which also keeps the
    slowest writer's wait short where SQLite's own busy handler would let it starve.
    """
    with _one_writer(engine, lock_file), engine.connect() as connection:
        connection.execution_options(sanad_write=True)
        yield connection
        connection.rollback()


@contextmanager
def _one_writer(engine: Engine, lock_file: Path) -> Iterator[None]:
    if engine.dialect.name != "sqlite":
        yield
        return
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def lock_numbering(connection: Connection) -> None:
    """Held until commit: no other transaction gives an index meanwhile. SQLite has one writer anyway."""
    _ask_for(connection, "pg_advisory_xact_lock", NUMBERING_LOCK)


def try_lock_folding(connection: Connection) -> bool:
    """True for the one follower that may fold in this transaction."""
    return try_lock(connection, FOLDING_LOCK)


def lock_folding(connection: Connection) -> None:
    """For whoever changes projections beside the follower: waits until nobody folds, and keeps others from it."""
    _ask_for(connection, "pg_advisory_xact_lock", FOLDING_LOCK)


def try_lock_checking(connection: Connection) -> bool:
    """True for the one follower that checks signatures while this transaction lasts."""
    return try_lock(connection, CHECKING_LOCK)


def lock_migrating(connection: Connection) -> None:
    """Two machines that start at once would both make the tables."""
    _ask_for(connection, "pg_advisory_xact_lock", MIGRATING_LOCK, held_at_most_ms=0)


def hold_everything(connection: Connection) -> None:
    """For as long as it takes: nobody numbers, folds or seals meanwhile."""
    for key in (MIGRATING_LOCK, NUMBERING_LOCK, FOLDING_LOCK):
        _ask_for(connection, "pg_advisory_xact_lock", key, held_at_most_ms=0)


def try_lock(connection: Connection, key: int) -> bool:
    """False when another process holds it; otherwise held until this transaction ends. Always true on SQLite."""
    return _ask_for(connection, "pg_try_advisory_xact_lock", key)


def _ask_for(connection: Connection, function: str, key: int, held_at_most_ms: int = HELD_AT_MOST_MS) -> bool:
    """Locks end with the transaction: of a process that dies at once, of one that hangs when PostgreSQL ends it."""
    if connection.dialect.name != "postgresql":
        return True
    asked = text(f"SELECT {function}(:key), set_config('idle_in_transaction_session_timeout', :most, true)")
    row = connection.execute(asked, {"key": key, "most": str(held_at_most_ms)}).one()
    return row[0] is not False
