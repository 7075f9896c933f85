"""The PNG of a map is drawn with the shipped fonts, in all three languages."""

import io
from pathlib import Path

import pytest
from PIL import Image

from maps.drawing import draw_map
from server.picture import font_files, svg_to_png
from tests.maps.places import BOUNDARIES, LANGUAGES, LAYOUT, captions, figures_of_a_day

LETTERS = "ڕڵێۆەھکگچپژڤئءآأإؤبتثجحخدذرزسشصضطظعغفقلمنوهيىةی،؛؟Aa09–"


def picture(svg: str, width: int) -> Image.Image:
    return Image.open(io.BytesIO(svg_to_png(svg, width)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_becomes_a_picture_of_the_wanted_width(language):
    svg = draw_map(figures_of_a_day(), BOUNDARIES, LAYOUT, captions(language), {})
    image = picture(svg, 430)
    assert image.format == "PNG"
    assert image.width == 430
    assert len(set(image.convert("RGB").get_flattened_data())) > 50


def drawn_letter(letter: str) -> bytes:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        f'<text x="10" y="28" font-size="24" font-family="Vazirmatn">{letter}</text></svg>'
    )
    return picture(svg, 40).tobytes()


def test_every_letter_of_arabic_and_sorani_has_a_shape_of_its_own():
    missing = drawn_letter("\u4e00")
    empty = [letter for letter in LETTERS if drawn_letter(letter) == missing]
    assert not empty


def test_marks_of_direction_are_not_drawn():
    assert drawn_letter("\u2067ب\u2069") == drawn_letter("ب")


def test_a_right_to_left_line_that_begins_with_latin_letters_still_begins_on_the_right():
    assert drawn_letter("\u2067A ب\u2069") == drawn_letter("\u2067A ب")
    assert drawn_letter("\u2067A ب\u2069") != drawn_letter("A ب")


def test_the_fonts_are_shipped_and_small():
    sizes = [Path(path).stat().st_size for path in font_files()]
    assert len(sizes) == 2
    assert sum(sizes) < 400_000


def test_a_width_beyond_reason_is_bounded():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 1"/>'
    assert picture(svg, 10**9).width == 4096
