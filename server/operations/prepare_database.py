"""Makes the tables, or brings those of an earlier release up to date, before anything else runs."""

from __future__ import annotations

from server.database.migrating import bring_up_to_date
from server.running import Running


def prepare_database(held: Running) -> bool:
    """True when the database was made or changed. Safe to run at every start and by two processes at once."""
    return held.write(bring_up_to_date, alone=True)
