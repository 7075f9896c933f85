"""Can this server write? Asked of the database itself, by a commit that changes nothing, at most once a second."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, update

from server.clock import stopwatch
from server.database.register import ElectionRow
from server.running import Running
from server.writer import Writer

# Anybody may ask as often as they like: they are told what the last second's commit said.
FRESH_S = 1.0
# An exchange may take this long in the closing hour; a commit that takes longer is as good as none.
PATIENCE_S = 2.0


class WriteProbe:
    """One a writer. Only one commit is under way at a time, however many ask and however long it takes."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._lock = threading.Lock()
        self._asked: Future[float] | None = None
        self._began = 0.0

    def took_ms(self) -> float | None:
        """How long the last commit took, one of the last second; None when it failed or does not end."""
        with self._lock:
            age_s = stopwatch() - self._began
            if self._asked is None or (self._asked.done() and age_s > FRESH_S):
                self._began, age_s, self._asked = stopwatch(), 0.0, Future()
                threading.Thread(target=self._write, args=(self._asked,), name="write-probe", daemon=True).start()
            asked = self._asked
        try:
            # Whoever comes while one hangs is not kept waiting by it too.
            return asked.result(max(0.0, PATIENCE_S - age_s))
        except Exception:  # a full disk, a database away, a writer that stands still: all of them mean no
            return None

    def _write(self, asked: Future[float]) -> None:
        began = stopwatch()
        try:
            self._writer.write(_change_nothing)
        except Exception as error:
            asked.set_exception(error)
        else:
            asked.set_result((stopwatch() - began) * 1000)


def _change_nothing(connection: Connection) -> None:
    """A real write of one row, committed and synced like any other."""
    connection.execute(update(ElectionRow).values(epoch=ElectionRow.epoch))


_probes: WeakKeyDictionary[Writer, WriteProbe] = WeakKeyDictionary()
_making = threading.Lock()


def probe_of(held: Running) -> WriteProbe:
    with _making:
        return _probes.setdefault(held.writer, WriteProbe(held.writer))
