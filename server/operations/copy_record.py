"""Copies what cannot be rebuilt into one SQLite file, as of one moment, from whichever database it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Connection, Engine, Table, create_engine, text, update

from server.database.backups import SavedPhotoRow
from server.database.cosigned import CosignedRow, WitnessRow
from server.database.engine import reading
from server.database.log import LogHeadRow, LogTileRow
from server.database.machines import MovedRow, ServerKeyRow, SpooledPhotoRow
from server.database.row_copy import copy_rows
from server.projections.claims import FoldRow
from server.running import Running
from server.tables import METADATA, PROJECTIONS

# True of one log, or of the machines under it. That of a restored server is another one, grown from the entries.
OF_ONE_LOG = (LogTileRow, LogHeadRow, SavedPhotoRow, CosignedRow, WitnessRow)
_OF_ONE_PLACE = (SpooledPhotoRow, MovedRow, ServerKeyRow)
_LEFT_BEHIND = {each.__tablename__ for each in (*PROJECTIONS, *OF_ONE_LOG, *_OF_ONE_PLACE)}
# The map of a restored server must not show an old version's number for new figures.
_TAKEN_ALONG = {FoldRow.__tablename__}


def record_tables() -> list[Table]:
    """Those that a backup holds. Projections are folded again from the entries."""
    left = _LEFT_BEHIND - _TAKEN_ALONG
    return [table for table in METADATA.sorted_tables if table.name not in left]


def copy_record(held: Running, target: Path) -> dict[str, int]:
    """Rows by table in the new file `target`, which has every table of this program."""
    with reading(held.engine) as source, opened_copy(target) as copy:
        METADATA.create_all(copy)
        revision = source.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if revision:
            copy.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
            copy.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
        rows = {} if held.settings.is_sqlite else copy_rows(source, copy, record_tables())
        copy.commit()
    if held.settings.is_sqlite:
        rows = _copied_by_sqlite(Path(held.settings.database_url.removeprefix("sqlite:///")), target)
    with opened_copy(target) as copy:
        # Its projections are empty: whoever opens it folds every entry.
        copy.execute(update(FoldRow).values(next_index=0, as_of_ms=0))
        copy.commit()
    return rows


def _copied_by_sqlite(source: Path, target: Path) -> dict[str, int]:
    """The same as copy_rows without a row passing through Python. One snapshot, and nobody waits for it."""
    rows = {}
    with closing(sqlite.connect(str(source), isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS copy", (str(target),))
        connection.execute("PRAGMA copy.journal_mode=OFF")
        connection.execute("PRAGMA copy.synchronous=OFF")
        connection.execute("BEGIN")
        for table in record_tables():
            columns = ", ".join(f'"{each.name}"' for each in table.columns)
            copied = connection.execute(
                f'INSERT INTO copy."{table.name}" ({columns}) SELECT {columns} FROM main."{table.name}"'
            )
            rows[table.name] = copied.rowcount
        connection.execute("COMMIT")
    return rows


@contextmanager
def opened_copy(path: Path) -> Iterator[Connection]:
    """A connection to the file, made if there is none, for this process alone."""
    engine = _engine(path)
    try:
        with engine.connect() as connection:
            # A copy that is not finished is thrown away: it needs no journal, and its files are synced as a whole.
            connection.exec_driver_sql("PRAGMA journal_mode=OFF")
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
            yield connection
    finally:
        engine.dispose()


def _engine(path: Path) -> Engine:
    return create_engine(f"sqlite:///{path}", module=sqlite)
