"""What this process has counted since it began: plain numbers, cheap enough to be kept up in every request.

Nothing here names a person, a station or an organisation: a key is made of words of this program alone. Whoever reads
them in the form of Prometheus is `server/watch/metrics.py`; the library for it is loaded only then.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

# Seconds. A full-sync commit takes a few milliseconds, an exchange at the closing hour may wait two seconds.
BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0)


class Span:
    """How often something took how long: one count for each of BOUNDS_S, and one for what took longer."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_S) + 1)
        self.sum_s = 0.0


class Counters:
    """Any thread may count at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._spans: dict[str, Span] = {}

    def add(self, *key: str, by: int = 1) -> None:
        """One more of `key`: the name of the figure, then its labels."""
        with self._lock:
            self._counts[key] += by

    def add_each(self, name: str, labels: Iterable[str | tuple[str, ...]]) -> None:
        """One more for every label (or row of labels) that comes, as often as it comes."""
        counted = Counter(labels)
        with self._lock:
            for label, count in counted.items():
                self._counts[(name, label) if isinstance(label, str) else (name, *label)] += count

    def took(self, name: str, *seconds: float) -> None:
        with self._lock:
            span = self._spans.get(name)
            if span is None:
                span = self._spans[name] = Span()
            for each in seconds:
                span.counts[bisect_left(BOUNDS_S, each)] += 1
                span.sum_s += each

    def counts(self, name: str) -> dict[tuple[str, ...], int]:
        """Labels and count of every key under `name`."""
        with self._lock:
            return {key[1:]: count for key, count in self._counts.items() if key[0] == name}

    def span(self, name: str) -> tuple[list[int], float]:
        with self._lock:
            span = self._spans.get(name) or Span()
            return list(span.counts), span.sum_s


# One a process: what is counted is the work of this process, whichever application in it did the work.
COUNTERS = Counters()
