"""Where one observer goes on the day: the opening, some hours at each station, the closing and the count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from server.field_day.truth import Hours

# 5,089 observers of 2025 sent 18,000 reports, 3.5 each: not everybody is there from first to last.
SEES_OPENING, SEES_COUNT = 0.85, 0.75
# The count by hand comes after the machine's report and takes until the night.
MACHINE_REPORT_AFTER, HAND_COUNT_AFTER = (15, 50), (80, 240)

Station = Mapping[str, object]


@dataclass(frozen=True)
class Stay:
    """One stay at one station, in minutes of the day. `phases` are the checklists filled in during it."""

    station: Station
    arrives: int
    leaves: int
    phases: tuple[str, ...]


def plan_rounds(stations: Sequence[Station], hours: Hours, random: Random) -> list[Stay]:
    """The stays of the day in order; the first station is also where the evening is spent."""
    if not stations:
        return []
    stays = []
    minute = hours.opens - random.randint(5, 35)
    phases: tuple[str, ...] = ("arrival", "opening", "voting")
    if random.random() >= SEES_OPENING:
        minute, phases = hours.opens + random.randint(30, 150), ("arrival", "voting")
    for station in stations:
        leaves = minute + random.randint(90, 180)
        stays.append(Stay(station, minute, leaves, phases))
        minute, phases = leaves + random.randint(10, 45), ("arrival", "voting")
    if random.random() < SEES_COUNT:
        arrives = max(minute, hours.closes - random.randint(15, 60))
        leaves = hours.closes + random.randint(*HAND_COUNT_AFTER)
        stays.append(Stay(stations[0], arrives, leaves, ("closing", "counting")))
    return stays
