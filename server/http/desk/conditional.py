"""Answers "nothing new" in a few bytes: an answer carries a tag of what it was made from, and is sent once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Response, request

# The browser keeps the answer and asks each time whether it still holds; nobody in between keeps it.
KEPT_BUT_ASKED = "private, no-cache"


def tag_of(*parts: object) -> str:
    """The same for the same parts: figures' version, who may see them, the question and the language."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def send_if_new(tag: str, make: Callable[[], Response]) -> Response:
    """304 when the browser already holds the answer with this tag, else what `make` gives."""
    # A proxy that compresses weakens the tag on its way; what it stands for is the same.
    response = Response(status=304) if request.if_none_match.contains_weak(tag) else make()
    response.set_etag(tag)
    response.headers["Cache-Control"] = KEPT_BUT_ASKED
    return response
