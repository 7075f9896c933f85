"""Adds rows, or changes those that are there already, in one statement on either database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from server.database.prepared import Prepared


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], add: Sequence[str] = ()) -> None:
    """Rows whose primary key is there are changed to the new values; columns in `add` are summed instead."""
    if rows:
        _statement(connection.dialect.name, table, tuple(add), tuple(rows[0])).run(connection, rows)


@cache
def _statement(database: str, table: Table, add: tuple[str, ...], columns: tuple[str, ...]) -> Prepared:
    """One statement a table, put together once: building it costs more than running it."""
    dialect = sqlite if database == "sqlite" else postgresql
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key.columns]
    changed = {
        column.name: table.c[column.name] + statement.excluded[column.name]
        if column.name in add
        else statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys
    }
    if not changed:
        return Prepared(statement.on_conflict_do_nothing(index_elements=keys), columns)
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=changed), columns)
