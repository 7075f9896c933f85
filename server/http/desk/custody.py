"""Hands a coordinator the evidence of a report of their own organisation, for a court or the commission."""

from __future__ import annotations

from flask import Blueprint, Response, g, request, send_file

from server.access import desk
from server.operations.export_custody import export_custody
from server.running import running

custody = Blueprint("custody", __name__)


@custody.post("/<any(incidents, tapes, observations, visits):family>/<subject>/custody.zip")
@desk("coordinator")
def export(family: str, subject: str) -> Response:
    """A form, not a link: each time an entry says who took the evidence."""
    file = export_custody(running(), g.reader, subject, with_bodies=request.form.get("bodies") != "left-out")
    response = send_file(
        file, mimetype="application/zip", as_attachment=True, download_name=f"custody-{subject[:8]}.zip", max_age=0
    )
    response.headers["Cache-Control"] = "no-store"
    return response
