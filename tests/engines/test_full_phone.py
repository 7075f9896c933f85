"""A phone whose store is full: no more photos, in words; text as before; and photos again once there is room."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from server.operations.check_everything import check_everything
from server.photo_store import photos_in
from tests.browser.browsers import KeptPhone
from tests.browser.looking import overflow_px, violations
from tests.browser.phone_app import PATIENCE_MS, Election, chromium, election
from tests.browser.test_from_phone_to_map import STATION, join

# Chromium looks half a minute later how much room is left: two minutes of waiting are for the night.
at_night = pytest.mark.skipif(not os.environ.get("SANAD_LONG"), reason="waits two minutes for Chromium: at night")
pytestmark = pytest.mark.browser

REFUSED, NOT_SAVED = "الهاتف ممتلئ", "لأن الهاتف ممتلئ"
MEGABYTE = 1024 * 1024
# The app keeps two megabytes for text; of these noisy photos a handful fits beside them.
ROOM_BYTES, MOST_PHOTOS = 4 * MEGABYTE, 20
SENT_MS, FORGETS_ROOM_MS = 90_000, 31_000


@pytest.fixture
def vote(tmp_path: Path) -> Iterator[Election]:
    folder = tmp_path / "server"
    folder.mkdir()
    with election(folder) as running:
        running.assign("o-1", [STATION])
        yield running


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[KeptPhone]:
    with chromium() as browser:
        kept = KeptPhone(browser.browser_type, tmp_path / "profile")
        yield kept
        kept.stop()
    assert kept.faults == []


def noise(seed: int) -> dict[str, str | bytes]:
    out = io.BytesIO()
    Image.frombytes("RGB", (700, 700), Random(seed).randbytes(700 * 700 * 3)).save(out, "JPEG", quality=85)
    return {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def limit(page: Page, vote: Election, more: int | None) -> None:
    """The phone's store ends `more` bytes after what is used now; None lifts the limit."""
    used = page.evaluate("async () => (await navigator.storage.estimate()).usage")
    asked = {"origin": vote.url, **({} if more is None else {"quotaSize": used + more})}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", asked)
    if more is not None:
        # Chromium asks for the remaining room every half minute, and to the page it never says how much there is.
        page.wait_for_timeout(FORGETS_ROOM_MS)


# Fills what is left, down to less than the shortest text needs; and whether the room laid by for text is still there.
_FILL_UP = """async () => {
  const asked = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const base = await asked(indexedDB.open('sanad'));
  const fits = (bytes) => new Promise((done) => {
    const writing = base.transaction('settings', 'readwrite');
    const filler = crypto.getRandomValues(new Uint8Array(bytes));
    writing.objectStore('settings').put(filler, `filler-${crypto.randomUUID()}`);
    writing.oncomplete = () => done(true);
    writing.onabort = () => done(false);
  });
  for (const bytes of [65536, 8192, 1024, 128]) while (await fits(bytes));
  base.close();
}"""
_IS_LAID_BY = """async () => {
  const base = await new Promise((done) => {
    const opening = indexedDB.open('sanad');
    opening.onsuccess = () => done(opening.result);
  });
  const looking = base.transaction('settings').objectStore('settings').getKey('ballast');
  const key = await new Promise((done) => { looking.onsuccess = () => done(looking.result); });
  base.close();
  return key !== undefined;
}"""


def unsaid(page: Page, words: str) -> None:
    """What the app said before is gone, so that the same words are said anew."""
    script = "words => !document.querySelector('[data-testid=told]')?.textContent.includes(words)"
    page.wait_for_function(script, arg=words, timeout=SENT_MS)


def begin_incident(page: Page, vote: Election, text: str) -> None:
    page.goto(f"{vote.url}/phone/#/incident?type=OP03&station={STATION}")
    page.get_by_test_id("severity-4").tap()
    page.get_by_test_id("incident-text").fill(text)


def attach(page: Page, seed: int) -> bool:
    """Whether the photo is on the disk; it is seen a moment before, and taken out again if it does not fit."""
    unsaid(page, REFUSED)
    before = page.get_by_test_id("photo").count()
    page.get_by_test_id("photo-camera").set_input_files(noise(seed))
    script = """([before, refused]) => document.querySelector('[data-testid=told]')?.textContent.includes(refused)
        || (document.querySelectorAll('[data-testid=photo]').length > before
            && document.querySelector('[data-testid=draft-state]')?.dataset.state === 'kept')"""
    page.wait_for_function(script, arg=[before, REFUSED], timeout=SENT_MS)
    return page.get_by_test_id("photo").count() > before


