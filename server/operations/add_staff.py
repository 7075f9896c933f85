"""Adds a desk account under a pseudonym of its own, which is what entries carry instead of the name."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from server.access import ROLES
from server.database.organisations import StaffRow
from server.database.staff import has_organisation, staff_by_name
from server.passwords import hash_password, refuse_weak
from server.problems import Problem
from server.pseudonyms import pseudonym
from server.running import Running
from server.words import LANGUAGES

LONGEST_NAME = 60


def add_staff(
    held: Running, name: str, organisation: str, role: str, password: str, language: str = "ar"
) -> str:
    """The new account's pseudonym. Raises Problem bad-field, weak-password or name-taken."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or role not in ROLES or language not in LANGUAGES:
        raise Problem("bad-field")
    refuse_weak(password, name, organisation)
    row = {
        "id": pseudonym("s", held.clock.random_bytes(8)),
        "name": name,
        "organisation": organisation,
        "role": role,
        "password_hash": hash_password(password),
        "language": language,
        "disabled": False,
        "created_ms": held.clock.now_ms(),
    }
    held.write(lambda connection: _add(connection, row))
    return str(row["id"])


def _add(connection: Connection, row: dict[str, object]) -> None:
    if not has_organisation(connection, str(row["organisation"])):
        raise Problem("bad-field", str(row["organisation"]))
    if staff_by_name(connection, str(row["name"])) is not None:
        raise Problem("name-taken")
    connection.execute(insert(StaffRow.__table__), [row])
