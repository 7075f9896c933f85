"""A coordinator who uses no mouse reads the map, narrows it, plays the day and opens a governorate."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, expect

from tests.browser.desk_app import DeskApp
from tests.browser.election_day import ElectionDay

pytestmark = pytest.mark.browser

AREA = "a.map-area[data-code=IQ-BG]"
# A ring of two pixels around the smallest governorate drawn for a laptop has more than this.
RING_PIXELS = 150
CODES = ".map-table tbody tr"


@pytest.fixture(scope="module")
def shared(browser: Browser, day: ElectionDay) -> Iterator[DeskApp]:
    app = DeskApp(browser, day.url, "ar")
    app.sign_in(*day.password_of("coordinator"), following="/map")
    yield app
    app.close()


@pytest.fixture
def desk(shared: DeskApp) -> DeskApp:
    shared.see("/map")
    return shared


def picture(desk: DeskApp) -> Image.Image:
    return Image.open(io.BytesIO(desk.at(".map-drawing svg").screenshot(animations="disabled"))).convert("L")


def codes(desk: DeskApp) -> list[str]:
    return desk.page.eval_on_selector_all(CODES, "rows => rows.map((row) => row.dataset.code)")


@pytest.mark.parametrize("view", ["", "?view=tiles"])
@pytest.mark.parametrize("light", ["light", "dark"])
def test_a_governorate_in_focus_has_a_ring_and_enter_opens_it(shared: DeskApp, view: str, light: str) -> None:
    shared.page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
    shared.see(f"/map{view}")
    before = picture(shared)
    shared.tab_to(AREA)
    shared.page.mouse.move(0, 0)
    changed = ImageChops.difference(before, picture(shared)).point(lambda value: 255 if value > 60 else 0)
    assert changed.histogram()[255] > RING_PIXELS
    shared.press("Enter")
    shared.page.wait_for_url("**/governorates/IQ-BG")
    shared.page.emulate_media(color_scheme="light")


def test_governorates_are_reached_in_reading_order_and_each_once(desk: DeskApp) -> None:
    desk.tab_to("a.map-area")
    reached = []
    while desk.page.evaluate("() => document.activeElement.matches('a.map-area')"):
        reached.append(desk.page.evaluate("() => document.activeElement.dataset.code"))
        desk.press("Tab")
    assert len(reached) == len(set(reached)) == 19
    assert sorted(reached) == sorted(codes(desk))


def test_the_filters_act_at_once_and_stand_in_the_address(desk: DeskApp) -> None:
    count = desk.at("dl [data-cell=incidents]")
    whole = count.inner_text()
    desk.tab_to("#map-severity")
    desk.press("End")
    expect(count).not_to_have_text(whole)
    assert "severity=5" in desk.page.url
    expect(desk.at("[data-narrowed-box]")).to_be_visible()
    assert desk.page.evaluate("() => document.activeElement.id") == "map-severity"
    narrowed = count.inner_text()
    desk.page.reload()
    assert count.inner_text() == narrowed
    desk.tab_to("[data-clear]")
    desk.press("Enter")
    expect(count).to_have_text(whole)


def test_the_slider_says_its_time_and_narrows_the_day(desk: DeskApp) -> None:
    said, count = desk.at("[data-until]"), desk.at("dl [data-cell=incidents]")
    whole, day = said.inner_text(), count.inner_text()
    desk.tab_to("#map-until")
    desk.press("ArrowLeft")
    expect(said).not_to_have_text(whole)
    assert desk.at("#map-until").get_attribute("aria-valuetext") == said.inner_text()
    desk.press("Home")
    expect(said).to_have_text("06:15")
    expect(count).not_to_have_text(day)
    assert "until=24" in desk.page.url
    desk.press("End")
    expect(said).to_have_text(whole)
    expect(count).to_have_text(day)


def test_the_day_is_played_and_paused_by_a_button(desk: DeskApp) -> None:
    said = desk.at("[data-until]")
    desk.tab_to("[data-play]")
    play = desk.at("[data-play]").inner_text()
    desk.press("Enter")
    expect(said).to_have_text("06:30")
    assert desk.at("[data-play]").inner_text() != play
    desk.press("Enter")
    expect(desk.at("[data-play]")).to_have_text(play)
    stopped = said.inner_text()
    # Longer than a step: it has stopped indeed.
    desk.page.wait_for_timeout(1500)
    assert said.inner_text() == stopped


def test_the_table_is_sorted_in_place_and_says_how(desk: DeskApp) -> None:
    head = desk.at("th[data-column=visits]")
    before = codes(desk)
    desk.tab_to("th[data-column=visits] a", most=120)
    desk.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    texts = desk.page.eval_on_selector_all(
        f"{CODES} [data-cell=visits]", "cells => cells.map((cell) => cell.textContent)"
    )
    visits = [int(text.replace(",", "")) if text != "–" else 0 for text in texts]
    assert visits == sorted(visits, reverse=True) and sorted(codes(desk)) == sorted(before)
    assert desk.page.evaluate("() => document.activeElement.closest('th').dataset.column") == "visits"
    desk.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert desk.at("th[data-column=rate]").get_attribute("aria-sort") == "none"


def test_the_table_is_one_step_from_the_top(desk: DeskApp) -> None:
    desk.tab_to("a[href='#map-table']")
    desk.press("Enter", "Tab")
    assert desk.page.evaluate("() => document.activeElement.closest('#map-table') !== null")


def test_letters_are_shortcuts_only_while_their_switch_is_on(desk: DeskApp) -> None:
    at_a_row = "() => document.activeElement.matches('[data-row-link]')"

    def switch_and_look(expected: bool) -> None:
        desk.see("/account")
        desk.tab_to("[data-module=letter_keys]")
        desk.press("Space")
        desk.see("/incidents")
        desk.press("j")
        assert desk.page.evaluate(at_a_row) is expected

    switch_and_look(False)
    switch_and_look(True)
