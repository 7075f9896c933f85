"""`make bench`: measures everything once, a little more than two minutes, and writes docs/benchmarks.md."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from server.packs import load_pack
from tests.bench import measure
from tests.bench.crowd import gather
from tests.bench.page import Line, write
from tests.servers import is_long_run

# In order of the page; sections that are taken in two places are put together.
SECTIONS = ("Entries stored", "The follower", "Photos", "The map", "Export", "On the wire", "Start", "Memory")


def main() -> None:
    is_long, began = is_long_run(), time.monotonic()
    crowd = gather(load_pack("iraq"), phones=32, entries_each=1_000 if is_long else 250)
    few = gather(load_pack("iraq"), phones=32, entries_each=200 if is_long else 64)
    repeats = 5 if is_long else 3
    with tempfile.TemporaryDirectory(prefix="sanad-bench-") as root:
        folder = Path(root)
        steps: list[Callable[[], list[Line]]] = [
            lambda: measure.storing(folder / "fifty", crowd, 50, repeats),
            lambda: measure.storing(folder / "one", few, 1, repeats),
            lambda: measure.storing_on_postgresql(folder / "postgresql", crowd, few),
            lambda: measure.the_follower(folder / "following", crowd),
            lambda: measure.photos_received(folder / "photos", 400 if is_long else 80),
            lambda: measure.the_map(folder / "map"),
            lambda: measure.the_export(folder / "export", 300_000 if is_long else 60_000),
            lambda: measure.on_the_wire(crowd),
            lambda: measure.the_phone(folder / "phone"),
            lambda: measure.the_start(folder / "start"),
        ]
        lines = [line for step in steps for line in _told(step())]
    order = {line.section: _place(line.section) for line in lines}
    write(sorted(lines, key=lambda line: order[line.section]), time.monotonic() - began, is_long)


def _told(lines: list[Line]) -> list[Line]:
    for line in lines:
        print(f"{line.section}: {line.what}: {line.shown}  {line.share}", file=sys.stderr, flush=True)
    return lines


def _place(section: str) -> int:
    return next(place for place, each in enumerate(SECTIONS) if section.startswith(each))


if __name__ == "__main__":
    main()
