"""Says whether the process answers, and whether requests should be sent to it. Why not is told on the private port."""

from __future__ import annotations

from flask import Blueprint

from server.access import anyone
from server.running import running
from server.watch.readiness import reasons

health = Blueprint("health", __name__)


@health.get("/healthz")
@anyone
def healthz() -> dict[str, bool]:
    """Touches neither disk nor database."""
    return {"ok": True}


@health.get("/readyz")
@anyone
def readyz() -> tuple[dict[str, bool], int]:
    """For what stands in front and chooses where to send: one word, whoever asks."""
    is_ready = not reasons(running())
    return {"ok": is_ready}, 200 if is_ready else 503
