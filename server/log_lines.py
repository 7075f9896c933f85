"""The log on standard error: one JSON object a line, of words of this program alone.

Never in it: a body, a name, a place, an address, a token, or the text of an error, which may carry any of them.
"""

from __future__ import annotations

import atexit
import logging
import sys
import threading
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import TextIO

import structlog

# Lines of requests are written together: a write for each would cost more than counting them does.
WRITE_EVERY_S = 0.25
# If standard error is stuck (a full disk, a stopped terminal), lines are dropped, and not requests.
MOST_WAITING = 100_000

Answered = tuple[int, str, str, str, int, float]


def place_of(trace: TracebackType | None) -> str:
    """`file.py:12` where a fault happened; the text of a fault is never logged, it could carry what somebody said."""
    where = extract_tb(trace)[-1:]
    return f"{Path(where[0].filename).name}:{where[0].lineno}" if where else ""


class RequestLines:
    """One line an answered request, written by a thread of its own once `start` was called."""

    def __init__(self) -> None:
        self._waiting: deque[Answered] = deque(maxlen=MOST_WAITING)
        self._stream: TextIO | None = None
        self._has_more = threading.Event()

    def start(self, stream: TextIO) -> None:
        self._stream = stream
        atexit.register(self.write)
        threading.Thread(target=self._run, name="log-lines", daemon=True).start()

    def add(self, at_ms: int, identity: str, method: str, route: str, status: int, took_s: float) -> None:
        """`route` is the pattern and never the path; `method` one that this server knows."""
        if self._stream is not None:
            self._waiting.append((at_ms, identity, method, route, status, took_s))

    def write(self) -> None:
        """What waits, in one piece, so that lines of other threads stand between lines and never inside one."""
        lines = []
        while self._waiting:
            lines.append(line_of(*self._waiting.popleft()))
        if lines and self._stream is not None:
            self._stream.write("".join(lines))
            self._stream.flush()

    def _run(self) -> None:
        while True:
            self._has_more.wait(WRITE_EVERY_S)  # never set: a pause that ends with the process
            self.write()


REQUEST_LINES = RequestLines()


def line_of(at_ms: int, identity: str, method: str, route: str, status: int, took_s: float) -> str:
    """Nothing in it needs escaping: patterns and ids are ASCII without quotes (server/http/request_lines.py)."""
    moment = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return (
        f'{{"event": "request", "request": "{identity}", "method": "{method}", "route": "{route}", '
        f'"status": {status}, "ms": {took_s * 1000:.1f}, "level": "info", "timestamp": "{moment}"}}\n'
    )


def log_to(stream: TextIO) -> None:
    """From now on this process logs to `stream`, whoever speaks: this program, a library, or a fault nobody caught."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    REQUEST_LINES.start(stream)
    root = logging.getLogger()
    root.handlers[:] = [_OfLibraries()]
    root.setLevel(logging.WARNING)
    sys.excepthook = lambda kind, _, trace: _uncaught(kind, trace)
    threading.excepthook = lambda fault: _uncaught(fault.exc_type, fault.exc_traceback)


def _uncaught(kind: type[BaseException], trace: TracebackType | None) -> None:
    structlog.get_logger("sanad").error("uncaught", kind=kind.__name__, place=place_of(trace))


class _OfLibraries(logging.Handler):
    """What a library has to say, without what it says: its sentences are made of values that we do not choose."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        place = f"{Path(record.pathname).name}:{record.lineno}"
        log = structlog.get_logger("sanad.libraries")
        log.warning("library", library=record.name, severity=record.levelname, kind=kind, place=place)
