"""The phone app's own files: one shell for every address under /phone/, and for the join link."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Blueprint, Response, request, send_file

from server.access import anyone
from server.problems import Problem

shell = Blueprint("shell", __name__)
BUILT = Path(__file__).resolve().parents[3] / "web" / "dist" / "phone"
_HASHED = re.compile(r"assets/.+-[A-Za-z0-9_-]{8,}\.\w+$")


@shell.get("/join")
@anyone
def join() -> Response:
    return _file("index.html")


@shell.get("/phone/", defaults={"path": "index.html"})
@shell.get("/phone/<path:path>")
@anyone
def app(path: str) -> Response:
    return _file(path)


def _file(path: str) -> Response:
    target = BUILT / path
    if not _is_built(target):
        if "." in path.rsplit("/", 1)[-1]:
            raise Problem("not-found")
        target, path = BUILT / "index.html", "index.html"
    if not target.is_file():
        raise Problem("not-found", detail="the phone app is not built: make build")
    response = _packed(target)
    if path == "sw.js":
        response.headers["Service-Worker-Allowed"] = "/phone/"
    # Hashed names never change their bytes; everything else is asked for again each time.
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if _HASHED.match(path) else "no-cache"
    )
    return response


def _is_built(target: Path) -> bool:
    """True for a file of the build; an address may be no name of a file at all, or lead out of the folder."""
    try:
        return target.resolve().is_relative_to(BUILT) and target.is_file()
    except (OSError, ValueError):
        return False


def _packed(target: Path) -> Response:
    """The gzip beside the file, made at build time, for whoever takes it: Flask itself packs nothing."""
    small = target.with_name(target.name + ".gz")
    mimetype = _TYPES.get(target.suffix, "application/octet-stream")
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    if not takes_gzip or not small.is_file():
        return send_file(target, mimetype=mimetype, conditional=True)
    response = send_file(small, mimetype=mimetype, conditional=True)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response


_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
}
