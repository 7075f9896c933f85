"""How soon the phone app is there without a network, on a phone four times as slow as this machine."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from playwright.sync_api import Page

from tests.browser.phone_app import PhoneApp, chromium, election

SLOWER = 4
TIMES = 3
CACHED = "() => navigator.serviceWorker.getRegistration('/phone/').then(found => !!found?.active)"
# Noted by the page itself, so that nothing is measured of the way between it and us.
WATCH = """
new MutationObserver((_, watching) => {
  if (!document.querySelector("[data-testid='screen-today']")) return;
  globalThis.shownAfterMs = performance.now();
  watching.disconnect();
}).observe(document, { childList: true, subtree: true });
"""


def cold_start_s(folder: Path) -> float:
    """Seconds from opening the app to the first screen, from the service worker alone, in the middle of three."""
    with chromium() as browser, election(folder) as vote:
        vote.assign("o-1", ["138450-03"])
        phone = PhoneApp(browser)
        phone.join(vote.join_link("o-1"))
        phone.wait_until(CACHED)
        vote.process.kill()
        phone.page.close()
        found = [_start(phone, f"{vote.url}/phone/") for _ in range(TIMES)]
        phone.context.close()
        return median(found) / 1000


def _start(phone: PhoneApp, address: str) -> float:
    page: Page = phone.context.new_page()
    page.add_init_script(WATCH)
    line = phone.context.new_cdp_session(page)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address)
    page.get_by_test_id("screen-today").wait_for()
    shown = page.evaluate("() => globalThis.shownAfterMs")
    page.close()
    return float(shown)
