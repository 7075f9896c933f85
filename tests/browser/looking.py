"""What is wrong with a page that a browser shows: for those who cannot see it well, and for narrow screens."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from tests.servers import ROOT

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def violations(page: Page) -> list[str]:
    """What axe finds on the present screen, each with the place where it is."""
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    script = "options => axe.run(document, options).then(({ violations }) => violations)"
    found = page.evaluate(script, {"runOnly": list(RULES), "resultTypes": ["violations"]})
    return [f"{each['id']}: {json.dumps(each['nodes'][0]['html'])[:200]}" for each in found]


def overflow_px(page: Page) -> int:
    """How far the page can be scrolled sideways."""
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")


def written(page: Page) -> list[str]:
    """The page's language and direction."""
    return page.evaluate("() => [document.documentElement.lang, document.documentElement.dir]")


def is_fault_of_page(text: str) -> bool:
    """Whether a line on the console is the page's own fault. A refused connection is what offline means."""
    return "Failed to load resource" not in text and "net::ERR_" not in text
