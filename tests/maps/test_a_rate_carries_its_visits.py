"""A rate is shown only where enough visits carry it, in classes that never move."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.classes import BREAKS, THEMES, class_label, class_of, look_of
from maps.coverage import MIN_VISITS, Figures, total


def test_under_ten_visits_there_is_no_rate():
    assert Figures(visits=MIN_VISITS - 1, incidents=3).rate is None
    assert Figures(visits=MIN_VISITS, incidents=3).rate == 30
    assert Figures().rate_limits is None


@pytest.mark.parametrize(
    ("rate", "number"),
    [
        (0, 0),
        (3.99, 0),
        (4, 1),
        (7.99, 1),
        (8, 2),
        (12, 3),
        (16, 4),
        (19.99, 4),
        (20, 5),
        (250, 5),
        (None, None),
    ],
)
def test_a_rate_on_a_break_belongs_to_the_class_above(rate, number):
    assert class_of(rate) == number


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_a_higher_rate_is_never_in_a_lower_class(one, other):
    low, high = sorted((one, other))
    assert class_of(low) <= class_of(high)


def test_the_classes_name_their_limits():
    assert [class_label(number) for number in range(len(BREAKS))] == [
        "0–4",
        "4–8",
        "8–12",
        "12–16",
        "16–20",
        "20+",
    ]


@given(st.integers(10, 5000), st.integers(0, 5000))
def test_the_rate_lies_between_its_limits(visits, incidents):
    figures = Figures(visits=visits, incidents=incidents)
    low, high = figures.rate_limits
    assert 0 <= low <= figures.rate <= high


def test_the_limits_are_those_of_the_poisson_table():
    # Ten events: 4.795 to 18.39 (exact Poisson limits); the approximation is good to 0.02.
    low, high = Figures(visits=100, incidents=10).rate_limits
    assert low == pytest.approx(4.795, abs=0.02)
    assert high == pytest.approx(18.39, abs=0.02)


def test_more_visits_narrow_the_limits():
    few, many = Figures(visits=50, incidents=5).rate_limits, Figures(visits=500, incidents=50).rate_limits
    assert few[0] < many[0] < many[1] < few[1]


def test_governorates_add_up_to_the_country():
    parts = [Figures(10, 8, 100, 2, 1), Figures(20, 15, 200, 3, 0)]
    assert total(parts) == Figures(30, 23, 300, 5, 1)
    assert total([]) == Figures()


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_a_label_is_readable_upon_every_class(theme):
    pairs = [
        *zip(theme.inks, theme.fills, strict=True),
        (theme.ink, theme.few_fill),
        (theme.ink, theme.none_fill),
    ]
    pairs += [(theme.ink, theme.paper), (theme.muted, theme.paper)]
    assert min(contrast(ink, ground) for ink, ground in pairs) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_a_border_shows_against_its_casing(theme):
    assert contrast(theme.line, theme.casing) >= 3


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_the_classes_go_steadily_from_light_to_dark_or_back(theme):
    steps = [luminance(fill) for fill in theme.fills]
    assert steps in (sorted(steps), sorted(steps, reverse=True))


def test_no_visits_and_few_visits_have_no_class_colour():
    theme = THEMES["light"]
    few = look_of(Figures(visits=9, incidents=9), theme, "url(#hatch)")
    none = look_of(Figures(stations=500), theme, "url(#hatch)")
    assert (few.class_name, few.fill) == ("class-few", "url(#hatch)")
    assert none.class_name == "class-none"
    assert none.fill not in theme.fills
