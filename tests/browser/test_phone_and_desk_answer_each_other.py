"""Two observers disagree, one puts something right and takes something back; the desk sees it all and answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from server.operations.add_staff import add_staff
from tests.browser.desk_app import PASSWORD, STAY, DeskApp
from tests.browser.phone_app import PATIENCE_MS, Election, PhoneApp

pytestmark = pytest.mark.browser

STATION, OTHER_STATION = "138450-03", "138450-01"
BADGE = "SH-00077"


@pytest.fixture(scope="module")
def desk(browser: Browser, vote: Election) -> Iterator[DeskApp]:
    add_staff(vote.held, "layla", "shams", "administrator", PASSWORD, "en")
    app = DeskApp(browser, vote.url)
    app.sign_in("layla", following="/account")
    yield app
    app.close()


def phone_of(browser: Browser, vote: Election, observer: str) -> PhoneApp:
    vote.assign(observer, [STATION])
    app = PhoneApp(browser)
    app.join(vote.join_link(observer))
    return app


@pytest.fixture(scope="module")
def first(browser: Browser, vote: Election) -> Iterator[PhoneApp]:
    app = phone_of(browser, vote, "o-1")
    yield app
    app.close()


@pytest.fixture(scope="module")
def second(browser: Browser, vote: Election) -> Iterator[PhoneApp]:
    app = phone_of(browser, vote, "o-3")
    yield app
    app.close()


def fill_opening(phone: PhoneApp, opened: str, queue: str) -> None:
    phone.go(f"#/checklist/opening@1/{STATION}")
    phone.sees("answer-OP1").fill(opened)
    phone.on(f"answer-OP4-{queue}").check()
    phone.tap("save")
    phone.tap("missing-save")
    phone.sees("saved")
    phone.wait_for_state("server")


def report(phone: PhoneApp, text: str) -> str:
    """An incident that is on the server; its subject."""
    phone.go(f"#/incident/{abs(hash(text))}?type=OP03&station={STATION}")
    phone.type("incident-text", text)
    phone.tap("save")
    phone.sees("saved")
    phone.wait_for_state("server")
    return phone.page.url.split("#/record/")[1].split("?")[0]


def send(phone: PhoneApp) -> None:
    phone.go("#/outbox")
    phone.sees("screen-outbox")
    phone.tap("outbox-retry")


def await_text(desk: DeskApp, path: str, selector: str, text: str) -> None:
    """The page, loaded again until the follower has come so far."""

    def is_there() -> bool:
        desk.see(path)
        return desk.at(selector).filter(has_text=text).count() > 0

    for _ in range(20):
        if is_there():
            return
        desk.page.wait_for_timeout(250)
    raise AssertionError(f"{text!r} is not at {path}")


def test_two_accounts_of_one_opening_stand_side_by_side_and_contested(
    desk: DeskApp, first: PhoneApp, second: PhoneApp
) -> None:
    fill_opening(first, "07:00", "yes")
    fill_opening(second, "07:45", "yes")
    await_text(desk, f"/stations/{STATION}", "table.accounts", "07:45")
    line = desk.at("table.accounts tr.is-contested")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("07:00")
    expect(line).to_contain_text("07:45")
    expect(desk.at("table.accounts thead")).to_contain_text("o-1")
    expect(desk.at("table.accounts thead")).to_contain_text("o-3")
    desk.at("[data-toggle] input").check()
    assert desk.at("table.accounts tbody tr:visible").count() == 1


def test_a_correction_on_the_phone_replaces_what_the_desk_shows_and_keeps_the_first(
    desk: DeskApp, first: PhoneApp
) -> None:
    subject = report(first, "The seal was broken")
    first.go(f"#/record/{subject}")
    first.tap("record-correct")
    first.sees("incident-text").fill("The seal was whole, the lid was not")
    first.tap("save")
    first.sees("saved")
    first.wait_for_state("server")
    await_text(desk, f"/incidents/{subject}", "blockquote.words", "The seal was whole, the lid was not")
    expect(desk.at("section[aria-labelledby=said] blockquote")).not_to_contain_text("broken")
    expect(desk.at("ol.history > li")).to_have_count(2)


def test_what_is_taken_back_on_the_phone_is_shown_as_taken_back(desk: DeskApp, first: PhoneApp) -> None:
    subject = report(first, "The wrong school")
    first.go(f"#/record/{subject}")
    first.tap("record-retract")
    first.type("reason", "It was another school")
    first.tap("retract-confirm")
    first.sees("record-retracted")
    send(first)
    await_text(desk, f"/incidents/{subject}", ".chip.retracted", "")
    expect(desk.at("ol.history")).to_contain_text("It was another school")
    expect(desk.at(".finding-form")).to_have_count(0)
    desk.see("/incidents?q=wrong+school")
    expect(desk.at("[data-rows] tr")).to_have_count(0)


def take_in(desk: DeskApp, *stations: str) -> None:
    """A list with the one observer and these stations."""
    desk.see("/imports")
    desk.at("input[value=observers]").check()
    listed = f"badge,stations\n{BADGE},{' '.join(stations)}\n".encode()
    desk.at("#file").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": listed})
    desk.at("form[action='/imports'] button").click()
    desk.at("form[action$='/confirm'] button").click()
    expect(desk.at(".page-head .chip.good")).to_be_visible(timeout=PATIENCE_MS)


def test_lists_taken_in_at_the_desk_bring_an_observer_a_code_and_stations(browser: Browser, desk: DeskApp) -> None:
    take_in(desk, STATION)
    desk.see(f"/observers?q={BADGE}")
    desk.at("a[data-row-link]").click()
    desk.at("form[action$='/enrol'] button").click()
    phone = PhoneApp(browser)
    phone.join(desk.at("a .secret").inner_text())
    phone.sees(f"today-station-{STATION}")
    take_in(desk, STATION, OTHER_STATION)
    send(phone)
    phone.go("#/today")
    phone.sees(f"today-station-{OTHER_STATION}")
    phone.close()


def test_a_message_from_the_desk_reaches_the_phone_once(desk: DeskApp, first: PhoneApp) -> None:
    desk.see("/observers/o-1")
    desk.at("#text").fill("Please go to the second floor. تفضل")
    desk.at("form[action$='/messages'] button").dblclick()
    desk.at(".notice.good").wait_for()
    send(first)
    first.go("#/messages")
    message = first.page.get_by_test_id("message")
    expect(message.filter(has_text="second floor")).to_have_count(1, timeout=PATIENCE_MS)


def test_a_finding_and_its_reason_reach_the_phone_and_another_replaces_it(desk: DeskApp, second: PhoneApp) -> None:
    subject = report(second, "No list on the door")
    await_text(desk, f"/incidents/{subject}", "blockquote.words", "No list")
    for finding, reason in (("doubt", "Which door was it?"), ("uphold", "Seen by another as well")):
        desk.at(f"input[value={finding}]").check()
        desk.at("#reason").fill(reason)
        desk.at(STAY).click()
        desk.at(".notice.good").wait_for()
        send(second)
        second.go(f"#/record/{subject}")
        expect(second.on("record-finding")).to_contain_text(reason, timeout=PATIENCE_MS)
    expect(second.on("record-finding")).not_to_contain_text("Which door")
