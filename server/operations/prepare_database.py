"""Makes the tables, or brings those of an earlier release up to date, before anything else runs.

And refuses a database that is not this machine's to write: one whose election has moved, or whose journal is signed
with another key.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection

from server.database.engine import lock_migrating
from server.database.machines import moved_to, other_keys
from server.database.migrating import bring_up_to_date
from server.running import Running
from sync.entry import base64url_encode


class ElectionMoved(RuntimeError):
    """The election that this database held lives in another one now."""

    code = "election-moved"


class OtherKey(RuntimeError):
    """This machine has another key than the one that signs this election's journal."""

    code = "other-key"


def prepare_database(held: Running, is_any_key: bool = False) -> bool:
    """True when the database was made or changed. Safe to run at every start and by two processes at once.

    Raises ElectionMoved, and OtherKey unless `is_any_key` (for a log that begins anew).
    """

    def prepare(connection: Connection) -> bool:
        lock_migrating(connection)
        is_changed = bring_up_to_date(connection)
        if place := moved_to(connection):
            raise ElectionMoved(
                f"this election was moved to {place} and goes on there; what is here stays as it was at that moment"
            )
        if not is_any_key and (names := other_keys(connection, thumbprints(held))):
            raise OtherKey(
                f"the journal of this election is signed with another key than {' and '.join(names)} in "
                f"{held.settings.key_file.parent}: copy the folder keys of the machine that was first over it, "
                "whole, and start again. Two keys would make two journals"
            )
        return is_changed

    return held.write(prepare, alone=True)


def thumbprints(held: Running) -> dict[str, str]:
    """What the keys of this machine are known by in the database, by the names of their files."""
    log_key = held.log_keys.log.public_key().public_bytes_raw()
    return {"server.pem": held.key.device, "log.pem": base64url_encode(hashlib.sha256(log_key).digest())}
