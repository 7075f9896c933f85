"""Adds an organisation, or changes how it is called."""

from __future__ import annotations

import re

from sqlalchemy import Connection, insert, update

from server.database.organisations import OrganisationRow
from server.database.staff import has_organisation
from server.problems import Problem
from server.running import Running
from server.words import LANGUAGES

KINDS = ("cso", "commission")
# Codes stand in addresses, entries and on tapes of paper: short, Latin, without spaces. "public" is a scope.
CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,30}")


def add_organisation(
    held: Running, identity: str, kind: str = "cso", name: dict[str, str] | None = None
) -> bool:
    """True when it is new. Raises Problem bad-field for a code or kind that cannot be."""
    if not CODE.fullmatch(identity) or identity == "public" or kind not in KINDS:
        raise Problem("bad-field", identity)
    names = name or {}
    shown = {f"name_{each}": names.get(each) or names.get("en") or identity for each in LANGUAGES}
    return held.write(lambda connection: _put(connection, identity, {"kind": kind, **shown}, bool(name)))


def _put(connection: Connection, identity: str, values: dict[str, str], is_named: bool) -> bool:
    if not has_organisation(connection, identity):
        connection.execute(insert(OrganisationRow.__table__), [{"id": identity, **values}])
        return True
    if is_named:
        connection.execute(update(OrganisationRow).where(OrganisationRow.id == identity).values(**values))
    return False
