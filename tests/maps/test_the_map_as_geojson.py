"""The figures as GeoJSON follow RFC 7946 and carry their denominators."""

import json

import geojson
import pytest
from shapely.geometry import shape

from maps.coverage import Figures
from maps.features import map_features
from tests.maps.places import BOUNDARIES, PACK, figures_of_a_day

NAMES = {code: governorate.name for code, governorate in PACK.governorates_by_code.items()}


@pytest.fixture(scope="module")
def features():
    text = geojson.dumps(map_features(figures_of_a_day(), BOUNDARIES, NAMES, "2026-11-22T14:15:00+03:00"))
    return json.loads(text)


def test_it_is_valid_geojson_with_nineteen_features(features):
    collection = geojson.loads(json.dumps(features))
    assert collection.is_valid
    assert len(collection.features) == 19


def test_outer_rings_run_against_the_clock(features):
    for feature in features["features"]:
        assert shape(feature["geometry"]).exterior.is_ccw, feature["id"]


def test_longitude_comes_before_latitude(features):
    for longitude, latitude in features["features"][0]["geometry"]["coordinates"][0]:
        assert 38 < longitude < 49
        assert 29 < latitude < 38


def test_every_feature_has_all_figures_and_the_cut_off_time(features):
    wanted = {
        "code",
        "name_ar",
        "name_ckb",
        "name_en",
        "visits",
        "covered",
        "stations",
        "incidents",
        "verified",
    }
    for feature in features["features"]:
        assert set(feature["properties"]) == wanted | {"rate", "as_of"}
        assert feature["properties"]["as_of"] == "2026-11-22T14:15:00+03:00"


def test_too_few_visits_give_a_null_and_not_a_zero(features):
    by_code = {feature["id"]: feature["properties"] for feature in features["features"]}
    assert by_code["IQ-HA"]["rate"] is None
    assert by_code["IQ-AR"]["rate"] == pytest.approx(1.49)


def test_a_governorate_without_figures_is_there_without_visits():
    collection = map_features({"IQ-BG": Figures(100, 90, 900, 5, 1)}, BOUNDARIES, NAMES, "now")
    anbar = collection.features[0]
    assert (anbar.id, anbar.properties["visits"], anbar.properties["rate"]) == ("IQ-AN", 0, None)


def test_the_attribution_goes_along(features):
    assert "Not official" in features["attribution"]
