"""The last release as it was left in the morning: its database, and what its phone then sent with a full outbox.

Recorded from release 0.1.0 itself: `tests/vectors/released/database-0.1.0.sql.gz` is the database of its server after a
simulated morning with findings, a release, a message and a revoked phone. `outbox-0.1.0.json` holds the requests,
byte for byte, with which its phone app then handed in 109 entries and 4 photos that it had collected without network.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from pysqlite3 import dbapi2
from sqlalchemy import Connection, Table, column, create_engine, inspect, select
from sqlalchemy.sql.expression import table as light_table

from server.config import read_settings
from server.database.migrating import FOLDER as MIGRATIONS
from server.tables import METADATA
from tests.servers import Place
from tests.vectors.make import FOLDER

RELEASE, REVISION = "0.1.0", "0003"


@dataclass(frozen=True)
class Asked:
    """One request of the old phone, and the status that the old server answered with."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int


def recorded() -> dict:
    return json.loads((FOLDER / "released" / f"outbox-{RELEASE}.json").read_text(encoding="utf-8"))


def full_outbox() -> Iterator[Asked]:
    for each in recorded()["requests"]:
        yield Asked(each["method"], each["path"], each["headers"], b64decode(each["body"]), each["status"])


def put_back(place: Place) -> None:
    """The old database, with the old tables, in this place; on PostgreSQL its rows in tables that its program made."""
    sqlite_file = place.folder / "sanad.db"
    text = gzip.decompress((FOLDER / "released" / f"database-{RELEASE}.sql.gz").read_bytes()).decode()
    kept = sqlite3.connect(sqlite_file)
    kept.executescript(text)
    kept.close()
    if place.database_url:
        _move_over(sqlite_file, read_settings(place.environ).database_url)
        sqlite_file.unlink()


def rows_by_table(connection: Connection) -> dict[str, list[tuple]]:
    """Every row of the tables and columns that the old release knew, read by the types of this one."""
    known = inspect(connection)
    found = {}
    for each in METADATA.sorted_tables:
        if known.has_table(each.name):
            chosen = [each.c[name] for name in _columns(connection, each)]
            rows = connection.execute(select(*chosen)).all()
            found[each.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def _columns(connection: Connection, table: Table) -> list[str]:
    there = {found["name"] for found in inspect(connection).get_columns(table.name)}
    return [each.name for each in table.columns if each.name in there]


def _move_over(source: Path, url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    old, new = create_engine(f"sqlite:///{source}", module=dbapi2), create_engine(url)
    with old.connect() as reading, new.connect() as writing:
        config.attributes["connection"] = writing
        command.upgrade(config, REVISION)
        for each in METADATA.sorted_tables:
            if not inspect(reading).has_table(each.name):
                continue
            names = _columns(reading, each)
            rows = reading.execute(select(*(each.c[name] for name in names))).mappings().all()
            target = light_table(each.name, *(column(name, each.c[name].type) for name in names))
            if rows:
                writing.execute(target.insert(), [dict(row) for row in rows])
        writing.commit()
    old.dispose()
    new.dispose()
