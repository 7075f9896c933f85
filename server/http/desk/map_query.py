"""What a map was asked for, as it stands in its address: a link shows the same view to whoever opens it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from server.packs import Pack
from server.projections.figures import FiguresAsked

FINDINGS = ("unverified", "verified", "doubted", "corrected", "contested")
# Phases of the day in their order; the pack's types of any phase come last.
PHASES = ("pre", "opening", "voting", "closing", "counting", "transfer", "after", "any")
COLUMNS = ("name", "rate", "incidents", "verified", "doubted", "visits", "covered", "silent")
LAST_QUARTER = 95
SEVERITIES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class MapQuery:
    """Empty fields ask nothing. What an address says wrongly is taken as not said, so that no link breaks."""

    phase: str = ""
    type: str = ""
    severity: str = ""
    finding: str = ""
    organisation: str = ""
    until: str = ""
    view: str = ""
    sort: str = ""
    order: str = ""

    def address(self, **changed: str) -> str:
        """The query string of this view with some fields changed, what is empty left out."""
        values = {each.name: changed.get(each.name, getattr(self, each.name)) for each in fields(self)}
        return urlencode({key: value for key, value in values.items() if value})

    @property
    def is_narrowed(self) -> bool:
        return any((self.phase, self.type, self.severity, self.finding, self.organisation, self.until))

    @property
    def quarter(self) -> int | None:
        return int(self.until) if self.until else None


def read_map_query(arguments: Mapping[str, str], pack: Pack) -> MapQuery:
    until = arguments.get("until", "")
    is_step = until.isdecimal() and len(until) <= 2 and int(until) < LAST_QUARTER
    return MapQuery(
        phase=_one_of(arguments, "phase", PHASES),
        type=_one_of(arguments, "type", pack.types_by_code),
        severity=_one_of(arguments, "severity", tuple(str(each) for each in SEVERITIES[1:])),
        finding=_one_of(arguments, "finding", FINDINGS),
        organisation=arguments.get("organisation", "")[:64],
        until=str(int(until)) if is_step else "",
        view=_one_of(arguments, "view", ("tiles",)),
        sort=_one_of(arguments, "sort", COLUMNS),
        order=_one_of(arguments, "order", ("ascending", "descending")),
    )


def figures_asked(query: MapQuery, pack: Pack) -> FiguresAsked:
    return FiguresAsked(
        types=_types(query, pack),
        severity=int(query.severity or 0),
        finding=query.finding,
        organisation=query.organisation,
        until=query.quarter,
    )


def _types(query: MapQuery, pack: Pack) -> tuple[str, ...] | None:
    if not query.phase and not query.type:
        # Every type by name: with a severity the database can then seek instead of reading all it holds.
        return tuple(sorted(pack.types_by_code)) if query.severity else None
    if not query.phase:
        return (query.type,)
    of_phase = tuple(each.code for each in pack.incident_types if each.phase == query.phase)
    return tuple(code for code in of_phase if not query.type or code == query.type)


def _one_of(arguments: Mapping[str, str], key: str, allowed) -> str:
    value = arguments.get(key, "")
    return value if value in allowed else ""


def quarter_clock(quarter: int) -> str:
    """The end of a 15-minute step: step 57 runs until 14:30."""
    minutes = (quarter + 1) * 15
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
