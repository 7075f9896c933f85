"""The styles and scripts of the desk pages: the same for everybody, so open to all."""

from __future__ import annotations

from flask import Blueprint, Response

from server.access import anyone
from server.http.built import built_folder, send_built

desk_files = Blueprint("desk_files", __name__)


@desk_files.get("/static/desk/<path:name>")
@anyone
def send(name: str) -> Response:
    return send_built(built_folder("desk"), name)
