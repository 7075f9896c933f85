"""Fits the governorates onto the sheet and writes their outlines as SVG paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

from maps.boundaries import Boundaries
from maps.marks import number
from maps.position import WIDTH_OF_A_DEGREE, project


@dataclass(frozen=True)
class Land:
    """The country laid onto the sheet; lengths in the sheet's pixels."""

    scale: float
    left: float
    top: float
    width: float
    height: float
    path_by_code: Mapping[str, str]
    heart_by_code: Mapping[str, tuple[float, float]]
    shape_by_code: Mapping[str, BaseGeometry]

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        x, y = project(longitude, latitude)
        return x * self.scale + self.left, y * self.scale + self.top


# Projecting and writing the outlines costs more than all the rest, and they never change in a day.
@lru_cache(maxsize=8)
def lay_out(boundaries: Boundaries, left: float, top: float, width: float) -> Land:
    """The whole country `width` pixels wide, its north-western corner at `left`, `top`."""
    west, south, east, north = boundaries.country.bounds
    scale = width / ((east - west) * WIDTH_OF_A_DEGREE)
    x, y = project(west, north)
    origin = (left - x * scale, top - y * scale)
    shapes = {
        code: shapely.transform(
            polygon,
            lambda places: places * [WIDTH_OF_A_DEGREE * scale, -scale] + list(origin),
        )
        for code, polygon in boundaries.polygon_by_code.items()
    }
    return Land(
        scale=scale,
        left=origin[0],
        top=origin[1],
        width=width,
        height=(north - south) * scale,
        path_by_code={code: _path(flat) for code, flat in shapes.items()},
        heart_by_code={code: _heart(flat) for code, flat in shapes.items()},
        shape_by_code=shapes,
    )


def _heart(flat: BaseGeometry) -> tuple[float, float]:
    """The place farthest from every border: where a line from a label outside should end."""
    x, y = shapely.maximum_inscribed_circle(flat, tolerance=1).coords[0]
    return x, y


def _path(flat: BaseGeometry) -> str:
    rings = [ring for part in shapely.get_parts(flat) for ring in (part.exterior, *part.interiors)]
    return "".join(_ring(ring) for ring in rings)


def _ring(ring: BaseGeometry) -> str:
    # The last place repeats the first; Z says the same in one letter.
    places = [f"{number(x)} {number(y)}" for x, y in ring.coords[:-1]]
    return f"M{places[0]}L{' '.join(places[1:])}Z"
