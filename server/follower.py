"""Follows the journal: within a second of a commit, new entries are folded into what the desk and the map read."""

from __future__ import annotations

import threading

import structlog

from server.operations.check_signatures import check_signatures
from server.operations.fold_entries import fold_entries
from server.operations.note_contacts import note_contacts
from server.running import Running

_log = structlog.get_logger("sanad.follower")
# Commits of this process wake the follower at once; those of another process are seen after this long.
LOOK_EVERY_S = 0.5
# After a fault (a full disk, a database away) the follower tries again without filling the log.
REST_AFTER_FAULT_S = 2.0
# When a phone was last heard is shown in minutes; writing it more often would only cost syncs.
NOTE_CONTACTS_EVERY_MS = 5_000
# Parts of photos untouched for a week are forgotten (tus expiration); the phone still holds the photo.
DROP_STALE_EVERY_MS = 60 * 60 * 1000
STALE_AFTER_MS = 7 * 24 * 60 * 60 * 1000


class Follower(threading.Thread):
    """One a process; on PostgreSQL the one that holds the folding lock does the work."""

    def __init__(self, held: Running) -> None:
        super().__init__(name="follower", daemon=True)
        self._held = held
        self._noted_ms = self._dropped_ms = 0

    def run(self) -> None:
        while True:
            self._held.committed.wait(LOOK_EVERY_S)
            self._held.committed.clear()
            try:
                self._follow()
            except Exception as error:  # the follower must outlive whatever one round meets
                _log.error("fold-fault", kind=type(error).__name__)
                self._held.committed.wait(REST_AFTER_FAULT_S)

    def _follow(self) -> None:
        fold_entries(self._held)
        check_signatures(self._held)
        now_ms = self._held.clock.now_ms()
        if now_ms - self._noted_ms >= NOTE_CONTACTS_EVERY_MS:
            note_contacts(self._held)
            self._noted_ms = now_ms
        if now_ms - self._dropped_ms >= DROP_STALE_EVERY_MS:
            self._held.photo_store.drop_stale(now_ms - STALE_AFTER_MS)
            self._dropped_ms = now_ms
