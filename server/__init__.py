"""The server does: it wires the core to HTTP, database, disk and clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from server.clock import Clock
    from server.config import Settings


def create_app(settings: Settings, clock: Clock | None = None, follow: bool = False) -> Flask:
    """The application for these settings. Raises when a route declares no access or the database is unsafe.

    `follow` starts the follower that folds new entries into the projections; a command that folds by itself
    leaves it off.
    """
    from server.building import build_app

    return build_app(settings, clock, follow)
