"""A person at the desk in a real Chromium, signed in through the form like anybody."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.browser.looking import is_fault_of_page
from tests.browser.phone_app import PATIENCE_MS

PASSWORD = "a long enough sentence"
# Each script that the page names has come and had a moment to begin.
STARTED = """() => [...document.querySelectorAll('[data-module]')]
    .flatMap((element) => element.dataset.module.split(' '))
    .every((name) => performance.getEntriesByType('resource').some(({ name: address, responseEnd }) =>
        address.includes(`/${name}-`) && responseEnd > 0 && performance.now() > responseEnd + 60))"""
STAY = "button[name=then][value=stay]"


class DeskApp:
    """One browser of its own; everything its pages complain about is a fault."""

    def __init__(self, browser: Browser, url: str, language: str = "en", width: int = 1280, **more: Any) -> None:
        self.url, self.faults = url, list[str]()
        self.context: BrowserContext = browser.new_context(
            base_url=url, locale=language, viewport={"width": width, "height": 900}, **more
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_cookies([{"name": "language", "value": language, "url": url}])
        self.context.on("weberror", lambda error: self.faults.append(str(error.error)))
        self.context.on("console", lambda message: self._heard(message.type, message.text))
        self.page: Page = self.context.new_page()

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and is_fault_of_page(text):
            self.faults.append(text)

    def sign_in(self, name: str, password: str = PASSWORD, following: str = "/") -> None:
        self.page.goto(following)
        self.enter(name, password)
        self.at(".sign-out").wait_for()

    def enter(self, name: str, password: str = PASSWORD) -> None:
        """Fills in the sign-in page that is shown."""
        self.page.locator("#name").fill(name)
        self.page.locator("#password").fill(password)
        with self.page.expect_navigation():
            self.page.locator("#password").press("Enter")

    def see(self, path: str, status: int = 200) -> Page:
        """The page with its scripts started."""
        answer = self.page.goto(path)
        assert answer is not None and (path, answer.status) == (path, status)
        self.await_scripts()
        return self.page

    def await_scripts(self) -> None:
        self.page.wait_for_function(STARTED)

    def at(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, selector: str, most: int = 60, key: str = "Tab") -> None:
        """By keyboard alone."""
        for _ in range(most):
            if self.page.evaluate("selector => document.activeElement?.matches(selector)", selector):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"the keyboard does not reach {selector}")

    def close(self) -> None:
        self.context.close()
        assert self.faults == []
