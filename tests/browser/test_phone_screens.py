"""Every screen of the phone is readable and operable by everybody, and an incident takes eight taps."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.phone_app import PATIENCE_MS, Election, PhoneApp, choose_language

pytestmark = pytest.mark.browser

STATION = "138450-03"
LANGUAGES = ("ar", "ckb", "en")
SCREENS = (
    ("#/today", "today"),
    ("#/station", "station-choose"),
    (f"#/station/{STATION}", "station"),
    ("#/incident/kept", "incident-type"),
    (f"#/incident/other?type=CA01&station={STATION}", "incident"),
    (f"#/checklist/voting@1/{STATION}", "checklist"),
    (f"#/tape/{STATION}", "tape"),
    ("#/outbox", "outbox"),
    ("#/messages", "messages"),
    ("#/settings", "settings"),
    ("#/pledge", "pledge"),
)
# Every width in both lights when there is time; otherwise each width and each light once in each language.
FULL = [(width, theme) for width in (360, 768, 1280) for theme in ("light", "dark")]
VIEWS = FULL if os.environ.get("SANAD_LONG") else [(360, "dark"), (1280, "light")]


@pytest.fixture
def phone(browser: Browser) -> Iterator[PhoneApp]:
    app = PhoneApp(browser)
    yield app
    app.close()


def picture(exif: bool = False) -> bytes:
    image = Image.effect_noise((1600, 1200), 60).convert("RGB")
    notes = Image.Exif()
    if exif:
        notes[0x010F] = "SECRET-MAKER"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60, exif=notes)
    return out.getvalue()


def test_an_observer_joins_by_link_and_an_incident_is_on_the_server_within_eight_taps(vote: Election, phone: PhoneApp):
    vote.assign("o-1", [STATION])
    phone.join(vote.join_link("o-1"))
    assert "#" not in phone.page.url or "join" not in phone.page.url
    phone.taps = 0
    phone.tap("nav-incident")
    phone.type("incident-search", "group voting")
    phone.tap("incident-type-VO03")
    phone.type("incident-text", "Two families stood behind one screen together.")
    assert phone.on("station-chosen").get_attribute("data-station") == STATION
    phone.tap("save")
    phone.sees("saved")
    assert phone.taps <= 8
    phone.wait_for_state("server")


def test_what_is_recorded_without_a_network_says_where_it_is_and_follows_by_itself(vote: Election, phone: PhoneApp):
    vote.assign("o-3", [STATION])
    phone.join(vote.join_link("o-3"))
    phone.context.set_offline(True)
    phone.tap(f"visit-arrive-{STATION}")
    phone.tap("nav-outbox")
    phone.wait_for_state("phone")
    assert phone.on("outbox-offline").is_visible()
    phone.context.set_offline(False)
    phone.wait_for_state("server")


def test_a_half_filled_checklist_is_there_again_after_the_browser_was_thrown_out(vote: Election, phone: PhoneApp):
    vote.assign("o-5", [STATION])
    phone.join(vote.join_link("o-5"), "ckb")
    phone.go(f"#/checklist/voting@1/{STATION}")
    phone.sees("answer-VO7-no")
    phone.on("answer-VO7-no").check()
    phone.type("answer-VO2", "١١٢")
    phone.on("answer-VO2").blur()
    phone.wait_for_state("kept", "draft-state")
    phone.page.reload()
    phone.sees("answer-VO2")
    assert phone.on("answer-VO2").input_value() == "112"
    assert phone.on("answer-VO7-no").is_checked()
    # The answer that should not be offers its report, with type and station filled in.
    phone.tap("report-VO7")
    assert phone.sees("station-chosen").get_attribute("data-station") == STATION
    assert phone.page.evaluate("() => document.activeElement.tagName") == "H1"


def test_an_incident_is_reported_with_the_keyboard_alone(vote: Election, phone: PhoneApp):
    vote.assign("o-8", [STATION])
    phone.join(vote.join_link("o-8"))
    keyboard = phone.page.keyboard
    phone.tab_to("nav-incident")
    keyboard.press("Enter")
    phone.sees("screen-incident-type")
    phone.tab_to("incident-search")
    keyboard.type("VO03")
    phone.tab_to("incident-type-VO03")
    keyboard.press("Enter")
    phone.sees("screen-incident")
    phone.tab_to("severity-3")
    keyboard.press("ArrowRight")
    assert phone.on("severity-4").is_checked()
    phone.tab_to("incident-text")
    keyboard.type("Seen from the door.")
    phone.tab_to("save")
    keyboard.press("Enter")
    phone.sees("saved")
    assert phone.page.evaluate("() => document.activeElement.tagName") == "H1"


def test_a_photo_keeps_nothing_of_what_the_camera_wrote_into_it(vote: Election, phone: PhoneApp):
    phone.join(vote.join_link("o-7"))
    phone.go(f"#/tape/{STATION}")
    phone.sees("photo-policy-tape")
    taken = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture(exif=True)}
    phone.on("photo-camera").set_input_files([taken])
    phone.sees("photo")
    phone.wait_for_state("kept", "draft-state")
    script = """async () => {
        const image = document.querySelector("[data-testid='photo'] img");
        await image.decode();
        const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
        canvas.getContext("2d").drawImage(image, 0, 0, 8, 8);
        return [image.naturalWidth, image.naturalHeight];
    }"""
    assert phone.page.evaluate(script) == [1600, 1200]
    phone.tap("save")
    phone.tap("missing-save")
    phone.sees("saved")
    phone.wait_for_state("server")
    files = [path for path in vote.process.place.folder.rglob("*") if path.is_file()]
    kept = [path.read_bytes() for path in files if path.stat().st_size > 20_000]
    assert any(content[:2] == b"\xff\xd8" for content in kept)
    assert all(b"SECRET-MAKER" not in content for content in kept)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_is_accessible(vote: Election, phone: PhoneApp, language: str):
    observer = {"ar": "o-2", "ckb": "o-4", "en": "o-6"}[language]
    vote.assign(observer, [STATION])
    phone.page.goto(vote.join_link(observer))
    choose_language(phone.page, language)
    phone.sees("self-test-ok")
    wrong = [("welcome", each) for each in phone.violations()]
    phone.tap("join")
    phone.sees("screen-pledge")
    wrong += [("pledge", each) for each in phone.violations()]
    phone.tap("pledge-accept")
    phone.sees("screen-today")
    for width, theme in VIEWS:
        phone.page.set_viewport_size({"width": width, "height": 800})
        phone.go("#/settings")
        phone.sees("theme-system")
        phone.on(f"theme-{theme}").click()
        expect(phone.on(f"theme-{theme}")).to_be_checked(timeout=PATIENCE_MS)
        for address, name in SCREENS:
            phone.go(address)
            phone.sees(f"screen-{name}")
            wrong += [(f"{name} {width} {theme}", each) for each in phone.violations()]
    assert wrong == []
    written = phone.page.evaluate("() => [document.documentElement.lang, document.documentElement.dir]")
    assert written == [language, "ltr" if language == "en" else "rtl"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_screen_scrolls_sideways_at_320_px_and_targets_fit_a_thumb(vote: Election, phone: PhoneApp, language: str):
    phone.join(vote.join_link("o-9"), language)
    phone.page.set_viewport_size({"width": 320, "height": 640})
    for address, name in SCREENS:
        phone.go(address)
        phone.sees(f"screen-{name}")
        assert (name, phone.overflow_px(), phone.too_small()) == (name, 0, [])
