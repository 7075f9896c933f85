"""Makes and withdraws the bearer tokens with which a person's scripts call the desk."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert

from server.database.organisations import StaffTokenRow
from server.problems import Problem
from server.running import Running
from server.tokens import digest_token

LONGEST_LABEL = 60
# Marks the text as ours for programs that look for leaked secrets.
PREFIX = "sanad_"


def make_staff_token(held: Running, staff: str, label: str = "") -> str:
    """The token, shown this once: only its digest is kept."""
    label = " ".join(label.split())
    if len(label) > LONGEST_LABEL:
        raise Problem("bad-field")
    token = PREFIX + held.clock.random_text(32)
    row = {
        "token_digest": digest_token(token),
        "staff": staff,
        "label": label,
        "created_ms": held.clock.now_ms(),
    }
    held.write(lambda connection: _add(connection, row))
    return token


def revoke_staff_token(held: Running, staff: str, token_digest: str) -> None:
    """Raises Problem not-found when it is not one of this person's."""
    which = (StaffTokenRow.staff == staff) & (StaffTokenRow.token_digest == token_digest)

    def drop(connection: Connection) -> None:
        if not connection.execute(delete(StaffTokenRow).where(which)).rowcount:
            raise Problem("not-found")

    held.write(drop)


def _add(connection: Connection, row: dict[str, object]) -> None:
    connection.execute(insert(StaffTokenRow.__table__), [row])
