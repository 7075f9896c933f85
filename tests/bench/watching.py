"""What being watched costs a request: an id, a count and a line of the log. `python -m tests.bench.watching`."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from timeit import repeat
from types import SimpleNamespace

from server.http.request_lines import EXCHANGE, REQUEST_LINES, RequestsTold

CALLS, TIMES = 20_000, 15
# Among the 90 microseconds of an entry of its own (docs/benchmarks.md) more would be seen.
MOST_US = 5.0


def cost_us(call: Callable[[], object]) -> float:
    """The best of several: whatever else ran on the machine only ever added to it."""
    return min(repeat(call, number=CALLS, repeat=TIMES, timer=time.process_time)) / CALLS * 1e6


def main() -> None:
    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return []

    told = RequestsTold(application, has_proxy=True)
    asked = SimpleNamespace(url_rule=SimpleNamespace(rule=EXCHANGE))
    environ = {"REQUEST_METHOD": "POST", "werkzeug.request": asked, "HTTP_X_REQUEST_ID": "0123456789abcdef" * 2}
    bare = cost_us(lambda: application(environ, lambda *_: None))
    REQUEST_LINES.start(io.StringIO())
    in_its_way = cost_us(lambda: told(environ, lambda *_: None)) - bare
    REQUEST_LINES.write()
    for _ in range(CALLS):
        told(environ, lambda *_: None)
    began = time.process_time()
    REQUEST_LINES.write()
    later = (time.process_time() - began) / CALLS * 1e6
    figures = {"in_its_way_us": round(in_its_way, 2), "line_written_later_us": round(later, 2)}
    print(json.dumps({"ok": in_its_way < MOST_US, **figures}))


if __name__ == "__main__":
    main()
