"""Compares a list of observers with the roster: who is new, whose stations change, who stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.imports.observer_list import ObserverLine

Key = tuple[str, str]  # organisation, badge


@dataclass(frozen=True)
class Known:
    """An observer as the server has them."""

    id: str
    governorate: str
    stations: frozenset[str]


@dataclass(frozen=True)
class ObserverChange:
    """What is to be written for one observer; `stations` None: no new assignment."""

    line: ObserverLine
    known: Known | None
    governorate: str
    stations: tuple[str, ...] | None


@dataclass
class ObserverPlan:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: list[ObserverChange] = field(default_factory=list)


def plan_observers(
    lines: Mapping[Key, ObserverLine], known: Mapping[Key, Known], governorate_by_station: Mapping[str, str]
) -> ObserverPlan:
    """Observers the list leaves out are not touched; an assignment is written only where the set differs."""
    plan = ObserverPlan()
    for key, line in lines.items():
        before = known.get(key)
        first = line.stations[0] if line.stations else ""
        governorate = line.governorate or (before.governorate if before else "")
        governorate = governorate or governorate_by_station.get(first, "")
        held = before.stations if before else frozenset()
        stations = tuple(line.stations) if line.stations and set(line.stations) != held else None
        if before is not None and stations is None and governorate == before.governorate:
            plan.unchanged += 1
            continue
        plan.new += before is None
        plan.changed += before is not None
        plan.changes.append(ObserverChange(line, before, governorate, stations))
    return plan
