"""Reads what a phone sends, never more than its limits, however it was packed."""

from __future__ import annotations

import json
import zlib

import orjson
from flask import request

from server.problems import Problem

# wire.md §3: sent, and inflated. Bounded while inflating, so that a small bomb never becomes large in memory.
LARGEST_SENT_BYTES = 256 * 1024
LARGEST_INFLATED_BYTES = 1024 * 1024
MOST_ENTRIES = 100
PROTOCOL = 1


def read_json_object(largest: int = LARGEST_SENT_BYTES) -> dict[str, object]:
    """The JSON object in the request. Raises Problem: media-type, too-large or bad-frame."""
    if request.mimetype != "application/json":
        raise Problem("media-type")
    sent = request.stream.read(largest + 1)
    return unpack_object(sent, request.headers.get("Content-Encoding", "identity"), largest)


def unpack_object(sent: bytes, encoding: str, largest: int = LARGEST_SENT_BYTES) -> dict[str, object]:
    """The JSON object in these bytes. Raises Problem: media-type, too-large or bad-frame."""
    if len(sent) > largest:
        raise Problem("too-large", max=largest)
    encoding = encoding.lower()
    if encoding not in ("identity", "gzip"):
        raise Problem("media-type", detail="Content-Encoding")
    frame = _parse(_inflate(sent) if encoding == "gzip" else sent)
    if not isinstance(frame, dict):
        raise Problem("bad-frame")
    return frame


def read_frame() -> dict[str, object]:
    """A frame of `POST /api/v1/sync`: an object with a list of at most 100 entries."""
    return checked_frame(read_json_object())


def checked_frame(frame: dict[str, object]) -> dict[str, object]:
    """The same frame. Raises Problem: upgrade-needed, bad-frame or too-many-entries."""
    if frame.get("protocol") != PROTOCOL:
        raise Problem("upgrade-needed", accept=[PROTOCOL])
    entries = frame.get("entries")
    if not isinstance(entries, list):
        raise Problem("bad-frame", detail="entries")
    if len(entries) > MOST_ENTRIES:
        raise Problem("too-many-entries", max=MOST_ENTRIES)
    return frame


def _inflate(sent: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=31)
    try:
        whole = inflater.decompress(sent, LARGEST_INFLATED_BYTES + 1)
    except zlib.error as error:
        raise Problem("bad-frame", detail="gzip") from error
    if len(whole) > LARGEST_INFLATED_BYTES or inflater.unconsumed_tail:
        raise Problem("too-large", max=LARGEST_INFLATED_BYTES)
    if not inflater.eof:
        raise Problem("bad-frame", detail="gzip")
    return whole


def _parse(text: bytes) -> object:
    """orjson where it can; where it refuses one bad text, the slow parser, so that the neighbours are still heard."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise Problem("bad-frame") from error