def is_saved(page: Page) -> bool:
    """False when the app says that there is no room for it."""
    unsaid(page, NOT_SAVED)
    page.get_by_test_id("save").tap()
    script = """refused => !!document.querySelector('[data-testid=saved]')
        || document.querySelector('[data-testid=told]')?.textContent.includes(refused)"""
    page.wait_for_function(script, arg=NOT_SAVED, timeout=SENT_MS)
    return page.get_by_test_id("saved").count() > 0


def save(page: Page) -> None:
    page.get_by_test_id("save").tap()
    page.get_by_test_id("saved").wait_for()


@at_night
def test_a_full_phone_refuses_photos_in_words_keeps_text_and_goes_on_when_there_is_room(
    vote: Election, phone: KeptPhone, tmp_path: Path
) -> None:
    page = join(vote, phone)
    vote.process.kill()
    limit(page, vote, ROOM_BYTES)
    begin_incident(page, vote, "لم تصل أوراق الاقتراع")
    taken = next((number for number in range(MOST_PHOTOS) if not attach(page, number)), MOST_PHOTOS)
    assert 1 <= taken < MOST_PHOTOS
    assert REFUSED in page.get_by_test_id("told").inner_text()
    page.screenshot(path=tmp_path / "full.png")
    assert overflow_px(page) == 0 and violations(page) == []
    # What was taken in stays; for the moment of saving it needs room twice, and the app says what to do about that.
    assert page.get_by_test_id("photo").count() == taken
    while not is_saved(page):
        page.get_by_test_id("photo-remove-0").tap()
        taken -= 1
        expect(page.get_by_test_id("photo")).to_have_count(taken)
    for number in range(3):
        begin_incident(page, vote, f"نص {number}")
        save(page)

    limit(page, vote, None)
    begin_incident(page, vote, "مع صورة")
    assert attach(page, 200)
    save(page)
    vote.process.start()
    page.goto(f"{vote.url}/phone/#/outbox")
    page.get_by_test_id("outbox-retry").tap()
    there = page.locator("[data-testid=record-state]:is([data-state=server], [data-state=proved])")
    expect(there).to_have_count(5, timeout=SENT_MS)
    vote.process.stop()
    assert check_everything(vote.held)["broken"] == []
    assert len(list(photos_in(vote.held.photo_store.folder))) >= taken + 1


@at_night
def test_text_goes_into_the_room_laid_by_for_it_when_not_a_byte_is_left_and_photos_do_not(
    vote: Election, phone: KeptPhone
) -> None:
    page = join(vote, phone)
    page.wait_for_function(_IS_LAID_BY, timeout=SENT_MS)
    vote.process.kill()
    limit(page, vote, MEGABYTE)
    page.evaluate(_FILL_UP)
    for number in range(3):
        begin_incident(page, vote, f"نص {number}")
        assert is_saved(page)
    assert not page.evaluate(_IS_LAID_BY)
    begin_incident(page, vote, "مع صورة")
    assert not attach(page, 1)

    limit(page, vote, None)
    assert attach(page, 2)
    assert page.evaluate(_IS_LAID_BY)
    save(page)


def test_a_page_killed_while_the_camera_is_open_comes_back_with_every_answer(vote: Election, phone: KeptPhone) -> None:
    page = join(vote, phone)
    page.goto(f"{vote.url}/phone/#/tape/{STATION}/machine")
    figures = {"registered": "512", "verified": "300", "ballots": "299", "valid": "291"}
    # Android stops the timers of a page behind the camera: what waits for one is never written.
    page.evaluate(
        "() => { const real = setTimeout; window.setTimeout = (f, ms, ...r) => ms > 200 ? 0 : real(f, ms, ...r) }"
    )
    for name, value in figures.items():
        page.get_by_test_id(f"figure-{name}").fill(value)
    with page.expect_file_chooser():
        page.get_by_test_id("photo-camera").tap()
    page.get_by_test_id("draft-state").and_(page.locator("[data-state=kept]")).wait_for()
    phone.kill()

    page = phone.start(f"{vote.url}/phone/#/tape/{STATION}/machine")
    for name, value in figures.items():
        expect(page.get_by_test_id(f"figure-{name}")).to_have_value(value, timeout=PATIENCE_MS)
