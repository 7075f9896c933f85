"""The map on a wall follows the phones by itself within a second or two, and costs little while nothing happens."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, Response, expect

from server.operations.add_staff import add_staff
from tests.browser.desk_app import PASSWORD, DeskApp
from tests.browser.phone_app import PATIENCE_MS, Election
from tests.world import WirePhone

pytestmark = pytest.mark.browser

ROW = "tr[data-code=IQ-KI]"
SHAPE = ".map-shape[data-code=IQ-KI]"
AREA = "a.map-area[data-code=IQ-KI]"
_keys = count(700)


@pytest.fixture(scope="module")
def named(vote: Election) -> Election:
    add_staff(vote.held, "nadia", "shams", "coordinator", PASSWORD, "en")
    return vote


@pytest.fixture
def desk(browser: Browser, named: Election) -> Iterator[DeskApp]:
    app = DeskApp(browser, named.url)
    app.sign_in("nadia", following="/map")
    app.at(ROW).wait_for()
    yield app
    app.close()


@pytest.fixture(scope="module")
def phone(vote: Election) -> WirePhone:
    """One of five phones that made ten visits together: enough for a rate."""
    made = [WirePhone(vote.held, vote.url, next(_keys), f"o-{number}") for number in (1, 3, 5, 7, 9)]
    for each in made:
        each.hand_in([each.visit("138450-01"), each.visit("138450-02")])
    return made[0]


def incidents(desk: DeskApp) -> int:
    text = desk.at(f"{ROW} [data-cell=incidents]").inner_text()
    return int(text) if text.isdigit() else 0


def await_incidents(desk: DeskApp, wanted: int) -> None:
    expect(desk.at(f"{ROW} [data-cell=incidents]")).to_have_text(str(wanted), timeout=PATIENCE_MS)


def test_a_report_changes_number_colour_table_and_what_is_spoken_and_nothing_else(
    desk: DeskApp, phone: WirePhone
) -> None:
    expect(desk.at(f"{ROW} [data-cell=visits]")).to_have_text("10", timeout=PATIENCE_MS)
    before = incidents(desk)
    desk.page.evaluate("() => { window.neverReloaded = true }")
    looks = desk.at(SHAPE).get_attribute("class")
    desk.at(AREA).focus()
    desk.page.evaluate("() => scrollTo(0, 120)")
    phone.hand_in([phone.incident(), phone.incident()])
    await_incidents(desk, before + 2)
    assert desk.at(SHAPE).get_attribute("class") != looks
    assert desk.at(f"{AREA} .map-count").text_content() == str(before + 2)
    assert str(before + 2) in (desk.at(f"{AREA} title").text_content() or "")
    expect(desk.at("[data-live-said]")).to_contain_text(f": {before + 2}.", timeout=PATIENCE_MS)

    still = desk.page.evaluate("() => [window.neverReloaded, document.activeElement.dataset.code, scrollY]")
    assert still == [True, "IQ-KI", 120]


def test_while_nothing_changes_the_answer_is_nothing(desk: DeskApp, phone: WirePhone) -> None:
    answers: list[Response] = []
    with desk.page.expect_response("**/map/figures**"):
        pass
    desk.page.on("response", lambda answer: answers.append(answer) if "/map/figures" in answer.url else None)
    desk.page.wait_for_timeout(3600)
    assert 2 <= len(answers) <= 4
    assert {answer.status for answer in answers} == {304}


def test_two_tabs_follow_and_a_filter_in_one_is_no_filter_in_the_other(desk: DeskApp, phone: WirePhone) -> None:
    other = desk.context.new_page()
    other.goto(f"{desk.url}/map?severity=5")
    narrowed = other.locator(f"{ROW} [data-cell=incidents]")
    before, severe = incidents(desk), int(narrowed.inner_text())
    phone.hand_in([phone.incident(severity=5), phone.incident(severity=2)])
    await_incidents(desk, before + 2)
    expect(narrowed).to_have_text(str(severe + 1), timeout=PATIENCE_MS)


def test_a_row_does_not_move_under_the_hand_that_is_on_it(desk: DeskApp, phone: WirePhone) -> None:
    desk.at("th[data-column=incidents] a").click()
    expect(desk.at("th[data-column=incidents]")).to_have_attribute("aria-sort", "descending")
    link = desk.at("tr[data-code=IQ-SU] a")
    link.focus()
    order = "rows => rows.map((row) => row.dataset.code)"
    stood = desk.page.eval_on_selector_all(".map-table tbody tr", order)
    written = [phone.incident(station="230077-01") for _ in range(30)]
    phone.hand_in(written)
    expect(desk.at("tr[data-code=IQ-SU] [data-cell=incidents]")).to_have_text("30", timeout=PATIENCE_MS)
    assert desk.page.eval_on_selector_all(".map-table tbody tr", order) == stood
    assert desk.page.evaluate("() => document.activeElement.closest('tr').dataset.code") == "IQ-SU"


def test_a_line_that_breaks_is_said_and_mends_by_itself(desk: DeskApp, phone: WirePhone) -> None:
    expect(desk.at("[data-live-state]")).to_have_text("Live")
    desk.context.set_offline(True)
    expect(desk.at("[data-live-state]")).to_contain_text("No connection", timeout=PATIENCE_MS)
    assert desk.at("[data-live-state]").get_attribute("role") == "status"
    before = incidents(desk)
    phone.hand_in([phone.incident()])
    desk.context.set_offline(False)
    await_incidents(desk, before + 1)
    expect(desk.at("[data-live-state]")).to_have_text("Live")


def test_whoever_is_signed_out_is_told_and_asks_no_more(desk: DeskApp, phone: WirePhone) -> None:
    desk.context.clear_cookies(name="sanad-session")
    expect(desk.at("[data-live-state]")).to_contain_text("signed out", timeout=PATIENCE_MS)
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.page.wait_for_timeout(2200)
    assert asked == []
