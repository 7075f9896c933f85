"""How soon a server answers, and what it holds while idle."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from tests.bench.cores import memory_bytes
from tests.bench.crowd import Member
from tests.bench.storing import prepare
from tests.servers import Place, ServerProcess

TIMES = 3


def start_times(folder: Path) -> tuple[float, int]:
    """Seconds from the command to the first answer on a prepared folder, and bytes held then; each in the middle."""
    place = Place(folder)
    prepare(place, [Member(1, ["100001-01"], random=None)])  # type: ignore[arg-type]
    waits, held = [], []
    for _ in range(TIMES):
        process = ServerProcess(place)
        began = time.monotonic()
        process.start()
        waits.append(time.monotonic() - began)
        assert process.process is not None
        held.append(memory_bytes(process.process.pid))
        process.kill()
    return median(waits), int(median(held))
