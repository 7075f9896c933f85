"""The express way of an exchange: the same gate, operation and answer as by Flask, which costs more than all of them.

Only what goes well is answered here. Whatever is odd (another type, no length) goes by Flask from the start; whatever
goes wrong is handed to Flask to be told. The route stands in `exchange.py` and declares there who may call it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property
from typing import Any

import orjson
from flask import Flask
from werkzeug.routing import Rule

from server.access import Reader, policy_of
from server.http.gate import FAULT, find_device
from server.http.headers import ALWAYS, HTTPS_ONLY, PRIVATE
from server.http.phone.exchange import answer_of
from server.http.phone.frame import LARGEST_SENT_BYTES, checked_frame, unpack_object
from server.http.phone.packed import WORTH_PACKING_BYTES, packed, takes_gzip
from server.http.request_lines import ROUTE
from server.problems import Problem
from server.running import Running
from server.tokens import digest_token

ENDPOINT, PATH = "exchange.sync", "/api/v1/sync"
# Phones of a whole country; then it is forgotten and learned anew.
MOST_REMEMBERED = 100_000
_HEADERS = [*ALWAYS.items(), ("Cache-Control", PRIVATE), ("Content-Type", "application/json")]

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class Express:
    """Around Flask, inside of everything that every request passes."""

    def __init__(self, app: Flask) -> None:
        self._app, self._by_flask = app, app.wsgi_app
        # Who once showed a token. Only a hint that saves a question: whether it still opens is asked again in the
        # transaction that stores or hands out (exchange_entries), so that no other process need tell of a revocation.
        self._remembered: dict[str, Reader] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or not _is_usual(environ):
            return self._by_flask(environ, start_response)
        rule = self._rule
        try:
            content = self._answer(environ)
        except Exception as fault:
            environ[FAULT] = fault
            # A phone whose frame is still on its way when the line is closed never hears what the answer was. What
            # was read of it is gone; it is not read again.
            with suppress(OSError):
                environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(), "0"
            return self._by_flask(environ, start_response)
        environ[ROUTE] = rule
        return _send(environ, start_response, content)

    def _answer(self, environ: Environ) -> bytes:
        held: Running = self._app.extensions["sanad"]
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        shown = digest_token(authorization)
        reader = self._remembered.get(shown) or self._let_in(held, authorization, shown)
        try:
            return orjson.dumps(answer_of(held, reader, lambda: _read(environ)))
        except Problem as problem:
            if problem.code in ("token-unknown", "token-revoked"):
                self._remembered.pop(shown, None)
            raise

    def _let_in(self, held: Running, authorization: str, shown: str) -> Reader:
        reader = find_device(held, authorization)
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[shown] = reader
        return reader

    @cached_property
    def _rule(self) -> Rule:
        """The route that is answered here; whoever declares another access for it must change this way too."""
        (rule,) = (rule for rule in self._app.url_map.iter_rules(ENDPOINT))
        if rule.rule != PATH or policy_of(self._app, ENDPOINT).kind != "device":
            raise RuntimeError(f"{PATH} is no longer what the express way answers")
        return rule


def _is_usual(environ: Environ) -> bool:
    """As phones ask: with the length said beforehand, and short enough."""
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ.get("CONTENT_TYPE") == "application/json"
        and length.isascii()
        and length.isdigit()
        and len(length) < 8
        and int(length) <= LARGEST_SENT_BYTES
        and "HTTP_TRANSFER_ENCODING" not in environ
    )


def _read(environ: Environ) -> dict[str, object]:
    length = int(environ["CONTENT_LENGTH"])
    sent = environ["wsgi.input"].read(length)
    if len(sent) < length:
        # The line was cut; nobody reads the answer.
        raise Problem("bad-frame")
    return checked_frame(unpack_object(sent, environ.get("HTTP_CONTENT_ENCODING", "identity")))


def _send(environ: Environ, start_response: StartResponse, content: bytes) -> Iterable[bytes]:
    headers = _HEADERS.copy()
    if len(content) >= WORTH_PACKING_BYTES:
        headers.append(("Vary", "Accept-Encoding"))
        if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            content = packed(content)
            headers.append(("Content-Encoding", "gzip"))
    if environ.get("wsgi.url_scheme") == "https":
        headers.append(("Strict-Transport-Security", HTTPS_ONLY))
    headers.append(("Content-Length", str(len(content))))
    start_response("200 OK", headers)
    return (content,)
