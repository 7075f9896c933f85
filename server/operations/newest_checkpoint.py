"""The checkpoint to show: never an older one than another machine on the same database may have shown before."""

from __future__ import annotations

import threading
from pathlib import Path

from server.clock import stopwatch
from server.database import log
from server.database.engine import reading
from server.operations.seal_checkpoint import RefusesToSign, publish_checkpoint
from server.running import Running
from sync.checkpoint import read_checkpoint

# Each machine publishes for itself, and the other may be half a second ahead: a phone that comes from there would see
# the log shrink and raise its alarm. No phone gets an answer there and asks here within this time.
LOOK_EVERY_S = 0.005
MOST_TRIES = 5


class _Looked:
    """When this process last saw that nobody is ahead."""

    def __init__(self) -> None:
        self.at_s = -LOOK_EVERY_S
        self.lock = threading.Lock()


# By data folder: a process is one machine, but tests open several.
_looked_by_folder: dict[Path, _Looked] = {}


def newest_checkpoint(held: Running) -> str:
    """The published note, or "" while there is none, or none that can be read: the sequencer says so in the log.

    No fault of the log may keep a phone from handing in, nor alarm it. On PostgreSQL the note is first brought to where
    others are.
    """
    try:
        note = _newest(held)
        if note:
            read_checkpoint(note)
    except (OSError, ValueError):
        return ""
    return note


def _newest(held: Running) -> str:
    if held.settings.is_sqlite:
        return held.log_store.checkpoint()
    looked = _looked_by_folder.setdefault(held.settings.folder, _Looked())
    if stopwatch() - looked.at_s < LOOK_EVERY_S:
        return held.log_store.checkpoint()
    with looked.lock:
        began_s = stopwatch()
        if began_s - looked.at_s >= LOOK_EVERY_S:
            if not _catch_up(held):
                return ""  # rather no checkpoint than an older one; the sequencer says why in the server's log
            looked.at_s = began_s
    return held.log_store.checkpoint()


def _catch_up(held: Running) -> bool:
    """True when what is published here is as long as the log in the database was when it was asked."""
    with reading(held.engine) as connection:
        head = log.head(connection)
    for _ in range(MOST_TRIES):
        published = held.log_store.checkpoint()
        if head is None or head.size <= (read_checkpoint(published).size if published else 0):
            return True
        try:
            # Where machines share a log folder, another may publish a shorter one meanwhile: then once more.
            publish_checkpoint(held)
        except (RefusesToSign, OSError):
            return False
    return False
