"""A server process with the small world in it, and the same place opened beside it for a look."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from sqlalchemy import func, insert, select

from server.database.entries import EntryRow
from server.database.roster import ObserverRow
from server.operations.fold_entries import fold_entries
from server.projections.claims import FoldRow
from server.running import Running
from tests.servers import Place, ServerProcess, opened
from tests.world import MORNING_MS, WirePhone, make_world

FOLDED_WITHIN_S = 20


class RunningServer:
    """`held` is the same place in this process; `process` may be killed and started again."""

    def __init__(self, process: ServerProcess, held: Running) -> None:
        self.process, self.held = process, held
        self.url = process.url
        self._numbers = count(1000)

    def phone(self, observer: str = "", number: int = 0, organisation: str = "shams") -> WirePhone:
        """A newly enrolled phone, of a new observer unless one is named; `number` is its key."""
        number = number or next(self._numbers)
        if not observer:
            observer = f"o-{number}"
            row = {
                "id": observer, "organisation": organisation, "badge": f"badge {number}", "governorate": "",
                "created_ms": MORNING_MS,
            }  # fmt: skip
            self.held.write(lambda connection: connection.execute(insert(ObserverRow.__table__), [row]) and None)
        return WirePhone(self.held, self.url, number, observer)

    def await_fold(self) -> None:
        """Until everything stored is folded, be it here or by the server's own follower."""
        until = time.monotonic() + FOLDED_WITHIN_S
        while time.monotonic() < until:
            fold_entries(self.held)
            with self.held.engine.connect() as connection:
                last = connection.execute(select(func.coalesce(func.max(EntryRow.idx), -1))).scalar_one()
                if (connection.execute(select(FoldRow.next_index)).scalar() or 0) > last:
                    return
        raise AssertionError("the follower does not follow")


@contextmanager
def running_server(place: Place) -> Iterator[RunningServer]:
    with opened(place) as (_, held):
        make_world(held)
        process = ServerProcess(place)
        process.start()
        try:
            yield RunningServer(process, held)
            process.stop()
        finally:
            process.kill()
