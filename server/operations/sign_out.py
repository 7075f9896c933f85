"""Ends sessions: this browser's, or all of one person's."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from server.database.organisations import StaffSessionRow
from server.running import Running


def sign_out(held: Running, token_digest: str) -> None:
    held.write(lambda connection: _end(connection, StaffSessionRow.token_digest == token_digest))


def sign_out_everywhere(held: Running, staff: str, but: str = "") -> int:
    """How many sessions of `staff` were ended; the one with the digest `but` goes on."""
    ended = (StaffSessionRow.staff == staff) & (StaffSessionRow.token_digest != but)
    return held.write(lambda connection: _end(connection, ended))


def _end(connection: Connection, which) -> int:
    return connection.execute(delete(StaffSessionRow).where(which)).rowcount
