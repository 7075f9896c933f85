"""One browser and one election for a module of browser tests, one busy day for all: starting each costs seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.election_day import ElectionDay, election_day
from tests.browser.phone_app import APP, Election, chromium, election


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def vote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Election]:
    assert APP.exists(), "the phone app is not built: make build"
    folder: Path = tmp_path_factory.mktemp("vote")
    with election(folder) as running:
        yield running


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ElectionDay]:
    """The evening of an invented election day; tests that take it change nothing that another counts on."""
    with election_day(tmp_path_factory.mktemp("day")) as running:
        yield running
