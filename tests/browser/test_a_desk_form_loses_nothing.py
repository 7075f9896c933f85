"""Hands are quick, sessions end and files are wrong: a form at the desk does its work once and loses no word."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import delete, func, select

from server.database.entries import EntryRow
from server.database.organisations import ImportRow, StaffSessionRow, StaffTokenRow
from server.database.roster import EnrolmentCodeRow
from server.operations.add_staff import add_staff
from tests.browser.desk_app import PASSWORD, STAY, DeskApp
from tests.browser.looking import violations
from tests.browser.phone_app import Election
from tests.fault_proxy import Clear, FaultProxy, Passage
from tests.world import WirePhone

pytestmark = pytest.mark.browser

REASON = "لا أرى القفل في الصورة؛ أرسل صورة أوضح من فضلك"
LIST = b"station,centre,governorate,registered\n777001-01,777001,IQ-BG,400\n"
TOO_LARGE_BYTES = 40 * 1024 * 1024
# Longer than between two presses of a doubtful hand.
SLOW_ANSWER_S, SECOND_PRESS_MS = 0.7, 250
_keys = count(900)


class SlowAnswers:
    """What is sent arrives and does its work at once; only the answer takes its time, as on a thin line."""

    async def carry(self, passage: Passage) -> None:
        answer = await passage.forward()
        if passage.request.startswith(b"POST"):
            await asyncio.sleep(SLOW_ANSWER_S)
        await passage.answer(answer)


@pytest.fixture(scope="module")
def network(vote: Election) -> Iterator[FaultProxy]:
    with FaultProxy(vote.process.port) as running:
        yield running


@pytest.fixture(scope="module")
def phone(vote: Election) -> WirePhone:
    return WirePhone(vote.held, vote.url, next(_keys), "o-1")


@pytest.fixture(scope="module")
def named(vote: Election) -> Election:
    add_staff(vote.held, "layla", "shams", "administrator", PASSWORD, "ar")
    return vote


@pytest.fixture
def desk(browser: Browser, named: Election, network: FaultProxy) -> Iterator[DeskApp]:
    network.fault = Clear()
    app = DeskApp(browser, network.url, "ar")
    app.sign_in("layla", following="/account")
    network.fault = SlowAnswers()
    yield app
    app.close()


@pytest.fixture
def incident(desk: DeskApp, phone: WirePhone) -> str:
    """The address of a new incident."""
    written = phone.incident(text="The door was shut")
    phone.hand_in([written])
    path = f"/incidents/{written.id}"
    for _ in range(40):
        answer = desk.page.goto(path)
        if answer is not None and answer.status == 200:
            break
        desk.page.wait_for_timeout(100)
    desk.await_scripts()
    return path


def rows(vote: Election, table: type, *where: object) -> int:
    with vote.held.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()  # type: ignore[arg-type]


def reviews(vote: Election, path: str) -> int:
    """How many findings have been written on this incident."""
    subject = path.rsplit("/", 1)[1].encode()
    is_review = func.instr(EntryRow.header, b'"kind":"review"') > 0
    return rows(vote, EntryRow, is_review, func.instr(EntryRow.header, subject) > 0)


def end_session(vote: Election) -> None:
    vote.held.write(lambda connection: connection.execute(delete(StaffSessionRow)) and None)


def press_twice(button: Locator) -> None:
    """By the bare mouse, which waits for no answer."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    for pause_ms in (SECOND_PRESS_MS, 0):
        button.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        button.page.wait_for_timeout(pause_ms)


def doubt(desk: DeskApp, reason: str = REASON) -> None:
    desk.at("input[value=doubt]").check()
    desk.at("#reason").fill(reason)


def test_a_button_pressed_twice_writes_one_finding(vote: Election, desk: DeskApp, incident: str) -> None:
    doubt(desk)
    press_twice(desk.at(STAY))
    desk.at(".notice.good").wait_for()
    assert reviews(vote, incident) == 1


def test_many_judged_by_a_button_pressed_twice_get_one_finding_each(
    vote: Election, desk: DeskApp, incident: str
) -> None:
    desk.see("/incidents")
    desk.at("[data-rows] input[type=checkbox]").first.check()
    press_twice(desk.at("#many button"))
    desk.at(".notice.good").wait_for()
    assert reviews(vote, incident) == 1


def test_a_button_pressed_twice_releases_once(vote: Election, desk: DeskApp, incident: str) -> None:
    desk.at("#to").select_option("public")
    press_twice(desk.at(".release-form button"))
    desk.at(".notice.good").wait_for()
    subject = incident.rsplit("/", 1)[1].encode()
    is_release = func.instr(EntryRow.header, b'"kind":"release"') > 0
    assert rows(vote, EntryRow, is_release, func.instr(EntryRow.header, subject) > 0) == 1


