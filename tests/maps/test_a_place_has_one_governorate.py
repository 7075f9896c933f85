"""A place belongs to one governorate; one just outside to the nearest, and says so."""

from random import Random

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maps.containment import NEAREST_WITHIN_M, governorate_at, governorates_at, points_inside
from maps.position import distance_m
from tests.maps.places import BOUNDARIES

WEST, SOUTH, EAST, NORTH = BOUNDARIES.country.bounds
longitudes = st.floats(WEST, EAST)
latitudes = st.floats(SOUTH, NORTH)
SHARED = [
    line
    for place, one in enumerate(BOUNDARIES.polygons)
    for other in BOUNDARIES.polygons[place + 1 :]
    for line in shapely.get_parts(one.boundary.intersection(other.boundary))
    if line.length > 0
]


@given(longitudes, latitudes)
def test_a_place_in_the_country_is_in_exactly_one_governorate(longitude, latitude):
    found = governorate_at(BOUNDARIES, longitude, latitude)
    holders = [
        code
        for code, polygon in zip(BOUNDARIES.codes, BOUNDARIES.polygons, strict=True)
        if shapely.contains_xy(polygon, longitude, latitude)
    ]
    if shapely.contains_xy(BOUNDARIES.country, longitude, latitude):
        assert found is not None
        assert not found.outside
        assert found.distance_m == 0
    assert len(holders) <= 1
    assert not holders or found.code == holders[0]


@given(st.sampled_from(SHARED), st.floats(0, 1))
def test_a_place_on_a_shared_border_gets_the_first_of_the_two_by_code(border, along):
    place = border.interpolate(along, normalized=True)
    found = governorate_at(BOUNDARIES, place.x, place.y)
    assert found is not None
    # Between two corners a line's own points are off by less than a millimetre.
    assert found.distance_m < 0.01
    holders = [code for code in BOUNDARIES.codes if BOUNDARIES.polygon_by_code[code].intersects(place)]
    assert not holders or found.code == holders[0]


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=20))
def test_many_places_at_once_are_answered_as_one_by_one(places):
    answers = governorates_at(BOUNDARIES, [place[0] for place in places], [place[1] for place in places])
    assert answers == [governorate_at(BOUNDARIES, *place) for place in places]


@given(st.floats(WEST - 3, EAST + 3), st.floats(SOUTH - 3, NORTH + 3))
def test_outside_the_country_only_the_next_thirty_kilometres_count(longitude, latitude):
    found = governorate_at(BOUNDARIES, longitude, latitude)
    assert found is None or found.distance_m <= NEAREST_WITHIN_M
    assert found is None or found.outside == (found.distance_m > 0)


def test_faw_lies_outside_the_drawn_coast_and_is_given_to_basra():
    found = governorate_at(BOUNDARIES, 48.56, 29.97)
    assert (found.code, found.outside) == ("IQ-BA", True)
    assert 0 < found.distance_m < NEAREST_WITHIN_M


def test_tehran_is_in_no_governorate():
    assert governorate_at(BOUNDARIES, 51.39, 35.69) is None


@pytest.mark.parametrize("longitude", [float("nan"), float("inf"), float("-inf")])
def test_a_broken_position_is_in_no_governorate(longitude):
    assert governorate_at(BOUNDARIES, longitude, 33.0) is None


def test_made_up_places_lie_inside_and_follow_the_seed():
    halabja = BOUNDARIES.polygon_by_code["IQ-HA"]
    places = points_inside(halabja, 50, Random(7))
    assert len(places) == 50
    assert all(shapely.contains_xy(halabja, *place) for place in places)
    assert places == points_inside(halabja, 50, Random(7))
    assert points_inside(halabja, 0, Random(7)) == []


def test_the_distance_from_baghdad_to_basra_is_about_450_kilometres():
    assert distance_m(44.40, 33.34, 47.78, 30.51) == pytest.approx(449_000, rel=0.01)
    assert distance_m(44.4, 33.3, 44.4, 33.3) == 0


def test_a_corner_of_two_governorates_is_the_first_by_code():
    longitude, latitude = SHARED[0].coords[0]
    touching = [
        code
        for code in BOUNDARIES.codes
        if shapely.intersects_xy(BOUNDARIES.polygon_by_code[code], longitude, latitude)
    ]
    assert len(touching) > 1
    assert governorate_at(BOUNDARIES, longitude, latitude).code == touching[0]
