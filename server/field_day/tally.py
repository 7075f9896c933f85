"""Counts what a simulated day did, from many threads at once."""

from __future__ import annotations

import threading
from collections import Counter


class Tally:
    """Running sums by name, and which index the server gave to which entry."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sums: Counter[str] = Counter()
        self._index_by_id: dict[str, int] = {}
        self._id_by_index: dict[int, str] = {}

    def add(self, **amounts: int) -> None:
        with self._lock:
            self._sums.update(amounts)

    def note_status(self, status: int) -> None:
        """An answer that was none; a portal says 200 like everybody else."""
        self.add(**{"portals" if status == 200 else f"status_{status}": 1})

    def note_verdict(self, identity: str, verdict: str, index: int | None) -> None:
        """Also counts as doubled an entry with two places in the log, or two entries at one place."""
        with self._lock:
            self._sums[verdict] += 1
            if index is None:
                return
            first_index = self._index_by_id.setdefault(identity, index)
            first_id = self._id_by_index.setdefault(index, identity)
            if first_index != index or first_id != identity:
                self._sums["doubled"] += 1

    def __getitem__(self, name: str) -> int:
        with self._lock:
            return self._sums[name]

    def faults(self) -> dict[str, int]:
        """HTTP answers other than those the wire expects, by status."""
        with self._lock:
            return {name: count for name, count in sorted(self._sums.items()) if name.startswith("status_")}
