"""The outlines of the governorates, by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry


class UnusableBoundaries(ValueError):
    """The GeoJSON is not a set of valid governorate polygons."""


@dataclass(frozen=True, eq=False)
class Boundaries:
    """Polygons in longitude and latitude (WGS 84), outer rings against the clock (RFC 7946).

    Those of the pack share their borders exactly; those an administrator imports may not.
    """

    polygon_by_code: Mapping[str, BaseGeometry]
    attribution: str = ""

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(sorted(self.polygon_by_code))

    @cached_property
    def polygons(self) -> list[BaseGeometry]:
        """In the order of `codes`, prepared for many questions."""
        polygons = [self.polygon_by_code[code] for code in self.codes]
        shapely.prepare(polygons)
        return polygons

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.polygons)

    @cached_property
    def country(self) -> BaseGeometry:
        return shapely.union_all(self.polygons)


def read_boundaries(collection: Mapping[str, Any]) -> Boundaries:
    """From a GeoJSON FeatureCollection whose features carry `properties.code`.

    Raises UnusableBoundaries for anything that is not a valid polygon, for a missing or repeated code.
    Boundaries imported by an administrator come through here as well, so nothing is assumed of them.
    """
    polygon_by_code: dict[str, BaseGeometry] = {}
    for feature in collection.get("features", ()):
        code = (feature.get("properties") or {}).get("code")
        if not isinstance(code, str) or code in polygon_by_code:
            raise UnusableBoundaries(f"a feature has no code, or one that was there before: {code!r}")
        polygon_by_code[code] = _polygon(code, feature.get("geometry"))
    if not polygon_by_code:
        raise UnusableBoundaries("there are no features")
    return Boundaries(polygon_by_code, str(collection.get("attribution", "")))


def _polygon(code: str, geometry: Any) -> BaseGeometry:
    try:
        polygon = shape(geometry)
    except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as fault:
        raise UnusableBoundaries(f"{code}: no geometry: {fault}") from fault
    if polygon.geom_type not in ("Polygon", "MultiPolygon") or polygon.is_empty or not polygon.is_valid:
        raise UnusableBoundaries(f"{code}: not a valid polygon")
    return shapely.orient_polygons(polygon, exterior_cw=False)
