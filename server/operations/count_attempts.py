"""Counts an attempt against its limits, for all workers at once, and refuses it when there were too many."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from server.counters import COUNTERS
from server.database.limits import keep_level, level_of
from server.limits import ONE, Limit, pour
from server.problems import Problem
from server.running import Running


def count_attempts(held: Running, key_by_limit: Mapping[Limit, str]) -> None:
    """Raises Problem too-often when any bucket is full; then none of them is charged. Keys arrive hashed."""
    now_ms = held.clock.now_ms()
    wait_s = held.write(lambda connection: _charge(connection, key_by_limit, now_ms))
    if wait_s:
        raise Problem("too-often", retry_after_s=wait_s)


def give_back(held: Running, key_by_limit: Mapping[Limit, str]) -> None:
    """Takes one attempt back: it succeeded, so it was nobody guessing."""
    now_ms = held.clock.now_ms()
    held.write(lambda connection: _return(connection, key_by_limit, now_ms))


def _charge(connection: Connection, key_by_limit: Mapping[Limit, str], now_ms: int) -> int:
    before = {limit: level_of(connection, limit.name, key) for limit, key in key_by_limit.items()}
    poured = {limit: pour(limit, *(found or (0, now_ms)), now_ms) for limit, found in before.items()}
    if not all(each.is_allowed for each in poured.values()):
        COUNTERS.add_each("limited", [limit.name for limit, each in poured.items() if not each.is_allowed])
        return max(1, *(each.retry_after_s for each in poured.values()))
    for limit, each in poured.items():
        keep_level(connection, limit.name, key_by_limit[limit], each.level, now_ms, before[limit] is None)
    return 0


def _return(connection: Connection, key_by_limit: Mapping[Limit, str], now_ms: int) -> None:
    for limit, key in key_by_limit.items():
        found = level_of(connection, limit.name, key)
        if found:
            keep_level(connection, limit.name, key, max(0, found[0] - ONE), found[1], False)
