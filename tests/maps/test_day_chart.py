"""The drawing of the day: bars in their place, times from left to right, nothing that needs a style."""

import re
from xml.etree import ElementTree

from maps.day_chart import DayBar, draw_day

BARS = (DayBar(28, 4, 1, "07:00: 4"), DayBar(40, 8, 0, "10:00: 8"))


def drawn(bars=BARS, marks=None):
    return ElementTree.fromstring(draw_day(bars, 24, 95, marks or {28: "Opening"}, "label"))


def heights(root, name):
    return [float(each.get("height")) for each in root.iter() if each.get("class") == name]


def test_a_bar_is_as_tall_as_its_count():
    first, second = heights(drawn(), "day-count")
    assert second == 2 * first
    assert heights(drawn(), "day-verified")[0] == first / 4


def test_one_incident_does_not_fill_a_quiet_day():
    alone = heights(drawn((DayBar(28, 1, 0, ""),)), "day-count")[0]
    assert alone == heights(drawn(), "day-count")[0] / 2


def test_later_stands_further_right():
    places = [float(each.get("x").rstrip("%")) for each in drawn().iter() if each.get("class") == "day-count"]
    assert places == sorted(places)


def test_what_lies_outside_the_day_is_not_drawn():
    assert heights(drawn((DayBar(3, 9, 0, ""),)), "day-count") == []


def test_every_bar_says_itself_and_the_doors_are_marked():
    text = draw_day(BARS, 24, 95, {28: "Opening"}, "label")
    assert "<title>07:00: 4</title>" in text
    assert ">Opening</text>" in text
    assert re.search(r"\sstyle=", text) is None
