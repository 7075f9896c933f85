"""Which governorate a place lies in, or is nearest to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import shapely
from shapely.geometry.base import BaseGeometry

from maps.boundaries import Boundaries
from maps.position import distance_m

# The outlines are generalised: Faw and some border villages fall just outside them. Beyond this
# distance a position is a wrong fix or another country.
NEAREST_WITHIN_M = 30_000


@dataclass(frozen=True)
class Containment:
    """`outside` marks a place in no governorate, given to the nearest, `distance_m` away."""

    code: str
    distance_m: float
    outside: bool


def governorate_at(boundaries: Boundaries, longitude: float, latitude: float) -> Containment | None:
    """The one governorate of a place; on a shared border the first by code. None if 30 km from all.

    Evidence about a position only: it never overrides the governorate that a station's code gives.
    """
    return governorates_at(boundaries, [longitude], [latitude])[0]


def governorates_at(
    boundaries: Boundaries, longitudes: Sequence[float], latitudes: Sequence[float]
) -> list[Containment | None]:
    """The same answer for many places at once, in order."""
    points = shapely.points(list(longitudes), list(latitudes))
    found: dict[int, int] = {}
    pairs = boundaries.tree.query(points, predicate="intersects")
    for place, polygon in zip(*pairs.tolist(), strict=True):
        found[place] = min(polygon, found.get(place, polygon))
    return [
        Containment(boundaries.codes[found[place]], 0.0, outside=False)
        if place in found
        else _nearest(boundaries, longitude, latitude)
        for place, (longitude, latitude) in enumerate(zip(longitudes, latitudes, strict=True))
    ]


def _nearest(boundaries: Boundaries, longitude: float, latitude: float) -> Containment | None:
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        return None
    # Nearest in degrees, then measured in metres: within 30 km the two agree on the governorate
    # but where two are all but equally near.
    lines = shapely.shortest_line(boundaries.polygons, shapely.Point(longitude, latitude))
    reached = [
        (distance_m(longitude, latitude, *line.coords[0]), code)
        for line, code in zip(lines, boundaries.codes, strict=True)
    ]
    nearest_m, code = min(reached)
    return Containment(code, nearest_m, outside=True) if nearest_m <= NEAREST_WITHIN_M else None


def points_inside(boundary: BaseGeometry, count: int, random: Random) -> list[tuple[float, float]]:
    """Made-up places (longitude, latitude) spread evenly over a polygon, for demonstrations.

    Chance is passed in, so the same seed gives the same places.
    """
    west, south, east, north = boundary.bounds
    shapely.prepare(boundary)
    places: list[tuple[float, float]] = []
    while len(places) < count:
        tries = [(random.uniform(west, east), random.uniform(south, north)) for _ in range(count + 16)]
        inside = shapely.contains_xy(boundary, [place[0] for place in tries], [place[1] for place in tries])
        places.extend(place for place, is_inside in zip(tries, inside.tolist(), strict=True) if is_inside)
    return places[:count]
