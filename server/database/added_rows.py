"""Adds the rows of many entries at once, in the way that is cheapest for the database at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, insert, text

from server.database.entries import EntryRow, SignatureCheckRow
from server.database.prepared import Prepared

Rows = Sequence[Mapping[str, Any]]

_ADD_ENTRIES, _ADD_CHECKS = Prepared(insert(EntryRow.__table__)), Prepared(insert(SignatureCheckRow.__table__))
# PostgreSQL takes many rows out of one text for half of what each row by itself costs its driver and it.
_ADD_TOGETHER = Prepared(
    text(
        "INSERT INTO entries (idx, id, device, seq, prev, header, signature, body, leaf, flaw, carrier, received_ms)"
        " SELECT idx, id, device, seq, prev, convert_to(header, 'UTF8'), signature, convert_to(body, 'UTF8'),"
        " decode(leaf, 'hex'), flaw, carrier, received_ms FROM json_to_recordset(CAST(:rows AS json)) AS r (idx bigint,"
        " id text, device text, seq bigint, prev text, header text, signature text, body text, leaf text, flaw text,"
        " carrier text, received_ms bigint)"
    )
)
_CHECK_TOGETHER = Prepared(
    text(
        "INSERT INTO signature_checks (idx, is_valid) SELECT idx, is_valid"
        " FROM json_to_recordset(CAST(:rows AS json)) AS r (idx bigint, is_valid boolean)"
    )
)


def add_entries(connection: Connection, rows: Rows) -> None:
    """Rows of `entries` with every column."""
    # A raw NUL is set aside like any flaw and kept as it was signed; no text of PostgreSQL's can carry it.
    is_text = not any(b"\0" in row["header"] or b"\0" in row["body"] for row in rows)
    if connection.dialect.name != "postgresql" or not is_text:
        _ADD_ENTRIES.run(connection, rows)
        return
    _together(connection, _ADD_TOGETHER, [
        {**row, "header": row["header"].decode(), "body": row["body"].decode(), "leaf": row["leaf"].hex()}
        for row in rows
    ])  # fmt: skip


def add_checks(connection: Connection, rows: Rows) -> None:
    """Rows of `signature_checks` without a later signature."""
    if connection.dialect.name == "postgresql":
        _together(connection, _CHECK_TOGETHER, rows)
    else:
        _ADD_CHECKS.run(connection, rows)


def _together(connection: Connection, statement: Prepared, rows: Rows) -> None:
    if rows:
        statement.run(connection, [{"rows": orjson.dumps(rows).decode()}])
