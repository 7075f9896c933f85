"""The log for everybody: checkpoint, tiles, bundles and keys, as c2sp.org/tlog-tiles serves them."""

from __future__ import annotations

import re

from flask import Blueprint, Response

from server.access import anyone
from server.database import log as stored
from server.database.cosigned import newest_cosigned
from server.database.engine import reading
from server.operations.newest_checkpoint import newest_checkpoint
from server.problems import Problem
from server.running import running
from sync.checkpoint import read_checkpoint
from sync.tree import HASH_BYTES, TILE_WIDTH, bundle, tile_path, tile_width

log = Blueprint("log", __name__, url_prefix="/log")

_PLACE = re.compile(r"((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
# A tile never changes; a partial one neither, it is only followed by a longer one.
_FOR_EVER = "public, max-age=31536000, immutable"


@log.get("/checkpoint")
@anyone
def checkpoint() -> Response:
    return _text(_published(), "public, max-age=1")


@log.get("/witnessed")
@anyone
def witnessed() -> Response:
    """The newest checkpoint with the lines of as many witnesses as the policy asks for."""
    with reading(running().engine) as connection:
        found = newest_cosigned(connection)
    if found is None:
        raise Problem("not-found")
    return _text(found.note, "public, max-age=1")


@log.get("/vkeys")
@anyone
def verifier_keys() -> Response:
    origin = read_checkpoint(_published()).origin
    keys = running().log_keys.verifier_keys(origin)
    return _text("".join(f"{key}\n" for key in keys), "public, max-age=60")


@log.get("/tile/entries/<path:place>")
@anyone
def entries(place: str) -> Response:
    number, width = _asked("entries", place)
    with reading(running().engine) as connection:
        leaves = stored.leaves(connection, number * TILE_WIDTH, number * TILE_WIDTH + width)
    return _bytes(bundle(leaves))


@log.get("/tile/<int(fixed_digits=1, max=7):level>/<path:place>")
@anyone
def tile(level: int, place: str) -> Response:
    number, width = _asked(level, place)
    with reading(running().engine) as connection:
        hashes = stored.tile_reader(connection)(level, number)
    return _bytes(hashes[: width * HASH_BYTES])


def _published() -> str:
    note = newest_checkpoint(running())
    if not note:
        raise Problem("not-yet-logged", retry_after_s=1)
    return note


def _asked(level: int | str, place: str) -> tuple[int, int]:
    """Number and width of a tile that the published checkpoint covers: nothing is shown before it is signed."""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise Problem("not-found")
    number = int(found[1].replace("x", "").replace("/", ""))
    width = int(found[2] or TILE_WIDTH)
    height = level if isinstance(level, int) else 0
    is_covered = width <= tile_width(height, number, read_checkpoint(_published()).size)
    # Every tile has one address: caches and mirrors must not hold it under several.
    if not is_covered or tile_path(level, number, width) != f"tile/{level}/{place}":
        raise Problem("not-found")
    return number, width


def _text(text: str, caching: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": caching})


def _bytes(content: bytes) -> Response:
    return Response(content, content_type="application/octet-stream", headers={"Cache-Control": _FOR_EVER})
