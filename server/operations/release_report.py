"""Lets another organisation, or the public, see a report: an entry that names the report and whom it is released to."""

from __future__ import annotations

from sqlalchemy import Connection, select

from server.access import Reader
from server.database.organisations import OrganisationRow
from server.operations.fold_entries import fold_entries
from server.operations.sign_entry import append_entry
from server.problems import Problem
from server.projections.findings import standing_of
from server.running import Running
from sync.header import MAX_REFS

PUBLIC = "public"


def release_report(held: Running, reader: Reader, subject: str, author: str, to: str) -> str:
    """The id of the release entry. Only a standing report of the reader's own organisation can be released.

    The public sees it only once it is also upheld. Raises Problem not-found, withdrawn or bad-field (`to`).
    """

    def job(connection: Connection) -> str:
        standing = standing_of(connection, reader.organisation, subject, author)
        if standing is None:
            raise Problem("not-found")
        if not standing.heads:
            raise Problem("withdrawn")
        if not _may_receive(connection, reader.organisation, to):
            raise Problem("bad-field", detail="to")
        return append_entry(
            held, connection, kind="release", subject=subject, refs=standing.heads[:MAX_REFS], body={"to": to},
            by=reader.id, organisation=reader.organisation, role=reader.role,
        )  # fmt: skip

    identity = held.write(job)
    fold_entries(held)
    return identity


def _may_receive(connection: Connection, own: str, to: str) -> bool:
    if to == PUBLIC:
        return True
    known = connection.execute(select(OrganisationRow.id).where(OrganisationRow.id == to)).first()
    return known is not None and to != own
