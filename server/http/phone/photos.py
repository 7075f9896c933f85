"""Photos by tus 1.0.0: begun, asked after and continued, in pieces that survive a bad line."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import ClientDisconnected

from server.access import Reader, anyone, device
from server.http.phone.exchange import carrier
from server.operations.receive_photo import begin_photo, photo_offset, receive_begun, receive_photo
from server.pacing import TooMany
from server.problems import Problem
from server.running import Running, running
from sync.chunks import MAX_PHOTO_BYTES
from sync.header import is_digest

photos = Blueprint("phone_photos", __name__, url_prefix="/api/v1/photos")
TUS_VERSION = "1.0.0"
OFFSET_TYPE = "application/offset+octet-stream"
PIECE_BYTES = 64 * 1024
# Parts untouched for this long are forgotten; the phone still holds the photo and begins again.
EXPIRES_S = 7 * 24 * 3600


@photos.after_request
def _speak_tus(response: Response) -> Response:
    response.headers["Tus-Resumable"] = TUS_VERSION
    return response


@photos.route("", methods=["OPTIONS"])
@anyone
def options() -> Response:
    response = Response(status=204)
    response.headers["Tus-Version"] = TUS_VERSION
    response.headers["Tus-Extension"] = "creation,creation-with-upload,expiration"
    response.headers["Tus-Max-Size"] = str(MAX_PHOTO_BYTES)
    return response


@photos.post("")
@device
def create() -> Response:
    _need_tus()
    held, asking = running(), carrier()
    digest, length = _digest(), _number("Upload-Length")
    with _let_in(is_begun=False):
        return _created(held, asking, digest, length)


def _created(held: Running, asking: Reader, digest: str, length: int) -> Response:
    offset = begin_photo(held, asking, digest, length)
    if request.mimetype == OFFSET_TYPE and offset == 0 and length:
        offset = receive_begun(held, asking, digest, length, _pieces())
    response = Response(status=201)
    response.headers["Location"] = url_for("phone_photos.append", digest=digest)
    return _at(response, offset, length)


@photos.route("/<digest>", methods=["HEAD"])
@device
def offset(digest: str) -> Response:
    _need_tus()
    held, length = photo_offset(running(), carrier(), _checked(digest))
    response = _at(Response(status=200), held, length)
    response.headers["Upload-Length"] = str(length)
    return response


@photos.patch("/<digest>")
@device
def append(digest: str) -> Response:
    _need_tus()
    if request.mimetype != OFFSET_TYPE:
        raise Problem("media-type")
    with _let_in(is_begun=True):
        after = receive_photo(running(), carrier(), _checked(digest), _number("Upload-Offset"), _pieces())
    return _at(Response(status=204), after, None)


@contextmanager
def _let_in(is_begun: bool) -> Iterator[None]:
    """Texts come first: when there is no room for a photo now, the phone is told when to come again."""
    try:
        with running().pacing.photo(is_begun):
            yield
    except TooMany as too_many:
        raise Problem("busy", retry_after_s=too_many.after_s) from too_many


def _at(response: Response, offset: int, length: int | None) -> Response:
    response.headers["Upload-Offset"] = str(offset)
    if offset != length:
        expires_s = running().clock.now_ms() // 1000 + EXPIRES_S
        response.headers["Upload-Expires"] = _http_date(expires_s)
    return response


def _http_date(seconds: int) -> str:
    from werkzeug.http import http_date

    return http_date(seconds)


def _pieces() -> Iterator[bytes]:
    """What arrives, until it ends or the line is cut; what came before the cut counts."""
    while True:
        try:
            piece = request.stream.read(PIECE_BYTES)
        except (ClientDisconnected, OSError):
            return
        if not piece:
            return
        yield piece


def _need_tus() -> None:
    if request.headers.get("Tus-Resumable") != TUS_VERSION:
        raise Problem("tus-version")


def _number(name: str) -> int:
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Problem("bad-field", detail=name)
    return int(text)


def _digest() -> str:
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, _, value = pair.strip().partition(" ")
        if name == "sha256":
            try:
                return _checked(b64decode(value, validate=True).decode())
            except (binascii.Error, UnicodeDecodeError) as error:
                raise Problem("bad-field", detail="Upload-Metadata") from error
    raise Problem("bad-field", detail="Upload-Metadata")


def _checked(digest: str) -> str:
    """A digest in its one spelling: whatever else stands there must never become a file name."""
    if not is_digest(digest):
        raise Problem("photo-not-named")
    return digest
