"""Lets the simulated phones live, each in its own order and all of them at once, by a clock that can run fast."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from server.clock import Clock
from server.field_day.life import NEVER_MS, Life
from server.field_day.line import Line
from server.field_day.tally import Tally

LOOK_EVERY_S = 0.2
SAY_EVERY_MS = 1000
# When the day is over everybody has a network; by then nothing may need more attempts than this.
LAST_ATTEMPTS = 40


class Pace:
    """Turns real time into the day's time. At speed 0 the day runs as fast as the server answers."""

    def __init__(self, clock: Clock, speed: float, from_ms: int) -> None:
        self._clock, self._speed, self._from_ms = clock, speed, from_ms
        self._began_ms = clock.now_ms()

    def wait_s(self, day_ms: int) -> float:
        """Real seconds until that time of the day has come."""
        if self._speed <= 0:
            return 0.0
        real_ms = (day_ms - self._from_ms) / self._speed
        return max(0.0, (real_ms - (self._clock.now_ms() - self._began_ms)) / 1000)


class Day:
    """The phones of one run. A phone is never in two threads at once."""

    def __init__(self, lives: Sequence[Life], line: Line, clock: Clock, tally: Tally, threads: int) -> None:
        self._lives, self._line, self._clock, self._tally = lives, line, clock, tally
        self._threads = threads
        self._stop = threading.Event()
        self.now_ms = 0

    def stop(self) -> None:
        self._stop.set()

    def run(self, until_ms: int, speed: float, say: Callable[[int], None]) -> None:
        """Until the day's time is `until_ms` or `stop` is called; `say` is told the day's time every second."""
        due = [(life.wakes_ms(), place) for place, life in enumerate(self._lives)]
        heapq.heapify(due)
        if not due:
            return
        pace = Pace(self._clock, speed, due[0][0])
        said_ms = self._clock.now_ms()
        running: dict[Future[None], int] = {}
        with ThreadPoolExecutor(self._threads, "phone") as pool:
            while ((due and due[0][0] <= until_ms) or running) and not self._stop.is_set():
                wait_s = self._wake(due, running, pace, until_ms, pool)
                self._finish(due, running, wait_s)
                if self._clock.now_ms() - said_ms >= SAY_EVERY_MS:
                    said_ms = self._clock.now_ms()
                    say(self.now_ms)

    def _wake(
        self,
        due: list[tuple[int, int]],
        running: dict[Future[None], int],
        pace: Pace,
        until_ms: int,
        pool: ThreadPoolExecutor,
    ) -> float:
        """Starts the phones whose time has come; how long until the next one's does."""
        while due and due[0][0] <= until_ms and len(running) < self._threads:
            wait_s = pace.wait_s(due[0][0])
            if wait_s > 0:
                return wait_s
            day_ms, place = heapq.heappop(due)
            self.now_ms = max(self.now_ms, day_ms)
            life = self._lives[place]
            running[pool.submit(life.live, day_ms, self._clock, self._line, self._tally)] = place
        return LOOK_EVERY_S

    def _finish(self, due: list[tuple[int, int]], running: dict[Future[None], int], wait_s: float) -> None:
        if not running:
            self._stop.wait(min(wait_s, LOOK_EVERY_S))
            return
        done, _ = wait(running, timeout=min(wait_s, LOOK_EVERY_S), return_when=FIRST_COMPLETED)
        for future in done:
            place = running.pop(future)
            future.result()
            heapq.heappush(due, (self._lives[place].wakes_ms(), place))

    def bring_home(self) -> None:
        """After the last hour every phone has a clear network: sends until nothing waits anywhere."""
        with ThreadPoolExecutor(self._threads, "phone") as pool:
            list(pool.map(self._send_the_rest, self._lives))

    def _send_the_rest(self, life: Life) -> None:
        life.is_calm = True
        for _ in range(LAST_ATTEMPTS):
            if self._stop.is_set() or life.wakes_ms() == NEVER_MS:
                return
            # A busy server says when to come back; other failures are tried again at once.
            before_ms, life.phone.photos_next_ms = self.now_ms, 0
            if not life.send(before_ms, self._line, self._tally):
                self._stop.wait(min(2.0, max(0.5, (life.phone.next_try_ms - before_ms) / 1000)))
