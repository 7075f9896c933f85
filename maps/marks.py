"""The few SVG marks a map is made of, as elements; no style attributes, for the pages forbid them."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

FONTS = "Vazirmatn, 'Noto Sans Arabic', 'Segoe UI', Tahoma, sans-serif"


def number(value: float) -> str:
    """One decimal, a tenth of a pixel; no trailing zero."""
    return f"{value:.1f}".removesuffix(".0")


def mark(parent: Element, tag: str, **attributes: object) -> Element:
    """A child element. `class_` is class; underscores are hyphens; None is left out."""
    written = {
        name.rstrip("_").replace("_", "-"): number(value) if isinstance(value, float) else str(value)
        for name, value in attributes.items()
        if value is not None
    }
    return SubElement(parent, tag, written)


def text(parent: Element, words: str, x: float, y: float, **attributes: object) -> Element:
    element = mark(parent, "text", x=x, y=y, **attributes)
    element.text = words
    return element


def hatch(parent: Element, name: str, fill: str, line: str) -> None:
    """A pattern of diagonal lines, to be used as `url(#name)`."""
    pattern = mark(
        parent,
        "pattern",
        id=name,
        width=7,
        height=7,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    mark(pattern, "rect", class_="map-hatch-ground", width=7, height=7, fill=fill)
    mark(pattern, "path", class_="map-hatch-line", d="M0 0V7", stroke=line, stroke_width=2.4)
