"""Copies rows from one database into another, table by table, whatever engines the two are."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Table, insert, select

ROWS_AT_ONCE = 2_000


def copy_rows(source: Connection, target: Connection, tables: Iterable[Table]) -> dict[str, int]:
    """How many rows of each table were copied, by its name. The tables are there and empty in `target`.

    `source` is one snapshot (server.database.engine.reading): so is the copy. Does not commit.
    """
    return {table.name: _copy(source, target, table) for table in tables}


def _copy(source: Connection, target: Connection, table: Table) -> int:
    copied = 0
    asked = select(table).order_by(*table.primary_key.columns)
    found = source.execute(asked, execution_options={"stream_results": True, "max_row_buffer": ROWS_AT_ONCE})
    for rows in found.mappings().partitions(ROWS_AT_ONCE):
        target.execute(insert(table), [dict(row) for row in rows])
        copied += len(rows)
    return copied
