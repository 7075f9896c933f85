"""Compares a list of stations with the register: what is new, what changes, what stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from server.imports.station_list import NAME_FIELDS, StationLine

# Values of one row of the register by column name.
Values = Mapping[str, object]


@dataclass
class StationPlan:
    """Rows to write, centre by centre, so that a chunk never holds a station without its centre."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    centres: dict[str, dict[str, object]] = field(default_factory=dict)
    stations: dict[str, dict[str, object]] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)  # centres whose governorate changes

    def chunks(self, size: int) -> Iterator[tuple[list[dict], list[dict]]]:
        """(centres, stations) of about `size` stations each."""
        centres: dict[str, dict] = {}
        stations: list[dict] = []
        for station in self.stations.values():
            code = str(station["centre"])
            if code in self.centres:
                centres[code] = self.centres[code]
            stations.append(station)
            if len(stations) >= size:
                yield list(centres.values()), stations
                centres, stations = {}, []
        if stations:
            yield list(centres.values()), stations


def plan_stations(
    lines: Mapping[str, StationLine], centres: Mapping[str, Values], stations: Mapping[str, Values]
) -> StationPlan:
    """A station counts as changed when it or its centre does. Nothing that the list leaves out is touched."""
    plan = StationPlan()
    for code, values in _wanted_centres(lines, centres).items():
        before = centres.get(code)
        if before != values:
            plan.centres[code] = values
        if before is not None and before["governorate"] != values["governorate"]:
            plan.moved.add(code)
    for line in lines.values():
        before = stations.get(line.code)
        wanted = _station(line, before)
        if before == wanted and line.centre not in plan.centres:
            plan.unchanged += 1
            continue
        plan.new += before is None
        plan.changed += before is not None
        plan.stations[line.code] = wanted
    return plan


def _wanted_centres(
    lines: Mapping[str, StationLine], centres: Mapping[str, Values]
) -> dict[str, dict[str, object]]:
    """Each centre as the first of its rows to say a thing says it; what none says stays as it is."""
    wanted: dict[str, dict[str, object]] = {}
    for line in lines.values():
        said = wanted.setdefault(line.centre, {"code": line.centre, "governorate": line.governorate})
        for name, text in line.names.items():
            said.setdefault(name, text)
        if line.place is not None and "longitude_e6" not in said:
            said["longitude_e6"], said["latitude_e6"] = line.place
    return {code: _filled(said, centres.get(code)) for code, said in wanted.items()}


def _filled(said: dict[str, object], before: Values | None) -> dict[str, object]:
    if before is not None:
        return {**before, **said}
    # A centre must be called something in every language; its code when the list has no name at all.
    some_name = next((said[name] for name in NAME_FIELDS if name in said), said["code"])
    names = {name: said.get(name, some_name) for name in NAME_FIELDS}
    return {"longitude_e6": None, "latitude_e6": None, **said, **names}


def _station(line: StationLine, before: Values | None) -> dict[str, object]:
    registered = line.registered
    if registered is None and before is not None:
        registered = before["registered"]  # type: ignore[assignment]
    return {
        "code": line.code,
        "centre": line.centre,
        "number": line.number,
        "governorate": line.governorate,
        "registered": registered,
    }
