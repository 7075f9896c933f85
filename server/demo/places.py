"""Invented centres and stations in proportion to real ones, each inside the outline of its governorate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from maps.containment import points_inside
from server.demo.names import Names, school_names
from server.packs import Governorate, Pack

# 2025: a station serves up to 550 voters; most are close to full.
MOST_VOTERS, USUAL_VOTERS, SPREAD = 550, 510, 25
# The most stations seen in one centre, 2021.
MOST_IN_A_CENTRE = 18
# Six digits; the first two tell the governorates apart here, which nothing relies on.
CODES_A_GOVERNORATE = 10_000


@dataclass(frozen=True)
class DemoCentre:
    """A polling centre with its stations: (number, registered voters)."""

    code: str
    governorate: str
    name: Names
    longitude: float
    latitude: float
    stations: tuple[tuple[str, int], ...]

    def station_codes(self) -> list[str]:
        return [f"{self.code}-{number}" for number, _ in self.stations]


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in whole parts proportional to `weights`, at least one each (largest remainder)."""
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [max(1, int(each)) for each in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: parts[place] - exact[place])
    for place in by_remainder[: max(0, total - sum(parts))]:
        parts[place] += 1
    return parts


def make_centres(pack: Pack, stations: int, random: Random) -> list[DemoCentre]:
    """About `stations` stations over all governorates; at the pack's own total exactly its numbers."""
    governorates = pack.governorates
    parts = share_out(stations, [each.stations for each in governorates])
    made: list[DemoCentre] = []
    for place, (governorate, part) in enumerate(zip(governorates, parts, strict=True)):
        made += _centres_of(pack, governorate, 10 + place, part, random)
    return made


def _centres_of(
    pack: Pack, governorate: Governorate, prefix: int, stations: int, random: Random
) -> list[DemoCentre]:
    centres = max(1, round(stations * governorate.centres / governorate.stations))
    sizes = _sizes(stations, centres, random)
    codes = sorted(random.sample(range(CODES_A_GOVERNORATE), centres))
    places = points_inside(pack.boundaries.polygon_by_code[governorate.code], centres, random)
    names = school_names(random, centres)
    return [
        DemoCentre(
            code=f"{prefix:02d}{code:04d}",
            governorate=governorate.code,
            name=name,
            longitude=longitude,
            latitude=latitude,
            stations=tuple((f"{number + 1:02d}", _voters(random)) for number in range(size)),
        )
        for code, name, (longitude, latitude), size in zip(codes, names, places, sizes, strict=True)
    ]


def _sizes(stations: int, centres: int, random: Random) -> list[int]:
    """One station each, the rest thrown in at random: nearly Poisson above one, 4.5 at full size."""
    sizes = [1] * centres
    left = stations - centres
    while left > 0:
        place = random.randrange(centres)
        if sizes[place] < MOST_IN_A_CENTRE:
            sizes[place] += 1
            left -= 1
    return sizes


def _voters(random: Random) -> int:
    return min(MOST_VOTERS, round(random.gauss(USUAL_VOTERS, SPREAD)))
