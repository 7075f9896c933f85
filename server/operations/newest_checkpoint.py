"""The checkpoint to show: never an older one than another machine on the same database may have shown before."""

from __future__ import annotations

import threading
from pathlib import Path

from server.clock import stopwatch
from server.database import log
from server.database.engine import reading
from server.operations.seal_checkpoint import RefusesToSign, seal_checkpoint
from server.running import Running
from sync.checkpoint import read_checkpoint

# Each machine publishes for itself, and the other may be half a second ahead: a phone that comes from there would see
# the log shrink and raise its alarm. No phone gets an answer there and asks here within this time.
LOOK_EVERY_S = 0.005


class _Looked:
    """When this process last saw that nobody is ahead."""

    def __init__(self) -> None:
        self.at_s = -LOOK_EVERY_S
        self.lock = threading.Lock()


# By data folder: a process is one machine, but tests open several.
_looked_by_folder: dict[Path, _Looked] = {}


def newest_checkpoint(held: Running) -> str:
    """The published note, or "" while there is none. On PostgreSQL it is published here first where another is ahead."""
    if held.settings.is_sqlite:
        return held.log_store.checkpoint()
    looked = _looked_by_folder.setdefault(held.settings.folder, _Looked())
    if stopwatch() - looked.at_s < LOOK_EVERY_S:
        return held.log_store.checkpoint()
    with looked.lock:
        began_s = stopwatch()
        if began_s - looked.at_s >= LOOK_EVERY_S:
            with reading(held.engine) as connection:
                head = log.head(connection)
            published = held.log_store.checkpoint()
            if head is not None and head.size > (read_checkpoint(published).size if published else 0):
                try:
                    seal_checkpoint(held)
                except RefusesToSign:
                    return published  # said in the server's log by the sequencer
            looked.at_s = began_s
    return held.log_store.checkpoint()
