"""The questions asked about lists that were handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from server.database.organisations import ImportRow

PREVIEWED, RUNNING, DONE, FAILED = "previewed", "running", "done", "failed"


def import_by_id(connection: Connection, identity: str, organisation: str | None = None) -> Row[Any] | None:
    query = select(ImportRow.__table__).where(ImportRow.id == identity)
    if organisation is not None:
        query = query.where(ImportRow.organisation == organisation)
    return connection.execute(query).first()


def import_list(connection: Connection, organisation: str, most: int = 50) -> Sequence[Row[Any]]:
    """The latest lists of one organisation, the newest first."""
    query = select(ImportRow.__table__).where(ImportRow.organisation == organisation)
    return connection.execute(query.order_by(ImportRow.created_ms.desc()).limit(most)).all()


def unfinished_imports(connection: Connection) -> Sequence[str]:
    return connection.execute(select(ImportRow.id).where(ImportRow.state == RUNNING)).scalars().all()
