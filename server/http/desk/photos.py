"""Shows photos to those who may see the report that names them; originals leave only as downloads."""

from __future__ import annotations

import os

from flask import Blueprint, Response, g, make_response, render_template, send_file

from server.access import desk
from server.database import db
from server.http.desk.conditional import KEPT_BUT_ASKED
from server.problems import Problem
from server.projections.photo_access import may_see_photo
from server.running import running
from server.working_copy import open_photo, working_copy

photos = Blueprint("photos", __name__)


@photos.get("/photos/<digest>")
@desk("administrator", "coordinator", "clerk", "liaison")
def show(digest: str) -> Response:
    """The working copy; for a photo that cannot be decoded, a picture that says so."""
    _refuse_stranger(digest, original=False)
    held = running()
    made = working_copy(held.photo_store, held.settings.working_folder, digest)
    if made is None:
        picture = make_response(render_template("desk/photo_unshowable.svg"))
        picture.content_type = "image/svg+xml"
        return picture
    return _kept_by_nobody_else(send_file(made, mimetype="image/jpeg", max_age=0))


@photos.get("/photos/<digest>/original")
@desk("administrator", "coordinator", "clerk")
def download(digest: str) -> Response:
    """The bytes as they were taken, never opened by the browser: they may be anything."""
    _refuse_stranger(digest, original=True)
    photo = open_photo(running().photo_store, digest)
    response = send_file(
        photo, mimetype="application/octet-stream", as_attachment=True, download_name=f"{digest}.bin", etag=digest
    )
    if response.status_code == 200:
        response.content_length = os.fstat(photo.fileno()).st_size
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _kept_by_nobody_else(response)


def _kept_by_nobody_else(response: Response) -> Response:
    """The reader's own browser asks again each time; a cache in between must not keep what an observer saw."""
    response.headers["Cache-Control"] = KEPT_BUT_ASKED
    return response


def _refuse_stranger(digest: str, original: bool) -> None:
    tapes_only = g.reader.role == "clerk"
    if not may_see_photo(db.session, g.reader.organisation, digest, original, tapes_only):
        raise Problem("not-found")
