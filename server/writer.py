"""One thread writes for everybody: many small jobs share one full-sync commit, and nobody starves on a lock."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from server.clock import stopwatch
from server.counters import COUNTERS
from server.database.engine import writing

Answer = TypeVar("Answer")
Item = TypeVar("Item")
Job = Callable[[Connection], Answer]
# What is asked again and again: takes everything that waits for it at once, so that its questions are asked once.
Work = Callable[[Connection, Sequence[Item]], Sequence[Answer]]

# More jobs in one commit save no more syncs worth having, and make the first of them wait for the last.
MOST_JOBS_A_COMMIT = 64


class _Asked:
    """One wish of a thread that waits until `done` is let go."""

    __slots__ = ("alone", "answer", "done", "error", "item", "work")

    def __init__(self, work: Work, item: Any, alone: bool) -> None:
        self.work, self.item, self.alone = work, item, alone
        self.answer: Any = None
        self.error: BaseException | None = None
        # A bare lock: a Future costs several times as much, and only one thread ever waits.
        self.done = threading.Lock()
        self.done.acquire()

    def await_answer(self) -> Any:
        self.done.acquire()
        if self.error is not None:
            raise self.error
        return self.answer


class Writer:
    """Takes jobs from any thread, runs them in order, commits, and only then answers.

    A job is a function of a connection that neither commits nor keeps the connection. When one job of a group
    fails, the group is rolled back and each job is run again in a transaction of its own, so that a bad job harms
    nobody; hence a job must not change anything but the database.
    """

    def __init__(self, engine: Engine, lock_file: Path, on_commit: Callable[[], None]) -> None:
        self._engine, self._lock_file, self._on_commit = engine, lock_file, on_commit
        self._asked: queue.SimpleQueue[_Asked] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def write(self, job: Job[Answer], alone: bool = False) -> Answer:
        """The answer of `job`, given after the commit that holds its work; raises what it raised.

        `alone` keeps a long job (a fold, a chunk of an import) out of the commits that phones wait for.
        """
        return self._ask(_Asked(lambda connection, _: [job(connection)], None, alone))

    def share(self, work: Work[Item, Answer], item: Item) -> Answer:
        """The answer of `work` for `item`, given after the commit; `work` gets every item that waits for it at once.

        It answers each item in order, as if it had come alone and after those before it.
        """
        return self._ask(_Asked(work, item, False))

    def _ask(self, asked: _Asked) -> Any:
        self._start()
        self._asked.put(asked)
        return asked.await_answer()

    def _start(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        carried: _Asked | None = None
        while True:
            group = [carried or self._asked.get()]
            carried = None
            while not group[0].alone and len(group) < MOST_JOBS_A_COMMIT:
                try:
                    following = self._asked.get_nowait()
                except queue.Empty:
                    break
                if following.alone:
                    carried = following
                    break
                group.append(following)
            self._carry_out(group)

    def _carry_out(self, group: list[_Asked]) -> None:
        try:
            answers = self._commit(group)
        except BaseException as error:
            if len(group) > 1:
                for each in group:
                    self._carry_out([each])
                return
            group[0].error = error
            group[0].done.release()
            return
        self._on_commit()
        for each, answer in zip(group, answers, strict=True):
            each.answer = answer
            each.done.release()

    def _commit(self, group: list[_Asked]) -> list:
        answers: list = []
        with writing(self._engine, self._lock_file) as connection:
            for work, together in groupby(group, lambda asked: asked.work):
                answers += work(connection, [asked.item for asked in together])
            began = stopwatch()
            connection.commit()
        COUNTERS.took("commit", stopwatch() - began)
        return answers
