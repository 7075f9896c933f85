"""What one observer writes on a simulated day, and when: settled beforehand, from the seed alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

VISIT_OPEN, VISIT_CLOSE = "visit.open", "visit.close"
OBSERVATION, INCIDENT, TAPE = "observation.submit", "incident.report", "tape.submit"
RETRACT = "retract"
# Lanes of wire.md §3: tapes and severe incidents before everything else.
URGENT, USUAL = 0, 1
SEVERE = 4


@dataclass(frozen=True)
class Act:
    """One entry to be written at `at_ms`, by a right clock.

    about     the act whose first entry is this one's subject
    replaces  whether it also names, in `refs`, the last entry written about that
    photos    recipes of the photos that go with it
    """

    key: str
    at_ms: int
    kind: str
    body: Mapping[str, object]
    about: str = ""
    replaces: bool = False
    photos: tuple[str, ...] = field(default=())

    @property
    def lane(self) -> int:
        severity = self.body.get("severity")
        is_urgent = self.kind == TAPE or (isinstance(severity, int) and severity >= SEVERE)
        return URGENT if is_urgent else USUAL


def in_order(acts: list[Act]) -> list[Act]:
    """By time, an act never before the one it is about."""
    written: dict[str, int] = {}
    placed = []
    for act in acts:
        if act.about:
            act = replace(act, at_ms=max(act.at_ms, written[act.about] + 1))
        written[act.key] = act.at_ms
        placed.append(act)
    return sorted(placed, key=lambda act: act.at_ms)
