"""What a running server holds in its hands: settings, clock, pack, database, photo store and key."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy import Engine

from server.clock import Clock
from server.config import Settings
from server.log_keys import LogKeys
from server.log_store import LogStore
from server.pacing import Pacing
from server.packs import Pack
from server.photo_store import PhotoStore
from server.server_key import ServerKey
from server.writer import Job, Writer
from sync.policy import Policy


@dataclass
class Running:
    """One per process. Passed down explicitly; `running()` finds it in a request or command."""

    settings: Settings
    clock: Clock
    pack: Pack
    engine: Engine
    photo_store: PhotoStore
    key: ServerKey
    log_store: LogStore
    log_keys: LogKeys
    policy: Policy
    writer: Writer
    pacing: Pacing
    committed: threading.Event = field(default_factory=threading.Event)
    election: str = ""  # its id, once somebody asked
    contacts: dict[str, tuple[int, str, int | None, int | None]] = field(default_factory=dict)

    def write(self, job: Job, alone: bool = False):
        """Runs `job` in the writer's next transaction and answers after its commit."""
        return self.writer.write(job, alone)


def running() -> Running:
    return current_app.extensions["sanad"]
