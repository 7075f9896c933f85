"""An election day in miniature: a phone without a network, a dead battery, a coordinator who doubts what it says."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from server.database.entries import NamedPhotoRow
from server.operations.add_staff import add_staff
from server.operations.check_everything import check_everything
from server.projections.reports import ReportRow
from sync.entry import base64url_encode
from tests.browser.browsers import KeptPhone
from tests.browser.phone_app import PATIENCE_MS, Election, choose_language, election

pytestmark = pytest.mark.browser

STATION = "138450-03"
PASSWORD = "a long enough sentence"
CACHED = "() => navigator.serviceWorker.getRegistration('/phone/').then(found => !!found?.active)"


@pytest.fixture
def vote(tmp_path: Path) -> Iterator[Election]:
    folder = tmp_path / "server"
    folder.mkdir()
    with election(folder) as running:
        running.assign("o-1", [STATION])
        yield running


@pytest.fixture
def phone(browser: Browser, tmp_path: Path) -> Iterator[KeptPhone]:
    kept = KeptPhone(browser.browser_type, tmp_path / "profile")
    yield kept
    kept.stop()
    assert kept.faults == []


def picture(seed: int) -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((1200, 900), (-2 - seed / 10, -1.5, 1, 1.5), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def attach(page: Page, seed: int) -> None:
    file = {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": picture(seed)}
    page.get_by_test_id("photo-camera").set_input_files(file)
    page.get_by_test_id("photo-remove-0").wait_for()


def join(vote: Election, phone: KeptPhone) -> Page:
    page = phone.start(vote.join_link("o-1"))
    choose_language(page, "ar")
    page.get_by_test_id("join").tap()
    page.get_by_test_id("pledge-accept").tap()
    page.get_by_test_id("screen-today").wait_for()
    page.wait_for_function(CACHED)
    return page


def fill_checklist(page: Page, url: str) -> None:
    page.goto(f"{url}/phone/#/checklist/opening@1/{STATION}")
    page.get_by_test_id("answer-OP1-now").tap()
    page.get_by_test_id("answer-OP4-no").tap()
    page.get_by_test_id("save").tap()
    page.get_by_test_id("missing-save").tap()
    page.get_by_test_id("saved").wait_for()


def fill_incident(page: Page, url: str) -> None:
    page.goto(f"{url}/phone/#/incident?type=OP03&station={STATION}")
    page.get_by_test_id("severity-4").tap()
    page.get_by_test_id("incident-text").fill("لم تصل أوراق الاقتراع")
    attach(page, 1)


def fill_tape(page: Page, url: str) -> None:
    page.goto(f"{url}/phone/#/tape/{STATION}/machine")
    attach(page, 2)
    for name, value in (("registered", 512), ("verified", 300), ("ballots", 300), ("valid", 291), ("invalid", 9)):
        page.get_by_test_id(f"figure-{name}").fill(str(value))
    page.get_by_test_id("draft-state").and_(page.locator("[data-state=kept]")).wait_for()


def sign_in(vote: Election, browser: Browser) -> Page:
    add_staff(vote.held, "nadia", "shams", "coordinator", PASSWORD, "en")
    page = browser.new_context(locale="en", viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{vote.url}/map")
    page.locator("#name").fill("nadia")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("tr[data-code=IQ-KI]").wait_for()
    return page


def kinds(vote: Election) -> list[str]:
    with vote.held.engine.connect() as connection:
        return sorted(connection.execute(select(ReportRow.kind)).scalars())


def photo_is_equal(vote: Election, digest: str) -> bool:
    kept = vote.held.photo_store.path_of(digest).read_bytes()
    return base64url_encode(hashlib.sha256(kept).digest()) == digest


def test_what_was_recorded_without_a_network_reaches_the_map_once_and_its_doubt_comes_back(
    vote: Election, phone: KeptPhone, browser: Browser
) -> None:
    page = join(vote, phone)
    vote.process.kill()  # no network: nobody at all is at the other end
    page.reload()
    fill_checklist(page, vote.url)
    fill_incident(page, vote.url)
    page.get_by_test_id("save").tap()
    page.get_by_test_id("saved").wait_for()
    fill_tape(page, vote.url)
    # The battery dies between the tap and whatever the app would have done next.
    page.evaluate("() => setTimeout(() => document.querySelector('[data-testid=save]').click(), 0)")
    phone.kill()

    page = phone.start(f"{vote.url}/phone/#/outbox")
    page.get_by_test_id("screen-outbox").wait_for()
    waiting = page.locator("[data-testid=record-state][data-state=phone]")
    expect(waiting.nth(1)).to_be_visible(timeout=PATIENCE_MS)
    page.goto(f"{vote.url}/phone/#/tape/{STATION}/machine")
    if page.get_by_test_id("figure-valid").input_value():  # the draft outlived the save that was cut
        page.get_by_test_id("save").tap()
        page.get_by_test_id("missing-save").tap()
        page.get_by_test_id("saved").wait_for()

    phone.stop()  # so that the map is open before the phone has a network
    vote.process.start()
    desk = sign_in(vote, browser)
    count = desk.locator("tr[data-code=IQ-KI] [data-cell=incidents]")
    expect(count).to_have_text("–", timeout=PATIENCE_MS)
    desk.evaluate("() => { window.neverReloaded = true }")
    page = phone.start(f"{vote.url}/phone/#/outbox")
    page.get_by_test_id("outbox-retry").tap()
    expect(count).to_have_text("1", timeout=PATIENCE_MS)
    assert desk.evaluate("() => window.neverReloaded")
    there = page.locator("[data-testid=record-state]:is([data-state=server], [data-state=proved])")
    expect(there).to_have_count(3, timeout=PATIENCE_MS)
    assert kinds(vote) == ["incident.report", "observation.submit", "tape.submit"]
    with vote.held.engine.connect() as connection:
        digests = connection.execute(select(NamedPhotoRow.digest)).scalars().all()
    assert len(digests) == 2 and all(photo_is_equal(vote, digest) for digest in digests)

    doubt(desk, vote.url)
    page.get_by_test_id("outbox-retry").tap()
    page.goto(f"{vote.url}/phone/#/record/{subject_of_incident(vote)}")
    page.get_by_test_id("record-finding").wait_for()
    assert "bring a photo of the empty box" in page.get_by_test_id("record-finding").inner_text()
    assert check_everything(vote.held)["broken"] == []


def subject_of_incident(vote: Election) -> str:
    with vote.held.engine.connect() as connection:
        return connection.execute(select(ReportRow.subject).where(ReportRow.kind == "incident.report")).scalar_one()


def doubt(desk: Page, url: str) -> None:
    """From the list to a written finding by keyboard alone."""
    desk.goto(f"{url}/incidents", wait_until="networkidle")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.locator("#judge").wait_for()
    desk.wait_for_load_state("networkidle")
    desk.keyboard.press("d")
    tab_to(desk, "#reason")
    desk.keyboard.type("Please bring a photo of the empty box")
    tab_to(desk, "button[name=then][value=stay]")
    desk.keyboard.press("Enter")
    desk.locator("text=Doubted").first.wait_for()


def tab_to(page: Page, selector: str) -> None:
    for _ in range(12):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")
