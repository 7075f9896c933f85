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


class _MayStand(Exception):
    """A commit failed, of which perhaps only the answer was lost: the line broke, or another machine took over."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


class _Asked:
    """One wish of a thread that waits until `done` is let go. Of a `repeatable` one it is the same to do it twice."""

    __slots__ = ("alone", "answer", "done", "error", "item", "repeatable", "work")

    def __init__(self, work: Work, item: Any, alone: bool, repeatable: bool) -> None:
        self.work, self.item, self.alone, self.repeatable = work, item, alone, repeatable
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
    nobody; hence a job must not change anything but the database. When the commit itself fails and may stand in the
    database all the same, only what was shared is run again.
    """

    def __init__(self, engine: Engine, lock_file: Path, on_commit: Callable[[], None]) -> None:
        self._engine, self._lock_file, self._on_commit = engine, lock_file, on_commit
        self._asked: queue.SimpleQueue[_Asked] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def write(self, job: Job[Answer], alone: bool = False) -> Answer:
        """The answer of `job`, given after the commit that holds its work; raises what it or its commit raised.

        On PostgreSQL its work may stand in the database although its commit failed; it is not done again by itself.
        `alone` keeps a long job (a fold, a chunk of an import) out of the commits that phones wait for.
        """
        return self._ask(_Asked(lambda connection, _: [job(connection)], None, alone, repeatable=False))

    def share(self, work: Work[Item, Answer], item: Item) -> Answer:
        """The answer of `work` for `item`, given after the commit; `work` gets every item that waits for it at once.

        It answers each item in order, as if it had come alone and after those before it. One that was committed before
        must change nothing more.
        """
        return self._ask(_Asked(work, item, alone=False, repeatable=True))

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
        except _MayStand as failure:
            # Run twice, a decision would stand in the journal twice for ever: whoever made it is told, and looks.
            self._repeat(group, [each for each in group if each.repeatable], failure.error)
            return
        except BaseException as error:
            self._repeat(group, group, error)
            return
        self._on_commit()
        for each, answer in zip(group, answers, strict=True):
            each.answer = answer
            each.done.release()

    def _repeat(self, group: list[_Asked], repeatable: list[_Asked], error: BaseException) -> None:
        """Each of `repeatable` alone, unless it was alone already; the others are told of the error."""
        again = repeatable if len(group) > 1 else []
        for each in group:
            if each not in again:
                each.error = error
                each.done.release()
        for each in again:
            self._carry_out([each])

    def _commit(self, group: list[_Asked]) -> list:
        answers: list = []
        is_committing = False
        try:
            with writing(self._engine, self._lock_file) as connection:
                for work, together in groupby(group, lambda asked: asked.work):
                    answers += work(connection, [asked.item for asked in together])
                began, is_committing = stopwatch(), True
                connection.commit()
        except BaseException as error:
            # Also when the line only broke on the way out, after the commit. SQLite answers from this very process:
            # there a commit that failed is certainly rolled back.
            if is_committing and self._engine.dialect.name != "sqlite":
                raise _MayStand(error) from error
            raise
        COUNTERS.took("commit", stopwatch() - began)
        return answers
