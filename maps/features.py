"""The map's figures as GeoJSON, for anyone's own map."""

from __future__ import annotations

from collections.abc import Mapping

import geojson
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from maps.boundaries import Boundaries
from maps.coverage import Figures

# The boundaries themselves stand on a grid of four decimals, about 10 m.
DECIMALS = 4


def map_features(
    figures_by_code: Mapping[str, Figures],
    boundaries: Boundaries,
    name_by_code: Mapping[str, Mapping[str, str]],
    as_of: str,
) -> geojson.FeatureCollection:
    """One feature a governorate (RFC 7946). `as_of` is the cut-off time that every figure carries.

    `rate` is null under 10 visits; a governorate without figures has zeros, so zero visits, so no data.
    """
    features = [
        geojson.Feature(
            id=code,
            geometry=_geometry(polygon),
            properties=_properties(code, figures_by_code.get(code, Figures()), name_by_code[code], as_of),
        )
        for code, polygon in zip(boundaries.codes, boundaries.polygons, strict=True)
    ]
    return geojson.FeatureCollection(features, attribution=boundaries.attribution)


def _geometry(polygon: BaseGeometry) -> geojson.Polygon | geojson.MultiPolygon:
    make = geojson.Polygon if polygon.geom_type == "Polygon" else geojson.MultiPolygon
    return make(mapping(polygon)["coordinates"], precision=DECIMALS)


def _properties(code: str, figures: Figures, name: Mapping[str, str], as_of: str) -> dict[str, object]:
    rate = figures.rate
    return {
        "code": code,
        "name_ar": name["ar"],
        "name_ckb": name["ckb"],
        "name_en": name["en"],
        "visits": figures.visits,
        "covered": figures.covered,
        "stations": figures.stations,
        "incidents": figures.incidents,
        "verified": figures.verified,
        "rate": None if rate is None else round(rate, 2),
        "as_of": as_of,
    }
