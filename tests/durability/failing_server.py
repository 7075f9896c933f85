"""`sanad serve` that ends itself as kill -9 does, the HITth time that it comes to a named POINT.

The server knows nothing of this: the functions at the points are wrapped here, before it starts its
worker: `python -m tests.durability.failing_server PORT POINT HIT`.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from server.database.engine import writing
from server.writer import Writer


@dataclass(frozen=True)
class Point:
    """Where the server ends: just before or just after the function called `name` in `module`."""

    module: str
    name: str
    is_before: bool = False


# In the order in which an entry, its place in the log, and a photo pass them.
POINTS = {
    "inserted, not committed": Point("server.operations.exchange_entries", "store_batches"),
    "committed, not answered": Point("server.writer", "Writer._commit"),
    "answer made, not sent": Point("server.http.phone.exchange", "exchange_entries"),
    "in the tree, no tile written": Point("server.operations.seal_checkpoint", "_write_tiles", is_before=True),
    "one tile of several written": Point("server.operations.seal_checkpoint", "_put"),
    "tiles written, not published": Point("server.log_store", "LogStore.publish", is_before=True),
    "published": Point("server.log_store", "LogStore.publish"),
    "photo written, not kept": Point("server.photo_store", "PhotoStore._keep", is_before=True),
    "photo kept, not registered": Point("server.photo_store", "PhotoStore._keep"),
    "photo registered, not answered": Point("server.operations.receive_photo", "_register"),
}
# Nothing counts before the first batch of a phone: a server also commits and publishes while it starts.
ARMED_BY = POINTS["inserted, not committed"]
# The control: what no server may do, answer first and commit later. Long enough for the phone to hear the answer.
HASTY = "answered, not committed"
HEARD_WITHIN_S = 1.0


def wrap(point: Point, hit: int) -> None:
    """From now on the process ends at the `hit`th time that the point is passed."""
    state = {"is_armed": point == ARMED_BY}
    hits = count(1)

    def arm(real: Callable, *given: Any, **more: Any) -> Any:
        answer = real(*given, **more)
        state["is_armed"] = True
        return answer

    def pass_by(real: Callable, *given: Any, **more: Any) -> Any:
        is_last = state["is_armed"] and next(hits) >= hit
        if is_last and point.is_before:
            _end()
        answer = real(*given, **more)
        if is_last:
            _end()
        return answer

    _replace(point, pass_by)
    if point != ARMED_BY:
        _replace(ARMED_BY, arm)


def hasten(hit: int) -> None:
    """From now on the writer answers before it commits; the process ends in between at the `hit`th commit of a text."""
    hits = count(1)
    stored: list[bool] = []

    def arm(real: Callable, *given: Any, **more: Any) -> Any:
        stored.append(True)
        return real(*given, **more)

    def carry_out(writer: Any, group: list) -> None:
        before = len(stored)
        with writing(writer._engine, writer._lock_file) as connection:
            for each in group:
                (each.answer,) = each.work(connection, [each.item])
                each.done.release()
            # A fold or a note of who was heard loses nothing that a phone was told.
            if len(stored) > before and next(hits) >= hit:
                time.sleep(HEARD_WITHIN_S)
                _end()
            connection.commit()
        writer._on_commit()

    _replace(ARMED_BY, arm)
    Writer._carry_out = carry_out  # type: ignore[method-assign, assignment]


def _replace(point: Point, instead: Callable) -> None:
    *path, last = point.name.split(".")
    holder = importlib.import_module(point.module)
    for name in path:
        holder = getattr(holder, name)
    real = getattr(holder, last)
    setattr(holder, last, lambda *given, **more: instead(real, *given, **more))


def _end() -> None:
    """The whole group, as the tests started it: the worker and the command that would start another."""
    assert os.getpgrp() == os.getsid(0), "only a server with a group of its own may end its group"
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    port, name, hit_text = sys.argv[1:]
    if name == HASTY:
        hasten(int(hit_text))
    else:
        wrap(POINTS[name], int(hit_text))
    from server.cli import main

    main(["serve", "--port", port])
