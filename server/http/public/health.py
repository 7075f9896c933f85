"""Says that the process answers; touches neither disk nor database."""

from __future__ import annotations

from flask import Blueprint

from server.access import anyone

health = Blueprint("health", __name__)


@health.get("/healthz")
@anyone
def healthz() -> dict[str, bool]:
    return {"ok": True}
