"""The promises, the command that tests each, and how much of it a short and a long run do.

A command prints one JSON object as its last line; `ok` is the verdict, the rest are the figures. A test file is run by
pytest, whose count is the figure. A control is a run that must fail: its command says so itself (`ok` means it did).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """`command` has {count} where the number of runs goes. `shown` are the figures worth a reader's time, in order."""

    says: str
    command: str
    short: int = 0
    long: int = 0
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """Promises that belong together."""

    title: str
    promises: tuple[Promise, ...]


def _tested(says: str, *paths: str) -> Promise:
    return Promise(says, f"pytest {' '.join(paths)}")
