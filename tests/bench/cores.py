"""What a server costs: processor time and memory of a process and everything it started, from /proc."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass
class Spent:
    """Seconds on the wall and on the cores between entering and leaving."""

    wall_s: float = 0.0
    core_s: float = 0.0


@contextmanager
def spending(*roots: int) -> Iterator[Spent]:
    """What the process trees under `roots` spend meanwhile."""
    spent, began, before = Spent(), time.monotonic(), sum(map(core_seconds, roots))
    yield spent
    spent.core_s = sum(map(core_seconds, roots)) - before
    spent.wall_s = time.monotonic() - began


@contextmanager
def on_one_core() -> Iterator[None]:
    """What is started meanwhile stays on one core for ever: the aims are for one (limits were measured so, too).

    Over several, the threads of one interpreter pay for handing its lock from core to core.
    """
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def beside_it() -> Iterator[None]:
    """What is started meanwhile stays off that core, if there is another."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, before - {min(before)} or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def core_seconds(root: int) -> float:
    """User and system time of a process tree, ended children included."""
    return sum(sum(map(int, _stat(pid)[13:17])) for pid in tree(root)) / TICKS_A_SECOND


def memory_bytes(root: int) -> int:
    """What a process tree holds, shared pages counted once."""
    return sum(_proportional_bytes(pid) for pid in tree(root))


def tree(root: int) -> list[int]:
    """A process and its descendants."""
    children: dict[int, list[int]] = {}
    for each in PROC.iterdir():
        if each.name.isdigit() and (stat := _stat(int(each.name))):
            children.setdefault(int(stat[3]), []).append(int(each.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of proc(5) stat, numbered from 0; none once the process is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return []
    # The name may hold spaces and brackets; what follows the last bracket does not.
    name, _, rest = text.rpartition(")")
    return [*name.split("(", 1), *rest.split()]


def _proportional_bytes(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
