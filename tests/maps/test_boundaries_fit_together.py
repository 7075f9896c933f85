"""The outlines of the pack are 19, share their borders, and hold their capitals."""

import copy
import json
import math

import pytest
import shapely

from maps.boundaries import UnusableBoundaries, read_boundaries
from tests.maps.places import BOUNDARIES, PACK


def collection() -> dict:
    return json.loads((PACK.folder / "boundaries.geojson").read_text(encoding="utf-8"))


def area_km2(code: str) -> float:
    polygon = BOUNDARIES.polygon_by_code[code]
    latitude = polygon.centroid.y
    return polygon.area * 110.9 * 111.4 * math.cos(math.radians(latitude))


def test_there_are_nineteen_valid_governorates_and_halabja_is_one():
    assert len(BOUNDARIES.codes) == 19
    assert "IQ-HA" in BOUNDARIES.codes
    assert set(BOUNDARIES.codes) == set(PACK.governorates_by_code)
    assert all(shapely.is_valid(BOUNDARIES.polygons))


def test_neighbours_share_their_borders_exactly():
    assert shapely.coverage_is_valid(BOUNDARIES.polygons)


def test_the_governorates_fill_the_country_without_gaps():
    country = BOUNDARIES.country
    assert country.geom_type == "Polygon"
    assert not country.interiors
    assert sum(polygon.area for polygon in BOUNDARIES.polygons) == pytest.approx(country.area, rel=1e-9)


def test_every_governorate_is_one_piece():
    assert {polygon.geom_type for polygon in BOUNDARIES.polygons} == {"Polygon"}


def test_baghdad_is_the_governorate_and_not_the_city_alone():
    assert 4_500 < area_km2("IQ-BG") < 5_300


def test_halabja_is_as_large_as_its_districts():
    assert 700 < area_km2("IQ-HA") < 1_200


@pytest.mark.parametrize("code", BOUNDARIES.codes)
def test_a_capital_lies_in_its_governorate(code):
    capital = PACK.governorates_by_code[code].capital
    assert shapely.contains_xy(BOUNDARIES.polygon_by_code[code], capital.longitude, capital.latitude)


@pytest.mark.parametrize(
    ("name", "longitude", "latitude"),
    [
        ("Abu Ghraib", 44.19, 33.29),
        ("Mahmudiya", 44.37, 33.06),
        ("Tarmiya", 44.38, 33.67),
        ("Salman Pak", 44.58, 33.10),
    ],
)
def test_the_towns_around_the_capital_belong_to_baghdad(name, longitude, latitude):
    assert shapely.contains_xy(BOUNDARIES.polygon_by_code["IQ-BG"], longitude, latitude), name


def test_the_file_says_that_the_boundaries_are_not_official():
    assert "Not official" in BOUNDARIES.attribution
    assert "Natural Earth" in BOUNDARIES.attribution


def test_the_file_is_small_enough_to_send():
    assert (PACK.folder / "boundaries.geojson").stat().st_size < 65_000


def break_code(feature: dict) -> None:
    feature["properties"] = {}


def break_shape(feature: dict) -> None:
    feature["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[44, 33], [45, 34], [45, 33], [44, 34], [44, 33]]],
    }


def break_kind(feature: dict) -> None:
    feature["geometry"] = {"type": "Point", "coordinates": [44, 33]}


def remove_geometry(feature: dict) -> None:
    feature["geometry"] = None


@pytest.mark.parametrize("harm", [break_code, break_shape, break_kind, remove_geometry])
def test_imported_boundaries_that_cannot_be_drawn_are_refused(harm):
    imported = copy.deepcopy(collection())
    harm(imported["features"][3])
    with pytest.raises(UnusableBoundaries):
        read_boundaries(imported)


def test_imported_boundaries_without_features_are_refused():
    with pytest.raises(UnusableBoundaries):
        read_boundaries({"type": "FeatureCollection", "features": []})
