"""Reads a site as a browser would: every page that a page leads to, each way of asking once."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

# Addresses stand in pages, in drawings and in what scripts are given to ask.
_ADDRESS = re.compile(r"""(?:href|src|action|data-[a-z-]+)\s*=\s*["']([^"'#]+)""")
_LONG = re.compile(r"[A-Za-z0-9_-]{20,}|\d+")
# The same page asked in another language, or sorted otherwise, holds the same things.
_SAME_THINGS = frozenset({"lang", "sort", "order", "view", "until", "phase", "type", "severity", "group"})
# A list of a thousand reports is read until this many of its pages look alike.
MOST_OF_A_SHAPE = 12


@dataclass(frozen=True)
class Page:
    """One answer, with all that arrived: headers and body."""

    address: str
    status: int
    media_type: str
    headers: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def crawl(client: FlaskClient, starts: Iterable[str], most: int = 400) -> list[Page]:
    """Every page that can be reached from `starts` by links; nothing is changed on the way."""
    waiting, seen, pages = list(dict.fromkeys(starts)), set(), []
    shapes: Counter[str] = Counter()
    while waiting and len(pages) < most:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        shape = _LONG.sub("*", address)
        shapes[shape] += 1
        if shapes[shape] > MOST_OF_A_SHAPE:
            continue
        page = read(address, client.get(address))
        pages.append(page)
        waiting += [each for each in addresses(page) if each not in seen]
    return pages


def read(address: str, response: TestResponse) -> Page:
    with response:
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers)
        return Page(address, response.status_code, response.mimetype, headers, response.get_data())


def addresses(page: Page) -> list[str]:
    """Where a page leads on this site, without files of the build and without repetitions of itself."""
    if page.media_type not in ("text/html", "image/svg+xml"):
        return []
    found = [html.unescape(each) for each in _ADDRESS.findall(page.text)]
    return [each for each in found if each.startswith("/") and _is_worth_reading(each)]


def _is_worth_reading(address: str) -> bool:
    parts = urlsplit(address)
    if parts.netloc or parts.path.startswith(("/static/", "/phone/")):
        return False
    return not {name for name, _ in parse_qsl(parts.query)} & _SAME_THINGS
