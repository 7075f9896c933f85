"""A person with the phone app in a real Chromium, in front of a real server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from server.operations.make_enrolment_code import make_enrolment_code
from server.operations.sign_entry import append_entry
from tests.browser.looking import overflow_px, violations
from tests.servers import ROOT, Place, ServerProcess, opened
from tests.world import make_world

# The first line is for root in a container; the others keep the browser from calling home.
FLAGS = (
    "--no-sandbox", "--disable-gpu",
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps",
)  # fmt: skip
CHROMIUM = "/usr/bin/chromium"
APP = ROOT / "web/dist/phone/index.html"
PATIENCE_MS = 15_000


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Election:
    """A server with the small world, for phones that join it."""

    def __init__(self, process: ServerProcess, held: Any) -> None:
        self.process, self.held, self.url = process, held, process.url

    def assign(self, observer: str, stations: Sequence[str]) -> None:
        body = {"observer": observer, "stations": list(stations)}

        def job(connection: Any) -> str:
            said = {"kind": "assignment.set", "by": "s-1", "organisation": "shams", "role": "administrator"}
            return append_entry(self.held, connection, body=body, **said)

        self.held.write(job)

    def join_link(self, observer: str) -> str:
        return f"{self.url}/join#{make_enrolment_code(self.held, observer, made_by='test').code}"


@contextmanager
def election(folder: Path) -> Iterator[Election]:
    place = Place(folder)
    with opened(place) as (_, held):
        make_world(held)
        process = ServerProcess(place)
        process.start()
        try:
            yield Election(process, held)
        finally:
            process.kill()


def choose_language(page: Page, language: str) -> None:
    """The choice is written down before it is shown as taken: a busy phone takes a moment."""
    page.get_by_test_id(f"language-{language}").click()
    expect(page.get_by_test_id(f"language-{language}")).to_be_checked(timeout=PATIENCE_MS)


class PhoneApp:
    """One phone: a browser context of its own, driven by the names in web/phone/README.md."""

    def __init__(self, browser: Browser, width: int = 360, height: int = 740) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=True, reduced_motion="reduce", locale="en"
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.faults: list[str] = []
        self.taps = 0
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self._heard(message.text) if message.type == "error" else None)

    def _heard(self, text: str) -> None:
        # A refused connection is what offline means; a broken promise of the security policy is a fault.
        if "Content Security Policy" in text or "Uncaught" in text:
            self.faults.append(text)

    def on(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def tap(self, name: str) -> None:
        self.taps += 1
        self.on(name).first.tap()

    def type(self, name: str, text: str) -> None:
        """A field is tapped once and written into."""
        self.taps += 1
        self.on(name).fill(text)

    def sees(self, name: str) -> Locator:
        self.on(name).first.wait_for()
        return self.on(name).first

    def join(self, link: str, language: str = "en") -> None:
        self.page.goto(link)
        choose_language(self.page, language)
        self.sees("self-test-ok")
        self.tap("join")
        self.sees("screen-pledge")
        self.tap("pledge-accept")
        self.sees("screen-today")

    def go(self, address: str) -> None:
        self.page.evaluate("address => { location.hash = address }", address)

    def wait_until(self, question: str, argument: object = None) -> None:
        # A function and not an expression: the security policy forbids the latter to be polled.
        self.page.wait_for_function(question, arg=argument)

    def wait_for_state(self, state: str, name: str = "record-state") -> None:
        """What is proved is on the server too."""
        states = [state, "proved"] if state == "server" else [state]
        script = "([name, states]) => states.includes(document.querySelector(`[data-testid='${name}']`)?.dataset.state)"
        self.wait_until(script, [name, states])

    def tab_to(self, name: str) -> None:
        """Presses Tab until the control has the focus, as somebody without a touch screen would."""
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("() => document.activeElement?.dataset.testid") == name:
                return
        raise AssertionError(f"{name} is not reached with Tab")

    def violations(self) -> list[str]:
        return violations(self.page)

    def too_small(self) -> list[str]:
        """Controls under 44 px, the app's own bar; axe lets small ones pass when they stand apart."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll('button, a, input, select, textarea, summary')]
                .filter((control) => control.offsetParent !== null)
                .map((control) => control.closest('label') ?? control)
                .map((target) => [target.getBoundingClientRect(), target.outerHTML.slice(0, 120)])
                .filter(([{ width, height }]) => width < 44 || height < 44)
                .map(([, html]) => html)"""
        )

    def overflow_px(self) -> int:
        return overflow_px(self.page)

    def close(self) -> None:
        self.context.close()
        assert self.faults == []
