"""The pictures in docs/pictures: a demo election, its morning played over the wire, and what people see of it.

Run with `make screenshots`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from server.demo import DemoElection, make_demo
from server.field_day.codes import local_observers
from server.field_day.command import Plan, simulate
from server.operations.make_enrolment_code import make_enrolment_code
from server.running import Running
from tests.browser.phone_app import PATIENCE_MS, PhoneApp, chromium
from tests.servers import ROOT, Place, ServerProcess, opened

PICTURES = ROOT / "docs" / "pictures"
OBSERVERS = 480
DESK_PAGES = (
    ("map", "/map", "ar"),
    ("map-en", "/map", "en"),
    ("now", "/", "en"),
    ("incidents", "/incidents", "en"),
    ("governorate", "/governorates/IQ-BG", "ar"),
)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        with opened(place) as (_, held):
            election = make_demo(held, observers=OBSERVERS)
            people = local_observers(held)
            server = ServerProcess(place)
            server.start()
            try:
                simulate(server.url, Plan(speed=0, until="12:30", lively=1.0), held=held, observers=people[:-1])
                with chromium() as browser:
                    _desk(browser, server.url, election)
                    _phone(browser, server.url, held, people[-1])
            finally:
                server.kill()


def _desk(browser: Browser, url: str, election: DemoElection) -> None:
    coordinator = next(each for each in election.staff if each.role == "coordinator")
    page = browser.new_context(viewport={"width": 1200, "height": 900}, locale="en").new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{url}/sign-in")
    page.locator("#name").fill(coordinator.name)
    page.locator("#password").fill(coordinator.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")
    for name, path, language in DESK_PAGES:
        page.goto(f"{url}{path}?lang={language}", wait_until="networkidle")
        _keep(page, name)
    page.goto(f"{url}/incidents?lang=en", wait_until="networkidle")
    page.locator("main table a").first.click()
    page.locator("#judge").wait_for()
    _keep(page, "incident")


def _phone(browser: Browser, url: str, held: Running, observer: str) -> None:
    phone = PhoneApp(browser)
    phone.join(f"{url}/join#{make_enrolment_code(held, observer, made_by='screenshots').code}", language="ar")
    _keep(phone.page, "phone")
    phone.tap("nav-incident")
    phone.sees("screen-incident-type")
    _keep(phone.page, "phone-incident")
    phone.close()


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
