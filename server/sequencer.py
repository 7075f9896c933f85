"""Seals checkpoints in the wake of commits: within a second of a receipt there is a proof of it."""

from __future__ import annotations

import threading

import structlog

from server.operations.seal_checkpoint import RefusesToSign, seal_checkpoint
from server.running import Running

_log = structlog.get_logger("sanad.sequencer")
# At most two checkpoints a second: each costs a commit and a few synced files, and a proof may take a second.
SEAL_EVERY_S = 0.5
# Nothing mends a refusal or a fault by itself quickly; the log of the server must not fill meanwhile.
REST_AFTER_FAULT_S = 5.0
# A witness is somebody else's machine: a checkpoint in ten seconds is what public logs ask of theirs.
COSIGN_EVERY_S = 10.0


class Sequencer(threading.Thread):
    """One a process; on PostgreSQL the one that holds the sealing lock does the work."""

    def __init__(self, held: Running) -> None:
        super().__init__(name="sequencer", daemon=True)
        self._held, self._rest = held, threading.Event()

    def run(self) -> None:
        while True:
            try:
                seal_checkpoint(self._held)
                self._rest.wait(SEAL_EVERY_S)
            except RefusesToSign as refusal:
                _log.error("refuses-to-sign", why=str(refusal))
                self._rest.wait(REST_AFTER_FAULT_S)
            except Exception as error:  # the sequencer must outlive whatever one round meets
                _log.error("seal-fault", kind=type(error).__name__)
                self._rest.wait(REST_AFTER_FAULT_S)


class Cosigner(threading.Thread):
    """Shows the newest checkpoint to the witnesses of the policy. Slow by nature, hence a thread of its own."""

    def __init__(self, held: Running) -> None:
        super().__init__(name="cosigner", daemon=True)
        self._held, self._rest = held, threading.Event()

    def run(self) -> None:
        # With it comes an HTTP client, which a server without witnesses never needs.
        from server.operations.gather_cosignatures import gather_cosignatures

        while True:
            try:
                gather_cosignatures(self._held)
            except Exception as error:  # the cosigner must outlive whatever one round meets
                _log.error("cosign-fault", kind=type(error).__name__)
            self._rest.wait(COSIGN_EVERY_S)
