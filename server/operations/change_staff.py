"""Changes a desk account: its password, its language, whether it may sign in at all."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from server.database.engine import reading
from server.database.organisations import StaffRow, StaffSessionRow, StaffTokenRow
from server.database.staff import staff_by_id
from server.limits import SIGN_IN_BY_NAME, hashed
from server.operations.count_attempts import count_attempts, give_back
from server.passwords import hash_password, is_password, refuse_weak
from server.problems import Problem
from server.running import Running
from server.words import LANGUAGES


def change_password(held: Running, staff: str, old: str, new: str, session: str = "") -> None:
    """Raises Problem wrong-password, weak-password or too-often. The person's other sessions and all tokens end."""
    with reading(held.engine) as connection:
        row = staff_by_id(connection, staff)
    if row is None:
        raise Problem("not-found")
    refuse_weak(new, row.name, row.organisation)
    attempt = {SIGN_IN_BY_NAME: hashed(row.name, b"account")}
    count_attempts(held, attempt)
    if not is_password(row.password_hash, old):
        raise Problem("wrong-password")
    give_back(held, attempt)
    set_password(held, staff, new, session)


def set_password(held: Running, staff: str, new: str, session: str = "") -> None:
    """For whoever already proved who they are, and for the command line.

    Tokens end too: whoever sat at an open session for a minute could have made one, and it would outlive everything.
    """
    kept = hash_password(new)

    def put(connection: Connection) -> None:
        connection.execute(update(StaffRow).where(StaffRow.id == staff).values(password_hash=kept))
        others = (StaffSessionRow.staff == staff) & (StaffSessionRow.token_digest != session)
        connection.execute(delete(StaffSessionRow).where(others))
        connection.execute(delete(StaffTokenRow).where(StaffTokenRow.staff == staff))

    held.write(put)


def set_language(held: Running, staff: str, language: str) -> None:
    if language not in LANGUAGES:
        raise Problem("bad-field")
    held.write(
        lambda connection: (
            connection.execute(
                update(StaffRow).where(StaffRow.id == staff).values(language=language)
            ).rowcount
        )
    )


def disable_staff(held: Running, staff: str, organisation: str | None, by: str = "") -> None:
    """Ends every session and token of the account at once; what it wrote stays. None: of any organisation."""
    if staff == by:
        raise Problem("own-account")
    held.write(lambda connection: _disable(connection, staff, organisation, True))


def enable_staff(held: Running, staff: str, organisation: str | None) -> None:
    held.write(lambda connection: _disable(connection, staff, organisation, False))


def _disable(connection: Connection, staff: str, organisation: str | None, is_disabled: bool) -> None:
    row = staff_by_id(connection, staff)
    if row is None or (organisation is not None and row.organisation != organisation):
        raise Problem("not-found")
    connection.execute(update(StaffRow).where(StaffRow.id == staff).values(disabled=is_disabled))
    connection.execute(delete(StaffSessionRow).where(StaffSessionRow.staff == staff))
    connection.execute(delete(StaffTokenRow).where(StaffTokenRow.staff == staff))
