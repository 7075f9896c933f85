"""Turns a drawn map into a picture for reports, screens in a hall and messages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "packs" / "fonts"
FAMILY = "Vazirmatn"
# A wall screen; beyond it a request would only cost memory.
MAX_WIDTH = 4096


@cache
def font_files() -> tuple[str, ...]:
    return tuple(str(path) for path in sorted(FONTS.glob("*.ttf")))


def svg_to_png(svg: str, width: int) -> bytes:
    """The SVG as a PNG `width` pixels wide, drawn with the shipped fonts alone.

    The machine's fonts are never looked at, so that one map is one picture on every server, and
    nothing outside the SVG text is read.
    """
    import resvg_py  # 10 MB that most servers never need

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=max(1, min(width, MAX_WIDTH)),
            font_files=list(font_files()),
            font_family=FAMILY,
            sans_serif_family=FAMILY,
            skip_system_fonts=True,
        )
    )
