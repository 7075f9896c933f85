"""Finds what the web build made: where it lies, under which hashed names, and how it is sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from flask import Response, request, send_from_directory

from server.problems import Problem

_SERVER = Path(__file__).parent.parent
# A hashed name never changes its content, so a browser need not ask again.
KEPT_FOR_EVER = "public, max-age=31536000, immutable"


def built_folder(name: str) -> Path:
    """Where the build of `name` (desk, phone) lies: in an installed package, else in a checked-out tree."""
    shipped = _SERVER / "static" / name
    return shipped if shipped.is_dir() else _SERVER.parent / "web" / "dist" / name


@dataclass
class Manifest:
    """The build's list of hashed names; read again when the build has been run again."""

    folder: Path
    _read_at_ns: int = 0
    _file_by_source: dict[str, str] | None = None

    def file_of(self, source: str) -> str | None:
        """The hashed name of `source` such as desk.css; None when nothing has been built."""
        listing = self.folder / ".vite" / "manifest.json"
        try:
            changed_ns = listing.stat().st_mtime_ns
            if changed_ns != self._read_at_ns:
                chunks = json.loads(listing.read_text(encoding="utf-8"))
                self._file_by_source = {key: chunk["file"] for key, chunk in chunks.items()}
                self._read_at_ns = changed_ns
        except (OSError, ValueError):
            return None
        return (self._file_by_source or {}).get(f"{self.folder.name}/{source}")


def send_built(folder: Path, name: str) -> Response:
    """One built file, as the copy that was compressed at build time where the browser takes it."""
    if any(part.startswith(".") for part in name.split("/")) or not _is_file(folder / name):
        raise Problem("not-found")
    packed = f"{name}.gz"
    is_packed = (folder / packed).is_file() and request.accept_encodings["gzip"] > 0
    sent = packed if is_packed else name
    response = send_from_directory(folder, sent, mimetype=_media_type(name), max_age=0)
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    if name.startswith("assets/"):
        response.headers["Cache-Control"] = KEPT_FOR_EVER
    return response


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # longer than any name of a file
        return False


def _media_type(name: str) -> str | None:
    """Named here because the machine's own table may lack them, and a script of the wrong type is not run."""
    types = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
    return types.get(Path(name).suffix)
