"""Every page of the desk is readable by everybody: in three languages, on any screen, by day and by night."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.desk_app import DeskApp
from tests.browser.election_day import ElectionDay
from tests.browser.looking import overflow_px, violations, written
from tests.servers import is_long_run

pytestmark = pytest.mark.browser

LANGUAGES = ("ar", "ckb", "en")
WIDTHS, LIGHTS = (360, 768, 1280), ("light", "dark")
FULL = [(width, light) for width in WIDTHS for light in LIGHTS]
PAGES = {
    "home": "/",
    "map": "/map",
    "map narrowed": "/map?phase=voting&severity=3&until=50",
    "tiles": "/map?view=tiles",
    "governorate": "{governorate}",
    "incidents": "/incidents",
    "incidents filtered": "/incidents?severity=4&photos=1",
    "no incidents": "/incidents?q=nothing-like-this",
    "released": "/incidents?source=released",
    "incident": "{incident}",
    "judged incident": "{judged}",
    "tape": "{tape}",
    "observation": "{observation}",
    "stations": "/stations",
    "station": "{station}",
    "tapes": "/tapes",
    "quarantine": "/quarantine",
    "observers": "/observers",
    "observer": "{observer}",
    "imports": "/imports",
    "import": "{import}",
    "watch": "/watch",
    "proofs": "/proofs",
    "account": "/account",
    "staff": "/staff",
    "nothing there": "/stations/000000-00",
}  # fmt: skip


def views(place: int) -> list[tuple[int, str]]:
    """Every width in both lights when there is time; otherwise one of them, another for each page and language."""
    is_thorough = is_long_run() or bool(os.environ.get("CI"))
    return FULL if is_thorough else [FULL[place % len(FULL)]]


@pytest.fixture(scope="module", params=LANGUAGES)
def desk(browser: Browser, day: ElectionDay, request: pytest.FixtureRequest) -> Iterator[DeskApp]:
    app = DeskApp(browser, day.url, request.param)
    app.sign_in(*day.password_of("administrator"))
    yield app
    app.close()


def faults(page: Page, place: int) -> list[tuple[int, str, str]]:
    """What is wrong with the page that is shown, in the views that are looked at."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [(width, "sideways", str(px))] if (px := overflow_px(page)) else []
    for width, light in views(place):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
        found += [(width, light, each) for each in violations(page)]
    return found


def language_of(desk: DeskApp) -> str:
    return next(cookie["value"] for cookie in desk.context.cookies() if cookie["name"] == "language")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_and_fits_its_screen(desk: DeskApp, day: ElectionDay, name: str) -> None:
    language = language_of(desk)
    page = desk.see(PAGES[name].format(**day.paths), status=404 if name == "nothing there" else 200)
    assert written(page) == [language, "ltr" if language == "en" else "rtl"]
    assert faults(page, list(PAGES).index(name) + 2 * LANGUAGES.index(language)) == []
    assert desk.faults == []


def test_a_code_for_a_phone_is_readable_by_eye_and_ear(desk: DeskApp, day: ElectionDay) -> None:
    desk.see(day.paths["observer"])
    desk.at("form[action$='/enrol'] button").click()
    desk.at(".qr-box svg").wait_for()
    assert faults(desk.page, LANGUAGES.index(language_of(desk))) == []


def test_the_way_in_is_accessible(browser: Browser, day: ElectionDay) -> None:
    for place, language in enumerate(LANGUAGES):
        desk = DeskApp(browser, day.url, language)
        page = desk.see("/sign-in")
        assert written(page)[0] == language
        assert faults(page, place) == []
        desk.close()


@pytest.mark.parametrize("role", ["coordinator", "clerk"])
def test_nobody_is_shown_a_way_that_is_closed_to_them(browser: Browser, day: ElectionDay, role: str) -> None:
    desk = DeskApp(browser, day.url, "ar")
    desk.sign_in(*day.password_of(role), following="/account")
    hrefs = desk.page.eval_on_selector_all(".ways a", "links => links.map((link) => link.getAttribute('href'))")
    assert hrefs
    for href in hrefs:
        answer = desk.page.goto(href)
        assert answer is not None and (href, answer.status) == (href, 200)
    desk.close()


def test_the_map_is_told_apart_without_its_colours(browser: Browser, day: ElectionDay) -> None:
    """Forced colours take the fills away: borders, names, counts and the focus ring stay."""
    desk = DeskApp(browser, day.url, "en", forced_colors="active", reduced_motion="reduce")
    desk.sign_in(*day.password_of("administrator"), following="/map")
    area = desk.at("a.map-area").first
    area.focus()
    looks = "element => [getComputedStyle(element).outlineStyle, getComputedStyle(element).stroke]"
    inks = "() => [...document.querySelectorAll('.map-drawing .map-name')].map((name) => getComputedStyle(name).fill)"
    paper = desk.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert all(ink != paper for ink in desk.page.evaluate(inks))
    assert desk.at(".map-lines").first.evaluate(looks)[1] not in ("none", paper)
    moving = """() => document.getAnimations().filter((each) => each.playState === 'running'
        && each.effect.getComputedTiming().duration > 100).length"""
    assert desk.page.evaluate(moving) == 0
    desk.close()
