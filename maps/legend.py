"""What the colours and the hatching mean, drawn beside the map."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from maps.captions import MapCaptions
from maps.classes import BREAKS, Theme, class_label
from maps.marks import mark, text

WIDTH = 188.0
ROW = 24.0
SWATCH_WIDTH, SWATCH_HEIGHT = 34.0, 18.0
HEIGHT = 34 + ROW * (len(BREAKS) + 2) + 28


def draw_legend(
    parent: Element, captions: MapCaptions, theme: Theme, hatch_fill: str, x: float, y: float
) -> None:
    """The highest class on top; in a right-to-left language the swatches stand on the right."""
    group = mark(parent, "g", class_="map-legend", fill=theme.ink, font_size=15)
    edge = x + WIDTH if captions.right_to_left else x
    anchor = "end" if captions.right_to_left else None
    text(group, captions.line(captions.legend_title), edge, y + 16, text_anchor=anchor, font_weight="bold")
    rows = [
        (f"class-{number}", theme.fills[number], class_label(number))
        for number in reversed(range(len(BREAKS)))
    ]
    rows.append(("class-few", hatch_fill, captions.line(captions.few_visits)))
    rows.append(("class-none", theme.none_fill, captions.line(captions.no_visits)))
    for place, (class_name, fill, words) in enumerate(rows):
        # A little air sets what has no colour apart from the scale.
        top = y + 32 + place * ROW + (6 if place >= len(BREAKS) else 0)
        _row(group, captions.right_to_left, theme, (x, top), class_name, fill, words)
    bottom = y + HEIGHT - 4
    text(
        group,
        captions.line(captions.count),
        edge,
        bottom,
        text_anchor=anchor,
        font_size=13,
        fill=theme.muted,
    )


def _row(
    group: Element,
    right_to_left: bool,
    theme: Theme,
    corner: tuple[float, float],
    class_name: str,
    fill: str,
    words: str,
) -> None:
    x, top = corner
    swatch_x = x + WIDTH - SWATCH_WIDTH if right_to_left else x
    words_x = swatch_x - 10 if right_to_left else x + SWATCH_WIDTH + 10
    mark(
        group,
        "rect",
        class_=f"map-swatch {class_name}",
        x=swatch_x,
        y=top,
        width=SWATCH_WIDTH,
        height=SWATCH_HEIGHT,
        rx=2,
        fill=fill,
        stroke=theme.line,
        stroke_width=0.8,
    )
    text(group, words, words_x, top + 14, text_anchor="end" if right_to_left else None)
