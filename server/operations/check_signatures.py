"""Checks later what was vouched for at once: each entry's own signature, a few at a time."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from server.database.authors import authors, verifier
from server.database.engine import reading
from server.database.entries import EntryRow, SignatureCheckRow
from server.running import Running
from sync.entry import base64url_decode
from sync.signature import signing_input

# 100 microseconds each: a tenth of a second between two looks at the journal.
CHECKS_A_ROUND = 500


def check_signatures(held: Running) -> int:
    """Marks the vouched entries whose own signature is right or wrong; how many. They stand either way (wire.md §2)."""
    with reading(held.engine) as connection:
        rows = connection.execute(
            select(EntryRow.idx, EntryRow.device, EntryRow.header, EntryRow.signature)
            .join(SignatureCheckRow, SignatureCheckRow.idx == EntryRow.idx)
            .where(SignatureCheckRow.is_valid.is_(None))
            .limit(CHECKS_A_ROUND)
        ).all()
        verify = verifier(authors(connection, {row.device for row in rows}))
    if not rows:
        return 0
    valid = {
        row.idx: verify(row.device, signing_input(bytes(row.header)), base64url_decode(row.signature)) for row in rows
    }

    def note(connection: Connection) -> None:
        for is_valid in (True, False):
            indexes = [index for index, found in valid.items() if found is is_valid]
            if indexes:
                connection.execute(
                    update(SignatureCheckRow).where(SignatureCheckRow.idx.in_(indexes)).values(is_valid=is_valid)
                )

    held.write(note, alone=True)
    return len(rows)
