"""Lays several accounts of one thing side by side: where they agree, and where they are contested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Line:
    """One question and what each account says to it, in the order of the accounts; None where it says nothing."""

    name: str
    values: tuple[Any, ...]

    @property
    def is_contested(self) -> bool:
        """Two accounts say different things. Silence contests nothing."""
        return len({comparable(value) for value in self.values if value is not None}) > 1

    @property
    def is_silent(self) -> bool:
        return all(value is None for value in self.values)


def compare(accounts: Sequence[Mapping[str, Any]], names: Iterable[str]) -> list[Line]:
    """One line a name, for every name that at least one account speaks of."""
    lines = [Line(name, tuple(account.get(name) for account in accounts)) for name in names]
    return [line for line in lines if not line.is_silent]


def names_in(accounts: Sequence[Mapping[str, Any]], known: Iterable[str]) -> list[str]:
    """The known names in their order, then those that only a newer form has, by name."""
    first = list(known)
    others = {name for account in accounts for name in account}.difference(first)
    return [*first, *sorted(others)]


def comparable(value: Any) -> Any:
    """What counts as the same: lists are sets (the order of ticks means nothing), in nested values too."""
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(comparable(each) for each in value)
    if isinstance(value, dict):
        return frozenset((name, comparable(each)) for name, each in value.items())
    # True equals 1 in Python; on a form they are two different answers.
    return (type(value).__name__, value) if isinstance(value, bool) else value
