"""One thread writes for everybody: many small jobs share one full-sync commit, and nobody starves on a lock."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from server.clock import stopwatch
from server.counters import COUNTERS
from server.database.engine import writing

Answer = TypeVar("Answer")
Job = Callable[[Connection], Answer]

# More jobs in one commit save no more syncs worth having, and make the first of them wait for the last.
MOST_JOBS_A_COMMIT = 64


class Writer:
    """Takes jobs from any thread, runs them in order, commits, and only then answers.

    A job is a function of a connection that neither commits nor keeps the connection. When one job of a group
    fails, the group is rolled back and each job is run again in a transaction of its own, so that a bad job harms
    nobody; hence a job must not change anything but the database.
    """

    def __init__(self, engine: Engine, lock_file: Path, on_commit: Callable[[], None]) -> None:
        self._engine, self._lock_file, self._on_commit = engine, lock_file, on_commit
        self._jobs: queue.SimpleQueue[tuple[Job, Future, bool]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def write(self, job: Job[Answer], alone: bool = False) -> Answer:
        """The answer of `job`, given after the commit that holds its work; raises what it raised.

        `alone` keeps a long job (a fold, a chunk of an import) out of the commits that phones wait for.
        """
        self._start()
        future: Future = Future()
        self._jobs.put((job, future, alone))
        return future.result()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        carried: tuple[Job, Future, bool] | None = None
        while True:
            group = [carried or self._jobs.get()]
            carried = None
            while not group[0][2] and len(group) < MOST_JOBS_A_COMMIT:
                try:
                    following = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if following[2]:
                    carried = following
                    break
                group.append(following)
            self._carry_out(group)

    def _carry_out(self, group: list[tuple[Job, Future, bool]]) -> None:
        try:
            answers = self._commit([job for job, _, _ in group])
        except BaseException as error:
            if len(group) == 1:
                group[0][1].set_exception(error)
                return
            for each in group:
                self._carry_out([each])
            return
        self._on_commit()
        for (_, future, _), answer in zip(group, answers, strict=True):
            future.set_result(answer)

    def _commit(self, jobs: list[Job]) -> list:
        with writing(self._engine, self._lock_file) as connection:
            answers = [job(connection) for job in jobs]
            began = stopwatch()
            connection.commit()
            COUNTERS.took("commit", stopwatch() - began)
            return answers
