"""The questions asked about desk accounts, their sessions and their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from server.database.organisations import OrganisationRow, StaffRow, StaffSessionRow, StaffTokenRow
from server.tokens import ABSOLUTE_MS, IDLE_MS


def staff_by_name(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(StaffRow.__table__).where(StaffRow.name == name)).first()


def staff_by_id(connection: Connection, identity: str) -> Row[Any] | None:
    return connection.execute(select(StaffRow.__table__).where(StaffRow.id == identity)).first()


def staff_list(connection: Connection, organisation: str | None = None) -> Sequence[Row[Any]]:
    """Accounts of one organisation, or of all for the command line; those that may sign in first."""
    query = select(StaffRow.__table__).order_by(StaffRow.disabled, StaffRow.organisation, StaffRow.name)
    if organisation is not None:
        query = query.where(StaffRow.organisation == organisation)
    return connection.execute(query).all()


def session_list(connection: Connection, staff: str, now_ms: int) -> Sequence[Row[Any]]:
    """Signed-in browsers of one person that have not run out, the latest first."""
    query = select(StaffSessionRow.__table__).where(
        StaffSessionRow.staff == staff,
        StaffSessionRow.seen_ms > now_ms - IDLE_MS,
        StaffSessionRow.created_ms > now_ms - ABSOLUTE_MS,
    )
    return connection.execute(query.order_by(StaffSessionRow.seen_ms.desc())).all()


def token_list(connection: Connection, staff: str) -> Sequence[Row[Any]]:
    query = select(StaffTokenRow.__table__).where(StaffTokenRow.staff == staff)
    return connection.execute(query.order_by(StaffTokenRow.created_ms)).all()


def organisation_list(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(select(OrganisationRow.__table__).order_by(OrganisationRow.id)).all()


def has_organisation(connection: Connection, identity: str) -> bool:
    query = select(OrganisationRow.id).where(OrganisationRow.id == identity)
    return connection.execute(query).first() is not None
