"""Gives every request an id, counts it, and writes its line in the log: method, pattern of the route, status, time."""

from __future__ import annotations

import atexit
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import count
from typing import Any, TextIO

from server.clock import Clock, stopwatch
from server.counters import COUNTERS

HEADER = "X-Request-Id"
# Where the id of a request stands in its WSGI environment, for error pages and the lines of faults.
ID = "sanad.request"
# And where its route stands when it was answered without Flask (phone/express.py).
ROUTE = "sanad.route"
EXCHANGE = "/api/v1/sync"
NO_ROUTE = "-"
# What nginx ($request_id) and others give. Nothing else: a name or a telephone number must not fit in.
_GIVEN = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A method is whatever somebody sends.
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_SIXTEEN_DIGITS = 0xFFFF_FFFF_FFFF_FFFF

# Lines are written together: a write for each would cost more than all the rest.
WRITE_EVERY_S = 0.25
# If standard error is stuck (a full disk, a stopped terminal), lines are dropped, and not requests.
MOST_WAITING = 100_000

# id, method, pattern of the route, status, when it was answered by the stopwatch, how long it took
Answered = tuple[str, str, str, str, float, float]
Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Ids:
    """Sixteen digits that do not repeat within a process and do not tell how many there were."""

    def __init__(self, clock: Clock) -> None:
        drawn = clock.random_bytes(16)
        # An odd step goes through all 2^64 numbers before it meets one again.
        first, step = int.from_bytes(drawn[:8], "big"), int.from_bytes(drawn[8:], "big") | 1
        self._numbers = count(first, step)

    def next(self) -> str:
        return f"{next(self._numbers) & _SIXTEEN_DIGITS:016x}"


class RequestLines:
    """What was answered, put down in passing; a thread of its own counts it and writes the lines, many at once."""

    def __init__(self) -> None:
        self._answered: deque[Answered] = deque(maxlen=MOST_WAITING)
        self._stream: TextIO | None = None
        # Nothing is put down until somebody reads it: a test or a command has no log.
        self.add: Callable[[Answered], None] = lambda answered: None

    def start(self, stream: TextIO) -> None:
        self._stream = stream
        self.add = self._answered.append
        atexit.register(self.write)
        threading.Thread(target=self._run, name="log-lines", daemon=True).start()

    def write(self) -> None:
        """Counts and writes what waits, in one piece, so that no other thread's line stands inside one of ours."""
        some = [self._answered.popleft() for _ in range(len(self._answered))]
        if not some or self._stream is None:
            return
        COUNTERS.add_each("requests", (each[1:4] for each in some))
        COUNTERS.took("exchange", *(took_s for _, _, route, _, _, took_s in some if route == EXCHANGE))
        now_ms, now_s = Clock().now_ms(), stopwatch()
        lines = (line_of(int(now_ms - (now_s - each[4]) * 1000), *each[:4], each[5]) for each in some)
        self._stream.write("".join(lines))
        self._stream.flush()

    def _run(self) -> None:
        pause = threading.Event()  # never set: it ends with the process
        while True:
            pause.wait(WRITE_EVERY_S)
            self.write()


REQUEST_LINES = RequestLines()


def line_of(at_ms: int, identity: str, method: str, route: str, status: str, took_s: float) -> str:
    """Nothing in it needs escaping: patterns of routes and ids are ASCII without quotes."""
    moment = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return (
        f'{{"event": "request", "request": "{identity}", "method": "{method}", "route": "{route}", '
        f'"status": {status}, "ms": {took_s * 1000:.1f}, "level": "info", "timestamp": "{moment}"}}\n'
    )


class RequestsTold:
    """Around the whole application, so that what fails before the first route is told too."""

    def __init__(self, application: Application, has_proxy: bool) -> None:
        self._application, self._has_proxy = application, has_proxy
        self._next_id = Ids(Clock()).next

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = stopwatch()
        identity = environ[ID] = (self._has_proxy and _given(environ)) or self._next_id()

        def start(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
            headers.append((HEADER, identity))
            rule = environ.get(ROUTE) or getattr(environ.get("werkzeug.request"), "url_rule", None)
            method, ended = environ["REQUEST_METHOD"], stopwatch()
            if method not in _METHODS:
                method = "other"
            route = NO_ROUTE if rule is None else rule.rule
            REQUEST_LINES.add((identity, method, route, status[:3], ended, ended - began))
            return start_response(status, headers, *fault)

        return self._application(environ, start)


def _given(environ: Environ) -> str:
    """The proxy's own id, so that its log and ours speak of the same request. Nobody else is believed."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if _GIVEN.fullmatch(given) else ""
