"""Reads the rows of a list of stations: what each says, what of it was set right, which cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.imports.cells import LONGEST_NAME, plain, read_code, read_whole_number
from server.imports.governorate_names import GovernorateNames
from server.imports.place import PlaceE6, read_place
from server.imports.table import Remark, Row, Table
from server.packs import Pack

SHORTEST_NUMBER = 2  # station 3 of centre 138450 is 138450-03
NAME_FIELDS = ("name_ar", "name_ckb", "name_en")


@dataclass(frozen=True)
class StationLine:
    """One row, understood. What it leaves empty is absent: an empty cell never erases what is known."""

    row: int
    centre: str
    number: str
    governorate: str
    names: Mapping[str, str]
    place: PlaceE6
    registered: int | None

    @property
    def code(self) -> str:
        return f"{self.centre}-{self.number}"


@dataclass
class StationList:
    """`lines` by code, in the order of the file; `refused` rows are not taken, `remarks` only inform."""

    lines: dict[str, StationLine] = field(default_factory=dict)
    refused: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    repeated: int = 0


def read_stations(table: Table, pack: Pack) -> StationList:
    """Every row is read by itself; none takes another along."""
    found = StationList(remarks=list(table.remarks))
    governorates = GovernorateNames(pack)
    line_by_centre: dict[str, StationLine] = {}
    for row in table.rows:
        line = _line(row, governorates, pack.settings["country_box"], found)
        if isinstance(line, Remark):
            found.refused.append(line)
        else:
            _take(line, found, line_by_centre)
    found.remarks += _lost_zeros(table, list(found.lines.values()))
    return found


def _take(line: StationLine, found: StationList, line_by_centre: dict[str, StationLine]) -> None:
    first = line_by_centre.setdefault(line.centre, line)
    former = found.lines.get(line.code)
    if first.governorate != line.governorate:
        found.refused.append(Remark(line.row, "centre-in-two-governorates", f"{line.centre} ({first.row})"))
    elif former is None:
        found.lines[line.code] = line
        if line.names and first.names and line.names != first.names:
            found.remarks.append(Remark(line.row, "names-differ", line.centre))
    elif _says_the_same(former, line):
        found.repeated += 1
    else:
        found.refused.append(Remark(line.row, "repeated-differs", f"{line.code} ({former.row})"))


def _line(row: Row, governorates: GovernorateNames, box, found: StationList) -> StationLine | Remark:
    codes = _codes(row)
    if isinstance(codes, Remark):
        return codes
    governorate = governorates.code_of(plain(row["governorate"]))
    if governorate is None:
        return Remark(row.number, "unknown-governorate", plain(row["governorate"]))
    place, why = read_place(row["longitude"], row["latitude"], box)
    if why:
        found.remarks.append(Remark(row.number, why, f"{plain(row['longitude'])}, {plain(row['latitude'])}"))
    registered = read_whole_number(row["registered"]) if row["registered"] else None
    if row["registered"] and registered is None:
        found.remarks.append(Remark(row.number, "registered-unreadable", plain(row["registered"])))
    return StationLine(row.number, *codes, governorate, _names(row), place, registered)


def _codes(row: Row) -> tuple[str, str] | Remark:
    """Centre and number; the station's column may hold the whole code, with or without the centre's."""
    if not row["station"]:
        return Remark(row.number, "no-code")
    station = read_code(row["station"])
    centre = read_code(row["centre"]) if row["centre"] else ""
    if station is None or centre is None:
        return Remark(row.number, "bad-code", plain(row["station"] if station is None else row["centre"]))
    if not centre:
        centre, _, station = station.rpartition("-")
    elif station.startswith(centre + "-"):
        station = station[len(centre) + 1 :]
    if not centre or not station or "-" in station:
        return Remark(row.number, "no-code" if not centre else "bad-code", plain(row["station"]))
    return centre, station.zfill(SHORTEST_NUMBER)


def _names(row: Row) -> dict[str, str]:
    names = {name: plain(row[name])[:LONGEST_NAME] for name in NAME_FIELDS if row[name]}
    if row["name"]:
        is_arabic = any("\u0600" <= each <= "\u06ff" for each in row["name"])
        names.setdefault("name_ar" if is_arabic else "name_en", plain(row["name"])[:LONGEST_NAME])
    return names


def _says_the_same(one: StationLine, other: StationLine) -> bool:
    return (one.names, one.place, one.registered) == (other.names, other.place, other.registered)


def _lost_zeros(table: Table, lines: list[StationLine]) -> list[Remark]:
    """A spreadsheet that took codes for numbers dropped their zeros; it shows as codes of several lengths."""
    codes = {line.centre for line in lines if line.centre.isdigit()}
    longest = max(map(len, codes), default=0)
    shorter = sum(len(code) < longest for code in codes)
    is_certain_of_zeros = any(code.startswith("0") for code in codes) and "centre" not in table.numeric
    return [Remark(0, "zeros-may-be-lost", str(shorter))] if shorter and not is_certain_of_zeros else []
