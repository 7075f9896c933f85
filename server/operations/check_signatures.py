"""Checks later what was vouched for at once: each entry's own signature, a few at a time."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from server.database.authors import authors, verifier
from server.database.engine import reading, try_lock_checking
from server.database.entries import EntryRow, SignatureCheckRow
from server.database.prepared import Prepared
from server.running import Running
from sync.entry import base64url_decode
from sync.signature import signing_input

# 100 microseconds each: a tenth of a second between two looks at the journal.
CHECKS_A_ROUND = 500

# Asked after every commit, hence put together once.
_UNCHECKED = Prepared(
    select(EntryRow.idx, EntryRow.device, EntryRow.header, EntryRow.signature)
    .join(SignatureCheckRow, SignatureCheckRow.idx == EntryRow.idx)
    .where(SignatureCheckRow.is_valid.is_(None))
    .limit(CHECKS_A_ROUND)
)
_NOTE = Prepared(
    update(SignatureCheckRow).where(SignatureCheckRow.idx == bindparam("at")).values(is_valid=bindparam("found"))
)


def check_signatures(held: Running) -> int:
    """Marks the vouched entries whose own signature is right or wrong; how many. They stand either way (wire.md §2)."""
    with reading(held.engine) as connection:
        # Of several servers on one database, one does it at a time.
        if not (rows := _UNCHECKED.ask(connection)) or not try_lock_checking(connection):
            return 0
        verify = verifier(authors(connection, {row.device for row in rows}))
        found = [
            {
                "at": row.idx,
                "found": verify(row.device, signing_input(bytes(row.header)), base64url_decode(row.signature)),
            }
            for row in rows
        ]

        def note(connection: Connection) -> None:
            _NOTE.run(connection, found)

        held.write(note, alone=True)
    return len(rows)
