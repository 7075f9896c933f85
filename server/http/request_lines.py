"""Gives every request an id, counts it, and writes its line in the log: method, pattern of the route, status, time."""

from __future__ import annotations

import re
from itertools import count

from flask import Flask, Response, g, request

from server.clock import Clock, stopwatch
from server.counters import COUNTERS
from server.log_lines import REQUEST_LINES
from server.running import running

HEADER = "X-Request-Id"
# What nginx ($request_id) and others give. Nothing else: a name or a telephone number must not fit in.
_GIVEN = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A method is whatever somebody sends.
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
EXCHANGE = "/api/v1/sync"
NO_ROUTE = "-"


class Ids:
    """Sixteen digits that do not repeat within a process and do not tell how many there were."""

    def __init__(self, clock: Clock) -> None:
        drawn = clock.random_bytes(16)
        self._first, self._step = int.from_bytes(drawn[:8], "big"), int.from_bytes(drawn[8:], "big") | 1
        self._counted = count()

    def next(self) -> str:
        # An odd step goes through all 2^64 numbers before it meets one again.
        return f"{(self._first + next(self._counted) * self._step) & 0xFFFFFFFFFFFFFFFF:016x}"


def add(app: Flask) -> None:
    """Before anything else is asked and after everything is answered, hence registered first."""
    ids = Ids(Clock())
    has_proxy = bool(running_settings(app).proxies)

    @app.before_request
    def _begin() -> None:
        given = request.headers.get(HEADER, "") if has_proxy else ""
        g.request_id = given if given and _GIVEN.fullmatch(given) else ids.next()
        g.began = stopwatch()

    app.after_request(_finish)


def running_settings(app: Flask):
    return app.extensions["sanad"].settings


def _finish(response: Response) -> Response:
    took_s = stopwatch() - g.get("began", stopwatch())
    rule = request.url_rule
    route = rule.rule if rule is not None else NO_ROUTE
    method = request.method if request.method in _METHODS else "other"
    COUNTERS.add("requests", route, method, str(response.status_code))
    if route == EXCHANGE:
        COUNTERS.took("exchange", took_s)
    identity = g.get("request_id", "")
    response.headers[HEADER] = identity
    REQUEST_LINES.add(running().clock.now_ms(), identity, method, route, response.status_code, took_s)
    return response


__all__ = ["HEADER", "Ids", "add"]