def test_a_button_pressed_twice_makes_one_account_one_token_one_code_and_one_list(
    vote: Election, desk: DeskApp
) -> None:
    desk.see("/staff")
    desk.at("#name").fill("huda")
    desk.at("#password").fill(PASSWORD)
    press_twice(desk.at("form[action='/staff'] button"))
    desk.at(".notice.good").wait_for()
    desk.see("/account")
    desk.at("#label").fill("export")
    press_twice(desk.at("form[action='/account/tokens'] button"))
    desk.at(".secret").wait_for()
    desk.see("/observers/o-3")
    press_twice(desk.at("form[action$='/enrol'] button"))
    desk.at(".qr-box").wait_for()
    desk.see("/imports")
    choose(desk, "once.csv", LIST)
    press_twice(desk.at("form[action='/imports'] button"))
    press_twice(desk.at("form[action$='/confirm'] button"))
    expect(desk.at(".page-head .chip.good")).to_be_visible()
    made = [rows(vote, StaffTokenRow), rows(vote, EnrolmentCodeRow, EnrolmentCodeRow.observer == "o-3")]
    assert [*made, rows(vote, ImportRow, ImportRow.file_name == "once.csv")] == [1, 1, 1]


def test_back_after_a_finding_sends_nothing_again_and_shows_what_holds_now(
    vote: Election, desk: DeskApp, incident: str
) -> None:
    doubt(desk)
    desk.at(STAY).click()
    desk.at(".notice.good").wait_for()
    desk.page.go_back()
    expect(desk.at("h1 + .chips .chip.doubted")).to_be_visible()
    desk.page.reload()
    assert reviews(vote, incident) == 1


def test_a_page_that_is_come_back_to_can_be_sent_again(vote: Election, desk: DeskApp, incident: str) -> None:
    doubt(desk)
    desk.at(STAY).click()
    desk.at(".notice.good").wait_for()
    desk.page.go_back()
    desk.at("input[value=uphold]").check()
    desk.at(STAY).click()
    expect(desk.at("h1 + .chips .chip.verified")).to_be_visible()
    assert reviews(vote, incident) == 2


def test_words_written_after_the_session_ended_are_said_at_once_and_kept_until_they_are_sent(
    vote: Election, desk: DeskApp, incident: str
) -> None:
    end_session(vote)
    doubt(desk)
    expect(desk.at("[data-state]")).to_contain_text("كانت جلستك قد انتهت")
    desk.at(STAY).click()
    desk.at("#sign-in-error").wait_for()
    assert violations(desk.page) == []
    desk.enter("layla", "not the password")
    desk.enter("layla")
    expect(desk.at("blockquote.words")).to_have_text(REASON)
    assert violations(desk.page) == []
    assert reviews(vote, incident) == 0
    desk.at("main form button").click()
    desk.at(".notice.good").wait_for()
    assert reviews(vote, incident) == 1
    expect(desk.at("ol.history")).to_contain_text(REASON)


def test_words_of_a_page_older_than_the_session_are_kept_too(vote: Election, desk: DeskApp, incident: str) -> None:
    doubt(desk)
    end_session(vote)
    other = desk.context.new_page()
    other.goto("/sign-in")
    other.locator("#name").fill("layla")
    other.locator("#password").fill(PASSWORD)
    other.keyboard.press("Enter")
    other.locator(".sign-out").wait_for()
    desk.at(STAY).click()
    expect(desk.at("blockquote.words")).to_have_text(REASON)
    desk.at("main form button").click()
    desk.at(".notice.good").wait_for()
    assert reviews(vote, incident) == 1


def test_a_message_outlives_the_session_as_well(vote: Election, desk: DeskApp) -> None:
    desk.see("/observers/o-5")
    desk.at("#text").fill(REASON)
    end_session(vote)
    desk.at("form[action$='/messages'] button").click()
    desk.at("#sign-in-error").wait_for()
    desk.enter("layla")
    desk.at("main form button").click()
    desk.at(".notice.good").wait_for()


def choose(desk: DeskApp, name: str, content: bytes) -> None:
    desk.at("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8, "هذا ليس قائمة"),
        ("empty.csv", b"", "الملف فارغ"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "إكسل"),
    ],
    ids=["a photo", "an empty file", "an old workbook"],
)
def test_a_wrong_file_is_refused_in_the_readers_language(desk: DeskApp, name: str, content: bytes, said: str) -> None:
    desk.see("/imports")
    choose(desk, name, content)
    desk.at("form[action='/imports'] button").click()
    expect(desk.at("[role=alert]:visible")).to_contain_text(said)
    assert violations(desk.page) == []


def test_a_huge_file_is_refused_before_it_travels(desk: DeskApp, tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as out:
        out.truncate(TOO_LARGE_BYTES)
    desk.see("/imports")
    sent: list[str] = []
    desk.page.on("request", lambda request: sent.append(request.method))
    desk.at("#file").set_input_files(huge)
    expect(desk.at("[role=alert]:visible")).to_contain_text("32")
    assert violations(desk.page) == []
    desk.at("form[action='/imports'] button").click()
    choose(desk, "small.csv", LIST)
    expect(desk.at("[role=alert]:visible")).to_have_count(0)
    assert sent == []


def test_without_scripts_a_huge_file_is_refused_by_the_server(desk: DeskApp, tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as out:
        out.truncate(TOO_LARGE_BYTES)
    desk.see("/imports")
    desk.at("form[action='/imports']").evaluate("form => { form.noValidate = true }")
    desk.at("#file").set_input_files(huge)
    desk.at("form[action='/imports'] button").click()
    expect(desk.at("section > .notice.bad")).to_contain_text("32")
