"""The log on standard error: one JSON object a line, of words of this program alone.

Never in it: a body, a name, a place, an address, a token, or the text of an error, which may carry any of them.
"""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import TextIO

import structlog

# Of this program, as paths in a trace begin.
HERE = f"{Path(__file__).parent}/"


def place_of(trace: TracebackType | None) -> str:
    """`file.py:12`, our last line before a fault. Its text is never logged: it could carry what somebody said."""
    frames = extract_tb(trace)
    where = [frame for frame in frames if frame.filename.startswith(HERE)] or list(frames)
    return f"{Path(where[-1].filename).name}:{where[-1].lineno}" if where else ""


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
    root = logging.getLogger()
    root.handlers[:] = [_OfLibraries()]
    root.setLevel(logging.WARNING)
    for name in list(logging.root.manager.loggerDict):
        # Granian has set up its own: it would write the whole text of what broke in the middle of an answer.
        library = logging.getLogger(name)
        library.handlers[:], library.propagate = [], True
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
