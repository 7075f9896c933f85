"""Draws the country: one link a governorate, coloured by its rate, with its name and its count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from maps.boundaries import Boundaries
from maps.captions import MapCaptions, MapLayout
from maps.classes import LIGHT, Theme, look_of
from maps.coverage import Figures
from maps.legend import draw_legend
from maps.marks import FONTS, hatch, mark, number, text
from maps.plan import MARGIN, WIDTH, AreaPlace, Lettering, Plan, View, plan_view

# Where nobody has been there is no zero to show.
NO_VISITS = "–"


@dataclass(frozen=True)
class AreaChange:
    """What a script sets on one governorate when its figures change: attribute values and two texts."""

    class_name: str
    fill: str
    ink: str
    halo: str
    count: str
    title: str


def draw_map(
    figures_by_code: Mapping[str, Figures],
    boundaries: Boundaries,
    layout: MapLayout,
    captions: MapCaptions,
    href_by_code: Mapping[str, str],
    view: View = "land",
    theme: Theme = LIGHT,
) -> str:
    """One SVG, fit for a page that forbids inline styles and for a file of its own.

    A governorate without figures is drawn as one without visits, never as a zero. A governorate
    without an entry in `href_by_code` is drawn but leads nowhere (a picture needs no links).
    """
    plan = plan_view(view, boundaries, layout)
    changes = area_changes(figures_by_code, boundaries, layout, captions, view, theme)
    root = _sheet(plan, captions, theme)
    _shapes(root, plan, changes, theme)
    links = mark(root, "g", class_="map-links", text_anchor="middle")
    for code in layout.reading_order():
        class_name = _link_class(changes[code], plan.place_by_code[code])
        link = _link(links, code, href_by_code.get(code), class_name)
        mark(link, "title").text = changes[code].title
        mark(link, "use", class_="map-hit", href=f"#{view}-{code}", fill="none", pointer_events="all")
        name = captions.line(captions.name_by_code[code])
        _leader(link, plan.place_by_code[code], theme)
        _label(link, plan.place_by_code[code], plan.lettering, name, changes[code])
    draw_legend(root, captions, theme, _hatch_fill(view), *plan.legend_corner)
    _credit(root, plan, captions, theme)
    return tostring(root, encoding="unicode")


def area_changes(
    figures_by_code: Mapping[str, Figures],
    boundaries: Boundaries,
    layout: MapLayout,
    captions: MapCaptions,
    view: View = "land",
    theme: Theme = LIGHT,
) -> dict[str, AreaChange]:
    """Each governorate's colours and words, for drawing it anew or in place.

    In the SVG `.map-shape[data-code]` takes class and fill; `.map-area[data-code]` takes the class too
    unless it is `.map-beside`, and holds `title`, `.map-name` and `.map-count`, whose fill is `ink` and whose
    stroke is `halo`.
    """
    places = plan_view(view, boundaries, layout).place_by_code
    return {
        code: _area_change(
            figures_by_code.get(code, Figures()), code, captions, view, theme, bool(places[code].leader_to)
        )
        for code in layout.reading_order()
    }


def _area_change(
    figures: Figures, code: str, captions: MapCaptions, view: View, theme: Theme, label_outside: bool
) -> AreaChange:
    look = look_of(figures, theme, _hatch_fill(view))
    return AreaChange(
        look.class_name,
        look.fill,
        # A label beside its area lies on the paper, not on the area's colour.
        ink=theme.ink if label_outside else look.ink,
        halo=theme.paper if label_outside else look.halo,
        count=str(figures.incidents) if figures.visits else NO_VISITS,
        title=captions.describe(code, figures),
    )


def _hatch_fill(view: View) -> str:
    return f"url(#hatch-{view})"


def _sheet(plan: Plan, captions: MapCaptions, theme: Theme) -> Element:
    root = Element("svg")
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {WIDTH:.0f} {plan.height:.0f}",
        "class": f"map map-{plan.view} map-{theme.name}",
        "role": "group",
        "aria-label": captions.title,
        "lang": captions.language,
        # The page's own direction would turn text-anchor round, in browsers and not in resvg;
        # the words carry their direction with them instead.
        "direction": "ltr",
        "font-family": FONTS,
    }
    root.attrib.update(attributes)
    definitions = mark(root, "defs")
    hatch(definitions, f"hatch-{plan.view}", theme.few_fill, theme.hatch)
    for code, place in plan.place_by_code.items():
        mark(definitions, "path", id=f"{plan.view}-{code}", d=place.path)
    mark(root, "rect", class_="map-paper", width=WIDTH, height=float(round(plan.height)), fill=theme.paper)
    x, anchor = (WIDTH - MARGIN, "end") if captions.right_to_left else (MARGIN, None)
    title, as_of = captions.line(captions.title), captions.line(captions.as_of)
    text(
        root,
        title,
        x,
        44,
        class_="map-title",
        text_anchor=anchor,
        font_size=25,
        font_weight="bold",
        fill=theme.ink,
    )
    text(root, as_of, x, 70, class_="map-as-of", text_anchor=anchor, font_size=15, fill=theme.muted)
    return root


def _shapes(root: Element, plan: Plan, changes: Mapping[str, AreaChange], theme: Theme) -> None:
    """All shapes lie below all links, so that no neighbour hides a label or a focus ring."""
    fills = mark(
        root, "g", class_="map-shapes", stroke=theme.casing, stroke_width=2.6, stroke_linejoin="round"
    )
    lines = mark(root, "g", class_="map-lines", fill="none", stroke=theme.line, stroke_width=0.8)
    for layer in (fills, lines):
        layer.set("aria-hidden", "true")
    for code in plan.place_by_code:
        outline = f"#{plan.view}-{code}"
        class_name = f"map-shape {changes[code].class_name}"
        mark(fills, "use", class_=class_name, href=outline, data_code=code, fill=changes[code].fill)
        mark(lines, "use", href=outline)


def _link(links: Element, code: str, href: str | None, class_name: str) -> Element:
    if href is None:
        return mark(links, "g", class_=class_name, data_code=code)
    return mark(links, "a", class_=class_name, href=href, data_code=code, tabindex=0)


def _link_class(change: AreaChange, place: AreaPlace) -> str:
    """A page's style sheet colours the label by the class, unless it stands beside its area."""
    return f"map-area {'map-beside' if place.leader_to else change.class_name}"


