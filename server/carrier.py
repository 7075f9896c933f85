"""Empties the spool in the background, on a thread of its own: a bucket that hangs must not hold up the folding."""

from __future__ import annotations

import threading

import structlog

from server.object_store import StoreAway
from server.operations.carry_photos import carry_photos
from server.running import Running

_log = structlog.get_logger("sanad.carrier")
LOOK_EVERY_S = 1.0


class Carrier(threading.Thread):
    """One a process: a spool belongs to one machine, and nobody else can read it."""

    def __init__(self, held: Running) -> None:
        super().__init__(name="carrier", daemon=True)
        self._held, self._rest = held, threading.Event()

    def run(self) -> None:
        while True:
            self._rest.wait(LOOK_EVERY_S)
            try:
                if carried := carry_photos(self._held):
                    _log.info("photos-carried", count=carried)
            except StoreAway:
                continue  # said once by the store, which also says when to try again
            except Exception as error:  # the carrier must outlive whatever one round meets
                _log.error("carry-fault", kind=type(error).__name__)
