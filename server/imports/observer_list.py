"""Reads the rows of a list of observers: badge and stations, and nothing that names a person."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from server.imports.cells import latin_digits, plain, read_code
from server.imports.governorate_names import GovernorateNames
from server.imports.station_list import SHORTEST_NUMBER
from server.imports.table import Remark, Row, Table
from server.normal_letters import normal_letters
from server.packs import Pack

_BETWEEN_STATIONS = re.compile(r"[\s;,|،؛]+")
LONGEST_BADGE = 40


@dataclass
class ObserverLine:
    """One observer. `stations` is None when the list says nothing about them: they stay as they are."""

    row: int
    badge: str
    organisation: str
    governorate: str
    stations: list[str] | None


@dataclass
class ObserverList:
    """`lines` by (organisation, badge); rows of one badge are joined."""

    lines: dict[tuple[str, str], ObserverLine] = field(default_factory=dict)
    refused: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    repeated: int = 0


@dataclass(frozen=True)
class Roster:
    """What rows are compared with. Whose list it is stands in `own`: others are refused; empty: anyone's."""

    own: str
    organisation_by_name: Mapping[str, str]
    stations: Collection[str]
    governorates: GovernorateNames


def make_roster(
    pack: Pack, own: str, organisations: Mapping[str, Collection[str]], stations: Collection[str]
):
    """`organisations` are the names of each by its id."""
    by_name = {normal_letters(name): each for each, names in organisations.items() for name in (each, *names)}
    return Roster(own, by_name, stations, GovernorateNames(pack))


def read_observers(table: Table, roster: Roster) -> ObserverList:
    """Every row is read by itself; none takes another along."""
    found = ObserverList(remarks=list(table.remarks))
    for row in table.rows:
        line = _line(row, roster, found)
        if isinstance(line, Remark):
            found.refused.append(line)
            continue
        former = found.lines.setdefault((line.organisation, line.badge), line)
        if former is not line:
            _join(former, line)
            found.repeated += 1
    return found


def _line(row: Row, roster: Roster, found: ObserverList) -> ObserverLine | Remark:
    shown = latin_digits(plain(row["badge"] or row["observer"]))
    if not shown:
        return Remark(row.number, "no-badge")
    badge = read_code(shown)
    if badge is None or len(badge) > LONGEST_BADGE:
        return Remark(row.number, "bad-badge", shown[:LONGEST_BADGE])
    organisation = roster.organisation_by_name.get(normal_letters(row["organisation"] or roster.own))
    if organisation is None:
        return Remark(row.number, "unknown-organisation", plain(row["organisation"]))
    if roster.own and organisation != roster.own:
        return Remark(row.number, "other-organisation", plain(row["organisation"]))
    governorate = roster.governorates.code_of(plain(row["governorate"])) if row["governorate"] else ""
    if governorate is None:
        found.remarks.append(Remark(row.number, "unknown-governorate", plain(row["governorate"])))
    return ObserverLine(row.number, badge, organisation, governorate or "", _stations(row, roster, found))


def _stations(row: Row, roster: Roster, found: ObserverList) -> list[str] | None:
    if not row["stations"]:
        return None
    codes: list[str] = []
    unknown: list[str] = []
    for text in filter(None, _BETWEEN_STATIONS.split(latin_digits(plain(row["stations"])))):
        code = _station_code(text)
        (codes if code in roster.stations else unknown).append(code)
    if unknown:
        found.remarks.append(Remark(row.number, "unknown-stations", ", ".join(unknown)))
    # A row of nothing but unknown codes is a mistake, not a wish to take all stations away.
    return list(dict.fromkeys(codes)) or None


def _station_code(text: str) -> str:
    centre, _, number = text.rpartition("-")
    return f"{centre}-{number.zfill(SHORTEST_NUMBER)}" if centre else text


def _join(former: ObserverLine, line: ObserverLine) -> None:
    if line.stations is not None:
        former.stations = list(dict.fromkeys([*(former.stations or []), *line.stations]))
    former.governorate = former.governorate or line.governorate