def _label(link: Element, place: AreaPlace, lettering: Lettering, name: str, change: AreaChange) -> None:
    x, y = place.label
    group = mark(
        link,
        "g",
        class_="map-label",
        text_anchor=None if place.anchor == "middle" else place.anchor,
        pointer_events="none",
        fill=change.ink,
        stroke=change.halo,
        stroke_width=4,
        stroke_linejoin="round",
        paint_order="stroke",
    )
    text(group, name, x, y - lettering.name_rise, class_="map-name", font_size=lettering.name_size)
    text(
        group,
        change.count,
        x,
        y + lettering.count_drop,
        class_="map-count",
        font_size=lettering.count_size,
        font_weight="bold",
    )


def _leader(link: Element, place: AreaPlace, theme: Theme) -> None:
    """A line from a label outside to the heart of its governorate."""
    if place.leader_to is None:
        return
    x, y = place.label
    gap = -7 if place.anchor == "start" else 7
    end_x, end_y = place.leader_to
    start, end = f"{number(x + gap)} {number(y)}", f"{number(end_x)} {number(end_y)}"
    mark(link, "path", class_="map-leader", d=f"M{start}L{end}", stroke=theme.ink, stroke_width=1.1)
    mark(link, "circle", class_="map-leader", cx=end_x, cy=end_y, r=2.6, fill=theme.ink)


def _credit(root: Element, plan: Plan, captions: MapCaptions, theme: Theme) -> None:
    x, anchor = (WIDTH - MARGIN, "end") if captions.right_to_left else (MARGIN, None)
    words = captions.line(captions.attribution)
    text(
        root,
        words,
        x,
        plan.height - 16,
        class_="map-credit",
        text_anchor=anchor,
        font_size=12.5,
        fill=theme.muted,
    )
