"""The drawn map has a link a governorate, words in the right direction, and nothing a strict page forbids."""

from itertools import combinations, product
from xml.etree import ElementTree

import pytest
import shapely

from maps.classes import DARK, LIGHT
from maps.coverage import Figures
from maps.drawing import NO_VISITS, area_changes, draw_map
from maps.legend import HEIGHT as LEGEND_HEIGHT
from maps.legend import WIDTH as LEGEND_WIDTH
from maps.plan import WIDTH, plan_view
from tests.maps.places import BOUNDARIES, HREFS, LANGUAGES, LAYOUT, PACK, captions, figures_of_a_day

SVG = "{http://www.w3.org/2000/svg}"
EVERY = list(product(LANGUAGES, ("land", "tiles"), (LIGHT, DARK)))


def drawn(language="ar", view="land", theme=LIGHT, figures=None) -> ElementTree.Element:
    figures = figures_of_a_day() if figures is None else figures
    text = draw_map(figures, BOUNDARIES, LAYOUT, captions(language), HREFS, view, theme)
    return ElementTree.fromstring(text)


def links(root) -> dict[str, ElementTree.Element]:
    return {link.get("data-code"): link for link in root.iter(f"{SVG}a")}


def text_of(link, class_name) -> str:
    return next(found.text for found in link.iter(f"{SVG}text") if found.get("class") == class_name)


@pytest.mark.parametrize(("language", "view", "theme"), EVERY)
def test_every_governorate_is_a_titled_link_that_the_keyboard_reaches(language, view, theme):
    found = links(drawn(language, view, theme))
    assert set(found) == set(BOUNDARIES.codes)
    for code, link in found.items():
        assert link.get("href") == HREFS[code]
        assert link.get("tabindex") == "0"
        assert PACK.governorates_by_code[code].name[language] in link[0].text


@pytest.mark.parametrize(("language", "view", "theme"), EVERY)
def test_a_strict_page_can_hold_it(language, view, theme):
    for element in drawn(language, view, theme).iter():
        assert element.tag not in (f"{SVG}style", f"{SVG}script", f"{SVG}foreignObject")
        assert not any(name == "style" or name.startswith("on") for name in element.attrib)


@pytest.mark.parametrize("view", ["land", "tiles"])
def test_every_reference_inside_points_at_something(view):
    root = drawn(view=view)
    names = {element.get("id") for element in root.iter() if element.get("id")}
    for element in root.iter():
        if element.tag == f"{SVG}use":
            assert element.get("href").removeprefix("#") in names
        if element.get("fill", "").startswith("url("):
            assert element.get("fill")[5:-1] in names


def test_two_views_in_one_page_do_not_share_names():
    land, tiles = ({e.get("id") for e in drawn(view=v).iter() if e.get("id")} for v in ("land", "tiles"))
    assert not land & tiles


@pytest.mark.parametrize("language", LANGUAGES)
def test_right_to_left_words_carry_their_direction(language):
    name = text_of(links(drawn(language))["IQ-BG"], "map-name")
    if language == "en":
        assert name == "Baghdad"
    else:
        assert name == f"\u2067{PACK.governorates_by_code['IQ-BG'].name[language]}\u2069"


def test_a_zero_without_visits_is_drawn_as_no_data():
    found = links(drawn())
    assert text_of(found["IQ-MU"], "map-count") == NO_VISITS
    assert text_of(found["IQ-KA"], "map-count") == "0"


def test_a_governorate_without_figures_is_drawn_as_one_without_visits():
    assert text_of(links(drawn(figures={}))["IQ-BG"], "map-count") == NO_VISITS


def test_few_visits_are_hatched():
    shapes = {
        shape.get("data-code"): shape for shape in drawn().iter() if "map-shape " in shape.get("class", "")
    }
    assert shapes["IQ-HA"].get("fill") == "url(#hatch-land)"
    assert shapes["IQ-HA"].get("class") == "map-shape class-few"
    assert shapes["IQ-AN"].get("class") == "map-shape class-0"


@pytest.mark.parametrize(("language", "view"), list(product(LANGUAGES, ("land", "tiles"))))
def test_the_legend_the_cut_off_time_and_the_attribution_are_there(language, view):
    words = captions(language)
    texts = " ".join(element.text or "" for element in drawn(language, view).iter(f"{SVG}text"))
    for wanted in (
        words.title,
        words.as_of,
        words.legend_title,
        words.few_visits,
        words.no_visits,
        words.attribution,
    ):
        assert wanted in texts


def test_a_picture_needs_no_links():
    text = draw_map({}, BOUNDARIES, LAYOUT, captions("en"), {})
    assert not links(ElementTree.fromstring(text))


def label_boxes(language: str, view: str) -> dict[str, shapely.Geometry]:
    """Boxes a little larger than the drawn words: 0.56 of the size a letter, measured on the shipped font."""
    plan = plan_view(view, BOUNDARIES, LAYOUT)
    boxes = {}
    for code, place in plan.place_by_code.items():
        width = 0.56 * plan.lettering.name_size * max(4, len(PACK.governorates_by_code[code].name[language]))
        x, y = place.label
        left = {"middle": x - width / 2, "start": x, "end": x - width}[place.anchor]
        lettering = plan.lettering
        top = y - lettering.name_rise - lettering.name_size
        boxes[code] = shapely.box(left, top, left + width, y + lettering.count_drop + 4)
    return boxes


@pytest.mark.parametrize(("language", "view"), list(product(LANGUAGES, ("land", "tiles"))))
def test_no_label_touches_another_or_leaves_the_sheet(language, view):
    boxes = label_boxes(language, view)
    sheet = shapely.box(0, 0, WIDTH, plan_view(view, BOUNDARIES, LAYOUT).height)
    for one, other in combinations(boxes, 2):
        assert not boxes[one].intersects(boxes[other]), (one, other)
    assert all(sheet.contains(box) for box in boxes.values())


@pytest.mark.parametrize("view", ["land", "tiles"])
def test_the_legend_hides_no_label(view):
    x, y = plan_view(view, BOUNDARIES, LAYOUT).legend_corner
    box = shapely.box(x, y, x + LEGEND_WIDTH, y + LEGEND_HEIGHT)
    assert not any(box.intersects(label) for label in label_boxes("en", view).values())


def test_the_label_of_halabja_stands_beside_it_with_a_line():
    place = plan_view("land", BOUNDARIES, LAYOUT).place_by_code["IQ-HA"]
    assert place.leader_to is not None
    worst = {"IQ-HA": Figures(visits=10, incidents=9)}
    change = area_changes(worst, BOUNDARIES, LAYOUT, captions("en"))["IQ-HA"]
    assert change.class_name == "class-5"
    assert (change.ink, change.halo) == (LIGHT.ink, LIGHT.paper)


def test_changed_figures_change_what_a_fresh_drawing_would():
    figures = figures_of_a_day() | {"IQ-BG": Figures(500, 400, 7900, 111, 40)}
    change = area_changes(figures, BOUNDARIES, LAYOUT, captions("ckb"), "tiles", DARK)["IQ-BG"]
    link = links(drawn("ckb", "tiles", DARK, figures))["IQ-BG"]
    assert text_of(link, "map-count") == change.count == "111"
    assert link[0].text == change.title
    assert (change.class_name, change.fill) == ("class-5", DARK.fills[5])


def test_west_stays_left_in_every_language():
    for view in ("land", "tiles"):
        place_by_code = plan_view(view, BOUNDARIES, LAYOUT).place_by_code
        assert place_by_code["IQ-AN"].label[0] < place_by_code["IQ-DI"].label[0]
